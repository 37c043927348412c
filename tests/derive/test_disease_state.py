"""Oligometastatic states: the vectors O1 to O12, borders of the rules, what cannot be told (domain.md 7)."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.derive.disease_state import ESTRO_EORTC, OligometastaticRules, disease_states, state_on
from headway.derive.metastases import metastases_by_imaging
from headway.record.columns import empty
from headway.record.derived.disease_state import STATES, DiseaseStates, MetastaticImaging
from headway.record.record import Record
from headway.record.tables import TABLES
from tests.conftest import pipe_table

COUNTS = ["metastases", "new", "growing", "controlled", "unknown", "organs", "locoregional"]


def imaging(text: str) -> pl.LazyFrame:
    """Pipe table of MetastaticImaging; a count that is not written is 0, `treatable` not recorded."""
    table = pipe_table(text)
    schema = MetastaticImaging.create_empty().schema
    typed = table.cast({name: dtype for name, dtype in schema.items() if name in table.columns})
    full = pl.concat([pl.DataFrame(schema=schema), typed], how="diagonal")
    return full.with_columns(pl.col(COUNTS).fill_null(0)).lazy()


def judged(record: Record, shown: pl.LazyFrame, rules: OligometastaticRules = ESTRO_EORTC) -> pl.DataFrame:
    tables = (record.table(name) for name in ("drugs", "radiotherapy", "procedures", "patients"))
    states = disease_states(shown, *tables, rules=rules, time="days").collect()
    DiseaseStates.validate(states)
    return states.sort("patient_id", "evaluator", "day")


PATIENTS = "| patient_id | diagnosis_day |\n" + "\n".join(f"| O{i} | 0 |" for i in range(1, 13))
DRUGS = """
| patient_id | drug          | start_day | end_day |
| O3         | cisplatin     | 350       | 420     |
| O5         | pembrolizumab | 600       | 850     |
| O6         | cetuximab     | 800       | 890     |
| O7         | cisplatin     | 110       | 250     |
| O8         | pembrolizumab | 110       | 400     |
| O9         | pembrolizumab | 110       | 400     |
| O12        | cetuximab     | 40        | 300     |
"""
COURSES = """
| patient_id | course_id | start_day | end_day |
| O4         | A         | 410       | 414     |
| O5         | A         | 410       | 414     |
| O6         | A         | 410       | 414     |
"""
VECTORS = """
| patient_id | day | metastases | new | growing | number |
| O1         | 60  | 2          | 2   | 0       | 1      |
| O2         | 400 | 2          | 2   | 0       | 2      |
| O3         | 400 | 2          | 2   | 0       | 3      |
| O4         | 400 | 2          | 2   | 0       | 2      |
| O4         | 900 | 1          | 1   | 0       | 4      |
| O5         | 400 | 2          | 2   | 0       | 2      |
| O5         | 900 | 1          | 0   | 1       | 5      |
| O6         | 400 | 2          | 2   | 0       | 2      |
| O6         | 900 | 2          | 0   | 0       | 6      |
| O7         | 100 | 12         | 12  | 0       |        |
| O7         | 400 | 0          | 0   | 0       |        |
| O7         | 900 | 1          | 1   | 0       | 7      |
| O8         | 100 | 12         | 12  | 0       |        |
| O8         | 300 | 12         | 0   | 1       | 8      |
| O9         | 100 | 12         | 12  | 0       |        |
| O9         | 300 | 3          | 0   | 0       | 9      |
| O10        | 400 | 7          | 7   | 0       |        |
| O11        | 400 | 5          | 5   | 0       | 2      |
| O12        | 30  | 8          | 8   | 0       |        |
| O12        | 200 | 2          | 0   | 0       | 9      |
"""


def vectors(cohort) -> tuple[Record, pl.DataFrame]:
    return cohort(patients=PATIENTS, drugs=DRUGS, radiotherapy=COURSES), pipe_table(VECTORS)


def test_vectors_o1_to_o12(cohort):
    record, expected = vectors(cohort)
    states = judged(record, imaging(VECTORS).select(MetastaticImaging.column_names()))
    expected = expected.sort("patient_id", "day")
    assert (
        states.select("patient_id", "day", "number").rows()
        == expected.select("patient_id", "day", "number").rows()
    )
    others = states.filter(pl.col("number").is_null())
    assert dict(others.select(pl.format("{} {}", "patient_id", "day"), "state").iter_rows()) == {
        "O7 100": "polymetastatic",
        "O7 400": "no metastasis",
        "O8 100": "polymetastatic",
        "O9 100": "polymetastatic",
        "O10 400": "polymetastatic",
        "O12 30": "polymetastatic",
    }
    assert set(states["number"].drop_nulls()) == set(range(1, 10))


def one(cohort, text: str, rules: OligometastaticRules = ESTRO_EORTC, **tables: str) -> tuple[str, str]:
    """The state and reason of the last imaging of patient P1, whose diagnosis was on day 0."""
    record = cohort(**({"patients": "| patient_id | diagnosis_day |\n| P1 | 0 |"} | tables))
    return judged(record, imaging(text), rules).select("state", "reason").row(-1)


FEW = "| patient_id | day | metastases | new |\n"


@pytest.mark.parametrize(
    ("metastases", "state"), [(5, "metachronous oligorecurrence"), (6, "polymetastatic")]
)
def test_o11_five_are_oligometastatic_and_six_are_not(cohort, metastases, state):
    assert one(cohort, FEW + f"| P1 | 400 | {metastases} | {metastases} |")[0] == state


@pytest.mark.parametrize(("day", "state"), [(183, STATES[0]), (184, STATES[1]), (-5, STATES[0])])
def test_r7_2_day_183_is_synchronous(cohort, day, state):
    assert one(cohort, FEW + f"| P1 | {day} | 2 | 2 |")[0] == state


@pytest.mark.parametrize(
    ("drug", "end", "active"),
    [("cisplatin", 372, True), ("cisplatin", 371, False), ("nivolumab", 310, True), ("nivolumab", 309, False),
     ("cisplatin", 500, True), ("a new drug", 372, True), ("ondansetron", 400, False)],
)  # fmt: skip
def test_r7_1_active_therapy_is_28_days_after_the_last_dose_and_90_for_checkpoint_inhibitors(
    cohort, drug, end, active
):
    drugs = f"| patient_id | drug | start_day | end_day |\n| P1 | {drug} | 300 | {end} |"
    state = one(cohort, FEW + "| P1 | 400 | 2 | 2 |", drugs=drugs)[0]
    assert state == (STATES[2] if active else STATES[1])


def test_r7_1_a_drug_begun_on_the_day_of_imaging_comes_after_it(cohort):
    drugs = "| patient_id | drug | start_day | end_day |\n| P1 | cisplatin | 400 | 500 |"
    assert one(cohort, FEW + "| P1 | 400 | 2 | 2 |", drugs=drugs)[0] == STATES[1]


def test_reasons_are_the_answers_to_the_questions(cohort):
    record, _ = vectors(cohort)
    states = judged(record, imaging(VECTORS).select(MetastaticImaging.column_names()))
    reasons = {f"{p} {day}": reason for p, day, reason in states.select("patient_id", "day", "reason").rows()}
    assert reasons["O1 60"] == (
        "synchronous oligometastatic disease: Q0 yes: 2 metastases, up to 5, assumed to be treatable; Q1 no: "
        "never over 5 before; Q2 no: not oligometastatic before; Q3 no: 60 days after diagnosis, up to 183 "
        "(R7.1 to R7.3)"
    )
    assert reasons["O3 400"].endswith(
        "Q3 yes: 400 days after diagnosis, over 183; Q4 yes: systemic therapy goes on; Q5 yes: 2 new, "
        "0 growing (R7.1 to R7.3)"
    )
    assert reasons["O8 300"] == (
        "induced oligoprogression: Q0 yes: 1 new or growing of 12 metastases, up to 5, assumed to be "
        "treatable; Q1 yes: over 5 metastases before; Q4 yes: systemic therapy goes on; Q5 yes: 0 new, "
        "1 growing (R7.1 to R7.3)"
    )
    assert reasons["O7 900"].endswith("Q4 no: last dose on day 250 (R7.1 to R7.3)")
    assert reasons["O4 900"].endswith("Q4 no: no systemic therapy before (R7.1 to R7.3)")
    assert reasons["O10 400"] == "polymetastatic: Q0 no: 7 metastases, over 5 (R7.1 to R7.3)"
    assert reasons["O7 400"] == "no metastasis: Q0 no: no metastasis (R7.1 to R7.3)"


def test_an_untreated_episode_keeps_its_state_until_it_is_treated(cohort):
    text = FEW + "| P1 | 400 | 2 | 2 |\n| P1 | 430 | 3 | 1 |\n| P1 | 600 | 3 | 0 |"
    record = cohort(
        patients="| patient_id | diagnosis_day |\n| P1 | 0 |",
        procedures="| patient_id | day | procedure |\n| P1 | 440 | wedge resection |",
    )
    states = judged(record, imaging(text))
    assert states.select("number", "since_day").rows() == [(2, 400), (2, 400), (4, 600)]
    assert states["reason"][1].startswith(
        "as on day 400, for no treatment came between: metachronous oligorecurrence: Q0 yes: 2 metastases"
    )


@pytest.mark.parametrize(
    ("text", "tables", "missing"),
    [
        ("| patient_id | day | metastases | unknown |\n| P1 | 400 | 4 | 2 |", {},
         "whether 2 of the lesions are metastases is not recorded"),
        ("| patient_id | day | metastases | unknown |\n| P1 | 400 | 0 | 1 |", {},
         "whether 1 of the lesions are metastases is not recorded"),
        (FEW + "| P1 | 400 | 2 | 2 |", {"patients": "| patient_id | diagnosis_day |\n| P1 | |"},
         "the day of diagnosis is not recorded"),
        (FEW + "| P1 | 400 | 2 | 2 |",
         {"drugs": "| patient_id | drug | start_day | end_day |\n| P1 | cisplatin | 200 | |"},
         "whether a drug without a recorded end was still given"),
        (FEW + "| P1 | 400 | 12 | 1 |",
         {"drugs": "| patient_id | drug | start_day | end_day |\n| P1 | cisplatin | 200 | |"},
         "whether a drug without a recorded end was still given"),
        (FEW + "| P1 | 400 | 2 | 2 |",
         {"patients": "| patient_id | diagnosis_day | recurrent_metastatic_day |\n| P1 | 0 | 300 |"},
         "how many metastases there were before the first imaging in the record"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_says_which_fact_is_missing(cohort, text, tables, missing):
    state, reason = one(cohort, text, **tables)
    assert state == "cannot tell"
    assert reason.startswith(f"cannot tell: {missing} (Q0 ")


def test_unknown_lesions_do_not_matter_where_the_answer_is_the_same(cohort):
    head = "| patient_id | day | metastases | new | unknown |\n"
    assert one(cohort, head + "| P1 | 400 | 2 | 2 | 3 |")[0] == STATES[1]
    assert one(cohort, head + "| P1 | 400 | 6 | 6 | 3 |")[0] == "polymetastatic"


def test_a_missing_day_of_diagnosis_does_not_matter_after_polymetastatic_disease(cohort):
    text = FEW + "| P1 | 0 | 9 | 9 |\n| P1 | 400 | 2 | 0 |"
    assert one(cohort, text, patients="| patient_id | diagnosis_day |\n| P1 | |")[0] == STATES[6]


def test_organs_treatability_and_the_limit_are_the_study_s(cohort):
    head = "| patient_id | day | metastases | new | organs | treatable |\n"
    two_organs = OligometastaticRules("three in one organ", most_metastases=3, most_organs=1)
    strict = OligometastaticRules("strict", assume_treatable=False)
    assert one(cohort, head + "| P1 | 400 | 3 | 3 | 1 | yes |", two_organs)[0] == STATES[1]
    assert one(cohort, head + "| P1 | 400 | 3 | 3 | 2 | yes |", two_organs)[0] == "polymetastatic"
    assert one(cohort, head + "| P1 | 400 | 4 | 4 | 1 | yes |", two_organs)[0] == "polymetastatic"
    assert one(cohort, head + "| P1 | 400 | 3 | 3 | 1 | no |")[0] == "polymetastatic"
    assert one(cohort, head + "| P1 | 400 | 3 | 3 | 1 | |", strict)[0] == "cannot tell"
    assert one(cohort, head + "| P1 | 400 | 3 | 3 | 1 | yes |", strict)[0] == STATES[1]


LESIONS = """
| patient_id | lesion_id | role       | organ  | metastasis |
| P1         | M1        | target     | lung   | yes        |
| P1         | M2        | target     | liver  | yes        |
| P1         | M3        | new        | bone   | yes        |
| P1         | N1        | non-target | node   | no         |
| P1         | U1        | non-target | skin   |            |
"""
SCANS = """
| patient_id | lesion_id | day | evaluator | diameter_mm | status  |
| P1         | M1        | 0   | reader    | 20          |         |
| P1         | M2        | 0   | reader    | 30          |         |
| P1         | N1        | 0   | reader    |             | present |
| P1         | U1        | 0   | reader    |             | present |
| P1         | M1        | 60  | reader    | 26          |         |
| P1         | U1        | 60  | reader    |             | absent  |
| P1         | M1        | 120 | reader    | 24          |         |
| P1         | M2        | 120 | reader    |             | absent  |
| P1         | M3        | 120 | reader    | 12          |         |
| P1         | M1        | 180 | reader    | 32          |         |
| P1         | M2        | 180 | reader    |             | not evaluable |
"""
ABLATED = {
    "radiotherapy": "| patient_id | course_id | start_day |\n| P1 | A | 70 |",
    "irradiated_lesions": "| patient_id | course_id | lesion_id | role |\n| P1 | A | M1 | SBRT |",
}


def shown(record: Record) -> pl.DataFrame:
    names = ("lesions", "measurements", "irradiated_lesions", "radiotherapy")
    table = metastases_by_imaging(*(record.table(name) for name in names)).collect()
    MetastaticImaging.validate(table)
    return table.sort("patient_id", "day")


def test_r7_3_metastases_at_each_imaging_from_the_record(cohort):
    table = shown(cohort(lesions=LESIONS, measurements=SCANS))
    assert table.select("day", *COUNTS).rows() == [
        (0, 2, 2, 0, 0, 1, 2, 1),
        (60, 2, 0, 1, 0, 0, 2, 1),
        (120, 2, 1, 0, 0, 0, 2, 1),
        (180, 2, 0, 1, 0, 0, 2, 1),
    ]


def test_r7_3_a_lesion_after_sabr_counts_only_if_it_grows_again(cohort):
    table = shown(cohort(lesions=LESIONS, measurements=SCANS, **ABLATED))
    found = table.select("day", "metastases", "new", "growing", "controlled").rows()
    assert found[2:] == [(120, 1, 1, 0, 1), (180, 2, 0, 1, 0)]


def test_from_lesions_to_the_state_and_the_state_on_any_day(cohort):
    record = cohort(
        patients="| patient_id | diagnosis_day |\n| P1 | -400 |",
        drugs="| patient_id | drug | start_day | end_day |\n| P1 | nivolumab | 80 | 170 |",
        lesions=LESIONS,
        measurements=SCANS.replace(
            "| P1         | U1        | 0   | reader    |             | present |\n", ""
        ),
        **ABLATED,
    )
    states = judged(record, shown(record).lazy())
    assert states["state"].to_list() == [
        "metachronous oligorecurrence",
        "metachronous oligorecurrence",
        "repeat oligoprogression",
        "repeat oligoprogression",
    ]
    days = pl.LazyFrame(
        {"patient_id": ["P1"] * 3, "on_day": [-1, 119, 500]}, {"patient_id": pl.String, "on_day": pl.Int32}
    )
    found = state_on(states.lazy(), days).collect().sort("on_day")
    assert found["state"].to_list() == [None, "metachronous oligorecurrence", "repeat oligoprogression"]


def test_each_reader_has_states_of_their_own(cohort):
    record = cohort(
        patients="| patient_id | diagnosis_day |\n| P1 | -400 |",
        lesions="""
        | patient_id | lesion_id | role   | metastasis | evaluator |
        | P1         | M1        | target | yes        | one       |
        | P1         | M1        | target | yes        | other     |
        | P1         | M2        | target | yes        | other     |
        """,
        measurements="""
        | patient_id | lesion_id | day | evaluator | diameter_mm |
        | P1         | M1        | 0   | one       | 20          |
        | P1         | M1        | 0   | other     | 20          |
        | P1         | M2        | 0   | other     | 20          |
        """,
    )
    table = shown(record)
    assert dict(table.select("evaluator", "metastases").iter_rows()) == {"one": 1, "other": 2}
    assert judged(record, table.lazy()).height == 2


def test_an_empty_table_is_fine():
    none = {name: empty(table.schema).lazy() for name, table in TABLES.items()}
    shown = metastases_by_imaging(
        none["lesions"], none["measurements"], none["irradiated_lesions"], none["radiotherapy"]
    )
    states = disease_states(shown, none["drugs"], none["radiotherapy"], none["procedures"], none["patients"])
    assert states.collect().is_empty()


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["P1", "P2"]),
        st.integers(0, 600),
        st.integers(0, 8),
        st.integers(0, 2),
        st.integers(0, 2),
        st.integers(0, 1),
    ),
    max_size=8,
    unique_by=lambda row: row[:2],
)
GIVEN = st.lists(
    st.tuples(
        st.sampled_from(["P1", "P2"]),
        st.sampled_from(["cisplatin", "nivolumab"]),
        st.integers(0, 500),
        st.one_of(st.none(), st.integers(0, 100)),
    ),
    max_size=5,
)


@settings(max_examples=25)
@given(ROWS, GIVEN, st.randoms(use_true_random=False))
def test_row_order_does_not_matter_and_patients_do_not_change_each_other(rows, given_drugs, random):
    def derived(rows: list[tuple], doses: list[tuple]) -> pl.DataFrame:
        head = "| patient_id | day | metastases | new | growing | unknown |"
        text = "\n".join([head, *("| " + " | ".join(map(str, row)) + " |" for row in rows)])
        blank = {name: empty(table.schema) for name, table in TABLES.items()}
        drugs = [
            (p, d, start, None if lasting is None else start + lasting) for p, d, start, lasting in doses
        ]
        schema = {
            name: blank["drugs"].schema[name] for name in ("patient_id", "drug", "start_day", "end_day")
        }
        people = pl.DataFrame({"patient_id": ["P1", "P2"], "diagnosis_day": [0, 100]}).cast(
            {"diagnosis_day": pl.Int32}
        )
        tables = {
            "drugs": pl.concat([blank["drugs"], pl.DataFrame(drugs, schema, orient="row")], how="diagonal"),
            "patients": pl.concat([blank["patients"], people], how="diagonal"),
        }
        return judged(Record("days", tables), imaging(text))

    whole = derived(rows, given_drugs)
    assert derived(random.sample(rows, len(rows)), random.sample(given_drugs, len(given_drugs))).equals(whole)
    alone = [[row for row in table if row[0] == "P1"] for table in (rows, given_drugs)]
    assert derived(*alone).equals(whole.filter(patient_id="P1"))
