"""Patient flow."""

import polars as pl

from headway.record.figures_of_groups import FlowRows
from headway.record.record import Record
from headway.report.document import Figure, Section
from headway.report.figures import flow as figures
from headway.report.numbers import count
from headway.report.tables import flow as tables

MOST_BRANCHES = 4  # columns that a page holds side by side


def flow(record: Record, results: pl.DataFrame, analyses: list[tuple[str, str]], cutoff: str) -> Section:
    """From the patients that were read to those with a time, for each analysis a branch.

    Takes: the analyses that are not by group, each with its population; the data cut-off in words.
    """
    read, used, dead, unknown = (
        int(results.filter(pl.col("analysis") == name)["value"][0])
        for name in ("patients read", "patients", "dead", "dead on an unknown day")
    )
    said = f"The record holds {count(read)} patients in {len(record.tables)} tables; {count(dead)} are dead"
    said += f", {count(unknown)} of them on an unknown day." if unknown else "."
    branches = list(dict.fromkeys(analyses))
    steps = pl.concat(
        [_trunk(results, read - used), *(_branch(results, *branch) for branch in branches)], how="vertical"
    )
    figure = _figure(steps, [_named(name) for name, _ in branches], cutoff)
    return Section("Patient flow", (said,), figures=(figure,), tables=(tables.flow(steps),))


def _steps(rows: list[tuple]) -> pl.DataFrame:
    """`FlowRows`, each with the `row` of the results that its number comes from."""
    schema = {**FlowRows.create_empty().schema, "row": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _trunk(results: pl.DataFrame, aside: int) -> pl.DataFrame:
    read, used = (_counted(results, name, "patients") for name in ("patients read", "patients"))
    left = [(1, 1, None, "left", "set aside with a finding", aside, None)] if aside else []
    here = [
        (1, 0, None, "here", "patients in the record", *read),
        (2, 0, None, "here", "patients used", *used),
    ]
    return _steps([*here, *left])


def _branch(results: pl.DataFrame, analysis: str, population: str) -> pl.DataFrame:
    """The population of an analysis, who of it has no time, and who has one."""
    (timed, row), (without, row_without) = (
        _counted(results, analysis, name) for name in ("with a time", "without a time")
    )
    group = _named(analysis)
    left = [(3, 1, group, "left", "without a time", without, row_without)] if without else []
    here = [
        (3, 0, group, "here", population, timed + without, None),
        (4, 0, group, "here", "with a time", timed, row),
    ]
    return _steps([*here, *left])


def _named(analysis: str) -> str:
    """An analysis as print has it.

    >>> _named("OS since first_line")
    'OS since first line'
    """
    return analysis.replace("_", " ")


def _counted(results: pl.DataFrame, analysis: str, statistic: str) -> tuple[int, int | None]:
    """A count with its row in the results; an analysis of nobody has none."""
    found = results.filter(pl.col("analysis") == analysis, pl.col("statistic") == statistic)
    return (int(found["value"][0]), found["row"][0]) if found.height else (0, None)


def _figure(steps: pl.DataFrame, analyses: list[str], cutoff: str) -> Figure:
    shown = steps.filter(pl.col("group").is_null() | pl.col("group").is_in(analyses[:MOST_BRANCHES]))
    more = f" Drawn: the first {MOST_BRANCHES} analyses." if len(analyses) > MOST_BRANCHES else ""
    rows = shown.drop("row")
    return Figure(
        "patient_flow",
        figures.flow(rows),
        f"Patient flow, from the record to each time to an event.{more} {cutoff}",
        figures.in_words(rows),
        counts=frozenset(shown["row"].drop_nulls()),
    )
