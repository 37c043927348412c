"""Concordance against R and against counting every pair."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.analyse.survival.concordance import agreement, agreement_of_model, concordance, model_concordance
from headway.analyse.survival.cox.model import cox
from headway.analyse.survival.sample import Outcome, sample


@pytest.mark.parametrize(
    ("key", "more"),
    [("rd", {}), ("rdlt", {"start": "entry"}), ("rdw", {"weight": "wt"}), ("rdcl", {"cluster": "cl"})],
)
def test_trap_truncated_and_weighted_concordance(r_data, r_values, same, key, more):
    """greenwood and lifelines leave out entry times or weights: 0.6416 for R's 0.6244."""
    model = cox(r_data("rd"), ["x1", "x2", "x3"], outcome=Outcome("time", "event", **more))
    found = agreement_of_model(model)
    same([found.value, found.error], r_values[f"cox.{key}.efron.conc"])


@pytest.mark.parametrize(
    ("key", "outcome"),
    [
        ("truncated", Outcome("time", "event", "entry", "wt")),
        ("plain", Outcome("time", "event", weight="wt", strata=("s",))),
    ],
)
def test_weights_with_entry_or_strata(r_data, r_survival, same, key, outcome):
    found = agreement_of_model(cox(r_data("rd"), ["x1", "x2", "x3"], outcome=outcome))
    same([found.value, found.error], r_survival[f"concordance.{key}"])


row = st.tuples(
    st.integers(0, 5), st.integers(1, 6), st.booleans(), st.integers(0, 4), st.sampled_from([1.0, 2.5])
)


@given(st.lists(row, min_size=2, max_size=25))
def test_every_pair_counted(patients):
    frame = pl.DataFrame(
        [(s, s + d, e, x, w) for s, d, e, x, w in patients],
        schema={"start": pl.Float64, "days": pl.Float64, "event": pl.Boolean, "x": pl.Int64, "w": pl.Float64},
        orient="row",
    )
    right = wrong = tied = 0.0
    for _, t1, e1, x1, w1 in frame.iter_rows():
        for s2, t2, e2, x2, w2 in frame.iter_rows():
            if e1 and s2 < t1 and (t2 > t1 or (t2 == t1 and not e2)):
                right += w1 * w2 * (x1 > x2)
                wrong += w1 * w2 * (x1 < x2)
                tied += w1 * w2 * (x1 == x2)
    rows = sample(frame, Outcome(start="start", weight="w"))
    found = agreement(rows, frame["x"].to_numpy().astype(float))
    if right + wrong + tied == 0:
        assert found.value is None
    else:
        assert found.value == pytest.approx((right + tied / 2) / (right + wrong + tied), rel=1e-10)


def test_no_pair_can_be_compared():
    frame = pl.DataFrame({"days": [1, 2], "event": [0, 0], "risk": [1, 2]})
    found = concordance(frame, "risk")
    assert (found["value"][0], found["note"][0]) == (None, "no pair of rows can be compared")


def test_limits_and_method_are_named(r_data):
    found = model_concordance(cox(r_data("lung"), ["age", "sex", "ph.ecog"], outcome=Outcome("time", "st")))
    value, error = 0.63713549300, 0.02506797385
    assert found["value"][0] == pytest.approx(value, rel=1e-9)
    assert found["lower"][0] == pytest.approx(value - 1.959963984540054 * error, rel=1e-8)
    assert found["method"][0] == "Harrell, 95% limits, jackknife error"


def test_a_perfect_order_is_one():
    frame = pl.DataFrame({"days": np.arange(1, 6), "event": [True] * 5, "risk": [5, 4, 3, 2, 1]})
    assert concordance(frame, "risk")["value"][0] == 1.0
