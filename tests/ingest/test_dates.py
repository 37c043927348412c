"""Days as people write them, and what becomes of dates that are only partly known (domain.md 5.4)."""

from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headway.ingest.dates import read_days, tells_time
from headway.ingest.recognise import read_record
from headway.record.columns import Partial

WHOLE = """
2021-03-15           | 2021-03-15
2021-03-15T10:30     | 2021-03-15
2021-03-15 10:30:00  | 2021-03-15
2021-03-15T10:30:00Z | 2021-03-15
15.03.2021           | 2021-03-15
5.3.2021             | 2021-03-05
15mar2021            | 2021-03-15
15MAR2021            | 2021-03-15
15-Mar-2021          | 2021-03-15
15 Mar 2021          | 2021-03-15
15 March 2021        | 2021-03-15
2024-02-29           | 2024-02-29
1900-01-01           | 1900-01-01
"""

NO_DAY = [
    "2021-02-30", "2021-13-01", "2021-13", "2021-00", "2021-02-29", "31.04.2021", "0021-03-15",
    "2121-03-15", "1821", "3021", "yesterday", "15/3", "2021-3x", "2021-W10", "UN-03-2021",
    "2021-UN-15", "44270", "-5", "1e3", "2021-03-15x", "²021-03-15", "٢٠٢١-٠٣-١٥",
]  # fmt: skip

# What is known | rule | becomes | flag
PARTIAL = """
2021-03    | start               | 2021-03-01 | D
2021       | start               | 2021-01-01 | M
2021-02    | end                 | 2021-02-28 | D
2024-02    | end                 | 2024-02-29 | D
2021       | end                 | 2021-12-31 | M
2021-06    | scan                | 2021-06-15 | D
1960-05    | middle              | 1960-05-15 | D
1960       | middle              | 1960-07-01 | M
2021-03    | last_contact        | 2021-03-01 | D
2021       | last_contact        | 2021-01-01 | M
2021-03    | death               | 2021-03-15 | D
2021       | death               | 2021-07-01 | M
2021-03    | adverse_event_start | 2021-03-01 | D
2021       | adverse_event_start | 2021-01-01 | M
2021-03-UN | death               | 2021-03-15 | D
2021-UN-UN | death               | 2021-07-01 | M
2021-03-xx | start               | 2021-03-01 | D
2021-03-?? | start               | 2021-03-01 | D
2021-03--- | start               | 2021-03-01 | D
2021-unk   | end                 | 2021-12-31 | M
2021-03-15 | end                 | 2021-03-15 | none
"""


def _cells(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


def _read(written: list[str], partial: Partial = "start") -> list[tuple[str | None, str | None]]:
    frame = pl.DataFrame({"text": written}, schema={"text": pl.String})
    read = frame.select(read=read_days("text", "dates", partial)).unnest("read")
    return read.select(pl.col("day").cast(pl.Date).cast(pl.String), "imputed").rows()


@pytest.mark.parametrize(("written", "day"), _cells(WHOLE))
def test_whole_dates(written, day):
    assert _read([written]) == [(day, "none")]


@pytest.mark.parametrize("written", NO_DAY)
def test_what_is_no_date_is_not_guessed(written):
    assert _read([written]) == [(None, None)]


@pytest.mark.parametrize(("written", "partial", "day", "flag"), _cells(PARTIAL))
def test_partial_dates_follow_the_rule_of_their_column(written, partial, day, flag):
    assert _read([written], partial) == [(day, flag)]


@pytest.mark.parametrize(
    ("column", "days"),
    [
        (["15/03/2021", "01/02/2021"], ["2021-03-15", "2021-02-01"]),
        (["03/15/2021", "01/02/2021"], ["2021-03-15", "2021-01-02"]),
        (["01/02/2021", "02/03/2021"], [None, None]),
        (["15/03/2021", "03/15/2021"], [None, None]),
        (["01.02.2021", "01/02/2021"], ["2021-02-01", None]),
    ],
)
def test_slashes_are_read_only_where_the_column_shows_their_order(column, days):
    assert [day for day, _ in _read(column)] == days


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("0", 0),
        ("56", 56),
        ("-30", -30),
        ("+7", 7),
        ("56.0", 56),
        ("1.5", None),
        ("2021-03-15", None),
        ("x", None),
    ],
)
def test_relative_days(written, day):
    read = pl.DataFrame({"text": [written]}).select(read=read_days("text", "days", "start")).unnest("read")
    assert read.row(0) == (day, None if day is None else "none")


@pytest.mark.parametrize(
    ("values", "time"),
    [
        (["2021-03-15", None], "dates"),
        (["15.03.2021"], "dates"),
        (["0", "56", "-30"], "days"),
        (["2021", "2022"], None),
        (["2021", "56"], "days"),
        (["2021", "2021-03"], "dates"),
        ([], None),
        ([None], None),
    ],
)
def test_how_a_column_tells_time(values, time):
    assert tells_time(pl.Series(values, dtype=pl.String)) == time


def test_typed_columns_tell_time_by_their_type():
    assert tells_time(pl.Series([date(2021, 3, 15)])) == "dates"
    assert tells_time(pl.Series([5])) == "days"


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_every_date_is_read_back_from_iso(day):
    assert _read([day.isoformat()]) == [(day.isoformat(), "none")]


@given(
    st.dates(date(1950, 1, 1), date(2050, 12, 31)),
    st.sampled_from(["start", "end", "middle", "death", "last_contact"]),
)
def test_a_partial_date_stays_in_its_month_and_year(day, partial):
    (month, _), (year, _) = _read([day.strftime("%Y-%m"), day.strftime("%Y")], partial)
    assert month is not None
    assert year is not None
    assert month[:7] == day.isoformat()[:7]
    assert year[:4] == day.isoformat()[:4]


@given(
    st.text(max_size=14) | st.from_regex(r"[0-9]{1,4}[-/. ][0-9A-Za-z]{1,3}[-/. ][0-9]{1,4}", fullmatch=True)
)
def test_any_text_is_a_day_or_none(text):
    ((day, flag),) = _read([text])
    assert (day is None) == (flag is None)


# With the patient's other facts


def _record(tmp_path, **tables: str):
    for name, text in tables.items():
        (tmp_path / f"{name}.csv").write_text(text)
    return read_record(tmp_path)


@pytest.mark.parametrize(
    ("alive", "death", "day"),
    [
        ("2021-03-20", "2021-03", "2021-03-21"),  # the same month: the day after the last contact
        ("2021-03-05", "2021-03", "2021-03-06"),
        ("2021-02-20", "2021-03", "2021-03-15"),
        ("2021-09-20", "2021", "2021-09-21"),  # mid-year would be before the last contact
        ("2021-02-20", "2021", "2021-07-01"),
        ("", "2021-03", "2021-03-15"),
    ],
)
def test_death_comes_after_the_last_contact(tmp_path, alive, death, day):
    record = _record(tmp_path, patients=f"patient_id,last_alive_date,death_date\nP1,{alive},{death}\n")
    assert record.tables["patients"]["death_day"].cast(pl.Date).cast(pl.String).to_list() == [day]
    assert record.findings["rule"].to_list() == ["imputed-date"]


@pytest.mark.parametrize(
    ("start", "day"),
    [("2021-03", "2021-03-10"), ("2021", "2021-03-10"), ("2021-04", "2021-04-01"), ("2020", "2020-01-01")],
)
def test_an_adverse_event_in_the_month_of_the_first_dose_starts_with_it(tmp_path, start, day):
    record = _record(
        tmp_path,
        patients="patient_id,last_alive_date\nP1,2022-01-31\n",
        drugs="patient_id,drug,start_date\nP1,nivolumab,2021-03-10\n",
        adverse_events=f"patient_id,term,grade,start_date\nP1,rash,2,{start}\n",
    )
    assert record.tables["adverse_events"]["start_day"].cast(pl.Date).cast(pl.String).to_list() == [day]


def test_an_adverse_event_that_ended_before_the_first_dose_does_not_start_with_it(tmp_path):
    record = _record(
        tmp_path,
        patients="patient_id,last_alive_date\nP1,2022-01-31\n",
        drugs="patient_id,drug,start_date\nP1,nivolumab,2021-03-10\n",
        adverse_events="patient_id,term,grade,start_date,end_date\nP1,rash,2,2021-03,2021-03-05\n",
    )
    assert record.tables["adverse_events"]["start_day"].cast(pl.Date).to_list() == [date(2021, 3, 1)]


def test_a_year_alone_is_never_a_scan(tmp_path):
    """The month of a scan is never made up (domain.md 5.4); the row is set aside."""
    record = _record(
        tmp_path,
        patients="patient_id,last_alive_date\nP1,2022-01-31\n",
        assessments="patient_id,date,reported_response\nP1,2021,PD\nP1,2021-06,SD\n",
    )
    assert record.tables["assessments"]["day"].cast(pl.Date).to_list() == [date(2021, 6, 15)]
    assert sorted(record.findings["rule"]) == ["imputed-date", "not-a-day"]


def test_an_end_is_not_imputed_beyond_death(tmp_path):
    record = _record(
        tmp_path,
        patients="patient_id,death_date\nP1,2021-03-14\n",
        drugs="patient_id,drug,start_date,end_date\nP1,nivolumab,2021-01-10,2021-03\n",
        adverse_events="patient_id,term,grade,start_date,end_date\nP1,rash,2,2021-02-10,2021-03\n",
    )
    assert set(record.findings["rule"]) == {"imputed-date"}
    for name in ("drugs", "adverse_events"):
        assert record.tables[name]["end_day"].cast(pl.Date).to_list() == [date(2021, 3, 14)]


def test_relative_days_are_never_imputed(tmp_path):
    record = _record(tmp_path, patients="patient_id,last_alive_date\nP1,2021\nP2,56\n")
    assert record.time == "days"
    assert record.tables["patients"]["last_alive_day"].to_list() == [2021, 56]
    assert record.findings.is_empty()


def test_the_epoch_is_1970(tmp_path):
    record = _record(tmp_path, patients="patient_id,last_alive_date\nP1,1970-01-02\n")
    assert date(1970, 1, 1) + timedelta(record.tables["patients"]["last_alive_day"][0]) == date(1970, 1, 2)
