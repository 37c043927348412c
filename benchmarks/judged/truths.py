"""True values of what studies report, from patients whose disease is known; and how a study is asked."""

import polars as pl

from headway.analyse.proportions import proportion
from headway.analyse.survival.kaplan_meier import kaplan_meier, quantile
from headway.analyse.survival.outcomes import survival
from headway.simulate.patients import NEVER
from headway.units import DAYS_PER
from judged.replicates import NOTHING, Ask, Estimand, Estimate

THESE, PLANNED = "these readers on these visits, nobody lost", "perfect readers, every planned scan"
BY_THE_DAY = "true progression, by the day"
FOLLOWED = "these readers on these visits, while followed"
LIKE_THESE = "very many patients, followed like these"
Truth = dict[str, pl.DataFrame]


def share_asked(name: str, column: str) -> Ask:
    """The share of a study's patients of whom a column is true; exact limits."""

    def ask(part: pl.DataFrame) -> dict[str, Estimate]:
        known = part[column].drop_nulls()
        return {name: proportion(int(known.sum()), known.len()) if known.len() else NOTHING}

    return ask


def times_asked(median: str, at_one: str | None = None) -> Ask:
    """The median of a study's times, and survival at a year."""

    def ask(part: pl.DataFrame) -> dict[str, Estimate]:
        found, _ = survival(part, median)
        estimates = found.select("statistic", "at", "value", "lower", "upper")
        year = estimates.filter(statistic="survival", at=DAYS_PER["years"])
        said = {median: estimates.filter(statistic="median").row(0)[2:]}
        return said | ({at_one: year.row(0)[2:] if year.height else NOTHING} if at_one else {})

    return ask


def times_true(median: str, at_one: str | None, days: dict[str, pl.Series]) -> list[Estimand]:
    """The true median and survival at a year by each way to look; null: it never comes."""
    medians = [Estimand(median, name, median_of(own), "days") for name, own in days.items()]
    year = DAYS_PER["years"]
    alive = {name: 1 - int((own <= year).sum()) / len(own) for name, own in days.items()} if at_one else {}
    return medians + [Estimand(str(at_one), name, share, "probability") for name, share in alive.items()]


def median_followed(name: str, rows: pl.DataFrame, day: pl.Expr, since: str | None = None) -> Estimand:
    """The median of such a study in very many patients, who are lost and cut off like its own."""
    last = pl.col("followed_to_day")
    known = rows.select(
        days=pl.min_horizontal(day, last) - (pl.col(since) if since else 0),
        event=(day <= last).fill_null(False),
    )  # fmt: skip
    return Estimand(name, LIKE_THESE, median_of(known["days"], known["event"]), "days")


def first_seen(truth: Truth, responses: list[str]) -> pl.DataFrame:
    """The day on which the simulator's own reader first wrote down one of these (patient_id, day)."""
    seen = truth["scans"].filter(pl.col("reported_response").is_in(responses))
    return seen.group_by("patient_id").agg(pl.col("day").min())


def responses(truth: Truth) -> pl.DataFrame:
    """Every patient with the days of response and of progression that the reader wrote down, and of death."""
    progressed = first_seen(truth, ["PD"]).rename({"day": "progressed_day"})
    responded = first_seen(truth, ["CR", "PR"]).rename({"day": "response_day"})
    known = truth["truth"].join(progressed, on="patient_id", how="left", maintain_order="left")
    joined = known.join(responded, on="patient_id", how="left", maintain_order="left")
    before = (pl.col("response_day") < pl.col("progressed_day")) | pl.col("progressed_day").is_null()
    return joined.with_columns(response_day=pl.when(before).then("response_day"))


def responded(truth: Truth) -> float:
    """The share with a response that the simulator's own reader wrote down."""
    return float(responses(truth)["response_day"].is_not_null().to_numpy().mean())


def seen_pfs(truth: Truth) -> pl.Series:
    """Days to the first progression that the simulator's own reader wrote down, or death."""
    return responses(truth).select(pl.min_horizontal("progressed_day", "death_day")).to_series()


def true_pfs(truth: Truth) -> pl.Series:
    """Days to true progression or death."""
    return truth["truth"].select(pl.min_horizontal("progression_day", "death_day")).to_series()


def begun(truth: Truth) -> pl.DataFrame:
    """Lines begun up to the end of follow-up: patient_id, true."""
    ends = truth["truth"].select("patient_id", "followed_to_day")
    lines = (
        truth["line_truth"]
        .join(ends, on="patient_id")
        .filter(pl.col("start_day") <= pl.col("followed_to_day"))
    )
    return lines.group_by("patient_id").agg(true=pl.len())


def median_of(days: pl.Series, event: pl.Series | None = None) -> float:
    """The median by Kaplan-Meier; without `event`, of who is known for life, null: it never comes."""
    known = days.is_not_null() if event is None else event
    times = days.fill_null(NEVER).cast(pl.Float64).to_numpy()
    median = quantile(kaplan_meier(times, known.to_numpy()), 0.5).value
    assert median is not None
    return median
