"""docs/segments.md: every example is a segment that can be checked, and finds as many as the page says.

Its commands run with those of the other pages.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from workspaces import call_cli

from prospector.core.fields import FILTER_FIELDS
from prospector.core.yaml_text import YamlList, YamlMap, YamlValue, read_yaml
from prospector.segments.segment import KINDS, POLICIES, RANKS

PAGE = (Path(__file__).parents[2] / "docs" / "segments.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```yaml\n(.*?)```\n-> (\d+) match, (\d+) no match, (\d+) unknown\n", PAGE, re.S)
DAY = "2026-12-01"
LISTS = {"customers.txt": "# Who buys already.\nnordhafen-bank.example\n", "met-at-the-fair.txt": "hugo@monederoclaro.example\n"}  # fmt: skip


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample workspace on the day of the page."""
    above = tmp_path_factory.mktemp("docs")
    assert call_cli("demo", "demo", "--as-of", DAY, "--quiet", cwd=above).returncode == 0
    folder = above / "demo"
    (folder / "lists").mkdir()
    for name, text in LISTS.items():
        (folder / "lists" / name).write_text(text, encoding="utf-8")
    return folder


def test_every_example_is_one_of_these() -> None:
    assert len(EXAMPLES) == PAGE.count("```yaml") > 15


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_can_be_checked_and_finds_as_many_as_the_page_says(
    sample: Path, example: tuple[str, ...]
) -> None:
    text, *counts = example
    (sample / "segments" / "example.yaml").write_text(text, encoding="utf-8")
    checked = call_cli("segment", "check", "example", "--as-of", DAY, cwd=sample)
    assert checked.returncode == 0, checked.stderr
    done = call_cli("find", "--segment", "example", "--count", "--json", "--as-of", DAY, cwd=sample)
    assert [*json.loads(done.stdout).values()][:3] == [int(count) for count in counts]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--uses", "HubSpot, Salesforce"), "holds several values in one"),
        (("--country", "DE/AT"), "holds several values in one"),
        (("--segment", "finance-new-hr", "--unknown", "include"), "exclude each other"),
        (("--segment", "finance-new-hr", "--country", "DE"), "exclude each other"),
        (("--segment", "finance-new-hr", "--segment", "finance-new-hr"), "given twice"),
    ],
)
def test_what_the_page_calls_an_error_is_one(sample: Path, words: tuple[str, ...], said: str) -> None:
    done = call_cli("find", *words, "--count", cwd=sample)
    assert (done.returncode, said in done.stderr) == (2, True)


def _keys(value: YamlValue) -> set[str]:
    if isinstance(value, YamlMap):
        return {*value, *(key for part in value.values() for key in _keys(part))}
    return {key for part in value for key in _keys(part)} if isinstance(value, YamlList) else set()


def test_the_page_shows_every_form_of_criterion_and_every_key() -> None:
    written = {key for text, *_ in EXAMPLES for key in _keys(read_yaml(text, path=Path("example.yaml")))}
    forms = {field.form for field in FILTER_FIELDS if field.name in written}
    missing = {field.name for field in FILTER_FIELDS if field.form not in forms}
    assert not missing, f"docs/segments.md shows nothing like {missing}"
    assert written >= {"name", "any", "all", "none", "any_of", "all_of", "not", "unknown", "score", "qualify", "limit", "expect"}  # fmt: skip
    assert all(f"`{word}`" in PAGE for word in (*KINDS, *RANKS, *POLICIES))
