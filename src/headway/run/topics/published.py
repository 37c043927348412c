"""Published results beside the recovered ones: each with its source, none of them typed into an output."""

from pathlib import Path

import polars as pl

from headway.errors import StudyError
from headway.report.document import Section
from headway.report.sections.published import published
from headway.run.cohort import Cohort
from headway.run.topics.topic import Made, Topic
from headway.toml_file import nearest
from headway.units import DAYS_PER

COLUMNS = {
    "name": pl.String, "analysis": pl.String, "population": pl.String, "group": pl.String,
    "statistic": pl.String, "at_months": pl.Float64, "value": pl.Float64, "unit": pl.String,
    "source": pl.String,
}  # fmt: skip
KIND = "kind"  # an optional column: what a number is to this study
# context: of another treatment or cohort, which this study is not made after.
KINDS = ("published", "assumed", "context")
NOT_REACHED = "not reached"  # written in place of the value of a median
# What a published unit is multiplied by to be in that of the results.
UNITS = {"months": DAYS_PER["months"], "days": 1.0, "%": 0.01, "patients": 1.0, "ratio": 1.0, "percent": 1.0}


def read_published(path: Path) -> pl.DataFrame:
    """The published results of a study (`COLUMNS`), one row per number, with the line of the file.

    A value is null where the file says "not reached"; kind is "published" where the file does not say.
    Raises StudyError, naming file, line and column, if a row cannot be understood.
    """
    if not path.is_file():
        raise StudyError(f"published: there is no file {path}.")
    text = pl.read_csv(path, infer_schema=False)
    for name in COLUMNS:
        if name not in text.columns:
            raise StudyError(f"{path}: there is no column '{name}'.{nearest(name, text.columns)}")
    if text.is_empty():
        raise StudyError(f"{path} has no rows; fill it, or leave out the key `published`.")
    rows = text.with_row_index("line", offset=2)
    typed = rows.with_columns(pl.col(name).cast(kind, strict=False) for name, kind in COLUMNS.items())
    told = typed["value"].is_not_null() | (rows["value"].str.strip_chars() == NOT_REACHED)
    _demand(path, rows, "value", told.fill_null(False), f"is neither a number nor '{NOT_REACHED}'")
    units = f"is not one of {', '.join(UNITS)}"
    _demand(path, rows, "unit", typed["unit"].is_in(list(UNITS)).fill_null(False), units)
    return _with_kind(path, typed)


def _with_kind(path: Path, rows: pl.DataFrame) -> pl.DataFrame:
    told = rows if KIND in rows.columns else rows.with_columns(pl.lit(None, pl.String).alias(KIND))
    kinds = told.with_columns(pl.col(KIND).fill_null(KINDS[0]))
    _demand(path, kinds, KIND, kinds[KIND].is_in(list(KINDS)), f"is not one of {', '.join(KINDS)}")
    return kinds


def _demand(path: Path, rows: pl.DataFrame, column: str, right: pl.Series, said: str) -> None:
    wrong = rows.filter(~right)
    if wrong.height:
        line, value = wrong["line"][0], wrong[column][0]
        raise StudyError(f"{path}, line {line}: {column}: '{value}' {said}.")


def beside(written: pl.DataFrame, results: pl.DataFrame, path: Path) -> pl.DataFrame:
    """Each published number with the row of the results that it is to be compared with.

    Gives:  the rows written, and row, recovered, lower, upper (in the published unit), n; null: the report
            has this analysis, but not this number.
    """
    known = results["analysis"].unique(maintain_order=True).to_list()
    for line, analysis in written.select("line", "analysis").iter_rows():
        if analysis not in known:
            said = f"no analysis is called '{analysis}'.{nearest(analysis, known)}"
            raise StudyError(f"{path}, line {line}: analysis: {said}")
    made = [_found(row, results) for row in written.iter_rows(named=True)]
    return pl.DataFrame(made, infer_schema_length=None)


def _found(row: dict, results: pl.DataFrame) -> dict:
    asked = [pl.col(key) == row[key] for key in ("analysis", "population", "group", "statistic") if row[key]]
    if row["at_months"] is not None:
        asked.append((pl.col("at") - row["at_months"] * DAYS_PER["months"]).abs() < 1.0)
    found = results.filter(*asked)
    one = found.row(0, named=True) if found.height else dict.fromkeys(results.columns)
    # "31 of 70": the number of patients with a response stands beside the rate, as `at`.
    counted = row["unit"] == "patients" and one["unit"] == "probability"
    told = {"value": one["at"], "lower": None, "upper": None} if counted else one
    factor = UNITS[row["unit"]]
    kinds = {"recovered": told["value"], "lower": told["lower"], "upper": told["upper"]}
    unit = {name: None if number is None else number / factor for name, number in kinds.items()}
    return {**row, **unit, "row": one["row"], "n": one["n"]}


def _asked(made: Cohort) -> list[Path]:
    written = made.study.published
    return [] if written is None else [made.folder / written]


def _make(_: Cohort, path: Path) -> Made:
    read_published(path)  # before anything long is done
    return Made()


def _show(_: Cohort, path: Path, all_made: Made) -> Section:
    return published(beside(read_published(path), all_made.results, path))


TOPIC = Topic(_asked, _make, _show)
