"""Sequences, swimmer and first failure in the report: they add up, and say so where there is nothing."""

from pathlib import Path

import polars as pl
import pytest

from headway.ingest.recognise import read_record
from headway.report.document import plain
from headway.run.cohort import cohort as derived
from headway.run.pipeline import analysed
from headway.run.topics import failure, sequences, swimmer
from headway.study import Study
from headway.study.parts import Failure, Population, Report, Sequences, Swimmer

TCGA = Path(__file__).parents[2] / "examples" / "tcga-hnsc" / "source"
TOPICS = {"sequences": sequences.TOPIC, "swimmer": swimmer.TOPIC, "failure": failure.TOPIC}
EVERYTHING = Report(
    sequences=Sequences(lines=3, setting="all"),
    swimmer=Swimmer(since="diagnosis"),
    failure=Failure(since="diagnosis"),
)


@pytest.fixture(scope="module")
def tcga():
    made = derived(Study(title="TCGA", record="source", report=EVERYTHING), read_record(TCGA))
    return made, analysed(made)


def section_of(name: str, made, everything):
    topic = TOPICS[name]
    return topic.show(made, topic.asked(made)[0], everything)


def patients(results: pl.DataFrame, analysis: str) -> dict[str, float]:
    rows = results.filter(analysis=analysis, statistic="patients")
    return dict(rows.select("group", "value").iter_rows())


def test_9_9_sequences_of_tcga_add_up_to_the_166_with_a_line(tcga):
    results = tcga[1].results
    assert sum(patients(results, "sequences over 3 lines").values()) == 166
    by_line = patients(results, "sequences over 3 lines, by line")
    assert sum(n for group, n in by_line.items() if group.startswith("line 1: ")) == 166
    # Whoever had a first line had a second, died, or has none so far.
    assert sum(n for group, n in by_line.items() if group.startswith("line 2: ")) == 166


def test_9_9_a_sequence_leads_to_its_patients(tcga):
    results = tcga[1].results
    row = results.filter(analysis="sequences over 3 lines", group="platinum → dead", statistic="patients")
    given = tcga[1].contributions.filter(analysis="sequences over 3 lines", value="platinum → dead")
    assert sorted(row["patients"][0]) == sorted(given["patient_id"])


def test_9_9_the_swimmer_of_tcga_counts_all_and_draws_the_longest(tcga):
    made, everything = tcga
    counted = patients(everything.results, "swimmer since diagnosis")
    assert (counted["with a time"], counted["without a time"]) == (527, 1)
    assert counted["death"] + counted["ongoing"] == 527
    caption = section_of("swimmer", made, everything).figures[0].caption
    assert "527 patients (all patients). 1 patient without a time: no lane. Drawn: the 200" in caption


def test_9_9_incidences_of_first_failure_of_tcga_end_where_the_table_says(tcga):
    everything = tcga[1]
    name = "first failure since diagnosis"
    steps = everything.frames[name]
    rows = everything.results.filter(analysis=name, statistic="cumulative incidence", group="local")
    for at, value in rows.select("at", "value").iter_rows():
        drawn = steps.filter(pl.col("cause") == "local", pl.col("days") <= at).sort("days")
        assert drawn["incidence"][-1] == value
    risk = everything.results.filter(analysis=name, statistic="at risk")
    assert risk["value"][0] == 527


def test_9_9_all_that_may_come_first_adds_up_to_everybody_once_the_last_one_watched_has_died(tcga):
    last = tcga[1].frames["first failure since diagnosis"].group_by("cause").agg(pl.col("incidence").max())
    assert set(last["cause"]) == {"distant", "local", "regional", "site not known", "death"}
    assert last["incidence"].sum() == pytest.approx(1)


NOBODY = {"nobody": Population(where="sex = 'other'")}
ONE = "| patient_id | diagnosis_day | sex | last_alive_day |\n| a | 0 | male | 100 |"


@pytest.mark.parametrize("name", list(TOPICS))
@pytest.mark.parametrize("population", [None, "nobody"])
@pytest.mark.parametrize(
    "text", [ONE, "| patient_id | sex |\n| a | male |"], ids=["one patient", "no time zero"]
)
def test_where_there_is_nothing_a_sentence_says_so(cohort, name, population, text):
    report = Report(
        sequences=Sequences(population=population),
        swimmer=Swimmer(since="diagnosis", population=population),
        failure=Failure(since="diagnosis", population=population),
    )
    study = Study(title="", record="", population=NOBODY, report=report)
    made = derived(study, cohort(patients=text))
    section = section_of(name, made, analysed(made))
    assert section.figures or section.paragraphs
    assert all(len(row) == len(table.header) for table in section.tables for row in table.rows)


def test_no_line_is_a_sentence(cohort):
    made = derived(Study(title="", record="", report=EVERYTHING), cohort(patients=ONE))
    said = plain(section_of("sequences", made, analysed(made)).paragraphs[0])
    assert said == "No patient (all patients) has a line of systemic therapy of all settings."
