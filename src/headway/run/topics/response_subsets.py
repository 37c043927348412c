"""Response of the irradiated lesions, of the others, and of each role by itself (R3.1 to R3.5)."""

import polars as pl

from headway.analyse.rows import result
from headway.derive.response import (
    off_target_responses,
    subset_best_responses,
    subset_responses,
    with_prior_role,
)
from headway.derive.response.outcomes import CONTROLLED
from headway.record.derived.response import NOT_ASSESSABLE
from headway.record.record import Record
from headway.record.results import Results
from headway.record.words import sentence
from headway.run.cohort import Cohort, next_therapy, start_of
from headway.run.judged import reader_of
from headway.run.topics.response_rates import BEST_RESPONSES, share
from headway.run.topics.topic import Made, contributions
from headway.study.parts import Response

IMAGED = "imaged patients"
IRRADIATED = "imaged patients with an irradiated lesion"
TABLES = ("lesions", "measurements", "irradiated_lesions")


def told_apart(record: Record) -> bool:
    """Whether the record says which of the measured lesions were irradiated."""
    return all(record.has(name) for name in TABLES)


def subsets(made: Cohort, asked: Response, rows: pl.DataFrame, names: tuple[str, str]) -> Made:
    """Rates by subset of the lesions, and responses outside the field.

    Takes:  best responses of the patients who count; the names of both analyses.
    Gives:  results and contributions. The denominator is patients with an image since time zero (R3.3), of
            a subset those of them with a target in it: the others are "not assessable" (R3.2).
    """
    by_subset, off_target = names
    if not told_apart(made.record):
        return Made()
    seen = _responses(made, asked, rows)
    best = subset_best_responses(seen.lazy(), start_of(made, asked.since), time=made.record.time)
    best = best.collect()
    outside = off_target_responses(best.lazy()).collect()
    parts = [row for subset in _named(best) for row in _of_subset(best, subset, by_subset)]
    parts += _outside(seen, outside, off_target)
    each = best.group_by("patient_id", maintain_order=True).agg(
        told=sentence("{}: {}", "subset", "best_response").str.join("; ")
    )
    said = sentence("irradiated {}, others {}", "irradiated_best_response", "non_irradiated_best_response")
    given = [
        contributions(each, by_subset, pl.col("told")),
        contributions(outside, off_target, said),
    ]
    results = pl.DataFrame(parts, schema=Results.create_empty().schema)
    return Made(results, contributions=pl.concat(given))


def _responses(made: Cohort, asked: Response, rows: pl.DataFrame) -> pl.DataFrame:
    """`SubsetResponses` of the study's reader after time zero, until the next therapy (R1.30)."""
    record, zero = made.record, start_of(made, asked.since)
    lesions, scans, visits = (record.table(name) for name in ("lesions", "measurements", "assessments"))
    courses = record.table("radiotherapy")
    treated = with_prior_role(record.table("irradiated_lesions"), courses, lesions, scans, zero)
    found = subset_responses(lesions, scans, visits, zero, treated, time=record.time).collect()
    own = found.filter(
        pl.col("evaluator") == reader_of(made.study, found["evaluator"].unique().sort().to_list())
    )
    since = own.join(rows, on="patient_id", how="semi").join(zero.collect(), on="patient_id")
    since = since.join(next_therapy(made, asked.since), on="patient_id", how="left")
    days = pl.col("day") - pl.col("start_day")
    within = pl.lit(True) if asked.window_days is None else days <= asked.window_days
    before = (pl.col("day") < pl.col("new_therapy_day")).fill_null(True)
    counted = since.filter(days > 0, within, before).drop("start_day", "new_therapy_day")
    return counted.sort("subset", "patient_id", "day")


def _named(best: pl.DataFrame) -> list[str]:
    """The subsets: all, irradiated, non-irradiated, then the roles by the alphabet."""
    first = ["all", "irradiated", "non-irradiated"]
    return [*first, *sorted(set(best["subset"]) - set(first))]


def _of_subset(best: pl.DataFrame, subset: str, analysis: str) -> list[dict]:
    own = best.filter(pl.col("subset") == subset)
    judged = own.filter(pl.col("best_response") != NOT_ASSESSABLE)
    population, response = f"{subset} lesions", pl.col("best_response")
    made = [share(judged, population, analysis, name, response == name) for name in BEST_RESPONSES]
    rates = {"objective response": ["CR", "PR"], "disease control": list(CONTROLLED)}
    made += [
        share(judged, population, analysis, rate, response.is_in(which)) for rate, which in rates.items()
    ]
    without = own.filter(response == NOT_ASSESSABLE)["patient_id"].sort().to_list()
    where = {"analysis": analysis, "population": population, "group": NOT_ASSESSABLE}
    none = result(where, "patients", float(len(without)), n=own.height, method="count", unit="patients",
                  patients=without)  # fmt: skip
    return [*made, none]


def _outside(seen: pl.DataFrame, outside: pl.DataFrame, analysis: str) -> list[dict]:
    """Off-target and mixed responses of those who can be judged, and who had every lesion irradiated."""
    imaged = seen.select("patient_id", "all_lesions_irradiated").unique("patient_id", maintain_order=True)
    judged = {name: outside.drop_nulls(name) for name in ("off_target_response", "mixed_response")}
    shares = [
        share(own, IRRADIATED, analysis, name.replace("_", " ").replace("off ", "off-"), pl.col(name))
        for name, own in judged.items()
    ]
    flagged = share(imaged, IMAGED, analysis, "all lesions irradiated", pl.col("all_lesions_irradiated"))
    return [*shares, flagged]
