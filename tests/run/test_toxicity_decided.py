"""A count of toxicity leads to the event, or the laboratory result, that decided for each patient."""

import polars as pl
import pytest

from headway.ingest.recognise import read_record
from headway.run.cohort import cohort
from headway.run.pipeline import analysed
from headway.run.stories import stories
from headway.study import load
from tests.conftest import pipe_table

STUDY = 'title = "Toxicity"\nrecord = "record"\n[report]\ntoxicity = true\n'
TABLES = {
    "patients": """
        | patient_id | diagnosis_date |
        | P1         | 2020-01-01     |
        | P2         | 2020-01-01     |
    """,
    "drugs": """
        | patient_id | drug      | start_date | end_date   |
        | P1         | cetuximab | 2020-02-01 | 2020-06-01 |
        | P2         | cetuximab | 2020-02-01 | 2020-06-01 |
    """,
    "adverse_events": """
        | patient_id | term    | soc  | grade | start_date |
        | P1         | Rash    | Skin | 2     | 2020-02-10 |
        | P1         | Rash    | Skin | 3     | 2020-03-05 |
        | P1         | Rash    | Skin | 3     | 2020-03-01 |
        | P1         | Nausea  | Gut  | 1     | 2020-02-10 |
        | P2         | Rash    | Skin | 4     | 2020-01-20 |
        | P2         | Fatigue | Body | 1     | 2020-02-02 |
    """,
    "labs": """
        | patient_id | test | date       | value | unit   | lower_limit | upper_limit |
        | P1         | ANC  | 2020-01-31 | 0.4   | 10^9/L | 2           | 7           |
        | P1         | ANC  | 2020-02-15 | 1.2   | 10^9/L | 2           | 7           |
        | P1         | ANC  | 2020-03-15 | 0.9   | 10^9/L | 2           | 7           |
        | P2         | ANC  | 2020-03-15 | 5.000000000001 | 10^9/L | 2  | 7           |
    """,
}


@pytest.fixture(scope="module")
def of_study(tmp_path_factory):
    folder = tmp_path_factory.mktemp("toxicity")
    (folder / "record").mkdir()
    for name, table in TABLES.items():
        pipe_table(table).write_csv(folder / "record" / f"{name}.csv")
    (folder / "study.toml").write_text(STUDY, encoding="utf-8")
    return cohort(load(folder / "study.toml"), read_record(folder / "record"), folder)


@pytest.fixture(scope="module")
def made(of_study):
    return analysed(of_study)


def given(made, analysis: str, group: str | None) -> dict[str, str]:
    own = made.contributions.filter(pl.col("analysis") == analysis, pl.col("group").eq_missing(group))
    return dict(own.select("patient_id", "value").iter_rows())


P1_RASH = "grade 3 rash on 2020-03-01 (adverse_events.csv, line 4)"
P2_FATIGUE = "grade 1 fatigue on 2020-02-02 (adverse_events.csv, line 7)"


@pytest.mark.parametrize(
    ("analysis", "group", "expected"),
    [
        # The first event of the worst grade; the rash of P2 began before the first dose (R6.10).
        ("toxicity by term", "rash", {"P1": P1_RASH}),
        ("toxicity by term", "fatigue", {"P2": P2_FATIGUE}),
        ("toxicity by soc", "skin", {"P1": P1_RASH}),
        ("toxicity by any", "any event", {"P1": P1_RASH, "P2": P2_FATIGUE}),
        ("toxicity", None, {"P1": P1_RASH, "P2": P2_FATIGUE}),
        (
            "laboratory toxicity",
            "Neutrophil count decreased",
            {
                "P1": "grade 3: 0.9 10^9/L on 2020-03-15 (labs.csv, line 4)",
                "P2": "grade 0: 5 10^9/L on 2020-03-15 (labs.csv, line 5)",
            },
        ),
    ],
)
def test_r6_11_each_patient_gives_what_decided_the_worst_grade(made, analysis, group, expected):
    assert given(made, analysis, group) == expected


def test_every_patient_behind_a_count_says_what_decided(made):
    counts = made.results.filter(pl.col("analysis").str.contains("toxicity"), pl.col("value") > 0)
    assert counts.height > 10
    for row in counts.iter_rows(named=True):
        said = given(made, row["analysis"], row["group"]) or given(made, row["analysis"], None)
        assert set(row["patients"]) <= set(said), row


def test_the_story_of_a_patient_tells_it_with_reason_and_source(of_study, made):
    told = stories(of_study, made).filter(pl.col("topic").str.contains("toxicity"), patient_id="P1")
    assert told.select("shown_day", "topic", "what", "source").rows() == [
        ("2020-02-10", "toxicity", "nausea: worst grade 1", "adverse_events.csv, line 5"),
        ("2020-03-01", "toxicity", "rash: worst grade 3", "adverse_events.csv, line 4"),
        (
            "2020-03-15",
            "laboratory toxicity",
            "neutrophil count decreased: worst grade 3 after the first dose",
            "labs.csv, line 4",
        ),
    ]
    assert told["reason"][2].startswith("grade 3: 0.9 10^9/L is under 1.0 10^9/L")
    assert "the first dose" in told["reason"][1]


def test_row_order_does_not_matter(of_study, made):
    tables = {name: table.reverse() for name, table in of_study.record.tables.items()}
    turned = analysed(cohort(of_study.study, type(of_study.record)("dates", tables), of_study.folder))
    wanted = pl.col("analysis").str.contains("toxicity")
    one, other = (m.contributions.filter(wanted) for m in (made, turned))
    assert one.sort(pl.all()).equals(other.sort(pl.all()))
