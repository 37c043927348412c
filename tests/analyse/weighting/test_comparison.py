"""Weighted survival: what is reported, and weights of one."""

import polars as pl
import pytest

from headway.analyse.survival.cox.model import cox
from headway.analyse.weighting.comparison import weighted_comparison


def test_errors_are_robust_and_the_test_is_named(r_data):
    data = r_data("cc").with_columns(days=pl.col("time"), event=pl.col("cs") == 1, rt=pl.col("x2") == 1)
    weighted = data.with_columns(weight=1.0 + 2 * pl.col("x2"))
    found = weighted_comparison(weighted, "rt", [0.5])
    ratio = found.filter(pl.col("statistic") == "hazard ratio").row(0, named=True)
    assert ratio["lower"] < ratio["value"] < ratio["upper"]
    assert "robust" in ratio["method"]
    assert found.filter(pl.col("method").str.starts_with("weighted log-rank")).height == 2


def test_weights_of_one_are_no_weights(r_data):
    data = r_data("lung").with_columns(
        days=pl.col("time"), event=pl.col("st") == 1, rt=pl.col("sex") == 2, weight=1.0
    )
    found = weighted_comparison(data, "rt", [365.0])
    plain = cox(data.with_columns(pl.col("rt").cast(float)), ["rt"], robust=True)
    ratio = found.filter(pl.col("statistic") == "hazard ratio")["value"][0]
    assert ratio == pytest.approx(float(2.718281828459045 ** plain.coefficients[0]), rel=1e-9)
    log_rank = found.filter(
        pl.col("method").str.starts_with("weighted log-rank") & (pl.col("statistic") == "chi-square")
    )
    assert plain.robust_score is not None
    assert log_rank["value"][0] == pytest.approx(plain.robust_score.value)
