"""Facts of the treatment that time zero belongs to: its last dose, why it stopped, and what came next.

The index line is the one that starts on time zero, or is in progress then (unless its intent is curative:
recurrent disease ends it), or else the first to start within `BELONGS_DAYS`.
"""

from dataclasses import dataclass

import polars as pl

from headway.derive.endpoints.observed import CLINICAL
from headway.derive.facts import fact
from headway.record.derived.endpoints import Facts
from headway.record.findings import ROW
from headway.record.words import sentence

BELONGS_DAYS = 120  # a line that starts later is no part of what time zero was about, but new therapy
OFF_TREATMENT_DAYS = 120  # alive for longer than this after a dose: it was the last (R4.9)
# Why a treatment was stopped, in the words of the form; the first that matches.
_REASONS = {
    CLINICAL: r"(clinical|symptomatic).*(progress|deteriorat)|clinical pd",
    "stopped for progression": r"progress|relapse|recurrence|\bpd\b",
    "death": r"death|died|dead|deceased",
    "completed": r"complet|end of (planned )?treatment|as planned|per protocol",
    "next line": r"new (therapy|treatment|line)|next line|switch",
}
_EARLY = "stopped early"


@dataclass(frozen=True)
class Treatments:
    """Lines, their doses and the drugs they were read from: `Lines`, `LineDoses`, the record's table."""

    lines: pl.LazyFrame
    doses: pl.LazyFrame
    drugs: pl.LazyFrame


def treatment_facts(treatments: Treatments, starts: pl.LazyFrame, facts: pl.LazyFrame) -> pl.LazyFrame:
    """New and later therapy, last dose, stop with its reason, second progression.

    Takes:  lines and doses, starts (patient_id, start_day), the facts of the record up to the data cut-off.
    Gives:  `Facts`.
    Source: 5.1 (TTF, ToT, PFS2), P4 to P6, R4.10, R4.12.
    """
    lines = _numbered(treatments.lines, starts)
    doses = _last_doses(treatments, lines)
    following = _following(treatments.doses, lines)
    parts = [following, *_stops(doses, following, facts), _second_progression(following, facts)]
    return pl.concat(parts)


def _numbered(lines: pl.LazyFrame, starts: pl.LazyFrame) -> pl.LazyFrame:
    """Lines from the index line on: patient_id, line, place (0: index line, 1: the next, …)."""
    own = lines.join(starts.drop_nulls("start_day").rename({"start_day": "zero_day"}), on="patient_id")
    begins, zero = pl.col("start_day"), pl.col("zero_day")
    in_progress = (begins < zero) & (pl.col("end_day") >= zero) & (pl.col("setting") != "curative")
    since = own.filter(in_progress | (begins >= zero))
    first_begins = begins.min().over("patient_id")
    belongs = first_begins <= zero + BELONGS_DAYS
    place = pl.col("line").rank("dense").over("patient_id").cast(pl.Int32) - pl.when(belongs).then(
        1
    ).otherwise(0)
    return since.select("patient_id", "line", "start_day", "regimen", place=place)


def _following(doses: pl.LazyFrame, lines: pl.LazyFrame) -> pl.LazyFrame:
    """The start of each of the next two lines, as a fact with the row of its first dose."""
    first = doses.sort("start_day", *ROW, nulls_last=True).group_by("patient_id", "line").first()
    rows = first.select("patient_id", "line", *ROW)
    begun = lines.filter(pl.col("place").is_in([1, 2])).join(rows, on=["patient_id", "line"], how="left")
    return begun.select(
        "patient_id",
        fact=pl.when(pl.col("place") == 1).then(pl.lit("new therapy")).otherwise(pl.lit("later therapy")),
        day=pl.col("start_day").cast(pl.Int32),
        what=sentence("new therapy, {}", "regimen"),
        source_table=pl.lit("drugs"),
        **{name: pl.col(name) for name in ROW},
    )


def _last_doses(treatments: Treatments, lines: pl.LazyFrame) -> pl.LazyFrame:
    """The last dose of each index line with its stop_reason; of several on one day one with a reason."""
    index = lines.filter(pl.col("place") == 0).select("patient_id", "line")
    doses = treatments.doses.join(index, on=["patient_id", "line"])
    reasons = treatments.drugs.select("patient_id", *ROW, "stop_reason")
    told = doses.join(reasons, on=["patient_id", *ROW], how="left", nulls_equal=True)
    last = told.filter(pl.col("last_day") == pl.col("last_day").max().over("patient_id"))
    return last.sort("stop_reason", "drug", *ROW, nulls_last=True).group_by("patient_id").first()


def _stops(doses: pl.LazyFrame, following: pl.LazyFrame, facts: pl.LazyFrame) -> list[pl.LazyFrame]:
    """The last dose as a proof of treatment, and as its end once that is known.

    It is known by a recorded reason, the next line, a patient seen long after it, or death.
    """
    told = doses.join(_seen_until(facts), on="patient_id", how="left").with_columns(why=_reason())
    followed = following.select("patient_id", followed=pl.lit(True)).unique()
    told = told.with_columns(paused=_paused()).join(followed, on="patient_id", how="left")
    why, died = pl.col("why"), pl.col("died").fill_null(False)
    stopped = why.is_not_null() | pl.col("paused") | pl.col("followed").fill_null(False)
    named = {
        "treated": pl.lit(True),
        "off treatment": stopped | died,
        # Who dies on treatment fails on the day of death, not of the last dose.
        "stopped": stopped & ~why.is_in(["completed", "death"]).fill_null(False),
        **{name: why == name for name in ("completed", _EARLY, "stopped for progression", CLINICAL)},
    }
    said = pl.when(pl.col("stop_reason").is_not_null()).then(
        sentence("treatment stopped ({})", "stop_reason")
    )
    what = said.otherwise(pl.lit("last dose"))
    return [fact("drugs", told.filter(which), name, "last_day", what) for name, which in named.items()]


def _seen_until(facts: pl.LazyFrame) -> pl.LazyFrame:
    """Per patient, the last day on which the patient was alive, and whether the patient died."""
    lives = facts.filter(pl.col("fact").is_in(["alive", "death"]))
    return lives.group_by("patient_id").agg(
        seen_day=pl.col("day").max(), died=(pl.col("fact") == "death").any()
    )


def _reason() -> pl.Expr:
    written = pl.col("stop_reason").str.to_lowercase().str.strip_chars()
    known = [pl.when(written.str.contains(words)).then(pl.lit(name)) for name, words in _REASONS.items()]
    return pl.coalesce(*known, pl.when(written.is_not_null()).then(pl.lit(_EARLY)))


def _paused() -> pl.Expr:
    return (pl.col("seen_day") > pl.col("last_day") + OFF_TREATMENT_DAYS).fill_null(False)


def _second_progression(following: pl.LazyFrame, facts: pl.LazyFrame) -> pl.LazyFrame:
    """The first progression after the day on which the next line started (R4.12)."""
    begun = following.filter(pl.col("fact") == "new therapy").select("patient_id", next_day="day")
    seen = facts.filter(pl.col("fact").is_in(["progression", "clinical progression"])).join(
        begun, on="patient_id"
    )
    later = seen.filter(pl.col("day") > pl.col("next_day")).sort(
        "patient_id", "day", *ROW, "what", nulls_last=True
    )
    first = later.group_by("patient_id", maintain_order=True).first()
    return first.with_columns(fact=pl.lit("second progression")).select(Facts.column_names())
