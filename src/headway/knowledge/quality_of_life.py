"""Questionnaires: their scales, the items of each, and which way is good (quality_of_life.toml)."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import polars as pl


@cache
def instruments() -> list[dict[str, Any]]:
    """The questionnaires as the file has them."""
    text = files("headway.knowledge").joinpath("quality_of_life.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)["instrument"]


@cache
def scales() -> pl.DataFrame:
    """One row per scale: instrument, scale, title, kind, highest (answer), items, source.

    >>> scales().filter(scale="QL").select("kind", "highest", "items").row(0)
    ('global', 7, [29, 30])
    """
    return pl.DataFrame(
        {
            "instrument": one["name"], "scale": scale["code"], "title": scale["title"], "kind": scale["kind"],
            "highest": scale["highest"], "items": scale["items"], "source": one["source"],
        }
        for one in instruments()
        for scale in one["scale"]
    )  # fmt: skip


@cache
def summaries() -> pl.DataFrame:
    """One row per instrument with a summary score: instrument, scale, title, scales (all are needed)."""
    return pl.DataFrame(
        {"instrument": one["name"], "scale": one["summary"]["code"], "title": one["summary"]["title"],
         "scales": one["summary"]["scales"]}
        for one in instruments()
        if "summary" in one
    )  # fmt: skip


@cache
def instrument_names() -> pl.DataFrame:
    """Every spelling of an instrument, as `bare` writes it: written_instrument, instrument.

    >>> instrument_names().filter(written_instrument="EORTCQLQHN35")["instrument"].item()
    'QLQ-H&N35'
    """
    names = [(_bare(name), one["name"]) for one in instruments() for name in [one["name"], *one["also"]]]
    return pl.DataFrame(
        names, {"written_instrument": pl.String, "instrument": pl.String}, orient="row"
    ).unique()


@cache
def scale_names() -> pl.DataFrame:
    """Every spelling of a scale, as `bare` writes it: instrument, written_item, scale (QL2 is QL)."""
    coded = pl.concat([scales(), summaries()], how="diagonal").select("instrument", "scale", "title")
    rows = [
        (instrument, written, scale)
        for instrument, scale, title in coded.iter_rows()
        for written in {scale, f"{scale}2", _bare(title)}
    ]
    schema = {"instrument": pl.String, "written_item": pl.String, "scale": pl.String}
    return pl.DataFrame(rows, schema, orient="row")


def _bare(name: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", name.upper())


def bare(column: str) -> pl.Expr:
    """A name as capital letters and digits alone, so that spellings can be looked up."""
    return pl.col(column).str.to_uppercase().str.replace_all(r"[^A-Z0-9]", "")
