"""Bias and coverage of derived against true, over replicates of simulated studies; writes docs/truth.md.

    python benchmarks/truth.py [--replicates 500] [--truth 100000] [--out docs/truth.md]

Every scenario is one record of replicates x patients, so that it is derived once. The random numbers belong
to seed and patient: the same sizes give the same page.
"""

import argparse
import time
from collections.abc import Callable
from pathlib import Path

from judged.cohorts import Size
from judged.of_examples import EXAMPLES
from judged.of_scenarios import SCENARIOS
from judged.page import Chapter, page

DOCS = Path(__file__).parents[1] / "docs" / "truth.md"


def main(size: Size, out: Path) -> None:
    smaller = Size(size.replicates, size.truth // 2)  # the examples are larger
    asked = [(make, size) for make in SCENARIOS] + [(make, smaller) for make in EXAMPLES]
    out.write_text(page([(_timed(make, own), own) for make, own in asked]), encoding="utf-8")
    print(f"{out} written")


def _timed(make: Callable[[Size], Chapter], size: Size) -> Chapter:
    """A chapter; prints how long it took, and how much of that was work of this process."""
    start, worked = time.perf_counter(), time.process_time()
    made = make(size)
    wall, work = time.perf_counter() - start, time.process_time() - worked
    print(f"{made.title}: {wall:.0f} s ({work:.0f} s of work)", flush=True)
    return made


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--replicates", type=int, default=500)
    parser.add_argument("--truth", type=int, default=100_000)
    parser.add_argument("--out", type=Path, default=DOCS)
    asked = parser.parse_args()
    main(Size(asked.replicates, asked.truth), asked.out)
