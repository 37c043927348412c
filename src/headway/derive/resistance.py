"""Resistance to platinum, cetuximab and PD-1 blockade, from lines and progressions (domain.md 4)."""

from dataclasses import dataclass

import polars as pl

from headway.derive.lines import CYTOTOXIC, LinesOfTherapy, with_line
from headway.derive.roles import PD1_CLASSES
from headway.record.derived.lines import DrugResistance, Pd1Resistance
from headway.record.record import Time, day_text
from headway.record.words import sentence

SIX_MONTHS_DAYS = 183
_LINE = ["patient_id", "line"]
_RESPONSES = ("CR", "PR", "SD")  # from the best on


@dataclass(frozen=True)
class ResistanceRules:
    """What SITC 2020 and Rizvi 2023 leave open (R4.18). Days; "at least" unless said otherwise.

    exposure_days               least exposure for primary resistance
    late_days                   from here on progression is late: secondary resistance
    after_stopping_days         PD later than this after the last dose is progression after stopping
    confirm_days                from the first PD to the scan that confirms it
    short_response_is_primary   CR or PR that progresses before late_days is primary; else not classified
    """

    exposure_days: int = 42
    late_days: int = SIX_MONTHS_DAYS
    after_stopping_days: int = 84
    confirm_days: int = 28
    short_response_is_primary: bool = True


SITC_2020 = ResistanceRules()


def drug_resistance(
    found: LinesOfTherapy,
    patients: pl.LazyFrame,
    progressions: pl.LazyFrame,
    *,
    window_days: int = SIX_MONTHS_DAYS,
    time: Time = "dates",
) -> pl.LazyFrame:
    """Platinum-refractory disease and resistance to cetuximab, one row per patient.

    Takes:  derived lines; the record's patients; progressions (patient_id, day).
    Gives:  `DrugResistance`. Platinum: progression or recurrence within window_days of a dose in any setting.
            Cetuximab: progression on it or within window_days, palliative lines only; with radiotherapy
            alone the patient stays naive.
    Source: R4.20 (CheckMate-141), R4.21.
    """
    seen = progressions.select("patient_id", pl.col("day").cast(pl.Int32))
    recurrences = patients.select("patient_id", day=pl.col("recurrent_metastatic_day").cast(pl.Int32))
    doses = found.doses.join(found.lines.select(*_LINE, "setting"), on=_LINE)
    platinum = doses.filter(pl.col("drug_class") == "platinum")
    cetuximab = doses.filter(pl.col("drug") == "cetuximab", pl.col("setting") != "curative")
    after = [
        _soon_after(platinum, pl.concat([seen, recurrences]), window_days, "platinum"),
        _soon_after(cetuximab, seen, window_days, "cetuximab"),
    ]
    told = patients.select("patient_id")
    for facts in after:
        told = told.join(facts, on="patient_id", how="left")
    return (
        told.with_columns(_platinum(time) + _cetuximab(time))
        .select(DrugResistance.column_names())
        .sort("patient_id")
    )


def _soon_after(doses: pl.LazyFrame, events: pl.LazyFrame, window_days: int, name: str) -> pl.LazyFrame:
    """First event within the window after a dose: patient_id, {name}_day, {name}_dose_day, {name}_given."""
    until = doses.sort("start_day", "last_day").select(
        "patient_id",
        day="start_day",
        last=pl.col("last_day").cum_max().over("patient_id", order_by=["start_day", "last_day"]),
    )
    days = events.drop_nulls().unique().sort("day")
    after = days.join_asof(until, on="day", by="patient_id", strategy="backward", check_sortedness=False)
    # An event inside an interval comes on the drug: min_horizontal passes over null, so that goes first.
    soon = after.filter(pl.col("last").is_not_null()).with_columns(dose_day=pl.min_horizontal("day", "last"))
    soon = soon.filter(pl.col("day") - pl.col("dose_day") <= window_days)
    first = soon.sort("patient_id", "day").group_by("patient_id", maintain_order=True).first()
    given = doses.select("patient_id").unique().with_columns(pl.lit(True).alias(f"{name}_given"))
    found = first.select(
        "patient_id", pl.col("day").alias(f"{name}_day"), pl.col("dose_day").alias(f"{name}_dose_day")
    )
    return given.join(found, on="patient_id", how="left")


def _platinum(time: Time) -> list[pl.Expr]:
    event, days = _event("platinum", time)
    refractory = pl.col("platinum_day").is_not_null()
    given = pl.col("platinum_given").is_not_null()
    said = sentence("progression or recurrence {}, {} days after platinum (R4.20)", event, days)
    reason = (
        pl.when(~given).then(pl.lit("never had platinum"))
        .when(refractory).then(said)
        .otherwise(pl.lit("no progression or recurrence on record within the window after platinum (R4.20)"))
    )  # fmt: skip
    return [
        pl.when(given).then(refractory).alias("platinum_refractory"),
        pl.col("platinum_day").alias("platinum_refractory_day"),
        reason.alias("platinum_reason"),
    ]


def _cetuximab(time: Time) -> list[pl.Expr]:
    event, days = _event("cetuximab", time)
    resistant = pl.col("cetuximab_day").is_not_null()
    given = pl.col("cetuximab_given").is_not_null()
    status = (
        pl.when(resistant)
        .then(pl.lit("resistant"))
        .when(given)
        .then(pl.lit("exposed"))
        .otherwise(pl.lit("naive"))
    )
    reason = (
        pl.when(~given).then(pl.lit("no cetuximab for recurrent or metastatic disease"))
        .when(resistant).then(sentence("progression {}, {} days after cetuximab (R4.21)", event, days))
        .otherwise(pl.lit("no progression on record within the window after cetuximab (R4.21)"))
    )  # fmt: skip
    return [
        status.alias("cetuximab_status"),
        pl.col("cetuximab_day").alias("cetuximab_resistant_day"),
        reason.alias("cetuximab_reason"),
    ]


def _event(name: str, time: Time) -> tuple[pl.Expr, pl.Expr]:
    shown = sentence("on {}" if time == "dates" else "{}", day_text(f"{name}_day", time))
    return shown, pl.col(f"{name}_day") - pl.col(f"{name}_dose_day")


def pd1_resistance(
    found: LinesOfTherapy,
    responses: pl.LazyFrame,
    rules: ResistanceRules = SITC_2020,
    *,
    confirmation_waived: pl.LazyFrame | None = None,
    time: Time = "dates",
) -> pl.LazyFrame:
    """Primary and secondary resistance of each line with a PD-1 or PD-L1 inhibitor.

    Takes:  derived lines; responses (patient_id, day, response) by one reader, PD included;
            confirmation_waived (patient_id): rapid progression with clinical decline.
    Gives:  `Pd1Resistance`. With chemotherapy in the line no confirmation is asked for, and the time of PD
            alone decides. What the record cannot tell is said, not guessed.
    Source: R4.18: Kluger, J Immunother Cancer 2020;8:e000398; Rizvi, J Immunother Cancer 2023.
    """
    lines = _pd1_lines(found)
    told = lines.join(_responses_until_pd(lines, found, responses, rules), on=_LINE, how="left")
    waived = pl.lit(False)
    if confirmation_waived is not None:
        ids = confirmation_waived.select("patient_id").unique().with_columns(waived=pl.lit(True))
        told, waived = told.join(ids, on="patient_id", how="left"), pl.col("waived").fill_null(False)
    told = told.with_columns(phenotype=_phenotype(rules))
    resistant = pl.col("phenotype").is_in(["primary", "secondary"]) & ~pl.col("with_chemotherapy")
    confirmed = pl.when(resistant).then(pl.col("confirming_day").is_not_null() | waived)
    told = told.with_columns(confirmed=confirmed)
    unconfirmed = (~pl.col("confirmed")).fill_null(False)
    label = pl.when(unconfirmed).then(sentence("unconfirmed {}", "phenotype")).otherwise("phenotype")
    return (
        told.with_columns(label=label, reason=_pd1_reason(time))
        .select(Pd1Resistance.column_names())
        .sort(_LINE)
    )


def _pd1_lines(found: LinesOfTherapy) -> pl.LazyFrame:
    """Lines with such a drug: exposure, progression, days of PD since start and since the last dose."""
    of_drugs = found.drugs.filter(pl.col("drug_class").is_in(PD1_CLASSES)).group_by(_LINE).agg(
        first_dose=pl.col("first_day").min(), last_dose=pl.col("last_day").max()
    )  # fmt: skip
    chemotherapy = pl.col("classes").list.set_intersection(pl.lit(list(CYTOTOXIC))).list.len() > 0
    lines = found.lines.filter(pl.col("setting") != "curative").join(of_drugs, on=_LINE)
    # A dose counts for its cycle: the line's end is the last day of it.
    covered = pl.col("end_day") + 1
    return lines.select(
        *_LINE, "start_day", "progression_day", "last_dose",
        with_chemotherapy=chemotherapy,
        exposure_days=pl.min_horizontal("progression_day", covered) - pl.col("first_dose"),
        pd_after_start=pl.col("progression_day") - pl.col("first_dose"),
        pd_after_last=pl.col("progression_day") - pl.col("last_dose"),
    )  # fmt: skip


def _responses_until_pd(
    lines: pl.LazyFrame, found: LinesOfTherapy, responses: pl.LazyFrame, rules: ResistanceRules
) -> pl.LazyFrame:
    """best_response before PD, and confirming_day: a later PD of the line, long enough after the first."""
    stable = pl.col("response").replace("NON-CR/NON-PD", "SD")  # neither better nor worse
    seen = responses.select("patient_id", pl.col("day").cast(pl.Int32), response=stable)
    placed = with_line(seen, found.lines).join(lines.select(*_LINE, "progression_day"), on=_LINE)
    since = pl.col("day") - pl.col("progression_day")
    before = (since < 0).fill_null(True)
    best = [pl.when((before & (pl.col("response") == r)).any()).then(pl.lit(r)) for r in _RESPONSES]
    confirming = (pl.col("response") == "PD") & (since >= rules.confirm_days)
    return placed.group_by(_LINE).agg(
        best_response=pl.coalesce(best), confirming_day=pl.col("day").filter(confirming).min()
    )


def _phenotype(rules: ResistanceRules) -> pl.Expr:
    late = pl.col("pd_after_start") >= rules.late_days
    best = pl.col("best_response")
    too_short = pl.col("exposure_days") < rules.exposure_days
    return (
        pl.when(pl.col("progression_day").is_null()).then(pl.lit("no progression"))
        .when(pl.col("pd_after_last") > rules.after_stopping_days).then(pl.lit("progression after stopping"))
        .when(too_short).then(pl.lit("insufficient exposure"))
        .when(pl.col("with_chemotherapy")).then(pl.when(late).then(pl.lit("secondary")).otherwise(pl.lit("primary")))
        .when(late & best.is_null()).then(pl.lit("cannot tell"))
        .when(late & (pl.col("exposure_days") < rules.late_days)).then(pl.lit("not classified"))
        .when(late).then(pl.lit("secondary"))
        .when(best.is_in(["CR", "PR"]).fill_null(False) & (not rules.short_response_is_primary))
        .then(pl.lit("not classified"))
        .otherwise(pl.lit("primary"))
    )  # fmt: skip


def _pd1_reason(time: Time) -> pl.Expr:
    best = pl.col("best_response").fill_null("no response on record")
    words = sentence(
        "PD on {}, {} days after the first dose, {} days of exposure, before it {}{} (R4.18)",
        day_text("progression_day", time), "pd_after_start", "exposure_days", best, _confirmation(time),
    )  # fmt: skip
    return words.fill_null("no progression in this line")


def _confirmation(time: Time) -> pl.Expr:
    on = sentence("; confirmed on {}", day_text("confirming_day", time))
    return (
        pl.when(pl.col("confirmed").is_null()).then(pl.lit(""))
        .when(pl.col("confirming_day").is_not_null()).then(on)
        .when("confirmed").then(pl.lit("; confirmation waived"))
        .otherwise(pl.lit("; not confirmed"))
    )  # fmt: skip
