"""Cumulative incidence and local control: R's values, the influence by its definition, properties."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.analyse.competing.incidence import cumulative_incidence, limits, position
from headway.analyse.competing.local_control import local_control
from headway.analyse.competing.observations import observations
from headway.analyse.competing.outcomes import STATES, incidence
from headway.analyse.survival.sample import AnalysisError, Outcome

SETS = {"rd": ("time", "cs", [2, 5, 10, 20, 40]), "mg": ("etime", "cs", [60, 120, 240])}


def of(r_data, name, **options):
    time, cause, at = SETS[name]
    data = r_data(name)
    curve = cumulative_incidence(observations(data[time], data[cause]), 1, **options)
    return curve, [position(curve, day) for day in at]


@pytest.mark.parametrize("name", ["rd", "mg"])
def test_incidence_and_its_error_equal_survfit(r_values, r_data, name):
    curve, at = of(r_data, name)
    assert curve.incidence[at] == pytest.approx(r_values[f"aj.{name}.est"], rel=1e-10)
    assert curve.error[at] == pytest.approx(r_values[f"aj.{name}.se"], rel=1e-10)


@pytest.mark.parametrize("name", ["rd", "mg"])
def test_the_other_variance_equals_cuminc(r_values, r_data, name):
    curve, at = of(r_data, name, variance="cmprsk")
    assert curve.incidence[at] == pytest.approx(r_values[f"ci.{name}.est"], rel=1e-10)
    assert curve.error[at] ** 2 == pytest.approx(r_values[f"ci.{name}.var"], rel=1e-10)


@pytest.mark.parametrize(
    ("name", "kind", "key"),
    [("rd", "log-log", "aj.rd.loglog"), ("rd", "plain", "aj.rd.plain"), ("mg", "log", "aj.mg")],
)
def test_limits_equal_survfit(r_values, r_data, name, kind, key):
    curve, at = of(r_data, name)
    lower, upper = limits(curve, kind)
    assert lower[at] == pytest.approx(r_values[f"{key}.lo"], rel=1e-10)
    assert upper[at] == pytest.approx(r_values[f"{key}.hi"], rel=1e-10)


def test_error_with_weights_entry_and_clusters_is_the_influence_by_its_definition(r_data):
    data = r_data("rd").head(60)
    columns = {"entry": data["entry"].to_numpy(), "clusters": data["cl"].to_numpy() % 9}
    weights, step = data["wt"].to_numpy(), 1e-5

    def curve(w):
        return cumulative_incidence(observations(data["time"], data["cs"], weights=w, **columns), 1)

    def moved(member):
        high, low = weights.copy(), weights.copy()
        high[member] *= 1 + step
        low[member] *= 1 - step
        return (curve(high).incidence - curve(low).incidence) / (2 * step)

    influence = np.array([moved(columns["clusters"] == c) for c in range(9)])
    assert curve(weights).error == pytest.approx(np.sqrt((influence**2).sum(axis=0)), rel=1e-6, abs=1e-9)


def test_domain_r3_13_local_control_is_not_one_minus_kaplan_meier():
    lesions = pl.DataFrame({"patient_id": list("aabbc"), "days": [3, 5, 6, 8, 10], "state": [1, 2, 0, 1, 0]})
    found = local_control(lesions, [8.0, 20.0])
    at_8 = dict(found.filter(pl.col("at") == 8).select("statistic", "value").iter_rows())
    assert at_8["cumulative incidence"] == pytest.approx(0.50)
    assert at_8["local control"] == pytest.approx(0.50)
    assert at_8["failure by Kaplan-Meier"] == pytest.approx(0.60)
    biased = found.filter(pl.col("statistic") == "failure by Kaplan-Meier")
    assert biased["note"].str.starts_with("biased").all()
    assert found.filter((pl.col("at") == 20) & pl.col("value").is_not_null()).is_empty()
    assert "clustered" in found.filter(pl.col("statistic") == "local control")["method"][0]


def test_each_lesion_its_own_patient_is_narrower_than_lesions_that_fail_together():
    rng = np.random.default_rng(1)
    days, state = rng.integers(1, 50, 60).repeat(3), rng.integers(0, 3, 60).repeat(3)
    together = pl.DataFrame({"patient_id": np.arange(60).repeat(3), "days": days, "state": state})
    apart = together.with_columns(patient_id=pl.int_range(pl.len()))
    wide, narrow = (
        local_control(rows, [25.0]).filter(pl.col("statistic") == "local control").row(0, named=True)
        for rows in (together, apart)
    )
    assert wide["value"] == narrow["value"]
    assert wide["upper"] - wide["lower"] > 1.5 * (narrow["upper"] - narrow["lower"])


ROWS = st.lists(st.tuples(st.integers(1, 12), st.integers(0, 2)), min_size=2, max_size=25)


@given(ROWS, st.randoms(use_true_random=False))
def test_order_and_the_names_of_causes_do_not_matter_and_shares_add_up(rows, random):
    times, causes = map(list, zip(*rows, strict=True))
    shuffled = random.sample(rows, len(rows))
    turned = [(0, 2, 1)[cause] for cause in causes]
    one = cumulative_incidence(observations(times, causes), 1)
    again = cumulative_incidence(observations(*zip(*shuffled, strict=True)), 1)
    assert again.incidence == pytest.approx(one.incidence)
    assert again.error == pytest.approx(one.error, abs=1e-9)
    other = cumulative_incidence(observations(times, turned), 1)
    assert one.incidence + other.incidence + one.event_free == pytest.approx(np.ones(len(one.times)))
    twice = cumulative_incidence(observations(times * 2, causes * 2), 1)
    assert twice.incidence == pytest.approx(one.incidence)
    assert twice.error * np.sqrt(2) == pytest.approx(one.error, abs=1e-8)


@given(ROWS)
def test_a_weight_of_two_is_the_row_twice_in_one_cluster(rows):
    times, causes = map(list, zip(*rows, strict=True))
    n = len(rows)
    weighted = cumulative_incidence(observations(times, causes, weights=[2.0] * n), 1)
    twice = observations(times * 2, causes * 2, clusters=[*range(n), *range(n)])
    assert cumulative_incidence(twice, 1).error == pytest.approx(weighted.error, abs=1e-8)


def test_groups_and_rows_without_a_state():
    frame = pl.DataFrame(
        {"patient_id": list("abcdef"), "days": [1, 2, 3, 4, 5, 6], "state": [1, 2, None, 1, 0, 0],
         "arm": list("AAABBB")}
    )  # fmt: skip
    found = incidence(frame, [2.0, 6.0], by="arm")
    assert found.filter(pl.col("statistic") == "rows without a value, not used")["value"].to_list() == [1]
    by_arm = found.filter((pl.col("statistic") == "cumulative incidence") & (pl.col("at") == 6))
    assert by_arm.select("group", "value", "note").rows() == [
        ("A", None, "follow-up ends at 2"),
        ("B", pytest.approx(1 / 3), "cause 1"),
    ]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"times": [-1.0, 2], "causes": [0, 1]}, "times: some are negative"),
        ({"times": [np.nan, 2], "causes": [0, 1]}, "times: 1 not finite"),
        ({"times": [1, 2], "causes": [0, 1.5]}, "causes: expected 0"),
        ({"times": [1, 2], "causes": [0]}, "causes: 1 for 2"),
        ({"times": [], "causes": []}, "at least one"),
        ({"times": [1, 2], "causes": [0, 1], "weights": [0, 1]}, "weights: expected"),
        ({"times": [1, 2], "causes": [0, 1], "entry": [1, 0]}, "entry: expected before"),
    ],
)
def test_what_cannot_be_is_refused(columns, message):
    with pytest.raises(AnalysisError, match=message):
        observations(**columns)


def test_cuminc_has_no_weights():
    seen = observations([1, 2], [1, 0], weights=[1, 2])
    with pytest.raises(AnalysisError, match="without weights"):
        cumulative_incidence(seen, 1, variance="cmprsk")
    with pytest.raises(AnalysisError, match="No column state"):
        incidence(pl.DataFrame({"days": [1]}), [1.0], outcome=STATES)


def test_a_curve_is_a_frame_to_draw_from():
    curve = cumulative_incidence(observations([3, 5, 6, 8], [1, 2, 0, 1]), 1).to_frame()
    assert curve.select("days", "incidence", "at_risk").rows()[:2] == [(3, 0.25, 4), (5, 0.25, 3)]
    inside = (curve["lower"] <= curve["incidence"]) & (curve["incidence"] <= curve["upper"])
    assert inside.all()


def test_late_entry_counts_from_entry():
    frame = pl.DataFrame({"from": [0, 0, 2], "days": [1, 3, 4], "state": [1, 1, 2]})
    found = incidence(frame, [3.0], outcome=Outcome(event="state", start="from"))
    assert found.filter(pl.col("at") == 3)["value"].to_list() == [0.75]  # 1/2, then 1/2 of what is left
