"""What each patient of a large cohort gives to the published numbers, so that a part of it is judged at once.

A published number is a count, a share, or a median (of Kaplan and Meier; without censoring it is the plain
one). Any other is looked at only when the part that was chosen is analysed in full.
"""

import re
from dataclasses import dataclass

import numpy as np
import polars as pl

from calibration.distance import A_MISS, missed, off
from headway.analyse.survival.batch import quantiles
from headway.run.topics import Made
from headway.units import DAYS_PER_MONTH


@dataclass(frozen=True)
class Counted:
    """A count, or a share of a count: `some` of `every`, Boolean per patient."""

    row: dict
    some: np.ndarray
    every: np.ndarray | None = None

    def found(self, some: float, every: float) -> float | None:
        if self.every is None:
            return some
        return 100 * some / every if every else None

    def cost(self, some: float, every: float) -> float:
        return cost(self.row, self.found(some, every))


@dataclass(frozen=True)
class Median:
    """A median in its published unit; `value` is empty for who does not count in it."""

    row: dict
    value: np.ndarray
    event: np.ndarray

    def found(self, patients: np.ndarray) -> float | None:
        own = patients[~np.isnan(self.value[patients])]
        if not len(own):
            return None
        median = quantiles(self.value[own][None], self.event[own][None])[0]
        return float(median) if np.isfinite(median) else None

    def cost(self, patients: np.ndarray) -> float:
        return cost(self.row, self.found(patients))


@dataclass(frozen=True)
class Facts:
    """All of them, of so many patients."""

    patients: int
    counted: list[Counted]
    medians: list[Median]


def cost(row: dict, found: float | None) -> float:
    """The squared difference, and more if it is beyond its limit."""
    return off(row, found) ** 2 + A_MISS * missed(row, found)


def facts_of(rows: pl.DataFrame, made: Made, patients: int) -> Facts:
    """Takes `recovered` of a cohort of so many patients, and what it was taken from."""
    counted, medians = [], []
    for row in rows.iter_rows(named=True):
        if row["patients"] is None or row["kind"] == "context":
            continue
        if row["unit"] == "patients":
            counted.append(Counted(row, _member(row["patients"], patients)))
        elif row["unit"] == "%" and row["statistic"] in ("rate", "proportion"):
            counted.append(Counted(row, *_share(row, made.results, patients)))
        elif row["statistic"] in ("median", "median follow-up"):
            medians.append(_median(row, made, patients))
    return Facts(patients, counted + wholes(counted), medians)


def wholes(counted: list[Counted]) -> list[Counted]:
    """Of how many a share is, where the number who have it is published too: 3 and 30 % are 3 of 10."""
    same = ("analysis", "population", "group")
    return [
        Counted({**one.row, "unit": "patients", "value": _whole(some, one)}, one.every)
        for one in counted
        for some in counted
        if one.every is not None and some.every is None and all(one.row[k] == some.row[k] for k in same)
    ]


def _whole(some: Counted, share: Counted) -> float:
    return float(round(100 * some.row["value"] / share.row["value"]))


def _places(ids: pl.Series) -> np.ndarray:
    """P0001 is place 0."""
    return ids.str.slice(1).cast(pl.Int64).to_numpy() - 1


def _member(ids: list[str], patients: int) -> np.ndarray:
    member = np.zeros(patients, bool)
    member[_places(pl.Series(ids, dtype=pl.String))] = True
    return member


def _share(row: dict, results: pl.DataFrame, patients: int) -> tuple[np.ndarray, np.ndarray]:
    """Who has it, and among whom."""
    alike = results.filter(analysis=row["analysis"], group=row["group"])
    if row["statistic"] == "proportion":
        with_it = alike.filter(statistic="with the event")["patients"].to_list()[0]
        return _member(with_it, patients), _member(row["patients"], patients)
    some = _member(row["patients"], patients)
    if row["n"] == patients:
        return some, np.ones(patients, bool)
    population = row["population"] or alike["population"][0]
    same = results.filter(analysis=row["analysis"], population=population, statistic="rate")
    return some, _member(same["patients"].explode().drop_nulls().unique().to_list(), patients)


def _median(row: dict, made: Made, patients: int) -> Median:
    own = _times(row, made.times) if row["unit"] == "months" else _quantities(row, made.contributions)
    own = own.filter(pl.col("patient_id").is_in(row["patients"])).drop_nulls("value")
    value, event = np.full(patients, np.nan), np.zeros(patients, bool)
    place = _places(own["patient_id"])
    value[place], event[place] = own["value"].to_numpy(), own["event"].to_numpy()
    return Median(row, value, event)


def _times(row: dict, times: pl.DataFrame) -> pl.DataFrame:
    """The times of the endpoint; of a median follow-up with censoring as the event (reverse Kaplan-Meier)."""
    endpoint, since = _endpoint(row)
    reverse = row["statistic"] == "median follow-up"
    own = times.filter(endpoint=endpoint, since=since).drop_nulls("days")
    event = ~pl.col("event") if reverse else pl.col("event")
    return own.select("patient_id", value=pl.col("days") / DAYS_PER_MONTH, event=event)


def _endpoint(row: dict) -> tuple[str, str]:
    """Endpoint and time zero by the names of the row: "PFS since scai1 …", or "since lcbi" of a pair."""
    words = row["analysis"].replace(",", "").split()
    since = row["group"].split()[1] if row["group"].startswith("since ") else words[2]
    return words[0], since


def _quantities(row: dict, contributions: pl.DataFrame) -> pl.DataFrame:
    """The number that each patient gives, as the report tells it: "-57.1 %; PR", "<drugs> 246 days; …"."""
    number = rf"(?:^|{re.escape(row['group'])} )(-?[\d.]+)"
    own = contributions.filter(analysis=row["analysis"])
    value = pl.col("value").str.extract(number).cast(pl.Float64)
    return own.select("patient_id", value=value, event=pl.lit(True))
