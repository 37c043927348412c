"""ADSL: who the patients are, one row each."""

import polars as pl

from headway.report.datasets.declared import IDENTIFIERS, Dataset, Variable, day, imputed
from headway.report.datasets.frames import finished
from headway.report.datasets.tables import AnalysisTables

_ROLES = "roles of the lines of therapy"


def _recorded(name: str, label: str, column: str) -> Variable:
    return Variable(name, label, "text", column, f"patients.{column}")


def _number(name: str, label: str, column: str) -> Variable:
    return Variable(name, label, "number", column, f"patients.{column}")


ADSL = Dataset(
    "ADSL",
    "Subject-Level Analysis Dataset",
    "patient",
    "the patients of the record",
    (
        *IDENTIFIERS,
        _recorded("SITEID", "Treating Centre", "centre"),
        _number("AGE", "Age (years)", "age_years"),
        Variable(
            "SEX", "Sex", "text", "sex_code", "patients.sex", "F female, M male; another one as recorded"
        ),
        _recorded("ARM", "Assigned Arm", "arm"),
        _recorded("PRIMSITE", "Site of the Primary Tumour", "primary_site"),
        _recorded("HISTOLOG", "Histology", "histology"),
        _recorded("STAGE", "Stage at First Diagnosis", "stage"),
        _recorded("HPV", "HPV Status", "hpv"),
        _recorded("P16", "p16 Immunohistochemistry", "p16"),
        _number("PDL1CPS", "PD-L1 Combined Positive Score", "pd_l1_cps"),
        _recorded("SMOKING", "Smoking Status", "smoking"),
        _number("PACKYRS", "Pack-Years", "pack_years"),
        Variable("ECOG", "ECOG Performance Status", "whole", "ecog", "patients.ecog"),
        Variable("ZERONAME", "What Study Day 1 Is", "text", "zero_name", "study file", only="dates"),
        Variable(
            "ZERODT",
            "Study Day 1 Date",
            "date",
            "zero_day",
            "anchors",
            "null: this patient has no such day",
            only="dates",
        ),
        *day("DIAG", "First Diagnosis", "diagnosis_day", "patients.diagnosis_date"),
        *day(
            "RM",
            "Recurrent or Metastatic Disease",
            "recurrent_metastatic_day",
            "patients.recurrent_metastatic_date",
        ),
        *day("ENRL", "Enrolment", "enrolment_day", "patients.enrolment_date"),
        *day("TRTS", "First Dose of Any Drug", "start_day", "drugs.start_date", "the earliest"),
        *day(
            "TRTE",
            "Last Dose of Any Drug",
            "last_dose_day",
            "drugs.end_date",
            "null while it is not known to have ended",
        ),
        *day(
            "RTS",
            "First Fraction of Radiotherapy",
            "first_radiotherapy_day",
            "radiotherapy.start_date",
            "the earliest",
        ),
        *day("LINE1", "First Palliative Line", "first_line_day", _ROLES, "R4.1"),
        *day("ICI", "First Line with Checkpoint Inhib.", "ici_day", _ROLES, "domain.md 4"),
        *day("LCBI", "Last Chemo before Immunotherapy", "lcbi_day", _ROLES, "domain.md 4"),
        *day("SCAI1", "1st Salvage Chemo after Immunoth.", "scai1_day", _ROLES, "domain.md 4"),
        *day("SCAI2", "2nd Salvage Chemo after Immunoth.", "scai2_day", _ROLES, "domain.md 4"),
        Variable("LINES", "Lines of Systemic Therapy", "whole", "lines", "counts of lines", "R4.1"),
        Variable("LINESCUR", "Curative Lines", "whole", "curative", "counts of lines", "R4.1"),
        Variable("LINESPAL", "Palliative Lines", "whole", "palliative", "counts of lines", "R4.1"),
        Variable(
            "SAFFL",
            "Safety Population Flag",
            "flag",
            "treated",
            "drugs",
            "Y: a dose on a known day; N: no drug",
        ),
        Variable(
            "MEASFL",
            "Measurable Disease Flag",
            "flag",
            "measurable",
            "response outcomes",
            "R1.40: a target lesion at baseline",
        ),
        Variable(
            "EVALFL",
            "Evaluable for Response Flag",
            "flag",
            "evaluable",
            "response outcomes",
            "R1.40: measurable, and scanned since or dead before the first scan",
        ),
        Variable(
            "DTHFL",
            "Subject Death Flag",
            "flag",
            "dead",
            "patients.vital_status, patients.death_date",
            "Y: recorded as dead or with a day of death; N: recorded as alive",
        ),
        *day("DTH", "Death", "death_day", "patients.death_date"),
        imputed("DTH", "Death", "death_completed", "patients.death_date"),
        _recorded("DTHCAUS", "Cause of Death", "death_cause"),
        *day("LSTALV", "Last Known Alive", "last_alive_day", "patients.last_alive_date"),
    ),
)


def adsl(made_of: AnalysisTables) -> pl.DataFrame:
    """One row per patient of the record, those without any other row included."""
    own = made_of.patients.with_columns(dead=_dead(), sex_code=_sex(), zero_name=pl.lit(made_of.since))
    if "death_imputed" in own.columns:
        own = own.with_columns(death_completed=_completed("death_imputed"))
    anchors = made_of.anchors.drop(set(made_of.anchors.columns) & set(own.columns) - {"patient_id"})
    for more in (anchors, *_more(made_of)):
        own = own.join(more, on="patient_id", how="left")
    return finished(ADSL, own, made_of)


def _more(made_of: AnalysisTables) -> list[pl.DataFrame]:
    tables = []
    if made_of.windows is not None:
        treated = made_of.windows.select("patient_id", "start_day", "last_dose_day")
        everyone = made_of.patients.select("patient_id").join(treated, on="patient_id", how="left")
        tables.append(everyone.with_columns(treated=_treated(made_of.windows)))
    if made_of.line_counts is not None:
        tables.append(made_of.line_counts.select("patient_id", "lines", "curative", "palliative"))
    if made_of.best is not None:
        mine = (pl.col("evaluator") == made_of.reader).fill_null(True)
        tables.append(made_of.best.filter(mine).select("patient_id", "measurable", "evaluable"))
    return tables


def _treated(windows: pl.DataFrame) -> pl.Expr:
    """Yes with a dose on a known day, no without any drug; a drug on an unknown day tells neither."""
    given = pl.col("patient_id").is_in(windows["patient_id"].to_list())
    return pl.when(pl.col("start_day").is_not_null()).then(True).when(~given).then(False)


def _dead() -> pl.Expr:
    dead = (pl.col("vital_status") == "dead").fill_null(False) | pl.col("death_day").is_not_null()
    return pl.when(dead).then(True).when(pl.col("vital_status") == "alive").then(False)


def _sex() -> pl.Expr:
    return pl.col("sex").replace({"female": "F", "male": "M"})


def _completed(column: str) -> pl.Expr:
    return pl.when(pl.col(column) != "none").then(column)
