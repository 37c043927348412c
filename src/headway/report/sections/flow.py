"""Patient flow."""

import polars as pl

from headway.record.record import Record
from headway.report.document import Section, Step
from headway.report.numbers import count


def flow(record: Record, results: pl.DataFrame, analyses: list[tuple[str, str]]) -> Section:
    """From the patients that were read to those with a time.

    Takes: the analyses that are not by group, each with its population.
    """
    read, used, dead, unknown = (
        int(results.filter(pl.col("analysis") == name)["value"][0])
        for name in ("patients read", "patients", "dead", "dead on an unknown day")
    )
    left = (("set aside with a finding", read - used),) if read > used else ()
    rows = {
        name: results.filter(pl.col("analysis") == name)["row"][0] for name in ("patients read", "patients")
    }
    steps = [
        Step("patients in the record", read, left, rows["patients read"]),
        Step("patients used", used, row=rows["patients"]),
    ]
    steps += [_with_time(results, name) for name, _ in analyses]
    said = f"The record holds {count(read)} patients in {len(record.tables)} tables; {count(dead)} are dead"
    said += f", {count(unknown)} of them on an unknown day." if unknown else "."
    return Section("Patient flow", paragraphs=(said,), steps=tuple(steps))


def _with_time(results: pl.DataFrame, analysis: str) -> Step:
    rows = results.filter(pl.col("analysis") == analysis)
    with_time, without = (
        int(rows.filter(pl.col("statistic") == statistic)["value"].sum())
        for statistic in ("with a time", "without a time")
    )
    left = ((f"without a time for {analysis}", without),) if without else ()
    row = next(iter(rows.filter(pl.col("statistic") == "with a time")["row"]), None)
    return Step(f"with a time for {analysis}", with_time, left, row)
