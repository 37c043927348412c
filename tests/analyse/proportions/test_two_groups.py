"""Two proportions: the published p-values of domain.md 9.1, R's documented examples, and properties."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import contingency, fisher_exact

from headway.analyse.proportions.compare import contrasts, rates, stratified_contrasts
from headway.analyse.proportions.contrasts import odds_ratio, risk_difference, risk_ratio
from headway.analyse.proportions.strata import (
    cochran_mantel_haenszel,
    common_odds_ratio,
    common_risk_difference,
)
from headway.analyse.proportions.two_groups import TwoByTwo, chi_square, compare, fisher, mid_p

METHODS = ("Fisher", "chi-square", "chi-square, Yates")
S2_RESPONSE, S2_CONTROL = TwoByTwo(25, 37, 30, 76), TwoByTwo(35, 37, 47, 76)
MCBRIDE, HPD = TwoByTwo(10, 29, 9, 31), TwoByTwo(9, 10, 9, 24)
BERKELEY = [(512, 825, 89, 108), (353, 560, 17, 25), (120, 325, 202, 593),
            (138, 417, 131, 375), (53, 191, 94, 393), (22, 373, 24, 341)]  # fmt: skip
STRATA = [TwoByTwo(*counts) for counts in BERKELEY]


@pytest.mark.parametrize(
    ("table", "p_values"),
    [
        (S2_RESPONSE, (0.00867, 0.00505, 0.00923)),
        (S2_CONTROL, (0.00022, 0.00025, 0.00059)),
        (MCBRIDE, (0.783, 0.650, 0.860)),
        (HPD, (0.0079, None, 0.0156)),
    ],
)
def test_domain_9_1_p_values(table, p_values):
    for method, p in zip(METHODS, p_values, strict=True):
        if p is not None:
            assert compare(table, method).p == pytest.approx(p, abs=0.6 * 10 ** -len(str(p).split(".")[1]))


def test_without_a_method_small_expected_counts_take_fisher():
    assert compare(HPD).method == "Fisher's exact test"
    assert compare(S2_RESPONSE).method == "chi-square"


def test_fisher_equals_rs_documented_examples():
    # R's ?fisher.test: tea tasting, and Fisher's convictions of twins.
    assert fisher(TwoByTwo(3, 4, 1, 4)).p == pytest.approx(0.4857142857, rel=1e-9)
    assert fisher(TwoByTwo(2, 12, 15, 18)).p == pytest.approx(0.0005367241, rel=1e-6)
    twins = odds_ratio(TwoByTwo(2, 12, 15, 18), exact=True)
    # R searches the odds ratio to 1e-4 only; this is its printed value.
    assert twins.value == pytest.approx(0.04693661, rel=2e-4)
    assert (twins.lower, twins.upper) == pytest.approx((0.003325764, 0.363182271), rel=3e-3)


def test_mantel_haenszel_equals_rs_documented_examples():
    # R's ?mantelhaen.test prints these for UCBAdmissions; men against women.
    pooled = common_odds_ratio(STRATA)
    assert (pooled.value, pooled.lower, pooled.upper) == pytest.approx(
        (0.9046968, 0.7719074, 1.0603298), abs=6e-8
    )
    assert cochran_mantel_haenszel(STRATA).statistic == pytest.approx(1.4269, abs=5e-5)
    assert cochran_mantel_haenszel(STRATA, correct=False).statistic == pytest.approx(1.5246, abs=5e-5)


def test_one_stratum_pooled_is_that_stratum():
    assert common_risk_difference([MCBRIDE]).value == pytest.approx(risk_difference(MCBRIDE).value)
    assert common_odds_ratio([MCBRIDE]).value == pytest.approx(odds_ratio(MCBRIDE).value)


def tables() -> st.SearchStrategy[TwoByTwo]:
    def of(n: int, m: int) -> st.SearchStrategy[TwoByTwo]:
        return st.builds(TwoByTwo, st.integers(0, n), st.just(n), st.integers(0, m), st.just(m))

    sizes = st.integers(1, 25)
    return st.tuples(sizes, sizes).flatmap(lambda size: of(*size))


def turned(table: TwoByTwo) -> TwoByTwo:
    return TwoByTwo(table.reference_events, table.reference_n, table.events, table.n)


@given(tables())
def test_changing_the_groups_changes_signs_and_no_p_value(table):
    for test in (fisher, mid_p):
        assert test(table).p == pytest.approx(test(turned(table)).p)
    assert chi_square(table.counts).p == pytest.approx(chi_square(turned(table).counts).p)
    assert risk_difference(table).value == pytest.approx(-risk_difference(turned(table)).value, abs=1e-12)
    ratio, back = odds_ratio(table), odds_ratio(turned(table))
    if ratio.value is not None:
        assert ratio.value == pytest.approx(1 / back.value)
        assert ratio.lower == pytest.approx(1 / back.upper)


@given(tables())
def test_fisher_and_the_conditional_odds_ratio_equal_scipys(table):
    counts = table.counts.astype(int)
    assert fisher(table).p == pytest.approx(fisher_exact(counts).pvalue, rel=1e-8)
    assert mid_p(table).p <= fisher(table).p
    ours = odds_ratio(table, exact=True)
    if ours.value is not None:
        theirs = contingency.odds_ratio(counts)
        assert ours.value == pytest.approx(theirs.statistic, rel=1e-6)
        limits = theirs.confidence_interval()
        assert (ours.lower, ours.upper) == pytest.approx((limits.low, limits.high), rel=1e-6)


def test_where_a_group_has_no_event_ratios_have_no_limits_but_the_exact_one():
    table = TwoByTwo(0, 20, 5, 20)
    assert risk_ratio(table).value == 0
    assert risk_ratio(table).lower is None
    assert odds_ratio(table).value is None
    exact = odds_ratio(table, exact=True)
    assert (exact.value, exact.lower) == (0.0, 0.0)
    assert 0 < exact.upper < 1.1


def test_a_table_with_an_empty_column_is_no_evidence():
    assert chi_square(TwoByTwo(0, 5, 0, 5).counts).p == 1
    assert fisher(TwoByTwo(5, 5, 5, 5)).p == 1
    with pytest.raises(ValueError, match="2x2"):
        chi_square(np.ones((2, 3)), yates=True)


def cohort(table: TwoByTwo, stratum: str = "s") -> pl.DataFrame:
    outcomes = [("treated", table.events, table.n), ("control", table.reference_events, table.reference_n)]
    rows = [(f"{stratum}{group}{i:03}", group, stratum, i < x) for group, x, n in outcomes for i in range(n)]
    return pl.DataFrame(rows, schema=["patient_id", "group", "stratum", "event"], orient="row")


def test_frames_in_results_out():
    rows = cohort(S2_RESPONSE).with_columns(
        event=pl.when(pl.col("patient_id") == "scontrol075").then(None).otherwise("event")
    )
    found = contrasts(rows, "ORR by RT", "control", method="chi-square, Yates")
    assert found["statistic"].to_list() == ["risk difference", "risk ratio", "odds ratio", "p-value"]
    assert set(found["n"]) == {112}
    assert found["method"].to_list()[-1] == "chi-square, Yates' correction"
    shares = rates(rows, "ORR").filter(pl.col("statistic") == "not evaluable")
    assert dict(shares.select("group", "value").iter_rows()) == {"control": 1, "treated": 0}
    assert rates(rows.sample(fraction=1, shuffle=True, seed=1), "ORR").equals(rates(rows, "ORR"))
    with pytest.raises(ValueError, match="reference is 'none'"):
        contrasts(rows, "ORR", "none")


def test_strata_with_one_group_only_are_left_out():
    both = pl.concat([cohort(MCBRIDE, "a"), cohort(HPD, "b")])
    lone = cohort(S2_RESPONSE, "c").filter(pl.col("group") == "treated")
    found = stratified_contrasts(pl.concat([both, lone]), "ORR", "control")
    assert found.equals(stratified_contrasts(both, "ORR", "control"))
    assert found["value"][0] == pytest.approx(common_odds_ratio([MCBRIDE, HPD]).value)


def test_a_patient_without_a_group_is_shown_and_not_compared():
    rows = cohort(MCBRIDE)
    lone = pl.DataFrame([("x", None, "s", True)], schema=rows.schema, orient="row")
    both = pl.concat([rows, lone])
    assert "not recorded" in rates(both, "ORR")["group"]
    assert contrasts(both, "ORR", "control").equals(contrasts(rows, "ORR", "control"))


@given(tables())
def test_doubling_all_patients_keeps_every_value(table):
    twice = TwoByTwo(2 * table.events, 2 * table.n, 2 * table.reference_events, 2 * table.reference_n)
    for contrast in (risk_difference, risk_ratio, odds_ratio):
        one, two = contrast(table), contrast(twice)
        assert (one.value is None) == (two.value is None)
        if one.value is not None:
            assert two.value == pytest.approx(one.value, abs=1e-12)
    found = chi_square(table.counts).statistic
    if found is not None:
        assert chi_square(twice.counts).statistic == pytest.approx(2 * found)


def test_an_infinite_odds_ratio_is_a_note_and_not_a_number():
    found = contrasts(cohort(TwoByTwo(5, 5, 2, 9)), "ORR", "control", exact=True)
    odds = found.filter(pl.col("statistic") == "odds ratio").row(0, named=True)
    assert (odds["value"], odds["upper"]) == (None, None)
    assert odds["lower"] > 1
    assert odds["note"] == "no upper limit: a count is 0"
