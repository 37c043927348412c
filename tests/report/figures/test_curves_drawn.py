"""Kaplan-Meier and cumulative incidence: the curves, medians and those at risk are the frames (9.9)."""

import polars as pl
import pytest

from headway.record.figures import IncidenceSteps
from headway.record.results import Curves, Results
from headway.report.figures import cumulative_incidence as incidence
from headway.report.figures import kaplan_meier as km
from headway.report.figures.over_time import NAME_ROOM, comparisons, looks, names
from headway.report.figures.theme import pdf, still, svg
from headway.units import DAYS_PER_MONTH
from tests.report.figures.reading import drawn, layers, tables

LONG = "recurrent or metastatic squamous cell carcinoma of the oropharynx"


def row(group: str, statistic: str, value: float | None, **more: object) -> dict:
    blank = dict.fromkeys(Results.column_names())
    where = {"analysis": "OS", "population": "all patients", "n": 3, "method": "log-rank", "patients": []}
    return {**blank, **where, "group": group, "statistic": statistic, "value": value, **more}


def results(*rows: dict) -> pl.DataFrame:
    return Results.validate(pl.DataFrame(rows, schema=Results.create_empty().schema))


def of_group(group: str, median: float | None = 304.375, lower: float | None = 91.3125) -> list[dict]:
    at_risk = [
        row(group, "at risk", value, at=month * DAYS_PER_MONTH) for month, value in [(0, 3.0), (6, 1.0)]
    ]
    return [
        row(group, "with a time", 3.0),
        row(group, "events", 2.0),
        row(group, "median", median, lower=lower, upper=None),
        *at_risk,
    ]


def curve(group: str) -> pl.DataFrame:
    steps = {
        "days": [0.0, 100.0, 200.0, 250.0],
        "survival": [1.0, 2 / 3, 1 / 3, 1 / 3],
        "lower": [1.0, 0.1, None, None],
        "upper": [1.0, 0.9, 0.8, 0.8],
        "at_risk": [3.0, 3.0, 2.0, 1.0],
        "events": [0.0, 1.0, 1.0, 0.0],
        "censored": [0.0, 0.0, 0.0, 1.0],
    }
    frame = pl.DataFrame(steps).with_columns(analysis=pl.lit("OS"), group=pl.lit(group))
    return Curves.validate(frame.select(Curves.column_names()))


def analysis(*groups: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    return results(*(r for group in groups for r in of_group(group))), pl.concat(map(curve, groups))


def texts(spec: dict) -> set[str]:
    return {str(value) for rows in tables(spec) for each in rows for value in each.values()}


def test_the_curve_that_is_drawn_is_the_frame_in_months():
    found, steps = analysis("all")
    rows = drawn(km.kaplan_meier(found, steps, "Overall survival"), "survival")
    assert [each["months"] * DAYS_PER_MONTH for each in rows] == pytest.approx([0.0, 100.0, 200.0, 250.0])
    for column in ("survival", "lower", "upper", "at_risk", "censored"):
        assert [each[column] for each in rows] == steps[column].to_list()


def test_those_at_risk_stand_under_the_ticks_of_the_curve():
    spec = km.kaplan_meier(*analysis("all"), "Overall survival")
    [axis] = [
        layer["encoding"]["x"]["axis"]
        for layer in layers(spec)
        if (layer.get("encoding", {}).get("x", {}).get("axis") or {}).get("title") == "Months"
    ][:1]
    counted = [each for rows in tables(spec) for each in rows if {"months", "patients"} <= set(each)]
    assert [(each["months"], each["patients"]) for each in counted] == [(0.0, 3), (6.0, 1)]
    assert axis["values"] == [0.0, 6.0]
    widths = {panel["width"] for panel in spec["vconcat"]}
    assert len(widths) == 1


def test_the_table_above_has_patients_events_and_median_with_limits():
    [each] = km.medians(analysis("all")[0], names(["all"])).to_dicts()
    assert (each["patients"], each["events"], each["median"]) == ("3", "2", "10.0 (3.0 to not reached)")


def test_a_median_that_is_not_reached_says_so_once():
    found = results(*of_group("all", median=None, lower=None))
    assert km.medians(found, {"all": "All patients"})["median"].to_list() == ["not reached"]
    assert "not reached" in texts(km.kaplan_meier(found, curve("all"), "OS"))


def test_a_group_without_a_time_is_in_the_table_and_not_among_the_curves():
    found, steps = analysis("HPV positive")
    empty = results(
        *found.to_dicts(), row("HPV unknown", "with a time", 0.0), row("HPV unknown", "events", 0.0)
    )
    told = km.medians(empty, {group: group for group in km.groups_of(empty, steps)})
    assert told.row(1) == ("HPV unknown", "0", "0", "–")
    spec = km.kaplan_meier(empty, steps, "OS")
    assert {each["whole"] for each in drawn(spec, "survival")} == {"HPV positive"}
    assert svg(spec)


def test_comparisons_are_written_from_results():
    found = results(
        row("A vs B", "p-value", 0.0314),
        row("arm", "hazard ratio", 0.6149, lower=0.4, upper=0.951),
        row("stage", "p-value", None),
    )
    assert comparisons(found) == [
        "A vs B: p = 0.031 (log-rank)",
        "arm: hazard ratio 0.61 (95 % CI 0.40 to 0.95)",
    ]
    spec = km.kaplan_meier(*analysis("A", "B"), "OS", notes=comparisons(found))
    assert set(comparisons(found)) <= texts(spec)


def test_a_landmark_is_drawn_where_it_is_asked_for():
    def landmarks(spec: dict) -> list[dict]:
        return [each for rows in tables(spec) for each in rows if set(each) == {"months"}]

    assert landmarks(km.kaplan_meier(*analysis("all"), "OS")) == []
    assert landmarks(km.kaplan_meier(*analysis("all"), "OS", landmark_months=3.0)) == [{"months": 3.0}]


def test_bands_of_many_groups_would_hide_the_curves():
    def bands(spec: dict) -> int:
        return sum(layer.get("mark", {}).get("type") == "area" for layer in layers(spec))

    assert bands(km.kaplan_meier(*analysis("A", "B", "C"), "OS")) == 1
    assert bands(km.kaplan_meier(*analysis("A", "B", "C", "D"), "OS")) == 0


@pytest.mark.parametrize(
    "groups",
    [
        [f"{LONG}, p16 positive", f"{LONG}, p16 negative"],
        [f"{LONG} a {LONG}", f"{LONG} b {LONG}"],
        [
            "頭頸部扁平上皮癌の再発または転移、p16陽性の患者群",
            "頭頸部扁平上皮癌の再発または転移、p16陰性の患者群",
        ],
        ["سرطان الرأس والرقبة", "سرطان الرأس"],
    ],
)
def test_long_names_in_any_script_are_cut_and_stay_apart(groups):
    cut = list(names(groups).values())
    assert len(set(cut)) == 2
    assert all(len(name) <= NAME_ROOM + 5 for name in cut)
    spec = km.kaplan_meier(*analysis(*groups), "OS")
    assert {each["whole"] for each in drawn(spec, "survival")} == set(groups)
    assert len({each["group"] for each in drawn(spec, "survival")}) == 2


def test_no_two_of_twenty_groups_have_the_same_colour_and_dash():
    colour, dash = (channel.to_dict()["scale"]["range"] for channel in looks([str(i) for i in range(20)]))
    assert len({(each, str(other)) for each, other in zip(colour, dash, strict=True)}) == 20


def test_without_curves_the_figure_says_why():
    spec = km.kaplan_meier(Results.create_empty(), Curves.create_empty(), "OS")
    assert "No patient has a time." in texts(spec)
    assert km.in_words(Results.create_empty(), Curves.create_empty(), "OS").endswith("no patient has a time.")


def test_words_say_medians():
    assert km.in_words(*analysis("all"), "overall survival") == (
        "Kaplan-Meier curve of overall survival over 8.2 months. All patients: 3 patients, events: 2, "
        "median 10.0 (3.0 to not reached) months."
    )


def steps(*rows: tuple[str, str, float, float]) -> pl.DataFrame:
    names_ = ["group", "cause", "days", "incidence"]
    made = pl.DataFrame(rows, schema=names_, orient="row").with_columns(
        lower=pl.lit(None, pl.Float64), upper=pl.lit(None, pl.Float64)
    )
    return IncidenceSteps.validate(made)


STACK = steps(
    ("all", "death", 0.0, 0.0), ("all", "death", 90.0, 0.2),
    ("all", "local failure", 0.0, 0.0), ("all", "local failure", 60.0, 0.1),
    ("all", "local failure", 120.0, 0.4),
)  # fmt: skip


def test_causes_are_stacked_with_death_on_top():
    rows = drawn(incidence.cumulative_incidence(Results.create_empty(), STACK), "top")
    at_the_end = {each["cause"]: (each["bottom"], each["top"]) for each in rows}
    assert at_the_end["local failure"] == (0.0, 0.4)
    assert at_the_end["death"] == pytest.approx((0.4, 0.6))
    shares = [each["incidence"] for each in rows if each["cause"] == "death"]
    assert shares == [0.0, 0.0, 0.2, 0.2]


def test_several_groups_are_lines_and_equal_the_frame():
    two = steps(("A", "death", 0.0, 0.0), ("A", "death", 30.4375, 0.25), ("B", "death", 0.0, 0.0))
    rows = drawn(incidence.cumulative_incidence(Results.create_empty(), two), "incidence")
    assert [(each["whole"], each["months"], each["incidence"]) for each in rows] == [
        ("A", 0.0, 0.0), ("A", 1.0, 0.25), ("B", 0.0, 0.0),
    ]  # fmt: skip


def test_without_steps_the_figure_says_why():
    none = IncidenceSteps.create_empty()
    assert "No patient has a time." in texts(incidence.cumulative_incidence(Results.create_empty(), none))
    assert incidence.in_words(none).endswith("no patient has a time.")


def test_words_say_where_each_curve_ends():
    assert incidence.in_words(STACK) == (
        "Cumulative incidence curves. All patients, death: 20.0 % at 3.0 months; "
        "All patients, local failure: 40.0 % at 3.9 months."
    )


@pytest.mark.parametrize(
    "draw",
    [
        lambda: km.kaplan_meier(*analysis("A", "B"), "OS"),
        lambda: incidence.cumulative_incidence(Results.create_empty(), STACK),
    ],
)
def test_points_for_the_mouse_are_in_the_page_and_not_in_the_picture(draw):
    def unseen(spec: dict) -> list[dict]:
        return [layer for layer in layers(spec) if layer.get("mark", {}).get("opacity") == 0]

    assert len(unseen(draw())) == 1
    assert unseen(still(draw())) == []
    assert draw() == draw()


def test_the_same_curves_are_the_same_bytes():
    specs = [
        km.kaplan_meier(*analysis("A", "Ärzte"), "OS", notes=["p = 0.1"]),
        incidence.cumulative_incidence(Results.create_empty(), STACK),
    ]
    for spec in specs:
        assert len({pdf(svg(spec)) for _ in range(4)}) == 1


def test_words_of_a_median_that_is_not_reached_have_no_unit():
    told = km.in_words(results(*of_group("all", median=None, lower=None)), curve("all"), "overall survival")
    assert told.endswith("median not reached.")


def test_chinese_names_have_letters_in_pictures_and_not_empty_boxes():
    named, other = (pdf(svg(km.kaplan_meier(*analysis(name, "B"), "OS"))) for name in ("頭頸部", "Kopf"))
    assert named.count(b"/BaseFont") > other.count(b"/BaseFont")
