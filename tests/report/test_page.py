"""The report in a real browser: offline, by keyboard, on a telephone, in other scripts."""

import shutil
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from headway.record.findings import Findings
from headway.report.document import Cell, Document, Figure, Section, Step, Table
from headway.report.page import html

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine: apt-get install chromium"),
]

FINDING = {
    "severity": "error",
    "rule": "not-a-day",
    "table": "drugs",
    "source_file": "drugs.csv",
    "source_sheet": None,
    "source_line": 7,
    "patient_id": "مريض-١",
    "column": "start_date",
    "value": "soon",
    "message": "drugs.start_date 'soon' is not a day",
    "fix": "Write 2021-03-15.",
    "rows": 1,
}
PICTURE = {
    "data": {"values": [{"months": 0, "survival": 1.0}, {"months": 12, "survival": 0.5}]},
    "mark": "line",
    "width": 700,
    "encoding": {
        "x": {"field": "months", "type": "quantitative"},
        "y": {"field": "survival", "type": "quantitative"},
    },
}


def page_of_everything() -> str:
    long = "squamous cell carcinoma of the oropharynx with a very long histological description " * 2
    rows = ((long, Cell("1", 0), "2"), ("غير مسجل", "3", "4"))
    sections = (
        Section(
            "Patient flow",
            ("患者の流れ",),
            steps=(Step("patients", 80, (("set aside", 2),)), Step("used", 78)),
        ),
        Section("Survival", figures=(Figure("OS", PICTURE, "Overall survival.", "Curve"),)),
        Section("Table", tables=(Table("Patients", ("", "A", "B"), rows),)),
        Section("Data", findings=pl.DataFrame([FINDING], schema=Findings.create_empty().schema)),
    )
    return html(Document("A study: 頭頸部癌", (("Data cut-off", "2025-03-31"),), sections, synthetic=True))


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Browser, tmp_path: Path):
    """Open the page and note every request and every complaint of the browser."""

    def opened(width: int = 1100) -> tuple[Page, list[str], list[str]]:
        (tmp_path / "report.html").write_text(page_of_everything(), encoding="utf-8")
        page = browser.new_page(viewport={"width": width, "height": 900})
        requests: list[str] = []
        complaints: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto((tmp_path / "report.html").as_uri())
        return page, requests, complaints

    return opened


def test_it_opens_offline_and_without_complaint(visit):
    page, requests, complaints = visit()
    assert page.title() == "A study: 頭頸部癌"
    assert [url for url in requests if not url.startswith("file:")] == []
    assert complaints == []


def test_every_link_of_the_navigation_leads_somewhere(visit):
    page, *_ = visit()
    targets = [link.get_attribute("href") for link in page.locator("nav a").all()]
    assert targets
    assert all(page.locator(target).count() == 1 for target in targets)


def test_findings_open_by_keyboard(visit):
    page, *_ = visit()
    page.locator("summary").focus()
    page.keyboard.press("Enter")
    assert page.get_by_text("drugs.start_date 'soon' is not a day").is_visible()


@pytest.mark.parametrize("width", [360, 768, 1400])
def test_nothing_runs_out_of_the_page(visit, width):
    page, *_ = visit(width)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_synthetic_data_says_so_first(visit):
    page, *_ = visit()
    assert page.locator("body > :first-child").inner_text().startswith("SYNTHETIC DATA")


def test_figures_have_words_for_those_who_do_not_see_them(visit):
    page, *_ = visit()
    assert page.get_by_role("img", name="Curve").count() == 1


def test_one_heading_opens_the_page_and_levels_are_not_skipped(visit):
    page, *_ = visit()
    levels = page.eval_on_selector_all("h1, h2, h3", "all => all.map(one => Number(one.tagName[1]))")
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
