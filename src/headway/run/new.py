"""A first study file for a record: what it can answer, with comments, ready to run."""

from pathlib import Path

from headway.derive.anchors import ANCHORS, starts
from headway.record.record import Record
from headway.run.judged import DERIVED, criteria
from headway.study import Study

# Where the clock may start, the best first: that of a trial, of a line, of the disease.
PREFERRED = [
    "enrolment", "ici", "first_line", "first_drug", "recurrent_metastatic", "diagnosis", "first_radiotherapy",
]  # fmt: skip
CHARACTERISTICS = [
    "age_years",
    "sex",
    "primary_site",
    "stage",
    "hpv",
    "p16",
    "pd_l1_cps",
    "smoking",
    "ecog",
    "arm",
]
ENOUGH_SHARE = 0.5  # a time zero is proposed if so many patients have it


def new_study(record: Record, path: str, format: str | None) -> str:
    """The text of a study file: each topic that the record has the tables for.

    Takes:  the record as it was read; its path as the study file will name it.
    """
    zeros = _zeros(record)
    parts = [_head(record, path, format), _criteria(record), _report(record)]
    if zeros:
        parts += [_response(record, zeros[0]), _survival(record, zeros[0]), _comparison(record, zeros[0])]
    if record.has("reported_endpoints"):
        parts.append(_reported(record))
    parts += [_oligometastases(record, zeros), _hints(zeros)]
    return "\n".join(part for part in parts if part)


def _zeros(record: Record) -> list[str]:
    """The anchors that at least half of the patients have, the best first."""
    n = max(record.tables["patients"].height, 1)
    known = {name: starts(record, ANCHORS[name]).collect()["start_day"].count() / n for name in PREFERRED}
    return [name for name, share in known.items() if share >= ENOUGH_SHARE]


def _head(record: Record, path: str, format: str | None) -> str:
    patients = record.tables["patients"].height
    kind = f'format = "{format}"\n' if format else ""
    cutoff = "2025-03-31" if record.time == "dates" else "1000"
    return (
        f"# Written by `headway new` for a record of {patients:,} patients. Change what you like:\n"
        "# docs/reference/study.md says what every key means.\n\n"
        f'title  = "Study of {patients:,} patients"\nrecord = {_quoted(path)}\n{kind}'
        f"# cutoff = {cutoff}   # data cut-off: nothing later counts\n"
    )


def _quoted(text: str) -> str:
    """A TOML string; a path may hold backslashes and quotes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _criteria(record: Record) -> str:
    study = Study(title="", record="")
    table = "measurements" if criteria(study, record) == DERIVED else "assessments"
    readers = (
        record.tables[table]["evaluator"].drop_nulls().unique().sort().to_list() if record.has(table) else []
    )
    lines = ["[criteria]", 'pfs = "clinical"   # or "FDA-2018", "EMA-2012": what ends and censors PFS']
    if len(readers) > 1:
        lines.append(f"evaluator = {_quoted(readers[0])}   # one of: {', '.join(readers)}")
    return "\n".join([*lines, ""])


def _report(record: Record) -> str:
    people = record.tables["patients"]
    known = [name for name in CHARACTERISTICS if name in people.columns and people[name].count()]
    named = ", ".join(f'"{name}"' for name in known)
    off = "" if record.has("adverse_events") or record.has("labs") else "toxicity        = false\n"
    return f"[report]\ncharacteristics = [{named}]\n{off}"


def _response(record: Record, zero: str) -> str:
    judged = record.has("measurements") or (
        record.has("assessments") and record.tables["assessments"]["reported_response"].count() > 0
    )
    return f'[[report.response]]\nsince = "{zero}"\n' if judged else ""


def _survival(record: Record, zero: str) -> str:
    endpoints = ["OS", "PFS"] if record.has("measurements") or record.has("assessments") else ["OS"]
    return "\n".join(f'[[report.survival]]\nendpoint = "{name}"\nsince    = "{zero}"\n' for name in endpoints)


def _comparison(record: Record, zero: str) -> str:
    """By the first column that divides the patients into a few groups of some size."""
    by = next((name for name in ("arm", "hpv", "p16", "sex") if _divides(record, name)), None)
    return f'[[report.comparison]]\nendpoint = "OS"\nsince    = "{zero}"\nby       = "{by}"\n' if by else ""


def _divides(record: Record, name: str) -> bool:
    counts = (
        record.tables["patients"][name].drop_nulls().value_counts()["count"].sort(descending=True).to_list()
    )
    return 2 <= len(counts) <= 4 and counts[1] >= 5


def _reported(record: Record) -> str:
    names = record.tables["reported_endpoints"]["endpoint"].drop_nulls().str.to_uppercase().unique().sort()
    known = [name for name in names if name in ("OS", "PFS", "TTP")]
    return "\n".join(
        f'[[report.survival]]\nendpoint = "{name}"\nsince    = "as reported"\n' for name in known
    )


def _oligometastases(record: Record, zeros: list[str]) -> str:
    parts = []
    if record.has("irradiated_lesions") and record.has("measurements"):
        parts.append("[report.local_control]\nyears = [1, 2]\n")
    if record.has("quality_of_life") and zeros:
        parts.append(f'[report.quality_of_life]\nsince = "{zeros[0]}"\n')
    return "\n".join(parts)


def _hints(zeros: list[str]) -> str:
    zero = zeros[0] if zeros else "diagnosis"
    return (
        "# More to ask:\n"
        '# [population.elderly]\n# where = "age_years >= 70"\n#\n'
        "# [exposure.radiotherapy]           # after time zero: analysed as time-dependent and by landmark\n"
        f'# title = "radiotherapy"\n# of    = "radiotherapy"\n# since = "{zero}"\n#\n'
        f'# [[report.comparison]]\n# endpoint = "OS"\n# since    = "{zero}"\n# by       = "radiotherapy"\n'
    )


def folder_beside(record: Path, study: Path) -> str:
    """The record's path as the study file names it: relative, where that is possible."""
    try:
        return record.resolve().relative_to(study.resolve().parent).as_posix()
    except ValueError:
        return record.resolve().as_posix()
