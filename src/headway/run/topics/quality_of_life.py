"""Alive at one year without definitive deterioration (R5.14), and the scores over time."""

import polars as pl

from headway.analyse import describe
from headway.analyse.proportions import proportion
from headway.analyse.rows import result
from headway.derive.one_year_quality import one_year_quality
from headway.derive.quality_of_life import scale_scores
from headway.record.results import Results
from headway.record.words import sentence
from headway.report.document import Section
from headway.report.sections.quality_of_life import quality_of_life
from headway.run.cohort import Cohort, members, named, population_title, start_of, title_of
from headway.run.topics.topic import Made, Topic, contributions
from headway.study.parts import QualityOfLife
from headway.units import DAYS_PER

# The windows around the visits at which scores are described, in months: the last score in each.
VISITS_MONTHS = {
    "baseline": (None, 0.0),
    "3 months": (1.5, 4.5),
    "6 months": (4.5, 9.0),
    "12 months": (9.0, 15.0),
}


def analysis_name(made: Cohort, asked: QualityOfLife) -> str:
    """The name of the analysis in the results: "quality of life since enrolment"."""
    return f"quality of life since {asked.since}{named(made, asked.population)}"


def _make(made: Cohort, asked: QualityOfLife) -> Made:
    name, population = analysis_name(made, asked), population_title(made, asked.population)
    record = made.record
    people = members(made, asked.population).select("patient_id").lazy()
    zero = people.join(start_of(made, asked.since), on="patient_id").filter(pl.col("start_day").is_not_null())
    scores = scale_scores(record.table("quality_of_life")).collect().lazy()
    judged = one_year_quality(
        scores,
        zero,
        record.table("patients"),
        instrument=asked.instrument,
        scale=asked.scale,
        time=record.time,
    )
    judged = judged.collect().sort("patient_id")
    own = scores.filter(pl.col("instrument") == asked.instrument, pl.col("scale") == asked.scale)
    parts = [
        describe.categories(judged, "outcome", name, population, judged.height),
        _rate(judged, name, population),
        *_visits(own.join(zero, on="patient_id").collect(), name, population),
    ]
    given = contributions(judged, name, sentence("{}: {}", "outcome", "reason"))
    return Made(pl.concat(parts), contributions=given)


def _rate(judged: pl.DataFrame, name: str, population: str) -> pl.DataFrame:
    """The share of those of whom it is known."""
    known = judged.drop_nulls("success")
    if known.is_empty():
        return Results.create_empty()
    ids = known.filter("success")["patient_id"].to_list()
    value, lower, upper = proportion(len(ids), known.height)
    where = {"analysis": name, "population": population, "group": "alive without deterioration"}
    row = result(where, "rate", value, lower=lower, upper=upper, at=float(len(ids)), n=known.height,
                 unit="probability", method="Clopper-Pearson, 95% limits, of those not missing",
                 patients=ids)  # fmt: skip
    return pl.DataFrame([row], schema=Results.create_empty().schema)


def _visits(scores: pl.DataFrame, name: str, population: str) -> list[pl.DataFrame]:
    """The score of each patient at baseline and around the visits."""
    timed = scores.drop_nulls("score").with_columns(
        months=(pl.col("day") - pl.col("start_day")) / DAYS_PER["months"]
    )
    made = []
    for visit, (low, high) in VISITS_MONTHS.items():
        after = pl.lit(True) if low is None else pl.col("months") > low
        within = timed.filter(after, pl.col("months") <= high).sort("patient_id", "day")
        one = within.group_by("patient_id", maintain_order=True).last()
        made.append(describe.quantity(one, "score", f"{name}, scores", population, "points", visit))
    return made


def _show(made: Cohort, asked: QualityOfLife, all_made: Made) -> Section:
    title = asked.title or f"Quality of life {title_of(made, asked.since)}{named(made, asked.population)}"
    scale = f"{asked.instrument} {asked.scale}"
    return quality_of_life(all_made.results, analysis_name(made, asked), title, scale)


def _asked(made: Cohort) -> list[QualityOfLife]:
    asked = made.study.report.quality_of_life
    return [] if asked is None else [asked]


TOPIC = Topic(_asked, _make, _show)
