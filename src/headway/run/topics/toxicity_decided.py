"""Behind the numbers of toxicity: the event, or the laboratory result, that decided a worst grade (R6.11)."""

import polars as pl

from headway.record.findings import ROW
from headway.record.record import Time, day_text
from headway.record.results import Stories
from headway.record.words import sentence
from headway.run.topics.captions import source_in_words
from headway.run.topics.topic import contributions

LABORATORY = "laboratory toxicity"
LEVELS = {"any": pl.lit("any event"), "soc": pl.col("soc"), "term": pl.col("term")}

Behind = tuple[pl.DataFrame, pl.DataFrame]  # `Contributions`, and `Stories`


def events(emergent: pl.DataFrame, since: str, time: Time) -> Behind:
    """The event behind each worst grade: in all, by organ class and by term.

    Takes:  `EmergentEvents` that count; the words by which the results name the window of treatment.
    """
    named = {level: emergent.with_columns(name=name) for level, name in LEVELS.items()}
    worst = {level: _worst(rows, "name", "start_day") for level, rows in named.items()}
    said = _dated(sentence("grade {} {}", "grade", "term"), "start_day", time)
    given = [contributions(worst["any"], f"toxicity{since}", said)]
    given += [
        contributions(rows, f"toxicity{since} by {level}", said, pl.col("name"))
        for level, rows in worst.items()
    ]
    what = sentence("{}: worst grade {}", "term", "grade")
    return pl.concat(given), _told(worst["term"], f"toxicity{since}", "start_day", what, time)


def results(graded: pl.DataFrame, time: Time) -> Behind:
    """The result behind each worst grade, by term; for patients those above grade 0.

    Takes:  `LabGrades` after the first dose.
    """
    worst = worst_results(graded)
    exact = pl.col("value").round_sig_figs(8)  # a converted unit must not show 6.516299999999999
    number = exact.cast(pl.String).str.replace(r"\.0$", "")
    said = _dated(sentence("grade {}: {} {}", "grade", number, "unit"), "day", time)
    what = sentence("{}: worst grade {} after the first dose", pl.col("term").str.to_lowercase(), "grade")
    told = _told(worst.filter(pl.col("grade") > 0), LABORATORY, "day", what, time)
    return contributions(worst, LABORATORY, said, pl.col("term")), told


def worst_results(graded: pl.DataFrame) -> pl.DataFrame:
    """The first result of the worst grade of each patient and term, by term and patient."""
    return _worst(graded, "term", "day").sort("term", "patient_id")


def _worst(rows: pl.DataFrame, name: str, day: str) -> pl.DataFrame:
    """One row per patient and name: the worst grade, of these the first, by source."""
    order = ["patient_id", name, "grade", day, "term", *ROW]
    descending = [column == "grade" for column in order]
    ordered = rows.sort(order, descending=descending, nulls_last=True)
    return ordered.unique(["patient_id", name], keep="first", maintain_order=True)


def _dated(said: pl.Expr, day: str, time: Time) -> pl.Expr:
    """What happened, on which day, and where it stands: "grade 3 rash on day 12 (ae.csv, line 8)"."""
    when = pl.when(pl.col(day).is_not_null()).then(sentence(" on {}", day_text(day, time)))
    place = sentence(" ({})", source_in_words())
    return pl.concat_str(said, when.otherwise(pl.lit(", day not recorded")), place.fill_null(""))


def _told(worst: pl.DataFrame, topic: str, day: str, what: pl.Expr, time: Time) -> pl.DataFrame:
    """The same as a fact of the patient's story, with the reason of its grade."""
    shown = pl.when(pl.col(day).is_null()).then(pl.lit("")).otherwise(day_text(day, time))
    return worst.select(
        "patient_id", "reason",
        day=day, end_day=pl.lit(None, pl.Int32), shown_day=shown, topic=pl.lit(topic), derived=pl.lit(True),
        what=what, source=source_in_words(),
    ).select(Stories.column_names())  # fmt: skip
