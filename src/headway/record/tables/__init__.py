"""The source tables, one class each; `TABLES` names them all."""

from dataclasses import dataclass

from headway.record.columns import Description, Sourced, describe
from headway.record.tables.disease import Assessments, Lesions, Measurements
from headway.record.tables.patients import Biomarkers, Patients, QualityOfLife, ReportedEndpoints
from headway.record.tables.safety import AdverseEvents, Labs
from headway.record.tables.treatment import Drugs, IrradiatedLesions, Procedures, Radiotherapy


@dataclass(frozen=True)
class Table:
    """A source table: its name, its columns, what a row is, and what makes a row unique."""

    name: str
    schema: type[Sourced]
    one_row_per: str
    key: tuple[str, ...]  # empty: rows may repeat, and only an exact copy is a finding

    @property
    def columns(self) -> list[Description]:
        return describe(self.schema)

    @property
    def days(self) -> list[str]:
        return [column.inside for column in self.columns if column.kind == "day"]


TABLES: dict[str, Table] = {
    table.name: table
    for table in [
        Table("patients", Patients, "patient", ("patient_id",)),
        Table("drugs", Drugs, "administration or interval of one drug", ()),
        Table("radiotherapy", Radiotherapy, "course at one site", ("patient_id", "course_id")),
        Table(
            "irradiated_lesions",
            IrradiatedLesions,
            "lesion in a course",
            ("patient_id", "course_id", "lesion_id"),
        ),
        Table("procedures", Procedures, "surgery or ablation", ()),
        Table("lesions", Lesions, "lesion", ("patient_id", "lesion_id", "evaluator")),
        Table(
            "measurements",
            Measurements,
            "lesion at one scan by one reader",
            ("patient_id", "lesion_id", "day", "evaluator"),
        ),
        Table("assessments", Assessments, "scan (done or missed)", ()),
        Table("adverse_events", AdverseEvents, "event", ()),
        Table("labs", Labs, "result", ()),
        Table("biomarkers", Biomarkers, "result", ()),
        Table(
            "quality_of_life",
            QualityOfLife,
            "item or scale score",
            ("patient_id", "day", "instrument", "item"),
        ),
        Table(
            "reported_endpoints",
            ReportedEndpoints,
            "endpoint of a patient as a source gives it ready-made",
            ("patient_id", "endpoint", "since"),
        ),
    ]
}
