"""What a dataset is, declared once: the frame, the checks, the files and the dictionary all come from it."""

from dataclasses import dataclass
from typing import Literal

from headway.record.record import Time

Kind = Literal["text", "long text", "flag", "whole", "number", "date", "study day", "sequence"]
NAME_LENGTH, LABEL_LENGTH = 8, 40  # of SAS transport version 5, kept in every format
XPT_TEXT_BYTES = 200


@dataclass(frozen=True)
class Variable:
    """One variable.

    column  where its values stand in the frame that the dataset is built from
    origin  in words: the table and column of the record, or the derived table
    rule    how the value comes about, where that is more than copying
    limit   the longest value in bytes
    only    the way of telling time that it exists in; None: both
    key     it is one of those that tell rows apart
    """

    name: str
    label: str
    kind: Kind
    column: str
    origin: str
    rule: str = ""
    limit: int = XPT_TEXT_BYTES
    only: Time | None = None
    key: bool = False

    def __post_init__(self) -> None:
        if not (self.name.isascii() and self.name.isupper() and self.name.isalnum()):
            raise ValueError(f"{self.name}: a variable is named with capital letters and digits")
        if len(self.name) > NAME_LENGTH or len(self.label) > LABEL_LENGTH or not self.label.isascii():
            raise ValueError(
                f"{self.name}: at most {NAME_LENGTH} characters, its label {LABEL_LENGTH}, ASCII"
            )


@dataclass(frozen=True)
class Dataset:
    """One dataset; `needs` says in words what it cannot be made without."""

    name: str
    label: str
    one_row_per: str
    needs: str
    variables: tuple[Variable, ...]

    def told_in(self, time: Time) -> list[Variable]:
        """The variables that exist where time is told in this way."""
        return [variable for variable in self.variables if variable.only in (None, time)]

    def keys(self, time: Time) -> list[str]:
        """What tells rows apart, the sequence number last; a study day only if no date is beside it."""
        told = self.told_in(time)
        dated = ("study day", "sequence") if time == "dates" else ("sequence",)
        keys = [variable.name for variable in told if variable.key and variable.kind not in dated]
        return keys + [variable.name for variable in told if variable.kind == "sequence"]


STUDY = Variable("STUDYID", "Study Identifier", "text", "study", "study file: title")
PATIENT = Variable(
    "USUBJID", "Unique Subject Identifier", "text", "patient_id", "patients.patient_id", key=True
)
IDENTIFIERS = (STUDY, PATIENT)
SOURCE = (
    Variable("SRCDOM", "Source Table", "text", "source_table", "provenance", "the table of the record"),
    Variable("SRCFILE", "Source File", "text", "source_file", "provenance"),
    Variable("SRCSHEET", "Source Sheet", "text", "source_sheet", "provenance"),
    Variable("SRCSEQ", "Source Line", "whole", "source_line", "provenance", "the line in the source file"),
)
_STUDY_DAY = "days from ADSL.ZERODT, which is day 1 (no day 0); in a record in days the day as recorded"


def day(
    stem: str, what: str, column: str, origin: str, rule: str = "", *, key: bool = False
) -> tuple[Variable, ...]:
    """A day: the date, where the record has dates, and the study day. A record in days gets no date."""
    said = f"{rule}; {_STUDY_DAY}" if rule else _STUDY_DAY
    return (
        Variable(f"{stem}DT", f"{what} Date", "date", column, origin, rule, only="dates", key=key),
        Variable(f"{stem}DY", f"{what} Day", "study day", column, origin, said, key=key),
    )


def imputed(stem: str, what: str, column: str, origin: str) -> Variable:
    """What of a date was not known and was completed by rule."""
    rule = "D: the day was completed, M: the month too; empty: known whole"
    return Variable(
        f"{stem}DTF", f"{what} Date Imputation Flag", "text", column, origin, rule, 1, only="dates"
    )
