"""The kinds of fault that people put into a record, how each is planted, and what must be said of it.

A fault is planted into a copy of one patient of the example cohort, so that any mixture of faults can
stand in one record. `cited` marks the rows that the finding may name; it names the first of them.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import polars as pl

Tables = dict[str, pl.DataFrame]
Step = Callable[[Tables], Tables]
Where = dict[str, str]


class Kind(NamedTuple):
    """One kind of fault: what happens to a copy of `patient`, and the finding that must follow."""

    name: str
    patient: str
    steps: list[Step]
    rule: str
    table: str
    column: str | None
    names: str = "the copy"  # the patient that the finding names
    whole: Step | None = None  # what happens to whole tables, all patients in them
    line: int | None = None  # where the finding is not about a row


def change(table: str, where: Where, **values: str | None) -> Step:
    """Give the rows other values; they are cited."""
    return lambda tables: _with(tables, table, _changed(tables[table], _is(where), {**values, "cited": True}))


def quietly(table: str, where: Where, **values: str | None) -> Step:
    """Give the rows other values; the finding is about another row."""
    return lambda tables: _with(tables, table, _changed(tables[table], _is(where), values))


def add(table: str, like: Where, cited: bool = True, **values: str | None) -> Step:
    """A further row at the end, a copy of the first one like this but for these values."""

    def step(tables: Tables) -> Tables:
        row = _changed(tables[table].filter(_is(like)).head(1), pl.lit(True), {**values, "cited": cited})
        return _with(tables, table, pl.concat([tables[table], row]))

    return step


def without(table: str, where: Where) -> Step:
    """Take the rows away."""
    return lambda tables: _with(tables, table, tables[table].filter(~_is(where)))


def cite(table: str, where: Where) -> Step:
    """The finding is about this row, which stays as it is."""
    return change(table, where)


def _is(where: Where) -> pl.Expr:
    return pl.all_horizontal(pl.lit(True), *(pl.col(name) == value for name, value in where.items()))


def _changed(frame: pl.DataFrame, where: pl.Expr, values: dict[str, Any]) -> pl.DataFrame:
    fields = [
        pl.when(where).then(pl.lit(value)).otherwise(name).alias(name) for name, value in values.items()
    ]
    return frame.with_columns(fields)


def _with(tables: Tables, name: str, frame: pl.DataFrame) -> Tables:
    return {**tables, name: frame}


def _in_cgy(tables: Tables) -> Tables:
    cgy = (pl.col("dose_gy").cast(pl.Float64) * 100).cast(pl.String)
    return _with(tables, "radiotherapy", tables["radiotherapy"].with_columns(dose_cgy=cgy).drop("dose_gy"))


def _column(table: str, make: Callable[[pl.DataFrame], pl.DataFrame]) -> Step:
    return lambda tables: _with(tables, table, make(tables[table]))


T1, T2, T3 = ({"lesion_id": lesion} for lesion in ("T1", "T2", "T3"))
ALL: Where = {}
# Days of the example cohort, named where they matter.
LAST_T3 = {**T3, "date": "2022-08-15"}  # P002, the last of four scans
BASELINE_P004 = {"date": "2021-03-29"}  # first dose 2021-04-12
NEW_P001 = {"lesion_id": "N1"}  # seen once, on 2021-06-14; baseline 2021-01-08
PEMBROLIZUMAB = {"drug": "pembrolizumab"}


def _targets_p005(*lesions: tuple[str, str]) -> list[Step]:
    """Further targets of P005, each in an organ of its own and measured at baseline; the last is cited."""
    rows = [
        add("lesions", T1, lesion_id=name, organ=organ, cited=name == lesions[-1][0])
        for name, organ in lesions
    ]
    return rows + [add("measurements", T1, lesion_id=name, cited=False) for name, _ in lesions]


# fmt: off
KINDS = [
    # Days of treatment against the patient's own
    Kind("drug without a day", "P006", [change("drugs", ALL, start_date=None)],
         "start-not-known", "drugs", "start_date"),
    Kind("drug before diagnosis", "P006",
         [change("drugs", ALL, start_date="2020-11-15", end_date="2020-12-01")],
         "treatment-before-diagnosis", "drugs", "start_date"),
    Kind("drug beyond death", "P006", [change("drugs", ALL, end_date="2022-09-15")],
         "treatment-past-death", "drugs", "end_date"),
    Kind("stale last contact", "P005", [
        quietly("patients", ALL, last_alive_date="2022-01-09"), cite("measurements", {"date": "2022-01-10"})],
        "contact-after-last-alive", "measurements", None),
    # A value
    Kind("number as text", "P002", [change("measurements", LAST_T3, diameter_mm="about 6")],
         "not-a-number", "measurements", "diameter_mm"),
    Kind("diameter of 3 m", "P002", [change("measurements", LAST_T3, diameter_mm="3000")],
         "out-of-range", "measurements", "diameter_mm"),
    Kind("negative diameter", "P002", [change("measurements", LAST_T3, diameter_mm="-5")],
         "out-of-range", "measurements", "diameter_mm"),
    Kind("size in words", "P002", [change("measurements", LAST_T3, diameter_mm="<5 mm", status=None)],
         "ambiguous-size", "measurements", "diameter_mm"),
    Kind("stray status", "P002", [change("measurements", LAST_T3, status="smaller")],
         "not-in-list", "measurements", "status"),
    Kind("value not in list", "P002", [change("patients", ALL, smoking="sometimes")],
         "not-in-list", "patients", "smoking"),
    Kind("yes/no unreadable", "P002", [change("adverse_events", ALL, related="perhaps")],
         "not-yes-no", "adverse_events", "related"),
    Kind("missing required value", "P002", [change("adverse_events", ALL, term=None)],
         "missing-required", "adverse_events", "term"),
    Kind("missing patient", "P001", [change("labs", ALL, patient_id=None)],
         "missing-required", "labs", "patient_id", names="nobody"),
    Kind("unreadable date", "P005", [change("labs", ALL, date="soon")],
         "not-a-day", "labs", "date"),
    Kind("impossible date", "P005", [change("adverse_events", ALL, start_date="2021-02-30")],
         "not-a-day", "adverse_events", "start_date"),
    Kind("unreadable death", "P001", [change("patients", ALL, death_date="in spring")],
         "not-a-day", "patients", "death_date"),
    Kind("partial date", "P005", [change("biomarkers", ALL, date="2021-05")],
         "imputed-date", "biomarkers", "date"),
    Kind("relative day", "P005", [change("labs", ALL, date="97")],
         "mixed-time", "labs", "date"),
    Kind("grade 6", "P006", [change("adverse_events", ALL, grade="6")],
         "grade-out-of-range", "adverse_events", "grade"),
    Kind("grade 0", "P006", [change("adverse_events", ALL, grade="0")],
         "grade-out-of-range", "adverse_events", "grade"),
    Kind("grade in words", "P006", [change("adverse_events", ALL, grade="severe")],
         "grade-out-of-range", "adverse_events", "grade"),
    Kind("unrecognised drug", "P006", [change("drugs", ALL, drug="wonderdrug")],
         "unrecognised-drug", "drugs", "drug"),
    Kind("misspelt drug", "P006", [change("drugs", ALL, drug="metotrexate")],
         "drug-name-corrected", "drugs", "drug"),
    # Keys and references
    Kind("duplicate drug row", "P002", [add("drugs", PEMBROLIZUMAB)],
         "duplicate-row", "drugs", None),
    Kind("duplicate measurement", "P002", [add("measurements", LAST_T3)],
         "duplicate-row", "measurements", None),
    Kind("conflicting measurements", "P002",
         [cite("measurements", LAST_T3), add("measurements", LAST_T3, diameter_mm="9")],
         "conflicting-rows", "measurements", None),
    Kind("two deaths", "P001", [cite("patients", ALL), add("patients", ALL, death_date="2022-05-02")],
         "two-deaths", "patients", None),
    Kind("unknown patient", "P001", [change("labs", ALL, patient_id="P1")],
         "unknown-patient", "labs", "patient_id", names="P1"),
    Kind("unknown patient in two tables", "P006",
         [change("drugs", ALL, patient_id="P-6"), quietly("labs", ALL, patient_id="P-6")],
         "unknown-patient", "drugs", "patient_id", names="P-6"),
    Kind("unknown lesion", "P002", [change("measurements", LAST_T3, lesion_id="T9")],
         "unknown-lesion", "measurements", "lesion_id"),
    Kind("unknown course", "P003", [change("irradiated_lesions", T1, course_id="RT9")],
         "unknown-course", "irradiated_lesions", "course_id"),
    # Lives
    Kind("death before diagnosis", "P001", [change("patients", ALL, death_date="2018-04-02")],
         "death-before-diagnosis", "patients", "death_date"),
    Kind("death before enrolment", "P001", [change("patients", ALL, death_date="2020-12-31")],
         "death-before-diagnosis", "patients", "death_date"),
    Kind("birth after diagnosis", "P001", [change("patients", ALL, birth_date="2020-05-14")],
         "birth-after-diagnosis", "patients", "birth_date"),
    Kind("alive, with a day of death", "P001", [change("patients", ALL, vital_status="alive")],
         "alive-with-death-day", "patients", "death_date"),
    Kind("alive after death", "P001", [change("patients", ALL, last_alive_date="2022-04-20")],
         "alive-after-death", "patients", "last_alive_date"),
    Kind("dead without a day", "P001",
         [change("patients", ALL, death_date=None), without("reported_endpoints", ALL)],
         "dead-without-day", "patients", "death_date"),
    Kind("no time", "P002",
         [change("patients", ALL, last_alive_date=None), without("reported_endpoints", ALL)],
         "no-time", "patients", "last_alive_date"),
    # Intervals
    Kind("drug ends before it starts", "P006", [change("drugs", ALL, end_date="2021-04-04")],
         "end-before-start", "drugs", "end_date"),
    Kind("course ends before it starts", "P001", [change("radiotherapy", ALL, end_date="2019-03-17")],
         "end-before-start", "radiotherapy", "end_date"),
    Kind("event ends before it starts", "P006", [change("adverse_events", ALL, end_date="2021-12-31")],
         "end-before-start", "adverse_events", "end_date"),
    Kind("the same drug twice at once", "P006",
         [add("drugs", ALL, start_date="2022-03-01", end_date="2022-05-02")],
         "overlapping-administration", "drugs", "start_date"),
    # After death, after the cut-off
    Kind("drug after death", "P006", [add("drugs", ALL, start_date="2022-09-15", end_date=None)],
         "treatment-after-death", "drugs", "start_date"),
    Kind("course after death", "P003",
         [change("radiotherapy", {"course_id": "RT3"}, start_date="2022-07-04", end_date="2022-07-08")],
         "treatment-after-death", "radiotherapy", "start_date"),
    Kind("surgery after death", "P004", [change("procedures", ALL, date="2022-02-10")],
         "treatment-after-death", "procedures", "date"),
    Kind("measurement after death", "P001", [change("measurements", NEW_P001, date="2022-05-01")],
         "scan-after-death", "measurements", "date"),
    Kind("assessment after death", "P001", [change("assessments", {"visit": "week 21"}, date="2022-05-01")],
         "scan-after-death", "assessments", "date"),
    Kind("event after death", "P006", [change("adverse_events", ALL, start_date="2022-09-01", end_date=None)],
         "event-after-death", "adverse_events", "start_date"),
    Kind("sample after death", "P001", [change("labs", ALL, date="2022-04-03")],
         "event-after-death", "labs", "date"),
    Kind("sample after the cut-off", "P005", [change("labs", ALL, date="2024-06-01")],
         "after-cutoff", "labs", "date"),
    Kind("contact after the cut-off", "P005", [change("patients", ALL, last_alive_date="2024-03-01")],
         "after-cutoff", "patients", "last_alive_date"),
    # Lesions
    Kind("six targets", "P005",
         _targets_p005(("T3", "bone"), ("T4", "skin"), ("T5", "adrenal"), ("T6", "brain")),
         "too-many-targets", "lesions", "role"),
    Kind("three targets in an organ", "P004",
         [add("lesions", T1, lesion_id="T3"), add("measurements", T1, lesion_id="T3", cited=False)],
         "too-many-targets-in-organ", "lesions", "role"),
    Kind("baseline too early", "P004", [change("measurements", BASELINE_P004, date="2021-02-01")],
         "baseline-too-early", "measurements", "date"),
    Kind("baseline after the first dose", "P004", [change("measurements", BASELINE_P004, date="2021-04-20")],
         "baseline-after-first-dose", "measurements", "date"),
    Kind("target under 10 mm", "P004", [change("measurements", {**T2, **BASELINE_P004}, diameter_mm="9.9")],
         "target-too-small", "measurements", "diameter_mm"),
    Kind("node under 15 mm", "P002", [change("measurements", {**T3, "date": "2021-09-06"}, diameter_mm="12")],
         "target-node-too-small", "measurements", "diameter_mm"),
    Kind("irradiated target", "P004", [change("lesions", T1, previously_irradiated="yes")],
         "target-irradiated", "lesions", "previously_irradiated"),
    Kind("target in an earlier course", "P003",
         [cite("lesions", T1),
          quietly("radiotherapy", {"course_id": "RT2"}, start_date="2021-01-11", end_date="2021-01-15")],
         "target-irradiated", "lesions", "previously_irradiated"),
    Kind("target without baseline", "P004",
         [cite("lesions", T2), without("measurements", {**T2, **BASELINE_P004})],
         "target-without-baseline", "lesions", "lesion_id"),
    Kind("new lesion at baseline", "P001", [change("measurements", NEW_P001, date="2021-01-08")],
         "new-lesion-at-baseline", "measurements", "date"),
    # Doses
    Kind("70 Gy in one fraction", "P001", [change("radiotherapy", ALL, fractions="1")],
         "dose-against-fractions", "radiotherapy", "dose_gy"),
    Kind("6600 Gy", "P002", [change("radiotherapy", ALL, dose_gy="6600", fractions="33")],
         "dose-unit-converted", "radiotherapy", "dose_gy"),
    Kind("60 cGy", "P001", [change("radiotherapy", ALL, dose_gy="0.6", fractions="30")],
         "dose-unit-converted", "radiotherapy", "dose_gy", whole=_in_cgy),
    # Safety
    Kind("neither grade nor severity", "P006", [change("adverse_events", ALL, grade=None, severity=None)],
         "no-grade", "adverse_events", "grade"),
    Kind("fatal without grade 5", "P004", [change("adverse_events", ALL, grade="4")],
         "fatal-without-grade-5", "adverse_events", "grade"),
    Kind("grade 5 without a death", "P002", [change("adverse_events", ALL, grade="5")],
         "grade-5-without-death", "adverse_events", "grade"),
    # Whole tables
    Kind("missing column", "P001", [], "missing-column", "quality_of_life", "instrument", "nobody", line=2,
         whole=_column("quality_of_life", lambda frame: frame.drop("instrument"))),
    Kind("misspelt column", "P001", [], "unknown-column", "biomarkers", "units", "nobody", line=1,
         whole=_column("biomarkers", lambda frame: frame.rename({"unit": "units"}))),
    Kind("stray column", "P001", [], "unknown-column", "procedures", "blood group", "nobody", line=1,
         whole=_column("procedures", lambda frame: frame.with_columns(pl.lit("A").alias("blood group")))),
    Kind("column twice", "P001", [], "duplicate-column", "labs", "Upper Limit", "nobody", line=1,
         whole=_column("labs", lambda frame: frame.with_columns(pl.col("upper_limit").alias("Upper Limit")))),
]
# fmt: on
