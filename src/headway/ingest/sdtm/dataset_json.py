"""CDISC Dataset-JSON 1.1: a file of columns and rows, as .json or line by line as .ndjson."""

import json
from pathlib import Path
from typing import Any

import polars as pl

# Decimals are written as text, so that no digit is lost; dates are ISO text.
_TYPES = {"integer": pl.Int64, "float": pl.Float64, "double": pl.Float64, "boolean": pl.Boolean}


def read_dataset_json(path: Path) -> pl.DataFrame:
    """The rows of a .json dataset, typed as its columns say; ValueError if it is not one."""
    whole = json.loads(path.read_text(encoding="utf-8-sig"))
    return _frame(whole, whole.get("rows", []) if isinstance(whole, dict) else None)


def read_dataset_ndjson(path: Path) -> pl.DataFrame:
    """The same of a .ndjson dataset: the first line describes it, each further line is a row."""
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    if not lines:
        raise ValueError("it is empty")
    return _frame(json.loads(lines[0]), [json.loads(line) for line in lines[1:] if line.strip()])


def _frame(header: Any, rows: Any) -> pl.DataFrame:
    columns = header.get("columns") if isinstance(header, dict) else None
    if not isinstance(columns, list) or not all(isinstance(c, dict) and "name" in c for c in columns):
        raise ValueError("it is not Dataset-JSON: it names no columns")
    if not isinstance(rows, list):
        raise ValueError("it is not Dataset-JSON: its rows are not a list")
    for number, row in enumerate(rows, 1):
        if not isinstance(row, list) or len(row) != len(columns):
            raise ValueError(f"row {number} is not a list of {len(columns)} values, one per column")
    return pl.DataFrame(
        {column["name"]: _column(column, [row[i] for row in rows]) for i, column in enumerate(columns)}
    )


def _column(column: dict[str, Any], values: list[Any]) -> pl.Series:
    dtype = _TYPES.get(column.get("dataType", "string"), pl.String)
    return pl.Series(values, dtype=dtype, strict=False)
