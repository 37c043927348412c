"""SDTM domains as tables of the record: small made-up studies, in every format."""

from pathlib import Path

import polars as pl
import pytest

from headway.errors import RecordError
from headway.ingest.assemble import assemble
from headway.ingest.sdtm import looks_like_sdtm, read_sdtm
from headway.record.record import Record
from tests.ingest.sdtm_study import FORMATS, STUDY, as_csv, as_parquet, domain


@pytest.fixture
def study(tmp_path):
    """A record from pipe tables by domain; DM is P1 of the small study unless given."""

    def build(**domains: str) -> Record:
        for name, text in {"dm": "USUBJID\nP1", **domains}.items():
            as_parquet(tmp_path, name, domain(text))
        return assemble(read_sdtm(tmp_path))

    return build


def adds_up(record: Record) -> bool:
    return (record.rows["rows_read"] == record.rows["rows_used"] + record.rows["rows_set_aside"]).all()


def found(record: Record, rule: str) -> list[tuple]:
    return record.findings.filter(rule=rule).select("table", "rows", "message").rows()


# Formats


@pytest.mark.parametrize("write", FORMATS)
def test_every_format_gives_the_same_record(tmp_path, write):
    for name, text in STUDY.items():
        write(tmp_path, name.lower(), domain(text))
    record = assemble(read_sdtm(tmp_path))
    assert record.rows.select("rows_read", "rows_used", "rows_set_aside").rows() == [
        (3, 3, 0), (4, 4, 0), (11, 11, 0), (4, 4, 0)
    ]  # fmt: skip
    seen = record.tables["measurements"].select(
        "lesion_id", "evaluator", "diameter_mm", "status", "source_line"
    )
    assert sorted(seen.rows(), key=lambda row: row[-1]) == [
        ("T01", "investigator", 30.0, None, 2),
        ("T02", "investigator", 18.5, None, 5),
        ("NT01", "investigator", None, "present", 7),
        ("R1-T01", "radiologist 1", 31.0, None, 8),
        ("T01", "investigator", None, "not evaluable", 9),
        ("T02", "investigator", 0.0, None, 10),
        ("NT01", "investigator", None, "unequivocal progression", 11),
        ("NEW01", "investigator", None, "equivocal", 12),
    ]


def test_a_folder_is_recognised_by_its_demographics(tmp_path):
    assert not looks_like_sdtm(tmp_path)
    as_csv(tmp_path, "dm", domain(STUDY["DM"]))
    assert looks_like_sdtm(tmp_path)
    assert not looks_like_sdtm(tmp_path / "DM.CSV")


def test_a_file_with_another_name_is_read_as_the_domain_that_is_said(tmp_path):
    as_parquet(tmp_path, "dm", domain(STUDY["DM"]))
    as_parquet(tmp_path, "tu_onco_recist", domain(STUDY["TU"]))
    assert "lesions" not in read_sdtm(tmp_path).tables
    assert read_sdtm(tmp_path, {"TU_onco_recist": "tu"}).tables["lesions"].height == 4


def test_a_domain_split_over_files_is_one(study):
    row = "USUBJID | LBTEST | LBSTRESN | LBSTRESU | LBDTC\nP1 | {} | {} | U/L | 2024-01-03"
    record = study(lbch=row.format("Alanine Aminotransferase", 20), lbhe=row.format("Lipase", 40))
    assert record.tables["labs"]["test"].to_list() == ["alanine aminotransferase", "lipase"]


def test_one_domain_in_two_formats_is_refused(tmp_path):
    for write in FORMATS[:2]:
        write(tmp_path, "dm", domain(STUDY["DM"]))
    with pytest.raises(RecordError, match=r"DM is there more than once: DM\.CSV, dm\.parquet"):
        read_sdtm(tmp_path)


def test_no_folder_is_a_clear_message(tmp_path):
    with pytest.raises(RecordError, match="not a folder"):
        read_sdtm(tmp_path / "nowhere")


def test_a_domain_without_a_place_is_named_and_not_read(study):
    record = study(vs="USUBJID | VSTESTCD\nP1 | PULSE")
    assert found(record, "unknown-table") == [
        ("VS", 0, "vs.parquet: it holds no domain that a record has a place for, and was not read")
    ]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("ae.xpt", b"not a transport file"),
        ("ae.xpt", b""),
        ("ae.csv", b""),
        ("ae.csv", b"SUBJECT,AETERM\nP1,PAIN\n"),
        ("ae.parquet", b"PAR1"),
        ("ae.sas7bdat", b"\0" * 2000),
        ("ae.json", b"[1, 2"),
        ("ae.json", b'{"rows": []}'),
        ("ae.json", b'{"columns": [{"name": "USUBJID"}], "rows": [["P1", 3]]}'),
        ("ae.json", b'{"columns": [{"itemOID": "x"}], "rows": [["P1"]]}'),
        ("ae.ndjson", b""),
        ("ae.ndjson", b'{"columns": 3}\n["P1"]'),
        ("ae.ndjson", b'{"columns": [{"name": "USUBJID"}]}\n"P1"'),
        ("ae.ndjson", b"\xff\xfe\x00"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_finding(tmp_path, name, content):
    as_parquet(tmp_path, "dm", domain(STUDY["DM"]))
    (tmp_path / name).write_bytes(content)
    record = assemble(read_sdtm(tmp_path))
    unreadable = record.findings.filter(rule="unreadable-file")
    assert unreadable["source_file"].to_list() == [name]
    assert unreadable["message"][0].startswith(f"{name}: ")
    assert len(unreadable["message"][0]) > len(name) + 10
    assert record.tables["patients"].height == 3


def test_windows_text_and_typed_dates_are_read(tmp_path):
    as_parquet(tmp_path, "dm", domain(STUDY["DM"]))
    (tmp_path / "cm.csv").write_bytes(
        "USUBJID,CMTRT,CMSTDTC\nP1,paclitaxel Bj\xf6rk,2023-05-02\n".encode("cp1252")
    )
    ex = pl.DataFrame(
        {"usubjid": "P1", "extrt": "Erbitux", "exstdtc": pl.Series(["2024-01-10"]).str.to_date()}
    )
    as_parquet(tmp_path, "ex", ex)
    record = assemble(read_sdtm(tmp_path))
    assert record.tables["drugs"].select("drug", "start_day").rows() == [("cetuximab", 19_732)]
    assert record.findings.filter(rule="not-mapped")["source_file"].to_list() == ["cm.csv"]


# Subjects


def test_patients(tmp_path):
    for name, text in STUDY.items():
        as_parquet(tmp_path, name.lower(), domain(text))
    read = read_sdtm(tmp_path)
    patients = read.tables["patients"].drop("source_file", "source_sheet", "birth_date")
    assert patients.rows(named=True)[0] == {
        "patient_id": "P1", "source_line": 2, "sex": "F", "age_years": 61.0, "enrolment_date": "2024-01-10",
        "arm": "Cetuximab", "centre": "001", "vital_status": None, "last_alive_date": "2024-01-02",
        "death_date": None,
    }  # fmt: skip
    dead, screened = (
        assemble(read).tables["patients"].filter(patient_id=who).row(0, named=True) for who in ("P2", "P3")
    )
    assert (dead["death_day"], dead["death_imputed"], dead["vital_status"]) == (
        19_981,
        "D",
        "dead",
    )  # 15 Sep 2024
    # A screen failure is in no arm and was not enrolled.
    assert (screened["arm"], screened["enrolment_day"], screened["sex"]) == (None, None, None)


def test_disposition_and_survival_status_tell_entry_contact_and_death(study):
    record = study(
        dm="USUBJID | RFSTDTC | RFPENDTC\nP1 | 2024-01-05 | 2024-03-01\nP2 | | \nP3 | |",
        ds="""
        USUBJID | DSDECOD           | DSSTDTC
        P1      | RANDOMIZED        | 2024-01-03
        P1      | COMPLETED         | 2024-06-30
        P2      | DEATH             | 2024-02-09
        P3      | LOST TO FOLLOW-UP | 2024-12-31
        P9      | COMPLETED         | 2024-06-30
        """,
        ss="""
        USUBJID | SSTESTCD | SSSTRESC | SSDTC
        P1      | SURVSTAT | ALIVE    | 2024-09-01
        P3      | SURVSTAT | DEAD     | 2024-11-01
        """,
    )
    columns = ["patient_id", "enrolment_date", "last_alive_date", "death_date", "vital_status"]
    days = [pl.col(c.replace("_date", "_day")).cast(pl.Date).cast(pl.String).alias(c) for c in columns[1:4]]
    assert record.tables["patients"].select("patient_id", *days, "vital_status").rows() == [
        ("P1", "2024-01-03", "2024-09-01", None, None),
        ("P2", None, None, "2024-02-09", "dead"),
        ("P3", None, None, None, "dead"),
    ]
    assert found(record, "not-mapped") == [
        ("DS", 1, "DS: LOST TO FOLLOW-UP: it tells neither entry, contact nor death")
    ]
    assert found(record, "unknown-patient") == [("DS", 1, "patient_id 'P9' is not in DM")]
    assert adds_up(record)


def test_two_days_of_death_are_a_warning_and_demographics_counts(study):
    record = study(
        dm="USUBJID | DTHDTC | DTHFL\nP1 | 2024-02-01 | Y",
        ds="USUBJID | DSDECOD | DSSTDTC\nP1 | DEATH | 2024-02-03",
    )
    assert record.tables["patients"]["death_day"].cast(pl.Date).cast(pl.String).to_list() == ["2024-02-01"]
    assert found(record, "two-deaths") == [
        ("patients", 0, "patients.death_date: DM says 2024-02-01, DS says 2024-02-03; DM is used")
    ]


def test_ages_in_other_units(study):
    record = study(dm="USUBJID | AGE | AGEU\nP1 | 726 | MONTHS\nP2 | 60 | \nP3 | 60 | MOONS")
    assert record.tables["patients"]["age_years"].to_list() == [60.5, 60.0, None]


# Exposure


def test_what_was_given_is_drug_radiotherapy_or_procedure(study):
    record = study(
        ex="""
        USUBJID | EXSEQ | EXTRT     | EXDOSE | EXDOSU | EXSTDTC    | EXENDTC    | EXOCCUR
        P1      | 1     | CETUXIMAB | 400    | mg/m2  | 2024-01-10 | 2024-01-10 |
        P1      | 2     | CETUXIMAB | 250    | mg/m2  | 2024-01-17 |            | N
        P1      | 3     | LDRT      | 200    | cGy    | 2024-01-18 | 2024-01-19 |
        """,
        cm="""
        USUBJID | CMTRT      | CMCAT                            | CMSCAT     | CMSTDTC
        P1      | cisplatin  | PRIOR CANCER THERAPY             | ADJUVANT   | 2022-03
        P1      | ZZ-1234    | SUBSEQUENT ANTI-CANCER TREATMENT | PALLIATIVE | 2024-08-01
        P1      | paracetamol | CONCOMITANT MEDICATION          |            | 2024-01-11
        P1      | dexamethasone | CONCOMITANT MEDICATION        |            | 2024-01-11
        """,
        pr="""
        USUBJID | PRSEQ | PRTRT                     | PRDOSE | PRDOSU | PRLOC | PRSTDTC
        P1      | 1     | Stereotactic radiotherapy | 54     | Gy     | LUNG  | 2023-06-01
        P1      | 2     | Neck dissection           |        |        | NECK  | 2022-01-05
        P1      | 3     | CT scan                   |        |        | CHEST | 2024-01-02
        """,
    )
    assert record.tables["drugs"].select("drug", "intent", "dose", "start_imputed").rows() == [
        ("cetuximab", None, 400.0, "none"),
        ("cisplatin", "adjuvant", None, "D"),
        ("ZZ-1234", "palliative", None, "none"),
    ]  # fmt: skip
    courses = record.tables["radiotherapy"].select("course_id", "dose_gy", "technique", "site")
    assert courses.rows() == [("EX3", 2.0, None, None), ("PR1", 54.0, "SABR", "lung")]
    assert record.tables["procedures"].select("procedure", "site").rows() == [("neck dissection", "neck")]
    assert found(record, "no-fact") == [("drugs", 1, "EX: CETUXIMAB: planned, or not given")]
    assert found(record, "not-mapped") == [
        ("drugs", 2, "CM: concomitant medication, not against the cancer (and 1 more row)"),
        ("drugs", 1, "PR: a procedure that is neither radiotherapy nor surgery or ablation"),
    ]
    assert adds_up(record)


def test_exposure_as_collected_counts_only_without_exposure_as_analysed(study):
    collected = """
    USUBJID | ECTRT     | ECMOOD    | ECSTDTC
    P1      | CETUXIMAB | PERFORMED | 2024-01-10
    P1      | CETUXIMAB | SCHEDULED | 2024-01-10
    """
    assert study(ec=collected).tables["drugs"].height == 1
    both = study(ec=collected, ex="USUBJID | EXTRT | EXSTDTC\nP1 | CETUXIMAB | 2024-01-11")
    assert both.tables["drugs"]["source_file"].to_list() == ["ex.parquet"]
    assert both.rows.filter(source_file="ec.parquet")["rows_used"].to_list() == [2]


# Tumours

TR_HEADER = "USUBJID | TRLNKID | TRGRPID | TRTESTCD | TRSTRESC | TRSTAT | TRDTC"


def test_lesions_take_role_organ_and_irradiation_from_tu_and_its_supplement(study):
    record = study(
        tu="""
        USUBJID | TUSEQ | TULNKID | TUTESTCD | TUSTRESC           | TULOC      | TUDTC
        P1      | 1     | T01     | TUMIDENT | TARGET             | LUNG       | 2024-01-02
        P1      | 2     | T02     | TUMIDENT | Target             | LYMPH NODE | 2024-01-02
        P1      | 3     | NT1     | TUMIDENT | NON-TARGET         |            | 2024-01-02
        P1      | 4     | N1      | TUMIDENT | NEW NON-TARGET     | LIVER      | 2024-03-02
        P1      | 5     | T01     | TUMIDENT | TARGET             | BONE       | 2024-03-02
        P1      | 6     | B1      | TUMIDENT | BENIGN ABNORMALITY | LIVER      | 2024-03-02
        """,
        supptu="""
        USUBJID | RDOMAIN | IDVAR | IDVARVAL | QNAM    | QVAL
        P1      | TU      | TUSEQ | 1        | PREVIR  | Y
        P1      | TU      | TUSEQ | 1        | PREVIRP | N
        P1      | TU      | TUSEQ | 2        | TUFOO   | 3
        P1      | TU      | TUSEQ | 99       | PREVIR  | Y
        """,
    )
    columns = [
        "lesion_id",
        "role",
        "organ",
        "lymph_node",
        "previously_irradiated",
        "progressed_since_irradiation",
    ]
    assert record.tables["lesions"].select(columns).rows() == [
        ("T01", "target", "lung", False, True, False),  # where it was at baseline
        ("T02", "target", "lymph node", True, None, None),
        ("NT1", "non-target", None, None, None, None),
        ("N1", "new", "liver", False, None, None),
    ]
    assert found(record, "not-mapped") == [
        ("TU", 0, "SUPPTU: the qualifier TUFOO has no place in the record and is not used"),
        (
            "lesions",
            1,
            "TU: TUMIDENT BENIGN ABNORMALITY: tumour identification without a place in the record",
        ),
    ]
    assert found(record, "no-fact") == [("TU", 1, "SUPPTU: it qualifies a row that TU does not have")]
    assert adds_up(record)


@pytest.mark.parametrize(
    ("organ", "tests", "diameter"),
    [
        ("LYMPH NODE", {"LDIAM": "28", "LPERP": "18"}, 18.0),
        ("LYMPH NODE", {"LDIAM": "28", "DIAMETER": "18"}, 18.0),
        ("LYMPH NODE", {"LDIAM": "28"}, 28.0),
        ("LUNG", {"LDIAM": "28", "LPERP": "18"}, 28.0),
        ("LUNG", {"DIAMETER": "28", "LPERP": "18"}, 28.0),
        ("", {"LDIAM": "28", "LPERP": "18"}, 28.0),
        ("LUNG", {"LDIAM": "TOO SMALL TO MEASURE"}, "too small to measure"),
        ("LUNG", {"LDIAM": "<5"}, "too small to measure"),
    ],
)
def test_which_size_counts(study, organ, tests, diameter):
    rows = [f"P1 | T1 | TARGET | {test} | {value} | | 2024-01-02" for test, value in tests.items()]
    tu = f"USUBJID | TULNKID | TUSTRESC | TULOC\nP1 | T1 | TARGET | {organ}"
    record = study(tu=tu, tr="\n".join([TR_HEADER, *rows]))
    seen = record.tables["measurements"].select(pl.coalesce("status", pl.col("diameter_mm").cast(pl.String)))
    assert seen["status"].to_list() == [str(diameter)]
    assert adds_up(record)


@pytest.mark.parametrize(
    ("group", "state", "status"),
    [
        ("NON-TARGET", "PRESENT", "present"),
        ("NON-TARGET", "Absent", "absent"),
        ("NON-TARGET", "UNEQUIVOCAL", "unequivocal progression"),
        ("NON-TARGET", "INCREASED", "increased"),
        ("NON-TARGET", "NOT ASSESSABLE", "not evaluable"),
        ("NEW", "UNEQUIVOCAL", "unequivocal"),
        ("NEW", "EQUIVOCAL", "equivocal"),
        ("TARGET", "COALESCED", "merged"),
    ],
)
def test_which_status_a_state_is(study, group, state, status):
    record = study(tr=f"{TR_HEADER}\nP1 | L1 | {group} | TUMSTATE | {state} | | 2024-01-02")
    assert record.tables["measurements"]["status"].to_list() == [status]
    # TU says nothing of the lesion, so its role is that of its group in TR.
    assert record.tables["lesions"].select("lesion_id", "role").rows() == [("L1", group.lower())]


def test_what_was_not_done_is_not_evaluable_and_a_missed_scan_is_an_assessment(study):
    record = study(
        tr=f"""{TR_HEADER}
        P1 | T1 | TARGET | LDIAM | 30 |          | 2024-01-02
        P1 | T1 | TARGET | LDIAM |    | NOT DONE | 2024-03-02
        P1 |    |        | TRALL |    | NOT DONE | 2024-05-02
        """
    )
    assert record.tables["measurements"].select("diameter_mm", "status").rows() == [
        (30.0, None),
        (None, "not evaluable"),
    ]
    assert record.tables["assessments"].select("done").rows() == [(False,)]
    assert adds_up(record)


def test_sums_are_merged_into_their_lesions_and_other_tests_are_named(study):
    record = study(
        tr=f"""{TR_HEADER}
        P1 | T1 | TARGET | LDIAM   | 30 | | 2024-01-02
        P1 |    | TARGET | SUMDIAM | 30 | | 2024-01-02
        P1 |    | TARGET | SUMDIAM | 31 | | 2024-03-02
        P1 | T1 | TARGET | VOLUME  | 9  | | 2024-01-02
        P1 |    | TARGET | LDIAM   | 30 | | 2024-01-02
        """
    )
    assert found(record, "not-mapped") == [
        ("measurements", 1, "TR: test SUMDIAM: computed from lesions that are not there"),
        ("measurements", 1, "TR: test VOLUME: tumour result without a place in the record"),
        ("measurements", 1, "TR: test LDIAM: tumour result without a place in the record"),
    ]
    assert record.rows.filter(source_file="tr.parquet").row(0)[2:] == (5, 2, 3)


def test_a_lesion_measured_twice_on_one_day_is_for_the_checks_to_find(study):
    same = study(tr=f"{TR_HEADER}\nP1|T1|TARGET|LDIAM|30||2024-01-02\nP1|T1|TARGET|LDIAM|30||2024-01-02")
    assert found(same, "duplicate-row") == [
        ("measurements", 1, "measurements: the row repeats line 2 exactly")
    ]
    other = study(tr=f"{TR_HEADER}\nP1|T1|TARGET|LDIAM|30||2024-01-02\nP1|T1|TARGET|LDIAM|31||2024-01-02")
    assert [finding[:2] for finding in found(other, "conflicting-rows")] == [("measurements", 2)]


# Responses


def test_responses_of_one_visit_and_reader_are_one_assessment(tmp_path):
    for name, text in STUDY.items():
        as_parquet(tmp_path, name.lower(), domain(text))
    record = assemble(read_sdtm(tmp_path))
    columns = ["evaluator", "visit", "reported_response", "reported_target_response"]
    more = ["reported_non_target_response", "reported_new_lesion", "criteria", "done", "imputed"]
    assert record.tables["assessments"].select(columns + more).rows() == [
        ("investigator", "WEEK 8", "PD", "NE", "PD", None, "RECIST 1.1", None, "D")
    ]


def test_a_word_that_is_no_response_is_set_aside_alone(study):
    record = study(
        rs="""
        USUBJID | RSTESTCD | RSSTRESC | RSDTC
        P1      | OVRLRESP | CHECK    | 2024-03-01
        P1      | TRGRESP  | PR       | 2024-03-01
        P1      | BESTRESP | PR       | 2024-03-01
        P1      | NEWLIND  | N        | 2024-03-01
        """
    )
    columns = ["reported_response", "reported_target_response", "reported_new_lesion"]
    assert record.tables["assessments"].select(columns).rows() == [(None, "PR", False)]
    assert found(record, "not-in-list") == [
        ("assessments", 1, "RS: OVRLRESP is 'CHECK', which is no response")
    ]
    assert found(record, "not-mapped") == [
        ("assessments", 1, "RS: test BESTRESP: response result without a place in the record")
    ]
    assert adds_up(record)


def test_a_visit_that_was_not_done(study):
    record = study(
        rs="USUBJID | RSTESTCD | RSSTRESC | RSSTAT | RSDTC\nP1 | OVRLRESP | | NOT DONE | 2024-03-01"
    )
    assert record.tables["assessments"].select("done", "reported_response").rows() == [(False, None)]


# Safety


def test_only_a_toxicity_grade_is_a_ctcae_grade(study):
    record = study(
        ae="""
        USUBJID | AEDECOD   | AETOXGR | AESEV    | AEREL       | AESER | AEOUT              | AESTDTC
        P1      | RASH      | 2       |          | PROBABLE    | N     | RECOVERED/RESOLVED | 2024-01-20
        P1      | PNEUMONIA | GRADE 5 |          | NOT RELATED | Y     | FATAL              | 2024-02
        P1      | COUGH     |         | MODERATE | UNLIKELY    | N     |                    | 2024-02-02
        """
    )
    columns = ["term", "grade", "severity", "related", "serious", "fatal"]
    assert record.tables["adverse_events"].select(columns).rows() == [
        ("rash", 2, None, True, False, False),
        ("pneumonia", 5, None, False, True, True),
        ("cough", None, "moderate", False, False, None),
    ]
    assert adds_up(record)


def test_laboratory_results_in_standard_units_or_as_measured(study):
    record = study(
        lb="""
        USUBJID|LBTEST   |LBORRES|LBORRESU|LBORNRLO|LBSTRESN|LBSTRESU|LBSTNRLO|LBSTAT  |LBDTC
        P1     |Magnesium|1.5    |mg/dL   |1.6     |0.62    |mmol/L  |0.66    |        |2024-01-20T09:15
        P1     |Magnesium|1.4    |mg/dL   |1.6     |        |        |        |        |2024-01-27
        P1     |pH       |7      |NO UNITS|        |        |        |        |        |2024-01-27
        P1     |Color    |YELLOW |        |        |        |        |        |        |2024-01-27
        P1     |Color    |       |        |        |        |        |        |NOT DONE|2024-02-27
        """
    )
    assert record.tables["labs"].select("test", "value", "unit", "lower_limit").rows() == [
        ("magnesium", 0.62, "mmol/L", 0.66), ("magnesium", 1.4, "mg/dL", 1.6), ("ph", 7.0, "1", None)
    ]  # fmt: skip
    assert found(record, "not-mapped") == [("labs", 1, "LB: Color: a result in words")]
    assert found(record, "no-fact") == [("labs", 1, "LB: Color: not done, or without a result")]
    assert adds_up(record)


# Time


def test_without_any_date_the_study_days_count_from_the_reference_start(study):
    record = study(
        dm="USUBJID | RFSTDTC | DTHFL\nP1 | | Y\nP2 | |",
        ds="USUBJID | DSDECOD | DSSTDTC | DSSTDY\nP1 | DEATH | | 301",
        tr="""
        USUBJID | TRLNKID | TRGRPID | TRTESTCD | TRSTRESC | TRDY
        P1      | T1      | TARGET  | LDIAM    | 30       | -3
        P1      | T1      | TARGET  | LDIAM    | 20       | 57
        """,
    )
    assert record.time == "days"
    days = record.tables["patients"].select("enrolment_day", "last_alive_day", "death_day")
    assert days.rows() == [(0, 56, 300), (None, None, None)]
    assert record.tables["measurements"]["day"].to_list() == [-3, 56]


def test_a_file_of_a_study_with_dates_keeps_its_partial_dates(study):
    record = study(tr=f"{TR_HEADER}\nP1|T1|TARGET|LDIAM|30||2024-01-02\nP1|T1|TARGET|LDIAM|30||2024-07")
    assert record.tables["measurements"].select("day", "imputed").rows() == [(19_724, "none"), (19_919, "D")]
    # The month of a scan is never made up (domain.md 5.4).
    record = study(tr=f"{TR_HEADER}\nP1|T1|TARGET|LDIAM|30||2024-01-02\nP1|T1|TARGET|LDIAM|30||2024---15")
    assert record.tables["measurements"]["day"].to_list() == [19_724]


def test_an_empty_submission_gives_empty_tables(tmp_path: Path):
    for name, text in STUDY.items():
        as_parquet(tmp_path, name.lower(), domain(text).clear())
    extract = read_sdtm(tmp_path)
    assert extract.tables == {}
    assert set(extract.rows_read.values()) == {0}
