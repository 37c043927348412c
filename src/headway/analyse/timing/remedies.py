"""What may be said of an exposure that starts after time zero: three analyses without immortal time."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import polars as pl

from headway.analyse.rows import result
from headway.analyse.survival.cox.design import Covariate
from headway.analyse.survival.cox.model import cox
from headway.analyse.survival.groups import results
from headway.analyse.survival.log_rank import log_rank
from headway.analyse.survival.milestones import survival_at_times
from headway.analyse.survival.sample import DAYS, AnalysisError, Outcome
from headway.analyse.timing.exposure import ever_exposed, exposed_later, split_rows, with_exposure

BIASED = "biased by immortal time: the exposed had to live until their exposure"


def time_dependent(
    times: pl.DataFrame,
    exposures: pl.DataFrame,
    *,
    covariates: Sequence[Covariate] = (),
    outcome: Outcome = DAYS,
) -> pl.DataFrame:
    """Hazard ratio after exposure against not (yet) exposed: Cox with rows split at the exposure.

    Takes:  times and exposures as `with_exposure`; covariates known at time zero, columns of times.
    Gives:  results; the group "exposed" holds the hazard ratio and its p-value.
    """
    return _time_dependent(with_exposure(times, exposures, outcome), covariates, outcome)


def _time_dependent(frame: pl.DataFrame, covariates: Sequence[Covariate], outcome: Outcome) -> pl.DataFrame:
    rows = split_rows(frame, outcome)
    split = replace(outcome, start="start", time="stop")
    found = cox(rows, ["exposed", *covariates], outcome=split).to_frame()
    return _named(found.filter(pl.col("group") != "all"), "time-dependent exposure")


def landmark(
    times: pl.DataFrame,
    exposures: pl.DataFrame,
    landmarks: Sequence[float],
    *,
    covariates: Sequence[Covariate] = (),
    outcome: Outcome = DAYS,
) -> pl.DataFrame:
    """Those still followed at a landmark, by exposure until then: hazard ratio from there on (Anderson 1983).

    Takes:  times and exposures as `with_exposure`; landmarks in days, chosen before the data were seen.
    Gives:  results, `at` the landmark: patients in and left out, hazard ratio and p-value.
    """
    frame = with_exposure(times, exposures, outcome)
    return pl.concat([_landmark(frame, day, covariates, outcome) for day in landmarks])


def at_landmark(frame: pl.DataFrame, day: float, outcome: Outcome) -> pl.DataFrame:
    """The rows still followed after a day, with time counted from it, and whether exposed until then.

    >>> frame = pl.DataFrame({"days": [50, 120, 300], "event": [True] * 3, "exposure_days": [20, 95, 30]})
    >>> at_landmark(frame, 90, Outcome()).select("days", "exposed").rows()
    [(30, 0), (210, 1)]
    """
    exposed = (pl.col("exposure_days") <= day).fill_null(False).cast(pl.Int64)
    still = frame.filter(pl.col(outcome.time) > day)
    return still.with_columns(pl.col(outcome.time) - day, exposed=exposed)


def _landmark(
    frame: pl.DataFrame, day: float, covariates: Sequence[Covariate], outcome: Outcome
) -> pl.DataFrame:
    kept = at_landmark(frame, day, outcome)
    if kept["exposed"].n_unique() < 2:
        raise AnalysisError(
            f"landmark {day:g}: {int(kept['exposed'].sum())} of {kept.height} patients still followed were "
            "exposed until then; both groups are expected."
        )
    say = partial(result, outcome.where("exposed"), n=frame.height, unit="patients", method="count")
    out = frame.filter(pl.col(outcome.time) <= day)
    groups = {"exposed by the landmark": kept.filter(exposed=1), "not exposed by it": kept.filter(exposed=0),
              "left out: ended before it": out}  # fmt: skip
    counts = results([say(name, float(rows.height), patients=_ids(rows)) for name, rows in groups.items()])
    found = cox(kept, ["exposed", *covariates], outcome=outcome).to_frame()
    ratio = _named(found.filter(pl.col("group") != "all"), f"landmark at {day:g} days")
    return pl.concat([counts, ratio]).with_columns(at=pl.lit(float(day)))


def mantel_byar(
    times: pl.DataFrame, exposures: pl.DataFrame, at: Sequence[float] = (), *, outcome: Outcome = DAYS
) -> pl.DataFrame:
    """Survival while unexposed and once exposed, with patients who change curve when exposed.

    Takes:  times and exposures as `with_exposure`; days at which survival is given.
    Gives:  results: survival of both (Simon and Makuch 1984) at those days, the log-rank test of Mantel and
            Byar (1974). The exposed curve is of few patients at first; read it from a landmark on.
    """
    rows = mantel_byar_rows(times, exposures, outcome=outcome)
    split = replace(outcome, start="start", time="stop")
    curves = survival_at_times(rows, list(at), by="state", outcome=split)
    curves = curves.filter(pl.col("statistic") == "survival")
    test = log_rank(rows, "state", outcome=split).filter(pl.col("statistic").is_in(["chi-square", "p-value"]))
    return pl.concat([_named(curves, "Simon-Makuch"), _named(test, "Mantel-Byar")])


def mantel_byar_rows(
    times: pl.DataFrame, exposures: pl.DataFrame, *, outcome: Outcome = DAYS
) -> pl.DataFrame:
    """The rows (start, stop] with their state, from which Simon-Makuch curves can be drawn."""
    state = pl.when(pl.col("exposed") == 1).then(pl.lit("exposed")).otherwise(pl.lit("not (yet) exposed"))
    return split_rows(with_exposure(times, exposures, outcome), outcome).with_columns(state=state)


def exposure_effect(
    times: pl.DataFrame,
    exposures: pl.DataFrame,
    landmarks: Sequence[float],
    *,
    covariates: Sequence[Covariate] = (),
    outcome: Outcome = DAYS,
    acknowledge_immortal_time: bool = False,
) -> pl.DataFrame:
    """Does survival differ with an exposure? A plain split if all came at time zero, else the remedies.

    Takes:  times and exposures as `with_exposure`; landmarks in days.
    Gives:  results: time-dependent hazard ratio, Mantel-Byar test, landmark hazard ratios; the naive one
            after them, named as biased, only with `acknowledge_immortal_time`.
    """
    frame = with_exposure(times, exposures, outcome)
    if exposed_later(frame).is_empty():
        return naive_split(times, exposures, covariates=covariates, outcome=outcome)
    found = [
        _time_dependent(frame, covariates, outcome),
        mantel_byar(times, exposures, outcome=outcome),
        landmark(times, exposures, landmarks, covariates=covariates, outcome=outcome),
    ]
    if acknowledge_immortal_time:
        found.append(naive_split(times, exposures, covariates=covariates, outcome=outcome,
                                 acknowledge_immortal_time=True))  # fmt: skip
    return pl.concat(found)


def naive_split(
    times: pl.DataFrame,
    exposures: pl.DataFrame,
    *,
    covariates: Sequence[Covariate] = (),
    outcome: Outcome = DAYS,
    acknowledge_immortal_time: bool = False,
) -> pl.DataFrame:
    """Hazard ratio of ever against never exposed; refused where an exposure came after time zero.

    Gives:  results; with `acknowledge_immortal_time` every row says that it is biased.
    """
    frame = with_exposure(times, exposures, outcome)
    late = not exposed_later(frame).is_empty()
    rows = ever_exposed(frame, acknowledge_immortal_time=acknowledge_immortal_time)
    found = cox(
        rows.with_columns(pl.col("exposed").cast(pl.Int64)), ["exposed", *covariates], outcome=outcome
    )
    kept = found.to_frame().filter(pl.col("group") != "all")
    if not late:
        return _named(kept, "exposed at time zero or never")
    return _named(kept, "ever exposed against never, BIASED").with_columns(note=pl.lit(BIASED))


def _named(rows: pl.DataFrame, analysis: str) -> pl.DataFrame:
    return rows.with_columns(method=pl.lit(f"{analysis}: ") + pl.col("method"))


def _ids(rows: pl.DataFrame) -> list[str]:
    return rows["patient_id"].cast(pl.String).sort().to_list() if "patient_id" in rows.columns else []
