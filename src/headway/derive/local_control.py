"""Local control of each irradiated lesion: local failure, death without it, or neither (R3.10 to R3.14)."""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from headway.derive.lesion_growth import LESION, lesion_scans, with_growth
from headway.derive.response.sizes import millimetres
from headway.derive.response.target import FIVE_MM
from headway.record.derived.radiotherapy import AnyLesionFailure, LocalControl
from headway.record.record import Time, day_text
from headway.record.words import sentence


@dataclass(frozen=True)
class LocalControlRules:
    """What starts the clock, what proves a failure, and what a second treatment of the lesion means."""

    name: str
    clock: Literal["first fraction", "last fraction"] = "first fraction"
    confirmed: bool = True  # growth after SABR may be fibrosis: the next scan must show it too
    days_to_confirm: int = 1  # at least; protocols differ
    retreatment: Literal["censored", "failure"] = "censored"


CONFIRMED = LocalControlRules("growth confirmed by a later scan")


def local_control(
    irradiated_lesions: pl.LazyFrame,
    radiotherapy: pl.LazyFrame,
    measurements: pl.LazyFrame,
    patients: pl.LazyFrame,
    rules: LocalControlRules = CONFIRMED,
    *,
    time: Time = "dates",
) -> pl.LazyFrame:
    """What became of each irradiated lesion, and when.

    Takes:  the record's irradiated_lesions, radiotherapy, measurements and patients.
    Gives:  `LocalControl`, one row per lesion and reader. Local failure is growth of 20 % and 5 mm above the
            lesion's own nadir (baseline included), or growth in words, shown again by the next scan, and
            dated to the first scan; then death; else censored at the last scan of that lesion. New systemic
            therapy does not censor. Surgery has no lesion in the record, and is not seen.
    Source: R3.10 to R3.12.

    >>> table = local_control(
    ...     pl.LazyFrame({"patient_id": ["P1"], "course_id": ["A"], "lesion_id": ["M1"], "role": ["SBRT"]}),
    ...     pl.LazyFrame({"patient_id": ["P1"], "course_id": ["A"], "start_day": [0], "end_day": [4]}),
    ...     pl.LazyFrame({"patient_id": ["P1"] * 4, "lesion_id": ["M1"] * 4, "evaluator": ["reader"] * 4,
    ...         "day": [-5, 60, 120, 180], "diameter_mm": [20.0, 12, 18, 19], "status": ["measured"] * 4}),
    ...     pl.LazyFrame({"patient_id": ["P1"], "death_day": [400]}))
    >>> table.select("state", "days").collect().row(0)
    (1, 120.0)
    """
    lesions = _treated(irradiated_lesions, radiotherapy, rules)
    scans = lesion_scans(measurements).join(lesions, on=["patient_id", "lesion_id"])
    followed = _followed(scans, rules)
    readers = scans.select(LESION).unique()
    rows = (
        lesions.join(readers, on=["patient_id", "lesion_id"], how="left")
        .join(followed, on=LESION, how="left", nulls_equal=True)
        .join(patients.select("patient_id", "death_day"), on="patient_id", how="left")
    )
    return _decided(rows, rules, time).select(LocalControl.column_names())


def _treated(irradiated: pl.LazyFrame, radiotherapy: pl.LazyFrame, rules: LocalControlRules) -> pl.LazyFrame:
    """Each irradiated lesion once: its first course, the day of the clock, and the day of a second course."""
    days = radiotherapy.select("patient_id", "course_id", first_day="start_day", last_day="end_day")
    courses = irradiated.join(days, on=["patient_id", "course_id"], how="left")
    clock = "first_day" if rules.clock == "first fraction" else "last_day"
    order = ["first_day", "course_id"]
    later = pl.col("first_day") > pl.col("first_day").min()
    return courses.group_by("patient_id", "lesion_id").agg(
        pl.col("course_id", "role").sort_by(order, nulls_last=True).first(),
        start_day=pl.col(clock).sort_by(order, nulls_last=True).first(),
        retreatment_day=pl.col("first_day").filter(later).min(),
    )


def _followed(scans: pl.LazyFrame, rules: LocalControlRules) -> pl.LazyFrame:
    """Per lesion and reader: the last scan, the failure, and a growth that no scan confirms."""
    after = pl.col("day") > pl.col("start_day")
    # The nadir runs from the last size before radiotherapy, so earlier and larger sizes do not matter.
    baseline = pl.col("day").filter(~after & pl.col("size").is_not_null()).max().over(LESION)
    grown = with_growth(scans.filter(after | (pl.col("day") == baseline)))
    judged = _with_confirmation(grown, rules).filter(after)
    failed = pl.col("grown") & (pl.col("confirmed_day").is_not_null() | (not rules.confirmed))
    # A growth that is there only after a second treatment belongs to that treatment.
    failed = failed & (pl.col("day") <= pl.col("retreatment_day")).fill_null(True)
    at_failure = pl.col("day") == pl.col("day").filter(failed).min()
    return judged.group_by(LESION).agg(
        last_day=pl.col("day").max(),
        failure_day=pl.col("day").filter(failed).min(),
        failure=pl.struct("size", "nadir", "confirmed_day", "worse_in_words").filter(at_failure).first(),
        unconfirmed_day=pl.col("day").filter(pl.col("grown") & ~failed).min(),
    )


def _with_confirmation(scans: pl.LazyFrame, rules: LocalControlRules) -> pl.LazyFrame:
    """The next scan of the lesion, if it shows the same growth above the same nadir."""
    after = scans.select(*LESION, next_day="day", next_size="size", next_words="worse_in_words")
    named = [pl.col("evaluator").fill_null("")]  # the join by name takes no nulls
    looking = scans.with_columns(*named, from_day=pl.col("day") + max(1, rules.days_to_confirm))
    joined = looking.sort("from_day").join_asof(
        after.with_columns(*named).sort("next_day"), left_on="from_day", right_on="next_day", by=LESION,
        strategy="forward", check_sortedness=False,
    )  # fmt: skip
    rise = pl.col("next_size").cast(pl.Int64) - pl.col("nadir")
    still = (5 * rise >= pl.col("nadir")) & (rise >= FIVE_MM)
    shown = still.fill_null(False) | pl.col("next_words").fill_null(False)
    evaluator = pl.when(pl.col("evaluator") != "").then("evaluator").alias("evaluator")
    return joined.with_columns(evaluator, confirmed_day=pl.when(shown).then("next_day"))


def _decided(rows: pl.LazyFrame, rules: LocalControlRules, time: Time) -> pl.LazyFrame:
    start, retreated = pl.col("start_day"), pl.col("retreatment_day").is_not_null()
    dead = pl.col("death_day") >= start
    case = (
        pl.when(start.is_null()).then(pl.lit("no start"))
        .when(pl.col("failure_day").is_not_null()).then(pl.lit("failed"))
        .when(retreated & (rules.retreatment == "failure")).then(pl.lit("failed, treated again"))
        .when(retreated).then(pl.lit("treated again"))
        .when(dead).then(pl.lit("died"))
        .when(pl.col("last_day").is_null()).then(pl.lit("no scan"))
        .otherwise(pl.lit("controlled"))
    )  # fmt: skip
    return rows.with_columns(case=case).with_columns(**_outcome(time))


OUTCOMES = {
    "failed": (1, "local failure", "failure_day"),
    "failed, treated again": (1, "local failure", "retreatment_day"),
    "treated again": (0, "censored", "retreatment_day"),
    "died": (2, "death without local failure", "death_day"),
    "no scan": (0, "censored", "start_day"),
    "controlled": (0, "censored", "last_day"),
}


def _outcome(time: Time) -> dict[str, pl.Expr]:
    case = pl.col("case")
    end = pl.coalesce(pl.when(case == name).then(day) for name, (_, _, day) in OUTCOMES.items())
    states = {name: state for name, (state, _, _) in OUTCOMES.items()}
    words = {name: outcome for name, (_, outcome, _) in OUTCOMES.items()}
    failure = pl.when(case == "failed").then("failure").struct
    return {
        "end_day": end,
        "days": (end - pl.col("start_day")).cast(pl.Float64),
        "state": case.replace_strict(states, default=None, return_dtype=pl.Int8),
        "outcome": case.replace_strict(words, default="not known", return_dtype=pl.String),
        "nadir_mm": millimetres(failure.field("nadir")),
        "failure_mm": millimetres(failure.field("size")),
        "confirmed_day": failure.field("confirmed_day"),
        "reason": _reason(time),
    }


def _reason(time: Time) -> pl.Expr:
    case = pl.col("case")
    on = day_text("unconfirmed_day", time)
    unconfirmed = sentence("; growth on {} is not confirmed by the next scan (R3.11)", on)
    in_doubt = case.is_in(["controlled", "died"]) & pl.col("unconfirmed_day").is_not_null()
    growing = pl.when(in_doubt).then(unconfirmed).otherwise(pl.lit(""))
    again = day_text("retreatment_day", time)
    said = {
        "no start": sentence("the day of course {} is not known", "course_id"),
        "failed": _failure(time),
        "failed, treated again": sentence("local failure: irradiated again on {} (R3.12)", again),
        "treated again": sentence("censored: irradiated again on {} (R3.12)", again),
        "died": sentence("death without local failure on {} (R3.12)", day_text("death_day", time)),
        "no scan": pl.lit("censored on day 0: no scan of the lesion after radiotherapy (R3.12)"),
        "controlled": sentence(
            "censored: controlled at its last scan on {} (R3.12)", day_text("last_day", time)
        ),
    }
    return pl.concat_str(
        pl.coalesce(pl.when(case == name).then(words) for name, words in said.items()), growing
    )


def _failure(time: Time) -> pl.Expr:
    failure = pl.col("failure").struct
    size, nadir = failure.field("size").cast(pl.Int64), failure.field("nadir")
    on = day_text("failure_day", time)
    confirmed = sentence(", confirmed on {}", day_text(failure.field("confirmed_day"), time))
    shown = pl.when(failure.field("confirmed_day").is_not_null()).then(confirmed).otherwise(pl.lit(""))
    measured = sentence(
        "local failure: {} mm on {} is {} mm above the nadir of {} mm{} (R3.11)",
        _shown(size), on, _shown(size - nadir), _shown(nadir), shown,
    )  # fmt: skip
    told = sentence("local failure: said to have grown on {}{} (R3.11)", on, shown)
    return pl.when(failure.field("worse_in_words")).then(told).otherwise(measured)


def _shown(hundredths: pl.Expr) -> pl.Expr:
    return millimetres(hundredths).round(2).cast(pl.String).str.strip_suffix(".0")


def any_lesion_failure(lesions: pl.LazyFrame, *, time: Time = "dates") -> pl.LazyFrame:
    """Each patient once: the first local failure of any treated lesion, the second unit of analysis.

    Takes:  `LocalControl`.
    Gives:  `AnyLesionFailure`. Time runs from the first treated lesion; without a failure or death the
            patient is censored at the last scan of any treated lesion.
    Source: R3.14.
    """
    known = lesions.filter(pl.col("state").is_not_null())
    end, state = pl.col("end_day"), pl.col("state")
    per_patient = known.group_by("patient_id", "evaluator").agg(
        lesions=pl.len().cast(pl.UInt32),
        start_day=pl.col("start_day").min(),
        failure_day=end.filter(state == 1).min(),
        death_day=end.filter(state == 2).min(),
        last_day=end.max(),
    )
    day = pl.coalesce("failure_day", "death_day", "last_day")
    failed, died = pl.col("failure_day").is_not_null(), pl.col("death_day").is_not_null()
    words = pl.when(failed).then(pl.lit("first local failure")).when(died).then(pl.lit("death")).otherwise(
        pl.lit("censored: last scan of a treated lesion")
    )  # fmt: skip
    return per_patient.with_columns(
        end_day=day,
        days=(day - pl.col("start_day")).cast(pl.Float64),
        state=pl.when(failed).then(1).when(died).then(2).otherwise(0).cast(pl.Int8),
        reason=sentence("{} on {}, of {} treated lesions (R3.14)", words, day_text(day, time), "lesions"),
    ).select(AnyLesionFailure.column_names())
