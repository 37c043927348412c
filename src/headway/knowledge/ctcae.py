"""CTCAE v5.0: laboratory limits of each grade, and what written tests, units and terms mean (domain.md 6).

The facts are data: ctcae_labs.csv (one limit a row), ctcae_terms.csv (CTCAE terms with system organ class and
other spellings), ctcae_tests.csv and ctcae_units.csv (how laboratories write tests and units).

A limit is crossed or it is not: `value < limit` or `value > limit`, so that a value equal to a boundary has
the milder grade. Units a power of ten apart share a limit; mg/dL and mmol/L each have their own (R6.1).
"""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Literal

import polars as pl

Kind = Literal["absolute", "x LLN", "x ULN", "x baseline"]


@dataclass(frozen=True)
class Limit:
    """One limit: from here on, the grade is at least `grade`."""

    term: str
    test: str
    grade: int
    kind: Kind
    comparison: Literal["<", ">", ">="]
    value: Decimal  # in `unit` if absolute, else a multiple
    unit: str  # "any": a multiple, or a ratio without unit
    baseline: Literal["any", "normal", "abnormal"]
    symptoms: Literal["any", "symptomatic"]
    source: str


def _read(name: str) -> pl.DataFrame:
    return pl.read_csv(files("headway.knowledge").joinpath(name).read_bytes(), infer_schema=False)


@cache
def limits() -> tuple[Limit, ...]:
    """Every limit, in the order of the file.

    >>> [(one.grade, one.comparison, str(one.value), one.unit) for one in limits() if one.test == "platelets"]
    [(1, '<', '1', 'any'), (2, '<', '75', '10^9/L'), (3, '<', '50', '10^9/L'), (4, '<', '25', '10^9/L')]
    """
    rows = _read("ctcae_labs.csv").iter_rows(named=True)
    return tuple(Limit(**row | {"grade": int(row["grade"]), "value": Decimal(row["value"])}) for row in rows)


@cache
def terms() -> pl.DataFrame:
    """The terms that have to do with a laboratory test: term, soc, numbers (whether v5.0 grades by numbers).

    >>> terms().filter(term="Hyperglycemia").row(0)
    ('Hyperglycemia', 'Metabolism and nutrition disorders', False)
    """
    return _read("ctcae_terms.csv").select("term", "soc", numbers=pl.col("numbers") == "true")


@cache
def term_names() -> pl.DataFrame:
    """Every spelling of those terms, as `plain` writes it: written, term.

    >>> term_names().filter(written="hypomagnesaemia")["term"].item()
    'Hypomagnesemia'
    """
    return _names("ctcae_terms.csv", "term")


@cache
def lab_test_names() -> pl.DataFrame:
    """Every spelling of the tests, as `plain` writes it: written, test.

    >>> lab_test_names().filter(written="anc")["test"].item()
    'neutrophils'
    """
    return _names("ctcae_tests.csv", "test")


def _names(file: str, column: str) -> pl.DataFrame:
    rows = _read(file)
    spelled = pl.concat_list(pl.col(column), pl.col("aliases").str.split("|"))
    return rows.select(column, written=spelled).explode("written").select(plain("written"), column).unique()


@cache
def unit_names() -> pl.DataFrame:
    """Every spelling of a unit of a test: written, test, limit_unit, power_of_ten (to come to limit_unit).

    >>> unit_names().filter(written="/ul", test="platelets").select("limit_unit", "power_of_ten").row(0)
    ('10^9/L', -3)
    """
    rows = _read("ctcae_units.csv").select(
        pl.col("written").str.split("|"),
        pl.col("tests").str.split("|").alias("test"),
        limit_unit="unit",
        power_of_ten=pl.col("power_of_ten").cast(pl.Int32),
    )
    return rows.explode("written").explode("test")


def plain(column: str) -> pl.Expr:
    """A name without case and surplus spaces, so that spellings can be looked up."""
    return pl.col(column).str.to_lowercase().str.strip_chars().str.replace_all(r"\s+", " ")


def plain_unit(column: str) -> pl.Expr:
    """A unit without case, spaces, a leading times sign and typographic signs.

    >>> pl.DataFrame({"unit": ["x 10⁹/L", "10³/µL"]}).select(plain_unit("unit")).to_series().to_list()
    ['10^9/l', '10^3/ul']
    """
    signs = {"µ": "u", "μ": "u", "⁹": "^9", "³": "^3", "×": "x", "**": "^"}
    bare = pl.col(column).str.to_lowercase().str.replace_all(r"\s", "")
    return bare.str.replace_many(signs).str.replace(r"^x(10|e)", "${1}")
