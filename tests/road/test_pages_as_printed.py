"""Every command of the README and the pages of docs/ runs, in the order given, and prints what stands there."""

from __future__ import annotations

from pathlib import Path

import pytest
from console import Command, Terminal, is_printed, steps_of

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
WITH_COMMANDS = [
    page for page in PAGES if any(isinstance(step, Command) for step in steps_of(page.read_text("utf-8")))
]
MAKE_DEMO = "$(BIN)/prospector demo"


def as_typed(command: str) -> str:
    """`make demo` runs what the Makefile says; all else is typed as it stands."""
    if command != "make demo":
        return command
    recipe = (ROOT / "Makefile").read_text("utf-8").partition("\ndemo:")[2].splitlines()[1].strip()
    assert recipe == MAKE_DEMO
    return recipe.removeprefix("$(BIN)/")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("as_of", ["2026-11-30", pytest.param("2027-03-03", marks=pytest.mark.slow)])
@pytest.mark.parametrize("page", WITH_COMMANDS, ids=lambda page: page.name)
def test_commands_print_what_the_page_says(page: Path, as_of: str, tmp_path: Path) -> None:
    (folder := tmp_path / "somewhere").mkdir()
    with Terminal(folder, as_of) as terminal:
        for step in steps_of(page.read_text("utf-8")):
            if not isinstance(step, Command):
                terminal.write(step)
                continue
            printed = terminal.run(as_typed(step.text))
            assert is_printed(step.printed, printed), (
                f"$ {step.text}\n{printed}\nbut the page says\n{step.printed}"
            )


@pytest.mark.parametrize("name", ["README.md", "first-day.md", "import.md", "segments.md"])
def test_the_pages_for_beginners_are_walked(name: str) -> None:
    assert name in {page.name for page in WITH_COMMANDS}


def test_a_text_that_is_not_printed_is_found() -> None:
    assert is_printed(
        "3 people in 2026-11-30-1 ...\n...\nend\n", "3 people in 2027-01-02-1 (csv)\na\nb\nend\n"
    )
    assert not is_printed("3 people\n", "4 people\n")
    assert not is_printed("3 people\n", "3 people\nand more\n")
