"""The state of metastatic disease at each imaging, by the decision tree of ESTRO and EORTC (domain.md 7)."""

from dataclasses import dataclass

import polars as pl

from headway.derive.metastases import READING
from headway.derive.state_reasons import with_reasons
from headway.derive.systemic_therapy import with_systemic_therapy
from headway.record.derived.disease_state import STATES, DiseaseStates
from headway.record.record import Time
from headway.record.words import sentence


@dataclass(frozen=True)
class OligometastaticRules:
    """What counts as few, as active therapy and as late, and what is assumed where a record cannot say."""

    name: str
    most_metastases: int = 5
    most_organs: int | None = None
    synchronous_days: int = 183  # R7.2: day 183 itself is synchronous
    drug_days: int = 28  # R7.1: since the last dose
    checkpoint_inhibitor_days: int = 90
    assume_treatable: bool = True
    # Imaging that begins this long after recurrent or metastatic disease leaves the history unknown.
    history_gap_days: int = 90


ESTRO_EORTC = OligometastaticRules("ESTRO/EORTC 2020")


def disease_states(
    imaging: pl.LazyFrame,
    drugs: pl.LazyFrame,
    radiotherapy: pl.LazyFrame,
    procedures: pl.LazyFrame,
    patients: pl.LazyFrame,
    rules: OligometastaticRules = ESTRO_EORTC,
    *,
    time: Time = "dates",
) -> pl.LazyFrame:
    """The state of metastatic disease at each imaging, and the answers to Q0 to Q5 that lead to it.

    Takes:  `MetastaticImaging` (rows of an earlier history may be added); the record's drugs, radiotherapy,
            procedures and patients.
    Gives:  `DiseaseStates`. Under active therapy with new or growing lesions those are counted, for the
            others are controlled; else all. An episode lasts until it is treated: an imaging without any
            treatment since the last keeps its state. "cannot tell" where a fact is missing, with
            the reason which.
    Source: Guckenberger, Lancet Oncol 2020;21:e18; domain.md R7.1 to R7.4.
    """
    people = patients.select("patient_id", "diagnosis_day", "recurrent_metastatic_day")
    rows = with_systemic_therapy(imaging, drugs, rules.drug_days, rules.checkpoint_inhibitor_days)
    rows = _with_last_local_treatment(rows, radiotherapy, procedures)
    rows = rows.join(people, on="patient_id", how="left").with_columns(
        progressing=pl.col("new") + pl.col("growing") > 0
    )
    answered = _with_history(_with_limit(rows, rules), rules)
    decided = answered.with_columns(origin=_origin(), course=_course()).with_columns(state=_state())
    told = with_reasons(decided, rules.most_metastases, rules.synchronous_days, time)
    numbers = {state: number for number, state in enumerate(STATES, start=1)}
    number = pl.col("state").replace_strict(numbers, default=None, return_dtype=pl.Int8)
    return told.with_columns(number=number).select(DiseaseStates.column_names())


def _with_last_local_treatment(
    rows: pl.LazyFrame, radiotherapy: pl.LazyFrame, procedures: pl.LazyFrame
) -> pl.LazyFrame:
    courses = radiotherapy.select("patient_id", last_local_day="start_day")
    treatments = pl.concat([courses, procedures.select("patient_id", last_local_day="day")]).drop_nulls()
    return rows.sort("day").join_asof(
        treatments.unique().sort("last_local_day"), left_on="day", right_on="last_local_day", by="patient_id",
        allow_exact_matches=False, check_sortedness=False,
    )  # fmt: skip


def _with_limit(rows: pl.LazyFrame, rules: OligometastaticRules) -> pl.LazyFrame:
    """Q0, and the number of lesions that it counts."""
    progressing = pl.col("new") + pl.col("growing")
    focused = pl.col("on_systemic_therapy") & (progressing > 0)
    counted = pl.when(focused.fill_null(False)).then(progressing).otherwise("metastases")
    return rows.with_columns(counted=counted).with_columns(within_limit=_within_limit(focused, rules))


def _within_limit(focused: pl.Expr, rules: OligometastaticRules) -> pl.Expr:
    counted, most = pl.col("counted"), rules.most_metastases
    at_most = counted + pl.col("unknown")
    # Over the limit in all, but perhaps not in what grows under a therapy that is not known to go on.
    depends_on_therapy = focused.is_null() & (counted > most)
    few = (
        pl.when(depends_on_therapy).then(None)
        .when(counted > most).then(False)
        .when(at_most == 0).then(False)
        .when((counted >= 1) & (at_most <= most)).then(True)
    )  # fmt: skip
    treatable = pl.col("treatable").fill_null(True) if rules.assume_treatable else pl.col("treatable")
    in_few_organs = pl.lit(True) if rules.most_organs is None else pl.col("organs") <= rules.most_organs
    return few & treatable & in_few_organs


def _with_history(rows: pl.LazyFrame, rules: OligometastaticRules) -> pl.LazyFrame:
    """Q1 to Q3, and the episode: the imaging that the state was decided on."""
    oligo = pl.col("within_limit").fill_null(False)
    poly = pl.col("metastases") > rules.most_metastases
    before = {"polymetastatic_seen": poly, "oligometastatic_seen": oligo}
    seen = {
        name: flag.cum_max().shift(1).over(READING, order_by="day").fill_null(False)
        for name, flag in before.items()
    }
    previous = pl.col("day").shift(1).over(READING, order_by="day")
    was_oligo = oligo.shift(1).over(READING, order_by="day").fill_null(False)
    doses = pl.max_horizontal("last_dose_day", "last_local_day") >= previous
    treated = doses.fill_null(False) | pl.col("on_systemic_therapy").fill_null(True)
    goes_on = oligo & was_oligo & ~treated
    first_day = pl.col("day").min().over(READING)
    gap = first_day - pl.col("recurrent_metastatic_day") > rules.history_gap_days
    late = pl.col("day") - pl.col("diagnosis_day") > rules.synchronous_days
    return rows.with_columns(
        **seen, goes_on=goes_on, history_missing=gap.fill_null(False), metachronous=late
    ).with_columns(
        # What the record has seen is certain; that nothing came before is not, if the record begins late.
        polymetastatic_before=_unless_missing("polymetastatic_seen"),
        oligometastatic_before=_unless_missing("oligometastatic_seen"),
    )


def _unless_missing(seen: str) -> pl.Expr:
    return pl.when(pl.col(seen) | ~pl.col("history_missing")).then(seen)


def _origin() -> pl.Expr:
    """Induced, repeat, synchronous or metachronous; null where an answer is missing."""
    poly, oligo, late = (
        pl.col(q) for q in ("polymetastatic_before", "oligometastatic_before", "metachronous")
    )
    return (
        pl.when(poly).then(pl.lit("induced"))
        .when(poly.is_null()).then(None)
        .when(oligo).then(pl.lit("repeat"))
        .when(oligo.is_null()).then(None)
        .when(late).then(pl.lit("metachronous"))
        .when(~late).then(pl.lit("synchronous"))
    )  # fmt: skip


def _course() -> pl.Expr:
    """Recurrence off therapy; progression or persistence on it."""
    on_therapy = pl.col("on_systemic_therapy")
    # First seen now and on therapy: what appears under therapy progresses.
    first_seen = ~pl.col("polymetastatic_before") & ~pl.col("oligometastatic_before")
    return (
        pl.when(~on_therapy).then(pl.lit("oligorecurrence"))
        .when(on_therapy & (pl.col("progressing") | first_seen)).then(pl.lit("oligoprogression"))
        .when(on_therapy).then(pl.lit("oligopersistence"))
    )  # fmt: skip


def _state() -> pl.Expr:
    few, origin = pl.col("within_limit"), pl.col("origin")
    named = sentence("{} {}", "origin", "course")
    return (
        pl.when(few.is_null()).then(pl.lit("cannot tell"))
        .when(~few & (pl.col("metastases") == 0)).then(pl.lit("no metastasis"))
        .when(~few).then(pl.lit("polymetastatic"))
        .when(origin == "synchronous").then(pl.lit(STATES[0]))
        .otherwise(named.fill_null("cannot tell"))
    )  # fmt: skip


def state_on(states: pl.LazyFrame, days: pl.LazyFrame) -> pl.LazyFrame:
    """The state on any day: that of the latest imaging on or before it.

    Takes:  `DiseaseStates` of one reader; days: patient_id, on_day.
    Gives:  the rows of days with the columns of the state; null before the first imaging.
    """
    return days.sort("on_day").join_asof(
        states.sort("day"), left_on="on_day", right_on="day", by="patient_id", check_sortedness=False
    )
