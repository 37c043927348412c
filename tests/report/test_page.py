"""The report in a real browser: offline, by keyboard, on a telephone, in other scripts, on paper."""

from dataclasses import replace
from itertools import pairwise

import pytest

from headway.report.document import Figure, Section
from headway.report.page import html
from tests.report.traced import PICTURE, document

pytestmark = pytest.mark.browser

IDS = ["P01", "P02", "P03"]
EVIL = "</script><script>window.ran = 1</script><!--<img src=x onerror='window.ran = 2'>=1+1\"'&amp;{{ 7*7 }}"


@pytest.fixture(scope="module")
def page_of_everything() -> str:
    return html(document(IDS, synthetic=True))


def test_it_opens_offline_and_without_complaint(visit, page_of_everything):
    visited = visit(page_of_everything)
    visited.page.locator("figure.lives").first.wait_for()
    assert visited.page.title() == "A study: 頭頸部癌"
    assert [url for url in visited.requests if not url.startswith("file:")] == []
    assert visited.complaints == []


def test_the_same_document_is_the_same_page(page_of_everything):
    assert html(document(IDS, synthetic=True)) == page_of_everything


def test_axe_finds_nothing(visit, page_of_everything):
    visited = visit(page_of_everything)
    visited.page.locator("figure.lives").first.wait_for()
    visited.page.locator("details.findings summary").click()
    assert visited.violations() == ""


def test_every_internal_link_leads_somewhere(visit, page_of_everything):
    page = visit(page_of_everything).page
    links = page.eval_on_selector_all("a[href^='#']:not([hidden])", "all => all.map(one => one.hash)")
    in_page = [link for link in links if not link.startswith("#/")]
    assert len(in_page) == 5  # the skip link and four sections
    assert all(page.locator(f"[id='{link[1:]}']").count() == 1 for link in in_page)
    for link in set(links) - set(in_page):
        page.evaluate("address => { location.hash = address }", link)
        page.locator("#trace dl, #trace .story").wait_for()
        page.keyboard.press("Escape")


def test_contents_show_where_the_reader_is(visit, page_of_everything):
    page = visit(page_of_everything, width=1300).page
    page.locator(".contents a", has_text="Data").click()
    page.locator(".contents a[aria-current]", has_text="Data").wait_for()


def test_findings_open_by_keyboard_and_can_be_filtered(visit, page_of_everything):
    page = visit(page_of_everything).page
    page.locator("details.findings summary").focus()
    page.keyboard.press("Enter")
    empty = page.get_by_text("drugs.drug is empty")
    assert empty.is_visible()
    page.get_by_label("Filter findings").fill("NOT A DAY")
    assert page.get_by_text("'soon' is not a day").is_visible()
    assert not empty.is_visible()
    assert page.locator(".findings output").inner_text() == "1 of 2"


@pytest.mark.parametrize("width", [360, 768, 1400])
def test_nothing_runs_out_of_the_page(visit, page_of_everything, width):
    page = visit(page_of_everything, width).page
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_synthetic_data_says_so_first_and_under_every_figure(visit, page_of_everything):
    page = visit(page_of_everything).page
    assert page.locator("body > :first-child").inner_text().startswith("SYNTHETIC DATA")
    captions = page.locator("figcaption").all_inner_texts()
    assert [caption.startswith("Synthetic data.") for caption in captions] == [True, True]


def test_real_data_is_not_called_synthetic():
    assert "SYNTHETIC" not in html(document(IDS))


def test_figures_have_words_for_those_who_do_not_see_them(visit, page_of_everything):
    assert visit(page_of_everything).page.get_by_role("img", name="Curve").count() == 2


def test_pictures_share_no_id(visit, page_of_everything):
    page = visit(page_of_everything).page
    page.locator("figure").last.scroll_into_view_if_needed()
    page.locator("figure.lives").nth(1).wait_for()
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
    assert len(ids) == len(set(ids))
    assert len([name for name in ids if name.startswith("figure-2-")]) == 2  # a clip each


def test_the_living_figure_takes_the_place_of_the_picture(visit, page_of_everything):
    page = visit(page_of_everything).page
    page.locator("figure.lives .live .mark-line path").first.wait_for()
    assert not page.locator("figure.lives .still").first.is_visible()


def test_the_picture_stands_without_a_script(browser, page_of_everything):
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.set_content(page_of_everything)
    assert page.locator(".still svg").first.is_visible()
    assert not page.locator(".filter").is_visible()
    context.close()


def test_on_paper_there_are_pictures_and_no_buttons(visit, page_of_everything):
    page = visit(page_of_everything).page
    page.locator("figure.lives").first.wait_for()
    page.emulate_media(media="print")
    assert page.locator(".still").first.is_visible()
    shown = [
        name for name in (".live", ".contents", ".findings", ".skip") if page.locator(name).first.is_visible()
    ]
    assert shown == []
    assert page.locator(".watermark").inner_text() == "SYNTHETIC"  # fixed: on each sheet


def test_one_heading_opens_the_page_and_levels_are_not_skipped(visit, page_of_everything):
    page = visit(page_of_everything).page
    levels = page.eval_on_selector_all(
        "main h1, main h2, header h1", "all => all.map(one => Number(one.tagName[1]))"
    )
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_nothing_of_the_record_runs(visit):
    hostile = html(document([EVIL, "P%20/?#&<b>"], EVIL))
    visited = visit(hostile)
    page = visited.page
    page.locator("figure.lives").first.wait_for()
    page.locator("a.number").first.click()
    page.locator("#trace td a").first.wait_for()
    assert EVIL in page.locator("#trace table").inner_text()
    page.locator("#trace td a", has_text="window.ran").click()
    page.get_by_role("heading", name=f"Patient {EVIL}").wait_for()
    assert f"cisplatin{EVIL}" in page.locator(".story").inner_text()
    assert page.evaluate("window.ran") is None
    assert page.locator("img, script:not([type])").count() == 0
    assert visited.complaints == []


def test_a_figure_answers_the_mouse_and_its_text_stays_text(visit):
    values = [{"group": EVIL, "patient_id": EVIL, "change": -3}]
    spec = PICTURE | {"data": {"values": values}, "mark": {"type": "bar", "tooltip": {"content": "data"}}}
    spec |= {
        "encoding": {"x": {"field": "group", "title": EVIL}, "y": {"field": "change", "type": "quantitative"}}
    }
    figure = Figure("bars", spec, EVIL, EVIL)
    visited = visit(html(replace(document(IDS), sections=(Section(EVIL, figures=(figure,)),))))
    visited.page.locator(".live .mark-rect path").first.hover(force=True)
    assert "window.ran" in visited.page.locator("#vg-tooltip-element.visible").inner_text()
    assert visited.page.evaluate("window.ran") is None
    assert visited.complaints == []


def test_only_the_scripts_of_the_page_may_run(visit, page_of_everything):
    planted = page_of_everything.replace("</main>", "<script>window.ran = 1</script></main>")
    visited = visit(planted)
    assert visited.page.evaluate("window.ran") is None
    assert any("Content Security Policy" in complaint for complaint in visited.complaints)
