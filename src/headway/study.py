"""The study file: what to derive, analyse and report, in TOML.

An error names the file, the line, the key, what is allowed and the nearest valid word.
"""

import difflib
import tomllib
from datetime import date
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from headway.errors import StudyError

EndpointName = Literal["OS", "PFS", "TTP"]
RuleSetName = Literal["FDA-2018", "EMA-2012", "clinical"]
AnchorName = Literal[
    "diagnosis", "recurrent_metastatic", "enrolment", "first_drug", "first_radiotherapy", "first_line", "ici",
    "lcbi", "scai1", "scai2", "as reported",
]  # fmt: skip
GroupName = Literal["sex", "hpv", "p16", "smoking", "primary_site", "arm", "centre", "stage", "ecog"]
Characteristic = Literal[
    "sex", "age_years", "primary_site", "histology", "hpv", "p16", "pd_l1_cps", "smoking", "pack_years",
    "ecog", "stage", "arm", "centre",
]  # fmt: skip


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Survival(_Part):
    """One time-to-event analysis; `by` is a column of patients that is known at time zero."""

    endpoint: EndpointName
    since: AnchorName
    by: GroupName | None = None
    limits: Literal["log-log", "log", "plain"] = "log-log"


class Criteria(_Part):
    """Whose responses count, how they come about, and what ends or censors PFS and TTP.

    response             "RECIST 1.1": derived from lesions; "as reported"; default: derived if the record
                         has lesions and measurements.
    evaluator            the reader; needed if the record has several. Readers are never mixed (R5.1).
    pfs                  rule set of PFS and TTP (domain.md 5.2).
    visit_interval_days  planned interval of the scans, and how far one may be off its plan: two missed
    visit_window_days    visits are told by them.
    """

    response: Literal["RECIST 1.1", "as reported"] | None = None
    evaluator: str | None = None
    pfs: RuleSetName = "clinical"
    visit_interval_days: int = Field(default=56, ge=1, le=366)
    visit_window_days: int = Field(default=7, ge=0, le=183)


class Response(_Part):
    """Best overall response: rates by population, unconfirmed and confirmed."""

    since: AnchorName


class Failure(_Part):
    """First failure by site, with death as a competing event."""

    since: AnchorName


class Report(_Part):
    """What the report shows, in this order."""

    characteristics: tuple[Characteristic, ...] = ("age_years", "sex", "primary_site", "hpv", "smoking")
    treatment: bool = True
    toxicity: bool = True
    response: Response | None = None
    failure: Failure | None = None
    survival: tuple[Survival, ...] = ()


class Study(_Part):
    """A study: which record, which cut-off, which report."""

    title: str
    record: str
    format: Literal["folder", "workbook", "sdtm", "tcga"] | None = None
    time: Literal["dates", "days"] | None = None
    cutoff: date | int | None = None
    synthetic: bool = False
    source: str | None = None
    criteria: Criteria = Field(default_factory=Criteria)
    report: Report = Field(default_factory=Report)


_PARTS = {
    "criteria": Criteria,
    "report": Report,
    "response": Response,
    "failure": Failure,
    "survival": Survival,
}


def load(path: Path) -> Study:
    """Read and validate a study file.

    Raises StudyError, one line per mistake, with file and line.
    """
    if not path.is_file():
        raise StudyError(f"There is no study file {path}.")
    text = path.read_text(encoding="utf-8-sig")
    try:
        return Study.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise StudyError(f"{path} is not TOML: {error}.") from None
    except ValidationError as error:
        # A key that may be of two kinds gives two mistakes; one answer is enough.
        said = {_names(mistake["loc"], mistake): _said(path, text, mistake) for mistake in error.errors()}
        raise StudyError("\n".join(said.values())) from None


def _said(path: Path, text: str, mistake: Any) -> str:
    names = _names(mistake["loc"], mistake)
    line = _line(text, names)
    where = f"{path}, line {line}" if line else str(path)
    return f"{where}: {'.'.join(name for name in names if isinstance(name, str))}: {_wrong(mistake)}"


def _names(location: tuple[str | int, ...], mistake: Any) -> tuple[str | int, ...]:
    """The keys down to the mistake, without the kinds that pydantic tried."""
    known = {key for part in (Study, *_PARTS.values()) for key in part.model_fields}
    unknown = {location[-1]} if mistake["type"] == "extra_forbidden" else set()
    return tuple(part for part in location if isinstance(part, int) or part in known | unknown)


def _wrong(mistake: Any) -> str:
    written = mistake["input"]
    if mistake["type"] == "literal_error":
        allowed = [word.strip("' ") for word in mistake["ctx"]["expected"].replace(" or ", ", ").split(", ")]
        return f"'{written}' is not one of {', '.join(allowed)}.{_nearest(str(written), allowed)}"
    if mistake["type"] == "extra_forbidden":
        return f"this key is not known.{_nearest(str(mistake['loc'][-1]), _keys(mistake['loc']))}"
    if mistake["type"] == "missing":
        return "this key is required."
    return f"{mistake['msg']} (it is {written!r})."


def _keys(location: tuple[str | int, ...]) -> list[str]:
    inside = [_PARTS[part] for part in location[:-1] if isinstance(part, str) and part in _PARTS]
    return list((inside[-1] if inside else Study).model_fields)


def _nearest(written: str, allowed: list[str]) -> str:
    folded = {word.lower(): word for word in allowed}
    near = difflib.get_close_matches(written.lower(), list(folded), n=1, cutoff=0.6)
    return f" Did you mean '{folded[near[0]]}'?" if near else f" Known: {', '.join(allowed)}."


def _line(text: str, location: tuple[str | int, ...]) -> int | None:
    """The line of the key: in the n-th block of a list, where the mistake is in the n-th entry."""
    names = [part for part in location if isinstance(part, str)]
    nth = next((part for part in location if isinstance(part, int)), None)
    lines = list(enumerate(text.splitlines(), 1))
    if nth is not None:
        blocks = [number for number, line in lines if line.strip().startswith("[[")]
        lines = (
            [(number, line) for number, line in lines if number > blocks[nth]] if nth < len(blocks) else lines
        )
    return next((number for number, line in lines if _assigns(line, names[-1])), None) if names else None


def _assigns(line: str, key: str) -> bool:
    return line.split("=")[0].strip(" []").split(".")[-1] == key
