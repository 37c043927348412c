"""Who read what: patients, readers, scans and lesions, numbered.

A *reading* is one patient as read by one reader; nothing ever passes from one reading to another.
Names become numbers here once, and come back only at the end, so that the rest of the engine
works on whole numbers in order of reading and day. Names are compared with the row above and looked
up once per run of equal ones, because the rows of one scan mostly stand together.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from headway.record.tables.disease import STATUSES

NOT_STATED = "not stated"
STATUS = pl.Enum(STATUSES)
PAIR = ["patient_id", "evaluator"]


@dataclass(frozen=True)
class Readings:
    """The record as the engine works on it.

    readings  reading, patient_id, evaluator, start_day; sorted by patient and reader. With baselines
              (see `with_baselines`): targets, non_targets, baseline_sum, baseline_day, baseline_end
    lesions   lesion, reading, role, lymph_node, named (names its reader); lesion is a row number. With
              baselines: baseline_day, baseline_size; role is null where it belongs to other readers
    scans     reading, day; sorted so, one a row number
    rows      scan, lesion (null: not of this reading), size, status; by scan
    visits    reading, day of the assessments that were done
    """

    readings: pl.DataFrame
    lesions: pl.DataFrame
    scans: pl.DataFrame
    rows: pl.DataFrame
    visits: pl.DataFrame

    def per_row(self, column: str) -> pl.Expr:
        """A column of `readings`, for a frame that has `reading`."""
        return pl.lit(self.readings[column]).gather(pl.col("reading"))

    def dated(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Some of the rows, with reading and day in place of their scan."""
        at = (pl.lit(self.scans[name]).gather(pl.col("scan")).alias(name) for name in ("reading", "day"))
        return rows.with_columns(*at).drop("scan")


def read(
    lesions: pl.LazyFrame, measurements: pl.LazyFrame, assessments: pl.LazyFrame, start: pl.LazyFrame
) -> Readings:
    """Number the readings and their lesions. `measurements` has a `size` beside its own columns."""
    names = pl.Categorical(pl.Categories.random())  # shared by both tables, and by no other call
    rows, scans = _rows_and_scans(measurements, names)
    assessed = _assessed(assessments)
    readings = _readings(scans, assessed, start)
    rows, scans = _in_order(rows, _with_reading(scans, readings))
    known = _known(lesions, readings, names)
    return Readings(
        readings.drop("patient"),
        known.drop("key"),
        scans,
        _with_lesion(rows, scans, known),
        _visits(assessed, readings),
    )


def numbered(responses: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of responses by reading and day, and the readings: reading, patient_id, evaluator."""
    responses = responses.with_columns(pl.col("evaluator").fill_null(NOT_STATED))
    readings = _pairs(responses).unique().sort(PAIR).with_row_index("reading")
    rows = _with_reading(responses, readings)
    return rows if _sorted(rows) else rows.sort("reading", "day", maintain_order=True), readings


def _changes(*columns: str) -> pl.Expr:
    """Whether any of these columns differs from the row above."""
    return pl.any_horizontal(pl.col(c).ne_missing(pl.col(c).shift(1)) for c in columns)


def _rows_and_scans(measurements: pl.LazyFrame, names: pl.Categorical) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The measurements with the number of their scan, and the scans: patient_id, evaluator, day."""
    scan = [*PAIR, "day"]
    measured = measurements.select(
        "patient_id",
        pl.col("evaluator").fill_null(NOT_STATED),
        pl.col("day").cast(pl.Int32),
        "size",
        pl.col("status").cast(STATUS, strict=False),
        name=pl.col("lesion_id").cast(names),
    ).collect()
    begins = measured.select(_changes(*scan).alias("begins"))["begins"]
    rows = measured.select("name", "size", "status", scan=begins.cum_sum() - 1)
    return rows, measured.select(scan).filter(begins)


def _assessed(assessments: pl.LazyFrame) -> pl.DataFrame:
    done = assessments.filter(pl.col("done").ne_missing(False))
    return done.select(*PAIR, pl.col("day").cast(pl.Int32)).unique().collect()


def _pairs(rows: pl.DataFrame) -> pl.DataFrame:
    """Patient and reader of each run of rows."""
    return rows.select(PAIR).filter(_changes(*PAIR))


def _readings(scans: pl.DataFrame, assessed: pl.DataFrame, start: pl.LazyFrame) -> pl.DataFrame:
    """Everybody who measured or is named in an assessment; "not stated" where there is nobody else."""
    somebody = pl.concat([_pairs(scans), assessed.select(PAIR).drop_nulls()]).unique()
    nobody = assessed.select("patient_id").unique().join(somebody, on="patient_id", how="anti")
    starts = start.select("patient_id", pl.col("start_day").cast(pl.Int32)).collect()
    return (
        pl.concat([somebody, nobody.with_columns(evaluator=pl.lit(NOT_STATED))])
        .sort(PAIR)
        .with_row_index("reading")
        .with_columns(patient=pl.col("patient_id").rle_id())
        .join(starts, on="patient_id", how="left", maintain_order="left")
    )


def _with_reading(rows: pl.DataFrame, readings: pl.DataFrame) -> pl.DataFrame:
    """The rows with their reading in place of patient and reader."""
    begins = rows.select(_changes(*PAIR).alias("begins"))["begins"]
    heads = rows.select(PAIR).filter(begins).join(readings, on=PAIR, how="left", maintain_order="left")
    run = begins.cum_sum() - 1
    return rows.select(heads["reading"].gather(run), pl.exclude(PAIR))


def _sorted(rows: pl.DataFrame) -> bool:
    return rows.select(_at())["at"].is_sorted()


def _at() -> pl.Expr:
    return (pl.col("reading").cast(pl.Int64) * 2**32 + pl.col("day")).alias("at")


def _in_order(rows: pl.DataFrame, scans: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows by reading and day, and every scan once; a file that already is so costs one look."""
    at = scans.select(_at())
    if (at["at"].diff().drop_nulls() > 0).all():
        return rows, scans
    ordered = scans.unique().sort("reading", "day")
    numbers = at.join(
        ordered.select(_at()).with_row_index("scan"), on="at", how="left", maintain_order="left"
    )
    placed = rows.with_columns(numbers["scan"].gather(rows["scan"]))
    return placed.sort("scan", maintain_order=True), ordered


def _known(lesions: pl.LazyFrame, readings: pl.DataFrame, names: pl.Categorical) -> pl.DataFrame:
    """The lesions that may belong to each reading: those that name its reader, and those of nobody."""
    columns = ["reading", "name", "role", "lymph_node"]
    known = _with_patient(lesions, readings, names)
    patients = readings.select("reading", "patient", "evaluator")
    of_one = known.drop_nulls("evaluator").join(patients, on=["patient", "evaluator"]).select(columns)
    of_all = known.filter(pl.col("evaluator").is_null()).join(patients, on="patient").select(columns)
    shared = of_all.join(of_one, on=["reading", "name"], how="anti")
    both = pl.concat([of_one.with_columns(named=pl.lit(True)), shared.with_columns(named=pl.lit(False))])
    return (
        both.with_columns(_key(pl.col("name").to_physical()))
        .sort("key")
        .with_row_index("lesion")
        .drop("name")
    )


def _with_patient(lesions: pl.LazyFrame, readings: pl.DataFrame, names: pl.Categorical) -> pl.DataFrame:
    """The lesions of patients who were read, with the number of their patient."""
    known = lesions.select(
        *PAIR, "role", pl.col("lymph_node").fill_null(False), name=pl.col("lesion_id").cast(names)
    ).collect()
    begins = known.select(_changes("patient_id").alias("begins"))["begins"]
    patients = readings.select("patient_id", "patient").unique("patient")
    heads = known.select("patient_id").filter(begins)
    heads = heads.join(patients, on="patient_id", how="left", maintain_order="left")
    run = begins.cum_sum() - 1
    return known.with_columns(heads["patient"].gather(run)).drop("patient_id").drop_nulls("patient")


def _key(name: pl.Expr) -> pl.Expr:
    """Reading and the number of a lesion name in one number, which is looked up faster than two columns."""
    return (pl.col("reading").cast(pl.Int64) * 2**32 + name).alias("key")


def _with_lesion(rows: pl.DataFrame, scans: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The rows with the number of their lesion in place of its name."""
    first = scans.select(_key(pl.lit(0, pl.Int64)))["key"].gather(rows["scan"])
    wanted = (first + rows["name"].to_physical()).to_numpy()
    keys = np.append(known["key"].to_numpy(), -1)  # so that there is a row for what lies past the last key
    place = np.searchsorted(keys[:-1], wanted)
    lesion = pl.select(
        lesion=pl.when(pl.lit(pl.Series(keys[place] == wanted))).then(pl.lit(pl.Series(place)))
    )["lesion"]
    return rows.select("scan", "size", "status", lesion.cast(pl.UInt32))


def _visits(assessed: pl.DataFrame, readings: pl.DataFrame) -> pl.DataFrame:
    """Days that a reader assessed, or that somebody unnamed assessed for every reader of the patient."""
    named = assessed.drop_nulls("evaluator").join(readings, on=PAIR)
    unnamed = assessed.filter(pl.col("evaluator").is_null()).join(readings, on="patient_id")
    return pl.concat([named.select("reading", "day"), unnamed.select("reading", "day")]).unique()
