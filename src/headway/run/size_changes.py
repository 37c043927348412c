"""The change of the target sum over time of each patient, derived from lesions or as reported."""

import polars as pl

from headway.derive.judgements import as_recist
from headway.derive.response import best_changes, timepoint_responses
from headway.derive.response.readings import NOT_STATED
from headway.run.cohort import Cohort, judged_since, next_therapy, start_of
from headway.run.judged import reader_of

SCAN = ["patient_id", "evaluator", "day"]


def size_changes(made: Cohort, since: str, window_days: int | None = None) -> pl.DataFrame:
    """What each scan after time zero says of the size, with the response of the study's reader.

    Gives:  one row per patient and day: patient_id, evaluator, day, start_day,
            change_from_baseline_percent (null: not every target measured, or not reported), new_lesion,
            response.
    """
    sizes = _derived(made, since) if _has_lesions(made) else _reported(made)
    own = _of_the_reader(made, sizes.collect())
    judged = as_recist(judged_since(made, since)).select(*SCAN, "response").collect()
    zero = start_of(made, since).drop_nulls("start_day").collect()
    both = own.join(judged, on=SCAN, how="full", coalesce=True).join(zero, on="patient_id")
    days = pl.col("day") - pl.col("start_day")
    within = pl.lit(True) if window_days is None else days <= window_days
    # Two forms of one day are one scan: what either says.
    return (
        both.filter(days > 0, within)
        .sort(*SCAN, "change_from_baseline_percent", "response", nulls_last=True)
        .group_by(*SCAN, "start_day", maintain_order=True)
        .agg(
            pl.col("change_from_baseline_percent").drop_nulls().first(),
            pl.col("new_lesion").fill_null(False).any(),
            response=pl.when((pl.col("response") == "PD").any())
            .then(pl.lit("PD"))
            .otherwise(pl.col("response").drop_nulls().first()),
        )
    )


def _has_lesions(made: Cohort) -> bool:
    return made.record.has("lesions") and made.record.has("measurements")


def _derived(made: Cohort, since: str) -> pl.LazyFrame:
    record = made.record
    points = timepoint_responses(
        record.table("lesions"), record.table("measurements"), record.table("assessments"),
        start_of(made, since), reasons=False, time=record.time,
    )  # fmt: skip
    return points.select(*SCAN, "change_from_baseline_percent", new_lesion=pl.col("new_lesions_appeared") > 0)


def _reported(made: Cohort) -> pl.LazyFrame:
    done = made.record.table("assessments").filter(pl.col("done").fill_null(True))
    return done.select(
        "patient_id",
        pl.col("evaluator").fill_null(NOT_STATED),
        "day",
        change_from_baseline_percent="reported_size_change_percent",
        new_lesion="reported_new_lesion",
    )


def _of_the_reader(made: Cohort, sizes: pl.DataFrame) -> pl.DataFrame:
    readers = sizes["evaluator"].unique().sort().to_list()
    return sizes.filter(pl.col("evaluator") == reader_of(made.study, readers))


def new_treatment(made: Cohort, since: str, *, local: bool) -> pl.DataFrame:
    """The first day on which something else was given (patient_id, new_therapy_day): R1.46.

    Takes:  `local`: radiotherapy of a target lesion counts too; not where it belongs to what is studied.
    """
    systemic = next_therapy(made, since)
    parts = [systemic, *([_local(made, since)] if local else [])]
    return pl.concat(parts).group_by("patient_id").agg(pl.col("new_therapy_day").min()).sort("patient_id")


def _local(made: Cohort, since: str) -> pl.DataFrame:
    """Radiotherapy of a target lesion after time zero."""
    record = made.record
    targets = record.table("lesions").filter(pl.col("role") == "target").select("patient_id", "lesion_id")
    courses = record.table("radiotherapy").select("patient_id", "course_id", new_therapy_day="start_day")
    given = (
        record.table("irradiated_lesions")
        .join(targets.unique(), on=["patient_id", "lesion_id"], how="semi")
        .join(courses, on=["patient_id", "course_id"])
        .join(start_of(made, since), on="patient_id")
    )
    later = given.filter(pl.col("new_therapy_day") > pl.col("start_day"))
    return later.select("patient_id", pl.col("new_therapy_day").cast(pl.Int32)).collect()


def deepest(changes: pl.DataFrame, stops: pl.DataFrame) -> pl.DataFrame:
    """`BestChanges`: up to progression, its scan included, and before new treatment (R1.46)."""
    return best_changes(changes.lazy(), stops.lazy()).collect()
