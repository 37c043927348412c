"""What rates and durations of response are made of (R1.40 to R1.45), and who is evaluable."""

import polars as pl

from headway.record.derived.response import ResponseOutcomes

BENEFIT_DAYS = 168  # 24 weeks (R1.42)


def response_outcomes(
    best: pl.LazyFrame,
    start: pl.LazyFrame,
    baselines: pl.LazyFrame,
    deaths: pl.LazyFrame | None = None,
    *,
    benefit_days: int = BENEFIT_DAYS,
) -> pl.LazyFrame:
    """Objective response, disease control and clinical benefit of each patient by each reader.

    Takes:  `BestResponses`; start (patient_id, start_day); `Baselines`; deaths (patient_id, death_day).
    Gives:  `ResponseOutcomes`. Every row belongs to the intention-to-treat population, where nobody is
            left out for want of a scan; `evaluable` marks the other. With `deaths`, who died before
            the first scan is evaluable, as a non-responder.
    Source: R1.40 to R1.45.

    >>> start = pl.LazyFrame({"patient_id": ["P1"], "start_day": [0]})
    >>> best = pl.LazyFrame({"patient_id": ["P1"], "evaluator": ["investigator"], "best_response": ["PR"],
    ...     "confirmed_best_response": ["SD"], "best_response_day": [56], "response_day": [56],
    ...     "confirmed_response_day": [None], "progression_day": [112], "last_assessed_day": [112]})
    >>> base = pl.LazyFrame({"patient_id": ["P1"], "evaluator": ["investigator"], "targets": [1]})
    >>> outcome = response_outcomes(best, start, base).collect()
    >>> outcome.select("objective_response", "confirmed_objective_response", "time_to_response_days").rows()
    [(True, False, 56)]
    """
    starts = start.select("patient_id", pl.col("start_day").cast(pl.Int32))
    days = best.join(starts, on="patient_id", how="left", maintain_order="left")
    outcomes = days.with_columns(
        objective_response=_is("best_response", "CR", "PR"),
        confirmed_objective_response=_is("confirmed_best_response", "CR", "PR"),
        disease_control=_is("best_response", *CONTROLLED),
        confirmed_disease_control=_is("confirmed_best_response", *CONTROLLED),
        time_to_response_days=_since_start("response_day"),
        time_to_confirmed_response_days=_since_start("confirmed_response_day"),
        stable_disease_days=pl.when(pl.col("best_response") == "SD").then(_stable_days()),
    )
    stable_long = (pl.col("stable_disease_days") >= benefit_days).fill_null(False)
    outcomes = outcomes.with_columns(clinical_benefit=pl.col("objective_response") | stable_long)
    return _with_population(outcomes, baselines, deaths).select(list(ResponseOutcomes.columns()))


CONTROLLED = ("CR", "PR", "SD", "NON-CR/NON-PD")


def _is(column: str, *responses: str) -> pl.Expr:
    return pl.col(column).is_in(responses)


def _since_start(day: str) -> pl.Expr:
    return (pl.col(day).cast(pl.Int32) - pl.col("start_day")).cast(pl.Int32)


def _stable_days() -> pl.Expr:
    return pl.coalesce(_since_start("progression_day"), _since_start("last_assessed_day"))


def _with_population(
    outcomes: pl.LazyFrame, baselines: pl.LazyFrame, deaths: pl.LazyFrame | None
) -> pl.LazyFrame:
    """Measurable: targets of this reader; of any reader where nobody ever scanned the patient."""
    pair = ["patient_id", "evaluator"]
    of_reader = baselines.select(*pair, of_reader=pl.col("targets") > 0)
    of_any = baselines.group_by("patient_id").agg(of_any=(pl.col("targets") > 0).any())
    none = pl.LazyFrame(schema={"patient_id": pl.String})
    died = (
        (none if deaths is None else deaths.drop_nulls("death_day")).select("patient_id", died=True).unique()
    )
    measurable = pl.when(pl.col("evaluator").is_null()).then("of_any").otherwise("of_reader")
    # A scan before the start, or after other treatment, is none of the treatment that is judged.
    unscanned = pl.col("best_response_day").is_null()
    return (
        outcomes.join(of_reader, on=pair, how="left", maintain_order="left")
        .join(of_any, on="patient_id", how="left", maintain_order="left")
        .join(died, on="patient_id", how="left", maintain_order="left")
        .with_columns(measurable=measurable.fill_null(False))
        .with_columns(evaluable=pl.col("measurable") & (~unscanned | pl.col("died").fill_null(False)))
    )
