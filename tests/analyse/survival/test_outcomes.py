"""One endpoint, whole or by group: late entry and weights in its results and curves."""

import polars as pl
import pytest

from headway.analyse.survival.outcomes import survival
from headway.analyse.survival.sample import AnalysisError
from headway.units import DAYS_PER


def endpoint(rd):
    return rd.select(patient_id=pl.col("id").cast(pl.String),
                     days=pl.col("time") * 1.0, event=pl.col("event") == 1, entry=pl.col("entry") * 1.0,
                     weight="wt")  # fmt: skip


@pytest.mark.parametrize(
    ("design", "columns"), [("rdlt", {"start": "entry"}), ("rdwrob", {"weight": "weight"})]
)
def test_curves_with_late_entry_and_with_weights_equal_r(r_data, r_values, same, design, columns):
    curve = survival(endpoint(r_data("rd")), "OS", **columns)[1]
    for ours, theirs in [("days", "time"), ("survival", "surv"), ("lower", "lo"), ("upper", "hi")]:
        known = r_values[f"km.{design}.log-log.{theirs}"]
        # R gives no log-log limits before the first event; ours are 1 there.
        pairs = [(a, b) for a, b in zip(curve[ours][1:], known, strict=True) if b is not None]
        same([a for a, _ in pairs], [b for _, b in pairs])


def test_those_at_risk_have_entered_and_not_left(value_of):
    times = pl.DataFrame({
        "patient_id": ["P1", "P2", "P3", "P4"], "days": [200, 300, 400, 90],
        "event": [True, False, True, True], "entry": [0, 100, 0, None],
    })  # fmt: skip
    results = survival(times, "OS", start="entry")[0]
    at_risk = dict(results.filter(statistic="at risk").select("at", "value").rows())
    assert at_risk[0.0] == 2  # P2 has not entered, P4 never did
    assert at_risk[6 * DAYS_PER["months"]] == 3
    assert value_of(results, "without a time", "patients").to_list() == ["P4"]


def test_weights_change_the_curve_but_not_the_counts(r_data, value_of):
    times = endpoint(r_data("rd"))
    plain, weighted = survival(times, "OS")[0], survival(times, "OS", weight="weight")[0]
    assert value_of(plain, "events") == value_of(weighted, "events")
    assert plain.filter(statistic="at risk").equals(weighted.filter(statistic="at risk"))
    assert "weighted" in value_of(weighted, "median", "method")
    same_weights = survival(times.with_columns(weight=2.5), "OS", weight="weight")[0]
    assert value_of(same_weights, "median") == value_of(plain, "median")


def test_an_entry_after_the_end_is_an_error():
    times = pl.DataFrame({"patient_id": ["P1"], "days": [200], "event": [True], "entry": [250]})
    with pytest.raises(AnalysisError, match="entry: must lie before days; it does not in 1 row"):
        survival(times, "OS", start="entry")
