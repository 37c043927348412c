"""The swimmer plot: one lane a patient from time zero on (domain.md 9.9)."""

import polars as pl

from headway.analyse.rows import result
from headway.derive.swimmers import lanes, marks
from headway.record.figures import SWIMMER_MARKS, SwimmerMarks, SwimmerSegments
from headway.record.results import Results
from headway.record.words import sentence
from headway.report.document import Section
from headway.report.sections import swimmer as sections
from headway.run.cohort import Cohort, best_since, named, population_title, times_of, title_of
from headway.run.topics.captions import data_cutoff, days_in_words
from headway.run.topics.topic import Made, Topic, contributions
from headway.study.parts import Swimmer
from headway.units import months


def analysis_name(made: Cohort, asked: Swimmer) -> str:
    """The name of the analysis in the results: "swimmer since ici"."""
    return f"swimmer since {asked.since}{named(made, asked.population)}"


def _make(made: Cohort, asked: Swimmer) -> Made:
    name = analysis_name(made, asked)
    followed = times_of(made, "OS", asked.since, asked.population)
    best = best_since(made, asked.since).lazy()
    signs = marks(followed.lazy(), best, made.record.table("radiotherapy")).collect()
    swum = lanes(made.lines.lines, followed.lazy()).collect()
    segments = swum.with_columns(
        start_months=months(pl.col("start_days")), end_months=months(pl.col("end_days"))
    ).select(SwimmerSegments.column_names())
    drawn = signs.with_columns(months=months(pl.col("days"))).select(SwimmerMarks.column_names())
    return Made(
        _counted(followed, signs, name, population_title(made, asked.population)),
        times=followed,
        contributions=contributions(followed, name, _told(swum)),
        frames={f"{name}, segments": segments, f"{name}, marks": drawn},
    )


def _counted(followed: pl.DataFrame, signs: pl.DataFrame, name: str, population: str) -> pl.DataFrame:
    """How many patients have a lane, and how many each mark."""
    groups = {"with a time": followed.filter(pl.col("days").is_not_null())}
    groups["without a time"] = followed.filter(pl.col("days").is_null())
    groups |= {mark: signs.filter(pl.col("mark") == mark) for mark in SWIMMER_MARKS}
    rows = [_count(own, group, followed.height, name, population) for group, own in groups.items()]
    return pl.DataFrame(rows, schema=Results.create_empty().schema)


def _count(own: pl.DataFrame, group: str, n: int, name: str, population: str) -> dict:
    ids = own["patient_id"].unique().sort().to_list()
    where = {"analysis": name, "population": population, "group": group}
    return result(where, "patients", float(len(ids)), n=n, method="count", unit="patients", patients=ids)


def _told(swum: pl.DataFrame) -> pl.Expr:
    """A patient's lane in words: "300 days, ongoing; platinum from day 10 to 40"."""
    start, end = (pl.col(name).cast(pl.Int64) for name in ("start_days", "end_days"))
    each = sentence("{} from day {} to {}", "treatment", start, end)
    treated = swum.drop_nulls("treatment").group_by("patient_id", maintain_order=True)
    said = dict(treated.agg(told=each.str.join("; ")).iter_rows())
    lines = pl.col("patient_id").replace_strict(
        said, default="no treatment in this time", return_dtype=pl.String
    )
    ended = pl.when("event").then(pl.lit("death")).otherwise(pl.lit("ongoing"))
    return pl.when(pl.col("days").is_null()).then(pl.lit("no time")).otherwise(
        sentence("{} days, {}; {}", days_in_words(), ended, lines)
    )  # fmt: skip


def _show(made: Cohort, asked: Swimmer, all_made: Made) -> Section:
    name = analysis_name(made, asked)
    analysis = sections.Analysis(
        name=name,
        title=asked.title
        or f"Course of each patient {title_of(made, asked.since)}{named(made, asked.population)}",
        population=population_title(made, asked.population),
        cutoff=data_cutoff(made),
        axis=f"Months {title_of(made, asked.since)}",
    )
    segments, signs = (all_made.frames[f"{name}, {part}"] for part in ("segments", "marks"))
    return sections.swimmer(all_made.results, segments, signs, analysis)


def _asked(made: Cohort) -> list[Swimmer]:
    asked = made.study.report.swimmer
    return [] if asked is None else [asked]


TOPIC = Topic(_asked, _make, _show)
