"""How long it takes to check a record with 1,000,000 measurements, beside polars reading the same files.

Run: python benchmarks/check.py [patients]. Both sides run in a process of their own, three times in turn;
the quickest run of each counts. Importing is not timed. Peak memory is that of the whole process.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import polars as pl

SCANS, LESIONS = 5, 5  # measurements of a patient: 5 lesions at 5 scans
PATIENTS = 40_000
RUNS = 3

TIMED = """
import json, resource, sys, time
from pathlib import Path
import polars as pl
{imports}
folder = Path(sys.argv[1])
start = time.perf_counter()
{work}
seconds = time.perf_counter() - start
mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({{"seconds": seconds, "mb": mb, **extra}}))
"""
POLARS = TIMED.format(
    imports="",
    work="frames = [pl.read_csv(file) for file in folder.glob('*.csv')]; extra = {}",
)
HEADWAY = TIMED.format(
    imports="from headway.ingest.recognise import read_record",
    work="record = read_record(folder); "
    "extra = {'findings': record.findings.height, 'rows': record.rows['rows_read'].sum()}",
)


def cohort(patients: int) -> dict[str, pl.DataFrame]:
    """A clean record: every patient has a drug, a course, five lesions, five scans, events and samples."""
    one = pl.DataFrame({"number": range(patients)}).with_columns(
        patient_id=pl.format("P{}", pl.col("number").cast(pl.String).str.zfill(6)),
        start=pl.date(2018, 1, 1) + pl.duration(days=pl.col("number") % 1500),
    )
    scans = one.join(pl.DataFrame({"scan": range(SCANS)}), how="cross").with_columns(
        date=pl.col("start") + pl.duration(days=pl.col("scan") * 56 - 7)
    )
    lesions = one.join(pl.DataFrame({"lesion": range(LESIONS)}), how="cross").with_columns(
        lesion_id=pl.format("T{}", pl.col("lesion") + 1)
    )
    return {
        "patients": _patients(one),
        "drugs": _drugs(one),
        "radiotherapy": _courses(one),
        "lesions": _lesions(lesions),
        "measurements": _measurements(scans),
        "assessments": scans.select(
            "patient_id", "date", evaluator=pl.lit("investigator"), done=pl.lit("yes")
        ),
        "adverse_events": _events(scans),
        "labs": _labs(scans),
    }


def _later(days: int) -> pl.Expr:
    return pl.col("start") + pl.duration(days=days)


def _patients(one: pl.DataFrame) -> pl.DataFrame:
    dead = pl.col("number") % 2 == 0
    return one.select(
        "patient_id",
        sex=pl.when(pl.col("number") % 3 == 0).then(pl.lit("female")).otherwise(pl.lit("male")),
        birth_date=_later(-365 * 60),
        hpv=pl.lit("negative"),
        diagnosis_date=_later(-400),
        enrolment_date=_later(-3),
        last_alive_date=_later(400),
        death_date=pl.when(dead).then(_later(401 + 30)),
    )


def _drugs(one: pl.DataFrame) -> pl.DataFrame:
    names = pl.DataFrame({"drug": ["pembrolizumab", "cisplatin"]})
    both = one.join(names, how="cross")
    return both.select(
        "patient_id", "drug", start_date="start", end_date=_later(180), intent=pl.lit("palliative")
    )


def _courses(one: pl.DataFrame) -> pl.DataFrame:
    constant = {"course_id": "RT1", "site": "neck", "dose_gy": 66, "fractions": 33}
    days = {"start_date": _later(-360), "end_date": _later(-315)}
    return one.select("patient_id", **days, **{name: pl.lit(value) for name, value in constant.items()})


def _lesions(lesions: pl.DataFrame) -> pl.DataFrame:
    organ = pl.when(pl.col("lesion") < 2).then(pl.lit("lung")).otherwise(pl.lit("liver"))
    role = pl.when(pl.col("lesion") < 4).then(pl.lit("target")).otherwise(pl.lit("non-target"))
    return lesions.select("patient_id", "lesion_id", organ=organ, role=role, lymph_node=pl.lit("no"))


def _measurements(scans: pl.DataFrame) -> pl.DataFrame:
    each = scans.join(pl.DataFrame({"lesion": range(LESIONS)}), how="cross")
    size = 20 + (pl.col("number") * 7 + pl.col("lesion") * 3 + pl.col("scan") * 5) % 40
    measured = pl.col("lesion") < 4
    return each.select(
        "patient_id",
        pl.format("T{}", pl.col("lesion") + 1).alias("lesion_id"),
        "date",
        evaluator=pl.lit("investigator"),
        diameter_mm=pl.when(measured).then(size / 2 + 10),
        status=pl.when(measured).then(pl.lit("measured")).otherwise(pl.lit("present")),
    )


def _events(scans: pl.DataFrame) -> pl.DataFrame:
    after = scans.filter(pl.col("scan").is_between(1, 2))
    constant = {"term": "fatigue", "grade": 2, "related": "yes", "fatal": "no"}
    days = {"start_date": pl.col("date"), "end_date": pl.col("date") + pl.duration(days=9)}
    return after.select("patient_id", **days, **{name: pl.lit(value) for name, value in constant.items()})


def _labs(scans: pl.DataFrame) -> pl.DataFrame:
    value = pl.col("number") % 50 / 100 + 0.5
    return scans.select("patient_id", "date", test=pl.lit("magnesium"), value=value, unit=pl.lit("mmol/L"))


def timed(script: str, folder: Path) -> dict[str, float]:
    """Seconds and peak memory of a script in its own process."""
    run = subprocess.run(
        [sys.executable, "-c", script, str(folder)], capture_output=True, text=True, check=True
    )
    return json.loads(run.stdout)


def main(patients: int = PATIENTS) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name, frame in cohort(patients).items():
            frame.write_csv(folder / f"{name}.csv")
        runs = [(timed(POLARS, folder), timed(HEADWAY, folder)) for _ in range(RUNS)]
    polars, headway = (min(side, key=lambda run: run["seconds"]) for side in zip(*runs, strict=True))
    measured = patients * SCANS * LESIONS
    print(f"{measured:,} measurements, {headway['rows']:,} rows, {headway['findings']} findings")
    print(f"polars.read_csv   {polars['seconds']:6.2f} s   {polars['mb']:6.0f} MB")
    print(f"headway check     {headway['seconds']:6.2f} s   {headway['mb']:6.0f} MB")
    print(f"ratio             {headway['seconds'] / polars['seconds']:6.2f}")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:2]))
