"""Treatment sequences: what each line was, and the commonest ways through them (domain.md 9.9)."""

import polars as pl

from headway.analyse import describe
from headway.derive.sequences import sequence_steps
from headway.record.results import Results
from headway.record.words import sentence
from headway.report.document import Section
from headway.report.sections import sequences as sections
from headway.run.cohort import Cohort, members, named, population_title
from headway.run.topics.captions import data_cutoff
from headway.run.topics.topic import Made, Topic, contributions
from headway.study.parts import Sequences

ARROW, ALL_SETTINGS = " → ", "all"


def analysis_name(made: Cohort, asked: Sequences) -> str:
    """The name of the analysis in the results: "palliative sequences over 4 lines"."""
    setting = "" if asked.setting == ALL_SETTINGS else f"{asked.setting} "
    return f"{setting}sequences over {asked.lines} lines{named(made, asked.population)}"


def _make(made: Cohort, asked: Sequences) -> Made:
    name, population = analysis_name(made, asked), population_title(made, asked.population)
    steps = steps_of(made, asked)
    shown = steps.filter(pl.col("line") <= asked.lines)
    whole = sequences_of(shown)
    if whole.is_empty():
        return Made(frames={name: steps})
    by_line = shown.select("patient_id", group=sentence("line {}: {}", "line", "what"))
    parts = [
        describe.categories(whole, "sequence", name, population, whole.height),
        describe.categories(by_line, "group", f"{name}, by line", population, whole.height),
    ]
    counted = pl.concat(parts).select(Results.column_names())
    given = [
        contributions(whole, name, pl.col("sequence")),
        contributions(whole, f"{name}, by line", pl.col("sequence")),
    ]
    return Made(counted, contributions=pl.concat(given), frames={name: steps})


def steps_of(made: Cohort, asked: Sequences) -> pl.DataFrame:
    """`SequenceSteps` of the patients who count."""
    setting = None if asked.setting == ALL_SETTINGS else asked.setting
    steps = sequence_steps(made.lines.lines, made.record.table("patients"), setting).collect()
    own = members(made, asked.population)
    return steps.join(own, on="patient_id", how="semi", maintain_order="left")


def sequences_of(steps: pl.DataFrame) -> pl.DataFrame:
    """One row per patient: the whole sequence in words."""
    joined = pl.col("what").sort_by("line").str.join(ARROW)
    return steps.group_by("patient_id").agg(sequence=joined).sort("patient_id")


def _show(made: Cohort, asked: Sequences, all_made: Made) -> Section:
    name = analysis_name(made, asked)
    setting = "of all settings" if asked.setting == ALL_SETTINGS else f"of the {asked.setting} setting"
    analysis = sections.Analysis(
        name=name,
        title=asked.title or f"Treatment sequences{named(made, asked.population)}",
        lines=asked.lines,
        setting=setting,
        population=population_title(made, asked.population),
        patients=members(made, asked.population).height,
        cutoff=data_cutoff(made),
    )
    return sections.sequences(all_made.results, all_made.frames[name], analysis)


def _asked(made: Cohort) -> list[Sequences]:
    asked = made.study.report.sequences
    return [] if asked is None else [asked]


TOPIC = Topic(_asked, _make, _show)
