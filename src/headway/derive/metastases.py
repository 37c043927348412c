"""The metastases at each imaging: how many, how many new, how many growing (R7.3)."""

import polars as pl

from headway.derive.lesion_growth import LESION, lesion_scans, with_growth
from headway.record.derived.disease_state import MetastaticImaging

READING = ["patient_id", "evaluator"]
SINCE_TREATED = [*LESION, "ablated"]  # growth after an ablative course is judged from the first scan after it


def metastases_by_imaging(
    lesions: pl.LazyFrame,
    measurements: pl.LazyFrame,
    irradiated_lesions: pl.LazyFrame,
    radiotherapy: pl.LazyFrame,
) -> pl.LazyFrame:
    """What each imaging shows of the metastases.

    Takes:  the record's lesions, measurements, irradiated_lesions and radiotherapy.
    Gives:  `MetastaticImaging`, one row per patient, reader and day with a measurement. A lesion that is not
            measured on a day is as it was last seen. One that had SABR (role SBRT, or a course of ablative
            intent) and has not grown since is controlled, and does not count. treatable is null.
    Source: R7.3 (distinct metastases; a node counts if lesions say that it is one).
    """
    scans = lesion_scans(measurements)
    seen = _states(scans, _ablations(irradiated_lesions, radiotherapy))
    every = _carried(seen, scans.select(*READING, "day").unique())
    known = every.join(_described(lesions), on=["patient_id", "lesion_id"]).filter(
        pl.col("followed_by").is_null() | (pl.col("followed_by") == pl.col("evaluator"))
    )
    return MetastaticImaging.cast(known.group_by(*READING, "day").agg(**_counts()))


def _ablations(irradiated_lesions: pl.LazyFrame, radiotherapy: pl.LazyFrame) -> pl.LazyFrame:
    courses = radiotherapy.select("patient_id", "course_id", "intent", ablation_day="start_day")
    treated = irradiated_lesions.join(courses, on=["patient_id", "course_id"])
    ablative = (pl.col("role") == "SBRT").fill_null(False) | (pl.col("intent") == "ablative").fill_null(False)
    return treated.filter(ablative).group_by("patient_id", "lesion_id").agg(pl.col("ablation_day").min())


def _states(scans: pl.LazyFrame, ablations: pl.LazyFrame) -> pl.LazyFrame:
    """Each lesion at each of its scans: present, new, grown, ablated."""
    treated = scans.join(ablations, on=["patient_id", "lesion_id"], how="left").with_columns(
        ablated=(pl.col("day") > pl.col("ablation_day")).fill_null(False)
    )
    first_day = pl.col("day").filter(~pl.col("gone")).min().over(LESION)
    grown = with_growth(treated, by=SINCE_TREATED)
    return grown.with_columns(present=~pl.col("gone"), first_day=first_day)


def _carried(seen: pl.LazyFrame, imaging_days: pl.LazyFrame) -> pl.LazyFrame:
    """Each lesion on every imaging day of its reader from its first scan on, as last seen."""
    spans = seen.group_by(LESION).agg(pl.col("first_day").first(), from_day=pl.col("day").min())
    grid = spans.join(imaging_days, on=READING, nulls_equal=True).filter(pl.col("day") >= pl.col("from_day"))
    states = seen.select(*LESION, "day", "present", "grown", "ablated")
    joined = grid.join(states, on=[*LESION, "day"], how="left", nulls_equal=True)
    return joined.with_columns(
        pl.col("present", "grown", "ablated").forward_fill().over(LESION, order_by="day"),
        new=(pl.col("day") == pl.col("first_day")).fill_null(False),
    )


def _described(lesions: pl.LazyFrame) -> pl.LazyFrame:
    return lesions.select("patient_id", "lesion_id", "metastasis", "organ", followed_by="evaluator")


def _counts() -> dict[str, pl.Expr]:
    present, metastasis = pl.col("present"), pl.col("metastasis")
    known = present & metastasis.fill_null(False)
    controlled = pl.col("ablated") & ~pl.col("grown")
    counted = known & ~controlled
    return {
        "metastases": counted.sum(),
        "new": (counted & pl.col("new")).sum(),
        "growing": (counted & pl.col("grown") & ~pl.col("new")).sum(),
        "controlled": (known & controlled).sum(),
        "unknown": (present & metastasis.is_null()).sum(),
        "organs": pl.col("organ").filter(counted).drop_nulls().n_unique(),
        "locoregional": (present & ~metastasis).sum(),
        "treatable": pl.lit(None, pl.Boolean),
    }
