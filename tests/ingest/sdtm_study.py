"""A small made-up SDTM study, and how to write it in each of the formats that submissions come in."""

import json
from pathlib import Path

import polars as pl
import pyreadstat

DM = """
USUBJID | RFSTDTC    | DTHDTC  | DTHFL | AGE | AGEU  | SEX | ARM            | ARMCD    | SITEID
P1      | 2024-01-10 |         |       | 61  | YEARS | F   | Cetuximab      | CETUX    | 001
P2      | 2024-02-01 | 2024-09 | Y     | 55  | YEARS | M   | Cetuximab      | CETUX    | 001
P3      |            |         |       | 70  | YEARS | U   | Screen Failure | SCRNFAIL | 002
"""
TU = """
USUBJID | TULNKID | TUTESTCD | TUSTRESC   | TULOC      | TUEVAL               | TUEVALID      | TUDTC
P1      | T01     | TUMIDENT | TARGET     | LUNG       | INVESTIGATOR         |               | 2024-01-02
P1      | T02     | TUMIDENT | TARGET     | LYMPH NODE | INVESTIGATOR         |               | 2024-01-02
P1      | NT01    | TUMIDENT | NON-TARGET | LIVER      | INVESTIGATOR         |               | 2024-01-02
P1      | R1-T01  | TUMIDENT | TARGET     | LUNG       | INDEPENDENT ASSESSOR | RADIOLOGIST 1 | 2024-01-02
"""
TR = """
USUBJID | TRLNKID | TRGRPID    | TRTESTCD | TRSTRESC    | TRSTRESU | TRSTAT   | TREVAL               | TREVALID      | TRDTC
P1      | T01     | TARGET     | LDIAM    | 30          | mm       |          | INVESTIGATOR         |               | 2024-01-02
P1      | T01     | TARGET     | LPERP    | 21          | mm       |          | INVESTIGATOR         |               | 2024-01-02
P1      | T02     | TARGET     | LDIAM    | 28          | mm       |          | INVESTIGATOR         |               | 2024-01-02
P1      | T02     | TARGET     | LPERP    | 18.5        | mm       |          | INVESTIGATOR         |               | 2024-01-02
P1      |         | TARGET     | SUMDIAM  | 48.5        | mm       |          | INVESTIGATOR         |               | 2024-01-02
P1      | NT01    | NON-TARGET | TUMSTATE | PRESENT     |          |          | INVESTIGATOR         |               | 2024-01-02
P1      | R1-T01  | TARGET     | LDIAM    | 3.1         | cm       |          | INDEPENDENT ASSESSOR | RADIOLOGIST 1 | 2024-01-02
P1      | T01     | TARGET     | LDIAM    |             |          | NOT DONE | INVESTIGATOR         |               | 2024-03
P1      | T02     | TARGET     | LPERP    | 0           | mm       |          | INVESTIGATOR         |               | 2024-03
P1      | NT01    | NON-TARGET | TUMSTATE | UNEQUIVOCAL |          |          | INVESTIGATOR         |               | 2024-03
P1      | NEW01   | NEW        | TUMSTATE | EQUIVOCAL   |          |          | INVESTIGATOR         |               | 2024-03
"""  # noqa: E501
RS = """
USUBJID | RSTESTCD | RSSTRESC      | RSCAT      | RSSTAT   | RSEVAL       | RSDTC   | VISIT
P1      | TRGRESP  | NE            | RECIST 1.1 | NOT DONE | INVESTIGATOR | 2024-03 | WEEK 8
P1      | NTRGRESP | PD            | RECIST 1.1 |          | INVESTIGATOR | 2024-03 | WEEK 8
P1      | NEWLPROG | EQUIVOCAL     | RECIST 1.1 |          | INVESTIGATOR | 2024-03 | WEEK 8
P1      | OVRLRESP | PD            | RECIST 1.1 |          | INVESTIGATOR | 2024-03 | WEEK 8
"""
STUDY = {"DM": DM, "TU": TU, "TR": TR, "RS": RS}


def domain(text: str) -> pl.DataFrame:
    """A domain from a pipe table, every cell as text; empty cells are null."""
    header, *rows = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return pl.DataFrame(
        {name: [row[i] or None for row in rows] for i, name in enumerate(header)}, strict=False
    ).cast(pl.String)


def as_parquet(folder: Path, name: str, frame: pl.DataFrame) -> None:
    frame.write_parquet(folder / f"{name}.parquet")


def as_csv(folder: Path, name: str, frame: pl.DataFrame) -> None:
    frame.write_csv(folder / f"{name.upper()}.CSV")


def as_transport_5(folder: Path, name: str, frame: pl.DataFrame) -> None:
    _transport(folder / f"{name}.xpt", name, frame, 5)


def as_transport_8(folder: Path, name: str, frame: pl.DataFrame) -> None:
    _transport(folder / f"{name}.xpt", name, frame, 8)


def _transport(path: Path, name: str, frame: pl.DataFrame, version: int) -> None:
    # Transport files have no missing text: it is empty.
    pyreadstat.write_xport(frame.fill_null(""), path, table_name=name.upper(), file_format_version=version)


def as_dataset_json(folder: Path, name: str, frame: pl.DataFrame) -> None:
    whole = {**_header(name, frame), "rows": [list(row) for row in frame.iter_rows()]}
    (folder / f"{name}.json").write_text(json.dumps(whole), encoding="utf-8")


def as_dataset_ndjson(folder: Path, name: str, frame: pl.DataFrame) -> None:
    lines = [_header(name, frame), *(list(row) for row in frame.iter_rows())]
    (folder / f"{name}.ndjson").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")


def _header(name: str, frame: pl.DataFrame) -> dict:
    columns = [{"itemOID": f"IT.{c}", "name": c, "label": c, "dataType": "string"} for c in frame.columns]
    return {"datasetJSONVersion": "1.1.0", "name": name.upper(), "records": frame.height, "columns": columns}


FORMATS = [as_parquet, as_csv, as_transport_5, as_transport_8, as_dataset_json, as_dataset_ndjson]
