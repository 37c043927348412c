"""A folder of TCGA's clinical tables -> an Extract, with an account of every form."""

from pathlib import Path
from typing import NamedTuple

import polars as pl

from headway.errors import RecordError
from headway.ingest.extract import Extract, Source
from headway.ingest.tcga import assessments, drugs, new_tumours, patients, procedures, radiotherapy
from headway.ingest.tcga.account import without_use
from headway.ingest.tcga.forms import NO_FORMS, Part, not_mapped, read_form, with_days
from headway.record.columns import PROVENANCE


class Kind(NamedTuple):
    """A kind of form: the record's table that most of it goes to, the questions that are read."""

    table: str
    asked: set[str]
    days_are_read_here: bool  # those of drugs and courses are read with their tables


_FORMS = {
    "patients": Kind("patients", patients.ON_FIRST_FORM | assessments.ASKED, True),
    "drugs": Kind("drugs", drugs.ASKED, False),
    "radiations": Kind("radiotherapy", radiotherapy.ASKED, False),
    "follow_ups": Kind(
        "assessments", patients.ON_FOLLOW_UP | assessments.ASKED | new_tumours.ASKED | procedures.ASKED, True
    ),
    "new_tumor_events": Kind("assessments", new_tumours.ASKED | procedures.ASKED, True),
}
_OF_TCGA = {"patient", "days_to_initial_pathologic_diagnosis", "days_to_last_followup"}


def looks_like_tcga(path: Path | str) -> bool:
    """Whether this is a folder whose patients.csv asks TCGA's questions."""
    file = Path(path) / "patients.csv"
    if not file.is_file():
        return False
    with file.open(encoding="utf-8-sig", errors="replace") as lines:
        asked = lines.readline().replace('"', "").strip().split(",")
    return set(asked) >= _OF_TCGA


def read_tcga(path: Path | str) -> Extract:
    """Read patients.csv, drugs.csv, radiations.csv, follow_ups.csv and new_tumor_events.csv of a folder.

    Only patients.csv must be there. Days count from the initial pathologic diagnosis, day 0.
    """
    forms, unread = _read(Path(path))
    every = {name: forms.get(name, NO_FORMS) for name in _FORMS}
    told = new_tumours.new_tumours(every["follow_ups"], every["new_tumor_events"])
    parts = _parts(every, told)
    merged = pl.concat(part.merged for part in parts.values()).unique(maintain_order=True)
    used = pl.concat([merged, *(part.rows.select(PROVENANCE) for part in parts.values())])
    found = [*unread, *(problem for part in parts.values() for problem in part.problems)]
    found += new_tumours.undated(told, used)
    found += without_use(every, used, found)
    return Extract(
        tables={name: part.rows for name, part in parts.items() if part.rows.height},
        rows_read={Source(f"{name}.csv"): form.height for name, form in forms.items()},
        problems=found,
        merged=merged,
        time="days",
    )


def _read(folder: Path) -> tuple[dict[str, pl.DataFrame], list[pl.DataFrame]]:
    """The forms that are there, and what was wrong while reading them."""
    if not (folder / "patients.csv").is_file():
        raise RecordError(f"{folder} has no patients.csv; TCGA's clinical tables are a folder with one.")
    forms: dict[str, pl.DataFrame] = {}
    found: list[pl.DataFrame] = []
    for name, kind in _FORMS.items():
        file = folder / f"{name}.csv"
        if file.is_file():
            form, misfits = read_form(file, kind.table, kind.asked)
            forms[name], unread = with_days(form, kind.table) if kind.days_are_read_here else (form, [])
            found += [*misfits, *unread, *not_mapped(form, kind.table, kind.asked)]
    return forms, found


def _parts(forms: dict[str, pl.DataFrame], told: pl.DataFrame) -> dict[str, Part]:
    """The tables of the record; `told` are the new tumours that the forms tell of."""
    first, follow_ups = forms["patients"], forms["follow_ups"]
    return {
        "patients": patients.patients(first, follow_ups),
        "drugs": drugs.drugs(forms["drugs"]),
        "radiotherapy": radiotherapy.radiotherapy(forms["radiations"]),
        "procedures": procedures.procedures(follow_ups, forms["new_tumor_events"]),
        "assessments": assessments.assessments(told, follow_ups, first),
    }
