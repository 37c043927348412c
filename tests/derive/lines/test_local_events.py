"""Local therapy on the line in progress (R4.11)."""

import polars as pl

from headway.derive.lines import local_events
from headway.record.columns import empty
from headway.record.tables.treatment import Procedures, Radiotherapy
from tests.conftest import pipe_table
from tests.derive.lines.examples import derived

LINES = """
| drug          | start_day | end_day | intent     |
| cisplatin     | -300      | -260    | concurrent |
| pembrolizumab | 0         | 100     | palliative |
"""
# The lines last from -300 to -240 and from 0 to 120.


def rows(schema, text: str) -> pl.LazyFrame:
    blank = empty(schema)
    table = pipe_table(text).with_columns(patient_id=pl.lit("P1"))
    typed = table.cast({name: blank.schema[name] for name in table.columns})  # type: ignore[arg-type]
    return pl.concat([blank, typed], how="diagonal").lazy()


def events(courses: str = "", operations: str = "") -> pl.DataFrame:
    radiotherapy = rows(Radiotherapy, courses) if courses else empty(Radiotherapy).lazy()
    procedures = rows(Procedures, operations) if operations else empty(Procedures).lazy()
    return local_events(radiotherapy, procedures, derived(LINES).lines).collect()


def test_r4_11_a_course_belongs_to_the_line_in_progress_or_to_the_one_that_begins_during_it():
    found = events("""
        | course_id | start_day | end_day |
        | before    | -301      | -260    |
        | between   | -100      | -90     |
        | during    | 40        | 44      |
        | last day  | 120       | 125     |
        | after     | 121       | 125     |
        | unknown   |           |         |
        """)
    assert found.select("day", "line", "setting", "day_of_line").rows() == [
        (-301, 1, "curative", -1),
        (-100, None, None, None),
        (40, 2, "palliative", 40),
        (120, 2, "palliative", 120),
        (121, None, None, None),
        (None, None, None, None),
    ]


def test_r4_11_operations_and_ablations_are_told_apart():
    found = events(
        operations="""
        | day | procedure                   | site  |
        | 10  | neck dissection             | neck  |
        | 20  | radiofrequency ablation     | liver |
        | 30  | Microwave                   |       |
        """
    )
    assert found.select("event", "what", "line").rows() == [
        ("surgery", "neck dissection, neck", 2),
        ("ablation", "radiofrequency ablation, liver", 2),
        ("ablation", "Microwave", 2),
    ]


def test_nothing_local_is_an_empty_table():
    assert events().is_empty()
