"""The true state of metastatic disease, day by day, by the decision tree of ESTRO and EORTC (domain.md 7).

Written from the domain alone, and not from headway.derive, which is judged by it.
"""

from dataclasses import replace

import dataframely as dy
import numpy as np
import polars as pl

from headway.knowledge.drugs import drugs as drug_table
from headway.record.derived.disease_state import OTHER_STATES, STATES
from headway.simulate.curative import recurrence_day
from headway.simulate.metastases import ABSENT, CONTROLLED, GROWN
from headway.simulate.patient_tables import drugs
from headway.simulate.patients import NEVER
from headway.simulate.story import Story

MOST = 5  # R7 Q0
SYNCHRONOUS_DAYS = 183  # R7.2
DRUG_DAYS, INHIBITOR_DAYS = 28, 90  # R7.1
_WORDS = [*STATES, *OTHER_STATES]
_POLY, _NONE = (_WORDS.index(word) for word in ("polymetastatic", "no metastasis"))
_KINDS = ("new", "growing", "other", "controlled")
_DAYS = 1 << 20  # more than the model has


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
    known = days.join(_people(story), on="row", maintain_order="left").filter(pl.col("day") < pl.col("end"))
    known = known.with_columns(metastases=pl.sum_horizontal("new", "growing", "other"))
    decided = known.with_columns(number=_numbers(known))
    shown = pl.col("row", "number", "metastases", "new", "growing", "controlled")
    changes = decided.filter(pl.any_horizontal(shown.ne_missing(shown.shift(1))))
    named = changes.with_columns(
        patient_id=story.named(changes["row"].to_numpy()), day=pl.col("day") - pl.col("zero"),
        state=pl.Series(_WORDS).gather(changes["number"].cast(pl.UInt32)),
    )  # fmt: skip
    return StateTruth.cast(named.select(StateTruth.column_names()))


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
    """A place among `_KINDS`; null: not there."""
    status, is_new = pl.col("status"), pl.col("old").is_null() | (pl.col("day") < pl.col("old"))
    return (
        pl.when(status == ABSENT).then(None)
        .when(status == CONTROLLED).then(3)
        .when(is_new).then(0)
        .when(status == GROWN).then(1)
        .otherwise(2)
    )  # fmt: skip


def _days(lesions: pl.DataFrame, looked: pl.DataFrame) -> pl.DataFrame:
    """How many of each kind there are, on every day on which that changes or a scan is planned."""
    same = (pl.col("row") == pl.col("row").shift(1)) & (pl.col("place") == pl.col("place").shift(1))
    steps = lesions.select("row", "day", "kind", before=pl.when(same).then(pl.col("kind").shift(1)))
    scans = looked.select("row", "day")
    every = pl.concat([steps.select("row", "day"), scans])
    key = every["row"].to_numpy() * _DAYS + every["day"].to_numpy()
    days, at = np.unique(key, return_inverse=True)
    row, of_step = days // _DAYS, at[: steps.height]
    counts = {
        name: _running(_sum_at(of_step, steps["kind"] == kind, len(days))
                       - _sum_at(of_step, steps["before"] == kind, len(days)), row)
        for kind, name in enumerate(_KINDS)
    }  # fmt: skip
    scan = np.bincount(at[steps.height :], minlength=len(days)) > 0
    found = pl.DataFrame({"row": row, "day": days % _DAYS, **counts, "scan": scan})
    return found.with_columns(pl.col("day", *_KINDS).cast(pl.Int32))


def _sum_at(place: np.ndarray, which: pl.Series, length: int) -> np.ndarray:
    return np.bincount(place[which.fill_null(False).to_numpy()], minlength=length)


def _running(steps: np.ndarray, row: np.ndarray) -> np.ndarray:
    """The sum so far within each run of equal rows."""
    total = np.cumsum(steps)
    first = np.flatnonzero(np.diff(row, prepend=-1))
    return total - np.repeat(total[first] - steps[first], np.diff(first, append=len(row)))


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


def _numbers(days: pl.DataFrame) -> np.ndarray:
    """Q0 to Q5 on each day, as places among `_WORDS`; an episode that nobody treats keeps its state."""
    row, day, active, scan = (days[name].to_numpy() for name in ("row", "day", "active", "scan"))
    progressing = days["new"].to_numpy() + days["growing"].to_numpy()
    metastases = days["metastases"].to_numpy()
    counted = np.where(active & (progressing > 0), progressing, metastases)
    few = (counted >= 1) & (counted <= MOST)
    poly = _latest_before(scan & (metastases > MOST), row) >= 0
    oligo = _latest_before(scan & few, row) >= 0
    late = day - days["diagnosis"].to_numpy() > SYNCHRONOUS_DAYS
    course = np.select([~active, (progressing > 0) | ~(poly | oligo)], [0, 1], 2)
    origin = np.select([poly, oligo, late], [6 + course, 3 + course, 1 + course], 0)
    fresh = np.select([metastases == 0, ~few], [_NONE, _POLY], origin)
    last = _latest_before(scan, row)
    treated = active | (days["treated"].fill_null(-NEVER).to_numpy() >= day[last])
    goes_on = few & (last >= 0) & few[last] & ~treated
    return np.where(goes_on, fresh[_latest_before(scan & ~goes_on, row)], fresh)


def _latest_before(which: np.ndarray, row: np.ndarray) -> np.ndarray:
    """Of each day, the place of the latest such day before it of the same patient; -1: there is none."""
    place = np.arange(len(row))
    latest = np.concatenate([[-1], np.maximum.accumulate(np.where(which, place, -1))[:-1]])
    first = np.flatnonzero(np.diff(row, prepend=-1))
    return np.where(latest >= np.repeat(first, np.diff(first, append=len(row))), latest, -1)
