"""A part of a cohort: whole patients with all their tables."""

from dataclasses import dataclass

import polars as pl

# Candidates of a block. A few live for hundreds of events, and an event costs the same for few and for many.
CHUNK = 50_000


@dataclass(frozen=True)
class Block:
    """Whole patients: the tables of their record as files have them, and their truth."""

    tables: dict[str, pl.DataFrame]
    truth: dict[str, pl.DataFrame]

    @property
    def patients(self) -> int:
        return self.tables["patients"].height
