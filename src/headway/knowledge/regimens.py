"""Regimens: which combination of drugs a line of therapy is, with schedule and source (domain.md 4.2)."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import polars as pl


@dataclass(frozen=True)
class Regimen:
    """A regimen by name: each component lists the drugs that stand for each other.

    setting     "curative" where the name holds only there (induction, with radiotherapy); else None.
    """

    key: str
    name: str
    components: tuple[tuple[str, ...], ...]
    schedule: str
    source: str
    setting: str | None = None

    def matches(self, drugs: frozenset[str]) -> bool:
        """Whether the drugs are this regimen: nothing missing, nothing besides.

        >>> regimens()["EXTREME"].matches(frozenset(["carboplatin", "fluorouracil", "cetuximab"]))
        True
        """
        known = {drug for component in self.components for drug in component}
        return drugs <= known and all(drugs & set(component) for component in self.components)


@cache
def _table() -> dict:
    return tomllib.loads(files("headway.knowledge").joinpath("regimens.toml").read_text(encoding="utf-8"))


@cache
def regimens() -> dict[str, Regimen]:
    """The regimen table by key, in its order: the first that matches names a line."""
    rows = [
        Regimen(**{**row, "components": tuple(tuple(part) for part in row["components"])})
        for row in _table()["regimen"]
    ]
    return {regimen.key: regimen for regimen in rows}


def named(combinations: pl.DataFrame) -> pl.DataFrame:
    """Which regimen each combination of drugs is (R4.13).

    Takes:  distinct rows of drugs (sorted list) and setting.
    Gives:  the same rows plus regimen_key (null: not in the table) and regimen (its name, else the drugs
            joined).

    >>> seen = pl.DataFrame({"drugs": [["cetuximab", "paclitaxel"], ["gemcitabine"]],
    ...                      "setting": ["palliative", "palliative"]})
    >>> named(seen).select("regimen_key", "regimen").rows()
    [('Pac-cet', 'paclitaxel + cetuximab'), (None, 'gemcitabine')]
    """
    keys = [_key(frozenset(drugs), setting) for drugs, setting in combinations["drugs", "setting"].rows()]
    names = {key: regimen.name for key, regimen in regimens().items()}
    joined = pl.col("drugs").list.join(" + ")
    return combinations.with_columns(regimen_key=pl.Series(keys, dtype=pl.String)).with_columns(
        regimen=pl.col("regimen_key").replace_strict(names, default=joined, return_dtype=pl.String)
    )


def _key(drugs: frozenset[str], setting: str) -> str | None:
    # A name that holds only in this setting comes before one that holds in all but it.
    own = [r for r in regimens().values() if r.setting == setting]
    general = [r for r in regimens().values() if r.setting is None]
    return next((r.key for r in [*own, *general] if r.matches(drugs)), None)


def cycle_days() -> dict[str, int]:
    """Days that a dose of each listed drug lasts.

    >>> cycle_days()["cetuximab"]
    7
    """
    return _table()["cycles"]["days"]


def cycle_of_drug() -> pl.Expr:
    """Days that a dose lasts, for a column `drug`; a drug that is not listed has the default cycle.

    >>> pl.DataFrame({"drug": ["cetuximab", "xyz-1"]}).select(cycle_of_drug()).to_series().to_list()
    [7, 21]
    """
    default = _table()["cycles"]["default_cycle_days"]
    return pl.col("drug").replace_strict(cycle_days(), default=default, return_dtype=pl.Int32)
