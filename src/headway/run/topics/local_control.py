"""Local control per irradiated lesion, death competing, patients as clusters (R3.10 to R3.14)."""

from dataclasses import replace

import polars as pl

from headway.analyse.rows import result
from headway.analyse.survival.outcomes import survival
from headway.derive.local_control import local_control as derived
from headway.record.results import Results
from headway.record.words import sentence
from headway.report.document import Section
from headway.report.sections import local_control as sections
from headway.run.cohort import Cohort, groups_of, members, named, population_title
from headway.run.incidence import incidence_steps
from headway.run.judged import reader_of
from headway.run.topics.captions import data_cutoff
from headway.run.topics.topic import Made, Topic, contributions
from headway.study.parts import LocalControl
from headway.units import DAYS_PER

WHOLE = "All lesions"
CAUSES = {1: "local failure", 2: "death"}


def analysis_name(made: Cohort, asked: LocalControl) -> str:
    """The name of the analysis in the results: "local control by hpv"."""
    by = f" by {asked.by}" if asked.by else ""
    return f"local control{by}{named(made, asked.population)}"


def lesions_of(made: Cohort, asked: LocalControl) -> pl.DataFrame:
    """`LocalControl` rows of the study's reader, of the members of the population."""
    record = made.record
    rows = derived(
        record.table("irradiated_lesions"), record.table("radiotherapy"), record.table("measurements"),
        record.table("patients"), time=record.time,
    ).collect()  # fmt: skip
    seen = rows["evaluator"].drop_nulls().unique().sort().to_list()
    own = rows.filter(pl.col("evaluator").is_null() | (pl.col("evaluator") == reader_of(made.study, seen)))
    return own.join(members(made, asked.population), on="patient_id", how="semi", maintain_order="left")


def _make(made: Cohort, asked: LocalControl) -> Made:
    from headway.analyse.competing.local_control import LOCAL_CONTROL, local_control  # compiles with numba

    name, population = analysis_name(made, asked), population_title(made, asked.population)
    lesions = lesions_of(made, asked)
    timed = lesions.filter(pl.col("days").is_not_null(), pl.col("state").is_not_null())
    parts = [_counts(lesions, timed, name, population), _at_risk(timed, name, population)]
    at = [years * DAYS_PER["years"] for years in asked.years]
    if timed.height:
        by = "group" if asked.by else None
        rows = timed.join(groups_of(made, asked.by), on="patient_id") if asked.by else timed
        outcome = replace(LOCAL_CONTROL, analysis=name, population=population)
        known = rows.drop_nulls("group") if by else rows
        parts.append(local_control(known, at, by=by, outcome=outcome))
    said = sentence("{}: {}", "lesion_id", "reason")
    given = lesions.with_columns(said=said).group_by("patient_id").agg(pl.col("said").sort().str.join("; "))
    steps = incidence_steps(timed.sort("patient_id", "lesion_id"), CAUSES, clusters="patient_id", group=WHOLE)
    told = contributions(given.sort("patient_id"), name, pl.col("said"))
    return Made(pl.concat(parts), contributions=told, frames={name: steps})


def _at_risk(timed: pl.DataFrame, name: str, population: str) -> pl.DataFrame:
    """Lesions still watched without failure, for the figure."""
    times = timed.with_columns(event=pl.col("state") > 0)
    made = survival(times, name, population=population)[0]
    return made.filter(pl.col("statistic") == "at risk").with_columns(group=pl.lit(WHOLE))


def _counts(lesions: pl.DataFrame, timed: pl.DataFrame, name: str, population: str) -> pl.DataFrame:
    """Lesions irradiated, followed, failed, and ended by death; with their patients."""
    kinds = {
        "lesions irradiated": lesions,
        "lesions with a scan after it": timed,
        "local failures": timed.filter(state=1),
        "deaths without local failure": timed.filter(state=2),
    }
    where = {"analysis": name, "population": population, "group": "all"}
    rows = [
        result(where, statistic, float(own.height), n=own["patient_id"].n_unique(), unit="lesions",
               method="count", patients=own["patient_id"].unique().sort().to_list())
        for statistic, own in kinds.items()
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=Results.create_empty().schema)


def _show(made: Cohort, asked: LocalControl, all_made: Made) -> Section:
    title = asked.title or f"Local control of irradiated lesions{named(made, asked.population)}"
    name = analysis_name(made, asked)
    return sections.local_control(all_made.results, all_made.frames[name], name, title, data_cutoff(made))


def _asked(made: Cohort) -> list[LocalControl]:
    asked = made.study.report.local_control
    return [] if asked is None else [asked]


TOPIC = Topic(_asked, _make, _show)
