"""Best overall response, as it is and as it is confirmed (R1.30 to R1.34)."""

import polars as pl

from headway.derive.response.best_reasons import with_best_reasons
from headway.derive.response.order import latest_before
from headway.derive.response.readings import numbered
from headway.derive.response.settings import RECIST_1_1, ResponseRules
from headway.record.derived.response import OVERALL, BestResponses
from headway.record.record import Time

RESPONSE = pl.Enum(OVERALL)


def best_responses(
    responses: pl.LazyFrame,
    start: pl.LazyFrame,
    new_therapy: pl.LazyFrame | None = None,
    rules: ResponseRules = RECIST_1_1,
    *,
    time: Time = "dates",
) -> pl.LazyFrame:
    """The best overall response of each patient by each reader, unconfirmed and confirmed.

    Takes:  responses (patient_id, evaluator, day, response), derived or reported; start
            (patient_id, start_day); new_therapy (patient_id, new_therapy_day), where responses end.
    Gives:  `BestResponses`; a patient of `start` without any response is NE, evaluator null.
    Source: RECIST 1.1 (Eisenhauer 2009), table 3; R1.30 to R1.34.

    >>> seen = pl.LazyFrame({"patient_id": ["P1"] * 3, "evaluator": ["investigator"] * 3,
    ...                      "day": [56, 84, 112], "response": ["PR", "NE", "PR"]})
    >>> start = pl.LazyFrame({"patient_id": ["P1"], "start_day": [0]})
    >>> best_responses(seen, start, time="days").collect()["reason"].to_list()
    ['PR on day 56, confirmed by PR on day 112 (R1.34)']
    """
    rows, readings = numbered(responses.select("patient_id", "evaluator", "day", "response").collect())
    readings = readings.join(_limits(start, new_therapy), on="patient_id", how="left", maintain_order="left")
    # Two responses of one reader on one day: their own order decides, not that of the rows.
    rows = rows.with_columns(pl.col("response").cast(RESPONSE)).sort("reading", "day", "response")
    window = _in_window(rows, readings, rules)
    days = _first_days(_with_confirmation(window, rules), rules)
    everyone = _everyone(readings, start)
    best = everyone.join(days, on="reading", how="left", maintain_order="left")
    best = with_best_reasons(_best(_best(best, ""), "confirmed_"), rules, time)
    return best.select(list(BestResponses.columns())).lazy()


def _limits(start: pl.LazyFrame, new_therapy: pl.LazyFrame | None) -> pl.DataFrame:
    """patient_id, start_day, new_therapy_day (null: none)."""
    starts = start.select("patient_id", pl.col("start_day").cast(pl.Int32))
    if new_therapy is None:
        return starts.with_columns(new_therapy_day=pl.lit(None, pl.Int32)).collect()
    stops = new_therapy.group_by("patient_id").agg(pl.col("new_therapy_day").min().cast(pl.Int32))
    return starts.join(stops, on="patient_id", how="full", coalesce=True).collect()


def _in_window(rows: pl.DataFrame, readings: pl.DataFrame, rules: ResponseRules) -> pl.DataFrame:
    """Responses after start and before new therapy, up to and with the first PD (R1.30)."""
    start, stop = (
        pl.lit(readings[name]).gather(pl.col("reading")) for name in ("start_day", "new_therapy_day")
    )
    since = pl.col("day") - start
    counted = since >= 0 if rules.from_start_day else since > 0
    rows = rows.with_columns(days_since_start=since).filter(
        counted.fill_null(True), (pl.col("day") < stop).fill_null(True)
    )
    if rules.after_cr == "progression":
        rows = rows.with_columns(response=_progression_after_cr())
    return rows.filter(latest_before(pl.col("response") == "PD").is_null())


def _progression_after_cr() -> pl.Expr:
    """A true CR followed by any disease is PD at that scan (note to table 3)."""
    response = pl.col("response")
    latest = response.gather(latest_before(response != "NE"))
    disease = response.is_in(["PR", "SD", "NON-CR/NON-PD"]) & (latest == "CR").fill_null(False)
    return pl.when(disease).then(pl.lit("PD", RESPONSE)).otherwise(response)


def _with_confirmation(window: pl.DataFrame, rules: ResponseRules) -> pl.DataFrame:
    """Add the day and the response of the scan that confirms a CR or PR; null: not confirmed."""
    from headway.derive.response.confirmation import confirming_rows  # numba is slow to import

    found = confirming_rows(
        window["reading"].to_numpy(),
        window["day"].to_numpy(),
        window["response"].to_physical().to_numpy(),
        rules.confirm_days,
        rules.max_not_evaluable,
        rules.accept_stable,
    )
    row = pl.lit(pl.Series(found).replace(-1, None))
    return window.with_columns(
        confirmed_by_day=pl.col("day").gather(row), confirmed_by_response=pl.col("response").gather(row)
    )


def _first_days(window: pl.DataFrame, rules: ResponseRules) -> pl.DataFrame:
    """Per reading, the first day of each thing that may be best."""
    response, day = pl.col("response"), pl.col("day")
    late = (pl.col("days_since_start") >= rules.stable_days).fill_null(False)
    confirmed = pl.col("confirmed_by_day").is_not_null()

    def first(condition: pl.Expr, value: pl.Expr = day) -> pl.Expr:
        return pl.when(condition).then(value).drop_nulls().first()

    return (
        window.group_by("reading", maintain_order=True)
        .agg(
            cr_day=first(response == "CR"),
            pr_day=first(response == "PR"),
            confirmed_cr_day=first((response == "CR") & confirmed),
            confirmed_pr_day=first((response == "PR") & confirmed),
            cr_confirmed_by_day=first((response == "CR") & confirmed, pl.col("confirmed_by_day")),
            pr_confirmed_by_day=first((response == "PR") & confirmed, pl.col("confirmed_by_day")),
            pr_confirmed_by_response=first((response == "PR") & confirmed, pl.col("confirmed_by_response")),
            sd_day=first(late & response.is_in(["CR", "PR", "SD"])),
            nn_day=first(late & (response == "NON-CR/NON-PD")),
            progression_day=first(response == "PD"),
            any_day=day.first(),
            last_assessed_day=pl.when(response != "NE").then(day).max(),
        )
        .with_columns(
            response_day=pl.min_horizontal("cr_day", "pr_day"),
            confirmed_response_day=pl.min_horizontal("confirmed_cr_day", "confirmed_pr_day"),
            confirmed_by_day=pl.coalesce("cr_confirmed_by_day", "pr_confirmed_by_day"),
        )
    )


def _everyone(readings: pl.DataFrame, start: pl.LazyFrame) -> pl.DataFrame:
    unread = start.select("patient_id", pl.col("start_day").cast(pl.Int32)).collect()
    unread = unread.join(readings, on="patient_id", how="anti")
    return pl.concat([readings, unread], how="diagonal").sort("patient_id", "evaluator")


def _best(best: pl.DataFrame, confirmed: str) -> pl.DataFrame:
    """The first that applies, in the order of R1.30: CR, PR, SD, NN, PD, NE."""
    days = {
        "CR": f"{confirmed}cr_day",
        "PR": f"{confirmed}pr_day",
        "SD": "sd_day",
        "NON-CR/NON-PD": "nn_day",
        "PD": "progression_day",
    }
    found = [pl.when(pl.col(day).is_not_null()).then(pl.lit(name)) for name, day in days.items()]
    return best.with_columns(
        pl.coalesce(*found, pl.lit("NE")).alias(f"{confirmed}best_response"),
        pl.coalesce(*days.values(), "any_day").alias(f"{confirmed}best_response_day"),
    )
