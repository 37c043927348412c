"""Local control of irradiated lesions; death competes, a patient's lesions hang together (R3.10 to R3.14)."""

import polars as pl

from headway.analyse.competing.local_control import local_control
from headway.run.topics.local_control import lesions_of
from headway.study.parts import LocalControl
from headway.units import DAYS_PER
from judged.cohorts import SINCE, Size, derived, scenario, true
from judged.replicates import Estimand, Estimate, asked, judged, parts

YEARS = (1, 2)
MEASURED = "local control of measured lesions"
CONFIRMED, EVERY = "no failure that the next scan confirms", "no failure"
TWICE = "growth on two scans in a row, true sizes"
CONTROL, ALONE, CENSORED = (
    "local control",
    "local control, lesions as if independent",
    "local control by Kaplan-Meier, death censored",
)
STUDY = {"report": {"local_control": {"years": YEARS}, "survival": [{"endpoint": "PFS", "since": SINCE}]}}


def judge(size: Size) -> pl.DataFrame:
    """Bias and coverage of local control at 1 and 2 years."""
    of = scenario("sabr")
    everyone = derived(of, size.replicates, STUDY)
    rows = lesions_of(everyone.made, LocalControl(years=YEARS)).drop_nulls(["days", "state"])
    return judged(
        asked(parts(rows, of.patients), controls), control_estimands(true(of, size.truth, perfect=True))
    )


def controls(lesions: pl.DataFrame) -> dict[str, Estimate]:
    """Local control of one study at each time, by three ways."""
    at = [years * DAYS_PER["years"] for years in YEARS]
    clustered = local_control(lesions, at)
    alone = local_control(lesions.drop("patient_id"), at)
    failure = pl.col("statistic") == "failure by Kaplan-Meier"
    turned = clustered.filter(failure).with_columns(
        value=1 - pl.col("value"), lower=1 - pl.col("upper"), upper=1 - pl.col("lower")
    )
    found = {}
    for name, rows in (
        (CONTROL, clustered.filter(statistic=CONTROL)),
        (ALONE, alone.filter(statistic=CONTROL)),
        (CENSORED, turned),
    ):
        for years, row in zip(YEARS, rows.sort("at").select("value", "lower", "upper").rows(), strict=True):
            found[_at(name, years)] = row
    return found


def _at(name: str, years: int) -> str:
    return f"{name}, {years} year{'s' if years > 1 else ''}"


def control_estimands(truth: dict[str, pl.DataFrame]) -> list[Estimand]:
    """True local control at each time."""
    lesions = failures(truth)
    return [
        Estimand(_at(name, years), estimand, 1 - _failed(lesions, day, years), "probability")
        for years in YEARS
        for name in (CONTROL, ALONE, CENSORED)
        for estimand, day in (
            (CONFIRMED, "confirmed_day"),
            (EVERY, "local_failure_day"),
        )
        if name == CONTROL or day == "confirmed_day"
    ]


def failures_by_size(truth: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """The irradiated targets, with the first scan of two in a row that show growth over the smallest size."""
    lesion = ["patient_id", "lesion_id"]
    hit = truth["lesion_truth"].drop_nulls("irradiated_day").join(
        truth["lesions"].filter(role="target"), on=lesion, how="semi"
    )  # fmt: skip
    sizes = truth["measurements"].join(hit, on=lesion).sort(*lesion, "date")
    rise = pl.col("diameter_mm") - pl.col("diameter_mm").cum_min().shift(1).over(lesion)
    nadir = pl.col("diameter_mm") - rise
    grown = ((rise >= 0.2 * nadir) & (rise >= 5) & (pl.col("date") > pl.col("irradiated_day"))).fill_null(
        False
    )
    twice = sizes.with_columns(grown=grown).filter(
        pl.col("grown") & pl.col("grown").shift(-1, fill_value=False).over(lesion)
    )
    first = twice.group_by(lesion).agg(confirmed_day=pl.col("date").min())
    return hit.select(*lesion, "irradiated_day").join(first, on=lesion, how="left")


def failures(truth: dict[str, pl.DataFrame]) -> pl.DataFrame:
    """The irradiated lesions, with the day of their failure if a later scan in life shows it too."""
    hit = truth["lesion_truth"].filter(pl.col("irradiated_day").is_not_null())
    last = truth["imaging"].group_by("patient_id").agg(last_day=pl.col("day").max())
    shown_again = pl.col("last_day") > pl.col("local_failure_day")
    return hit.join(last, on="patient_id", how="left").with_columns(
        confirmed_day=pl.when(shown_again).then("local_failure_day")
    )


def measured_estimands(truth: dict[str, pl.DataFrame]) -> list[Estimand]:
    """True local control of the irradiated targets at each time."""
    lesions = failures_by_size(truth)
    return [
        Estimand(_at(MEASURED, years), TWICE, 1 - _failed(lesions, "confirmed_day", years), "probability")
        for years in YEARS
    ]


def measured_controls(lesions: pl.DataFrame) -> dict[str, Estimate]:
    """Local control of one study's irradiated targets at each time."""
    targets = lesions.filter(pl.col("lesion_id").str.starts_with("T"))
    found = controls(targets)
    return {_at(MEASURED, years): found[_at(CONTROL, years)] for years in YEARS}


def _failed(lesions: pl.DataFrame, day: str, years: int) -> float:
    since = pl.col(day) - pl.col("irradiated_day")
    return float(lesions.select((since <= years * DAYS_PER["years"]).fill_null(False).mean()).item())
