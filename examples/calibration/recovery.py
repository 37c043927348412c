"""What a study makes of a scenario, beside what was published; the truth of the model is never looked at."""

from pathlib import Path

import polars as pl

from headway.ingest.assemble import assemble
from headway.ingest.extract import Extract, Source, with_source
from headway.record.record import Record
from headway.run.cohort import cohort, times_of
from headway.run.topics import TOPICS, Made, timing, together
from headway.run.topics.published import beside, read_published
from headway.simulate.cohort import blocks
from headway.simulate.scenario import Scenario
from headway.study import Study


def record_of(scenario: Scenario) -> Record:
    """The checked record of a scenario, without files."""
    made = list(blocks(until_cutoff(scenario)))
    names = dict.fromkeys(name for block in made for name in block.tables)
    tables = {
        name: with_source(pl.concat([b.tables[name] for b in made if name in b.tables]), Source(name))
        for name in names
    }
    return assemble(Extract(tables, {Source(name): table.height for name, table in tables.items()}))


def until_cutoff(scenario: Scenario) -> Scenario:
    """The model need not go on after the last day that is recorded; who enters late may need it longer."""
    if scenario.index_line > 1:
        return scenario
    calendar = scenario.calendar
    horizon = min(calendar.horizon_months, calendar.cutoff_months + 1)
    return scenario.model_copy(update={"calendar": calendar.model_copy(update={"horizon_months": horizon})})


def recovered(study: Study, folder: Path, scenario: Scenario) -> pl.DataFrame:
    """The published rows with what the study makes of this scenario (`beside`), and the patients behind."""
    return beside_published(study, folder, made_of(study, folder, scenario).results)


def made_of(study: Study, folder: Path, scenario: Scenario) -> Made:
    """Results and times of the study; of an analysis by an exposure the naive half alone."""
    base = cohort(study, record_of(scenario), folder)
    parts = [Made()]
    for topic in TOPICS:
        for asked in topic.asked(base):
            if topic is timing.TOPIC:
                timed = asked.endpoint not in timing.RATES
                times = Made(times=times_of(base, asked.endpoint, asked.since)) if timed else Made()
                parts += [Made(timing.naive(base, asked)), times]
            else:
                parts.append(topic.make(base, asked))
    return together(parts)


def beside_published(study: Study, folder: Path, results: pl.DataFrame) -> pl.DataFrame:
    """Each published number with the row of these results that it is to be compared with."""
    path = folder / str(study.published)
    rows = beside(read_published(path), results, path)
    return rows.join(results.select("row", "patients"), on="row", how="left", maintain_order="left")


def lean(study: Study) -> Study:
    """The study without what no published number comes from."""
    nothing = {
        "characteristics": (),
        "treatment": False,
        "datasets": False,
        "swimmer": None,
        "sequences": None,
    }
    return study.model_copy(update={"report": study.report.model_copy(update=nothing)})
