"""Best overall response with how deep, how soon, and in which lesions (domain.md 1.8, 3.1)."""

from dataclasses import dataclass

import polars as pl

from headway.record.results import ALL_PATIENTS, Results
from headway.record.words import sentence
from headway.report.document import Section
from headway.report.sections import response as sections
from headway.report.words import within
from headway.run.cohort import Cohort, best_since, groups_of, members, named, population_title, title_of
from headway.run.judged import criteria
from headway.run.topics.captions import data_cutoff
from headway.run.topics.response_depth import depth
from headway.run.topics.response_rates import KINDS, against, rates
from headway.run.topics.response_subsets import subsets, told_apart
from headway.run.topics.topic import Made, Topic, contributions
from headway.study.parts import Response

EVALUABLE = "evaluable patients"
MISSING = "not recorded"
NEXT_LINE = "the next line of systemic therapy"


@dataclass(frozen=True)
class Names:
    """The analyses of one part of the study, as the results name them."""

    kinds: dict[str, str]  # best response, confirmed best response
    groups: dict[str, str]  # the same by group; empty without groups
    depth: tuple[str, str]  # best change, time to response
    subsets: tuple[str, str]  # by subset of the lesions, off-target


def analysis_name(made: Cohort, asked: Response, what: str, by: str | None = None) -> str:
    """The name of an analysis in the results: "best response since enrolment by arm within 730 days"."""
    window = f" within {asked.window_days} days" if asked.window_days else ""
    grouped = f" by {by}" if by else ""
    return f"{what} since {asked.since}{grouped}{window}{named(made, asked.population)}"


def names_of(made: Cohort, asked: Response) -> Names:
    """All of them."""

    def name(what: str) -> str:
        return analysis_name(made, asked, what)

    by = {kind: analysis_name(made, asked, kind, asked.by) for kind in KINDS} if asked.by else {}
    return Names(
        {kind: name(kind) for kind in KINDS},
        by,
        (name("best change"), name("time to response")),
        (name("best response of lesion subsets"), name("off-target response")),
    )


def _make(made: Cohort, asked: Response) -> Made:
    best = best_since(made, asked.since, asked.window_days)
    rows = best.join(members(made, asked.population), on="patient_id", how="semi", maintain_order="left")
    names = names_of(made, asked)
    parts = [Made(_rates(made, asked, rows, names), contributions=_given(made, asked, rows, names))]
    parts.append(depth(made, asked, rows, names.depth))
    if asked.subsets:
        parts.append(subsets(made, asked, rows, names.subsets))
    return Made(
        pl.concat([part.results for part in parts]),
        contributions=pl.concat([part.contributions for part in parts]),
        frames={name: frame for part in parts for name, frame in part.frames.items()},
    )


def _rates(made: Cohort, asked: Response, rows: pl.DataFrame, names: Names) -> pl.DataFrame:
    """Rates of everybody and of those evaluable, then of each group of both."""
    found = [row for population, among in _among(rows) for row in rates(among, population, names.kinds)]
    if asked.historical is not None:
        found += against(found, asked.historical)
    if asked.by:
        for level, own in _grouped(made, asked.by, rows):
            for population, among in _among(own):
                found += rates(among, sections.of_group(population, level), names.groups)
    return pl.DataFrame(found, schema=Results.create_empty().schema)


def _among(rows: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    return [(ALL_PATIENTS, rows), (EVALUABLE, rows.filter("evaluable"))]


def _grouped(made: Cohort, by: str, rows: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    """The groups in the order of the study, else of the alphabet; who has none comes last."""
    joined = rows.join(groups_of(made, by), on="patient_id", how="left", maintain_order="left")
    joined = joined.with_columns(pl.col("group").cast(pl.String).fill_null(MISSING))
    own = made.study.group.get(by)
    known = list(own.levels) if own else sorted(set(joined["group"]) - {MISSING})
    found = [level for level in [*known, MISSING] if level in set(joined["group"])]
    return [(level, joined.filter(pl.col("group") == level)) for level in found]


def _given(made: Cohort, asked: Response, rows: pl.DataFrame, names: Names) -> pl.DataFrame:
    """What each patient gives to the rates: the best response and why."""
    said = {kind: sentence("{}; {}", f"{prefix}best_response", "reason") for kind, prefix in KINDS.items()}
    whole = [contributions(rows, names.kinds[kind], said[kind]) for kind in KINDS]
    if not asked.by:
        return pl.concat(whole)
    joined = rows.join(groups_of(made, asked.by), on="patient_id", how="left", maintain_order="left")
    level = pl.col("group").cast(pl.String).fill_null(MISSING)
    by = [contributions(joined, names.groups[kind], sentence("{}: {}", level, said[kind])) for kind in KINDS]
    return pl.concat([*whole, *by])


def _show(made: Cohort, asked: Response, all_made: Made) -> Section:
    names = names_of(made, asked)
    analysis = sections.Analysis(
        title=asked.title or f"Response {title_of(made, asked.since)}{named(made, asked.population)}",
        criteria=criteria(made.study, made.record),
        population=population_title(made, asked.population),
        since=title_of(made, asked.since),
        new_treatment=NEXT_LINE if asked.subsets else f"{NEXT_LINE}, or radiotherapy of a target lesion",
        cutoff=data_cutoff(made),
        kinds=tuple(names.kinds.values()),
        groups=tuple(names.groups.values()),
        by=_group_title(made, asked.by),
        depth=names.depth,
        subsets=names.subsets if asked.subsets else None,
        historical=asked.historical,
        notes=_notes(made, asked),
    )
    return sections.response(all_made.results, all_made.frames, analysis)


def _group_title(made: Cohort, by: str | None) -> str:
    if by is None:
        return ""
    own = made.study.group.get(by)
    return within(by) if own is None else own.title or by.replace("_", " ")


def _notes(made: Cohort, asked: Response) -> tuple[str, ...]:
    said = []
    if asked.window_days:
        said.append(f"Only responses up to day {asked.window_days} after time zero count.")
    if asked.subsets and not told_apart(made.record):
        said.append(
            "The record does not say which of the measured lesions were irradiated, so response by subset "
            "of the lesions cannot be told."
        )
    return tuple(said)


TOPIC = Topic(lambda made: made.study.report.response, _make, _show)
