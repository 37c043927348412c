"""Paired data: domain.md 9.7, R's documented examples, and properties."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, wilcoxon

from headway.analyse.paired import (
    growth_modulation_index,
    mcnemar,
    paired_days,
    paired_hazard_ratio,
    paired_response,
    signed_rank,
)
from headway.analyse.survival.sample import AnalysisError


def test_domain_r9_20():
    assert mcnemar(4, 7).p == pytest.approx(0.549, abs=5e-4)
    assert mcnemar(4, 7, "mid-p").p == pytest.approx(0.388, abs=5e-4)
    assert mcnemar(4, 7, "chi-square").statistic == pytest.approx(0.36, abs=5e-3)


@given(st.integers(0, 40), st.integers(0, 40))
def test_exact_is_the_binomial_test_and_mid_p_is_smaller(b, c):
    if b + c:
        assert mcnemar(b, c).p == pytest.approx(binomtest(b, b + c).pvalue)
    assert mcnemar(b, c, "mid-p").p <= mcnemar(b, c).p + 1e-12
    assert mcnemar(b, c).p == mcnemar(c, b).p


def test_only_patients_evaluable_for_both_count():
    pairs = pl.DataFrame(
        {
            "patient_id": [f"p{i:02}" for i in range(14)],
            "first": [True] * 4 + [False] * 7 + [True, False, None],
            "later": [False] * 4 + [True] * 7 + [True, False, True],
        }
    )
    found = paired_response(pairs, "LCBI then SCAI")
    assert dict(found.select("statistic", "value").iter_rows())["later only"] == 7
    assert found["n"].unique().to_list() == [13]
    assert found.filter(pl.col("statistic") == "p-value")["value"][0] == pytest.approx(0.549, abs=5e-4)


def test_growth_modulation_index_with_censoring():
    pairs = pl.DataFrame(
        {
            "patient_id": list("abcde"),
            "previous_days": [100, 100, 100, 100, 200],
            "days": [50, 133, 200, 80, 300],
            "event": [True, True, True, False, False],
        }
    )
    found = growth_modulation_index(pairs, "GMI")
    median, share = found.row(0, named=True), found.row(1, named=True)
    # Indices .5, .8+, 1.33, 1.5+, 2: S = .8 after .5, then 2/3 of it after 1.33, 0 after 2.
    assert share["value"] == pytest.approx(0.8)
    assert median["value"] == pytest.approx(2.0)
    shuffled = growth_modulation_index(pairs.reverse(), "GMI")
    assert shuffled.equals(found)


def test_previous_time_of_zero_has_no_index():
    pairs = pl.DataFrame({"previous_days": [0], "days": [5], "event": [True]})
    with pytest.raises(AnalysisError, match="previous_days: above 0"):
        growth_modulation_index(pairs, "GMI")


DEPRESSION = np.array([1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]) - np.array(
    [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
)


def test_signed_rank_equals_rs_documented_example():
    # R's ?wilcox.test: V = 40, one-sided p-value = 0.01953.
    found = signed_rank(DEPRESSION)
    assert found.statistic == 40
    assert found.p == pytest.approx(2 * 0.01953125)
    assert found.method == "Wilcoxon signed-rank, exact"


def test_zeros_and_ties_are_named_and_many_pairs_take_the_normal_law():
    found = signed_rank(np.array([0.0, 1, 1, -1, 3]))
    assert found.method == "Wilcoxon signed-rank, exact, 1 zeros left out, ties by mean ranks"
    # 16 equally likely signs of ranks 2, 2, 2, 4: a sum of 8 or more in 6 of them.
    assert found.p == pytest.approx(2 * 4 / 16)
    many = np.random.default_rng(3).normal(0.2, 1, 80)
    theirs = wilcoxon(many, correction=True, method="asymptotic").pvalue
    assert signed_rank(many).p == pytest.approx(theirs, rel=1e-10)
    assert signed_rank(np.zeros(3)).p == 1


@given(st.lists(st.integers(-20, 20), min_size=1, max_size=12, unique_by=abs))
def test_signed_rank_equals_scipys_exact_law_and_signs_may_turn(gaps):
    kept = np.array([gap for gap in gaps if gap], dtype=float)
    if len(kept):
        assert signed_rank(kept).p == pytest.approx(wilcoxon(kept, method="exact").pvalue)
        assert signed_rank(-kept).p == pytest.approx(signed_rank(kept).p)


def test_differences_equal_but_for_floating_point_are_ties():
    assert "ties" in signed_rank(np.array([0.1, 0.3 - 0.2, 0.5])).method


def test_days_on_treatment():
    pairs = pl.DataFrame({"patient_id": list("abc"), "first": [10, 20, None], "later": [30, 50, 7]})
    found = paired_days(pairs, "exposure")
    assert found["value"].to_list() == [25.0, 0.5]
    assert found["n"].to_list() == [2, 2]


def test_paired_hazard_ratio_is_the_odds_of_who_fails_first():
    # In 9 of 12 untied pairs the later treatment fails first: its hazard ratio is 9 / 3.
    earlier = pl.DataFrame({"patient_id": range(14), "line": "earlier", "days": [20] * 12 + [5, 30]})
    later = earlier.with_columns(line=pl.lit("later"), days=pl.Series([10] * 9 + [40] * 3 + [9, 9]))
    event = pl.Series([True] * 12 + [False, False] + [True] * 12 + [True, False])
    rows = pl.concat([earlier, later]).with_columns(event=event)
    found = paired_hazard_ratio(rows, "line", reference="earlier")
    assert found.filter(pl.col("statistic") == "hazard ratio")["value"][0] == pytest.approx(3)
    score = found.filter(pl.col("method").str.contains("score") & (pl.col("statistic") == "chi-square"))
    assert score["value"][0] == pytest.approx((9 - 3) ** 2 / 12)  # the sign test, without correction
    turned = paired_hazard_ratio(rows.reverse(), "line", reference="later")
    assert turned.filter(pl.col("statistic") == "hazard ratio")["value"][0] == pytest.approx(1 / 3)
