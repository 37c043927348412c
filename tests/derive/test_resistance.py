"""Resistance to platinum, cetuximab and PD-1 blockade (R4.18, R4.20, R4.21)."""

from dataclasses import replace

import polars as pl
import pytest

from headway.derive.resistance import SITC_2020, drug_resistance, pd1_resistance
from tests.derive.lines.examples import derived, patient_rows, progression_rows

MONO = "| drug | start_day | every | until |\n| pembrolizumab | 0 | 21 | {} |"
WITH_PLATINUM = MONO + "\n| carboplatin | 0 | 21 | 63 |"


def pd1(last_dose: int, responses: dict[int, str], drugs: str = MONO, **options) -> dict:
    found = derived(drugs.format(last_dose), pd=[day for day, said in responses.items() if said == "PD"])
    seen = pl.DataFrame(
        {"patient_id": "P1", "day": list(responses), "response": list(responses.values())},
        schema={"patient_id": pl.String, "day": pl.Int32, "response": pl.String},
    )
    return pd1_resistance(found, seen.lazy(), time="days", **options).collect().row(0, named=True)


@pytest.mark.parametrize(
    ("last_dose", "responses", "phenotype", "label"),
    [
        (21, {41: "PD"}, "insufficient exposure", "insufficient exposure"),
        (42, {42: "PD"}, "primary", "unconfirmed primary"),
        (42, {42: "PD", 69: "PD"}, "primary", "unconfirmed primary"),
        (42, {42: "PD", 70: "PD"}, "primary", "primary"),
        (168, {56: "SD", 112: "SD", 170: "SD", 180: "PD", 210: "PD"}, "primary", "primary"),
        (168, {56: "SD", 170: "SD", 182: "PD"}, "primary", "unconfirmed primary"),
        (168, {56: "SD", 170: "SD", 183: "PD", 220: "PD"}, "secondary", "secondary"),
        (189, {56: "PR", 120: "PR", 200: "PD", 230: "PD"}, "secondary", "secondary"),
        (189, {56: "PR", 120: "PR", 200: "PD"}, "secondary", "unconfirmed secondary"),
        (84, {56: "PR", 184: "PD"}, "progression after stopping", "progression after stopping"),
        (84, {56: "SD", 168: "PD"}, "primary", "unconfirmed primary"),
        (84, {56: "SD", 169: "PD"}, "progression after stopping", "progression after stopping"),
        (189, {56: "PR"}, "no progression", "no progression"),
        (189, {200: "PD"}, "cannot tell", "cannot tell"),
        (105, {56: "PR", 185: "PD"}, "not classified", "not classified"),
    ],
)  # fmt: skip
def test_r4_18_phenotypes(last_dose, responses, phenotype, label):
    row = pd1(last_dose, responses)
    assert (row["phenotype"], row["label"]) == (phenotype, label)


def test_r4_18_a_short_response_is_primary_unless_the_study_says_otherwise():
    short = {56: "PR", 120: "PD", 150: "PD"}
    assert pd1(126, short)["label"] == "primary"
    literal = replace(SITC_2020, short_response_is_primary=False)
    assert pd1(126, short, rules=literal)["label"] == "not classified"


def test_r4_18_confirmation_is_waived_after_rapid_decline():
    waived = pl.LazyFrame({"patient_id": ["P1"]})
    row = pd1(42, {42: "PD"}, confirmation_waived=waived)
    assert (row["label"], row["confirmed"]) == ("primary", True)
    assert row["reason"].endswith("; confirmation waived (R4.18)")


@pytest.mark.parametrize(("day", "label"), [(60, "primary"), (182, "primary"), (183, "secondary")])
def test_r4_18_with_chemotherapy_the_time_of_pd_alone_decides(day, label):
    row = pd1(168, {56: "PR", day: "PD"}, drugs=WITH_PLATINUM)
    assert (row["label"], row["confirmed"], row["with_chemotherapy"]) == (label, None, True)


def test_r4_18_the_reason_says_what_it_was_read_from():
    assert pd1(42, {42: "PD"})["reason"] == (
        "PD on day 42, 42 days after the first dose, 42 days of exposure, before it no response on record; "
        "not confirmed (R4.18)"
    )


def resistance(drugs: str, *pd: int, **options) -> dict:
    found = derived(drugs, pd=pd)
    patients = patient_rows("| patient_id | recurrent_metastatic_day |\n| P1 | 0 |").lazy()
    told = drug_resistance(found, patients, progression_rows(*pd).lazy(), time="days", **options)
    return told.collect().row(0, named=True)


@pytest.mark.parametrize(("last_dose", "refractory"), [(-183, True), (-184, False)])
def test_r4_20_recurrence_within_six_months_of_curative_platinum(last_dose, refractory):
    row = resistance(f"| drug | start_day | intent |\n| cisplatin | {last_dose} | concurrent |")
    assert row["platinum_refractory"] == refractory


def test_r4_2_r4_20_the_window_is_the_studys():
    row = resistance("| drug | start_day | intent |\n| cisplatin | -150 | concurrent |", window_days=120)
    assert row["platinum_refractory"] is False


def test_r4_20_progression_on_platinum_is_refractory_and_never_had_is_null():
    row = resistance("| drug | start_day | end_day |\n| carboplatin | 10 | 100 |", 60)
    assert (row["platinum_refractory"], row["platinum_refractory_day"]) == (True, 60)
    assert row["platinum_reason"] == "progression or recurrence day 60, 0 days after platinum (R4.20)"
    assert resistance("| drug | start_day |\n| cetuximab | 10 |", 60)["platinum_refractory"] is None


@pytest.mark.parametrize(
    ("drugs", "pd", "status"),
    [
        ("| cetuximab | 0 | palliative |", [183], "resistant"),
        ("| cetuximab | 0 | palliative |", [184], "exposed"),
        ("| cetuximab | 0 | palliative |", [], "exposed"),
        ("| cetuximab | -60 | concurrent |", [20], "naive"),
        ("| nivolumab | 0 | palliative |", [20], "naive"),
    ],
)
def test_r4_21_cetuximab_resistance_counts_recurrent_or_metastatic_disease_only(drugs, pd, status):
    assert resistance(f"| drug | start_day | intent |\n{drugs}", *pd)["cetuximab_status"] == status
