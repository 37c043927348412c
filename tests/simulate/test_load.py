"""A mistake in a scenario: one message that names file, line, key, what is written and what is allowed."""

import re
from pathlib import Path

import pytest

from headway.errors import HeadwayError
from headway.simulate.load import load

SCENARIO = Path(__file__).parent / "scenario.toml"

# What is replaced, by what, the key and the words of the message.
MISTAKES = {
    "a negative hazard": (
        "death_per_month = 0.03", "death_per_month = -0.1",
        "survival.death_per_month: -0.1 is out of range: at least 0 and at most 10",
    ),
    "a probability over 1": (
        "missed_probability = 0.05", "missed_probability = 1.2",
        "imaging.missed_probability: 1.2 is out of range: at least 0 and at most 1",
    ),
    "shares of kinds that do not add up": (
        "partial = { share = 0.30 }", "partial = { share = 0.50 }",
        "regimen.1: shares must add up to 1; these add up to 1.2",
    ),
    "probabilities of grades over 1": (
        "grade_probabilities = [0.3, 0.3, 0.12]", "grade_probabilities = [0.5, 0.5, 0.2]",
        "toxicity.1.grade_probabilities: probabilities of the grades add up to 1.2, which is more than 1",
    ),
    "a share over 1 inside a list": (
        "grade_probabilities = [0.3, 0.3, 0.12]", "grade_probabilities = [2, 0.3, 0.12]",
        "toxicity.1.grade_probabilities.1: 2 is out of range: at least 0 and at most 1",
    ),
    "more irradiated than there are": (
        "probability = 0.15", "probability = 1.5",
        "radiotherapy.3.probability: 1.5 is out of range: at least 0 and at most 1",
    ),
    "zero patients": ("patients = 300", "patients = 0", "patients: 0 is out of range: at least 1"),
    "an unknown key": (
        "jitter_days = 5", "jiter_days = 5",
        "imaging.jiter_days: this key is not known. Did you mean 'jitter_days'?",
    ),
    "an unknown table": (
        "[growth]", "[grwth]", "grwth: this key is not known. Did you mean 'growth'?",
    ),
    "a word that is not in the list": (
        'when = "palliation"', 'when = "paliation"',
        "radiotherapy.3.when: 'paliation' is not one of planned, while on line, oligoprogression, "
        "consolidation, palliation. Did you mean 'palliation'?",
    ),
    "a regimen that is not there": (
        'regimens = { "nivolumab" = 1 }', 'regimens = { "nivolumap" = 1 }',
        "line 2 cites regimen 'nivolumap'; known: EXTREME, nivolumab",
    ),
    "a drug that nobody knows": (
        'drug = "nivolumab"', 'drug = "nivolumap"',
        "regimen.2.drugs.1.drug: 'nivolumap' is no drug of the drug table; near: nivolumab",
    ),
    "a class of drugs that nobody knows": (
        'drug_class = "platinum"', 'drug_class = "platin"',
        "toxicity.2.drug_class: 'platin' is no drug or class of drugs of the drug table; near: ",
    ),
    "a line that is not there": (
        "lines = [2]", "lines = [9]", "there are 4 lines, but line 9 is cited",
    ),
    "a cut-off before the end of accrual": (
        "cutoff_months = 60", "cutoff_months = 6", "calendar: cutoff_months must not lie before",
    ),
    "stretches that overlap": (
        "patients = 300",
        "patients = 300\n"
        "stretches = [{ first_candidate = 9, candidates = 4 }, { first_candidate = 12, candidates = 1 }]",
        "stretches: stretch 2 begins with candidate 12, but stretch 1 goes on to candidate 12",
    ),
    "a stretch of nobody": (
        "patients = 300", "patients = 300\nstretches = [{ first_candidate = 9, candidates = 0 }]",
        "stretches.1.candidates: 0 is out of range: at least 1 and at most",
    ),
    "a stretch that begins before the first candidate": (
        "patients = 300", "patients = 300\nstretches = [{ first_candidate = -1, candidates = 5 }]",
        "stretches.1.first_candidate: -1 is out of range: at least 0 and at most",
    ),
    "stretches and a first candidate": (
        "patients = 300",
        "patients = 300\nfirst_candidate = 7\nstretches = [{ first_candidate = 9, candidates = 4 }]",
        "first_candidate and stretches exclude each other; leave one out",
    ),
    "no whole number": (
        "readers = 2", "readers = 1.5", "imaging.readers: Input should be a valid integer",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_told_with_its_key(tmp_path, mistake):
    right, wrong, message = MISTAKES[mistake]
    text = SCENARIO.read_text(encoding="utf-8")
    assert text.count(right) >= 1
    file = tmp_path / "scenario.toml"
    file.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(HeadwayError, match=re.escape(message)) as told:
        load(file)
    assert str(told.value).startswith(str(file))


def test_the_line_of_the_mistake_is_told(tmp_path):
    text = SCENARIO.read_text(encoding="utf-8").replace('term = "Pneumonitis"', 'terms = "Pneumonitis"')
    file = tmp_path / "scenario.toml"
    file.write_text(text, encoding="utf-8")
    line = 1 + text.splitlines().index('terms = "Pneumonitis"')
    with pytest.raises(HeadwayError, match=f"line {line}: toxicity.3.terms: this key is not known"):
        load(file)


def test_what_is_no_toml_is_told(tmp_path):
    file = tmp_path / "scenario.toml"
    file.write_text("title = ", encoding="utf-8")
    with pytest.raises(HeadwayError, match="is not TOML"):
        load(file)
    with pytest.raises(HeadwayError, match="There is no scenario file"):
        load(tmp_path / "other.toml")


def test_a_patient_less_than_one_by_option_is_refused():
    with pytest.raises(HeadwayError, match="patients: 0 is out of range"):
        load(SCENARIO, patients=0)
