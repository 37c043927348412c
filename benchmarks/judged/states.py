"""The state of metastatic disease: as derived from the latest imaging, and as it truly is (domain.md 7)."""

import polars as pl

from headway.run.topics.disease_state import states_of
from headway.units import DAYS_PER
from judged.cohorts import Derived
from judged.replicates import Ask, Estimand, Estimate
from judged.truths import Truth, share_asked

MONTHS = (6, 12, 24)
KINDS = ("no metastasis", "oligometastatic", "polymetastatic")
THAT_DAY, LAST_SCAN = "true state on that day", "true state on the day of the latest scan"


def _kind(state: str) -> pl.Expr:
    plain = pl.col(state).is_in([KINDS[0], KINDS[2]])
    return pl.when(plain).then(state).when(pl.col(state).is_not_null()).then(pl.lit(KINDS[1]))


def shares(months: int) -> list[str]:
    """The quantities at a time: the share in each kind of state."""
    return [f"{kind} at {months} months" for kind in KINDS]


def compared(of: Derived) -> pl.DataFrame:
    """Everybody alive and followed at each time: patient_id, months, and the states.

    derived     of the latest imaging
    true        on that day;  true_then: on the day of the latest imaging
    """
    zero = of.made.record.table("patients").select("patient_id", "enrolment_day").collect()
    seen = states_of(of.made).join(zero, on="patient_id").select(
        "patient_id", derived="state", scan_day=pl.col("day") - pl.col("enrolment_day"),
        on_day=pl.col("day") - pl.col("enrolment_day"),
    )  # fmt: skip
    frames = [_on(_alive(of.truth, months), seen, of.truth["state_truth"]) for months in MONTHS]
    return pl.concat(frames)


def _alive(truth: Truth, months: int) -> pl.DataFrame:
    """Who is alive and followed on the day."""
    day = round(months * DAYS_PER["months"])
    lives = (pl.col("death_day").is_null() | (pl.col("death_day") > day)) & (pl.col("followed_to_day") >= day)
    return truth["truth"].filter(lives).select(
        "patient_id", months=pl.lit(months), on_day=pl.lit(day, pl.Int32)
    )  # fmt: skip


def _on(days: pl.DataFrame, seen: pl.DataFrame, states: pl.DataFrame) -> pl.DataFrame:
    latest = _as_of(days, seen.cast({"on_day": pl.Int32}))
    true = _as_of(latest, states.select("patient_id", on_day="day", true="state"))
    then = states.select("patient_id", scan_day="day", true_then="state")
    return _as_of(true.drop_nulls("scan_day").cast({"scan_day": pl.Int32}), then, "scan_day")


def _as_of(rows: pl.DataFrame, known: pl.DataFrame, day: str = "on_day") -> pl.DataFrame:
    return rows.sort(day).join_asof(known.sort(day), on=day, by="patient_id", check_sortedness=False)


def asked_at(months: int, rows: pl.DataFrame) -> list[tuple[pl.DataFrame, Ask]]:
    """The share in each kind of state at a time."""
    own = rows.filter(months=months).with_columns(kind=_kind("derived"))
    return [
        (own.with_columns(is_kind=pl.col("kind") == kind), share_asked(name, "is_kind"))
        for kind, name in zip(KINDS, shares(months), strict=True)
    ]


def agreement(months: int) -> Ask:
    """How often a study's derived state is the true one at a time; no limits."""

    def ask(part: pl.DataFrame) -> dict[str, Estimate]:
        own = part.filter(months=months)
        said = {
            "one of three kinds, that day": (_kind("derived") == _kind("true")),
            "all states, that day": pl.col("derived") == pl.col("true"),
            "all states, day of the latest imaging": pl.col("derived") == pl.col("true_then"),
        }
        found = own.select(**{name: same.mean() for name, same in said.items()}).row(0, named=True)
        return {f"{name}: {months} months": (share, None, None) for name, share in found.items()}

    return ask


def estimands(truth: Truth) -> list[Estimand]:
    """The true share in each kind of state among those alive, that day and on the day of the latest scan."""
    return [
        Estimand(name, when, share, "probability")
        for months in MONTHS
        for when, shares_of in (
            (LAST_SCAN, _on_last_scan(truth, months)),
            (THAT_DAY, _that_day(truth, months)),
        )
        for name, share in zip(shares(months), shares_of, strict=True)
    ]


def _that_day(truth: Truth, months: int) -> list[float]:
    known = truth["state_truth"].select("patient_id", on_day="day", true="state")
    return _shares(_as_of(_alive(truth, months), known))


def _on_last_scan(truth: Truth, months: int) -> list[float]:
    scans = truth["imaging"].select("patient_id", on_day="day", scan_day="day").cast({"on_day": pl.Int32})
    latest = _as_of(_alive(truth, months), scans).with_columns(scan_day=pl.col("scan_day").fill_null(0))
    known = truth["state_truth"].select("patient_id", scan_day="day", true="state")
    return _shares(_as_of(latest.cast({"scan_day": pl.Int32}), known, "scan_day"))


def _shares(rows: pl.DataFrame) -> list[float]:
    kinds = rows.select(_kind("true")).to_series()
    return [float((kinds == kind).to_numpy().mean()) for kind in KINDS]


def agreement_table(estimates: pl.DataFrame) -> str:
    """A table of the share of patients whose derived state is the true one: mean and range of the studies."""
    rows = []
    for (name,), own in estimates.group_by("quantity", maintain_order=True):
        low, high = (own["value"].quantile(q, "nearest") for q in (0.025, 0.975))
        what, when = str(name).split(": ")
        rows.append(
            f"| {what} | {when} | {100 * own['value'].mean():.1f} | {100 * low:.1f} to {100 * high:.1f} |"
        )
    head = [
        "| derived state is the true one | at | mean, % | 95 % of the studies, % |",
        "| --- | --- | --- | --- |",
    ]
    return "\n".join(head + rows)
