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


def patients(n: int) -> str:
    """
    >>> patients(1), patients(1718)
    ('1 patient', '1,718 patients')
    """
    return f"{count(n)} patient{'' if n == 1 else 's'}"


def p_number(p: float | None) -> str:
    """
    >>> p_number(0.0314), p_number(0.00002), p_number(0.348), p_number(None)
    ('0.031', '< 0.001', '0.35', '–')
    """
    if p is None:
        return "–"
    return "< 0.001" if p < 0.001 else f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def p_value(p: float) -> str:
    """
    >>> p_value(0.0314), p_value(0.00002)
    ('p = 0.031', 'p < 0.001')
    """
    number = p_number(p)
    return f"p {number}" if number.startswith("<") else f"p = {number}"
