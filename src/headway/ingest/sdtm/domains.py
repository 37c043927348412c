"""The domains of a submission as the topics see them, and what a topic hands back."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from headway.ingest.extract import NO_ROWS
from headway.record.columns import PROVENANCE
from headway.record.findings import ROW, problems
from headway.record.record import Time
from headway.record.words import sentence


@dataclass(frozen=True)
class Domains:
    """Frames by domain code, with supplemental qualifiers already among their columns."""

    frames: Mapping[str, pl.DataFrame]
    time: Time

    def has(self, code: str) -> bool:
        """Whether the submission has rows in this domain."""
        return code in self.frames and not self.frames[code].is_empty()

    def rows(self, code: str, *variables: str) -> pl.DataFrame:
        """The rows of a domain: patient_id, provenance, and the variables named, all as text.

        Variables go without the domain's prefix (LNKID is TRLNKID in TR); one that the file lacks
        is empty.
        """
        frame = self.frames.get(code, pl.DataFrame(schema={**NO_ROWS.schema, "USUBJID": pl.String}))
        chosen = [_text(frame, _written(frame, code, name)).alias(name) for name in variables]
        return frame.select(_text(frame, "USUBJID").alias("patient_id"), *PROVENANCE, *chosen)


def _written(frame: pl.DataFrame, code: str, name: str) -> str:
    return code + name if code + name in frame.columns else name


def _text(frame: pl.DataFrame, name: str) -> pl.Expr:
    if name not in frame.columns:
        return pl.lit(None, pl.String)
    text = pl.col(name).cast(pl.String)
    # Transport files know only one kind of number: sequence 3 comes as 3.0.
    return text.str.replace(r"\.0$", "") if frame.schema[name].is_float() else text


@dataclass
class Part:
    """What one topic makes of its domains, in the terms of `Extract`."""

    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    merged: list[pl.DataFrame] = field(default_factory=list)
    problems: list[pl.DataFrame] = field(default_factory=list)

    @property
    def merged_rows(self) -> pl.DataFrame:
        """Provenance of the rows whose facts went into another row."""
        return pl.concat([NO_ROWS, *(rows.select(ROW) for rows in self.merged)])


def not_mapped(table: str, rows: pl.DataFrame, thing: pl.Expr, why: str) -> pl.DataFrame:
    """Rows that have no place in the record: one warning per `thing`, and its rows are set aside.

    A warning, because a submission holds by design more than a study needs.
    """
    message = sentence(f"{{}}: {why}", thing)
    found = problems("not-mapped", table, rows, message=message, value=thing, cause=thing)
    return found.with_columns(rows=pl.lit(1, pl.Int64))


def without_fact(table: str, rows: pl.DataFrame, thing: pl.Expr, why: str) -> pl.DataFrame:
    """Rows that say nothing that can be used: one error per `thing`."""
    message = sentence(f"{{}}: {why}", thing)
    return problems("no-fact", table, rows, message=message, value=thing, cause=thing)
