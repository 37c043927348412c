"""What the analysis datasets are made of."""

from dataclasses import dataclass

import polars as pl

from headway.record.record import Time


@dataclass(frozen=True)
class AnalysisTables:
    """The record's own tables and the derived ones; None or empty: what is made of it is left out.

    study             the name of the study, for STUDYID
    time              how the record tells its days
    reader            whose responses the study uses
    since             in words, what that day is the day of: "enrolment"
    zero              patient_id, start_day: the day from which study days are counted
    anchors           patient_id and <name>_day of each anchor
    windows           patient_id, start_day, last_dose_day: all drugs of a patient taken as one treatment
    responses         the judgements of every reader: patient_id, evaluator, day, response, what, source row
    """

    study: str
    time: Time
    reader: str
    since: str
    patients: pl.DataFrame
    zero: pl.DataFrame
    anchors: pl.DataFrame
    windows: pl.DataFrame | None = None
    line_counts: pl.DataFrame | None = None  # LineCounts
    times: pl.DataFrame | None = None  # EndpointTimes
    lesions: pl.DataFrame | None = None  # of the record
    measurements: pl.DataFrame | None = None  # of the record
    assessments: pl.DataFrame | None = None  # of the record
    baselines: pl.DataFrame | None = None  # Baselines
    timepoints: pl.DataFrame | None = None  # TimepointResponses
    responses: pl.DataFrame | None = None
    best: pl.DataFrame | None = None  # BestResponses and ResponseOutcomes
    adverse_events: pl.DataFrame | None = None  # of the record
    emergent: pl.DataFrame | None = None  # EmergentEvents
    lines: pl.DataFrame | None = None  # Lines
    doses: pl.DataFrame | None = None  # LineDoses
    line_exposure: pl.DataFrame | None = None  # LineExposure
    class_exposure: pl.DataFrame | None = None  # ClassExposure
    dose_intensity: pl.DataFrame | None = None  # DoseIntensity
