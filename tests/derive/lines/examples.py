"""A cohort from pipe tables to its lines."""

import polars as pl

from headway.derive.lines import HNSCC, LinesOfTherapy, lines_of_therapy
from headway.record.columns import empty
from headway.record.tables.patients import Patients
from headway.record.tables.treatment import Drugs
from tests.conftest import pipe_table

PROGRESSIONS = {"patient_id": pl.String, "day": pl.Int32}
WEEKLY, TWO_WEEKLY, THREE_WEEKLY = 7, 14, 21


def drug_rows(text: str) -> pl.DataFrame:
    """Rows of the record's drugs from a pipe table; a column `every` makes doses up to `until`."""
    table = pipe_table(text)
    if "every" not in table.columns:
        return _as_drugs(table)
    doses = table.with_columns(
        start_day=pl.int_ranges("start_day", pl.coalesce("until", "start_day") + 1, "every").cast(
            pl.List(pl.Int32)
        )
    )
    return _as_drugs(doses.explode("start_day").drop("every", "until"))


def _as_drugs(table: pl.DataFrame) -> pl.DataFrame:
    return _typed(table, empty(Drugs)).with_columns(
        source_file=pl.lit("drugs.csv"), source_line=pl.int_range(2, 2 + pl.len(), dtype=pl.Int64)
    )


def _typed(table: pl.DataFrame, blank: pl.DataFrame) -> pl.DataFrame:
    if "patient_id" not in table.columns:
        table = table.with_columns(patient_id=pl.lit("P1"))
    typed = table.cast({name: blank.schema[name] for name in table.columns})  # type: ignore[arg-type]
    return pl.concat([blank, typed], how="diagonal")


def patient_rows(text: str = "| patient_id |\n| P1 |") -> pl.DataFrame:
    return _typed(pipe_table(text), empty(Patients))


def progression_rows(*days: int, patient_id: str = "P1") -> pl.DataFrame:
    return pl.DataFrame({"patient_id": [patient_id] * len(days), "day": list(days)}, schema=PROGRESSIONS)


def derived(
    drugs: str,
    *,
    patients: str = "| patient_id | recurrent_metastatic_day |\n| P1 | 0 |",
    pd=(),
    rules=HNSCC,
    **options,
) -> LinesOfTherapy:
    """The lines of a small cohort; times are days."""
    return lines_of_therapy(
        drug_rows(drugs).lazy(),
        patient_rows(patients).lazy(),
        progression_rows(*pd).lazy(),
        rules,
        time="days",
        **options,
    )


def told(found: LinesOfTherapy, *columns: str) -> list[tuple]:
    """These columns of the lines, in order."""
    return found.lines.select(columns).collect().rows()
