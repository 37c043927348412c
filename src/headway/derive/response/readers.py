"""Readers side by side: agreement, discordance, and derived beside reported responses."""

import polars as pl

from headway.derive.response.readings import NOT_STATED
from headway.record.derived.response import OVERALL, Agreement, ReaderPairs
from headway.record.words import sentence

WORST_LAST = ["NE", "CR", "PR", "SD", "NON-CR/NON-PD", "PD"]


def reported_responses(assessments: pl.LazyFrame) -> pl.LazyFrame:
    """The overall responses that somebody reported, for `best_responses` or to compare with.

    Takes:  the assessments of a record.
    Gives:  patient_id, evaluator, day, response; of several on one day the worst that is not NE.

    >>> visits = pl.LazyFrame({"patient_id": ["P1"] * 2, "evaluator": [None, None], "day": [56, 56],
    ...                        "reported_response": ["NE", "PR"]}, schema_overrides={"evaluator": pl.String})
    >>> reported_responses(visits).collect().rows()
    [('P1', 'not stated', 56, 'PR')]
    """
    reported = assessments.select(
        "patient_id",
        pl.col("evaluator").fill_null(NOT_STATED),
        "day",
        response=pl.col("reported_response").cast(pl.Enum(WORST_LAST), strict=False),
    ).drop_nulls("response")
    worst = reported.group_by("patient_id", "evaluator", "day").agg(pl.col("response").max().cast(pl.String))
    return worst.sort("patient_id", "evaluator", "day")


def reader_pairs(responses: pl.LazyFrame) -> pl.LazyFrame:
    """Each scan that two readers of a patient both judged, once per pair of readers.

    Takes:  responses (patient_id, evaluator, day, response).
    Gives:  `ReaderPairs`; `one` comes before `other` in the alphabet.

    >>> seen = pl.LazyFrame({"patient_id": ["P1"] * 2, "evaluator": ["central", "investigator"],
    ...                      "day": [56, 56], "response": ["SD", "PR"]})
    >>> reader_pairs(seen).collect().select("one", "response_of_one", "response_of_other", "agree").rows()
    [('central', 'SD', 'PR', False)]
    """
    pairs = _beside(responses, responses)
    return pairs.filter(pl.col("one") < pl.col("other"))


def derived_beside_reported(timepoints: pl.LazyFrame, assessments: pl.LazyFrame) -> pl.LazyFrame:
    """Each time point with the response that was reported for it on the same day.

    A report counts for the reader it names; where report or measurement names nobody, for the other.

    Gives: `ReaderPairs`; `one` is "derived: <reader>", `other` "reported: <reader>".

    >>> points = pl.LazyFrame({"patient_id": ["P1"], "evaluator": ["central"], "day": [56],
    ...                        "response": ["PR"]})
    >>> visits = pl.LazyFrame({"patient_id": ["P1"], "evaluator": ["central"], "day": [56],
    ...                        "reported_response": ["SD"]})
    >>> found = derived_beside_reported(points, visits).collect()
    >>> found.select("one", "response_of_one", "other", "response_of_other", "agree").rows()
    [('derived: central', 'PR', 'reported: central', 'SD', False)]
    """
    pairs = _beside(timepoints, reported_responses(assessments))
    unnamed = (pl.col("one") == NOT_STATED) | (pl.col("other") == NOT_STATED)
    return pairs.filter((pl.col("one") == pl.col("other")) | unnamed).with_columns(
        one=sentence("derived: {}", "one"), other=sentence("reported: {}", "other")
    )


def _beside(ones: pl.LazyFrame, others: pl.LazyFrame) -> pl.LazyFrame:
    left, right = (
        table.select(
            "patient_id",
            "day",
            pl.col("evaluator").alias(name),
            pl.col("response").alias(f"response_of_{name}"),
        )
        for table, name in ((ones, "one"), (others, "other"))
    )
    agree = pl.col("response_of_one") == pl.col("response_of_other")
    both = left.join(right, on=["patient_id", "day"]).with_columns(agree=agree)
    return both.select(list(ReaderPairs.columns())).sort("patient_id", "day", "one", "other")


def discordances(pairs: pl.LazyFrame) -> pl.LazyFrame:
    """The scans on which two readers disagree."""
    return pairs.filter(~pl.col("agree"))


def agreement(pairs: pl.LazyFrame) -> pl.LazyFrame:
    """How often each pair of readers agrees, in percent, and Cohen's kappa.

    Takes:  `ReaderPairs`.
    Gives:  `Agreement`. Kappa: agreement beyond what the readers' own frequencies would give by chance
            (Cohen, Educ Psychol Meas 1960;20:37).

    >>> pairs = pl.LazyFrame({"one": ["a"] * 4, "other": ["b"] * 4, "agree": [True, False, True, True],
    ...                       "response_of_one": ["PR", "PR", "SD", "SD"],
    ...                       "response_of_other": ["PR", "SD", "SD", "SD"]})
    >>> agreement(pairs).collect().select("agreed_percent", "kappa").rows()
    [(75.0, 0.5)]
    """
    by_chance = pl.sum_horizontal(
        (pl.col("response_of_one") == name).mean() * (pl.col("response_of_other") == name).mean()
        for name in OVERALL
    )
    counted = pairs.group_by("one", "other").agg(
        judged=pl.len().cast(pl.UInt32), agreed=pl.col("agree").sum().cast(pl.UInt32), by_chance=by_chance
    )
    share = pl.col("agreed") / pl.col("judged")
    kappa = (share - pl.col("by_chance")) / (1 - pl.col("by_chance"))
    return (
        counted.with_columns(agreed_percent=100 * share, kappa=pl.when(pl.col("by_chance") < 1).then(kappa))
        .select(list(Agreement.columns()))
        .sort("one", "other")
    )
