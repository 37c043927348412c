"""Endpoints compared between groups: numbers that R gives, and what is said where nothing can be compared."""

import json
from pathlib import Path

import polars as pl
import pytest

from headway.errors import StudyError
from headway.ingest.recognise import read_record
from headway.report.document import plain
from headway.run.cohort import cohort as derived
from headway.run.cohort import times_of
from headway.run.pipeline import analysed
from headway.run.topics import comparison, multiplicity, patients
from headway.run.topics.compared import analysis_name
from headway.study import Study
from headway.study.parts import Comparison, Group, Report

ROOT = Path(__file__).parents[2]
HPV = Group(
    title="HPV status", levels={"HPV-negative": "hpv = 'negative'", "HPV-positive": "hpv = 'positive'"}
)
BY_HPV = Comparison(
    endpoint="OS", since="diagnosis", by="hpv_status", adjust=("age_years", "smoking"), subgroups=("sex",),
    weights="overlap",
)  # fmt: skip
PAIR = "HPV-positive vs HPV-negative"


def study(*asked: Comparison, **more: dict) -> Study:
    report = Report(comparison=asked, characteristics=(), treatment=False, toxicity=False)
    return Study(title="Test", record="record", report=report, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def tcga():
    record = read_record(ROOT / "examples" / "tcga-hnsc" / "source")
    return derived(study(BY_HPV, group={"hpv_status": HPV}), record)


@pytest.fixture(scope="module")
def made(tcga):
    return analysed(tcga)


@pytest.fixture(scope="module")
def r_found() -> dict:
    return json.loads((ROOT / "tests" / "reference" / "comparison.json").read_text(encoding="utf-8"))


def rows_of(cohort, made, part: str = "") -> pl.DataFrame:
    name = analysis_name(cohort, cohort.study.report.comparison[0])
    return made.results.filter(analysis=f"{name}, {part}" if part else name)


def said(cohort, made, which: int = 0) -> str:
    section = comparison.TOPIC.show(cohort, comparison.TOPIC.asked(cohort)[which], made)
    return "\n".join(plain(paragraph) for paragraph in section.paragraphs)


def test_the_times_that_r_was_given_are_those_of_the_record(tcga, r_data):
    times = times_of(tcga, "OS", "diagnosis").sort("patient_id").drop_nulls("days")
    assert times["days"].to_list() == r_data("tcga_hnsc_os")["days"].to_list()
    assert times["event"].cast(pl.Int64).to_list() == r_data("tcga_hnsc_os")["event"].to_list()


def test_log_rank_equals_r(tcga, made, r_found):
    p = rows_of(tcga, made, "log-rank").filter(statistic="p-value")["value"]
    assert p.to_list() == pytest.approx(r_found["log_rank"], rel=1e-8)


@pytest.mark.parametrize("part", ["unadjusted", "adjusted"])
def test_hazard_ratios_tests_and_concordance_equal_r(tcga, made, r_found, part):
    rows = rows_of(tcga, made, part)
    ratios = rows.filter(statistic="hazard ratio")
    assert ratios["value"].to_list() == pytest.approx(r_found[f"{part}.ratios"], rel=1e-8)
    limits = [limit for row in ratios.iter_rows(named=True) for limit in (row["lower"], row["upper"])]
    assert limits == pytest.approx(r_found[f"{part}.limits"], rel=1e-8)
    tests = rows.filter(group="all", statistic="p-value")["value"]
    assert tests.to_list() == pytest.approx(r_found[f"{part}.tests"], rel=1e-7)
    concordance = rows.filter(statistic="concordance")["value"]
    assert concordance.to_list() == pytest.approx(r_found[f"{part}.concordance"], rel=1e-8)


@pytest.mark.parametrize("part", ["unadjusted", "adjusted"])
def test_proportional_hazards_equal_r(tcga, made, r_found, part):
    rows = rows_of(tcga, made, f"{part}, proportional hazards").filter(statistic="p-value")
    found = [rows.filter(group=group)["value"][0] for group in ("groups", "model")]
    assert found == pytest.approx(r_found[f"{part}.zph"], rel=1e-7)


def test_subgroups_and_their_interaction_equal_r(tcga, made, r_found):
    rows = rows_of(tcga, made, "subgroups, HPV-positive")
    for level in ("female", "male"):
        ratio = rows.filter(group=f"sex {level}", statistic="hazard ratio")
        assert [*ratio.select("value", "lower", "upper").row(0)] == pytest.approx(
            r_found[f"sex.{level}"], rel=1e-8
        )
    p = rows.filter(group="sex", statistic="p-value")["value"]
    assert p.to_list() == pytest.approx(r_found["sex.interaction"], rel=1e-7)


def test_overlap_weights_balance_every_covariate(tcga, made):
    after = rows_of(tcga, made, "balance, HPV-positive").filter(statistic="difference weighted")
    before = rows_of(tcga, made, "balance, HPV-positive").filter(statistic="difference unweighted")
    assert before["value"].abs().min() > 0.1  # type: ignore[operator]
    # Of a category the differences of its levels are 0, and so is their distance (Li 2018).
    assert after["value"].abs().max() < 1e-6  # type: ignore[operator]
    worth = rows_of(tcga, made, "balance, HPV-positive").filter(statistic="effective sample size")
    assert (worth["value"] < worth["n"]).all()


def test_patients_without_a_covariate_are_counted_and_left_out(tcga, made):
    adjusted = rows_of(tcga, made, "adjusted").filter(statistic="hazard ratio")
    assert adjusted["n"].unique().to_list() == [512]  # of 525 with a time and HPV status
    missing = rows_of(tcga, made).filter(statistic="not recorded")
    assert dict(missing.select("group", "value").iter_rows()) == {
        "hpv_status": 2.0, "age_years": 1.0, "smoking": 13.0,
    }  # fmt: skip


def test_the_section_names_ratios_figures_and_tables(tcga, made):
    section = comparison.TOPIC.show(tcga, BY_HPV, made)
    text = said(tcga, made)
    assert (
        "hazard ratio (95 % CI) 0.69 (0.47 to 1.02) unadjusted, 0.76 (0.51 to 1.13) adjusted for age and"
        in text
    )
    assert [figure.name for figure in section.figures] == [
        "comparison_1_curves",
        "comparison_1_subgroups_1",
        "comparison_1_balance_1",
        "comparison_1_weighted_1",
    ]
    assert [table.title for table in section.tables][1:] == [
        "Log-rank tests", "Hazard ratios", f"Balance, {PAIR}", f"Weighted, {PAIR}", "Subgroups",
    ]  # fmt: skip


PATIENTS = """
| patient_id | sex    | arm | age_years | diagnosis_day | last_alive_day | death_day |
| a          | male   | A   | 60        | 0             |                | 100       |
| b          | female | A   | 61        | 0             |                | 300       |
| c          | male   | A   | 55        | 0             | 500            |           |
| d          | male   | B   | 70        | 0             |                | 200       |
| e          | female | B   | 66        | 0             | 400            |           |
| f          | male   | B   | 58        | 0             | 600            |           |
| g          | male   |     | 58        | 0             | 600            |           |
"""
BY_ARM = Comparison(endpoint="OS", since="diagnosis", by="arm")


def answered(cohort, *asked: Comparison, patients: str = PATIENTS, **more: dict) -> tuple[str, pl.DataFrame]:
    """What the first section says, and the results."""
    of = derived(study(*asked, **more), cohort(patients=patients))
    made = analysed(of)
    return said(of, made), made.results


def test_r9_8_groups_under_ten_have_a_hazard_ratio_and_no_p_value(cohort):
    text, results = answered(cohort, BY_ARM)
    assert results.filter(statistic="hazard ratio")["value"].null_count() == 0
    p = results.filter(pl.col("statistic") == "p-value", pl.col("analysis").str.contains("compared by arm"))
    assert p["value"].null_count() == p.height > 0
    assert "Some p-values are not given: a group has fewer than 10 patients." in text


def test_who_has_no_group_is_counted(cohort):
    assert "1 patient without a recorded arm: not compared." in answered(cohort, BY_ARM)[0]


AGES = {"old": "age_years > 120", "60 and over": "age_years >= 60", "under 60": "age_years < 60"}
ONE_ARM = PATIENTS.replace("| B  ", "| A  ")
ALL_ALIVE = "\n".join(
    "|".join([*line.split("|")[:-3], " 900 ", " ", ""])
    if line.startswith("| ") and "_id" not in line
    else line
    for line in PATIENTS.splitlines()
)


@pytest.mark.parametrize(
    ("patients", "asked", "more", "reason"),
    [
        (ONE_ARM, BY_ARM, {}, "All patients with an outcome are in one group, A: there is nothing"),
        (ALL_ALIVE, BY_ARM, {}, "No patient has the event yet: nothing can be tested."),
        (PATIENTS, Comparison(endpoint="OS", since="diagnosis", by="hpv"), {},
         "No patient with an outcome has a group: nothing is compared."),
        (PATIENTS, BY_ARM.model_copy(update={"since": "ici"}), {},
         "No patient has an outcome since this time zero: nothing is compared."),
        (PATIENTS, BY_ARM.model_copy(update={"population": "old"}),
         {"population": {"old": {"where": "age_years > 120"}}},
         "No patient is in this population: nothing is compared."),
        (PATIENTS, Comparison(endpoint="OS", since="diagnosis", by="age", reference="old"),
         {"group": {"age": {"levels": AGES}}},
         "The reference group, old, has no patient with an outcome: nothing is compared."),
    ],
)  # fmt: skip
def test_what_cannot_be_compared_is_said(cohort, patients, asked, more, reason):
    text, results = answered(cohort, asked, patients=patients, **more)
    assert reason in text
    assert results.filter(statistic="hazard ratio").is_empty()


def test_an_empty_level_is_named_and_the_rest_compared(cohort):
    levels = {"over 120": "age_years > 120", "60 and over": "age_years >= 60", "under 60": "age_years < 60"}
    asked = Comparison(endpoint="OS", since="diagnosis", by="age", trend=True)
    text, results = answered(cohort, asked, group={"age": {"levels": levels}})
    assert "over 120: nobody in this group has a time." in text
    assert results.filter(statistic="hazard ratio").height == 1
    # The scores of the trend are the places of the levels, the empty one included.
    assert results.filter(pl.col("method").str.contains("trend over scores 2, 3")).height > 0


def test_a_single_event_separates_the_groups_and_the_reason_is_told(cohort):
    one = PATIENTS.replace("|                | 300       |", "| 300            |           |").replace(
        "|                | 200       |", "| 200            |           |"
    )
    text, results = answered(cohort, BY_ARM, patients=one)
    ratio = results.filter(statistic="hazard ratio")
    assert ratio["value"].to_list() == [None]
    assert "not estimable: the likelihood keeps rising as the hazard ratio goes to 0" in text
    assert not results.filter(pl.col("value").is_nan()).height


def test_few_events_for_the_covariates_are_a_warning(cohort):
    text, _ = answered(cohort, BY_ARM.model_copy(update={"adjust": ("age_years",)}))
    assert "3 events for coefficients: 2, fewer than 10 each; the model may be unstable." in text


def test_weights_without_covariates_are_asked_for(cohort):
    text, _ = answered(cohort, BY_ARM.model_copy(update={"weights": "ATE"}))
    assert "Weighted, B: the covariates of the propensity model are expected under `adjust`." in text


def test_row_order_decides_nothing(cohort):
    shuffled = PATIENTS.splitlines()
    shuffled = "\n".join([*shuffled[:2], *reversed(shuffled[2:])])
    asked = BY_ARM.model_copy(update={"adjust": ("age_years",), "subgroups": ("sex",)})
    assert answered(cohort, asked)[1].equals(answered(cohort, asked, patients=shuffled)[1])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"adjust": ("age",)},
            "report.comparison.adjust: there is no column 'age' of patients. Did you mean",
        ),
        ({"adjust": ("death_day",)}, "'death_day' is known only after time zero"),
        ({"adjust": ("lines",)}, "'lines' is known only after time zero"),
        ({"adjust": ("arm",)}, "'arm' is what the groups are made of already"),
        ({"reference": "C"}, "report.comparison.reference: 'C' is no level of arm."),
        (
            {"endpoint": "response", "adjust": ("age_years",)},
            "report.comparison.adjust: is for times to an event",
        ),
        ({"endpoint": "response", "since": "as reported"}, "response cannot be 'as reported'"),
    ],
)
def test_a_mistake_in_the_study_file_is_named(cohort, change, message):
    with pytest.raises(StudyError) as error:
        answered(cohort, BY_ARM.model_copy(update=change))
    assert message in str(error.value)


def test_the_same_comparison_twice_is_refused(cohort):
    with pytest.raises(StudyError, match="is asked for twice"):
        answered(cohort, BY_ARM, BY_ARM.model_copy(update={"subgroups": ("sex",)}))


def test_a_comparison_does_not_show_the_results_of_one_whose_name_begins_like_its_own(cohort):
    adjusted = BY_ARM.model_copy(update={"adjust": ("age_years",)})
    of = derived(study(BY_ARM, adjusted), cohort(patients=PATIENTS))
    made = analysed(of)
    assert "adjusted for age" not in said(of, made, 0)
    assert "adjusted for age" in said(of, made, 1)


def test_exposures_and_pairs_are_left_to_their_own_topics(cohort):
    paired = Comparison(endpoint="OS", since="diagnosis", paired="ici")
    of = derived(study(BY_ARM, paired), cohort(patients=PATIENTS))
    assert comparison.TOPIC.asked(of) == [BY_ARM]


RESPONSES = "\n".join(
    ["| patient_id | day | reported_response |"]
    + [f"| p{i:02} | {day} | {'PR' if i % 20 < (14 if i < 20 else 6) else 'PD'} |"
       for i in range(40) for day in (50, 100)]
)  # fmt: skip
FORTY = "\n".join(
    ["| patient_id | sex | arm | enrolment_day | last_alive_day |"]
    + [
        f"| p{i:02} | {'male' if i % 2 else 'female'} | {'A' if i < 20 else 'B'} | 0 | 200 |"
        for i in range(40)
    ]
)


def test_9_1_response_by_arm_with_named_tests(cohort):
    asked = Comparison(endpoint="response", since="enrolment", by="arm", reference="B", strata=("sex",))
    of = derived(study(asked), cohort(patients=FORTY, assessments=RESPONSES))
    made = analysed(of)
    results = made.results
    name = f"{analysis_name(of, asked)}, best response"
    one = {
        row["statistic"]: row for row in results.filter(analysis=name, group="A vs B").iter_rows(named=True)
    }
    # 14 of 20 and 6 of 20: chi-square 6.4 without Yates on 1 degree of freedom; Newcombe's limits.
    assert one["p-value"]["value"] == pytest.approx(0.011412036386, rel=1e-9)
    assert one["p-value"]["method"] == "chi-square"
    assert one["risk difference"]["value"] == pytest.approx(0.4)
    assert one["odds ratio"]["value"] == pytest.approx((14 / 6) / (6 / 14))
    assert one["risk ratio"]["value"] == pytest.approx(14 / 6)
    assert "A vs B: difference of rates (95 % CI) 40.0 % (9.0 to 61.9), p = 0.011 (chi-square)." in said(
        of, made
    )
    pooled = results.filter(analysis=f"{name}, within strata", statistic="common odds ratio")
    # Women 7 of 10 and 3 of 10, men the same: the common odds ratio is that of each stratum.
    assert pooled["value"].to_list() == pytest.approx([(7 / 3) / (3 / 7)])


def test_9_8_several_comparisons_stand_together_corrected_by_holm(cohort):
    asked = [Comparison(endpoint="response", since="enrolment", by=by) for by in ("arm", "sex")]
    of = derived(study(*asked), cohort(patients=FORTY, assessments=RESPONSES))
    made = analysed(of)
    rows = made.results.filter(analysis="comparisons together")
    raw, corrected = (rows.filter(statistic=s)["value"].to_list() for s in ("p-value", "adjusted p-value"))
    assert corrected == pytest.approx([2 * raw[0], raw[1]])
    section = multiplicity.TOPIC.show(of, asked, made)
    assert [plain(cell) for cell in section.tables[0].rows[0]][1:] == ["chi-square", "0.011", "0.023"]


def crossing(n: int) -> str:
    """Half of B dies before anybody of A, and the other half later than A does: the curves cross."""
    late = [300 + 20 * i for i in range(n)]
    deaths = {
        "A": late,
        "B": [*(20 * (i + 1) for i in range(n // 2)), *(day + 250 for day in late[n // 2 :])],
    }
    rows = [
        f"| {arm}{i:02} | {arm} | 60 | 0 | | {day} |"
        for arm, days in deaths.items()
        for i, day in enumerate(days)
    ]
    return "\n".join(["| patient_id | arm | age_years | diagnosis_day | last_alive_day | death_day |", *rows])


def test_9_3_hazards_that_are_not_proportional_bring_periods_and_mean_times(cohort):
    asked = BY_ARM.model_copy(update={"reference": "A"})
    of = derived(study(asked), cohort(patients=crossing(30)))
    made = analysed(of)
    assert "The unadjusted hazard ratio is not the same all the time" in said(of, made)
    ratios = made.results.filter(pl.col("analysis").str.ends_with("by period"), statistic="hazard ratio")
    early, late = ratios["value"]
    assert early > 1 > late
    means = made.results.filter(pl.col("analysis").str.ends_with("restricted mean"))
    # Everybody of A has died by day 880: until then its mean is that of its days of death.
    by_arm = means.filter(statistic="restricted mean", at=880.0)
    assert by_arm.filter(group="A")["value"].to_list() == pytest.approx([590])
    tables = comparison.TOPIC.show(of, asked, made).tables
    assert "Where the hazards are not proportional" in [table.title for table in tables]


def test_9_4_characteristics_by_group_with_standardised_differences(cohort):
    report = Report(characteristics=("age_years", "sex", "ecog"), characteristics_by="arm", treatment=False)
    of = derived(Study(title="T", record="r", report=report), cohort(patients=PATIENTS))
    section = patients.TOPIC.show(of, report.characteristics, analysed(of))
    table = section.tables[1]
    assert table.header == ("", "A (n = 3)", "B (n = 3)", "Standardised difference")
    written = [tuple(plain(cell) for cell in row) for row in table.rows]
    # Means 58.667 and 64.667, variances 10.333 and 37.333: 6 / sqrt(23.833) = 1.23.
    assert written[1] == ("median (quartiles)", "60.0 (57.5 to 60.5)", "66.0 (62.0 to 68.0)", "1.23")
    assert written[4:6] == [
        ("male", "2 (66.7 %)", "2 (66.7 %)", "0.00"), ("female", "1 (33.3 %)", "1 (33.3 %)", ""),
    ]  # fmt: skip
    assert "Patients without a group are left out: 1." in table.note
