"""Who had to live beyond time zero to be counted: immortal time by selection (R4.14), found from the data."""

import polars as pl

from headway.derive.patient_facts import KNOWN_LATER
from headway.run.cohort import Cohort, members, population_title, start_of
from headway.study.parts import AS_REPORTED


def selection_note(made: Cohort, since: str, population: str | None) -> str:
    """A sentence for each way in which patients were chosen after time zero; "" if there is none."""
    if since == AS_REPORTED:
        return ""
    zero = start_of(made, since).rename({"start_day": "zero_day"}).collect()
    rows = members(made, population).join(zero.drop_nulls(), on="patient_id")
    said = [_enrolled_later(rows, since), *_chosen_later(made, rows, population)]
    return " ".join(filter(None, said))


def _enrolled_later(rows: pl.DataFrame, since: str) -> str:
    late = rows.filter(pl.col("enrolment_day") > pl.col("zero_day")).height
    if since == "enrolment" or not late:
        return ""
    return (
        f"{late} of {rows.height} patients were enrolled after this time zero and had to live until then "
        "(immortal time, R4.14): survival is overestimated."
    )


def _chosen_later(made: Cohort, rows: pl.DataFrame, population: str | None) -> list[str]:
    """The columns of the population's condition that are known only later."""
    if population is None:
        return []
    where = made.study.population[population].where
    asked = [name for name in pl.sql_expr(where).meta.root_names() if name in rows.columns]
    later = [name for name in asked if name in KNOWN_LATER or _day_after(rows, name)]
    if not later:
        return []
    named = ", ".join(dict.fromkeys(later))
    return [
        f"Who belongs to {population_title(made, population)} was decided after this time zero ({named}): "
        "they had to live until then (immortal time, R4.14), and survival is overestimated."
    ]


def _day_after(rows: pl.DataFrame, name: str) -> bool:
    """Whether a day in the condition comes after time zero in any patient."""
    return name.endswith("_day") and rows.filter(pl.col(name) > pl.col("zero_day")).height > 0
