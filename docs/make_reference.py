"""Write the reference pages that are made from declarations.

python docs/make_reference.py
"""

from pathlib import Path

from headway.record import reference as record
from headway.report.datasets import reference as datasets
from headway.simulate import reference as scenario
from headway.study import reference as study

FOLDER = Path(__file__).parent / "reference"
PAGES = {
    "record.md": record.reference_page,
    "datasets.md": datasets.reference_page,
    "scenario.md": scenario.reference_page,
    "study.md": study.reference_page,
}

if __name__ == "__main__":
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")
        print(f"Wrote {FOLDER / name}")
