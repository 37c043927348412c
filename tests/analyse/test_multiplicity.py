"""P-values adjusted: R's p.adjust, and what holds of every adjustment."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.analyse.multiplicity import PValueError, adjusted, with_adjusted
from headway.analyse.rows import result
from headway.record.results import Results

METHODS = ("Holm", "Hochberg", "Benjamini-Hochberg")


@pytest.mark.parametrize(("method", "key"), [("Holm", "holm"), ("Benjamini-Hochberg", "BH")])
def test_equals_p_adjust(r_values, method, key):
    assert adjusted(r_values["pw.vet.raw"], method) == pytest.approx(r_values[f"pw.vet.{key}"], rel=1e-12)


def test_hochberg_by_hand():
    assert adjusted([0.01, 0.02, 0.03, 0.04, 0.05], "Hochberg") == pytest.approx([0.05] * 5)
    assert adjusted([0.01, 0.02, 0.03, 0.04, 0.05], "Holm") == pytest.approx([0.05, 0.08, 0.09, 0.09, 0.09])


@given(st.lists(st.floats(0, 1), max_size=12), st.randoms(use_true_random=False))
def test_order_does_not_matter_and_no_p_value_gets_smaller(p_values, random):
    shuffled = random.sample(p_values, len(p_values))
    for method in METHODS:
        found = adjusted(p_values, method)
        assert all(1 >= after >= before for before, after in zip(p_values, found, strict=True))
        assert sorted(adjusted(shuffled, method)) == pytest.approx(sorted(found))
    holm, hochberg, fdr = (adjusted(p_values, method) for method in METHODS)
    assert all(a >= b - 1e-15 and b >= c - 1e-15 for a, b, c in zip(holm, hochberg, fdr, strict=True))


def test_results_gain_rows_that_say_how():
    where = {"analysis": "ORR", "population": "all patients", "group": "B vs A"}
    rows = [result(where, "p-value", p, n=9, method="Fisher", patients=[]) for p in (0.01, None, 0.03)]
    found = with_adjusted(pl.DataFrame(rows, schema=Results.create_empty().schema), "Holm")
    assert found["statistic"].to_list()[3:] == ["adjusted p-value"] * 2
    assert found["value"].to_list()[3:] == pytest.approx([0.02, 0.03])
    assert found["method"][3] == "Fisher, Holm over 2 p-values"


def test_what_is_no_p_value_is_refused():
    with pytest.raises(PValueError, match=r"found 1\.5"):
        adjusted([0.2, 1.5], "Holm")
