"""Tables as RTF: ASCII alone, every sign of the record escaped."""

import re

from hypothesis import given
from hypothesis import strategies as st

from headway.report.paper import printable
from headway.report.rtf import escaped, rtf_files


def shown(rtf: str) -> str:
    """What a reader of RTF shows of an escaped text."""
    units = re.findall(r"\\u(-?\d+)\?|\\([\\{}])|([^\\{}])", rtf)
    words = [
        (int(code) % 65536 if code else ord(sign or plain)).to_bytes(2, "little")
        for code, sign, plain in units
    ]
    return b"".join(words).decode("utf-16-le")


@given(st.text())
def test_a_text_comes_back_as_it_was(text):
    said = escaped(text)
    assert said.isascii()
    assert shown(said) == printable(text)


def depth(rtf: str) -> int:
    """Groups that are open at the end; a file has none, and never closes more than it opened."""
    open_groups = 0
    for sign in re.sub(r"\\[\\{}]", "", rtf):
        open_groups += {"{": 1, "}": -1}.get(sign, 0)
        assert open_groups >= 0
    return open_groups


def test_a_file_for_each_table_with_rows_numbered_as_in_the_report(everything):
    files = rtf_files(everything)
    assert list(files)[:2] == ["table_01_patient_flow.rtf", "table_02_sites.rtf"]
    assert not any("nothing" in name for name in files)
    assert all(text.isascii() and depth(text) == 0 for text in files.values())
    assert "Table 1." in files["table_01_patient_flow.rtf"]


def test_header_repeats_note_and_synthetic_are_there(everything):
    made = next(text for name, text in rtf_files(everything).items() if "adverse_events" in name)
    assert made.count(r"\trhdr") == 1
    assert made.count(r"\row") == 301
    assert "Worst grades." in made
    assert "SYNTHETIC DATA" in made


def test_wide_tables_lie_on_their_side_and_narrow_ones_stand(everything):
    files = rtf_files(everything)
    assert {name: r"\landscape" in text for name, text in files.items()} == {
        name: "all_scans" in name for name in files
    }


def test_a_text_cannot_become_a_field(everything):
    evil = next(text for name, text in rtf_files(everything).items() if "evil" in name)
    assert re.findall(r"(?<!\\)\\fldinst (\w+)", evil) == ["PAGE"]


def test_the_same_twice_and_nothing_from_nothing(everything, bare):
    assert rtf_files(everything) == rtf_files(everything)
    assert rtf_files(bare) == {}
