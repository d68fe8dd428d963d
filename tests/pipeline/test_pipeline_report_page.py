"""The report's page in a real browser: wide and narrow, dark, printed, with the system's colours, without a script."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from prospector.pipeline.report.figures import CampaignSetting, Given, GoalSetting
from prospector.pipeline.report.page.rendering import page
from prospector.pipeline.report.report import make_report
from prospector.pipeline.report.target import Target
from prospector.store.database import Database
from tests.support.report_logs import GIVEN, key_database

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
from report_data import AS_OF, CAMPAIGNS, ROAD, fill

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
needs_browser = pytest.mark.skipif(
    not CHROMIUM
    or not importlib.util.find_spec("playwright")
    or not importlib.util.find_spec("axe_playwright_python"),
    reason="needs Chromium, playwright and axe-playwright-python: pip install -e .[browser]",
)
LOOKS: dict[str, dict[str, Any]] = {
    "phone": {"viewport": {"width": 390, "height": 844}, "has_touch": True},
    "desk": {"viewport": {"width": 1300, "height": 900}},
    "dark": {"viewport": {"width": 1300, "height": 900}, "color_scheme": "dark"},
    "dark phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
    "forced colours": {"viewport": {"width": 1300, "height": 900}, "forced_colors": "active"},
    "no script": {"viewport": {"width": 1300, "height": 900}, "java_script_enabled": False},
}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    db = Database(folder / "log.db")
    fill(db, 1500)
    campaigns = [CampaignSetting(name, name, "intro", 100) for name in CAMPAIGNS]
    report = make_report(db, Given(AS_OF, campaigns, ROAD, [GoalSetting("ana", "reply", 8)]), Target(900_000))
    db.close()
    path = folder / "report.html"
    path.write_text(page(report), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM)
        yield opened
        opened.close()


def test_the_page_runs_no_script_and_asks_for_nothing(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "default-src 'none'" in text
    assert "http" not in text.replace("http-equiv", "")
    assert len(text) < 150_000


def test_every_figure_has_its_text_and_its_table(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count('role="img"') == text.count("<desc") >= 4
    for section in text.split("<section")[1:]:
        assert "<table>" in section


def test_what_people_named_cannot_become_code(tmp_path: Path) -> None:
    db = key_database(tmp_path / "any.db")
    with db.transaction():
        db.execute(
            "UPDATE deals SET name = '<script>alert(1)</script>', lost_reason = '</desc><script>' WHERE state <> 'won'"
        )
        db.execute("UPDATE enrolments SET campaign = '<b>' || campaign")
    text = page(make_report(db, GIVEN))
    db.close()
    assert "<script" not in text
    assert "<b>" not in text


def test_an_empty_workspace_has_a_page(tmp_path: Path) -> None:
    db = Database(tmp_path / "empty.db")
    assert "Report of 2026-12-31" in page(make_report(db, GIVEN))
    db.close()


@pytest.mark.slow
@needs_browser
@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_and_nothing_is_cut(browser: Any, file: Path, look: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(**LOOKS[look])
    shown = context.new_page()
    told: list[str] = []
    asked: list[str] = []
    shown.on("console", lambda message: told.append(message.text))
    shown.on("request", lambda request: asked.append(request.url))
    shown.goto(file.as_uri())
    assert shown.locator("h1").inner_text() == "Report of 2026-12-31"
    if look != "no script":
        found = Axe().run(shown).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        assert shown.evaluate("document.documentElement.scrollWidth") <= LOOKS[look]["viewport"]["width"]
        small = "[...document.querySelectorAll('svg text')].filter(one => one.getBoundingClientRect().height < 11).length"
        assert shown.evaluate(small) == 0
    assert told == []
    assert {url for url in asked if not url.startswith("data:")} == {file.as_uri()}
    context.close()


@pytest.mark.slow
@needs_browser
def test_all_of_it_is_printed(browser: Any, file: Path, tmp_path: Path) -> None:
    pdfium = pytest.importorskip("pypdfium2", reason="needs pypdfium2: pip install -e .[browser]")
    context = browser.new_context(viewport={"width": 1300, "height": 900}, color_scheme="dark")
    shown = context.new_page()
    shown.goto(file.as_uri())
    shown.pdf(path=str(tmp_path / "report.pdf"), format="A4")
    context.close()
    document = pdfium.PdfDocument(str(tmp_path / "report.pdf"))
    text = "".join(document[number].get_textpage().get_text_bounded() for number in range(len(document)))
    document.close()
    for words in ("Report of 2026-12-31", "01-hello", "Wilson's interval", "What that takes", "Formula:"):
        assert words in text
