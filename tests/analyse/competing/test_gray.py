"""Gray's test: cmprsk's values, and properties."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.analyse.competing.gray import gray_test
from headway.analyse.competing.observations import observations
from headway.analyse.competing.outcomes import gray
from headway.analyse.survival.sample import AnalysisError, Outcome

CASES = [  # key, data set, time, cause, group, options
    ("gray.rd", "rd", "time", "cs", "g", {}),
    ("gray.rd.rho1", "rd", "time", "cs", "g", {"rho": 1.0}),
    ("gray.cc", "cc", "time", "cs", "g", {}),
    ("gray.mg.sex", "mg", "etime", "cs", "sex", {}),
    ("gray.pbc.trt", "pbc", "time", "status", "trt", {}),
]


@pytest.mark.parametrize(("key", "data", "time", "cause", "by", "options"), CASES, ids=[c[0] for c in CASES])
def test_equals_cuminc(r_values, r_data, key, data, time, cause, by, options):
    rows = r_data(data).drop_nulls(by).drop("event", strict=False)
    for number, (statistic, p, freedom) in enumerate(np.reshape(r_values[key], (2, 3)), start=1):
        outcome = Outcome(time=time, event=cause, patient="none")
        found = gray(rows, by, cause=number, outcome=outcome, **options)
        assert found["value"].to_list() == pytest.approx([statistic, p], rel=1e-10)
        assert found["unit"][0] == f"{freedom:.0f} df"


def test_stratified_equals_cuminc(r_values, r_data):
    outcome = Outcome(time="time", event="cs", strata=("s",))
    for number, (statistic, p, _) in enumerate(np.reshape(r_values["gray.rd.strat"], (2, 3)), start=1):
        found = gray(r_data("rd"), "g", cause=number, outcome=outcome)
        assert found["value"].to_list() == pytest.approx([statistic, p], rel=1e-10)


ROWS = st.lists(
    st.tuples(st.integers(1, 15), st.integers(0, 2), st.sampled_from("ABC")), min_size=4, max_size=40
)


@given(ROWS.filter(lambda rows: len({row[2] for row in rows}) > 1), st.randoms(use_true_random=False))
def test_order_and_names_of_groups_do_not_matter(rows, random):
    def statistic(rows, rename=str):
        times, causes, groups = zip(*rows, strict=True)
        return gray_test(observations(times, causes), [rename(g) for g in groups], 1)

    first = statistic(rows)
    for again in (
        statistic(random.sample(rows, len(rows))),
        statistic(rows, {"A": "z", "B": "y", "C": "x"}.get),
    ):
        assert again.freedom == first.freedom
        assert again.statistic == pytest.approx(first.statistic, rel=1e-6, abs=1e-8)
        assert 0 <= again.p <= 1


def test_a_group_never_at_risk_drops_out_and_no_event_is_no_evidence():
    times, causes = [1, 1, 5, 6, 7, 8], [0, 0, 1, 1, 1, 1]
    three = gray_test(observations(times, causes), list("AABBCC"), 1)
    two = gray_test(observations(times[2:], causes[2:]), list("BBCC"), 1)
    assert (three.freedom, three.statistic) == (1, pytest.approx(two.statistic))
    assert gray_test(observations([1, 2], [0, 0]), list("AB"), 1).p == 1


def test_what_it_is_not_for_is_refused():
    frame = pl.DataFrame({"days": [1, 2], "state": [1, 0], "w": [1.0, 2.0], "arm": ["A", "B"]})
    with pytest.raises(AnalysisError, match="without weights"):
        gray(frame, "arm", outcome=Outcome(event="state", weight="w"))
    with pytest.raises(AnalysisError, match="two or more groups"):
        gray(frame.head(1), "arm")
