"""States of oligometastatic disease on the day of an anchor, and at all imaging since (R7.1 to R7.4)."""

import polars as pl

from headway.analyse import describe
from headway.derive.disease_state import disease_states, state_on
from headway.derive.metastases import metastases_by_imaging
from headway.report.document import Section
from headway.report.sections.disease_state import disease_state
from headway.run.cohort import Cohort, members, named, population_title, start_of, title_of
from headway.run.judged import reader_of
from headway.run.topics.topic import Made, Topic, contributions
from headway.study.parts import DiseaseState

BEFORE = "no imaging by then"


def states_of(made: Cohort) -> pl.DataFrame:
    """`DiseaseStates` of the study's reader."""
    record = made.record
    radiotherapy = record.table("radiotherapy")
    imaging = metastases_by_imaging(
        record.table("lesions"),
        record.table("measurements"),
        record.table("irradiated_lesions"),
        radiotherapy,
    )
    rows = disease_states(
        imaging, record.table("drugs"), radiotherapy, record.table("procedures"), record.table("patients"),
        time=record.time,
    ).collect()  # fmt: skip
    seen = rows["evaluator"].drop_nulls().unique().sort().to_list()
    return rows.filter(pl.col("evaluator").is_null() | (pl.col("evaluator") == reader_of(made.study, seen)))


def analysis_name(made: Cohort, asked: DiseaseState) -> str:
    """The name of the analysis in the results: "disease state at enrolment"."""
    return f"disease state at {asked.since}{named(made, asked.population)}"


def _make(made: Cohort, asked: DiseaseState) -> Made:
    name, population = analysis_name(made, asked), population_title(made, asked.population)
    states = states_of(made)
    people = members(made, asked.population).select("patient_id").lazy()
    zero = people.join(start_of(made, asked.since), on="patient_id").filter(pl.col("start_day").is_not_null())
    days = zero.select("patient_id", on_day=pl.col("start_day").cast(pl.Int32))
    then = state_on(states.lazy(), days).collect().sort("patient_id")
    told = then.with_columns(pl.col("state").fill_null(BEFORE))
    later = states.lazy().join(zero, on="patient_id").filter(pl.col("day") >= pl.col("start_day")).collect()
    results = [
        describe.categories(told, "state", name, population, told.height),
        describe.row_counts(later, "state", f"{name}, imaging since", population),
    ]
    given = [contributions(told, name, pl.coalesce("reason", "state")),
             contributions(_all_states(later), f"{name}, imaging since", pl.col("state"))]  # fmt: skip
    return Made(pl.concat(results), contributions=pl.concat(given))


def _all_states(rows: pl.DataFrame) -> pl.DataFrame:
    """The states of a patient in the order of time."""
    ordered = rows.sort("patient_id", "day").group_by("patient_id", maintain_order=True)
    return ordered.agg(pl.col("state").str.join(", then "))


def _show(made: Cohort, asked: DiseaseState, all_made: Made) -> Section:
    when = title_of(made, asked.since).removeprefix("since ")
    title = asked.title or f"State of metastatic disease at {when}{named(made, asked.population)}"
    return disease_state(all_made.results, analysis_name(made, asked), title)


def _asked(made: Cohort) -> list[DiseaseState]:
    asked = made.study.report.disease_state
    return [] if asked is None else [asked]


TOPIC = Topic(_asked, _make, _show)
