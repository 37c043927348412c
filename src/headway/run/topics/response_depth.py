"""How deep and how soon responses are: the bars of a waterfall, the lines of a spider, and their medians."""

import polars as pl

from headway.analyse import describe
from headway.record.figures import SpiderPoints, WaterfallBars
from headway.record.results import ALL_PATIENTS
from headway.record.words import sentence
from headway.run.cohort import Cohort
from headway.run.size_changes import deepest, new_treatment, size_changes
from headway.run.topics.topic import Made, contributions
from headway.study.parts import Response
from headway.units import months

RESPONDERS, MEASURED = "responders", "all with a change"
NOT_SCANNED = "no scan since time zero on record"
NO_TARGET = "no target lesion at baseline"
NO_CHANGE = "no change of the target sum recorded"
TOO_LATE = "measured only after progression or new treatment"


def depth(made: Cohort, asked: Response, rows: pl.DataFrame, names: tuple[str, str]) -> Made:
    """Best change and time to response.

    Takes:  best responses of the patients who count; the names of both analyses.
    Gives:  results and contributions of both, the frames "<name>, waterfall" and "<name>, spider".
    """
    changed, timed = names
    changes = size_changes(made, asked.since, asked.window_days)
    changes = changes.join(rows, on="patient_id", how="semi", maintain_order="left")
    stops = new_treatment(made, asked.since, local=not asked.subsets)
    bars = bars_of(rows, changes, deepest(changes, stops))
    responders = rows.filter("objective_response")
    results = [
        _best_change(bars, changed),
        describe.quantity(responders, "time_to_response_days", timed, ALL_PATIENTS, "days", group=RESPONDERS),
    ]
    taken = sentence("{} days", pl.col("time_to_response_days"))
    given = [contributions(bars, changed, _told()), contributions(responders, timed, taken)]
    frames = {
        f"{changed}, waterfall": bars.select(WaterfallBars.column_names()),
        f"{changed}, spider": points_of(rows, changes, stops),
    }
    return Made(pl.concat(results), contributions=pl.concat(given), frames=frames if asked.figures else {})


def bars_of(rows: pl.DataFrame, changes: pl.DataFrame, best: pl.DataFrame) -> pl.DataFrame:
    """One row per patient who counts: the columns of `WaterfallBars`, and why there is no bar."""
    seen = changes.group_by("patient_id").agg(known=pl.col("change_from_baseline_percent").count())
    own = best.select("patient_id", "best_change_percent", "best_change_day")
    joined = rows.join(own, on="patient_id", how="left", maintain_order="left").join(
        seen, on="patient_id", how="left", maintain_order="left"
    )
    why = (
        pl.when(pl.col("best_change_percent").is_not_null()).then(None)
        .when(pl.col("known").is_null()).then(pl.lit(NOT_SCANNED))
        .when((pl.col("known") == 0) & ~pl.col("measurable")).then(pl.lit(NO_TARGET))
        .when(pl.col("known") == 0).then(pl.lit(NO_CHANGE))
        .otherwise(pl.lit(TOO_LATE))
    )  # fmt: skip
    return joined.select(*WaterfallBars.column_names(), "objective_response", why=why)


def _told() -> pl.Expr:
    change = pl.col("best_change_percent").round(1).cast(pl.String)
    return pl.coalesce(sentence("{} %; {}", change, "best_response"), "why")


def _best_change(bars: pl.DataFrame, analysis: str) -> pl.DataFrame:
    """Medians of responders and of everybody with a change (R1.48), and who has none and why."""
    without = bars.filter(pl.col("why").is_not_null())
    groups = {RESPONDERS: bars.filter("objective_response"), MEASURED: bars}
    parts = [
        describe.quantity(own, "best_change_percent", analysis, ALL_PATIENTS, "percent", group=group)
        for group, own in groups.items()
    ]
    counted = describe.categories(without, "why", analysis, ALL_PATIENTS, bars.height)
    return pl.concat([*parts, counted.filter(pl.col("statistic") == "patients")])


def points_of(rows: pl.DataFrame, changes: pl.DataFrame, stops: pl.DataFrame) -> pl.DataFrame:
    """`SpiderPoints`: every scan before new treatment, and the baseline at month 0 of who has any."""
    until = changes.join(stops, on="patient_id", how="left", maintain_order="left")
    kept = until.filter((pl.col("day") < pl.col("new_therapy_day")).fill_null(True))
    progressed = pl.col("response") == "PD"
    first = pl.col("day") == pl.col("day").filter(progressed).min().over("patient_id")
    scans = kept.select(
        "patient_id",
        months=months((pl.col("day") - pl.col("start_day")).cast(pl.Float64)),
        change_percent="change_from_baseline_percent",
        new_lesion="new_lesion",
        progression=first.fill_null(False),
    )
    base = scans.select("patient_id").unique().with_columns(
        months=pl.lit(0.0), change_percent=pl.lit(0.0), new_lesion=pl.lit(False), progression=pl.lit(False)
    )  # fmt: skip
    best = rows.select("patient_id", "best_response")
    joined = pl.concat([base, scans]).join(best, on="patient_id", maintain_order="left")
    return joined.select(SpiderPoints.column_names()).sort("patient_id", "months")
