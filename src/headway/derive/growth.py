"""How fast the targets grew before and on treatment, and hyperprogression (domain.md 3.3)."""

from dataclasses import dataclass

import polars as pl

from headway.derive.response.readings import Readings
from headway.derive.response.settings import RECIST_1_1, ResponseRules
from headway.derive.response.sizes import millimetres, read_sizes
from headway.derive.response.target import target_sums
from headway.derive.response.timepoints import timepoint_responses
from headway.record.derived.response import GrowthRates
from headway.units import DAYS_PER_MONTH, months

READING = ["patient_id", "evaluator"]


@dataclass(frozen=True)
class GrowthRules:
    """Which scans are compared, and when growth is hyperprogression.

    prebaseline_days        least days from the earlier scan to baseline
    first_scan_months       most months from baseline to the first scan on treatment
    champiat_ratio          PD at the first scan and TGR on treatment at least this many times before
    ferrara_difference      PD at the first scan and TGR higher by more than this, in points per month
    saada_bouzid_ratio      TGK on treatment at least this many times before
    """

    prebaseline_days: int = 14
    first_scan_months: float = 3.0
    champiat_ratio: float = 2.0
    ferrara_difference: float = 50.0
    saada_bouzid_ratio: float = 2.0


DEFAULT = GrowthRules()


def growth_rates(
    lesions: pl.LazyFrame,
    measurements: pl.LazyFrame,
    assessments: pl.LazyFrame,
    start: pl.LazyFrame,
    rules: ResponseRules = RECIST_1_1,
    growth: GrowthRules = DEFAULT,
) -> pl.LazyFrame:
    """Growth of each patient's targets by each reader, before baseline and to the first scan on treatment.

    Takes:  the tables of a record; `start` with patient_id, start_day.
    Gives:  `GrowthRates`. TGR in % of volume per month, TGK in mm per month, a month being 30.4375 days;
            new lesions are left out, which makes all of these too low where one appeared.
            A definition is null where it cannot be judged; reason_codes says why.
    Source: Ferté 2014, Champiat 2017, Saâda-Bouzid 2017, Ferrara 2018; domain.md 3.3.

    >>> lesions = pl.LazyFrame({"patient_id": ["P1"], "lesion_id": ["T1"], "role": ["target"],
    ...                         "lymph_node": [False], "evaluator": ["investigator"]})
    >>> scans = pl.LazyFrame({"patient_id": ["P1"] * 3, "lesion_id": ["T1"] * 3, "day": [-60, 0, 60],
    ...                       "evaluator": ["investigator"] * 3, "diameter_mm": [40.0, 50.0, 80.0],
    ...                       "status": [None] * 3}, schema_overrides={"status": pl.String})
    >>> visits = pl.LazyFrame(schema={"patient_id": pl.String, "day": pl.Int32, "evaluator": pl.String,
    ...                               "done": pl.Boolean})
    >>> start = pl.LazyFrame({"patient_id": ["P1"], "start_day": [0]})
    >>> found = growth_rates(lesions, scans, visits, start).collect()
    >>> round(found["tgkr"].item(), 2), found["hyperprogression_champiat"].item()
    (3.0, True)
    """
    scans = _three_scans(lesions, measurements, assessments, start, rules, growth)
    rates = scans.with_columns(
        tgr_reference_percent_per_month=_tgr("prebaseline", "baseline"),
        tgr_experimental_percent_per_month=_tgr("baseline", "first"),
        tgk_pre_mm_per_month=_tgk("prebaseline", "baseline"),
        tgk_post_mm_per_month=_tgk("baseline", "first"),
    )
    reference, experimental = (
        pl.col(f"tgr_{when}_percent_per_month") for when in ("reference", "experimental")
    )
    before, after = pl.col("tgk_pre_mm_per_month"), pl.col("tgk_post_mm_per_month")
    # Where the tumour did not grow before, a ratio of growth means nothing.
    rates = rates.with_columns(
        tgr_ratio=pl.when(reference > 0).then(experimental / reference),
        tgr_difference_percent_per_month=experimental - reference,
        tgkr=pl.when(before > 0).then(after / before),
    )
    return _hyperprogression(rates, growth).select(list(GrowthRates.columns()))


def _hyperprogression(rates: pl.LazyFrame, growth: GrowthRules) -> pl.LazyFrame:
    """The three definitions; the first two ask for PD at the first scan."""
    judged = pl.col("prebaseline_sum_mm").is_not_null() & pl.col("first_sum_mm").is_not_null()
    progressed = pl.col("first_response") == "PD"
    champiat = pl.col("tgr_ratio") >= growth.champiat_ratio
    ferrara = pl.col("tgr_difference_percent_per_month") > growth.ferrara_difference
    return rates.with_columns(
        hyperprogression_champiat=pl.when(judged).then(progressed & champiat),
        hyperprogression_ferrara=pl.when(judged).then(progressed & ferrara),
        hyperprogression_saada_bouzid=pl.when(judged).then(pl.col("tgkr") >= growth.saada_bouzid_ratio),
        reason_codes=pl.concat_str(_reason_codes(), separator=", ", ignore_nulls=True),
    )


def _reason_codes() -> list[pl.Expr]:
    codes = {
        "NO_PREBASELINE": pl.col("prebaseline_sum_mm").is_null(),
        "NO_FIRST_SCAN": pl.col("first_sum_mm").is_null(),
        "NO_PD": pl.col("first_response") != "PD",
        "NONPOSITIVE_REFERENCE": pl.col("tgk_pre_mm_per_month") <= 0,
    }
    return [pl.when(applies).then(pl.lit(code)) for code, applies in codes.items()]


def _months_between(earlier: str, later: str) -> pl.Expr:
    return months(pl.col(f"{later}_day") - pl.col(f"{earlier}_day"))


def _tgr(earlier: str, later: str) -> pl.Expr:
    """100 (exp(TG) - 1), TG = 3 ln(S2 / S1) per month: volume goes with the cube of the diameter."""
    ratio = pl.col(f"{later}_sum_mm") / pl.col(f"{earlier}_sum_mm")
    per_month = 3 * ratio.log() / _months_between(earlier, later)
    return pl.when(ratio > 0).then(100 * (per_month.exp() - 1))


def _tgk(earlier: str, later: str) -> pl.Expr:
    change = pl.col(f"{later}_sum_mm") - pl.col(f"{earlier}_sum_mm")
    return change / _months_between(earlier, later)


def _three_scans(
    lesions: pl.LazyFrame,
    measurements: pl.LazyFrame,
    assessments: pl.LazyFrame,
    start: pl.LazyFrame,
    rules: ResponseRules,
    growth: GrowthRules,
) -> pl.LazyFrame:
    """Day and sum before baseline, at baseline, and at the first complete scan on treatment."""
    readings = read_sizes(lesions, measurements, assessments, start, rules)
    before = _before_baseline(readings, growth)
    points = timepoint_responses(lesions, measurements, assessments, start, rules, reasons=False)
    latest = pl.col("baseline_day") + growth.first_scan_months * DAYS_PER_MONTH
    first = (
        points.filter(pl.col("sum_mm").is_not_null(), pl.col("day") <= latest)
        .group_by(READING, maintain_order=True)
        .agg(
            first_day=pl.col("day").first(),
            first_sum_mm=pl.col("sum_mm").first(),
            first_response=pl.col("response").first(),
        )
    )
    return before.lazy().join(first, on=READING, how="left", maintain_order="left")


def _before_baseline(readings: Readings, growth: GrowthRules) -> pl.DataFrame:
    """Baseline, and the latest earlier scan of all targets, of each reading that has targets."""
    at_baseline = readings.readings.filter(pl.col("targets") > 0)
    sums = pl.concat([readings.scans, target_sums(readings)], how="horizontal").join(
        at_baseline, on="reading"
    )
    complete = pl.col("targets_measured") == pl.col("targets")
    early = pl.col("day") <= pl.col("baseline_day") - growth.prebaseline_days
    last = sums.filter(complete, early).sort("day").unique("reading", keep="last", maintain_order=True)
    last = last.select("reading", prebaseline_day="day", prebaseline_sum_mm=millimetres("measured_sum"))
    return at_baseline.join(last, on="reading", how="left", maintain_order="left").select(
        *READING,
        "prebaseline_day",
        "prebaseline_sum_mm",
        "baseline_day",
        baseline_sum_mm=millimetres("baseline_sum"),
    )
