"""Response of a subset of the lesions, each with its own baseline and nadir (domain.md 3.1)."""

import polars as pl

from headway.derive.response.baseline import baselines
from headway.derive.response.best import best_responses
from headway.derive.response.owners import LESION, with_their_readers
from headway.derive.response.settings import RECIST_1_1, ResponseRules
from headway.derive.response.timepoints import timepoint_responses
from headway.record.derived.response import (
    NOT_ASSESSABLE,
    OffTargetResponses,
    SubsetBestResponses,
    SubsetResponses,
)
from headway.record.record import Time

READING = ["patient_id", "evaluator"]
ALL, IRRADIATED, NON_IRRADIATED, PRIOR = "all", "irradiated", "non-irradiated", "PRIOR"
# Best to worst, as places on a scale (R3.5); NON-CR/NON-PD, NE and "not assessable" have none.
SCALE = {"CR": 0, "PR": 1, "SD": 2, "PD": 3}


def subset_responses(
    lesions: pl.LazyFrame,
    measurements: pl.LazyFrame,
    assessments: pl.LazyFrame,
    start: pl.LazyFrame,
    irradiated_lesions: pl.LazyFrame,
    rules: ResponseRules = RECIST_1_1,
    *,
    time: Time = "dates",
) -> pl.LazyFrame:
    """Time points of all lesions, of the irradiated, of those of each role, and of the others.

    Takes:  the tables of a record; irradiated_lesions (patient_id, lesion_id, role), where the role
            "PRIOR" (see `with_prior_role`) does not make a lesion irradiated.
    Gives:  `SubsetResponses`. A new lesion lies outside every field, so it counts as progression of
            "all" and of "non-irradiated" only. A subset without a target is "not assessable".
    Source: R3.1 (all lesions count, whether all were irradiated is flagged), R3.2.

    >>> lesions = pl.LazyFrame({"patient_id": ["P1"] * 2, "lesion_id": ["T1", "T2"], "role": ["target"] * 2,
    ...                         "lymph_node": [False] * 2, "evaluator": ["investigator"] * 2})
    >>> scans = pl.LazyFrame({"patient_id": ["P1"] * 4, "lesion_id": ["T1", "T2"] * 2, "day": [0, 0, 56, 56],
    ...                       "evaluator": ["investigator"] * 4, "diameter_mm": [40.0, 40.0, 20.0, 50.0],
    ...                       "status": [None] * 4}, schema_overrides={"status": pl.String})
    >>> visits = pl.LazyFrame(schema={"patient_id": pl.String, "day": pl.Int32, "evaluator": pl.String,
    ...                               "done": pl.Boolean})
    >>> start = pl.LazyFrame({"patient_id": ["P1"], "start_day": [0]})
    >>> treated = pl.LazyFrame({"patient_id": ["P1"], "lesion_id": ["T1"], "role": ["SBRT"]})
    >>> found = subset_responses(lesions, scans, visits, start, treated)
    >>> found.select("subset", "response").collect().rows()
    [('all', 'SD'), ('irradiated', 'PR'), ('non-irradiated', 'PD'), ('SBRT', 'PR')]
    """
    # Whose a measurement is, all lesions say together.
    measurements = with_their_readers(lesions, measurements)
    treated = irradiated_lesions.filter(pl.col("role").fill_null("other") != PRIOR)
    roles = treated.select(pl.col("role").unique()).collect().to_series().drop_nulls().sort()
    untreated = lesions.join(treated, on=LESION, how="anti")
    followed = lesions.filter(pl.col("role") != "new")
    chosen = {
        ALL: lesions,
        IRRADIATED: followed.join(treated, on=LESION, how="semi"),
        NON_IRRADIATED: untreated,
    }
    for role in roles:
        chosen[role] = followed.join(treated.filter(pl.col("role") == role), on=LESION, how="semi")
    judged = [
        timepoint_responses(some, measurements, assessments, start, rules, time=time).with_columns(
            subset=pl.lit(name)
        )
        for name, some in chosen.items()
    ]
    together = _not_assessable(pl.concat(judged)).join(
        _all_irradiated(followed, treated), on="patient_id", how="left", maintain_order="left"
    )
    return together.with_columns(pl.col("all_lesions_irradiated").fill_null(False)).select(
        list(SubsetResponses.columns())
    )


def with_prior_role(
    irradiated_lesions: pl.LazyFrame,
    radiotherapy: pl.LazyFrame,
    lesions: pl.LazyFrame,
    measurements: pl.LazyFrame,
    start: pl.LazyFrame,
) -> pl.LazyFrame:
    """The irradiated lesions, with role "PRIOR" where the course ended before the baseline scan (R1.4)."""
    days = baselines(lesions, measurements, start).group_by("patient_id").agg(pl.col("baseline_day").min())
    courses = radiotherapy.select(
        "patient_id", "course_id", last_fraction_day=pl.coalesce("end_day", "start_day")
    )
    before = (pl.col("last_fraction_day") < pl.col("baseline_day")).fill_null(False)
    return (
        irradiated_lesions.join(courses, on=["patient_id", "course_id"], how="left", maintain_order="left")
        .join(days, on="patient_id", how="left", maintain_order="left")
        .with_columns(role=pl.when(before).then(pl.lit(PRIOR)).otherwise("role"))
        .drop("last_fraction_day", "baseline_day")
    )


def _not_assessable(judged: pl.LazyFrame) -> pl.LazyFrame:
    """Without a target a subset has no response, which is not the same as not evaluable (R3.2)."""
    without = (pl.col("targets") == 0) & (pl.col("subset") != ALL)
    return judged.with_columns(
        response=pl.when(without).then(pl.lit(NOT_ASSESSABLE)).otherwise("response"),
        reason=pl.when(without)
        .then(pl.lit("not assessable: no target lesion in this subset (R3.2)"))
        .otherwise("reason"),
    )


def _all_irradiated(followed: pl.LazyFrame, treated: pl.LazyFrame) -> pl.LazyFrame:
    """Whether every baseline lesion of the patient was irradiated (R3.1)."""
    marked = followed.join(
        treated.select(LESION).unique().with_columns(treated=pl.lit(True)), on=LESION, how="left"
    )
    return marked.group_by("patient_id").agg(all_lesions_irradiated=pl.col("treated").fill_null(False).all())


def subset_best_responses(
    responses: pl.LazyFrame,
    start: pl.LazyFrame,
    new_therapy: pl.LazyFrame | None = None,
    rules: ResponseRules = RECIST_1_1,
    *,
    time: Time = "dates",
) -> pl.LazyFrame:
    """The best response of each subset.

    Takes:  `SubsetResponses` and what `best_responses` takes.
    Gives:  `SubsetBestResponses`.

    >>> seen = pl.LazyFrame({"patient_id": ["P1"] * 2, "evaluator": ["investigator"] * 2, "day": [56, 56],
    ...                      "subset": ["irradiated", "non-irradiated"],
    ...                      "response": ["PR", "not assessable"]})
    >>> start = pl.LazyFrame({"patient_id": ["P1"], "start_day": [0]})
    >>> subset_best_responses(seen, start).select("subset", "best_response").collect().rows()
    [('irradiated', 'PR'), ('non-irradiated', 'not assessable')]
    """
    seen = responses.collect()
    return pl.concat(
        [
            _best_of(part.lazy(), subset, start, new_therapy, rules, time)
            for (subset,), part in seen.group_by("subset", maintain_order=True)
        ]
        or [SubsetBestResponses.create_empty().lazy()]
    )


def _best_of(
    responses: pl.LazyFrame,
    subset: object,
    start: pl.LazyFrame,
    new_therapy: pl.LazyFrame | None,
    rules: ResponseRules,
    time: Time,
) -> pl.LazyFrame:
    assessable = responses.filter(pl.col("response") != NOT_ASSESSABLE)
    best = best_responses(assessable, start, new_therapy, rules, time=time).drop_nulls("evaluator")
    rest = responses.join(assessable, on=READING, how="anti").select(READING).unique().with_columns(
        best_response=pl.lit(NOT_ASSESSABLE),
        confirmed_best_response=pl.lit(NOT_ASSESSABLE),
        reason=pl.lit("no target lesion in this subset (R3.2)"),
    )  # fmt: skip
    together = pl.concat([best, rest], how="diagonal").with_columns(subset=pl.lit(subset))
    return together.select(list(SubsetBestResponses.columns())).sort(READING)


def off_target_responses(best: pl.LazyFrame, *, confirmed: bool = False) -> pl.LazyFrame:
    """Response outside the irradiated field, and whether the two sides went different ways.

    Takes:  `SubsetBestResponses`.
    Gives:  `OffTargetResponses`. Off-target: CR or PR of the non-irradiated lesions, new lesions being
            progression of theirs. Mixed: the two best responses lie two steps or more apart on CR, PR, SD,
            PD. With a drug on board this does not show that radiotherapy caused it (R3.4).
    Source: R3.3, R3.4, R3.5 (McBride, J Clin Oncol 2021;39:30).

    >>> best = pl.LazyFrame({"patient_id": ["P1"] * 2, "evaluator": ["investigator"] * 2,
    ...                      "subset": ["irradiated", "non-irradiated"], "best_response": ["PR", "PD"]})
    >>> found = off_target_responses(best).collect()
    >>> found.select("off_target_response", "mixed_response").rows()
    [(False, True)]
    """
    column = "confirmed_best_response" if confirmed else "best_response"
    sides = [
        best.filter(pl.col("subset") == subset).select(*READING, pl.col(column).alias(name))
        for subset, name in (
            (IRRADIATED, "irradiated_best_response"),
            (NON_IRRADIATED, "non_irradiated_best_response"),
        )
    ]
    irradiated, other = pl.col("irradiated_best_response"), pl.col("non_irradiated_best_response")
    places = [side.replace_strict(SCALE, default=None, return_dtype=pl.Int8) for side in (irradiated, other)]
    both = sides[0].join(sides[1], on=READING).filter(irradiated != NOT_ASSESSABLE)
    return (
        both.with_columns(
            off_target_response=pl.when(other != NOT_ASSESSABLE).then(other.is_in(["CR", "PR"])),
            mixed_response=(places[0] - places[1]).abs() >= 2,
        )
        .select(list(OffTargetResponses.columns()))
        .sort(READING)
    )
