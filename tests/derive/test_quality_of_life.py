"""Quality of life: scores, deterioration, and the one-year endpoint of OMET (R5.10 to R5.14)."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headway.derive.deterioration import TTD, TUDD, TUDD_WITH_DEATH, DeteriorationRules, time_to_deterioration
from headway.derive.one_year_quality import one_year_quality
from headway.derive.quality_of_life import scale_scores, unscored_answers
from headway.knowledge.quality_of_life import scale_names, scales
from headway.record.columns import empty
from headway.record.derived.endpoints import TimesToEvent
from headway.record.derived.quality_of_life import OneYearQuality, ScaleScores, UnscoredAnswers
from headway.record.tables import TABLES


def form(answers: dict[str, float | None], instrument="QLQ-C30", patient="P1", day=0) -> pl.DataFrame:
    blank = empty(TABLES["quality_of_life"].schema)
    rows = pl.DataFrame(
        {"item": list(answers), "score": list(answers.values())}, {"item": pl.String, "score": pl.Float64}
    ).with_columns(
        patient_id=pl.lit(patient), day=pl.lit(day, pl.Int32), instrument=pl.lit(instrument),
        source_line=pl.int_range(2, 2 + pl.len(), dtype=pl.Int64),
    )  # fmt: skip
    return pl.concat([blank, rows], how="diagonal")


def scored(table: pl.DataFrame) -> dict[str, tuple[float | None, str]]:
    found = scale_scores(table.lazy()).collect()
    ScaleScores.validate(found)
    return {row["scale"]: (row["score"], row["reason"]) for row in found.iter_rows(named=True)}


@pytest.mark.parametrize(
    ("answers", "scale", "score", "reason"),
    [
        ({"29": 5, "30": 6}, "QL", 75.0, "QL 75: 2 of 2 items answered (R5.10)"),
        (
            {"1": 1, "2": 2, "3": 1, "4": 1, "5": 1},
            "PF",
            93.3333333,
            "PF 93.33: 5 of 5 items answered (R5.10)",
        ),
        ({"10": 2, "12": 3, "18": 2}, "FA", 44.4444444, "FA 44.44: 3 of 3 items answered (R5.10)"),
        ({"29": 5, "30": None}, "QL", 66.6666667, "QL 66.67: 1 of 2 items answered (R5.10)"),
        ({"29": 5}, "QL", 66.6666667, "QL 66.67: 1 of 2 items answered (R5.10)"),
        ({"10": 2, "12": None}, "FA", None, "FA missing: 1 of 3 items answered, half are needed (R5.10)"),
        ({"21": 4, "22": 4}, "EF", 0.0, "EF 0: 2 of 4 items answered (R5.10)"),
        ({"8": 4}, "DY", 100.0, "DY 100: 1 of 1 items answered (R5.10)"),
        ({"Q29": 5, "Item 30": 6}, "QL", 75.0, "QL 75: 2 of 2 items answered (R5.10)"),
        ({"QL2": 58.3}, "QL", 58.3, "QL 58.3: as recorded"),
        (
            {"29": 5, "30": 6, "QL": 70},
            "QL",
            75.0,
            "QL 75: 2 of 2 items answered (R5.10); recorded as 70",
        ),
    ],
)
def test_r5_10_scores_of_the_qlq_c30(answers, scale, score, reason):
    found = scored(form(answers))[scale]
    assert found == (score if score is None else pytest.approx(score), reason)


@pytest.mark.parametrize(
    ("answers", "scale", "score"),
    [
        ({"35": 2, "36": 2, "37": 3, "38": 1}, "HNSW", 33.3333333),
        ({"63": 1}, "HNFE", 0.0),
        ({"63": 2}, "HNFE", 100.0),
        ({"46": 4, "53": 4, "54": 4}, "HNSP", 100.0),
        ({"48": 1, "55": 1, "56": None, "57": None, "58": None}, "HNSC", None),
        ({"HN31": 2, "HN32": 2}, "HNPA", 33.3333333),
    ],
)
def test_r5_11_scores_of_the_qlq_hn35(answers, scale, score):
    assert scored(form(answers, "EORTC QLQ-H&N35"))[scale][0] == (score and pytest.approx(score))


def test_r5_11_every_item_of_both_questionnaires_belongs_to_one_scale():
    items = scales().explode("items").group_by("instrument").agg(pl.col("items").sort())
    assert dict(items.iter_rows()) == {"QLQ-C30": list(range(1, 31)), "QLQ-H&N35": list(range(31, 66))}
    assert scale_names().select("instrument", "written_item").is_duplicated().sum() == 0


def test_r5_10_the_summary_score_needs_all_13_scales():
    best = {str(item): 1.0 for item in range(1, 29)}
    assert scored(form(best))["SUMMARY"] == (100.0, "summary score 100: mean of 13 scales (R5.10)")
    # Fatigue at its worst turns one of 13 scales from 100 to 0; money (28) has no part in it.
    tired = best | {"10": 4, "12": 4, "18": 4, "28": 4}
    assert scored(form(tired))["SUMMARY"][0] == pytest.approx(1200 / 13)
    without = {item: answer for item, answer in best.items() if item != "8"}
    assert scored(form(without))["SUMMARY"] == (
        None,
        "summary score missing: 12 of 13 scales, all are needed (R5.10)",
    )


def test_r5_10_answers_that_cannot_be_used_are_listed_and_do_not_count():
    c30 = form({"29": 9, "30": 6, "8": 2.5, "31": 2, "wellbeing": 3, "item 9": 1})
    twice = form({"14": 1, "Q14": 4, "15": 4, "Q15": 4})
    other = form({"1": 2}, "EQ-5D")
    table = pl.concat([c30, twice, other])
    left = unscored_answers(table.lazy()).collect().sort("instrument", "source_line", "item")
    UnscoredAnswers.validate(left)
    assert set(left["reason"]) == {
        "item 29 is answered from 1 to 7, not 9.0",
        "item 8 is answered from 1 to 4, not 2.5",
        "QLQ-C30 has no item or scale 31",
        "QLQ-C30 has no item or scale wellbeing",
        "item 14 is answered twice on this day, and differently",
        "EQ-5D is not an instrument that is scored here",
    }
    assert left.height == 7
    found = scored(table)
    assert (found["QL"][0], found["DY"][0], found["PA"][0], found["NV"][0]) == (
        pytest.approx(500 / 6),
        None,
        0.0,
        100.0,
    )


def global_scores(text: str) -> dict[str, pl.LazyFrame]:
    """Patients written as `P1 | death | last alive | 0: 66.7, 56: 50`."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    seen = [(p, *item.split(":")) for p, _, _, scores in lines for item in scores.split(",") if item]
    points = [(p, int(day), "QLQ-C30", "QL", "global", float(score)) for p, day, score in seen]
    names = ["patient_id", "day", "instrument", "scale", "kind", "score"]
    types = {name: ScaleScores.create_empty().schema[name] for name in names}
    lives = [
        (p, int(death) if death else None, int(alive) if alive else None) for p, death, alive, _ in lines
    ]
    life_types = {"patient_id": pl.String, "death_day": pl.Int32, "last_alive_day": pl.Int32}
    patients = pl.LazyFrame(lives, life_types, orient="row")
    return {
        "scores": pl.LazyFrame(points, types, orient="row"),
        "start": patients.select("patient_id", start_day=pl.lit(0, pl.Int32)),
        "patients": patients,
    }


def times(text: str, rules: DeteriorationRules) -> dict[str, tuple]:
    found = time_to_deterioration(**global_scores(text), rules=rules, time="days").collect()
    TimesToEvent.validate(found)
    return {r["patient_id"]: (r["days"], r["event"], r["reason"]) for r in found.iter_rows(named=True)}


COURSES = """
worse      |     |     | 0: 75, 56: 65, 112: 60
just not   |     |     | 0: 75, 56: 65.1
recovers   |     |     | 0: 75, 56: 50, 112: 70
falls late |     |     | 0: 75, 56: 50, 112: 70, 168: 50, 224: 60
from best  |     |     | 0: 60, 56: 75, 112: 60, 168: 60
at the end |     |     | 0: 75, 56: 70, 112: 50
dies       | 200 | 200 | 0: 75, 56: 70
unscored   |     |     | 30: 50
unfollowed |     |     | -5: 75
nothing    | 90  | 90  |
"""


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        (TTD, {"worse": (56, True), "just not": (56, False), "recovers": (56, True), "falls late": (56, True),
               "from best": (168, False), "at the end": (112, True), "dies": (56, False),
               "unscored": (None, None), "unfollowed": (1, False), "nothing": (None, None)}),
        (TUDD, {"worse": (56, True), "recovers": (112, False), "falls late": (168, True),
                "from best": (168, False), "at the end": (112, True), "dies": (56, False)}),
        (TUDD_WITH_DEATH, {"worse": (56, True), "dies": (200, True), "recovers": (112, False)}),
        (DeteriorationRules("best", definitive=True, reference="best previous"),
         {"from best": (112, True), "worse": (56, True), "falls late": (168, True)}),
        (DeteriorationRules("seen twice", definitive=True, last_score_counts=False),
         {"worse": (56, True), "at the end": (112, False), "falls late": (168, True)}),
        (DeteriorationRules("sensitive", definitive=True, without_baseline="event at day 1",
                            without_follow_up="event at day 1"),
         {"unscored": (1, True), "unfollowed": (1, True), "nothing": (1, True)}),
        (DeteriorationRules("MID 5", definitive=False, points=5.0),
         {"just not": (56, True), "at the end": (56, True)}),
    ],
    ids=lambda value: value.name if isinstance(value, DeteriorationRules) else "",
)  # fmt: skip
def test_r5_13_time_to_deterioration_by_each_rule(rules, expected):
    found = times(COURSES, rules)
    assert {name: found[name][:2] for name in expected} == expected


def test_r5_13_reasons():
    found = {name: reason for name, (_, _, reason) in times(COURSES, TUDD).items()}
    assert found["worse"] == (
        "event: QL of 65.0 on day 56 is 10.0 points worse than baseline, and no later score within 10 points "
        "of it (R5.13)"
    )
    assert found["recovers"] == (
        "censored: no definitive deterioration by the last QL score on day 112 (R5.13)"
    )
    assert found["unscored"] == "no time: no QL score by the start (R5.13)"
    assert found["unfollowed"] == "censored on day 1: no QL score after the start (R5.13)"
    assert times(COURSES, TUDD_WITH_DEATH)["dies"][2] == "event: death on day 200 (R5.13)"


def test_r5_12_a_symptom_deteriorates_when_it_rises():
    tables = global_scores("P1 | | | 0: 20, 56: 5, 112: 30")
    tables["scores"] = tables["scores"].with_columns(scale=pl.lit("FA"), kind=pl.lit("symptom"))
    found = time_to_deterioration(**tables, rules=TTD, scale="FA").collect()
    assert found.select("endpoint", "days", "event").row(0) == ("TTD FA", 112.0, True)


def test_r5_12_ten_points_are_ten_points_whatever_the_float_says():
    assert (100 - 26.4) - (100 - 36.4) < 10
    assert times("P1 | | | 0: 36.4, 56: 26.4", TTD)["P1"][:2] == (56, True)


def one_year(text: str) -> dict[str, tuple]:
    found = one_year_quality(**global_scores(text), time="days").collect()
    OneYearQuality.validate(found)
    return {r["patient_id"]: (r["outcome"], r["reason"]) for r in found.iter_rows(named=True)}


OMET_PATIENTS = """
recovers    |     |     | 0: 66.7, 90: 58.3, 180: 50, 300: 66.7
for good    |     |     | 0: 66.7, 90: 58.3, 180: 50, 330: 41.7
died        | 200 | 200 | 0: 66.7, 90: 66.7
no form     |     | 400 | 0: 66.7, 90: 66.7
lost        |     | 273 | 0: 66.7, 90: 66.7
window      |     |     | 0: 66.7, 274: 66.7
window ends |     |     | 0: 66.7, 456: 66.7
too early   |     | 500 | 0: 66.7, 273: 66.7
too late    |     | 500 | 0: 66.7, 457: 66.7
died at 365 | 365 | 365 | 0: 66.7, 300: 66.7
died at 366 | 366 | 366 | 0: 66.7, 300: 66.7
no baseline |     | 400 | 300: 66.7
worse later |     | 600 | 0: 66.7, 300: 66.7, 457: 30
worse then  |     | 600 | 0: 66.7, 300: 66.7, 456: 30
then lost   |     | 200 | 0: 66.7, 180: 50
"""


def test_r5_14_alive_at_one_year_without_definitive_deterioration():
    assert {name: outcome for name, (outcome, _) in one_year(OMET_PATIENTS).items()} == {
        "recovers": "alive without deterioration",
        "for good": "deteriorated",
        "died": "died",
        "no form": "missing",
        "lost": "missing",
        "window": "alive without deterioration",
        "window ends": "alive without deterioration",
        "too early": "missing",
        "too late": "missing",
        "died at 365": "died",
        "died at 366": "alive without deterioration",
        "no baseline": "missing",
        "worse later": "alive without deterioration",
        "worse then": "deteriorated",
        "then lost": "deteriorated",
    }


def test_r5_14_reasons():
    found = {name: reason for name, (_, reason) in one_year(OMET_PATIENTS).items()}
    assert found["for good"] == "QL of 50.0 on day 180 is 16.7 points worse than baseline, for good (R5.14)"
    assert found["died"] == "died on day 200, by day 365 from the start (R5.14)"
    assert found["no form"] == "missing: alive, but no QL score from day 274 to 456 from the start (R5.14)"
    assert found["lost"] == "missing: not known to be alive on day 274 from the start (R5.14)"


def test_an_empty_table_is_fine():
    none = empty(TABLES["quality_of_life"].schema).lazy()
    assert scale_scores(none).collect().is_empty()
    assert unscored_answers(none).collect().is_empty()
    assert times("", TUDD) == {}
    assert one_year("") == {}


ANSWERS = st.lists(
    st.tuples(
        st.sampled_from(["P1", "P2"]),
        st.integers(0, 2),
        st.sampled_from(["29", "30", "Q30", "10", "12", "18", "QL2", "1", "99"]),
        st.sampled_from([None, 1.0, 2.0, 4.0, 7.0]),
    ),
    max_size=12,
)


@settings(max_examples=25)
@given(ANSWERS, st.randoms(use_true_random=False))
def test_row_order_does_not_matter_and_patients_do_not_change_each_other(rows, random):
    table = pl.concat([form({}), *(form({i: s}, patient=p, day=d) for p, d, i, s in rows)])

    def derived(rows: pl.DataFrame) -> pl.DataFrame:
        return scale_scores(rows.lazy()).collect().sort("patient_id", "day", "scale")

    whole, order = derived(table), list(range(table.height))
    random.shuffle(order)
    assert derived(table[order]).equals(whole)
    assert derived(table.filter(patient_id="P1")).equals(whole.filter(patient_id="P1"))


SCORES = st.lists(st.sampled_from([0.0, 50.0, 58.3, 66.7, 75.0, 83.3]), min_size=1, max_size=6)


@settings(max_examples=25)
@given(SCORES, SCORES, st.randoms(use_true_random=False))
def test_a_definitive_deterioration_never_comes_before_the_first_one(one, other, random):
    written = [", ".join(f"{56 * i}: {s}" for i, s in enumerate(scores)) for scores in (one, other)]
    tables = global_scores("\n".join(f"P{i} | | | {text}" for i, text in enumerate(written)))
    order = list(range(len(one) + len(other)))
    random.shuffle(order)
    shuffled = tables | {"scores": tables["scores"].collect()[order].lazy()}
    found = [
        time_to_deterioration(**t, rules=rules).collect().sort("patient_id")
        for rules in (TTD, TUDD)
        for t in (tables, shuffled)
    ]
    assert found[0].equals(found[1])
    assert found[2].equals(found[3])
    both = found[0].join(found[2], on="patient_id", suffix="_for_good").filter("event_for_good")
    assert both.filter(~pl.col("event") | (pl.col("days") > pl.col("days_for_good"))).is_empty()


def test_pipe_table_of_a_record_is_scored(cohort):
    record = cohort(
        quality_of_life="""
        | patient_id | day | instrument | item | score |
        | P1         | 0   | QLQ-C30    | 29   | 5     |
        | P1         | 0   | QLQ-C30    | 30   | 6     |
        """
    )
    found = scale_scores(record.table("quality_of_life")).filter(pl.col("scale") == "QL").collect()
    assert found["score"].item() == 75.0
