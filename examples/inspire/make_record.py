"""The source data of INSPIRE -> a record of Headway, as a folder of CSV files and as a filled workbook.

python examples/inspire/make_record.py     writes record/ and record.xlsx beside this file

Days are whole days from the start of treatment. Three things are written nowhere in the source, and were
found by holding its files against each other:

- size change is given against weeks on treatment, 0.2 days early: x 7, rounded, is the day of the scan.
- a response interval that begins in week 0 counts from the first scan, one that begins in week 1 from the
  start of treatment. Read so, every SD, PR, CR and PD falls on a scan, and of 55 patients with a PD and a
  PFS event the two fall on the same day in 50.
- an interval names the response in force: from its first scan on (or, of a single scan, at its end).
"""

from pathlib import Path

import polars as pl

from headway.ingest.template import write_template

HERE = Path(__file__).parent
COHORTS = {
    "A": "head and neck squamous cell carcinoma",
    "B": "triple-negative breast cancer",
    "C": "high-grade serous ovarian cancer",
    "D": "melanoma",
    "E": "other solid tumours",
}
# Column of the source, name of the marker, its unit where the source leaves no doubt.
MARKERS = [
    ("PDL1", "PD-L1", "%"),
    ("TMB", "TMB", None),
    ("baseline_ctDNA", "ctDNA at baseline", None),
    ("change_ctDNA group", "ctDNA at cycle 3", None),
]
WEEKS_TO_DAYS = 7


def tables(source: Path = HERE / "source") -> dict[str, pl.DataFrame]:
    """The record's tables, under the names of their columns."""
    patients, sizes, intervals = (
        pl.read_csv(source / f"{name}.csv", infer_schema=False)
        for name in ("patients", "target_size_change", "assessment_intervals")
    )
    return {
        "patients": _patients(patients),
        "drugs": _drugs(patients),
        "reported_endpoints": pl.concat([_endpoint(patients, "OS"), _endpoint(patients, "PFS")]),
        "assessments": _assessments(sizes, intervals),
        "biomarkers": pl.concat(_marker(patients, *marker) for marker in MARKERS),
    }


def write_record(folder: Path) -> None:
    """Write the tables as CSV into `folder`, and all of them into one workbook beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    made = tables()
    for name, frame in made.items():
        frame.write_csv(folder / f"{name}.csv")
    write_template(folder.with_suffix(".xlsx"), made, time="days")


def _patients(source: pl.DataFrame) -> pl.DataFrame:
    return source.select(
        patient_id="ID",
        sex=pl.col("Sex").str.to_lowercase(),
        age_years="Age",
        histology="Histology",
        arm=pl.col("Cohort").replace_strict(COHORTS),
    )


def _drugs(source: pl.DataFrame) -> pl.DataFrame:
    """Pembrolizumab from day 0, which the source counts from; the last dose is not given."""
    return source.select(
        patient_id="ID", drug=pl.lit("pembrolizumab"), start_date=pl.lit(0), intent=pl.lit("palliative")
    )


def _endpoint(source: pl.DataFrame, name: str) -> pl.DataFrame:
    return source.select(
        patient_id="ID",
        endpoint=pl.lit(name),
        since=pl.lit("first dose of pembrolizumab"),
        time=f"{name}_TIME",
        time_unit=pl.lit("months"),
        event=pl.col(f"{name}_status").replace_strict({"1": "yes", "0": "no"}),
    )


def _marker(source: pl.DataFrame, column: str, marker: str, unit: str | None) -> pl.DataFrame:
    filled = source.filter(pl.col(column).is_not_null())
    return filled.select(patient_id="ID", marker=pl.lit(marker), value=column, unit=pl.lit(unit, pl.String))


def _assessments(sizes: pl.DataFrame, intervals: pl.DataFrame) -> pl.DataFrame:
    scans = sizes.select(patient_id="id", date=_day("time"), reported_size_change_percent="size_change")
    known = scans.join(
        _in_force(intervals, scans), on=["patient_id", "date"], how="left", maintain_order="left"
    )
    return known.with_columns(criteria=pl.lit("RECIST 1.1"))


def _in_force(intervals: pl.DataFrame, scans: pl.DataFrame) -> pl.DataFrame:
    """The response in force at each scan: of the interval that begins there or spans it, the file's first."""
    at, begins, ends = pl.col("date"), pl.col("begins"), pl.col("ends")
    spanning = (at == begins) | ((at >= begins) & (at < ends))
    met = (
        _spans(intervals, scans)
        .join(scans.select("patient_id", "date").unique(), on="patient_id", maintain_order="left")
        .filter(spanning)
    )
    once = met.unique(["patient_id", "date"], keep="first", maintain_order=True)
    return once.select("patient_id", "date", "reported_response")


def _spans(intervals: pl.DataFrame, scans: pl.DataFrame) -> pl.DataFrame:
    """The intervals in days from the start of treatment; the response to a single scan holds on its day."""
    first = scans.group_by("patient_id").agg(first_scan=pl.col("date").min())
    begins, ends = _day("interval_start_week"), _day("interval_end_week")
    from_first_scan = begins.min().over("ID") == 0
    return intervals.join(first, left_on="ID", right_on="patient_id", maintain_order="left").select(
        patient_id="ID",
        reported_response="interval_recist",
        begins=pl.when(from_first_scan).then(begins + pl.col("first_scan")).otherwise(ends),
        ends=pl.when(from_first_scan).then(ends + pl.col("first_scan")).otherwise(ends),
    )


def _day(weeks: str) -> pl.Expr:
    return (pl.col(weeks).cast(pl.Float64) * WEEKS_TO_DAYS).round().cast(pl.Int32)


if __name__ == "__main__":
    write_record(HERE / "record")
    print(f"Wrote {HERE / 'record'} and {HERE / 'record.xlsx'}")
