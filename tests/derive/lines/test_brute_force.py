"""The lines of the fast code are those of the slow one, patient by patient."""

from dataclasses import replace

import pytest

from headway.derive.lines import HNSCC, MENG_2021, lines_of_therapy
from tests.derive.lines.brute_force import lines
from tests.derive.lines.random_drugs import Cohort, cohort

COLUMNS = [
    "line", "setting", "drugs", "start_day", "last_dose_day", "end_day", "progression_day", "holidays",
    "longest_holiday_days", "reintroduction",
]  # fmt: skip
RULES = [
    HNSCC,
    MENG_2021,
    replace(
        HNSCC,
        name="narrow",
        gap_of="line",
        gap_divides=None,
        overlap_days=1,
        setting_if_not_known="palliative",
    ),
]


def by_patient(rows: list[dict]) -> dict[str, list[dict]]:
    found: dict[str, list[dict]] = {}
    for row in rows:
        found.setdefault(row["patient_id"], []).append(row)
    return found


def fast(made: Cohort, rules) -> dict[str, list[dict]]:
    table = lines_of_therapy(*made.frames, rules, time="days").lines.collect()
    rows = table.select("patient_id", *COLUMNS).sort("patient_id", "line").to_dicts()
    return {name: [{c: row[c] for c in COLUMNS} for row in rows] for name, rows in by_patient(rows).items()}


def slow(made: Cohort, rules) -> dict[str, list[dict]]:
    drugs, pds = by_patient(made.drugs.to_dicts()), by_patient(made.progressions.to_dicts())
    found = {}
    for patient in made.patients.to_dicts():
        name = patient["patient_id"]
        days = [row["day"] for row in pds.get(name, [])]
        if own := lines(drugs.get(name, []), patient, days, rules):
            found[name] = own
    return found


def compare(made: Cohort, rules) -> None:
    one, other = fast(made, rules), slow(made, rules)
    assert one.keys() == other.keys()
    for name in one:
        assert one[name] == other[name], name


@pytest.mark.parametrize("rules", RULES, ids=lambda rules: rules.name)
def test_a_thousand_patients(rules):
    compare(cohort(1, 1000), rules)


@pytest.mark.long
@pytest.mark.parametrize("rules", RULES, ids=lambda rules: rules.name)
def test_twenty_thousand_patients(rules):
    compare(cohort(2, 20_000), rules)
