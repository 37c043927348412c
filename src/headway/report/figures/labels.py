"""Names in figures: cut or wrapped to the room there is, in any script."""

import re
import unicodedata
from collections.abc import Iterable

import altair as alt

_ISOLATE, _END = "\u2068", "\u2069"  # a right-to-left name keeps its numbers behind it


def width(text: str) -> int:
    """Room that a text takes, in Latin letters: Chinese, Japanese and Korean signs take two.

    >>> width("lung"), width("肺")
    (4, 2)
    """
    return sum(0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF") for c in text)


def shortened(text: str, room: int) -> str:
    """The text, or as much of it as there is room for.

    >>> shortened("oropharynx", 6), shortened("下咽頭がん", 6), shortened("lung", 6)
    ('oroph…', '下咽…', 'lung')
    """
    if width(text) <= room:
        return text
    kept = text
    while width(kept) > room - 1:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def wrapped(text: str, room: int, most_lines: int = 4) -> list[str]:
    """The text in lines of at most `room` letters, broken between words where that is possible.

    >>> wrapped("set aside with a finding", 12)
    ['set aside', 'with a', 'finding']
    >>> wrapped("下咽頭がん", 6)
    ['下咽頭', 'がん']
    """
    lines = [""]
    for word in _words(text, room):
        joined = f"{lines[-1]} {word}" if lines[-1] and not _unspaced(lines[-1], word) else lines[-1] + word
        lines = [*lines[:-1], joined] if width(joined) <= room else [*lines, word]
    return lines if len(lines) <= most_lines else [*lines[: most_lines - 1], lines[most_lines - 1] + "…"]


def _words(text: str, room: int) -> Iterable[str]:
    """The words; a wide sign is one of its own, and a word too long for a line is cut into pieces."""
    for word in re.split(r"[ \t\r\n]+", text.strip()):  # a no-break space does not part words
        piece = ""
        for sign in word:
            if piece and (width(piece + sign) > room or _wide(piece[-1]) or _wide(sign)):
                yield piece
                piece = ""
            piece += sign
        yield piece


def _wide(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) in "WF"


def _unspaced(line: str, word: str) -> bool:
    return _wide(line[-1]) and _wide(word[0])


def isolated(text: str) -> str:
    """The text so marked that what stands beside it keeps its place, whichever way the text is read."""
    return f"{_ISOLATE}{text}{_END}"


def nothing(said: str, width_px: int = 400) -> alt.Chart:
    """A figure that says why there is none."""
    return (
        alt.Chart(alt.Data(values=[{"said": said}]))
        .mark_text(fontSize=13, fontStyle="italic", color="#555")
        .encode(text="said:N")
        .properties(width=width_px, height=60)
    )


def listed(parts: list[str], most: int = 8) -> str:
    """Parts of a sentence; of many, the first and how many more.

    >>> listed(["a", "b", "c"], 2)
    'a; b; and 1 more'
    """
    rest = [f"and {len(parts) - most} more"] if len(parts) > most else []
    return "; ".join([*parts[:most], *rest])
