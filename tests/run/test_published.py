"""Published results beside recovered ones: matched by analysis, in the published unit."""

from pathlib import Path

import polars as pl
import pytest

from headway.errors import StudyError
from headway.report.sections.published import published as shown
from headway.run.topics.published import beside, read_published

HEADER = "name,analysis,population,group,statistic,at_months,value,unit,source\n"
RESULTS = pl.DataFrame(
    {
        "row": [0, 1, 2],
        "analysis": ["PFS since scai1", "PFS since scai1", "best response since scai1"],
        "population": ["all patients"] * 3,
        "group": ["all", "all", "objective response"],
        "statistic": ["median", "survival", "rate"],
        "at": [None, 365.25, 41.0],
        "value": [182.625, 0.25, 0.5857],
        "lower": [152.1875, 0.2, 0.46],
        "upper": [None, 0.3, 0.7],
        "unit": ["days", "probability", "probability"],
        "n": [80, 80, 70],
    }
)


@pytest.fixture
def published(tmp_path):
    def write(*lines: str) -> Path:
        path = tmp_path / "published.csv"
        path.write_text(HEADER + "\n".join(lines), encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize(
    ("line", "recovered"),
    [
        ("Median PFS,PFS since scai1,,all,median,,5.9,months,S1", 6.0),
        ("PFS at one year,PFS since scai1,,all,survival,12,24,%,S1", 25.0),
        ("ORR,best response since scai1,,objective response,rate,,58.6,%,S1", 58.57),
        ("Responders,best response since scai1,,objective response,rate,,41,patients,S1", 41.0),
        ("Median PFS,PFS since scai1,all patients,women,median,,5.9,months,S1", None),
    ],
)
def test_a_published_number_is_set_beside_the_recovered_one_in_its_unit(published, line, recovered):
    path = published(line)
    found = beside(read_published(path), RESULTS, path)["recovered"][0]
    assert found is None if recovered is None else found == pytest.approx(recovered)


@pytest.mark.parametrize(
    ("line", "difference"),
    [
        ("Responders,best response since scai1,,objective response,rate,,41,patients,S1", "0 %"),
        ("Median PFS,PFS since scai1,,all,median,,5.9,months,S1", "+2 %"),
        ("ORR,best response since scai1,,objective response,rate,,58.6,%,S1", "0.0 points"),
        ("PFS at one year,PFS since scai1,,all,survival,12,26,%,S1", "-1.0 points"),
    ],
)
def test_the_difference_has_its_sign_and_none_has_none(published, line, difference):
    path = published(line)
    table = shown(beside(read_published(path), RESULTS, path)).tables[0]
    assert table.rows[0][3] == difference


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "x,PFS since scai,,all,median,,5.9,months,S1",
            "line 2: analysis: no analysis is called 'PFS since",
        ),
        ("x,PFS since scai,,all,median,,5.9,months,S1", "Did you mean 'PFS since scai1'?"),
        ("x,PFS since scai1,,all,median,,long,months,S1", "line 2: value: 'long' is neither a number nor"),
        ("x,PFS since scai1,,all,median,,5.9,weeks,S1", "line 2: unit: 'weeks' is not one of months"),
    ],
)
def test_a_row_that_is_not_understood_is_said(published, line, said):
    path = published(line)
    with pytest.raises(StudyError) as error:
        beside(read_published(path), RESULTS, path)
    assert said in str(error.value)


def test_a_median_may_be_published_as_not_reached(published):
    path = published("Median PFS,PFS since scai1,,all,median,,not reached,months,S1")
    row = beside(read_published(path), RESULTS, path).row(0, named=True)
    assert (row["value"], row["recovered"]) == (None, pytest.approx(6.0))


def test_a_file_without_rows_is_said(published):
    with pytest.raises(StudyError, match="has no rows"):
        read_published(published())


def test_a_missing_column_and_a_missing_file_are_said(tmp_path):
    with pytest.raises(StudyError, match="there is no file"):
        read_published(tmp_path / "nowhere.csv")
    (tmp_path / "short.csv").write_text("name,analysis\n", encoding="utf-8")
    with pytest.raises(StudyError, match="there is no column 'population'"):
        read_published(tmp_path / "short.csv")


def test_what_a_design_assumes_and_what_others_found_is_told_apart(tmp_path):
    path = tmp_path / "published.csv"
    path.write_text(
        HEADER.replace("source\n", "source,kind\n")
        + "Median PFS,PFS since scai1,,all,median,,5,months,design,assumed\n"
        + "Median PFS of others,PFS since scai1,,all,median,,2.3,months,S4,context\n",
        encoding="utf-8",
    )
    section = shown(beside(read_published(path), RESULTS, path))
    assert section.title == "Assumed and recovered"
    assert [row[0] for row in section.tables[0].rows] == [
        "Median PFS", "Published of other treatments or cohorts", "Median PFS of others",
    ]  # fmt: skip
    assert section.tables[0].heading_rows == {1}


def test_an_unknown_kind_is_said(tmp_path):
    path = tmp_path / "published.csv"
    row = "Median PFS,PFS since scai1,,all,median,,5,months,S1,guessed\n"
    path.write_text(HEADER.replace("source\n", "source,kind\n") + row, encoding="utf-8")
    with pytest.raises(StudyError, match="line 2: kind: 'guessed' is not one of published, assumed, context"):
        read_published(path)
