"""The true state of metastatic disease, day by day, by the decision tree of ESTRO and EORTC (domain.md 7).

Written from the domain alone, and not from headway.derive, which is judged by it.
"""

from dataclasses import replace

import dataframely as dy
import polars as pl

from headway.knowledge.drugs import drugs as drug_table
from headway.record.derived.disease_state import OTHER_STATES, STATES
from headway.simulate.curative import recurrence_day
from headway.simulate.metastases import ABSENT, CONTROLLED, GROWN
from headway.simulate.patient_tables import drugs
from headway.simulate.story import Story

MOST = 5  # R7 Q0
SYNCHRONOUS_DAYS = 183  # R7.2
DRUG_DAYS, INHIBITOR_DAYS = 28, 90  # R7.1
POLYMETASTATIC, NO_METASTASIS, _ = OTHER_STATES
_KINDS = ("new", "growing", "other", "controlled")


class StateTruth(dy.Schema):
    """One row per day from which on the state or a number is another one, until the next row or death.

    The state is what a perfect scan of that day would show, judged against perfect scans on all planned
    days before, and stands until the metastases change or the next planned scan.
    """

    patient_id = dy.String()
    day = dy.Int32()
    state = dy.String(check=lambda column: column.is_in([*STATES, *OTHER_STATES]))
    metastases = dy.Int32()  # visible, and not under control after an ablative course
    new = dy.Int32()  # of these, until the scan after the one that could first show it
    growing = dy.Int32()  # of these and not new, 20 % and 5 mm above the smallest size on the scans before
    controlled = dy.Int32()


def state_truth(story: Story) -> pl.DataFrame:
    """`StateTruth`."""
    looked = _looked(story)
    days = _with_therapy(_days(_lesions(story, looked), looked), story)
    known = days.join(_people(story), on="row", maintain_order="left")
    decided = _decided(known.filter(pl.col("day") < pl.col("end")))
    shown = ["state", "metastases", "new", "growing", "controlled"]
    changes = decided.filter(pl.struct(shown).ne_missing(pl.struct(shown).shift(1).over("row")))
    named = changes.with_columns(
        patient_id=story.named(changes["row"].to_numpy()), day=pl.col("day") - pl.col("zero")
    )
    return StateTruth.cast(named.select(StateTruth.column_names())).sort("patient_id", "day")


def _people(story: Story) -> pl.DataFrame:
    """Day 0 of the truth, first diagnosis and the end of life of each row, in days of the model."""
    rows = story.rows
    diagnosis = recurrence_day(story) - story.people.diagnosis_days_before[rows]
    return pl.DataFrame(
        {"row": rows, "zero": story.index_start[rows], "diagnosis": diagnosis, "end": story.end[rows]}
    )


def _looked(story: Story) -> pl.DataFrame:
    """Days of planned scans, and the planned scan after each."""
    log = story.table("looked")
    days = pl.DataFrame({"row": log["row"], "day": log["day"]}, schema={"row": pl.Int64, "day": pl.Int32})
    return days.unique().sort("row", "day").with_columns(next=pl.col("day").shift(-1).over("row"))


def _lesions(story: Story, looked: pl.DataFrame) -> pl.DataFrame:
    """What each metastasis counts as from which day on (row, place, day, kind; null: not there)."""
    log = story.table("metastases")
    kinds = {"row": pl.Int64, "place": pl.Int64, "day": pl.Int32, "status": pl.Int8}
    changes = pl.DataFrame({name: log[name] for name in kinds}, schema=kinds)
    lesion = ["row", "place"]
    first = changes.group_by(lesion).agg(pl.col("day").min()).sort("day")
    scans = looked.sort("day").rename({"day": "scan_day"})
    shown = first.join_asof(
        scans, left_on="day", right_on="scan_day", by="row", strategy="forward", check_sortedness=False
    )
    until = shown.select(*lesion, day="next").drop_nulls("day")
    every = pl.concat([changes, until.with_columns(status=pl.lit(None, pl.Int8))])
    ordered = every.group_by(*lesion, "day").agg(pl.col("status").drop_nulls().last()).sort(*lesion, "day")
    known = ordered.with_columns(pl.col("status").forward_fill().over(lesion)).join(
        until.select(*lesion, old="day"), on=lesion, how="left", maintain_order="left"
    )
    return known.select(*lesion, "day", kind=_kind())


def _kind() -> pl.Expr:
    status, is_new = pl.col("status"), pl.col("old").is_null() | (pl.col("day") < pl.col("old"))
    return (
        pl.when(status == ABSENT).then(None)
        .when(status == CONTROLLED).then(pl.lit("controlled"))
        .when(is_new).then(pl.lit("new"))
        .when(status == GROWN).then(pl.lit("growing"))
        .otherwise(pl.lit("other"))
    )  # fmt: skip


def _days(lesions: pl.DataFrame, looked: pl.DataFrame) -> pl.DataFrame:
    """How many of each kind there are, on every day on which that changes or a scan is planned."""
    before = pl.col("kind").shift(1).over("row", "place")
    more = [
        ((pl.col("kind") == kind).fill_null(False).cast(pl.Int32)
         - (before == kind).fill_null(False).cast(pl.Int32)).alias(kind)
        for kind in _KINDS
    ]  # fmt: skip
    steps = lesions.select("row", "day", *more, scan=pl.lit(False))
    scans = looked.select("row", "day", *[pl.lit(0, pl.Int32).alias(kind) for kind in _KINDS], scan=True)
    both = pl.concat([steps, scans]).group_by("row", "day").agg(pl.col(_KINDS).sum(), pl.col("scan").any())
    return both.sort("row", "day").with_columns(pl.col(_KINDS).cum_sum().over("row"))


def _with_therapy(days: pl.DataFrame, story: Story) -> pl.DataFrame:
    """Add whether systemic therapy is active (R7.1), and the last day of any treatment begun before."""
    given = _doses(story)
    log = story.table("courses")
    courses = pl.DataFrame(
        {"row": log["row"], "start": log["day"], "last": log["day"]}, schema=given.drop("gap").schema
    )
    found = days
    for name, rows in (
        ("drug", given.filter(gap=DRUG_DAYS)),
        ("inhibitor", given.filter(gap=INHIBITOR_DAYS)),
        ("course", courses),
    ):
        found = _latest(found, rows, name)
    active = (pl.col("day") - pl.col("drug") <= DRUG_DAYS).fill_null(False) | (
        pl.col("day") - pl.col("inhibitor") <= INHIBITOR_DAYS
    ).fill_null(False)
    treated = pl.max_horizontal("drug", "inhibitor", "course")
    return found.with_columns(active=active, treated=treated).sort("row", "day")


def _doses(story: Story) -> pl.DataFrame:
    """Every interval of a drug, for life, in days of the model, and how long after it therapy is active."""
    known = drug_table().select("drug", "kind", inhibitor="immune_checkpoint_inhibitor")
    numbered = pl.DataFrame(
        {"patient_id": story.named(story.rows), "row": story.rows, "shift": story.shift[story.rows]}
    )
    table = (
        drugs(replace(story, cut=story.end))
        .join(known, on="drug", how="left")
        .join(numbered, on="patient_id")
    )
    systemic = table.filter(~pl.col("kind").is_in(["supportive", "radiosensitiser"]).fill_null(False))
    start, end = (pl.col(name).cast(pl.Int32) for name in ("start_date", "end_date"))
    gap = pl.when(pl.col("inhibitor").fill_null(False)).then(INHIBITOR_DAYS).otherwise(DRUG_DAYS)
    return systemic.select(
        pl.col("row").cast(pl.Int64),
        start=start - pl.col("shift"),
        last=pl.coalesce(end, start) - pl.col("shift"),
        gap=gap,
    )


def _latest(days: pl.DataFrame, given: pl.DataFrame, name: str) -> pl.DataFrame:
    """Add the last day of what was begun before each day."""
    so_far = given.sort("start").with_columns(pl.col("last").cum_max().over("row"))
    own = so_far.select("row", "start", pl.col("last").alias(name))
    return days.sort("day").join_asof(
        own, left_on="day", right_on="start", by="row", allow_exact_matches=False, check_sortedness=False
    ).drop("start")  # fmt: skip


def _decided(days: pl.DataFrame) -> pl.DataFrame:
    """Q0 to Q5 on each day; an episode that nobody treats keeps its state."""
    progressing = pl.col("new") + pl.col("growing")
    metastases = progressing + pl.col("other")
    counted = pl.when(pl.col("active") & (progressing > 0)).then(progressing).otherwise(metastases)
    known = days.with_columns(
        metastases=metastases, few=counted.is_between(1, MOST), progressing=progressing > 0
    )
    scan = pl.col("scan")
    seen = known.with_columns(
        poly_before=_before(scan & (pl.col("metastases") > MOST)).cum_max().over("row"),
        oligo_before=_before(scan & pl.col("few")).cum_max().over("row"),
        last_scan=pl.when(scan).then("day").shift(1).forward_fill().over("row"),
        was_few=pl.when(scan).then("few").shift(1).forward_fill().over("row").fill_null(False),
    )
    treated = pl.col("active") | (pl.col("treated") >= pl.col("last_scan")).fill_null(False)
    fresh = seen.with_columns(state=_state(), goes_on=pl.col("few") & pl.col("was_few") & ~treated)
    begun = pl.when(scan & ~pl.col("goes_on")).then("state").shift(1).forward_fill().over("row")
    return fresh.with_columns(state=pl.when("goes_on").then(begun).otherwise("state"))


def _before(flag: pl.Expr) -> pl.Expr:
    return flag.shift(1, fill_value=False).over("row")


def _state() -> pl.Expr:
    poly, oligo = pl.col("poly_before"), pl.col("oligo_before")
    late = pl.col("day") - pl.col("diagnosis") > SYNCHRONOUS_DAYS
    origin = (
        pl.when(poly).then(pl.lit("induced"))
        .when(oligo).then(pl.lit("repeat"))
        .otherwise(pl.lit("metachronous"))
    )  # fmt: skip
    course = (
        pl.when(~pl.col("active")).then(pl.lit(" oligorecurrence"))
        .when(pl.col("progressing") | (~poly & ~oligo)).then(pl.lit(" oligoprogression"))
        .otherwise(pl.lit(" oligopersistence"))
    )  # fmt: skip
    return (
        pl.when(pl.col("metastases") == 0).then(pl.lit(NO_METASTASIS))
        .when(~pl.col("few")).then(pl.lit(POLYMETASTATIC))
        .when(~poly & ~oligo & ~late).then(pl.lit(STATES[0]))
        .otherwise(origin + course)
    )  # fmt: skip
