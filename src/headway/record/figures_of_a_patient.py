"""What the timeline of one patient draws: one class per layer, any number of patients in each."""

from dataclasses import dataclass, field

import dataframely as dy
import polars as pl

SPAN_KINDS = ["systemic line", "radiotherapy"]
MARK_KINDS = ["surgery", "response", "adverse event", "progression", "death", "last known alive"]


class PatientSpans(dy.Schema):
    """One row per stretch of treatment: a line of systemic therapy or a course of radiotherapy."""

    patient_id = dy.String()
    kind = dy.String(check=lambda column: column.is_in(SPAN_KINDS))
    label = dy.String()  # "line 1: pembrolizumab", "lung, 54 Gy in 3"
    start_day = dy.Int32()
    end_day = dy.Int32(nullable=True)  # null: one day, or not known
    detail = dy.String(nullable=True)  # why it begins and ends where it does


class PatientMarks(dy.Schema):
    """One row per thing that happened on one day."""

    patient_id = dy.String()
    kind = dy.String(check=lambda column: column.is_in(MARK_KINDS))
    label = dy.String()  # response "PR", the term of an adverse event, "neck dissection", "death"
    grade = dy.Int32(nullable=True)  # of an adverse event
    day = dy.Int32()
    detail = dy.String(nullable=True)


class LesionSizes(dy.Schema):
    """One row per lesion and scan with a diameter."""

    patient_id = dy.String()
    lesion_id = dy.String()
    role = dy.String(check=lambda column: column.is_in(["target", "non-target", "new"]))
    organ = dy.String(nullable=True)
    day = dy.Int32()
    diameter_mm = dy.Float64()


class TargetSums(dy.Schema):
    """One row per scan: the sum of the target lesions and the smallest sum until then."""

    patient_id = dy.String()
    day = dy.Int32()
    sum_mm = dy.Float64()
    nadir_mm = dy.Float64(nullable=True)  # null: at baseline


class TimeZeros(dy.Schema):
    """One row per patient: the day that a study counts from."""

    patient_id = dy.String()
    day = dy.Int32()
    label = dy.String()  # "first line"


@dataclass(frozen=True)
class Timelines:
    """The layers of the timelines of any number of patients."""

    spans: pl.DataFrame = field(default_factory=PatientSpans.create_empty)
    marks: pl.DataFrame = field(default_factory=PatientMarks.create_empty)
    sizes: pl.DataFrame = field(default_factory=LesionSizes.create_empty)
    sums: pl.DataFrame = field(default_factory=TargetSums.create_empty)
    zeros: pl.DataFrame = field(default_factory=TimeZeros.create_empty)

    def of(self, patient_id: str) -> "Timelines":
        """The layers of one patient."""
        layers = (self.spans, self.marks, self.sizes, self.sums, self.zeros)
        return Timelines(*(layer.filter(pl.col("patient_id") == patient_id) for layer in layers))
