"""The SABR regimens: those of domain.md 8.2 and 8.5, each worth the BED10 that is printed there."""

import polars as pl
import pytest

from headway.derive.radiobiology import bed_gy
from headway.knowledge.sabr_regimens import ANY_SITE, SITE_WORDS, sabr_regimens, sabr_site
from tests.conftest import pipe_table

# As domain.md 8.2 prints them.
PRINTED = """
| site  | fractions | dose_per_fraction_gy | dose_gy | bed10_gy |
| lung  | 1         | 16                   | 16      | 41.60    |
| lung  | 1         | 30                   | 30      | 120.00   |
| lung  | 3         | 15                   | 45      | 112.50   |
| lung  | 3         | 20                   | 60      | 180.00   |
| lung  | 8         | 7.5                  | 60      | 105.00   |
| lung  | 5         | 8                    | 40      | 72.00    |
| liver | 3         | 15                   | 45      | 112.50   |
| bone  | 3         | 8                    | 24      | 43.20    |
| bone  | 3         | 9                    | 27      | 51.30    |
| any   | 3         | 9                    | 27      | 51.30    |
"""


def test_each_regimen_has_the_bed10_that_is_printed():
    bed = bed_gy(pl.col("dose_gy"), pl.col("fractions"), 10).round(2)
    numbers = ["site", "fractions", "dose_per_fraction_gy", "dose_gy"]
    found = sabr_regimens().select(*numbers, bed10_gy=bed)
    assert found.rows() == pipe_table(PRINTED).rows()


def test_dose_is_fractions_times_dose_a_fraction():
    table = sabr_regimens()
    assert (table["fractions"] * table["dose_per_fraction_gy"]).to_list() == table["dose_gy"].to_list()


def test_each_regimen_has_a_source_and_a_site_that_can_be_read():
    assert sabr_regimens()["source"].str.contains("domain.md 8.2").all()
    assert set(sabr_regimens()["site"]) == {*SITE_WORDS, ANY_SITE}


def test_what_is_in_doubt_says_so():
    doubtful = sabr_regimens().drop_nulls("uncertain").select("site", "fractions", "dose_gy")
    assert doubtful.rows() == [("lung", 1, 16), ("bone", 3, 27)]


@pytest.mark.parametrize(
    ("written", "site"),
    [
        ("lung", "lung"), ("Right LUNG, upper lobe", "lung"), ("lung_metastasis", "lung"), ("lung2", "lung"),
        ("pulmonary nodule", "lung"), ("liver segment 4", "liver"), ("hepatic", "liver"),
        ("T8 vertebra", "bone"), ("cervical spine", "bone"), ("bone (rib 4)", "bone"), ("delivery", None),
        ("spinal cord", None), ("backbone", None), ("lungé", None), ("lung and liver", None),
        ("left neck", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_a_site_is_read_by_whole_words(written, site):
    frame = pl.DataFrame({"site": [written]}, schema={"site": pl.String})
    assert frame.select(sabr_site(pl.col("site"))).item() == site
