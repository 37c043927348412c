"""From a number to its patients, from a patient to a reason, from a reason to its source row."""

from dataclasses import replace

import polars as pl
import pytest

from headway.report.page import html
from headway.report.trace import packed, timelines
from tests.report.traced import ANALYSIS, PICTURE, document, trace

pytestmark = pytest.mark.browser

IDS = ["P01", "P02", "P03", "患者-4", "مريض-٥"]


@pytest.fixture(scope="module")
def page_html() -> str:
    return html(document(IDS))


@pytest.fixture(scope="module")
def large_page() -> str:
    """528 patients, each with as long a story as a patient of TCGA-HNSC has."""
    ids = [f"TCGA-{number:04d}" for number in range(528)]
    return html(document(ids))


def title(visited) -> str:
    visited.page.locator("dialog[open]").wait_for()
    return visited.page.locator("#trace-title").inner_text()


def test_a_median_leads_to_a_patient_to_a_reason_to_its_source_row(visit, page_html):
    visited = visit(page_html)
    page = visited.page
    page.locator("main a.number", has_text="56.4").first.click()
    assert title(visited) == ANALYSIS
    assert "1,718 (1,398.25 to not reached) days" in page.locator("#trace dl").inner_text()
    page.locator("#trace td a", has_text="P02").click()
    page.get_by_role("heading", name="Patient P02").wait_for()
    derived = page.locator(".story li.derived")
    assert "Because: P1: dead on day 9" in derived.inner_text()
    derived.get_by_role("button", name="Source: patients.csv, line 3").click()
    source = page.locator(".story li:focus")
    assert "death" in source.inner_text()
    assert visited.violations() == ""
    assert visited.complaints == []


def test_it_opens_and_closes_by_keyboard_and_the_focus_returns(visit, page_html):
    visited = visit(page_html)
    page = visited.page
    page.locator("main a.number").first.focus()
    page.keyboard.press("Enter")
    page.locator("dialog[open]").wait_for()
    assert page.evaluate("document.activeElement.id") == "trace-title"
    assert visited.violations() == ""
    page.keyboard.press("Escape")
    page.locator("dialog:not([open])").wait_for(state="attached")
    assert page.evaluate("document.activeElement.className") == "number"
    assert not page.url.endswith("#/r0")


def test_back_and_forward_lead_through_numbers_and_patients(visit, page_html):
    visited = visit(page_html)
    page = visited.page
    page.locator("main a.number").first.click()
    page.locator("#trace td a", has_text="P01").click()
    page.go_back()
    page.get_by_role("heading", name=ANALYSIS).wait_for()
    page.go_forward()
    page.get_by_role("heading", name="Patient P01").wait_for()
    page.locator("#trace-back").click()
    page.get_by_role("heading", name=ANALYSIS).wait_for()
    page.go_back()
    page.go_back()
    page.go_back()
    page.locator("dialog:not([open])").wait_for(state="attached")


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("#/r1", ANALYSIS),
        ("#/p-P03", "Patient P03"),
        ("#/p-%E6%82%A3%E8%80%85-4", "Patient 患者-4"),
        ("#/r99", "Nothing here"),
        ("#/p-nobody", "Nothing here"),
        ("#/p-%E0%A4%A", "Nothing here"),
    ],
)
def test_an_address_can_be_sent(visit, page_html, address, shown):
    visited = visit(page_html, at=address)
    assert title(visited) == shown
    assert visited.complaints == []


def test_after_a_sent_address_the_focus_goes_to_its_number(visit, page_html):
    page = visit(page_html, at="#/r1").page
    page.locator("dialog[open]").wait_for()
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#/r1"


def test_patients_sort_by_what_they_give_and_filter(visit, page_html):
    page = visit(page_html, at="#/r0").page
    values = page.locator("#trace td:nth-child(2)")
    page.get_by_role("button", name="Contributes").click()
    page.get_by_role("button", name="Contributes").click()
    days = [text.split(" ")[0] for text in values.all_inner_texts()]
    assert days == ["4,005", "3,006", "2,007", "1,008", "9"]
    page.get_by_label("Filter patients").fill("患者")
    assert page.locator("#trace tbody tr:visible").count() == 1
    assert page.locator("#trace output").inner_text() == "1 of 5"


@pytest.mark.parametrize(("choice", "rows"), [("everything", 4), ("derived facts", 1), ("drugs", 1)])
def test_a_story_can_be_read_by_topic(visit, page_html, choice, rows):
    page = visit(page_html, at="#/p-P01").page
    page.get_by_label("Show").select_option(choice)
    assert page.locator(".story li:visible").count() == rows


def test_a_source_is_shown_whatever_topic_was_chosen(visit, page_html):
    page = visit(page_html, at="#/p-P01").page
    page.get_by_label("Show").select_option("derived facts")
    page.get_by_role("button", name="Source").click()
    assert "death" in page.locator(".story li:focus").inner_text()


def test_a_group_shows_what_its_patients_give_to_it(visit):
    base = document(IDS)
    assert base.trace is not None
    own = base.trace.contributions.head(1).with_columns(group=pl.lit("all"), value=pl.lit("grade 3 rash"))
    given = base.trace.contributions.vstack(own)
    page = visit(html(replace(base, trace=replace(base.trace, contributions=given))), at="#/r0").page
    page.locator("dialog[open]").wait_for()
    shown = page.locator("#trace tbody td:nth-child(2)").all_inner_texts()
    assert shown == ["grade 3 rash", "", "", "", ""]  # not the days that they give to the other groups


def test_a_patient_shows_what_he_gives_and_to_which_numbers(visit, page_html):
    visited = visit(page_html, at="#/p-P02")
    visited.page.get_by_text("Gives to 1 analysis").click()
    visited.page.locator("#trace li a", has_text=ANALYSIS).click()
    visited.page.get_by_role("heading", name=ANALYSIS).wait_for()


def test_a_patient_is_drawn_and_another_in_his_place(visit, page_html):
    visited = visit(page_html, at="#/p-P02")
    figure = visited.page.get_by_role("img", name="Timeline of patient P02")
    bars = figure.locator(".mark-rect path, .mark-bar path, .mark-rule line")
    bars.first.wait_for(state="attached")
    visited.page.evaluate("location.hash = '#/p-P03'")
    visited.page.get_by_role("img", name="Timeline of patient P03").wait_for()
    assert figure.count() == 0
    assert visited.complaints == []


def test_a_patient_with_nothing_to_draw_has_a_story_without_a_figure(visit, page_html):
    page = visit(page_html, at=f"#/p-{IDS[-1]}").page
    page.locator(".story li").first.wait_for()
    assert page.locator("#trace .picture").count() == 0


def test_a_curve_leads_to_its_median(visit, page_html):
    visited = visit(page_html)
    visited.page.locator(".live .mark-line path").first.click(force=True)
    visited.page.get_by_role("heading", name=ANALYSIS).wait_for()


def test_a_bar_leads_to_its_patient(visit):
    values = [{"patient_id": "P02", "change": -30}]
    bars = {"data": {"values": values}, "mark": "bar"}
    bars |= {"encoding": {"x": {"field": "patient_id"}, "y": {"field": "change", "type": "quantitative"}}}
    base = document(IDS)
    figure = replace(base.sections[1].figures[0], spec=PICTURE | bars)
    page = visit(html(replace(base, sections=(replace(base.sections[1], figures=(figure,)),)))).page
    page.locator(".live .mark-rect path").first.click(force=True)
    page.get_by_role("heading", name="Patient P02").wait_for()


@pytest.mark.parametrize("address", ["#/r0", "#/p-P01"])
def test_on_a_telephone_the_panel_fits(visit, page_html, address):
    visited = visit(page_html, width=360, at=address)
    panel = visited.page.locator("#trace[open]")
    assert panel.evaluate("panel => panel.scrollWidth <= panel.clientWidth && panel.clientWidth <= 360")
    assert visited.violations() == ""


def test_528_patients_stay_under_5_mb_and_are_interactive_within_2_seconds(visit, large_page):
    assert len(large_page.encode()) < 5_000_000
    page = visit(large_page).page
    interactive = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
    assert 0 < page.evaluate(interactive) < 2000
    page.locator("main a.number").first.click()
    page.locator("dialog[open]").wait_for()
    assert page.locator("#trace tbody tr").count() == 528


def test_patients_and_sets_of_patients_stand_once():
    both = trace(IDS)
    made = packed(replace(both, results=both.results.vstack(both.results)))
    assert made["patients"] == sorted(IDS)
    assert len(made["sets"]) == 2
    assert len(made["results"]["columns"]["row"]) == 4
    assert len(made["words"]) == len(set(made["words"]))


def test_each_patient_has_his_own_rows_whatever_their_order():
    given = trace(IDS)
    mixed = replace(given, stories=given.stories.gather([4, 0, 5, 1, 6, 2, 7, 3, *range(8, 20)]))
    made = packed(mixed)
    stories, words = made["stories"], made["words"]
    assert stories["starts"] == [0, 4, 8, 12, 16, 20]
    reasons = [words[number] for number in stories["columns"]["what"][4:8]]
    assert reasons == ["p16", "cisplatin", "death", "9 days, event"]
    assert stories["columns"]["line"][4:8] == [0, 3, 3, 3]


def test_a_patient_without_a_row_in_a_layer_has_none_there():
    made = timelines(trace(IDS))
    assert made is not None
    assert made["layers"]["spans"]["starts"] == [0, 1, 2, 3, 3, 4]  # sorted, he is the fourth of five
    assert made["layers"]["sums"]["starts"] == [0] * 6
    labels = made["layers"]["spans"]["columns"]["label"]
    assert [made["words"][number] for number in labels] == ["line 1"] * 4


def test_row_order_of_contributions_and_stories_is_kept_out_of_patients_and_words():
    given = trace(IDS)
    shuffled = replace(given, contributions=given.contributions.reverse())
    first, second = packed(given), packed(shuffled)
    assert (first["patients"], first["words"]) == (second["patients"], second["words"])


def test_a_report_without_a_trace_has_plain_numbers(visit):
    visited = visit(html(replace(document(IDS), trace=None)))
    assert visited.page.locator("a.number, dialog").count() == 0
    visited.page.locator("figure.lives").first.wait_for()
    assert visited.complaints == []
