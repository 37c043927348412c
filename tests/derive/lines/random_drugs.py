"""Random patients who live on the edges of the rules of lines.

Doses fall on and next to the bounds of the window, the gap, the holiday and the overlap; drugs are swaps of
each other, unknown, or no treatment at all; days and ends are missing. Everything follows from the seed.
"""

from dataclasses import dataclass
from random import Random

import polars as pl
from hypothesis import strategies as st

from headway.record.columns import empty
from headway.record.tables.patients import Patients
from headway.record.tables.treatment import Drugs
from tests.derive.lines.examples import PROGRESSIONS

DRUGS = [
    "cisplatin", "carboplatin", "fluorouracil", "capecitabine", "paclitaxel", "docetaxel", "cetuximab",
    "pembrolizumab", "nivolumab", "methotrexate", "afatinib", "pemetrexed", "xyz-1", "filgrastim",
    "tamoxifen", "nbtxr3",
]  # fmt: skip
STEPS = [0, 0, 0, 1, 7, 14, 20, 21, 22, 27, 28, 29, 55, 56, 57, 84, 119, 120, 121, 180, 181, 183, 184, 300]
LENGTHS = [None, None, None, 0, 1, 14, 20, 21, 22, 28, 63, 120, 200, -1]
INTENTS = [None, None, None, "palliative", "palliative", "maintenance", "concurrent", "induction", "adjuvant"]


@dataclass(frozen=True)
class Cohort:
    """Tables as a record holds them."""

    drugs: pl.DataFrame
    patients: pl.DataFrame
    progressions: pl.DataFrame

    @property
    def frames(self) -> tuple[pl.LazyFrame, pl.LazyFrame, pl.LazyFrame]:
        return self.drugs.lazy(), self.patients.lazy(), self.progressions.lazy()


def cohort(seed: int, patients: int) -> Cohort:
    """A random cohort of so many patients."""
    random = Random(seed)
    drugs: list[dict] = []
    about: list[dict] = []
    progressions: list[dict] = []
    for number in range(patients):
        _patient(random, f"P{number:05}", drugs, about, progressions)
    return Cohort(
        pl.concat([empty(Drugs), _frame(drugs, empty(Drugs))], how="diagonal").with_columns(
            source_file=pl.lit("drugs.csv"), source_line=pl.int_range(2, 2 + pl.len(), dtype=pl.Int64)
        ),
        pl.concat([empty(Patients), _frame(about, empty(Patients))], how="diagonal"),
        pl.DataFrame(progressions, schema=PROGRESSIONS),
    )


def _frame(rows: list[dict], blank: pl.DataFrame) -> pl.DataFrame:
    if not rows:
        return blank
    return pl.DataFrame(rows, schema={name: blank.schema[name] for name in rows[0]})


def _patient(random: Random, name: str, drugs: list, about: list, progressions: list) -> None:
    own = random.sample(DRUGS, random.randint(1, 4))
    day, days = random.choice([-300, -100, 0, 0, 5]), []
    for _ in range(random.randint(0, 9)):
        day += random.choice(STEPS)
        days.append(day)
        drugs.append(_row(random, name, day, own))
    near = [d + random.choice([-1, 0, 0, 1]) for d in days] or [0]
    for _ in range(random.choice([0, 0, 1, 2])):
        progressions.append({"patient_id": name, "day": random.choice(near)})
    about.append(
        {
            "patient_id": name,
            "recurrent_metastatic_day": random.choice([None, 0, 0, random.choice(near)]),
            "death_day": random.choice([None, None, max(near), max(near) + 10]),
        }
    )


def _row(random: Random, name: str, day: int, own: list[str]) -> dict:
    length = random.choice(LENGTHS)
    return {
        "patient_id": name,
        "drug": random.choice(own),
        "start_day": None if random.random() < 0.03 else day,
        "end_day": None if length is None else day + length,
        "intent": random.choice(INTENTS),
        "line": random.choice([None] * 7 + [1, 2]),
    }


def cohorts(at_most: int = 40) -> st.SearchStrategy[Cohort]:
    """Random cohorts, by seed: hypothesis looks for the seed, and shrinks the number of patients.

    A plan of polars costs as much for four patients as for forty: few large cohorts show more for less.
    """
    return st.builds(cohort, st.integers(0, 2**32), st.integers(0, at_most))
