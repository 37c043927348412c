"""The data dictionary: what each variable is and where it comes from, in one table."""

import polars as pl

from headway.record.record import Time
from headway.report.datasets.declared import XPT_TEXT_BYTES, Dataset, Variable

COLUMNS = ["dataset", "variable", "label", "type", "length", "format", "key", "origin", "rule"]
_TYPES = {
    "text": "text", "long text": "text", "flag": "text: Y or N", "whole": "integer", "study day": "integer",
    "sequence": "integer", "number": "float", "date": "date",
}  # fmt: skip


def dictionary(
    declared: list[Dataset], made: dict[str, pl.DataFrame], time: Time, notes: list[tuple[str, str]]
) -> pl.DataFrame:
    """One row per dataset, with what became of it, and one per variable of those that were made.

    Takes:  notes: of a dataset, in words.
    """
    rows = [
        row
        for dataset in declared
        for row in [
            _of_dataset(dataset, made.get(dataset.name)),
            *(_note(dataset, said) for name, said in notes if name == dataset.name),
            *_of_variables(dataset, made.get(dataset.name), time),
        ]
    ]
    types = {"length": pl.Int64, "key": pl.Int64}
    return pl.DataFrame(rows, schema={name: types.get(name, pl.String) for name in COLUMNS}, orient="row")


def _of_dataset(dataset: Dataset, frame: pl.DataFrame | None) -> tuple:
    if frame is None:
        return _row(dataset, f"not made: needs {dataset.needs}")
    return _row(dataset, f"{frame.height} rows, one per {dataset.one_row_per}")


def _note(dataset: Dataset, said: str) -> tuple:
    return _row(dataset, said)


def _row(dataset: Dataset, said: str) -> tuple:
    return dataset.name, None, dataset.label, None, None, None, None, None, said


def _of_variables(dataset: Dataset, frame: pl.DataFrame | None, time: Time) -> list[tuple]:
    if frame is None:
        return []
    keys = dataset.keys(time)
    return [
        (
            dataset.name, variable.name, variable.label, _TYPES[variable.kind], _length(variable, frame),
            "DATE9." if variable.kind == "date" else None,
            keys.index(variable.name) + 1 if variable.name in keys else None, variable.origin,
            _rule(variable, frame),
        )
        for variable in dataset.told_in(time)
    ]  # fmt: skip


def _rule(variable: Variable, frame: pl.DataFrame) -> str:
    if variable.kind != "long text" or _length(variable, frame) <= XPT_TEXT_BYTES:
        return variable.rule
    continued = f"in XPT 5 texts over {XPT_TEXT_BYTES} bytes go on in further variables"
    return f"{variable.rule}; {continued}" if variable.rule else continued


def _length(variable: Variable, frame: pl.DataFrame) -> int:
    """The longest value in bytes; eight, as SAS has it, for numbers."""
    column = frame[variable.name]
    return max(column.str.len_bytes().max() or 0, 1) if column.dtype == pl.String else 8  # type: ignore[type-var]
