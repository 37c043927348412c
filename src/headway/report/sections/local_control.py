"""Local control of irradiated lesions."""

import polars as pl

from headway.report.document import Figure, Section
from headway.report.figures import cumulative_incidence as figures
from headway.report.numbers import count
from headway.report.tables import local_control as tables


def local_control(results: pl.DataFrame, steps: pl.DataFrame, name: str, title: str, cutoff: str) -> Section:
    """Lesions, failures, and local control at the years asked for; cumulative incidence as a figure."""
    rows = results.filter(pl.col("analysis") == name)
    if rows.filter(statistic="lesions irradiated")["value"].sum() == 0:
        return Section(title, ("The record names no irradiated lesion (table irradiated_lesions).",))
    said = (
        "The clock starts with the first fraction to a lesion. Failure is growth of 20 % and 5 mm above the "
        "lesion's own nadir, shown again by a later scan and dated to the first; death without failure "
        "competes, and systemic therapy does not censor. Lesions of one patient are a cluster.",
    )
    drawn = () if steps.is_empty() else (_figure(rows, steps, name, title, cutoff),)
    return Section(title, said, figures=drawn, tables=(tables.local_control(rows, title),))


def _figure(rows: pl.DataFrame, steps: pl.DataFrame, name: str, title: str, cutoff: str) -> Figure:
    lesions = int(rows.filter(statistic="lesions with a scan after it")["value"].sum())
    caption = (
        f"{title}: {count(lesions)} lesions. Stacked cumulative incidence of local failure and of death "
        f"without it, by Aalen and Johansen; those at risk are lesions. {cutoff}"
    )
    spec = figures.cumulative_incidence(rows, steps, "Share of lesions")
    return Figure(name.replace(" ", "_"), spec, caption, figures.in_words(steps))
