"""The axis of months, the same in every figure over time."""

from collections.abc import Sequence

import altair as alt

STEPS = (1, 3, 6, 12, 24, 60)
MOST_TICKS = 10


def whole_months(last: float) -> list[float]:
    """Months to label: a step that readers expect, and at most ten.

    >>> whole_months(7.5), whole_months(40), whole_months(0.6)
    ([0, 1, 2, 3, 4, 5, 6, 7], [0, 6, 12, 18, 24, 30, 36], [0.0, 0.25, 0.5])
    """
    if last < 1:
        return [quarter / 4 for quarter in range(int(last * 4) + 1)]
    step = next((step for step in STEPS if last / step < MOST_TICKS), 120)
    return list(range(0, int(last) + 1, step))


def month_axis(ticks: Sequence[float], *, title: str = "Months") -> alt.Axis:
    whole = all(float(tick).is_integer() for tick in ticks)
    return alt.Axis(
        values=list(ticks), title=title, format="d" if whole else ".2~f", grid=False, labelFlush=False
    )
