"""The names that readers see for columns of the record."""

_KNOWN = {
    "age_years": "Age, years",
    "hpv": "HPV status",
    "p16": "p16",
    "pd_l1_cps": "PD-L1 combined positive score",
    "ecog": "ECOG performance status",
    "pack_years": "Pack-years",
}


def named(column: str) -> str:
    """A column's name as a heading.

    >>> named("hpv"), named("primary_site")
    ('HPV status', 'Primary site')
    """
    return _KNOWN.get(column, column.replace("_", " ").capitalize())


def within(column: str) -> str:
    """The same inside a sentence.

    >>> within("hpv"), within("primary_site")
    ('HPV status', 'primary site')
    """
    return _KNOWN.get(column, column.replace("_", " "))
