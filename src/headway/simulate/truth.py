"""What really happened, without readers, censoring or cut-off: one row per patient, line and lesion."""

import dataframely as dy
import numpy as np
import polars as pl

from headway.simulate.disease_tables import lesion_names
from headway.simulate.patients import NEVER
from headway.simulate.scenario import KINDS
from headway.simulate.story import Story
from headway.simulate.treatment import REASONS


class PatientTruth(dy.Schema):
    """One row per patient. Days are since the first dose of the index line, in every record."""

    patient_id = dy.String()
    hpv_positive = dy.Bool()
    lines = dy.Int32()  # begun in all
    lines_before_index = dy.Int32()
    first_line_day = dy.Int32()
    progression_day = dy.Int32(nullable=True)  # of the index line; null: never before death or its end
    death_day = dy.Int32(nullable=True)  # null: alive at the end of the model
    toxic_death = dy.Bool()
    followed_to_day = dy.Int32()  # drop-out or cut-off: the record ends here
    radiotherapy_courses = dy.Int32()
    first_radiotherapy_day = dy.Int32(nullable=True)
    growth_ratio = dy.Float64()  # true systemic effect of the radiotherapy that was given
    death_ratio = dy.Float64()


class LineTruth(dy.Schema):
    """One row per line that was begun."""

    patient_id = dy.String()
    line = dy.Int32()  # 1, 2, … of the patient
    place = dy.Int32()  # in the scenario
    regimen = dy.String()
    kind = dy.String()  # how the disease answered
    start_day = dy.Int32()
    treated_until_day = dy.Int32(nullable=True)  # the first day without the drugs; null: to the end
    stop_reason = dy.String(nullable=True)
    progression_day = dy.Int32(nullable=True)
    end_day = dy.Int32()  # the scan that ended it, or death


class LesionTruth(dy.Schema):
    """One row per recorded lesion and course of radiotherapy; one without course if there was none."""

    patient_id = dy.String()
    lesion_id = dy.String()
    organ = dy.String()
    irradiated_day = dy.Int32(nullable=True)
    cured = dy.Bool(nullable=True)  # it will never grow again
    local_failure_day = dy.Int32(nullable=True)  # the first scan that could show it


def patient_truth(story: Story) -> pl.DataFrame:
    """`PatientTruth`."""
    lines, ends, rows = line_truth(story), story.table("ends"), story.rows
    index = lines.filter(place=story.scenario.index_line).select(
        "patient_id", "progression_day", before="line"
    )
    first = lines.filter(line=1).select("patient_id", first_line_day="start_day")
    order = np.argsort(ends["row"])  # each patient of the cohort once
    end = {name: values[order] for name, values in ends.items()}
    frame = pl.DataFrame(
        {
            "patient_id": story.named(rows),
            "hpv_positive": story.people.hpv[rows],
            "lines": end["lines"],
            "death_day": _day(story, rows, story.end[rows], story.dead[rows]),
            "toxic_death": end["toxic"] & story.dead[rows],
            "followed_to_day": _day(story, rows, np.minimum(story.cut, story.end)[rows]),
            "radiotherapy_courses": end["irradiated"].astype(np.int32),
            "growth_ratio": end["growth_ratio"],
            "death_ratio": end["death_ratio"],
        }
    )
    joined = frame.join(index, on="patient_id", maintain_order="left").join(
        first, on="patient_id", maintain_order="left"
    )
    joined = joined.join(_first_course(story), on="patient_id", how="left", maintain_order="left")
    return joined.with_columns(lines_before_index=pl.col("before") - 1).select(PatientTruth.column_names())


def _day(story: Story, row: np.ndarray, day: np.ndarray, known: np.ndarray | None = None) -> pl.Series:
    """Days since the index line, whatever the record tells time in."""
    since = pl.Series((day - story.index_start[row]).astype(np.int32))
    return since if known is None else since.set(pl.Series(~known), None)


def _first_course(story: Story) -> pl.DataFrame:
    log = story.table("courses")
    frame = pl.DataFrame(
        {
            "patient_id": story.named(log["row"]),
            "day": _day(story, log["row"], log["day"]),
        }
    )
    return frame.group_by("patient_id").agg(first_radiotherapy_day=pl.col("day").min())


def line_truth(story: Story) -> pl.DataFrame:
    """`LineTruth`."""
    log = story.table("lines")
    row = log["row"]
    until = np.where(log["treated_until"] < NEVER, log["treated_until"], log["end"])
    frame = pl.DataFrame(
        {
            "patient_id": story.named(row),
            "line": log["order"],
            "place": log["line"],
            "regimen": _named([regimen.name for regimen in story.scenario.regimen], log["regimen"]),
            "kind": _named(KINDS, log["kind"]),
            "start_day": _day(story, row, log["start"]),
            "treated_until_day": _day(story, row, until, log["treated_until"] < NEVER),
            "stop_reason": _named([word or None for word in REASONS], log["reason"]),
            "progression_day": _day(story, row, log["progression"], log["progression"] < NEVER),
            "end_day": _day(story, row, log["end"]),
        }
    )
    return frame.cast({"line": pl.Int32, "place": pl.Int32}).sort("patient_id", "line")


def _named(names: list | tuple, which: np.ndarray) -> pl.Series:
    return pl.Series(names, dtype=pl.String).gather(pl.Series(which.astype(np.uint32)))


def lesion_truth(story: Story, lesions: pl.DataFrame) -> pl.DataFrame:
    """`LesionTruth`."""
    every = lesions.select("patient_id", "lesion_id", "organ")
    log, failures = story.table("courses"), story.table("failures")
    course, place = np.nonzero(log["lesions"])
    row = log["row"][course]
    hit = pl.DataFrame(
        _lesion(story, row, place)
        | {
            "irradiated_day": _day(story, row, log["day"][course]),
            "cured": log["cured"][course, place],
        }
    )
    first = hit.sort("irradiated_day").unique(["patient_id", "lesion_id"], keep="first")
    failed = pl.DataFrame(
        _lesion(story, failures["row"], failures["place"])
        | {"local_failure_day": _day(story, failures["row"], failures["day"])}
    )
    key = ["patient_id", "lesion_id"]
    joined = every.join(first, on=key, how="left").join(failed, on=key, how="left")
    return joined.select(LesionTruth.column_names()).sort(key)


def _lesion(story: Story, row: np.ndarray, place: np.ndarray) -> dict[str, pl.Series]:
    log = story.table("lesions")
    roles = np.zeros((len(story.cut), log["role"].shape[1]), np.int32)
    roles[log["row"]] = log["role"]
    return {
        "patient_id": story.named(row),
        "lesion_id": lesion_names(roles[row, place], place),
    }
