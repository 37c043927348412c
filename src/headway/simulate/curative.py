"""Treatment with curative intent, before the disease that the model follows."""

import numpy as np
import polars as pl

from headway.simulate.story import RECURRENCE_DAYS_BEFORE, Story, as_days

_AFTER_DIAGNOSIS, _DRUG_DAYS, _COURSE_DAYS = 30, 42, 46  # three doses every three weeks; 35 fractions
DOSE_GY, FRACTIONS = 70.0, 35


def recurrence_day(story: Story) -> int:
    """The day of the model on which recurrent or metastatic disease was found."""
    return -RECURRENCE_DAYS_BEFORE - story.scenario.imaging.prebaseline_days_before


def _start(story: Story) -> tuple[np.ndarray, np.ndarray]:
    """Rows of those who were treated so, and the day on which it began."""
    row = story.rows[story.people.curative[story.rows]]
    return row, recurrence_day(story) - story.people.diagnosis_days_before[row] + _AFTER_DIAGNOSIS


def curative_drugs(story: Story) -> pl.DataFrame:
    """Cisplatin beside the radiotherapy; no line of palliative therapy (R4.1)."""
    row, start = _start(story)
    return pl.DataFrame(
        {
            "patient_id": story.named(row),
            "drug": pl.repeat("cisplatin", len(row), dtype=pl.String, eager=True),
            "start_date": as_days(story.days(row, start), None, story.scenario),
            "end_date": as_days(story.days(row, start + _DRUG_DAYS), None, story.scenario),
            "intent": pl.repeat("concurrent", len(row), dtype=pl.String, eager=True),
            "line": pl.repeat(None, len(row), dtype=pl.Int32, eager=True),
            "dose": pl.repeat(100.0, len(row), dtype=pl.Float64, eager=True),
            "dose_unit": pl.repeat("mg/m2", len(row), dtype=pl.String, eager=True),
            "stop_reason": pl.repeat("completed", len(row), dtype=pl.String, eager=True),
        }
    )


def curative_courses(story: Story) -> pl.DataFrame:
    """The radiotherapy of head and neck."""
    row, start = _start(story)
    return pl.DataFrame(
        {
            "patient_id": story.named(row),
            "course_id": pl.repeat("RT0", len(row), dtype=pl.String, eager=True),
            "start_date": as_days(story.days(row, start), None, story.scenario),
            "end_date": as_days(story.days(row, start + _COURSE_DAYS), None, story.scenario),
            "technique": pl.repeat("IMRT", len(row), dtype=pl.String, eager=True),
            "intent": pl.repeat("curative", len(row), dtype=pl.String, eager=True),
            "site": pl.repeat("head and neck", len(row), dtype=pl.String, eager=True),
            "dose_gy": pl.repeat(DOSE_GY, len(row), dtype=pl.Float64, eager=True),
            "fractions": pl.repeat(FRACTIONS, len(row), dtype=pl.Int32, eager=True),
        }
    )
