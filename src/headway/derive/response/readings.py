"""Who read what: patients, readers and lesions, numbered.

A *reading* is one patient as read by one reader; nothing ever passes from one reading to another.
Names become numbers here once, and come back only at the end, so that the rest of the engine
works on whole numbers in order of reading and day.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from headway.record.tables.disease import STATUSES

NOT_STATED = "not stated"
STATUS = pl.Enum(STATUSES)


@dataclass(frozen=True)
class Readings:
    """The record as the engine works on it.

    readings  reading, patient_id, evaluator, start_day; sorted by patient and reader
    lesions   lesion, reading, lesion_id, role, lymph_node; one a row number. role is null where a
              lesion of nobody was never measured in this reading, so that it does not belong to it
    rows      reading, day, lesion (null: belongs to another reader), size, status; by reading, day
    visits    reading, day of the assessments that were done
    """

    readings: pl.DataFrame
    lesions: pl.DataFrame
    rows: pl.DataFrame
    visits: pl.DataFrame

    def per_row(self, column: str) -> pl.Expr:
        """A column of `readings`, for a frame that has `reading`."""
        return pl.lit(self.readings[column]).gather(pl.col("reading"))


def read(
    lesions: pl.LazyFrame, measurements: pl.LazyFrame, assessments: pl.LazyFrame, start: pl.LazyFrame
) -> Readings:
    """Number the readings and their lesions. `measurements` has a `size` beside its own columns."""
    names = Names()
    measured = names.measured(measurements)
    assessed = names.assessed(assessments)
    readings = _readings(measured, assessed, start, names)
    rows = _in_order(_with_reading(measured, readings, ("patient", "reader")))
    candidates = _candidates(names.lesions(lesions), readings)
    rows = _with_lesion(rows, candidates)
    return Readings(
        readings.drop("patient", "reader"), _belonging(candidates, rows), rows, _visits(assessed, readings)
    )


def numbered(responses: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows of responses by reading and day, and the readings: reading, patient_id, evaluator."""
    pair = ["patient_id", "evaluator"]
    responses = responses.with_columns(pl.col("evaluator").fill_null(NOT_STATED))
    readings = responses.select(pair).filter(_changes(pair)).unique().sort(pair).with_row_index("reading")
    return _in_order(_with_reading(responses, readings, ("patient_id", "evaluator"))), readings


class Names:
    """Patients, lesion names and readers as categories that all tables of one call share."""

    def __init__(self) -> None:
        self._patient, self._name, self._reader = (pl.Categorical(pl.Categories.random()) for _ in range(3))
        # A category lives as long as a column that has it; this one outlives them all.
        self._kept = pl.Series([NOT_STATED], dtype=self._reader)
        self.not_stated = pl.lit(self._kept).first()

    def _patient_id(self) -> pl.Expr:
        return pl.col("patient_id").cast(self._patient).alias("patient")

    def _evaluator(self) -> pl.Expr:
        return pl.col("evaluator").cast(self._reader).alias("reader")

    def measured(self, measurements: pl.LazyFrame) -> pl.DataFrame:
        return measurements.select(
            self._patient_id(),
            self._evaluator().fill_null(self.not_stated),
            pl.col("lesion_id").cast(self._name).alias("name"),
            pl.col("day").cast(pl.Int32),
            "size",
            pl.col("status").cast(STATUS, strict=False),
        ).collect()

    def assessed(self, assessments: pl.LazyFrame) -> pl.DataFrame:
        done = assessments.filter(pl.col("done").ne_missing(False))
        return (
            done.select(self._patient_id(), self._evaluator(), pl.col("day").cast(pl.Int32))
            .unique()
            .collect()
        )

    def lesions(self, lesions: pl.LazyFrame) -> pl.DataFrame:
        return lesions.select(
            self._patient_id(),
            self._evaluator(),
            pl.col("lesion_id").cast(self._name).alias("name"),
            "role",
            pl.col("lymph_node").fill_null(False),
        ).collect()


def _readings(
    measured: pl.DataFrame, assessed: pl.DataFrame, start: pl.LazyFrame, names: Names
) -> pl.DataFrame:
    """Everybody who measured or is named in an assessment; "not stated" where there is nobody else."""
    pair = ["patient", "reader"]
    # Rows of one patient mostly stand together: dropping repeats of the row above leaves little to sort out.
    measuring = measured.select(pair).filter(_changes(pair)).unique()
    somebody = pl.concat([measuring, assessed.select(pair).drop_nulls()]).unique()
    nobody = assessed.select("patient").unique().join(somebody, on="patient", how="anti")
    starts = start.select("patient_id", pl.col("start_day").cast(pl.Int32)).collect()
    return (
        pl.concat([somebody, nobody.with_columns(reader=names.not_stated)])
        .with_columns(
            patient_id=pl.col("patient").cast(pl.String), evaluator=pl.col("reader").cast(pl.String)
        )
        .sort("patient_id", "evaluator")
        .with_row_index("reading")
        .join(starts, on="patient_id", how="left", maintain_order="left")
    )


def _changes(columns: list[str]) -> pl.Expr:
    """Whether any of these columns differs from the row above."""
    return pl.any_horizontal(pl.col(c).ne_missing(pl.col(c).shift(1)) for c in columns)


def _with_reading(rows: pl.DataFrame, readings: pl.DataFrame, pair: tuple[str, str]) -> pl.DataFrame:
    """The rows with their reading, looked up once per run of rows that share it."""
    begins = rows.select(begins=_changes(list(pair)))["begins"]
    heads = rows.select(pair).filter(begins).join(readings, on=pair, how="left", maintain_order="left")
    run = begins.cum_sum() - 1
    return rows.with_columns(reading=heads["reading"].gather(run)).drop(pair)


def _in_order(rows: pl.DataFrame) -> pl.DataFrame:
    """Sorted by reading and day; a file that already is costs one look."""
    in_order = rows.select(_at().is_sorted()).item() if rows.height else True
    return rows if in_order else rows.sort("reading", "day", maintain_order=True)


def _at() -> pl.Expr:
    return pl.col("reading").cast(pl.Int64) * 2**32 + pl.col("day")


def _candidates(known: pl.DataFrame, readings: pl.DataFrame) -> pl.DataFrame:
    """The lesions that may belong to each reading: those that name its reader, and those of nobody."""
    of_one = known.drop_nulls("reader").join(readings, on=["patient", "reader"])
    of_all = known.filter(pl.col("reader").is_null()).drop("reader").join(readings, on="patient")
    shared = of_all.join(of_one, on=["reading", "name"], how="anti")
    columns = ["reading", "name", "role", "lymph_node"]
    parts = [of_one.select(*columns, named=pl.lit(True)), shared.select(*columns, named=pl.lit(False))]
    return pl.concat(parts).sort("reading").with_row_index("lesion")


def _belonging(candidates: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """The same lesions, without a role where nobody named one and the reader never measured it."""
    measured = np.zeros(candidates.height, dtype=bool)
    measured[rows["lesion"].drop_nulls().to_numpy()] = True
    ours = pl.col("named") | pl.Series(measured)
    return candidates.select(
        "lesion",
        "reading",
        lesion_id=pl.col("name").cast(pl.String),
        role=pl.when(ours).then("role"),
        lymph_node="lymph_node",
    )


def _lesion_key() -> pl.Expr:
    """Reading and lesion name in one number, which is looked up faster than two columns."""
    return (pl.col("reading").cast(pl.Int64) * 2**32 + pl.col("name").to_physical()).alias("key")


def _with_lesion(rows: pl.DataFrame, candidates: pl.DataFrame) -> pl.DataFrame:
    numbers = candidates.select("lesion", _lesion_key())
    keyed = rows.with_columns(_lesion_key()).drop("name")
    return keyed.join(numbers, on="key", how="left", maintain_order="left").drop("key")


def _visits(assessed: pl.DataFrame, readings: pl.DataFrame) -> pl.DataFrame:
    """Days that a reader assessed, or that somebody unnamed assessed for every reader of the patient."""
    named = assessed.drop_nulls("reader").join(readings, on=["patient", "reader"])
    unnamed = assessed.filter(pl.col("reader").is_null()).join(readings, on="patient")
    return pl.concat([named.select("reading", "day"), unnamed.select("reading", "day")]).unique()
