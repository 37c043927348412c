"""Log-rank tests against R's survdiff, and its traps."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.analyse.survival.log_rank import compare, log_rank, pairwise_log_rank
from headway.analyse.survival.risk_set import merge_times
from headway.analyse.survival.sample import AnalysisError, Outcome

R_TESTS = [
    ("lr.lung", "lung", "sex", Outcome("time", "st"), {}),
    ("lr.lung.rho1", "lung", "sex", Outcome("time", "st"), {"rho": 1}),
    ("lr.lung.strat", "lung", "sex", Outcome("time", "st", strata=("inst",)), {}),
    ("lr.vet", "veteran", "celltype", Outcome("time", "status"), {}),
    ("lr.vet.strat", "veteran", "celltype", Outcome("time", "status", strata=("trt",)), {}),
    ("lr.rd", "rd", "g", Outcome("time", "event"), {}),
    ("lr.rd.strat", "rd", "g", Outcome("time", "event", strata=("s",)), {}),
    ("lr.ov", "ovarian", "rx", Outcome("futime", "fustat"), {}),
    ("lr.colon", "colon", "rx", Outcome("time", "status"), {}),
]


def data_of(r_data, name):
    return r_data(name).filter(etype=2) if name == "colon" else r_data(name)


@pytest.mark.parametrize(("key", "name", "by", "outcome", "more"), R_TESTS, ids=[test[0] for test in R_TESTS])
def test_chi_square_and_counts_equal_r(r_data, r_values, same, value_of, key, name, by, outcome, more):
    found = log_rank(data_of(r_data, name), by, outcome=outcome, **more)
    same(value_of(found, "chi-square"), r_values[key][0])
    ours = [found.filter(statistic=s)["value"].to_list() for s in ("observed", "expected")]
    theirs = np.reshape(r_values[f"{key}.oe"], (2, -1))
    for one, other in zip(ours, theirs, strict=True):
        same(sorted(one), sorted(other))  # R lists groups in the order of a factor


@pytest.mark.parametrize(("correction", "key"), [("none", "raw"), ("holm", "holm"), ("BH", "BH")])
def test_pairs_and_corrections_equal_r(r_data, r_values, same, correction, key):
    found = pairwise_log_rank(
        r_data("veteran"), "celltype", outcome=Outcome("time", "status"), correction=correction
    )
    same(sorted(found["value"]), sorted(r_values[f"pw.vet.{key}"]))


def test_a_group_with_nobody_at_risk_at_an_event_is_left_out_as_in_r(value_of):
    frame = pl.DataFrame({"days": [1, 1, 5, 6, 7, 8], "event": [0, 0, 1, 1, 1, 1], "g": list("AABBCC")})
    found = log_rank(frame, "g")
    assert value_of(found, "chi-square") == pytest.approx(2.882352941, rel=1e-9)
    assert value_of(found, "chi-square", "unit") == "1 df"
    assert value_of(found, "p-value") == pytest.approx(0.08955507, rel=1e-6)


def test_pairs_with_such_a_group_say_so_and_the_others_stand(value_of):
    frame = pl.DataFrame({"days": [1, 1, 5, 6, 7, 8], "event": [0, 0, 1, 1, 1, 1], "g": list("AABBCC")})
    found = pairwise_log_rank(frame, "g")
    assert value_of(found, "p-value", group="B vs A") is None
    assert (
        value_of(found, "p-value", "note", group="B vs A") == "fewer than two groups were at risk at an event"
    )
    assert value_of(found, "p-value", group="C vs B") is not None


def test_nobody_fails():
    frame = pl.DataFrame({"days": [1, 2, 3], "event": [0, 0, 0], "g": list("AAB")})
    assert log_rank(frame, "g").filter(statistic="p-value")["value"].to_list() == [None]


def test_everybody_fails_at_once():
    frame = pl.DataFrame({"days": [1, 1, 1], "event": [1, 1, 1], "g": list("AAB")})
    assert log_rank(frame, "g").filter(statistic="p-value")["value"].to_list() == [None]


def test_a_trend_over_two_groups_is_the_log_rank_test(r_data, value_of):
    outcome = Outcome("time", "st")
    plain, trend = (log_rank(r_data("lung"), "sex", outcome=outcome, trend=t) for t in (None, [3, 7]))
    assert value_of(trend, "chi-square") == pytest.approx(value_of(plain, "chi-square"), rel=1e-12)


def test_late_weights_vanish_before_the_first_event(value_of):
    """gamma = 1 weighs each event by 1 - S(t-), so the first event does not count."""
    early = pl.DataFrame({"days": [1, 2, 3, 4], "event": [1, 0, 0, 0], "g": list("ABAB")})
    assert value_of(log_rank(early, "g", gamma=1), "observed", group="A") == 0.0


@given(st.lists(st.tuples(st.integers(1, 9), st.booleans(), st.sampled_from("AB")), min_size=8, max_size=40))
def test_two_groups_equal_the_sum_over_tables(patients):
    times, events, groups = (np.array(column) for column in zip(*patients, strict=True))
    frame = pl.DataFrame({"days": times, "event": events, "g": groups})
    if len(set(groups)) < 2:
        return
    difference = variance = 0.0
    for time in np.unique(times[events]):
        at_risk, first = times >= time, groups == "A"
        n, n1 = at_risk.sum(), (at_risk & first).sum()
        d = (events & (times == time)).sum()
        difference += (events & (times == time) & first).sum() - d * n1 / n
        variance += d * (n1 / n) * (1 - n1 / n) * (n - d) / max(n - 1, 1)
    found = log_rank(frame, "g").filter(statistic="chi-square")["value"][0]
    if variance > 1e-12:
        assert found == pytest.approx(difference**2 / variance, abs=1e-9)
    else:
        assert found is None


def test_one_group_is_no_comparison():
    frame = pl.DataFrame({"days": [1, 2], "event": [1, 1], "g": ["A", "A"]})
    with pytest.raises(AnalysisError, match="g: two or more groups are expected; found only A"):
        log_rank(frame, "g")


def test_weights_are_refused_and_pointed_to_the_robust_score_test():
    frame = pl.DataFrame({"days": [1, 2], "event": [1, 1], "g": ["A", "B"], "w": [1.0, 2.0]})
    with pytest.raises(AnalysisError, match="robust score test"):
        log_rank(frame, "g", outcome=Outcome(weight="w"))


def test_times_that_differ_by_rounding_are_merged_once_as_r_does(value_of):
    # Fifty times that are one; merged, the mean of the times is larger, and a second look would take the
    # last two for one as well: then all that is left at risk would fail at once, and say nothing.
    times = np.concatenate([1 + 1e-9 * np.arange(50), [1000, 1000 + 1e-6]])
    arm = np.arange(52) % 2
    frame = pl.DataFrame({"days": times, "event": True, "arm": arm})
    once = compare(times, np.ones(52, bool), arm).chi_square
    twice = compare(merge_times(times), np.ones(52, bool), arm).chi_square
    assert value_of(log_rank(frame, "arm"), "chi-square") == once != twice
