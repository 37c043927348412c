"""Lines of therapy: the worked cases of domain.md 4 and each rule on small patients. Days are relative."""

from dataclasses import replace

import polars as pl
import pytest

from headway.derive.lines import HNSCC, MENG_2021
from tests.derive.lines.examples import derived, told

L1 = """
| drug         | start_day | every | until | intent     |
| cisplatin    | -365      | 21    | -323  | concurrent |
| cisplatin    | 0         | 21    | 105   |            |
| fluorouracil | 0         | 21    | 105   |            |
| cetuximab    | 0         | 7     | 280   |            |
| nivolumab    | 320       | 14    | 460   |            |
| paclitaxel   | 480       | 7     | 600   |            |
| cetuximab    | 480       | 7     | 600   |            |
| methotrexate | 650       | 7     | 700   |            |
"""


def test_l1_four_palliative_lines_after_chemoradiotherapy():
    found = derived(L1, pd=[300, 470, 640])
    assert told(found, "line", "setting", "setting_line", "regimen", "start_day", "maintenance_day") == [
        (1, "curative", 1, "cisplatin with radiotherapy", -365, None),
        (2, "palliative", 1, "EXTREME", 0, 106),
        (3, "palliative", 2, "nivolumab", 320, None),
        (4, "palliative", 3, "paclitaxel + cetuximab", 480, None),
        (5, "palliative", 4, "methotrexate", 650, None),
    ]


def test_l1_every_line_says_why_it_begins():
    assert [reason for (reason,) in told(derived(L1, pd=[300, 470, 640]), "reason")] == [
        "first systemic treatment: cisplatin",
        "new line: cetuximab, cisplatin and fluorouracil start, palliative after curative (R4.1)",
        "new line: nivolumab starts 320 days after start of line 2, not a same-class swap, "
        "after PD on day 300 (R4.4, R4.7)",
        "new line: cetuximab and paclitaxel start 160 days after start of line 3, not a same-class swap, "
        "after PD on day 470 (R4.4, R4.7)",
        "new line: methotrexate starts 170 days after start of line 4, not a same-class swap, "
        "after PD on day 640 (R4.4, R4.7)",
    ]


L2 = """
| drug          | start_day | every | until |
| pembrolizumab | 0         | 21    | 294   |
| carboplatin   | 0         | 21    | 105   |
| fluorouracil  | 0         | 21    | 105   |
| paclitaxel    | 320       | 7     | 400   |
| cetuximab     | 320       | 7     | 400   |
"""


def test_l2_pembrolizumab_goes_on_alone_as_maintenance():
    assert told(derived(L2, pd=[310]), "regimen_key", "start_day", "maintenance_day", "progression_day") == [
        ("KN048-chemo", 0, 106, 310),
        ("Pac-cet", 320, None, None),
    ]


def test_l3_r4_5_carboplatin_for_cisplatin_stays_one_extreme_line():
    found = derived("""
        | drug         | start_day | every | until |
        | cisplatin    | 0         | 21    | 21    |
        | carboplatin  | 42        | 21    | 105   |
        | fluorouracil | 0         | 21    | 105   |
        | cetuximab    | 0         | 7     | 120   |
        """)
    assert told(found, "regimen", "drugs") == [
        ("EXTREME", ["carboplatin", "cetuximab", "cisplatin", "fluorouracil"])
    ]
    assert found.drugs.collect().filter(drug="carboplatin")["how"].to_list() == ["swap"]


@pytest.mark.parametrize("pembrolizumab", ["| 0 | | 21 | 210 |", "| 0 | 210 | 300 | 0 |"])
def test_l4_chemotherapy_added_without_pd_is_line_2(pembrolizumab):
    found = derived(f"""
        | drug          | start_day | end_day | every | until |
        | pembrolizumab {pembrolizumab}
        | carboplatin   | 70        |         | 21    | 175   |
        | fluorouracil  | 70        |         | 21    | 175   |
        """)
    assert told(found, "regimen_key", "start_day", "end_day", "rechallenge") == [
        ("KN048-mono", 0, 69, False),
        ("KN048-chemo", 70, 230, False),
    ]


L5 = """
| drug          | start_day | every | until |
| pembrolizumab | 0         | 21    | 735   |
| pembrolizumab | 1200      | 21    | 1300  |
"""


def test_l5_pembrolizumab_again_after_pd_is_a_rechallenge():
    found = derived(L5, pd=[1162])
    assert told(found, "start_day", "progression_day", "rechallenge", "rechallenged", "reason")[1] == (
        1200, None, True, ["anti-PD-1"],
        "new line: pembrolizumab starts 1200 days after start of line 1, after PD on day 1162 "
        "and a pause of 465 days (R4.9)",
    )  # fmt: skip
    assert told(found, "progression_day")[0] == (1162,)


L6 = """
| drug      | start_day | every | until |
| cetuximab | 0         | 7     | 21    |
| cetuximab | 121       | 7     | 180   |
"""


def test_l6_a_pause_of_100_days_without_pd_is_a_holiday():
    assert told(derived(L6), "holidays", "longest_holiday_days", "reintroduction", "rechallenge") == [
        (1, 100, True, False)
    ]


def test_l8_r4_12_a_pd_on_the_day_line_2_begins_belongs_to_line_1():
    found = derived(L2, pd=[320])
    assert told(found, "line", "progression_day") == [(1, 320), (2, None)]


def test_r4_3_the_window_is_28_days():
    drugs = "| drug | start_day |\n| cetuximab | 0 |\n| cetuximab | 21 |\n| paclitaxel | {} |"
    assert told(derived(drugs.format(28)), "regimen") == [("paclitaxel + cetuximab",)]
    assert told(derived(drugs.format(29)), "regimen") == [("cetuximab",), ("paclitaxel",)]


def test_r4_4_a_new_agent_of_the_same_class_that_is_no_swap_is_a_new_line():
    drugs = "| drug | start_day |\n| methotrexate | 0 |\n| gemcitabine | 60 |"
    assert told(derived(drugs), "regimen", "rechallenge") == [("methotrexate", False), ("gemcitabine", False)]


def test_r4_5_a_swap_after_pd_is_a_new_line():
    drugs = "| drug | start_day |\n| docetaxel | 0 |\n| docetaxel | 21 |\n| paclitaxel | 42 |"
    assert len(told(derived(drugs), "line")) == 1
    after = derived(drugs, pd=[40])
    assert told(after, "line", "rechallenged") == [(1, []), (2, ["taxane"])]
    assert told(after, "reason")[1] == (
        "new line: paclitaxel starts 42 days after start of line 1, a swap within its class, "
        "but after PD on day 40 (R4.5)",
    )


def test_r4_7_pd_within_the_window_makes_an_added_drug_a_new_line():
    drugs = "| drug | start_day |\n| nivolumab | 0 |\n| methotrexate | 20 |"
    assert len(told(derived(drugs), "line")) == 1
    assert len(told(derived(drugs, pd=[14]), "line")) == 2


def test_r4_7_supportive_drugs_radiosensitisers_and_additive_ok_are_never_in_a_line():
    found = derived("""
        | drug            | start_day |
        | cetuximab       | 0         |
        | filgrastim      | 50        |
        | zoledronic acid | 60        |
        | nbtxr3          | 70        |
        | tamoxifen       | 80        |
        """)
    assert told(found, "drugs") == [(["cetuximab"],)]
    assert found.unused.collect().select("drug", "reason").rows() == [
        ("filgrastim", "supportive drug, never a line"),
        ("zoledronic acid", "supportive drug, never a line"),
        ("nbtxr3", "radiosensitiser drug, never a line"),
        ("tamoxifen", "oestrogen receptor modulator, never counts (R4.7)"),
    ]


SWITCH = """
| drug       | start_day | every | until | intent      |
| cisplatin  | 0         | 21    | 63    | palliative  |
| docetaxel  | 0         | 21    | 63    | palliative  |
| avelumab   | {}        | 14    | 200   | {}          |
"""


@pytest.mark.parametrize(
    ("day", "intent", "pd", "lines"),
    [(90, "maintenance", [], 1), (91, "maintenance", [], 2), (90, "palliative", [], 2),
     (90, "maintenance", [80], 2)],
)  # fmt: skip
def test_r4_8_a_planned_switch_within_28_days_stays_in_line(day, intent, pd, lines):
    assert len(told(derived(SWITCH.format(day, intent), pd=pd), "line")) == lines


def test_r4_8_the_switch_opens_the_maintenance_phase_and_does_not_change_the_name():
    found = derived(SWITCH.format(85, "maintenance"))
    assert told(found, "regimen", "maintenance_day") == [("cisplatin + docetaxel", 85)]


@pytest.mark.parametrize(
    ("drug", "days", "lines"),
    [("pembrolizumab", 200, 1), ("carboplatin", 120, 1), ("carboplatin", 121, 2), ("cetuximab", 200, 1)],
)
def test_r4_9_after_a_long_pause_only_cytotoxic_drugs_start_a_line(drug, days, lines):
    found = derived(f"| drug | start_day |\n| {drug} | 0 |\n| {drug} | {days} |")
    assert len(told(found, "line")) == lines


def test_r4_9_cytotoxic_drugs_may_stay_in_line_too():
    found = derived(
        "| drug | start_day |\n| carboplatin | 0 |\n| carboplatin | 300 |",
        rules=replace(HNSCC, gap_divides=()),
    )
    assert told(found, "holidays", "reintroduction") == [(1, True)]


def test_r4_9_a_drug_that_goes_on_beyond_pd_stays_in_line():
    drugs = "| drug | start_day | every | until |\n| nivolumab | 0 | 14 | 140 |"
    assert told(derived(drugs, pd=[56]), "line", "progression_day") == [(1, 56)]


def test_r4_9_dropped_chemotherapy_that_comes_back_after_pd_is_a_new_line():
    found = derived(
        """
        | drug          | start_day | every | until |
        | pembrolizumab | 0         | 21    | 300   |
        | carboplatin   | 0         | 21    | 105   |
        | carboplatin   | 294       | 21    | 330   |
        """,
        pd=[288],
    )
    assert told(found, "line", "start_day", "rechallenged") == [
        (1, 0, []),
        (2, 294, ["anti-PD-1", "platinum"]),
    ]


@pytest.mark.parametrize(
    ("patients", "cutoff", "expected"),
    [("| 0 | |", None, (27, "last dose and its cycle")), ("| 0 | 20 |", None, (20, "death")),
     ("| 0 | |", 15, (15, "data cut-off"))],
)  # fmt: skip
def test_r4_10_a_line_ends_one_cycle_after_its_last_dose(patients, cutoff, expected):
    about = f"| patient_id | recurrent_metastatic_day | death_day |\n| P1 {patients}"
    drugs = "| drug | start_day |\n| cetuximab | 0 |\n| nivolumab | 14 |"
    found = derived(drugs, patients=about, cutoff_day=cutoff)
    assert told(found, "end_day", "ended_by") == [expected]


def test_r4_10_a_line_ends_before_the_next_one():
    found = derived("| drug | start_day | end_day |\n| pembrolizumab | 0 | 100 |\n| methotrexate | 90 | |")
    assert told(found, "regimen", "last_dose_day", "end_day", "ended_by") == [
        ("pembrolizumab", 89, 89, "next line"),
        ("methotrexate", 90, 96, "last dose and its cycle"),
    ]


def test_an_interval_that_runs_on_for_a_cycle_belongs_to_the_next_line_too():
    drugs = "| drug | start_day | end_day |\n| pembrolizumab | 0 | {} |\n| methotrexate | 90 | |"
    assert told(derived(drugs.format(110)), "regimen")[1] == ("methotrexate",)
    assert told(derived(drugs.format(111)), "regimen")[1] == ("methotrexate + pembrolizumab",)


def test_r4_1_what_tells_the_setting():
    found = derived(
        """
        | patient_id | drug       | start_day | intent     | line |
        | intent     | cetuximab  | -50       | palliative |      |
        | number     | cetuximab  | -50       |            | 1    |
        | before     | cetuximab  | -50       |            |      |
        | after      | cetuximab  | 50        |            |      |
        | salvage    | cisplatin  | 50        | concurrent |      |
        | unknown    | cetuximab  | 50        |            |      |
        """,
        patients="""
        | patient_id | recurrent_metastatic_day |
        | intent     | 0                        |
        | number     | 0                        |
        | before     | 0                        |
        | after      | 0                        |
        | salvage    | 0                        |
        | unknown    |                          |
        """,
    )
    assert dict(told(found, "patient_id", "setting")) == {
        "intent": "palliative",
        "number": "palliative",
        "before": "curative",
        "after": "palliative",
        "salvage": "curative",
        "unknown": "not known",
    }


def test_r4_1_without_a_day_of_rm_disease_what_follows_progression_is_palliative():
    found = derived(
        "| drug | start_day |\n| cetuximab | 0 |\n| nivolumab | 60 |",
        patients="| patient_id |\n| P1 |",
        pd=[55],
    )
    assert told(found, "setting", "setting_basis") == [
        ("not known", "neither intent nor a day of recurrent or metastatic disease"),
        ("palliative", "after progression; no day of recurrent or metastatic disease"),
    ]


@pytest.mark.parametrize(
    ("dose_gy", "intent", "pd", "setting"),
    [(66.0, None, [], "curative"), (50.0, "adjuvant", [], "curative"), (49.9, None, [], "not known"),
     (66.0, "palliative", [], "not known"), (66.0, None, [0], "palliative")],
)  # fmt: skip
def test_r4_1_a_drug_of_unknown_purpose_given_with_curative_radiotherapy(dose_gy, intent, pd, setting):
    course = {
        "patient_id": ["P1"],
        "start_day": [55],
        "end_day": [100],
        "dose_gy": [dose_gy],
        "intent": [intent],
    }
    courses = pl.LazyFrame(course, schema_overrides={"intent": pl.String})
    drug = "| drug | start_day | end_day |\n| cisplatin | 56 | 98 |"
    found = derived(drug, patients="| patient_id |\n| P1 |", pd=pd, radiotherapy=courses)
    assert told(found, "setting") == [(setting,)]


def test_r4_1_induction_and_concurrent_drugs_are_one_curative_line():
    drugs = """
        | drug         | start_day | intent     |
        | docetaxel    | -300      | induction  |
        | cisplatin    | -300      | induction  |
        | fluorouracil | -300      | induction  |
        | cetuximab    | -210      | concurrent |
        """
    assert told(derived(drugs), "regimen", "setting") == [("TPF", "curative")]
    assert told(derived(drugs, pd=[-220]), "regimen") == [("TPF",), ("cetuximab with radiotherapy",)]


def test_rows_that_cannot_be_placed_in_time_come_back_with_the_reason():
    found = derived(
        """
        | drug       | start_day | end_day |
        | cetuximab  | 0         |         |
        | nivolumab  |           |         |
        | docetaxel  | 30        | 20      |
        | paclitaxel | 200       |         |
        | afatinib   | 120       |         |
        """,
        patients="| patient_id | recurrent_metastatic_day | death_day |\n| P1 | 0 | 150 |",
        cutoff_day=100,
    )
    assert dict(found.unused.select("drug", "reason").collect().rows()) == {
        "nivolumab": "first day not known",
        "docetaxel": "ends before it starts",
        "paclitaxel": "starts after death",
        "afatinib": "starts after the data cut-off",
    }
    assert told(found, "drugs") == [(["cetuximab"],)]


def test_drugs_unknown_to_the_drug_table_are_their_own_class():
    found = derived("| drug | start_day |\n| xyz-1 | 0 |\n| xyz-2 | 60 |")
    assert told(found, "regimen", "regimen_key", "classes") == [
        ("xyz-1", None, ["xyz-1"]),
        ("xyz-2", None, ["xyz-2"]),
    ]


def test_meng_2021_knows_gaps_and_new_drugs_but_no_progression():
    pause = "| drug | start_day |\n| pembrolizumab | 0 |\n| pembrolizumab | {} |"
    assert len(told(derived(pause.format(180), rules=MENG_2021), "line")) == 1
    assert len(told(derived(pause.format(181), rules=MENG_2021), "line")) == 2
    exempt = pause.replace("pembrolizumab", "afatinib").format(300)
    assert len(told(derived(exempt, rules=MENG_2021), "line")) == 1
    swap = "| drug | start_day |\n| cisplatin | 0 |\n| carboplatin | 60 |"
    assert len(told(derived(swap, pd=[50], rules=MENG_2021), "line")) == 1
    after_first = "| drug | start_day |\n| carboplatin | 0 |\n| pemetrexed | 60 |\n| gemcitabine | 100 |"
    assert told(derived(after_first, rules=MENG_2021), "drugs") == [
        (["carboplatin", "pemetrexed"],),
        (["gemcitabine"],),
    ]
