"""Dataset-JSON 1.1 of CDISC.

Source: CDISC Dataset-JSON v1.1 (github.com/cdisc-org/DataExchange-DatasetJson), top-level and column
metadata. datasetJSONCreationDateTime is required there; a file of ours carries no clock, so it gives the
data cut-off at midnight, or 1970-01-01 where the study has no cut-off date.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from headway import __version__
from headway.record.record import Time
from headway.report.datasets.declared import Dataset, Variable

_TYPES = {
    "text": "string", "long text": "string", "flag": "string", "whole": "integer", "study day": "integer",
    "sequence": "integer", "number": "double", "date": "date",
}  # fmt: skip


def write_dataset_json(
    dataset: Dataset, frame: pl.DataFrame, path: Path, time: Time, *, made_on: date
) -> None:
    """Write one dataset, a row to a line."""
    keys = {name: number for number, name in enumerate(dataset.keys(time), start=1)}
    columns = [_column(dataset, v, frame, keys.get(v.name)) for v in dataset.told_in(time)]
    head = {
        "datasetJSONCreationDateTime": f"{made_on.isoformat()}T00:00:00",
        "datasetJSONVersion": "1.1.0",
        "sourceSystem": {"name": "Headway", "version": __version__},
        "studyOID": frame["STUDYID"][0],
        "itemGroupOID": f"IG.{dataset.name}",
        "records": frame.height,
        "name": dataset.name,
        "label": dataset.label,
        "columns": columns,
    }
    dated = frame.with_columns(pl.col(pl.Date).cast(pl.String))
    rows = ",\n".join(_text(list(row)) for row in dated.iter_rows())
    path.write_text(f'{_text(head)[:-1]},"rows":[\n{rows}\n]}}\n', encoding="utf-8")


# No NaN: it is not JSON. One encoder for all rows: json.dumps would make one for each.
_text = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def _column(dataset: Dataset, variable: Variable, frame: pl.DataFrame, key: int | None) -> dict[str, Any]:
    column: dict[str, Any] = {
        "itemOID": f"IT.{dataset.name}.{variable.name}",
        "name": variable.name,
        "label": variable.label,
        "dataType": _TYPES[variable.kind],
    }
    if variable.kind == "date":
        column |= {"targetDataType": "integer", "displayFormat": "E8601DA."}
    if frame.schema[variable.name] == pl.String:
        column["length"] = max(frame[variable.name].str.len_chars().max() or 0, 1)  # type: ignore[type-var]
    return column | ({"keySequence": key} if key else {})
