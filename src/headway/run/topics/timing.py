"""An endpoint by an exposure that comes after time zero: what is fair, beside what is not (domain.md 9.6)."""

from collections.abc import Callable
from functools import partial

import polars as pl

from headway.analyse.proportions.compare import contrasts, rates
from headway.analyse.rows import result
from headway.analyse.survival.outcomes import survival
from headway.analyse.survival.sample import AnalysisError, Outcome
from headway.derive.endpoints import ENDPOINTS
from headway.record.results import Results
from headway.report.document import Section
from headway.report.sections import timing as sections
from headway.run.cohort import (
    Cohort,
    best_since,
    exposures_of,
    members,
    named,
    open_days_of,
    population_title,
    times_of,
    title_of,
)
from headway.run.rules import censoring
from headway.run.topics.survival import time_in_words
from headway.run.topics.topic import Made, Topic, contributions
from headway.study.parts import Comparison
from headway.units import DAYS_PER

RATES = {"response": "objective_response", "disease control": "disease_control"}
LANDMARKS_MONTHS, GRACE_MONTHS = (3.0, 6.0), 3.0
NAIVE, EVER, NEVER = "naive split, biased", "ever exposed", "never exposed"
BIASED = "biased by immortal time: the exposed had to live, and to stay on treatment, until their exposure"


def analysis_name(made: Cohort, asked: Comparison) -> str:
    """The name of an analysis in the results: "PFS since ici by rt_during_ici"."""
    return f"{asked.endpoint} since {asked.since} by {asked.by}{named(made, asked.population)}"


def _asked(made: Cohort) -> list[Comparison]:
    return [asked for asked in made.study.report.comparison if asked.by in made.study.exposure]


def _make(made: Cohort, asked: Comparison) -> Made:
    exposures = exposures_of(made, str(asked.by), asked.since)
    return (_of_rates if asked.endpoint in RATES else _of_times)(made, asked, exposures)


def _of_times(made: Cohort, asked: Comparison, exposures: pl.DataFrame) -> Made:
    name, population = analysis_name(made, asked), population_title(made, asked.population)
    known = times_of(made, asked.endpoint, asked.since, asked.population)
    times = known.join(made.facts.select("patient_id", *asked.adjust), on="patient_id", how="left")
    outcome = Outcome(analysis=name, population=population)
    landmarks = [_days(months) for months in asked.landmarks_months or LANDMARKS_MONTHS]
    parts = [_counts(times, exposures, outcome), _naive_medians(times, exposures, name, population)]
    parts += _effects(made, asked, times, exposures, outcome, landmarks)
    drawn, curves = _from_landmark(times, exposures, name, population, landmarks[0])
    said = times.join(exposures, on="patient_id", how="left").with_columns(value=_exposed_in_words())
    given = contributions(said, name, pl.col("value"))
    return Made(pl.concat([*parts, drawn]), curves, known, given)


def _days(months: float) -> float:
    return months * DAYS_PER["months"]


def _exposed_in_words() -> pl.Expr:
    day = pl.col("exposure_days").round(0).cast(pl.Int64).cast(pl.String)
    exposed = pl.concat_str(pl.lit("; exposed on day "), day).fill_null("; never exposed")
    return pl.concat_str(time_in_words(), exposed)


def _counts(times: pl.DataFrame, exposures: pl.DataFrame, outcome: Outcome) -> pl.DataFrame:
    """Who was exposed while followed, and how late."""
    followed = times.drop_nulls(["days", "event"]).join(exposures, on="patient_id", how="left")
    came = followed.filter(pl.col("exposure_days") < pl.col("days"))
    late = followed.filter(pl.col("exposure_days") >= pl.col("days"))
    never = followed.filter(pl.col("exposure_days").is_null())
    ids = came["patient_id"].sort().to_list()
    rows = [
        _patients(outcome, "exposed while followed", came, followed.height),
        _patients(outcome, "exposed only after the end", late, followed.height),
        _patients(outcome, "never exposed", never, followed.height),
        result(outcome.where("exposed"), "median day of exposure", _median(came), n=came.height, unit="days",
               method="median of those exposed while followed", patients=ids),
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=Results.create_empty().schema)


def naive(made: Cohort, asked: Comparison) -> pl.DataFrame:
    """What a study publishes of ever and never exposed, and nothing else: shares, or medians."""
    exposures = exposures_of(made, str(asked.by), asked.since)
    name, population = analysis_name(made, asked), population_title(made, asked.population)
    if asked.endpoint in RATES:
        frame = _ever_and_never(made, asked, exposures)
        return pl.concat([rates(frame, name, population=population), _with_it(frame, name, population)])
    times = times_of(made, asked.endpoint, asked.since, asked.population)
    return _naive_medians(times, exposures, name, population)


def _ever() -> pl.Expr:
    return pl.when(pl.col("exposure_days").is_null()).then(pl.lit(NEVER)).otherwise(pl.lit(EVER))


def _naive_medians(times: pl.DataFrame, exposures: pl.DataFrame, name: str, population: str) -> pl.DataFrame:
    groups = times.join(exposures, on="patient_id", how="left").select("patient_id", group=_ever())
    found, _ = survival(times, name, groups=groups, population=population)
    told = pl.col("statistic").is_in(["with a time", "median"])
    return found.filter(told).with_columns(note=pl.lit(BIASED))


def _median(rows: pl.DataFrame) -> float | None:
    days = rows["exposure_days"].to_list()
    return float(pl.Series(days).median()) if days else None  # type: ignore[arg-type]


def _patients(outcome: Outcome, statistic: str, rows: pl.DataFrame, n: int) -> dict:
    ids = rows["patient_id"].sort().to_list()
    return result(outcome.where(), statistic, float(rows.height), n=n, unit="patients", method="count",
                  patients=ids)  # fmt: skip


def _effects(
    made: Cohort, asked: Comparison, times: pl.DataFrame, exposures: pl.DataFrame, outcome: Outcome,
    landmarks: list[float],
) -> list[pl.DataFrame]:  # fmt: skip
    """Each way to ask, under its own name in `group`; one that cannot be answered says why."""
    # numba compiles at import: only a study that asks for it waits.
    from headway.analyse.survival.cox.design import Category
    from headway.analyse.timing.artefact import artefact_of
    from headway.analyse.timing.clone import clone_censor_weight
    from headway.analyse.timing.remedies import landmark, naive_split, time_dependent

    covariates = [name if times[name].dtype.is_numeric() else Category(name) for name in asked.adjust]
    fair = {"covariates": covariates, "outcome": outcome}
    complete = times.drop_nulls(list(asked.adjust))
    grace = asked.grace_months or GRACE_MONTHS
    open_days = open_days_of(made, str(asked.by), asked.since)
    biased = {"outcome": outcome, "acknowledge_immortal_time": True}
    at = {f"landmark at {day / DAYS_PER['months']:g} months": [day] for day in landmarks}
    ways: dict[str, Callable[[], pl.DataFrame]] = {
        "time-dependent": partial(time_dependent, complete, exposures, **fair),
        **{name: partial(landmark, complete, exposures, day, **fair) for name, day in at.items()},
        f"clone-censor-weight, {grace:g} months of grace": partial(
            clone_censor_weight, times, exposures, _days(grace), outcome=outcome
        ),
        NAIVE: partial(naive_split, times, exposures, **biased),
        "no effect at all": partial(artefact_of, times, exposures, open_days=open_days, outcome=outcome),
    }
    return [_answered(name, ask, outcome) for name, ask in ways.items()]


def _answered(name: str, ask: Callable[[], pl.DataFrame], outcome: Outcome) -> pl.DataFrame:
    try:
        rows = ask()
    except AnalysisError as error:
        row = result(
            outcome.where(name), "hazard ratio", None, n=0, method=name, note=str(error), patients=[]
        )
        return pl.DataFrame([row], schema=Results.create_empty().schema)
    # The covariates' own ratios are not what was asked.
    asked = rows.filter(~pl.col("statistic").is_in(["hazard ratio", "p-value"]) | _of_exposure())
    return asked.with_columns(group=pl.lit(name))


def _of_exposure() -> pl.Expr:
    """Rows about the exposure: those of a covariate have its name as group."""
    group = pl.col("group")
    return (
        group.str.starts_with("exposed") | group.str.starts_with("strategy") | (group == "no effect at all")
    )


def _from_landmark(
    times: pl.DataFrame, exposures: pl.DataFrame, name: str, population: str, day: float
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Kaplan-Meier from the landmark by exposure until then: the picture that may be drawn."""
    joined = times.join(exposures, on="patient_id", how="left")
    still = joined.filter(pl.col("days") > day).with_columns(pl.col("days") - day)
    until = pl.when(pl.col("exposure_days") <= day).then(pl.lit("exposed by the landmark"))
    groups = still.select("patient_id", group=until.otherwise(pl.lit("not exposed by it")))
    return survival(still, sections.landmark_name(name), groups=groups, population=population)


def _of_rates(made: Cohort, asked: Comparison, exposures: pl.DataFrame) -> Made:
    """Response by ever exposed: as studies publish it, named as biased, and what the design alone makes."""
    # numba compiles at import: only a study that asks for it waits.
    from headway.analyse.timing.artefact import rate_artefact_of

    name, population = analysis_name(made, asked), population_title(made, asked.population)
    frame = _ever_and_never(made, asked, exposures)
    open_days = open_days_of(made, str(asked.by), asked.since)
    outcome = Outcome(analysis=name, population=population)
    parts = [rates(frame, name, population=population), _with_it(frame, name, population)]
    if frame["group"].n_unique() == 2:
        biased = contrasts(frame, name, NEVER, population=population).with_columns(note=pl.lit(BIASED))
        parts += [biased, rate_artefact_of(frame, open_days, outcome=outcome)]
    said = pl.when(pl.col("event")).then(pl.lit("yes")).when(~pl.col("event")).then(pl.lit("no"))
    told = pl.concat_str(said.fill_null("not evaluable"), pl.lit("; "), pl.col("group"))
    return Made(pl.concat(parts), contributions=contributions(frame, name, told))


def _ever_and_never(made: Cohort, asked: Comparison, exposures: pl.DataFrame) -> pl.DataFrame:
    """One row per patient: event (the rate's), group (ever or never exposed), exposure_days."""
    best = best_since(made, asked.since)
    rows = best.join(members(made, asked.population), on="patient_id", how="semi", maintain_order="left")
    return rows.join(exposures, on="patient_id", how="left", maintain_order="left").select(
        "patient_id", "exposure_days", event=RATES[asked.endpoint], group=_ever()
    )


def _with_it(frame: pl.DataFrame, name: str, population: str) -> pl.DataFrame:
    """How many of each group have the event."""
    rows = []
    for group in (EVER, NEVER):
        own = frame.filter(pl.col("group") == group).drop_nulls("event")
        where = {"analysis": name, "population": population, "group": group}
        ids = own.filter("event")["patient_id"].sort().to_list()
        rows.append(result(where, "with the event", float(len(ids)), n=own.height, unit="patients",
                           method="count", patients=ids))  # fmt: skip
    return pl.DataFrame(rows, schema=Results.create_empty().schema)


def _show(made: Cohort, asked: Comparison, all_made: Made) -> Section:
    exposure = made.study.exposure[str(asked.by)].title
    if asked.endpoint in RATES:
        title = asked.title or f"{asked.endpoint.capitalize()} {title_of(made, asked.since)}, by {exposure}"
        return sections.rates(all_made.results, analysis_name(made, asked), title, exposure)
    endpoint = ENDPOINTS[asked.endpoint].title
    title = asked.title or f"{endpoint} {title_of(made, asked.since)}, by {exposure}"
    analysis = sections.Timing(
        analysis_name(made, asked), title, endpoint, exposure, censoring(made.study, made.record, asked)
    )
    return sections.times(all_made.results, all_made.curves, analysis)


TOPIC = Topic(_asked, _make, _show)
