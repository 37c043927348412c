"""Whose measurement and whose lesion it is, where the table does not say."""

import polars as pl

from headway.derive.response.readings import Readings

LESION = ["patient_id", "lesion_id"]


def with_their_readers(lesions: pl.LazyFrame, measurements: pl.LazyFrame) -> pl.LazyFrame:
    """Give an unnamed measurement to the one reader whose lesion it is.

    Takes:  the tables of a record.
    Gives:  the measurements with `evaluator`; an unnamed one falls away where its reader has measured the
            lesion on that day himself, and stays unnamed where the lesion is of several readers or of nobody.

    >>> lesions = pl.LazyFrame({"patient_id": ["P1"] * 2, "lesion_id": ["T1", "T2"],
    ...                         "evaluator": ["central", None]})
    >>> scans = pl.LazyFrame({"patient_id": ["P1"] * 2, "lesion_id": ["T1", "T2"], "day": [0, 0],
    ...                       "evaluator": [None, None]}, schema_overrides={"evaluator": pl.String})
    >>> with_their_readers(lesions, scans).collect()["evaluator"].to_list()
    ['central', None]
    """
    if _every_row_names_a_reader(measurements):
        return measurements
    only = pl.col("evaluator").n_unique() == 1  # "nobody" counts as one
    owners = lesions.group_by(LESION).agg(owner=pl.when(only).then(pl.col("evaluator").first()))
    unnamed = pl.col("evaluator").is_null()
    named = measurements.filter(~unnamed)
    claimed = (
        measurements.filter(unnamed)
        .join(owners, on=LESION, how="left", maintain_order="left")
        .with_columns(evaluator=pl.col("owner").cast(pl.String))
        .drop("owner")
        .join(named, on=[*LESION, "day", "evaluator"], how="anti", maintain_order="left")
    )
    return pl.concat([named, claimed])


def _every_row_names_a_reader(measurements: pl.LazyFrame) -> bool:
    return measurements.select(pl.col("evaluator").null_count() == 0).collect().item()


def belonging(readings: Readings) -> pl.DataFrame:
    """The lesions, without a role where one of nobody belongs to other readers.

    It belongs to who has a row for it by the end of his baseline and to who was the only reader by
    then; what anybody measures later cannot change that. A new lesion is whoever's who sees it.
    """
    lesions = readings.lesions
    in_question = lesions.filter(~pl.col("named"), pl.col("role") != "new", pl.col("baseline_size").is_null())
    if in_question.is_empty():
        return lesions
    theirs = pl.concat(
        [
            _measured_at_baseline(readings, in_question),
            in_question.join(_alone(readings), on="reading", how="semi").select("lesion"),
        ]
    )
    others = in_question.join(theirs, on="lesion", how="anti")["lesion"].implode()
    return lesions.with_columns(role=pl.when(~pl.col("lesion").is_in(others)).then("role"))


def _measured_at_baseline(readings: Readings, chosen: pl.DataFrame) -> pl.DataFrame:
    rows = readings.dated(readings.rows.join(chosen, on="lesion", how="semi"))
    return rows.filter(pl.col("day") <= readings.per_row("baseline_end")).select("lesion")


def _alone(readings: Readings) -> pl.DataFrame:
    """The readings by the end of whose baseline no other reader of the patient had measured anything."""
    first = readings.scans.group_by("reading").agg(first_day=pl.col("day").min())
    own = readings.readings.select("reading", "patient_id", "baseline_end")
    others = first.join(own, on="reading").select("patient_id", other="reading", first_day="first_day")
    met = own.join(others, on="patient_id").filter(
        pl.col("reading") != pl.col("other"), pl.col("first_day") <= pl.col("baseline_end")
    )
    return own.join(met, on="reading", how="anti").select("reading")
