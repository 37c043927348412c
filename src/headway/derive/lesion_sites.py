"""The site of the disease that a scan shows: local, regional or distant."""

import polars as pl

LOCAL, REGIONAL, DISTANT = range(3)  # numbers, because the lowest and the highest of them are soon found
_WORDS = {LOCAL: "local", REGIONAL: "regional", DISTANT: "distant"}
SCAN = ["patient_id", "evaluator", "day"]
_READ = ["patient_id", "evaluator", "lesion_id"]
_LESION = ["patient_id", "lesion_id"]


def lesion_sites(lesions: pl.LazyFrame, measurements: pl.LazyFrame, scans: pl.LazyFrame) -> pl.LazyFrame:
    """The site of the disease that each scan shows, where all of it is of one site.

    Takes:  lesions and measurements of a record, and the scans that are asked for.
    Gives:  patient_id, evaluator, day, site. A new lesion seen for the first time tells it alone. Null: of
            several sites, or `metastasis` is not recorded.
    """
    seen = measurements.filter(_seen())
    shown = _with_site(lesions, seen.join(scans, on=SCAN, how="semi"))
    shown = shown.join(_first_seen(lesions, seen), on=_READ, how="left")
    newly = ((pl.col("role") == "new") & (pl.col("day") == pl.col("first_day"))).fill_null(False)
    told = shown.select(*SCAN, "site", newly=newly).collect()
    alone = told.filter("newly").group_by(SCAN).agg(_the_one_site())
    others = told.join(alone, on=SCAN, how="anti").group_by(SCAN).agg(_the_one_site())
    words = pl.col("site").replace_strict(_WORDS, return_dtype=pl.String)
    return pl.concat([alone, others]).lazy().with_columns(words)


def _seen() -> pl.Expr:
    there = ~pl.col("status").fill_null("").is_in(["absent", "not evaluable"])
    return there & (pl.col("diameter_mm").fill_null(1) > 0)


def _with_site(lesions: pl.LazyFrame, measurements: pl.LazyFrame) -> pl.LazyFrame:
    """Measurements with role and site of their lesion; one without a reader is a lesion of all readers."""
    nodal = pl.when("lymph_node").then(REGIONAL).when(~pl.col("lymph_node")).then(LOCAL)
    site = pl.when("metastasis").then(DISTANT).when(~pl.col("metastasis")).then(nodal)
    known = lesions.select(*_LESION, "evaluator", "role", site=site.cast(pl.Int8))
    own = measurements.join(known.drop_nulls("evaluator"), on=_READ)
    common = known.filter(pl.col("evaluator").is_null()).drop("evaluator")
    return pl.concat([own, measurements.join(common, on=_LESION)])


def _first_seen(lesions: pl.LazyFrame, seen: pl.LazyFrame) -> pl.LazyFrame:
    """The first day on which each reader saw each new lesion: patient_id, evaluator, lesion_id, first_day."""
    new = lesions.filter(pl.col("role") == "new").select(_LESION)
    return seen.join(new, on=_LESION, how="semi").group_by(_READ).agg(first_day=pl.col("day").min())


def _the_one_site() -> pl.Expr:
    """The site of all rows; null if one of them has another or none."""
    site = pl.col("site")
    return pl.when(site.min() == site.max(), site.null_count() == 0).then(site.min()).alias("site")
