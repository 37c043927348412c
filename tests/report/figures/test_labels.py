"""Names in figures, in any script."""

import polars as pl
import pytest

from headway.report.figures.labels import shortened, width, wrapped
from headway.report.figures.rows import values

LONG = "squamous cell carcinoma of the oropharynx, base of tongue and vallecula"


@pytest.mark.parametrize(
    "name", [LONG, "下咽頭がんの患者は除外されました", "סרטן הלוע התחתון והגרון", "x" * 90]
)
@pytest.mark.parametrize("room", [2, 7, 20])
def test_a_name_keeps_to_its_room(name, room):
    cut = shortened(name, room)
    assert width(cut) <= room
    assert name.startswith(cut.removesuffix("…").rstrip())
    assert all(width(line) <= room for line in wrapped(name, room, most_lines=99))
    assert "".join(wrapped(name, room, most_lines=99)).replace(" ", "") == name.replace(" ", "")


def test_more_lines_than_wanted_end_in_dots():
    assert wrapped(LONG, 12, most_lines=2) == ["squamous", "cell…"]


def test_a_number_stays_with_its_n():
    assert wrapped("set aside with a finding (n\u00a0=\u00a02)", 28)[-1] == "(n\u00a0=\u00a02)"


def test_what_is_no_number_is_null():
    frame = pl.DataFrame({"x": [1.5, float("nan"), float("inf"), None], "n": [1, 2, 3, None]})
    assert values(frame) == [
        {"x": 1.5, "n": 1},
        {"x": None, "n": 2},
        {"x": None, "n": 3},
        {"x": None, "n": None},
    ]
