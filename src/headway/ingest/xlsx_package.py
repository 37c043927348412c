"""The inside of an xlsx file, looked at before it is read: is it one, is it safe, which cells are merged.

An xlsx file is a zip of XML parts. The parts are unpacked here once, piece by piece, and counted, since
what a zip says about its own size may be wrong; no XML entity is ever expanded.
"""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from headway.errors import RecordError

MOST_BYTES = 1 << 30  # unpacked, all parts together
MOST_RATIO = 250  # unpacked to packed, of one part; spreadsheets of real data stay under 60
_SMALL = 10 << 20  # unpacked; below this a high ratio does no harm
_CHUNK = 1 << 20
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of old .xls and of encrypted workbooks
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MERGED = re.compile(rb'mergeCell\s[^>]*?ref="([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)"')
_LONGEST_TAG = 200
_WORKBOOK = "xl/workbook.xml"


class Merged(NamedTuple):
    """A range of merged cells and its last row."""

    cells: str
    last_row: int


def checked_workbook(path: Path) -> dict[str, list[Merged]]:
    """The merged ranges of each sheet, by its name; RecordError if this is no workbook, or an unsafe one."""
    _refuse_other_formats(path)
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_bombs(path, archive)
            merged = {info.filename: _unpacked(path, archive, info) for info in archive.infolist()}
            return {sheet: merged.get(part, []) for sheet, part in _parts(path, archive).items()}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as reason:
        raise RecordError(f"{path} cannot be read as an xlsx workbook: {reason}") from reason


def _refuse_other_formats(path: Path) -> None:
    if not path.is_file():
        raise RecordError(f"There is no file {path}.")
    content = path.read_bytes()
    if not content:
        raise RecordError(f"{path} is empty.")
    if content.startswith(_OLE):
        kind = "protected by a password" if _ENCRYPTED in content else "an old .xls workbook"
        raise RecordError(f"{path} is {kind}. Save it as .xlsx without a password.")
    if not zipfile.is_zipfile(path):
        raise RecordError(f"{path} is not an xlsx workbook. Save it as .xlsx, or give a folder of CSV files.")


def _refuse_bombs(path: Path, archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if _WORKBOOK not in archive.namelist():
        raise RecordError(f"{path} is not an xlsx workbook. Save it as .xlsx.")
    ratio = max((_ratio(part) for part in parts if part.file_size > _SMALL), default=0.0)
    total = sum(part.file_size for part in parts)
    overlapping = sum(part.compress_size for part in parts) > path.stat().st_size
    if total > MOST_BYTES or ratio > MOST_RATIO or overlapping:
        raise RecordError(_too_large(path))


def _ratio(part: zipfile.ZipInfo) -> float:
    return part.file_size / max(part.compress_size, 1)


def _too_large(path: Path) -> str:
    return (
        f"{path} unpacks to far more than a workbook of data does, and was not opened. "
        "If it is genuine, save its sheets as CSV files in a folder."
    )


def _unpacked(path: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> list[Merged]:
    """Unpack one part without keeping it, see that it is as large as it says, and note its merged cells."""
    merged: dict[Merged, None] = {}
    size, tail = 0, b""
    for chunk in _chunks(archive, part):
        size += len(chunk)
        if size > part.file_size:
            raise RecordError(_too_large(path))
        merged |= dict.fromkeys(_merged(tail + chunk))
        tail = chunk[-_LONGEST_TAG:]
    return list(merged)


def _chunks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    truthful = archive.getinfo(part.filename)
    said = truthful.file_size
    # zipfile stops at the size that the part claims to have; we want to know its real one.
    truthful.file_size = MOST_BYTES + 1
    with archive.open(truthful) as stream:
        truthful.file_size = said
        while chunk := stream.read(_CHUNK):
            yield chunk


def _merged(xml: bytes) -> Iterator[Merged]:
    if b"mergeCell" in xml:
        for left, top, right, bottom in _MERGED.findall(xml):
            yield Merged((left + top + b":" + right + bottom).decode(), int(bottom))


def _parts(path: Path, archive: zipfile.ZipFile) -> dict[str, str]:
    """Which part of the zip holds the sheet of which name."""
    targets = {
        relation.get("Id"): posixpath.normpath(posixpath.join("/xl", relation.get("Target", "")))[1:]
        for relation in _xml(path, archive, "xl/_rels/workbook.xml.rels").findall(".//{*}Relationship")
    }
    sheets = _xml(path, archive, _WORKBOOK).findall(".//{*}sheet")
    return {sheet.get("name", ""): targets.get(_relation(sheet), "") for sheet in sheets}


def _relation(sheet: ElementTree.Element) -> str | None:
    return next((value for name, value in sheet.attrib.items() if name.endswith("}id")), None)


def _xml(path: Path, archive: zipfile.ZipFile, part: str) -> ElementTree.Element:
    try:
        written = archive.read(part)
        if b"<!DOCTYPE" in written or b"<!ENTITY" in written:
            raise RecordError(
                f"{path} holds XML declarations that no spreadsheet program writes; it was not opened."
            )
        return ElementTree.fromstring(written)
    except (KeyError, ElementTree.ParseError) as reason:
        raise RecordError(f"{path} is damaged and cannot be read as a workbook.") from reason
