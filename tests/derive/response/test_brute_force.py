"""The brute-force engine against the worked patients of the domain reference.

Each patient is a table: one row per scan, one column per lesion (T target, N nodal target, X
non-target, L new), and what RECIST 1.1 or iRECIST makes of it. Day 0 is baseline and start. A dot is
a lesion without a row at that scan.
"""

import datetime as dt
from dataclasses import replace

import pytest

from tests.derive.response.brute_force import (
    DEFAULT,
    BestResponse,
    ImmuneTimePoint,
    Row,
    Settings,
    best_immune,
    best_response,
    immune,
    overall,
    timepoints,
)

ROLES = {"T": "target", "N": "target", "X": "non-target", "L": "new"}


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.split("|")]


def measurement(lesion: str, day: int, cell: str) -> Row:
    """A number is a diameter, anything else a status."""
    number = cell.replace(".", "", 1).isdigit()
    return {
        "lesion_id": lesion,
        "day": day,
        "evaluator": None,
        "diameter_mm": float(cell) if number else None,
        "status": None if number else cell,
    }


def patient(table: str) -> tuple[list[Row], list[Row], list[Row], list[str]]:
    """Lesions, measurements and assessments of a table, and its last column after baseline."""
    header, *lines = [cells(line) for line in table.strip().splitlines()]
    names = header[1:-1]
    lesions = [
        {"lesion_id": name, "role": ROLES[name[0]], "lymph_node": name[0] == "N", "evaluator": None}
        for name in names
    ]
    measurements, assessments = [], []
    for day, *found, _ in lines:
        seen = zip(names, found, strict=True)
        measurements += [measurement(name, int(day), cell) for name, cell in seen if cell != "."]
        assessments.append({"day": int(day), "evaluator": None, "done": None})
    return lesions, measurements, assessments, [line[-1] for line in lines if int(line[0]) > 0]


WORKED = {
    "W1: PD is judged from the nadir, though still below baseline": (
        """
        day | T1 | T2 | N3 | response
        0   | 40 | 30 | 20 |
        56  | 28 | 20 | 14 | PR
        112 | 25 | 18 | 11 | PR
        168 | 30 | 24 | 13 | PD
        """,
        "PR / PR",
    ),
    "W2: 20 % without 5 mm is not PD": (
        """
        day | T1 | T2 | response
        0   | 14 | 10 |
        56  | 10 | 7  | SD
        112 | 12 | 9  | SD
        168 | 12 | 10 | PD
        """,
        "SD / SD",
    ),
    "W3: PD beats PR": (
        """
        day | T1 | T2 | response
        0   | 60 | 40 |
        56  | 20 | 20 | PR
        112 | 30 | 22 | PD
        """,
        "PR / SD",
    ),
    "W4: CR with a sum of 17; a node of 11 after CR": (
        """
        day | N1 | N2 | response
        0   | 22 | 18 |
        56  | 9  | 8  | CR
        112 | 8  | 9  | CR
        168 | 11 | 9  | PD
        """,
        "CR / CR",
    ),
    "W4b: nodes all under 10 mm are CR whatever they grew": (
        """
        day | N1 | N2 | response
        0   | 22 | 18 |
        56  | 5  | 4  | CR
        112 | 9  | 9  | CR
        """,
        "CR / CR",
    ),
    "W5: a missing target is NE unless PD is certain": (
        """
        day | T1 | T2 | T3 | response
        0   | 20 | 18 | 12 |
        56  | 15 | .  | 10 | NE
        112 | 45 | .  | 35 | PD
        """,
        "PD / PD",
    ),
    "W6: target CR with a persisting non-target is PR": (
        """
        day | T1 | N2 | X3      | response
        0   | 35 | 18 | present |
        56  | 0  | 8  | present | PR
        112 | 0  | 7  | present | PR
        168 | 0  | 6  | absent  | CR
        """,
        "CR / PR",
    ),
    "W7: reappearance after CR is PD": (
        """
        day | T1 | T2 | response
        0   | 25 | 15 |
        56  | 0  | 0  | CR
        91  | 0  | 0  | CR
        147 | 6  | 0  | PD
        """,
        "CR / CR",
    ),
    "W8: CR, then disease": (
        """
        day | T1 | T2 | response
        0   | 25 | 15 |
        56  | 0  | 0  | CR
        91  | 6  | 0  | PD
        """,
        "CR / SD",
    ),
    "W9: a new lesion beats PR": (
        """
        day | T1 | T2 | L1 | response
        0   | 50 | 50 | .  |
        56  | 30 | 30 | .  | PR
        84  | 25 | 25 | 8  | PD
        """,
        "PR / SD",
    ),
    "W10: SD before 42 days does not count": (
        """
        day | T1 | response
        0   | 50 |
        28  | 46 | SD
        70  | 62 | PD
        """,
        "PD / PD",
    ),
    "W11: SD between two PR": (
        """
        day | T1 | T2 | response
        0   | 50 | 50 |
        42  | 35 | 35 | PR
        84  | 36 | 36 | SD
        126 | 33 | 34 | PR
        """,
        "PR / SD",
    ),
    "W12: one NE between two PR": (
        """
        day | T1 | T2 | response
        0   | 50 | 50 |
        42  | 34 | 34 | PR
        84  | .  | 33 | NE
        126 | 32 | 33 | PR
        """,
        "PR / PR",
    ),
    "W13: too small to measure is 5 mm, and the 5 mm guard": (
        """
        day | T1                   | T2                   | response
        0   | 12                   | 11                   |
        56  | too small to measure | too small to measure | PR
        112 | 8                    | 6                    | PR
        168 | 9                    | 7                    | PD
        """,
        "PR / PR",
    ),
    "W14: 30.0 % and 20.0 % are enough": (
        """
        day | T1 | T2 | response
        0   | 60 | 40 |
        56  | 40 | 30 | PR
        84  | 40 | 30 | PR
        140 | 50 | 34 | PD
        """,
        "PR / PR",
    ),
    "W15: slow growth; the nadir is the baseline": (
        """
        day | T1 | T2 | response
        0   | 50 | 50 |
        56  | 55 | 55 | SD
        112 | 60 | 59 | SD
        168 | 60 | 60 | PD
        """,
        "SD / SD",
    ),
    "W16: unequivocal progression of a non-target overrides PR": (
        """
        day | T1 | T2 | X3                      | response
        0   | 50 | 30 | present                 |
        56  | 33 | 20 | present                 | PR
        112 | 32 | 20 | unequivocal progression | PD
        """,
        "PR / SD",
    ),
    "W17: split, then merged": (
        """
        day | T1 | T2     | response
        0   | 40 | 25     |
        56  | 27 | 20     | SD
        112 | 38 | merged | PR
        """,
        "PR / SD",
    ),
    "W18: PR that is not confirmed": (
        """
        day | T1 | response
        0   | 80 |
        56  | 50 | PR
        77  | 66 | PD
        """,
        "PR / SD",
    ),
    "W19: confirmed by the scan that lies late enough": (
        """
        day | T1 | response
        0   | 80 |
        56  | 50 | PR
        77  | 48 | PR
        98  | 47 | PR
        """,
        "PR / PR",
    ),
    "W20: non-target disease only": (
        """
        day | X1      | L1      | response
        0   | present | .       |
        56  | present | .       | NON-CR/NON-PD
        112 | present | .       | NON-CR/NON-PD
        168 | present | present | PD
        """,
        "NON-CR/NON-PD / NON-CR/NON-PD",
    ),
    "W21: no scan after baseline": (
        """
        day | T1 | response
        0   | 45 |
        """,
        "NE / NE",
    ),
    "W22: PD is dated back to the first scan that showed the lesion": (
        """
        day | T1 | L1          | response
        0   | 45 | .           |
        40  | 45 | equivocal   | PD
        82  | 45 | unequivocal | PD
        """,
        "PD / PD",
    ),
}


def best_of_table(table: str, settings: Settings = DEFAULT) -> BestResponse:
    lesions, measurements, assessments, _ = patient(table)
    rows = timepoints(lesions, measurements, assessments, 0)
    return best_response([(row.day, row.response) for row in rows], 0, None, settings)


@pytest.mark.parametrize(("table", "best"), WORKED.values(), ids=WORKED.keys())
def test_worked_patients(table: str, best: str) -> None:
    lesions, measurements, assessments, expected = patient(table)

    rows = timepoints(lesions, measurements, assessments, 0)

    assert [row.response for row in rows] == expected
    found = best_of_table(table)
    assert f"{found.unconfirmed} / {found.confirmed}" == best


def test_w4_asks_for_a_second_look_at_a_lone_node() -> None:
    lesions, measurements, assessments, _ = patient(
        WORKED["W4: CR with a sum of 17; a node of 11 after CR"][0]
    )

    rows = timepoints(lesions, measurements, assessments, 0)

    assert [(row.sum, row.needs_review) for row in rows] == [(1700, False), (1700, False), (2000, True)]


def test_w8_as_reported_is_still_sd() -> None:
    found = best_of_table(WORKED["W8: CR, then disease"][0], Settings(after_cr="as reported"))

    assert (found.unconfirmed, found.confirmed, found.confirmed_day) == ("CR", "SD", 56)


def test_w11_with_stable_disease_accepted() -> None:
    found = best_of_table(WORKED["W11: SD between two PR"][0], Settings(accept_stable=True))

    assert (found.confirmed, found.confirmed_day, found.confirmed_by_day) == ("PR", 42, 126)


def test_w19_is_confirmed_on_day_98() -> None:
    found = best_of_table(WORKED["W19: confirmed by the scan that lies late enough"][0])

    assert (found.confirmed_day, found.confirmed_by_day) == (56, 98)


def test_w22_without_the_second_scan_is_stable() -> None:
    table = """
        day | T1 | L1        | response
        0   | 45 | .         |
        40  | 45 | equivocal | SD
        82  | 45 | absent    | SD
    """
    lesions, measurements, assessments, expected = patient(table)

    assert [row.response for row in timepoints(lesions, measurements, assessments, 0)] == expected


@pytest.mark.parametrize(
    ("persistence", "expected"),
    [("literal", ["PR", "PR", "SD", "SD", "SD"]), ("eortc", ["PR", "PR", "PR", "PR", "PR"])],
)
def test_partial_response_persists_by_the_eortc_reading(persistence: str, expected: list[str]) -> None:
    """R1.15: sums 100; 70, 70, 80, 80, 80."""
    sums = {0: "100", 28: "70", 56: "70", 84: "80", 112: "80", 140: "80"}
    lesions = [{"lesion_id": "T1", "role": "target", "lymph_node": False, "evaluator": None}]
    measurements = [measurement("T1", day, mm) for day, mm in sums.items()]

    rows = timepoints(lesions, measurements, [], 0, Settings(pr_persistence=persistence))

    assert [row.response for row in rows] == expected


TABLE_OF_TARGETS_AND_NON_TARGETS = """
    TL | none | CR | NN | NE | PD
    CR | CR   | CR | PR | PR | PD
    PR | PR   | PR | PR | PR | PD
    SD | SD   | SD | SD | SD | PD
    NE | NE   | NE | NE | NE | PD
    PD | PD   | PD | PD | PD | PD
    none | NE | CR | NN | NE | PD
"""


def test_every_pair_of_target_and_non_target_response() -> None:
    """T1 to T9 and U1 to U5; without target and non-target there is nothing to evaluate."""
    header, *lines = [cells(line) for line in TABLE_OF_TARGETS_AND_NON_TARGETS.strip().splitlines()]
    named = {"none": None}
    for target, *responses in lines:
        for non_target, expected in zip(header[1:], responses, strict=True):
            pair = named.get(target, target), named.get(non_target, non_target)
            assert overall(*pair, False) == expected, pair
            assert overall(*pair, True) == "PD", pair


TWO_ASSESSMENTS = """
    first | second | late enough | too early
    CR    | CR     | CR          | CR
    CR    | PR     | SD          | PD
    CR    | SD     | SD          | PD
    CR    | PD     | SD          | PD
    CR    | NE     | SD          | NE
    PR    | CR     | PR          | PR
    PR    | PR     | PR          | PR
    PR    | SD     | SD          | SD
    PR    | PD     | SD          | PD
    PR    | NE     | SD          | NE
    NE    | NE     | NE          | NE
    NE    | CR     | SD          | NE
    NE    | PR     | SD          | NE
    SD    | PD     | SD          | PD
    SD    | NE     | SD          | NE
"""


@pytest.mark.parametrize("line", TWO_ASSESSMENTS.strip().splitlines()[1:])
def test_confirmation_from_two_assessments(line: str) -> None:
    """Eisenhauer 2009, table 3; the second scan lies 28 days after the first."""
    first, second, late, early = cells(line)

    def confirmed(day: int) -> str:
        return best_response([(day, first), (day + 28, second)], 0, None).confirmed

    assert confirmed(56) == late
    # Stable disease after PR has lasted long enough at the second scan (day 42), never at the first.
    assert confirmed(14 if (first, second) == ("PR", "SD") else 13) == early


ADMIRAL = """
    start      | assessments                                                    | usual | loose
    2020-01-01 | 01-01 PR, 02-01 CR, 02-16 NE, 03-01 CR, 04-01 SD               | CR    | PR
    2019-12-12 | 01-01 SD, 02-01 PR, 03-01 SD, 03-13 CR                         | SD    | PR
    2019-11-11 | 11-12 CR, 12-02 CR, 01-01 SD                                   | SD    | CR
    2019-12-30 | 01-01 PR, 03-01 SD, 04-01 SD, 05-01 PR, 05-15 NON-CR/NON-PD    | SD    | SD
    2020-01-01 | 01-01 PR, 01-10 SD, 01-20 PR, 05-15 NON-CR/NON-PD              | NON-CR/NON-PD | PR
    2020-02-02 | 02-06 PR, 02-16 CR, 03-30 PR                                   | SD    | SD
    2020-02-02 | 02-06 PR, 02-16 CR, 04-01 NE                                   | NE    | NE
    2020-04-01 |                                                                | NE    | NE
    2020-02-01 | 02-16 PD, 03-06 SD                                             | PD    | PD
"""
USUAL = Settings(stable_days=28, from_start_day=True, after_cr="as reported")
LOOSE = replace(USUAL, confirm_days=14, max_not_evaluable=0, accept_stable=True)


@pytest.mark.parametrize("line", ADMIRAL.strip().splitlines()[1:])
def test_confirmation_as_in_admiralonco(line: str) -> None:
    """Vectors of admiralonco's unit test, which counts an assessment on the day of start."""
    start, assessments, usual, loose = cells(line)
    first_day = dt.date.fromisoformat(start)

    def since_start(text: str) -> int:
        year = first_day.year if text >= start[5:] else first_day.year + 1
        return (dt.date.fromisoformat(f"{year}-{text}") - first_day).days

    found = [entry.split() for entry in assessments.split(",") if entry]
    responses = [(since_start(day), response) for day, response in found]

    assert best_response(responses, 0, None, USUAL).confirmed == usual
    assert best_response(responses, 0, None, LOOSE).confirmed == loose


def test_window_closes_at_new_therapy() -> None:
    responses = [(30, "SD"), (60, "PR"), (90, "PR")]

    found = best_response(responses, 0, 90)

    assert (found.unconfirmed, found.confirmed, found.last_assessed_day) == ("PR", "SD", 60)


IMMUNE_WORKED = {
    "I1": (
        """
        day | T1  | response
        0   | 100 |
        56  | 125 | iUPD
        84  | 132 | iCPD
        """,
        "iCPD",
        56,
    ),
    "I2: increases add up": (
        """
        day | T1  | response
        0   | 100 |
        56  | 125 | iUPD
        91  | 128 | iUPD
        126 | 131 | iCPD
        """,
        "iCPD",
        56,
    ),
    "I3: pseudo-progression": (
        """
        day | T1  | response
        0   | 100 |
        56  | 125 | iUPD
        91  | 65  | iPR
        """,
        "iPR",
        None,
    ),
    "I4: after a reset the nadir is the lowest sum on study": (
        """
        day | T1  | response
        0   | 100 |
        56  | 125 | iUPD
        91  | 95  | iSD
        147 | 116 | iUPD
        182 | 122 | iCPD
        """,
        "iSD",
        147,
    ),
    "I5: the new lesion grows by 1, then by 7 in all": (
        """
        day | T1  | L1 | response
        0   | 100 | .  |
        56  | 80  | 12 | iUPD
        91  | 78  | 13 | iUPD
        126 | 76  | 19 | iCPD
        """,
        "iCPD",
        56,
    ),
    "I6: non-target, a little larger is enough": (
        """
        day | T1  | X2                      | response
        0   | 100 | present                 |
        56  | 105 | unequivocal progression | iUPD
        88  | 105 | increased               | iCPD
        """,
        "iCPD",
        56,
    ),
    "I7: no scan after iUPD": (
        """
        day | T1  | response
        0   | 100 |
        56  | 125 | iUPD
        """,
        "iUPD",
        56,
    ),
    "I8: iPR, iUPD, iPR": (
        """
        day | T1  | response
        0   | 100 |
        56  | 60  | iPR
        112 | 80  | iUPD
        147 | 66  | iPR
        """,
        "iPR",
        None,
    ),
    "I9: a second new lesion confirms at any time": (
        """
        day | T1  | L1      | L2      | response
        0   | 100 | .       | .       |
        56  | 90  | present | .       | iUPD
        70  | 90  | present | present | iCPD
        """,
        "iCPD",
        56,
    ),
    "EORTC FAQ, scenario B: targets shrink after the new lesion came": (
        """
        day | T1  | L1 | response
        0   | 100 | .  |
        56  | 100 | 12 | iUPD
        91  | 60  | 12 | iPR
        """,
        "iPR",
        None,
    ),
    "EORTC FAQ, scenario F: already iPR when the new lesion came": (
        """
        day | T1  | L1 | response
        0   | 100 | .  |
        56  | 60  | .  | iPR
        91  | 60  | 12 | iUPD
        126 | 60  | 12 | iUPD
        """,
        "iPR",
        91,
    ),
    "tumour in sight is no iCR": (
        """
        day | T1  | L1     | response
        0   | 100 | .      |
        56  | 50  | 12     | iUPD
        84  | 0   | 12     | iPR
        112 | 0   | absent | iCR
        """,
        "iCR",
        None,
    ),
    "a sum with a target missing is nothing to compare with": (
        """
        day | T1  | T2 | response
        0   | 50  | 50 |
        56  | 130 | .  | iUPD
        84  | 130 | 50 | iUPD
        """,
        "iUPD",
        56,
    ),
    "a sum that is enough without the missing target confirms": (
        """
        day | T1  | T2 | response
        0   | 50  | 50 |
        56  | 80  | 50 | iUPD
        84  | 135 | .  | iCPD
        """,
        "iCPD",
        56,
    ),
    "nodes under 10 mm confirm no progression": (
        """
        day | N1  | N2  | N3 | response
        0   | 15  | 15  | 15 |
        56  | 2   | 2   | 2  | iCR
        84  | 10  | 2   | 2  | iUPD
        112 | 9.9 | 9.9 | 2  | iCR
        """,
        "iCR",
        None,
    ),
    "25 days are too early, 26 are not": (
        """
        day | T1  | response
        0   | 100 |
        50  | 125 | iUPD
        75  | 135 | iUPD
        76  | 135 | iCPD
        104 | 60  | after
        """,
        "iCPD",
        50,
    ),
    "NE leaves iUPD pending": (
        """
        day | T1  | T2 | response
        0   | 50  | 50 |
        56  | 75  | 50 | iUPD
        91  | .   | 50 | NE
        126 | 80  | 50 | iCPD
        """,
        "iCPD",
        56,
    ),
}


@pytest.mark.parametrize(("table", "best", "event_day"), IMMUNE_WORKED.values(), ids=IMMUNE_WORKED.keys())
def test_worked_immune_patients(table: str, best: str, event_day: int | None) -> None:
    lesions, measurements, assessments, expected = patient(table)

    rows = immune(lesions, measurements, assessments, 0)

    assert [row.immune_response or "after" for row in rows] == expected
    found = best_immune(rows)
    assert (found.best, found.event_day) == (best, event_day)


def test_death_is_an_event_unless_progression_came_first() -> None:
    died = 120
    progressed = patient(IMMUNE_WORKED["I7: no scan after iUPD"][0])[:3]
    responded = patient(IMMUNE_WORKED["I3: pseudo-progression"][0])[:3]

    assert best_immune(immune(*progressed, 0), died).event_day == 56
    assert best_immune(immune(*responded, 0), died).event_day == died


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        ("iCR iCR iUPD iCPD", "iCR"),
        ("iUPD iPR iCR", "iCR"),
        ("iUPD iPR iPR", "iPR"),
        ("iUPD NE iPR", "iPR"),
        ("iUPD iSD iSD", "iSD"),
        ("iUPD iCPD", "iCPD"),
        ("iUPD iUPD iCPD", "iCPD"),
        ("iUPD NE NE", "iUPD"),
    ],
)
def test_best_immune_response_as_in_the_paper(series: str, expected: str) -> None:
    rows = [
        ImmuneTimePoint(28 * n, "not stated", label, None, False) for n, label in enumerate(series.split(), 1)
    ]

    assert best_immune(rows).best == expected


def test_each_reader_judges_alone() -> None:
    """A shared lesion belongs to those who measured it; an unnamed assessment is everybody's."""
    lesions = [
        {"lesion_id": "T1", "role": "target", "lymph_node": False, "evaluator": None},
        {"lesion_id": "T2", "role": "target", "lymph_node": False, "evaluator": "central"},
    ]
    measurements = [
        {**measurement(lesion, day, mm), "evaluator": reader}
        for lesion, day, mm, reader in [
            ("T1", 0, "50", "investigator"),
            ("T2", 0, "50", "central"),
            ("T1", 56, "35", "investigator"),
            ("T2", 56, "70", "central"),
        ]
    ]
    assessments = [
        {"day": 90, "evaluator": None, "done": True},
        {"day": 120, "evaluator": None, "done": False},
    ]

    rows = timepoints(lesions, measurements, assessments, 0)

    assert [(row.evaluator, row.day, row.response) for row in rows] == [
        ("central", 56, "PD"),
        ("central", 90, "NE"),
        ("investigator", 56, "PR"),
        ("investigator", 90, "NE"),
    ]
