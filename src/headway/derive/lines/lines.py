"""From administrations to lines of systemic therapy (domain.md 4)."""

from dataclasses import dataclass
from typing import Any

import dataframely as dy
import polars as pl

from headway.derive.lines.administrations import provenance, sorted_out
from headway.derive.lines.again import rechallenges
from headway.derive.lines.boundaries import Divided, divided
from headway.derive.lines.doses import line_doses, line_drugs
from headway.derive.lines.ends import ends, with_progression
from headway.derive.lines.intent import basis_of_lines, with_setting
from headway.derive.lines.order import number_within, row_after, row_before
from headway.derive.lines.phases import holidays, maintenance
from headway.derive.lines.reasons import with_reasons
from headway.derive.lines.settings import HNSCC, LineRules
from headway.knowledge.regimens import named
from headway.record.derived.lines import SETTINGS, LineDoses, LineDrugs, Lines, UnusedDrugs
from headway.record.findings import ROW
from headway.record.record import Time

_LINE = ["patient_id", "line"]


@dataclass(frozen=True)
class LinesOfTherapy:
    """Lines and what they are made of: every drug row is in `doses` (in one line) or in `unused`."""

    rules: LineRules
    lines: pl.LazyFrame  # Lines
    drugs: pl.LazyFrame  # LineDrugs
    doses: pl.LazyFrame  # LineDoses
    unused: pl.LazyFrame  # UnusedDrugs

    @property
    def name(self) -> str:
        """The name of the rule set, or "investigator"."""
        return self.rules.name


def lines_of_therapy(
    drugs: pl.LazyFrame,
    patients: pl.LazyFrame,
    progressions: pl.LazyFrame,
    rules: LineRules = HNSCC,
    *,
    radiotherapy: pl.LazyFrame | None = None,
    time: Time = "dates",
    cutoff_day: int | None = None,
) -> LinesOfTherapy:
    """The lines of systemic therapy of each patient, with the reason for each.

    Takes:  the record's drugs and patients; progressions (patient_id, day), clinical ones included if the
            study counts them; the record's radiotherapy, which tells the setting of drugs given with it where
            nothing else does; the data cut-off as a day of the record.
    Gives:  `LinesOfTherapy`; a patient without a usable row has no line.
    Source: R4.1 to R4.13, R4.16.

    >>> drugs = pl.LazyFrame({"patient_id": ["P1"] * 2, "drug": ["nivolumab", "afatinib"], "line": [None] * 2,
    ...                       "start_day": [0, 41], "end_day": [28, None], "intent": ["palliative"] * 2})
    >>> patients = pl.LazyFrame({"patient_id": ["P1"], "recurrent_metastatic_day": [0], "death_day": [None]})
    >>> progressions = pl.LazyFrame({"patient_id": ["P1"], "day": [35]})
    >>> found = lines_of_therapy(drugs, patients, progressions, time="days")
    >>> found.lines.collect().select("regimen", "start_day", "end_day", "progression_day").rows()
    [('nivolumab', 0, 40, 35), ('afatinib', 41, 41, None)]
    """
    drugs, patients, progressions = with_codes(provenance(drugs), patients, progressions)
    usable, unused = sorted_out(drugs, patients, rules, cutoff_day)
    seen = progressions_until(progressions, cutoff_day)
    found = divided(with_setting(usable), seen, rules)
    tables = Around(patients, seen, radiotherapy)
    return summarised(found, tables, unused, rules, time, cutoff_day)


def progressions_until(progressions: pl.LazyFrame, cutoff_day: int | None) -> pl.DataFrame:
    """Distinct known days of progression up to the data cut-off: patient_id, day."""
    known = progressions.select("patient_id", pl.col("day").cast(pl.Int32)).drop_nulls().unique()
    return (known if cutoff_day is None else known.filter(pl.col("day") <= cutoff_day)).collect()


@dataclass(frozen=True)
class Around:
    """What the record says besides the drugs."""

    patients: pl.LazyFrame
    progressions: pl.DataFrame
    radiotherapy: pl.LazyFrame | None = None


def summarised(
    found: Divided,
    around: Around,
    unused: pl.DataFrame,
    rules: LineRules,
    time: Time,
    cutoff_day: int | None,
) -> LinesOfTherapy:
    """From rows with their line to the tables of lines, drugs and doses."""
    lines = _in_order(found.lines)
    doses = line_doses(found.rows, lines, rules)
    drugs = line_drugs(doses)
    lines = with_progression(ends(lines, drugs, around.patients, rules, cutoff_day), around.progressions)
    lines = basis_of_lines(lines, found.rows, around.progressions, around.radiotherapy, rules)
    lines = _with_drugs(lines, drugs)
    for more in (
        maintenance(drugs, doses, rules),
        holidays(doses, around.progressions, rules),
        rechallenges(lines, drugs, rules),
    ):
        lines = lines.join(more, on=_LINE, how="left", maintain_order="left")
    lines = _filled(with_reasons(lines, found.rows, time))
    return LinesOfTherapy(
        rules,
        lines.select(Lines.column_names()).cast(types_of(Lines)).lazy(),
        drugs.select(LineDrugs.column_names()).cast(types_of(LineDrugs)).lazy(),
        _told(doses).lazy(),
        unused.cast(types_of(UnusedDrugs)).lazy(),
    )


def with_codes(*tables: pl.LazyFrame) -> list[pl.LazyFrame]:
    """The tables with patients as an Enum: a million names are slow to compare, their places are not."""
    names = pl.concat([table.select(pl.col("patient_id").cast(pl.String)) for table in tables])
    codes = pl.Enum(names.unique().drop_nulls().sort("patient_id").collect()["patient_id"])
    return [table.with_columns(pl.col("patient_id").cast(codes)) for table in tables]


def types_of(schema: type[dy.Schema]) -> dict[Any, pl.DataType]:
    """The columns of a derived table and their types, for a cast."""
    return dict(schema.create_empty().schema)


def _in_order(lines: pl.DataFrame) -> pl.DataFrame:
    """Sorted, with next_line_day and chapter: lines between which an interval may be carried over."""
    purpose, before = pl.col("setting_at_start") == "curative", pl.col("setting") == "curative"
    changed = purpose != row_before(before).fill_null(purpose)
    return lines.sort(_LINE).with_columns(
        next_line_day=row_after(pl.col("start_day")), chapter=number_within(changed)
    )


def _with_drugs(lines: pl.DataFrame, drugs: pl.DataFrame) -> pl.DataFrame:
    """Add drugs, classes and the regimen; swaps and maintenance do not change its name (R4.13)."""
    regimen = _listed(drugs.filter(pl.col("how") == "regimen"), "drug", "regimen_drugs")
    classes = drugs.select(*_LINE, "drug_class").unique().sort(*_LINE, "drug_class")
    lists = [
        _listed(drugs, "drug", "drugs"),
        _listed(classes, "drug_class", "classes"),
        regimen.with_columns(joined=pl.col("regimen_drugs").list.join(" + ")),
    ]
    for of_line in lists:
        lines = lines.join(of_line, on=_LINE, how="left", maintain_order="left")
    seen = lines.select(pl.col("regimen_drugs").alias("drugs"), "joined", "setting")
    names = named(seen.unique(["joined", "setting"])).drop("drugs")
    of_setting = [
        pl.when(pl.col("setting") == s).then(number_within(pl.col("setting") == s)) for s in SETTINGS
    ]
    return lines.join(names, on=["joined", "setting"], how="left", maintain_order="left").with_columns(
        setting_line=pl.coalesce(of_setting)
    )


def _listed(in_order: pl.DataFrame, column: str, name: str) -> pl.DataFrame:
    """The values of a column in each line, as a list in the order of the rows."""
    return in_order.group_by(_LINE, maintain_order=True).agg(pl.col(column).alias(name))


def _filled(lines: pl.DataFrame) -> pl.DataFrame:
    """Lines without a holiday or a rechallenge say so."""
    return lines.with_columns(
        pl.col("holidays").fill_null(0),
        pl.col("reintroduction").fill_null(False),
        pl.col("rechallenged").fill_null([]),
        rechallenge=pl.col("rechallenged").is_not_null(),
    )


def _told(doses: pl.DataFrame) -> pl.DataFrame:
    told = doses.drop("why").rename({"said": "why"})
    missing = [name for name in ("dose", "dose_unit") if name not in told.columns]
    told = told.with_columns(pl.lit(None).alias(name) for name in missing)
    in_order = told.select(LineDoses.column_names()).cast(types_of(LineDoses))
    return in_order.sort("patient_id", "line", "start_day", "drug", "last_day", *ROW, nulls_last=True)
