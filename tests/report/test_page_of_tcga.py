"""The page of the bundled real study, 528 patients, in a real browser with the network cut."""

from pathlib import Path

import pytest

from headway.run import run

pytestmark = [pytest.mark.browser, pytest.mark.long]

STUDY = Path(__file__).parents[2] / "examples" / "tcga-hnsc" / "study.toml"


@pytest.fixture(scope="module")
def page_html(tmp_path_factory) -> str:
    out = tmp_path_factory.mktemp("tcga") / "out"
    run(STUDY, out)
    return (out / "report.html").read_text(encoding="utf-8")


def test_it_is_under_5_mb(page_html):
    assert len(page_html.encode()) < 5_000_000


@pytest.mark.parametrize("width", [360, 1300])
def test_every_figure_lives_and_axe_finds_nothing(visit, page_html, width):
    visited = visit(page_html, width)
    page = visited.page
    for figure in page.locator("figure").all():
        figure.scroll_into_view_if_needed()
        figure.locator(".live svg").wait_for(state="attached")
    page.locator("figure:not(.lives)").first.wait_for(state="detached")
    assert visited.violations() == ""
    assert visited.complaints == []
    assert [url for url in visited.requests if not url.startswith("file:")] == []


def test_a_median_leads_to_a_patient_to_a_reason_to_its_source_row(visit, page_html):
    visited = visit(page_html)
    page = visited.page
    page.locator(".headline a", has_text="56.4").click()
    page.get_by_role("heading", name="OS since diagnosis").wait_for()
    assert visited.violations() == ""
    page.locator("#trace td a", has_text="TCGA-BA-4074").click()
    page.locator("#trace .picture svg").wait_for()
    assert visited.violations() == ""
    page.get_by_label("Show").select_option("OS since diagnosis")
    page.locator(".story li.derived button:visible").click()
    assert "Source: patients.csv, line 3" in page.locator(".story li:focus").inner_text()
    assert visited.complaints == []


# In the page, for there are hundreds: every address in turn, until what is shown is that row.
UNSAID = """async addresses => {
    const says = row => [...document.querySelectorAll('#trace dd')].some(
        one => one.checkVisibility() && one.innerText === row);
    const unsaid = [];
    for (const address of addresses) {
        location.hash = address;
        const row = address.slice(3) + ' in results.csv', last = Date.now() + 30000;
        while (!says(row) && Date.now() < last) await new Promise(done => setTimeout(done));
        if (!says(row)) unsaid.push(address);
    }
    return unsaid;
}"""


def test_every_number_of_the_page_opens_and_says_what_it_is(visit, page_html):
    page = visit(page_html).page
    addresses = set(page.eval_on_selector_all("a.number", "all => all.map(one => one.hash)"))
    assert len(addresses) > 100
    assert page.evaluate(UNSAID, sorted(addresses)) == []
