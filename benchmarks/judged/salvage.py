"""examples/salvage-after-ici: lines, response, progression and survival of salvage chemotherapy."""

import polars as pl

from headway.run.cohort import best_since, times_of
from judged.cohorts import Derived, Size, derived, example, study_of, true
from judged.replicates import Ask, Estimand, asked, judged, parts
from judged.single_arm import line_counts, lines_alike
from judged.truths import (
    BY_THE_DAY,
    FOLLOWED,
    THESE,
    Truth,
    begun,
    median_followed,
    responded,
    responses,
    seen_pfs,
    share_asked,
    times_asked,
    times_true,
    true_pfs,
)

NAME, SALVAGE = "salvage-after-ici", "scai1"
ALL, EVALUABLE = "objective response of all treated", "objective response of those evaluable"
DURATION, PFS, PFS_AT_ONE = "median DoR", "median PFS", "PFS at 1 year"
OVERALL, FROM_FIRST = "median OS", "median OS from the first line"
FOUR = "four lines by the end of follow-up"
FAILED = pl.min_horizontal("progressed_day", "death_day")


def judge(size: Size) -> tuple[pl.DataFrame, list[str]]:
    """Bias and coverage, and how many lines were found again."""
    of = example(NAME)
    everyone = derived(of, size.replicates, study_of(NAME))
    said = [asked(parts(rows, of.patients), ask) for rows, ask in _questions(everyone)]
    return judged(pl.concat(said), _estimands(size.truth)), [lines_alike(everyone)]


def _questions(of: Derived) -> list[tuple[pl.DataFrame, Ask]]:
    best, made = best_since(of.made, SALVAGE), of.made
    lines = line_counts(of).with_columns(four=pl.col("lines") >= 4)
    duration = times_of(made, "DoR", SALVAGE).drop_nulls("days")
    return [
        (best, share_asked(ALL, "objective_response")),
        (best.filter("evaluable"), share_asked(EVALUABLE, "objective_response")),
        (duration, times_asked(DURATION)),
        (times_of(made, "PFS", SALVAGE), times_asked(PFS, PFS_AT_ONE)),
        (times_of(made, "OS", SALVAGE), times_asked(OVERALL)),
        (times_of(made, "OS", "first_line"), times_asked(FROM_FIRST)),
        (lines, share_asked(FOUR, "four")),
    ]


def _estimands(patients: int) -> list[Estimand]:
    of = example(NAME)
    seen, perfect = true(of, patients), true(of, patients, perfect=True)
    cut = true(of, patients, cut=True)
    pfs = {THESE: seen_pfs(seen), BY_THE_DAY: true_pfs(perfect)}
    death = seen["truth"]["death_day"]
    four = float((begun(cut)["true"] >= 4).to_numpy().mean())
    return [
        Estimand(ALL, THESE, responded(seen), "probability"),
        Estimand(ALL, FOLLOWED, responded(cut), "probability"),
        Estimand(EVALUABLE, THESE, responded(measurable(seen)), "probability"),
        *times_true(DURATION, None, {THESE: duration(seen)}),
        median_followed(DURATION, *_responders(cut)),
        *times_true(PFS, PFS_AT_ONE, pfs),
        median_followed(PFS, responses(cut), FAILED),
        *times_true(OVERALL, None, {"true death": death}),
        *times_true(FROM_FIRST, None, {"true death": death - seen["truth"]["first_line_day"]}),
        median_followed(FROM_FIRST, cut["truth"], pl.col("death_day"), "first_line_day"),
        Estimand(FOUR, "begun while followed", four, "probability"),
    ]


def measurable(truth: Truth) -> Truth:
    """The same truth of patients with a target alone."""
    targets = truth["lesions"].filter(role="target")
    return truth | {"truth": truth["truth"].join(targets, on="patient_id", how="semi", maintain_order="left")}


def duration(truth: Truth) -> pl.Series:
    """Days from the first response to progression, both as read, or death."""
    rows, failed, since = _responders(truth)
    return rows.select(failed - pl.col(since)).to_series()


def _responders(truth: Truth) -> tuple[pl.DataFrame, pl.Expr, str]:
    return responses(truth).drop_nulls("response_day"), FAILED, "response_day"
