"""Quality of life: scores of the EORTC questionnaires (R5.10, R5.11)."""

import polars as pl

from headway.knowledge.quality_of_life import bare, instrument_names, scale_names, scales, summaries
from headway.record.derived.quality_of_life import ScaleScores, UnscoredAnswers
from headway.record.words import sentence

FORM = ["patient_id", "day", "instrument"]


def scale_scores(quality_of_life: pl.LazyFrame) -> pl.LazyFrame:
    """The scales of each form, from 0 to 100.

    Takes:  the record's quality_of_life: items as answered ("29", "Q29"), or scales as scored ("QL", "QL2").
    Gives:  `ScaleScores`. A scale needs half of its items; one that is only recorded as a score keeps it; the
            summary score needs all its 13 scales.
    Source: EORTC QLQ-C30 scoring manual; Giesinger 2016; domain.md R5.10, R5.11.

    >>> form = pl.LazyFrame({"patient_id": ["P1", "P1"], "day": [0, 0], "instrument": ["QLQ-C30"] * 2,
    ...                      "item": ["29", "30"], "score": [5.0, 6.0]})
    >>> scale_scores(form).filter(pl.col("scale") == "QL").collect()["score"].item()
    75.0
    """
    rows = _read(quality_of_life)
    scored = _computed(rows).join(_recorded(rows), on=[*FORM, "scale"], how="full", coalesce=True)
    by_scale = _described(scored.with_columns(score=pl.coalesce("score", "recorded_score")))
    return pl.concat([by_scale, _summary(by_scale)]).select(ScaleScores.column_names())


def unscored_answers(quality_of_life: pl.LazyFrame) -> pl.LazyFrame:
    """The answers that no scale could use, each with the reason.

    Takes:  the record's quality_of_life.
    Gives:  `UnscoredAnswers`: an instrument or item that is not known, an answer that the item does not have,
            or two different answers to one item.
    """
    left = _read(quality_of_life).filter(pl.col("obstacle").is_not_null())
    told = left.with_columns(instrument=pl.col("instrument_as_written"), reason=pl.col("obstacle"))
    return told.select(UnscoredAnswers.column_names())


def _read(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Each row with the scale that its item belongs to (`number`) or that it is (`recorded_scale`)."""
    known = rows.with_columns(
        bare("instrument").alias("written_instrument"), bare("item").alias("written_item")
    )
    items = scales().lazy().explode("items").rename({"items": "number", "scale": "item_scale"})
    named = (
        known.rename({"instrument": "instrument_as_written"})
        .join(instrument_names().lazy(), on="written_instrument", how="left")
        .join(
            scale_names().lazy().rename({"scale": "recorded_scale"}),
            on=["instrument", "written_item"],
            how="left",
        )
        .with_columns(number=_number())
        .join(
            items.select("instrument", "item_scale", "number", "highest"),
            on=["instrument", "number"],
            how="left",
        )
    )
    answers = pl.col("score").n_unique().over(*FORM, "item_scale", "number")
    return named.with_columns(obstacle=_obstacle(answers))


def _number() -> pl.Expr:
    """The number of an item: 29, Q29, item 29, C30-29; null for the name of a scale."""
    return (
        pl.col("written_item").str.extract(r"^(?:QLQ)?(?:C30|HN35)?(?:ITEM|Q|HN)?0*(\d{1,2})$").cast(pl.Int64)
    )


def _obstacle(answers: pl.Expr) -> pl.Expr:
    item, scale = pl.col("item_scale").is_not_null(), pl.col("recorded_scale").is_not_null()
    score, highest = pl.col("score"), pl.col("highest")
    possible = score.is_between(1, highest) & (score == score.round())
    unknown = sentence("{} is not an instrument that is scored here", "instrument_as_written")
    impossible = sentence("item {} is answered from 1 to {}, not {}", "number", highest, score)
    twice = sentence("item {} is answered twice on this day, and differently", "number")
    return (
        pl.when(pl.col("instrument").is_null()).then(unknown)
        .when(~item & ~scale).then(sentence("{} has no item or scale {}", "instrument", "item"))
        .when(item & ~possible).then(impossible)
        .when(item & (answers > 1)).then(twice)
    )  # fmt: skip


def _computed(rows: pl.LazyFrame) -> pl.LazyFrame:
    usable = pl.col("score").is_not_null() & pl.col("obstacle").is_null()
    one_answer = rows.filter(pl.col("item_scale").is_not_null()).group_by(*FORM, "item_scale", "number").agg(
        answer=pl.col("score").filter(usable).first()
    )  # fmt: skip
    answered = one_answer.group_by(*FORM, scale="item_scale").agg(
        items_answered=pl.col("answer").count(), total=pl.col("answer").sum()
    )
    return answered.join(scales().lazy(), on=["instrument", "scale"]).with_columns(score=_score()).select(
        *FORM, "scale", "items_answered", "score"
    )  # fmt: skip


def _score() -> pl.Expr:
    """(RS - 1) / range x 100 in one division; functions are turned round."""
    answered = pl.col("items_answered")
    above, most = pl.col("total") - answered, answered * (pl.col("highest") - 1)
    points = pl.when(pl.col("kind") == "function").then(most - above).otherwise(above)
    return pl.when(2 * answered >= pl.col("items").list.len()).then(100 * points / most)


def _recorded(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Scores as recorded; of two different ones on one day, none."""
    one = pl.when(pl.col("score").n_unique() == 1).then(pl.col("score").first())
    named = rows.filter(pl.col("recorded_scale").is_not_null(), pl.col("item_scale").is_null())
    return named.group_by(*FORM, scale="recorded_scale").agg(recorded_score=one)


def _described(scored: pl.LazyFrame) -> pl.LazyFrame:
    about = scales().lazy().select("instrument", "scale", "title", "kind", items=pl.col("items").list.len())
    return scored.join(about, on=["instrument", "scale"]).with_columns(
        pl.col("items").cast(pl.UInt32), pl.col("items_answered").fill_null(0).cast(pl.UInt32)
    ).with_columns(reason=_reason()).select(ScaleScores.column_names())  # fmt: skip


def _reason() -> pl.Expr:
    rule = pl.when(pl.col("instrument") == "QLQ-C30").then(pl.lit("R5.10")).otherwise(pl.lit("R5.11"))
    share = sentence("{} of {} items answered", "items_answered", "items")
    shown = _shown(pl.col("score"))
    enough = 2 * pl.col("items_answered") >= pl.col("items")
    differs = (pl.col("recorded_score") - pl.col("score")).abs() > 0.01
    also = pl.when(differs).then(sentence("; recorded as {}", _shown(pl.col("recorded_score"))))
    return (
        pl.when(enough).then(sentence("{} {}: {} ({}){}", "scale", shown, share, rule, also.fill_null("")))
        .when(pl.col("score").is_not_null()).then(sentence("{} {}: as recorded", "scale", shown))
        .otherwise(sentence("{} missing: {}, half are needed ({})", "scale", share, rule))
    )  # fmt: skip


def _shown(score: pl.Expr) -> pl.Expr:
    return score.round(2).cast(pl.String).str.strip_suffix(".0")


def _summary(by_scale: pl.LazyFrame) -> pl.LazyFrame:
    """The mean of 13 scales, symptoms turned round; one that the source scored itself is not taken over."""
    parts = summaries().lazy().explode("scales")
    turned = pl.when(pl.col("kind") == "symptom").then(100 - pl.col("score")).otherwise(pl.col("score"))
    used = by_scale.with_columns(turned=turned).join(
        parts.select("instrument", summary="scale", scale="scales"), on=["instrument", "scale"]
    )
    # Summed in the order of the scales, so that the order of the rows cannot decide the last digit.
    in_order = pl.col("turned").sort_by("scale")
    means = used.group_by(*FORM, scale="summary").agg(
        items_answered=in_order.count().cast(pl.UInt32), total=in_order.sum()
    )
    about = (
        summaries().lazy().select("instrument", "title", items=pl.col("scales").list.len().cast(pl.UInt32))
    )
    complete = pl.col("items_answered") == pl.col("items")
    return means.join(about, on="instrument").with_columns(
        kind=pl.lit("summary"),
        recorded_score=pl.lit(None, pl.Float64),
        score=pl.when(complete).then(pl.col("total") / pl.col("items")),
    ).with_columns(reason=_summary_reason(complete)).select(ScaleScores.column_names())  # fmt: skip


def _summary_reason(complete: pl.Expr) -> pl.Expr:
    whole = sentence("summary score {}: mean of {} scales (R5.10)", _shown(pl.col("score")), "items")
    partial = sentence(
        "summary score missing: {} of {} scales, all are needed (R5.10)", "items_answered", "items"
    )
    return pl.when(complete).then(whole).otherwise(partial)
