"""How numbers are written: the same in every table, figure and sentence."""

from headway.units import DAYS_PER_MONTH

NOT_REACHED = "not reached"


def count(value: float | None) -> str:
    """
    >>> count(1718.0), count(None)
    ('1,718', '–')
    """
    return "–" if value is None else f"{value:,.0f}"


def decimal(value: float | None, digits: int = 1) -> str:
    """
    >>> decimal(56.4462), decimal(None)
    ('56.4', '–')
    """
    return "–" if value is None else f"{value:,.{digits}f}"


def percent(value: float | None) -> str:
    """A share of one as a percentage.

    >>> percent(0.4092416)
    '40.9 %'
    """
    return "–" if value is None else f"{100 * value:.1f} %"


def percentage(value: float | None) -> str:
    """The same without its sign, for limits that stand behind one.

    >>> percentage(0.4092416)
    '40.9'
    """
    return "–" if value is None else f"{100 * value:.1f}"


def days_in_months(value: float | None) -> str:
    """
    >>> days_in_months(1718.0), days_in_months(None)
    ('56.4', 'not reached')
    """
    return NOT_REACHED if value is None else f"{value / DAYS_PER_MONTH:.1f}"
