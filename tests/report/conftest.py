"""A real browser for the pages, with the network cut."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
]


@dataclass(frozen=True)
class Visited:
    """A page, every request that it made and every complaint of the browser."""

    page: Page
    requests: list[str]
    complaints: list[str]

    def violations(self) -> str:
        """What axe-core finds, in words; empty if nothing."""
        found = Axe().run(self.page)
        return found.generate_report() if found.violations_count else ""


@pytest.fixture(scope="session")
def browser():
    if CHROMIUM is None:
        pytest.skip("no chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Browser, tmp_path: Path):
    """Open a page at a width; the network is cut."""
    contexts = []

    def opened(html: str, width: int = 1100, at: str = "") -> Visited:
        file = tmp_path / "report.html"
        file.write_text(html, encoding="utf-8")
        contexts.append(browser.new_context(viewport={"width": width, "height": 900}, offline=True))
        visited = Visited(contexts[-1].new_page(), [], [])
        visited.page.on("request", lambda request: visited.requests.append(request.url))
        visited.page.on("console", lambda message: visited.complaints.append(message.text))
        visited.page.on("pageerror", lambda error: visited.complaints.append(str(error)))
        visited.page.goto(file.as_uri() + at)
        return visited

    yield opened
    for context in contexts:
        context.close()


Visit = Callable[..., Visited]
