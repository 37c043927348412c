"""The tables as a page of the documentation. No number stands in its words: all are in the tables."""

from dataclasses import dataclass

import polars as pl

from headway.simulate.scenario import Scenario
from judged.cohorts import Size
from judged.replicates import AIM

HEADS = ("quantity", "true value", "true", "mean", "bias (± standard error)", "coverage, %", "no answer")
_INTRO = """# The pipeline, judged by truth

Written by `benchmarks/truth.py`. All patients here are SYNTHETIC.

Each scenario is simulated as one record of {replicates:,} studies. The record is read, checked and \
derived as any record is; then every study is analysed by itself, with the functions that reports use. \
True values come from very many other patients of the same scenario (another seed), whose disease is known\
 by the day, or from the scenario itself where it says them. The first chapters are scenarios made for one \
question each; the others are the published examples, each at its own size and with its own study file. The \
report of an example shows patients who were chosen to lie near the published numbers; here nobody is chosen.

- **mean**: of the estimates that are reached; of hazard ratios geometric. **bias**: mean minus true; of \
hazard ratios mean over true, minus one. Its standard error is that of {replicates:,} replicates.
- **coverage**: how many of the 95 % limits hold the true value, with exact limits for the number of \
replicates. Between {low:.0%} and {high:.0%} is aimed at where the true value is what the method \
estimates; where it is not, the table shows what the difference does.
- **no answer**: studies in which the method gave neither value nor limits.
"""


@dataclass(frozen=True)
class Chapter:
    """One scenario: its table, and what must be known to read it."""

    title: str
    of: Scenario
    table: pl.DataFrame
    before: str
    after: tuple[str, ...] = ()


def page(chapters: list[tuple[Chapter, Size]]) -> str:
    """The whole page: each chapter with its size; all have as many replicates."""
    intro = _INTRO.format(replicates=chapters[0][1].replicates, low=AIM[0], high=AIM[1])
    return "\n".join([intro, *[_chapter(chapter, size) for chapter, size in chapters]])


def _chapter(chapter: Chapter, size: Size) -> str:
    of = chapter.of
    settings = (
        f"Scenario: {of.title.removeprefix('SYNTHETIC: ')}; {size.replicates:,} studies of {of.patients} "
        f"patients, seed {of.seed} (truth: {size.truth:,} patients, seed {of.seed + 1})."
    )
    rows = [HEADS, ("---",) * len(HEADS), *[_row(row) for row in chapter.table.rows(named=True)]]
    lines = "\n".join("| " + " | ".join(row) + " |" for row in rows)
    parts = [f"## {chapter.title}", chapter.before, settings, lines, *chapter.after]
    return "\n\n".join(parts) + "\n"


def _row(row: dict) -> tuple[str, ...]:
    shown = _SHOWN[row["unit"]]
    coverage = f"{_percent(row['covered'])} ({_percent(row['low'])} to {_percent(row['high'])})"
    return (
        row["quantity"], row["estimand"], shown(row["true"]), shown(row["mean"]),
        _BIAS[row["unit"]](row["bias"], row["error"]), coverage, str(row["unanswered"]),
    )  # fmt: skip


def _percent(share: float) -> str:
    return f"{100 * share:.1f}"


_SHOWN = {
    "probability": lambda share: f"{100 * share:.1f} %",
    "days": lambda days: f"{days:.0f} days",
    "ratio": lambda ratio: f"{ratio:.2f}",
}
_BIAS = {
    "probability": lambda share, error: f"{100 * share:+.1f} (± {100 * error:.1f}) points",
    "days": lambda days, error: f"{days:+.1f} (± {error:.1f}) days",
    "ratio": lambda apart, error: f"{100 * apart:+.1f} (± {100 * error:.1f}) %",
}
