"""A condition in SQL, said in words."""

import re

# Longer ones first: "is not null" holds "is null" only in spirit, and ">=" begins with ">".
_WORDS = {
    r"\bis not null\b": "is known",
    r"\bis null\b": "is not known",
    r"\bnot in\b": "is none of",
    r"\bin\b": "is one of",
    r">=": " is at least ",
    r"<=": " is at most ",
    r"<>|!=": " is not ",
    r"=": " is ",
    r">": " is over ",
    r"<": " is under ",
    r"_": " ",
}


def in_words(condition: str) -> str:
    """A condition as a reader says it; what stands between quotes stays as it is.

    >>> in_words("hpv = 'negative' and age_years >= 18")
    'hpv is negative and age years is at least 18'
    >>> in_words("scai1_day IS NOT NULL AND measurable")
    'scai1 day is known and measurable'
    """
    parts = re.split(r"('[^']*')", condition)
    said = "".join(part[1:-1] if part.startswith("'") else _unquoted(part) for part in parts)
    return " ".join(said.split())


def _unquoted(part: str) -> str:
    for sign, word in _WORDS.items():
        part = re.sub(sign, word, part, flags=re.IGNORECASE)
    return re.sub(r"\b(AND|OR|NOT)\b", lambda found: found[0].lower(), part)


def condition(sql: str) -> str:
    """In words, and as the study file has it.

    >>> condition("ecog <= 1")
    'ecog is at most 1 (SQL: ecog <= 1)'
    """
    return f"{in_words(sql)} (SQL: {' '.join(sql.split())})"
