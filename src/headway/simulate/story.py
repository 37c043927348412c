"""One block of patients: who enters the cohort, from when on and until when they are recorded."""

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import polars as pl

from headway.simulate.course import lived
from headway.simulate.draws import Draws
from headway.simulate.judge import TARGET
from headway.simulate.log import Log
from headway.simulate.patients import MONTH, NEVER, People, disease, people
from headway.simulate.scenario import Scenario

RECURRENCE_DAYS_BEFORE = 14  # before the first scan of the model


@dataclass(frozen=True)
class Story:
    """What happened to the patients of a block who entered the cohort.

    Days in the log are those of the model; a day of the record is that day plus `shift`. Entries of
    `index_start`, `shift`, `cut`, `end` and `dead` are by row of `people`; a row that is
    not in `rows` is not in the cohort.
    """

    scenario: Scenario
    draws: Draws
    people: People
    log: Log
    rows: np.ndarray  # of the cohort, in order
    names: pl.Series  # patient_id of each row; empty where it is not in the cohort
    index_start: np.ndarray  # day of the model on which the index line starts
    shift: np.ndarray
    cut: np.ndarray  # last day of the model that is recorded
    end: np.ndarray  # death, or the end of the model
    dead: np.ndarray
    _known: dict[str, dict[str, np.ndarray]] = field(default_factory=dict, init=False, repr=False)

    def table(self, name: str) -> dict[str, np.ndarray]:
        """A table of the log, the rows of the cohort alone."""
        if name not in self._known:
            whole, inside = self.log.table(name), np.zeros(len(self.cut), bool)
            inside[self.rows] = True
            kept = np.flatnonzero(inside[whole["row"]])
            self._known[name] = {column: values.take(kept, axis=0) for column, values in whole.items()}
        return self._known[name]

    def recorded(self, table: dict[str, np.ndarray]) -> np.ndarray:
        """The places of what is recorded, by patient and day."""
        kept = np.flatnonzero(table["day"] <= self.cut[table["row"]])
        return kept[in_order(table["row"][kept], table["day"][kept])]

    def sorted_table(self, name: str) -> dict[str, np.ndarray]:
        """A table by patient and day, as far as it is recorded."""
        whole = self.table(name)
        order = self.recorded(whole)
        return {column: values.take(order, axis=0) for column, values in whole.items()}

    def named(self, row: np.ndarray) -> pl.Series:
        """The patients of these rows."""
        return self.names.gather(pl.Series(row.astype(np.uint32)))

    def days(self, row: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Days of the record."""
        return day + self.shift[row]


def in_order(row: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Places by patient and day; what shares both keeps its order."""
    return np.argsort((row.astype(np.int64) << 32) + day, kind="stable")  # a day has less than 32 bits


@dataclass(frozen=True)
class Lives:
    """Candidates, and what happened to them."""

    people: People
    log: Log


def lives(scenario: Scenario, draws: Draws, number: np.ndarray) -> Lives:
    """Live through these candidates."""
    them = people(scenario, draws, number)
    return Lives(them, lived(scenario, draws, them, disease(scenario, draws, them)))


def story(scenario: Scenario, draws: Draws, of: Lives, already: int, wanted: int) -> Story:
    """Take those into the cohort who start the index line.

    already, wanted: patients that are in the cohort, and that it shall have.
    """
    them, log, number = of.people, of.log, of.people.number
    lines, ends = log.table("lines"), log.table("ends")
    start = np.full(len(number), NEVER)
    index = lines["line"] == scenario.index_line
    start[lines["row"][index]] = lines["start"][index]
    end, dead = np.zeros(len(number), np.int32), np.zeros(len(number), bool)
    end[ends["row"]], dead[ends["row"]] = ends["day"], ends["dead"]
    rows = np.flatnonzero((start < NEVER) & _may_enter(scenario, log, len(number)))[: wanted - already]
    return Story(
        scenario,
        draws,
        them,
        log,
        rows,
        _names(len(number), rows, already, wanted),
        start,
        *_recorded(scenario, them, start),
        end,
        dead,
    )


def _may_enter(scenario: Scenario, log: Log, n: int) -> np.ndarray:
    """Whether there is a target at the baseline of the index line, where the scenario asks for one."""
    may = np.full(n, not scenario.index_measurable)  # who was not lived on with has no row below
    if scenario.index_measurable:
        lesions = log.table("lesions")
        may[lesions["row"]] = (lesions["role"] == TARGET).any(axis=1)
    return may


def _names(n: int, rows: np.ndarray, already: int, wanted: int) -> pl.Series:
    """P001, P002, … for those in the cohort, in order."""
    place = np.zeros(n, np.int64)
    place[rows] = np.arange(already + 1, already + 1 + len(rows))
    name = "P" + pl.Series(place).cast(pl.String).str.zfill(len(str(wanted)))
    return name.set(pl.Series(place == 0), "")


def _recorded(scenario: Scenario, them: People, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The shift from days of the model to days of the record, and the last day that is recorded."""
    calendar = scenario.calendar
    enrolled = np.floor(them.enrolment_fraction * (calendar.accrual_months * MONTH)).astype(np.int32)
    followed = np.int32(calendar.cutoff_months * MONTH) - enrolled
    epoch = (calendar.accrual_start - date(1970, 1, 1)).days if calendar.told_in == "dates" else 0
    zero = epoch + enrolled if calendar.told_in == "dates" else np.zeros_like(enrolled)
    return (zero - start).astype(np.int32), start + np.minimum(followed, them.dropout_days)


def as_days(values: np.ndarray, known: np.ndarray | None, scenario: Scenario) -> pl.Series:
    """A column of days as the record tells time; empty where it is not known."""
    days = pl.Series(values.astype(np.int32))
    if known is not None:
        days = days.set(pl.Series(~known), None)
    return days.cast(pl.Date) if scenario.calendar.told_in == "dates" else days
