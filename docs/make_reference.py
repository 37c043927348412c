"""Write the reference pages that are made from declarations.

python docs/make_reference.py
"""

from pathlib import Path

from headway.record.reference import reference_page

PAGE = Path(__file__).parent / "reference" / "record.md"

if __name__ == "__main__":
    PAGE.write_text(reference_page(), encoding="utf-8")
    print(f"Wrote {PAGE}")
