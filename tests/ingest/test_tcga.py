"""TCGA's clinical forms: small made-up forms in, rows of the record and findings out.

The questions of the forms have long names; the tables here abbreviate them as `QUESTIONS` says.
"""

import polars as pl
import pytest

from headway.errors import RecordError
from headway.ingest.assemble import assemble
from headway.ingest.tcga import looks_like_tcga, read_tcga

_NEW, _NESTED = "new_tumor_event_after_initial_treatment", "new_tumor_events_new_tumor_event_"
QUESTIONS = {
    "vital": "vital_status",
    "seen": "days_to_last_followup",
    "known_alive": "days_to_last_known_alive",
    "died": "days_to_death",
    "cause": "patient_death_reason",
    "status": "person_neoplasm_cancer_status",
    # new tumours: on the older follow-up forms and on event forms
    "event": _NEW,
    "day": f"days_to_{_NEW}",
    "type": "new_neoplasm_event_type",
    "site": "new_neoplasm_event_occurrence_anatomic_site",
    "text": "new_neoplasm_occurrence_anatomic_site_text",
    "how": "progression_determined_by",
    "operated": "new_tumor_event_additional_surgery_procedure",
    "operated_on": "days_to_new_tumor_event_additional_surgery_procedure",
    # on the newer follow-up forms
    "n_event": f"new_tumor_events_{_NEW}",
    "n_day": f"{_NESTED}days_to_{_NEW}",
    "n_type": f"{_NESTED}new_neoplasm_event_type",
    "n_site": f"{_NESTED}new_neoplasm_event_occurrence_anatomic_site",
    "n_how": f"{_NESTED}progression_determined_by",
    "n_operated_on": f"{_NESTED}days_to_new_tumor_event_additional_surgery_procedure",
    "s_day": f"{_NESTED}2_days_to_{_NEW}",
    "s_type": f"{_NESTED}2_new_neoplasm_event_type",
    # drugs and radiotherapy
    "drug": "drug_name",
    "drug_start": "days_to_drug_therapy_start",
    "drug_end": "days_to_drug_therapy_end",
    "dose": "prescribed_dose",
    "dose_unit": "prescribed_dose_units",
    "total": "total_dose",
    "total_unit": "total_dose_units",
    "why": "regimen_indication",
    "why_notes": "regimen_indication_notes",
    "rt_start": "days_to_radiation_therapy_start",
    "rt_end": "days_to_radiation_therapy_end",
    "rt_dose": "radiation_dosage",
    "fractions": "numfractions",
    "rt_site": "anatomic_treatment_site",
    "rt_type": "radiation_type",
    "rt_notes": "radiation_type_notes",
}
ONE_PATIENT = """
    | patient | vital | seen |
    | P1      | alive | 1000 |
"""


@pytest.fixture
def tcga(tmp_path):
    """A Record from pipe tables named like TCGA's files; one living patient unless said otherwise."""

    def read(**forms: str):
        for name, table in ({"patients": ONE_PATIENT} | forms).items():
            (tmp_path / f"{name}.csv").write_text(_csv(table), encoding="utf-8")
        return assemble(read_tcga(tmp_path))

    return read


def _cells(table: str) -> list[list[str]]:
    lines = table.strip().splitlines()
    return [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]


def turned(table: str) -> str:
    """A table of wide forms, written with a question per line and a form per column."""
    return "\n".join(f"| {' | '.join(cells)} |" for cells in zip(*_cells(table), strict=True))


def _csv(table: str) -> str:
    header, *rows = _cells(table)
    names = [QUESTIONS.get(name, name) for name in header]
    return "\n".join(",".join(cells) for cells in [names, *rows]) + "\n"


def rows(record, table: str, *columns: str) -> list[tuple]:
    """The rows of a table, in their order."""
    return record.table(table).select(columns).collect().rows()


def found(record) -> list[tuple]:
    """The rule, file and line of each finding; without the questions that are not mapped."""
    kept = record.findings.filter(pl.col("column").is_not_null() | (pl.col("rule") != "not-mapped"))
    return kept.select("rule", "source_file", "source_line").rows()


def accounts(record) -> dict[str, tuple[int, int, int]]:
    return {file: tuple(counts) for file, _, *counts in record.rows.rows()}


# Patients ------------------------------------------------------------------------------------------


def test_a_patient_at_diagnosis(tcga):
    record = tcga(
        patients=turned("""
        | patient                       | P1                                     | P2                  |
        | gender                        | male                                   | female              |
        | days_to_birth                 | -24222                                 | -20000              |
        | anatomic_neoplasm_subdivision | oral tongue                            | larynx              |
        | hpv_status                    | negative                               |                     |
        | hpv_status_by_p16_testing     | positive                               |                     |
        | tobacco_smoking_history       | current reformed smoker for > 15 years | lifelong non-smoker |
        | number_pack_years_smoked      | 51                                     |                     |
        | clinical_stage                | stage ii                               | stage ii            |
        | pathologic_stage              | stage iva                              |                     |
        | vital                         | alive                                  | alive               |
        | seen                          | 102                                    | 90                  |
        """)
    )  # fmt: skip
    columns = "sex birth_day primary_site hpv p16 smoking pack_years stage diagnosis_day"
    assert rows(record, "patients", *columns.split()) == [
        ("male", -24222, "oral tongue", "negative", "positive", "former", 51.0, "stage iva", 0),
        ("female", -20000, "larynx", None, None, "never", None, "stage ii", 0),
    ]
    assert found(record) == []


def test_last_contact_is_the_latest_of_all_forms_and_a_death_on_any_of_them_counts(tcga):
    record = tcga(
        patients="""
        | patient | vital | seen | known_alive | died |
        | P1      | alive | 100  | 120         |      |
        | P2      | alive | 100  |             |      |
        | P3      | dead  |      | 40          | 50   |
        """,
        follow_ups="""
        | patient | vital | seen | died | cause                |
        | P1      | alive | 300  |      |                      |
        | P1      | alive | 200  |      |                      |
        | P2      | dead  |      | 410  | head and neck cancer |
        | P3      | dead  |      | 50   |                      |
        """,
    )
    assert rows(record, "patients", "vital_status", "last_alive_day", "death_day", "death_cause") == [
        ("alive", 300, None, None),
        ("dead", 100, 410, "head and neck cancer"),
        ("dead", 40, 50, None),
    ]
    assert accounts(record) == {"patients.csv": (3, 3, 0), "follow_ups.csv": (4, 4, 0)}
    assert found(record) == []


def test_dead_on_an_unknown_day(tcga):
    record = tcga(follow_ups="| patient | vital |\n| P1 | dead |")
    assert rows(record, "patients", "vital_status", "last_alive_day", "death_day") == [("dead", 1000, None)]
    assert found(record) == [("dead-without-day", "patients.csv", 2)]


def test_two_days_of_death_set_the_patient_aside_with_all_forms(tcga):
    record = tcga(
        patients="| patient | vital | seen | died |\n| P1 | dead | | 50 |\n| P2 | alive | 90 | |",
        follow_ups="""
        | patient | vital | seen | died |
        | P1      | alive | 30   |      |
        | P1      | dead  |      | 60   |
        """,
        drugs="| patient | drug | drug_start |\n| P1 | cisplatin | 10 |",
    )
    assert rows(record, "patients", "patient_id") == [("P2",)]
    [finding] = record.findings.filter(pl.col("rule") == "two-deaths").to_dicts()
    assert (finding["source_file"], finding["patient_id"], finding["rows"]) == ("patients.csv", "P1", 4)
    assert (
        finding["message"] == "the patient's forms give different days of death: 50 and 60 (and 3 more rows)"
    )
    assert accounts(record) == {
        "patients.csv": (2, 1, 1), "drugs.csv": (1, 0, 1), "follow_ups.csv": (2, 0, 2)
    }  # fmt: skip


def test_alive_on_a_form_later_than_the_day_of_death(tcga):
    record = tcga(
        patients="| patient | vital | died |\n| P1 | dead | 50 |",
        follow_ups="| patient | vital | seen |\n| P1 | alive | 80 |",
    )
    assert rows(record, "patients", "death_day", "last_alive_day") == [(50, 80)]
    assert found(record) == [("alive-after-death", "patients.csv", 2)]


def test_a_cause_of_death_is_no_death(tcga):
    record = tcga(
        follow_ups="| patient | vital | seen | cause |\n| P1 | alive | 187 | head and neck cancer |",
    )
    assert rows(record, "patients", "vital_status", "death_day", "death_cause") == [("alive", None, None)]
    assert found(record) == [("conflicting-rows", "follow_ups.csv", 2)]


def test_a_day_that_is_no_day_is_left_out_with_a_warning(tcga):
    record = tcga(
        follow_ups="| patient | vital | seen |\n| P1 | alive | two years |\n| P1 | alive | 1200.0 |"
    )
    assert rows(record, "patients", "last_alive_day") == [(1200,)]
    assert found(record) == [("no-fact", "follow_ups.csv", 2), ("not-a-day", "follow_ups.csv", 2)]


# Drugs ---------------------------------------------------------------------------------------------


def test_drugs_and_why_they_were_given(tcga):
    record = tcga(
        drugs="""
        | patient | drug          | drug_start | drug_end | why                     | why_notes           |
        | P1      | carboplatinum | 45         | 97       | adjuvant                |                     |
        | P1      | erbitux       | 300        |          | recurrence              |                     |
        | P1      | taxol         | 400        |          | progression             |                     |
        | P1      | cisplatin     | 10         |          | other: specify in notes | primary: concurrent |
        | P1      | docetaxel     | 1          |          | other: specify in notes | primary: induction  |
        | P1      | methotrexate  | 500        |          |                         |                     |
        """
    )
    assert rows(record, "drugs", "drug", "start_day", "end_day", "intent") == [
        ("carboplatin", 45, 97, "adjuvant"),
        ("cetuximab", 300, None, "palliative"),
        ("paclitaxel", 400, None, "palliative"),
        ("cisplatin", 10, None, "concurrent"),
        ("docetaxel", 1, None, "induction"),
        ("methotrexate", 500, None, None),
    ]
    assert found(record) == []


def test_an_indication_that_nobody_foresaw_is_a_finding(tcga):
    record = tcga(
        drugs="""
        | patient | drug      | drug_start | why                     | why_notes    |
        | P1      | cisplatin | 45         | other: specify in notes | window trial |
        | P1      | cetuximab | 45         | prophylaxis             |              |
        """
    )
    assert rows(record, "drugs", "intent") == [(None,), (None,)]
    assert found(record) == [("not-in-list", "drugs.csv", 2), ("not-in-list", "drugs.csv", 3)]


def test_the_dose_is_the_prescribed_one_else_the_total_and_a_concentration_is_none(tcga):
    record = tcga(
        drugs="""
        | patient | drug        | drug_start | dose | dose_unit | total | total_unit |
        | P1      | cisplatin   | 10         | 100  | mg/m2     | 600   | mg         |
        | P1      | carboplatin | 20         |      |           | 233   | mg         |
        | P1      | cetuximab   | 30         | 100  | mg/ml     | 300   | mg/ml      |
        | P1      | panitumumab | 40         |      | mg/ml     | 160   | mg         |
        | P1      | paclitaxel  | 50         |      | mg/m2     |       |            |
        """
    )
    assert rows(record, "drugs", "dose", "dose_unit") == [
        (100.0, "mg/m2"),
        (233.0, "mg in all"),
        (None, None),
        (160.0, "mg in all"),
        (None, None),
    ]
    assert found(record) == [("dose-unit-unclear", "drugs.csv", 4)]


def test_a_drug_without_name_is_set_aside_and_one_without_day_is_kept(tcga):
    record = tcga(drugs="| patient | drug | drug_start |\n| P1 | | 39 |\n| P1 | xeloda | |")
    assert accounts(record)["drugs.csv"] == (2, 1, 1)
    assert found(record) == [("missing-required", "drugs.csv", 2), ("start-not-known", "drugs.csv", 3)]


# Radiotherapy --------------------------------------------------------------------------------------


def test_a_course_at_one_site(tcga):
    record = tcga(
        radiations=turned("""
        | patient   | P1                  | P1                      | P1                 |
        | number    | 1                   | 2                       | 3                  |
        | rt_start  | 45                  | 425                     | 500                |
        | rt_end    | 97                  | 431                     |                    |
        | rt_dose   | 6600                | 44                      |                    |
        | units     | cgy                 | gy                      |                    |
        | fractions | 33                  | 5                       |                    |
        | rt_type   | external            | other: specify in notes | implants           |
        | rt_notes  |                     | cyberknife              |                    |
        | why       | adjuvant            | other: specify in notes | palliative         |
        | why_notes |                     | primary                 | back               |
        | rt_site   | primary tumor field | regional site           | distant recurrence |
        """)
    )  # fmt: skip
    columns = ["course_id", "start_day", "end_day", "dose_gy", "fractions", "technique", "intent", "site"]
    assert rows(record, "radiotherapy", *columns) == [
        ("1", 45, 97, 66.0, 33, "external beam", "adjuvant", "primary tumor field"),
        ("2", 425, 431, 44.0, 5, "SABR", "curative", "regional site"),
        ("3", 500, None, None, None, "brachytherapy", "palliative", "distant recurrence, back"),
    ]
    assert found(record) == []


def test_radiotherapy_for_recurrence_has_no_known_intent(tcga):
    record = tcga(
        radiations="""
        | patient | number | rt_start | why        |
        | P1      | 1      | 400      | recurrence |
        | P1      | 2      | 500      | recurrence |
        """
    )
    assert rows(record, "radiotherapy", "intent") == [(None,), (None,)]
    assert found(record) == [("not-mapped", "radiations.csv", 2)]


@pytest.mark.parametrize(
    ("dose", "unit", "fractions", "dose_gy", "rule"),
    [
        ("66", "gy", "33", 66.0, None),
        ("6600", "cgy", "33", 66.0, None),
        ("400", "cgy", "2", 4.0, None),
        ("60", "gy", "", 60.0, None),
        ("7000", "gy", "35", 70.0, "dose-unit-converted"),
        ("60", "cgy", "30", 60.0, "dose-unit-converted"),
        ("60", "cgy", "", 60.0, "dose-unit-converted"),
        ("50", "cgy", "4", 50.0, "dose-unit-converted"),
        ("60", "", "30", 60.0, "dose-unit-inferred"),
        ("51", "", "", 51.0, "dose-unit-inferred"),
        ("5400", "", "", 54.0, "dose-unit-inferred"),
        ("100", "", "", None, "dose-unit-unclear"),  # 100 Gy, or 1 Gy
        ("182", "gy", "30", None, "dose-unit-unclear"),
        ("98", "gy", "2", 98.0, "dose-against-fractions"),  # the fractions are as doubtful as the dose
        ("60", "gy", "1", 60.0, "dose-against-fractions"),
        ("66-70", "gy", "33", None, "not-a-number"),
    ],
)
def test_a_dose_in_its_unit_or_the_only_one_that_makes_sense(tcga, dose, unit, fractions, dose_gy, rule):
    record = tcga(
        radiations=f"""
        | patient | number | rt_start | rt_dose | units  | fractions   |
        | P1      | 1      | 45       | {dose}  | {unit} | {fractions} |
        """
    )
    assert rows(record, "radiotherapy", "dose_gy") == [(dose_gy,)]
    assert found(record) == ([(rule, "radiations.csv", 2)] if rule else [])


# New tumour events ---------------------------------------------------------------------------------

_EVENT = ["day", "reported_response", "progression_site", "criteria", "visit"]


def test_an_event_of_the_older_forms_is_progression_at_its_site(tcga):
    record = tcga(
        follow_ups="""
        | patient | vital | seen | event | day | site               | text |
        | P1      | alive | 1000 | yes   | 100 | oral cavity        |      |
        | P1      | alive | 1000 | yes   | 200 | distant metastasis | lung |
        """
    )
    assert rows(record, "assessments", *_EVENT) == [
        (100, "PD", "local", "new tumour event", "new tumour event: oral cavity"),
        (200, "PD", "distant", "new tumour event", "new tumour event: lung"),
    ]
    assert found(record) == []


def test_an_event_of_the_newer_forms_has_a_type_and_says_how_it_was_determined(tcga):
    record = tcga(
        follow_ups="""
        | patient | n_event | n_day | n_type                  | n_site              | n_how              |
        | P1      | yes     | 300   | locoregional recurrence | cervical lymph node | convincing imaging |
        | P1      | yes     | 400   | locoregional recurrence |                     |                    |
        | P1      | yes     | 500   |                         |                     |                    |
        """
    )
    how = "new tumour event (convincing imaging)"
    assert rows(record, "assessments", *_EVENT) == [
        (300, "PD", "regional", how, "new tumour event: cervical lymph node"),
        (400, "PD", "locoregional", "new tumour event", "new tumour event"),
        (500, "PD", None, "new tumour event", "new tumour event"),
    ]
    assert found(record) == []


def test_a_second_event_on_the_same_form(tcga):
    record = tcga(
        follow_ups="""
        | patient | vital | seen | n_event | n_day | n_type             | s_day | s_type                  |
        | P1      | alive | 1000 | yes     | 686   | distant metastasis | 707   | locoregional recurrence |
        """
    )
    assert rows(record, "assessments", "day", "progression_site") == [(686, "distant"), (707, "locoregional")]


def test_the_same_event_on_several_forms_is_one_assessment_and_no_form_is_lost(tcga):
    record = tcga(
        follow_ups=turned("""
        | patient | P1                                  | P1                      | P1    |
        | vital   | alive                               | alive                   | alive |
        | seen    | 1000                                | 1000                    | 156   |
        | n_event | yes                                 | yes                     | no    |
        | n_day   | 156                                 | 156                     |       |
        | n_type  | locoregional recurrence             | locoregional recurrence |       |
        | n_site  | oral cavity                         |                         |       |
        | n_how   | biopsy with histologic confirmation |                         |       |
        """),
        new_tumor_events="""
        | patient | day | site        | type                 | how                |
        | P1      | 156 | oral cavity | locoregional disease | convincing imaging |
        """,
    )  # fmt: skip
    assert rows(record, "assessments", "day", "criteria", "source_file", "source_line") == [
        (156, "new tumour event (biopsy with histologic confirmation)", "follow_ups.csv", 2)
    ]
    assert accounts(record)["follow_ups.csv"] == (3, 3, 0)
    assert accounts(record)["new_tumor_events.csv"] == (1, 1, 0)
    assert found(record) == []


def test_two_sites_on_one_day_are_two_events(tcga):
    record = tcga(
        new_tumor_events="""
        | patient | day | site               |
        | P1      | 273 | oral cavity        |
        | P1      | 273 | distant metastasis |
        """
    )
    assert rows(record, "assessments", "progression_site") == [("local",), ("distant",)]


@pytest.mark.parametrize(
    ("type", "text"), [("new primary tumor", "tonsil"), ("", "new primary in left lung")]
)
def test_a_new_primary_is_an_assessment_without_response(tcga, type, text):
    record = tcga(
        new_tumor_events=f"""
        | patient | day | type   | site               | text   |
        | P1      | 463 | {type} | distant metastasis | {text} |
        """
    )
    assert rows(record, "assessments", *_EVENT) == [
        (463, None, None, "new primary tumour", f"new primary tumour: {text}")
    ]
    assert found(record) == [("not-mapped", "new_tumor_events.csv", 2)]


def test_an_event_without_details_is_what_another_form_of_that_day_calls_it(tcga):
    record = tcga(
        follow_ups="""
        | patient | vital | seen | n_event | n_day | n_type            |
        | P1      | alive | 1000 | yes     | 463   | new primary tumor |
        """,
        new_tumor_events="| patient | day |\n| P1 | 463 |",
    )
    assert rows(record, "assessments", "day", "reported_response") == [(463, None)]


def test_a_form_that_says_two_things_of_an_event(tcga):
    record = tcga(
        new_tumor_events="""
        | patient | day | type               | site               | text                                     |
        | P1      | 849 | distant metastasis | oral cavity        | r floor of mouth                         |
        | P1      | 900 |                    | distant metastasis | lung (distant mets or new primary tumor) |
        """
    )
    assert rows(record, "assessments", "reported_response", "progression_site") == [("PD", "distant")] * 2
    assert found(record) == [("conflicting-rows", "new_tumor_events.csv", line) for line in (2, 3)]


def test_an_event_without_a_day_is_a_warning_or_sets_the_form_aside_if_it_says_nothing_else(tcga):
    record = tcga(
        follow_ups="""
        | patient | vital | seen | n_event |
        | P1      | alive | 1000 | yes     |
        | P1      |       |      | yes     |
        """,
        new_tumor_events="| patient | day |\n| P1 | 208 |",
    )
    undated = record.findings.filter(pl.col("rule") == "event-without-day")
    assert undated["severity"].to_list() == ["warning", "error"]
    assert undated["message"][0] == (
        "a new tumour event is reported without its day; the first that has one is on day 208"
    )
    assert accounts(record)["follow_ups.csv"] == (2, 1, 1)


def test_a_contact_free_of_events_is_an_assessment_that_saw_no_new_lesion(tcga):
    record = tcga(
        patients="""
        | patient | vital | seen | status     |
        | P1      | alive | 100  | tumor free |
        | P2      | alive | 150  | with tumor |
        """,
        follow_ups="""
        | patient | vital | seen | status     | event | n_event |
        | P1      | alive | 200  |            | no    |         |
        | P1      | alive | 300  | with tumor |       | no      |
        | P1      | alive | 400  | with tumor |       |         |
        | P1      | alive | 300  | tumor free |       |         |
        """,
    )
    assert rows(record, "assessments", "day", "reported_response", "reported_new_lesion", "criteria") == [
        (100, None, False, "tumour free"),
        (200, None, False, "no new tumour event"),
        (300, None, False, "no new tumour event"),
    ]
    assert found(record) == []


def test_treatment_success_is_no_progression(tcga):
    record = tcga(
        follow_ups="""
        | patient | vital | seen | followup_treatment_success | primary_therapy_outcome_success |
        | P1      | alive | 200  | progressive disease        | persistent disease              |
        """
    )
    assert rows(record, "assessments", "day") == []


# Surgery -------------------------------------------------------------------------------------------


def test_surgery_for_a_new_tumour_once_per_day(tcga):
    record = tcga(
        follow_ups=turned("""
        | patient                                           | P1          | P1          |
        | vital                                             | alive       | alive       |
        | seen                                              | 1000        | 1000        |
        | days_to_additional_surgery_locoregional_procedure | 1067        |             |
        | site                                              | oral cavity |             |
        | n_operated_on                                     |             | 1067        |
        | n_site                                            |             | oral cavity |
        """),
        new_tumor_events="""
        | patient | day | operated | operated_on | text |
        | P1      | 230 | yes      | 237         | lung |
        | P1      | 400 | yes      |             |      |
        """,
    )  # fmt: skip
    assert rows(record, "procedures", "day", "procedure", "site") == [
        (1067, "locoregional surgery for a new tumour", "oral cavity"),
        (237, "surgery for a new tumour", "lung"),
    ]
    assert ("event-without-day", "new_tumor_events.csv", 3) in found(record)


# Account -------------------------------------------------------------------------------------------


def test_a_form_without_a_fact_is_set_aside(tcga):
    record = tcga(follow_ups="| patient | vital | seen |\n| P1 | alive | |\n| P1 | | |")
    assert accounts(record)["follow_ups.csv"] == (2, 0, 2)
    assert found(record) == [("no-fact", "follow_ups.csv", 2), ("no-fact", "follow_ups.csv", 3)]


def test_a_stranger_is_one_finding_whatever_the_forms_tell(tcga):
    record = tcga(
        drugs="| patient | drug | drug_start |\n| P9 | cisplatin | 5 |",
        follow_ups="""
        | patient | vital | seen | event | day |
        | P9      | alive | 300  |       |     |
        | P9      | alive | 400  | yes   | 350 |
        |         | alive | 500  |       |     |
        """,
    )
    assert found(record) == [
        ("missing-required", "follow_ups.csv", 4), ("unknown-patient", "drugs.csv", 2)
    ]  # fmt: skip
    assert accounts(record) == {
        "patients.csv": (1, 1, 0), "drugs.csv": (1, 0, 1), "follow_ups.csv": (3, 0, 3)
    }  # fmt: skip


def test_answers_without_a_place_in_the_record_are_named_once_per_file(tcga):
    record = tcga(
        drugs="""
        | patient | drug      | drug_start | number_cycles | measure_of_response |
        | P1      | cisplatin | 5          | 3             |                     |
        """
    )
    [message] = record.findings.filter(rule="not-mapped", table="drugs")["message"]
    assert message == "1 question(s) of the form have no place in the record: number_cycles"


def test_order_of_rows_does_not_matter_and_no_patient_changes_another(tmp_path):
    forms = {
        "patients": "| patient | vital | seen |\n| P1 | alive | 100 |\n| P2 | alive | 90 |",
        "follow_ups": """
        | patient | vital | seen | died | n_event | n_day | n_type             |
        | P1      | alive | 150  |      | yes     | 120   | distant metastasis |
        | P2      | dead  |      | 300  | no      |       |                    |
        | P1      | dead  |      | 200  | yes     | 120   |                    |
        """,
    }
    records = []
    for name, turn in [("as_written", 1), ("reversed", -1)]:
        folder = tmp_path / name
        folder.mkdir()
        for form, table in forms.items():
            header, *lines = _csv(table).splitlines()
            (folder / f"{form}.csv").write_text("\n".join([header, *lines[::turn]]), encoding="utf-8")
        records.append(assemble(read_tcga(folder)))
    for table, columns in [
        ("patients", ["patient_id", "vital_status", "last_alive_day", "death_day"]),
        ("assessments", ["patient_id", "day", "reported_response", "progression_site"]),
    ]:
        first, second = (record.table(table).select(columns).sort(columns).collect() for record in records)
        assert first.equals(second)


# Files ---------------------------------------------------------------------------------------------


def test_a_folder_of_tcga_is_recognised_by_its_questions(tmp_path):
    assert not looks_like_tcga(tmp_path)
    (tmp_path / "patients.csv").write_text("patient_id,sex\nP1,male\n")
    assert not looks_like_tcga(tmp_path)
    (tmp_path / "patients.csv").write_text(
        '\ufeff"patient","days_to_initial_pathologic_diagnosis","days_to_last_followup"\nP1,0,5\n',
        encoding="utf-8",
    )
    assert looks_like_tcga(tmp_path)


def test_a_folder_without_patients_says_so(tmp_path):
    with pytest.raises(RecordError, match=r"has no patients\.csv"):
        read_tcga(tmp_path)


def test_a_file_that_is_no_form_says_so(tmp_path):
    (tmp_path / "patients.csv").write_text("a,b\n1,2\n")
    with pytest.raises(RecordError, match=r"patients\.csv has no column `patient`"):
        read_tcga(tmp_path)
    (tmp_path / "patients.csv").write_bytes(b"")
    with pytest.raises(RecordError, match=r"patients\.csv cannot be read: it is empty"):
        read_tcga(tmp_path)


def test_a_row_that_does_not_fit_its_header_is_set_aside(tmp_path):
    (tmp_path / "patients.csv").write_text("patient,vital_status,days_to_last_followup\nP1,alive,9\n")
    (tmp_path / "follow_ups.csv").write_text(
        "patient,vital_status,days_to_last_followup\nP1,alive,9,9\nP1,alive,12\n"
    )
    record = assemble(read_tcga(tmp_path))
    assert found(record) == [("ragged-row", "follow_ups.csv", 2)]
    assert accounts(record)["follow_ups.csv"] == (2, 1, 1)
