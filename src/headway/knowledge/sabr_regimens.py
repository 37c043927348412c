"""SABR regimens: the doses of stereotactic radiotherapy that the field names for a site (domain.md 8.2, 8.5).

The facts are in sabr_regimens.csv, one row per regimen, with its source. `uncertain` says what is in doubt;
empty: nothing. Site "any" is a regimen that was given to lesions wherever they lay.
"""

from functools import cache
from importlib.resources import files

import polars as pl

ANY_SITE = "any"
# How people write the sites of the table, in whole words. Not "spinal" or "pelvis": cord, or soft tissue.
SITE_WORDS = {
    "lung": ["lung", "lungs", "pulmonary"],
    "liver": ["liver", "hepatic"],
    "bone": ["bone", "bones", "bony", "osseous", "vertebra", "vertebrae", "vertebral", "spine", "rib", "ribs",
             "sacrum", "femur", "humerus"],
}  # fmt: skip


@cache
def sabr_regimens() -> pl.DataFrame:
    """One row per regimen: site, fractions, dose_gy, dose_per_fraction_gy, setting, source, uncertain.

    >>> sabr_regimens().filter(site="liver").select("fractions", "dose_gy", "source").row(0)
    (3, 45.0, 'S5, domain.md 8.2')
    """
    types = {"fractions": pl.Int32, "dose_gy": pl.Float64, "dose_per_fraction_gy": pl.Float64}
    rows = files("headway.knowledge").joinpath("sabr_regimens.csv").read_bytes()
    return pl.read_csv(rows, schema_overrides=types)


def sabr_site(written: pl.Expr) -> pl.Expr:
    """The site of the table that a free text names; null where it names none, or several.

    >>> sites = pl.DataFrame({"site": ["Lung metastasis", "hepatic, S4", "lungs and liver", "larynx"]})
    >>> sites.select(sabr_site(pl.col("site"))).to_series().to_list()
    ['lung', 'liver', None, None]
    """
    named = [pl.when(_has_word(written, words)).then(pl.lit(site)) for site, words in SITE_WORDS.items()]
    one = pl.sum_horizontal(part.is_not_null() for part in named) == 1
    return pl.when(one).then(pl.coalesce(named))


def _has_word(written: pl.Expr, words: list[str]) -> pl.Expr:
    # Letters alone make a word: "lung_2" names the lung, "lungfish" does not.
    return written.str.to_lowercase().str.contains(rf"(?:^|\P{{L}})(?:{'|'.join(words)})(?:\P{{L}}|$)")
