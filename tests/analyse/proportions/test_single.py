"""Proportions: the golden values of domain.md 9.1, and R's binom.test."""

import pytest

from headway.analyse.proportions import proportion

GOLDEN = [  # events, n, Clopper-Pearson, Wilson: limits in percent
    (41, 70, (46.2, 70.2), (46.9, 69.4)),
    (41, 80, (39.8, 62.6), (40.5, 61.9)),
    (10, 70, (7.1, 24.7), (7.9, 24.3)),
    (31, 70, (32.4, 56.7), (33.2, 55.9)),
    (3, 10, (6.7, 65.2), (10.8, 60.3)),
    (3, 17, (3.8, 43.4), (6.2, 41.0)),
    (8, 22, (17.2, 59.3), (19.7, 57.0)),
    (25, 37, (50.2, 82.0), (51.5, 80.4)),
    (30, 76, (28.4, 51.4), (29.2, 50.7)),
    (35, 37, (81.8, 99.3), (82.3, 98.5)),
    (47, 76, (50.0, 72.8), (50.6, 71.9)),
    (10, 29, (17.9, 54.3), (19.9, 52.7)),
    (9, 31, (14.2, 48.0), (16.1, 46.6)),
    (11, 28, (21.5, 59.4), (23.6, 57.6)),
    (5, 27, (6.3, 38.1), (8.2, 36.7)),
    (10, 34, (15.1, 47.5), (16.8, 46.2)),
    (0, 80, (0.0, 4.5), (0.0, 4.6)),
    (0, 17, (0.0, 19.5), (0.0, 18.4)),
]


@pytest.mark.parametrize(("events", "n", "exact", "wilson"), GOLDEN)
def test_domain_9_1_golden_values(events, n, exact, wilson):
    for method, limits in [("Clopper-Pearson", exact), ("Wilson", wilson)]:
        _, lower, upper = proportion(events, n, method=method)
        assert (round(100 * lower, 1), round(100 * upper, 1)) == limits


@pytest.mark.parametrize(
    ("events", "n", "lower", "upper"),
    [
        (0, 20, 0.0, 0.168433471),
        (3, 25, 0.0254653966, 0.3121903073),
        (14, 40, 0.206282491, 0.516844454),
        (20, 20, 0.831566529, 1.0),
    ],
)
def test_exact_limits_equal_r_binom_test(events, n, lower, upper):
    assert proportion(events, n)[1:] == pytest.approx((lower, upper), rel=1e-8)


@pytest.mark.parametrize(("events", "n"), [(0, 0), (3, 2), (-1, 5)])
def test_what_is_no_proportion_is_refused(events, n):
    with pytest.raises(ValueError, match="is not a proportion"):
        proportion(events, n)


def test_jeffreys_limits_are_those_published_for_them():
    # Brown, Cai and DasGupta 2001, table 5: x = 1 and 3 of n = 10.
    for events, limits in [(1, (0.011, 0.381)), (3, (0.093, 0.606))]:
        assert proportion(events, 10, method="Jeffreys")[1:] == pytest.approx(limits, abs=5e-4)


@pytest.mark.parametrize("method", ["Clopper-Pearson", "Wilson", "Jeffreys"])
def test_limits_turn_round_with_the_outcome(method):
    _, lower, upper = proportion(3, 17, method=method)
    _, low, high = proportion(14, 17, method=method)
    assert (lower, upper) == pytest.approx((1 - high, 1 - low), rel=1e-10)
