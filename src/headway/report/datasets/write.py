"""The datasets as files, with their dictionary."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl

from headway.record.record import Time
from headway.report.datasets.dataset_json import write_dataset_json
from headway.report.datasets.declared import Dataset
from headway.report.datasets.dictionary import dictionary
from headway.report.datasets.limits import LIMITS, fault
from headway.report.datasets.made import DATASETS
from headway.report.datasets.transport import NO_DATE, write_xpt


def write_datasets(
    folder: Path,
    made: dict[str, pl.DataFrame],
    time: Time,
    *,
    write_csv: Callable[[pl.DataFrame, Path], None],
    cutoff: date | None = None,
) -> pl.DataFrame:
    """Write every dataset in every format that can hold it, and the dictionary; give the dictionary.

    Takes:  datasets as `datasets` makes them; how CSV is written, so that a spreadsheet runs nothing; the
            data cut-off, which stands for the moment of writing in the formats that ask for one.
    Gives:  files parquet/adsl.parquet, csv/adsl.csv, xpt5/adsl.xpt, xpt8/adsl.xpt, dataset-json/adsl.json, …;
            what a format cannot hold is not written, and the dictionary says why.
    """
    folder.mkdir(parents=True, exist_ok=True)
    notes = []
    for name, frame in made.items():
        dataset = DATASETS[name]
        _plain(folder, dataset, frame, time, write_csv, cutoff or NO_DATE)
        notes += [
            (name, said) for version in LIMITS if (said := _xpt(folder, dataset, frame, version, cutoff))
        ]
    defined = dictionary(list(DATASETS.values()), made, time, notes)
    write_csv(defined, folder / "dictionary.csv")
    return defined


def _plain(
    folder: Path,
    dataset: Dataset,
    frame: pl.DataFrame,
    time: Time,
    write_csv: Callable[[pl.DataFrame, Path], None],
    made_on: date,
) -> None:
    stem = dataset.name.lower()
    frame.write_parquet(_file(folder, "parquet", f"{stem}.parquet"))
    write_csv(frame, _file(folder, "csv", f"{stem}.csv"))
    write_dataset_json(dataset, frame, _file(folder, "dataset-json", f"{stem}.json"), time, made_on=made_on)


def _xpt(
    folder: Path, dataset: Dataset, frame: pl.DataFrame, version: int, cutoff: date | None
) -> str | None:
    """Write one transport file; else say why not."""
    said = fault(dataset, frame, version)
    if said:
        return f"no XPT {version}: {said}; use Parquet or Dataset-JSON"
    path = _file(folder, f"xpt{version}", f"{dataset.name.lower()}.xpt")
    write_xpt(dataset, frame, path, version, made_on=cutoff or NO_DATE)
    return None


def _file(folder: Path, kind: str, name: str) -> Path:
    (folder / kind).mkdir(parents=True, exist_ok=True)
    return folder / kind / name
