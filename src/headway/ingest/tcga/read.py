"""A folder of TCGA's clinical tables -> an Extract, with an account of every form."""

from pathlib import Path

import polars as pl

from headway.errors import RecordError
from headway.ingest.extract import NO_ROWS, Extract, Source
from headway.ingest.tcga import assessments, drugs, new_tumours, patients, procedures, radiotherapy
from headway.ingest.tcga.forms import not_mapped, read_form, with_days
from headway.record.columns import PROVENANCE
from headway.record.findings import ROW, problems

Forms = dict[str, pl.DataFrame]

# The file of each form, the table that most of it goes to, and the questions that are read.
_FORMS = {
    "patients": ("patients", patients.ASKED | assessments.ASKED),
    "drugs": ("drugs", drugs.ASKED),
    "radiations": ("radiotherapy", radiotherapy.ASKED),
    "follow_ups": ("assessments", patients.ASKED | assessments.ASKED | new_tumours.ASKED | procedures.ASKED),
    "new_tumor_events": ("assessments", new_tumours.ASKED | procedures.ASKED),
}
_OF_TCGA = {"patient", "days_to_initial_pathologic_diagnosis", "days_to_last_followup"}
_NO_FORMS = pl.DataFrame(schema={"patient_id": pl.String, **NO_ROWS.schema})


def looks_like_tcga(path: Path) -> bool:
    """Whether this is a folder whose patients.csv asks TCGA's questions."""
    file = Path(path) / "patients.csv"
    if not file.is_file():
        return False
    with file.open(encoding="utf-8-sig", errors="replace") as lines:
        asked = lines.readline().replace('"', "").strip().split(",")
    return set(asked) >= _OF_TCGA


def read_tcga(path: Path) -> Extract:
    """Read patients.csv, drugs.csv, radiations.csv, follow_ups.csv and new_tumor_events.csv of a folder.

    Only patients.csv must be there. Days count from the initial pathologic diagnosis, which is day 0.
    """
    forms, unread = _with_days(_read(Path(path)))
    follow_ups, event_forms = forms["follow_ups"], forms["new_tumor_events"]
    told = new_tumours.new_tumours(follow_ups, event_forms)
    cohort = patients.patients(forms["patients"], follow_ups)
    seen = assessments.assessments(told, follow_ups, forms["patients"])
    operated = procedures.procedures(follow_ups, event_forms)
    taken, of_drugs = drugs.drugs(forms["drugs"])
    courses, of_courses = radiotherapy.radiotherapy(forms["radiations"])
    tables = {
        "patients": cohort.rows,
        "drugs": taken,
        "radiotherapy": courses,
        "procedures": operated.rows,
        "assessments": seen.rows,
    }
    merged = pl.concat([cohort.merged, seen.merged, operated.merged]).unique(maintain_order=True)
    used = pl.concat([merged, *(table.select(PROVENANCE) for table in tables.values())])
    found = [*unread, *cohort.problems, *operated.problems, *of_drugs, *of_courses, *new_tumours.doubts(told)]
    found += new_tumours.undated(told, used)
    return Extract(
        tables={name: table for name, table in tables.items() if not table.is_empty() or name == "patients"},
        rows_read={Source(f"{name}.csv"): form.height for name, form in forms.items() if form.width > 4},
        problems=[*found, *_without_use(forms, pl.concat([used, _aside(found)])), *_not_mapped(forms)],
        merged=merged,
        time="days",
    )


def _read(folder: Path) -> Forms:
    if not (folder / "patients.csv").is_file():
        raise RecordError(f"{folder} has no patients.csv; TCGA's clinical tables are read from a folder with one.")
    files = {name: folder / f"{name}.csv" for name in _FORMS}
    return {name: read_form(file) if file.is_file() else _NO_FORMS for name, file in files.items()}


def _with_days(forms: Forms) -> tuple[Forms, list[pl.DataFrame]]:
    """Days of the forms that are merged here; those of drugs and courses are read with their tables."""
    found: list[pl.DataFrame] = []
    for name in ("patients", "follow_ups", "new_tumor_events"):
        read, unread = with_days(forms[name], _FORMS[name][0])
        forms, found = {**forms, name: read}, [*found, *unread]
    return forms, found


def _aside(found: list[pl.DataFrame]) -> pl.DataFrame:
    return pl.concat([NO_ROWS, *(part.filter(pl.col("rows") > 0).select(ROW) for part in found)])


def _without_use(forms: Forms, known: pl.DataFrame) -> list[pl.DataFrame]:
    """Form rows that are neither used nor set aside yet: an unknown patient's, or without any fact."""
    merged_forms = pl.concat(forms[name].select("patient_id", *PROVENANCE) for name in ("follow_ups", "new_tumor_events"))
    left = merged_forms.join(known, on=ROW, how="anti", nulls_equal=True)
    nobody = left.filter(pl.col("patient_id").is_null())
    strange = left.join(forms["patients"], on="patient_id", how="anti").filter(pl.col("patient_id").is_not_null())
    empty = left.join(forms["patients"], on="patient_id", how="semi")
    return [
        problems("missing-required", "assessments", nobody, message=pl.lit("the form names no patient"), column="patient_id"),
        _unknown(strange),
        problems(
            "no-fact", "assessments", empty,
            message=pl.lit("the form gives no day of contact or death, no new tumour event and no surgery"),
        ),
    ]  # fmt: skip


def _unknown(at: pl.DataFrame) -> pl.DataFrame:
    """Joined to the finding that other rows of that patient give rise to (record.checks.references)."""
    patient = pl.col("patient_id")
    message = pl.format("the form's patient '{}' is not in patients", patient)
    made = problems("unknown-patient", "assessments", at, message=message, column="patient_id", value=patient)
    return made.with_columns(cause=pl.lit("unknown-patient|") + at["patient_id"])


def _not_mapped(forms: Forms) -> list[pl.DataFrame]:
    parts = (not_mapped(forms[name], table, asked) for name, (table, asked) in _FORMS.items())
    return [problem for part in parts for problem in part]
