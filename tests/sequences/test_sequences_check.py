"""The check finds faults with their lines and says what costs replies or breaks rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from prospector.sequences.check import Finding, check_sequence
from prospector.sequences.folder import load_sequence

FOOTER = "\n\n{{ sender.postal_address }}\n[unsubscribe]({{ unsubscribe_url }})\n"
FRONT = "---\nday: 0\nsubject: S\n---\n"
TEMPLATES = Path(__file__).parents[2] / "templates"


def check(folder: Path, body: str, front: str = FRONT) -> list[Finding]:
    (folder / "01.md").write_text(front + body + FOOTER)
    return check_sequence(load_sequence(folder))


@pytest.mark.parametrize(
    ("body", "words", "line"),
    [
        ("Hi\nAct now!", "act now", 6),
        ("See https://bit.ly/x", "bit.ly", 5),
        ("\nTHIS OFFER ENDS", "capital letters", 6),
        ("Hi! Hi! Hi!", "exclamation", 5),
        ("Hi <b>you</b>", "HTML: <b>", 5),
        ("[x](javascript:alert)", "not https", 5),
        ("[x](http://x.example)", "without https", 5),
        ("word " * 151, "150 words", None),
        ("[a](https://a.example) [b](https://b.example)", "2 links", None),
        ("![x](https://a.example/p.png)", "image", None),
    ],
)
def test_a_bad_habit_is_a_warning(tmp_path: Path, body: str, words: str, line: int | None) -> None:
    found = [one for one in check(tmp_path, body) if words in one.what]
    assert [(one.level, one.line) for one in found] == [("warning", line)]
    assert found[0].hint


@pytest.mark.timeout(60)  # each would take minutes if the rest of the file were looked at for every tag
@pytest.mark.parametrize(
    "text", ["{{" * 30_000, "{%" * 30_000, "{#" * 30_000, "%%a" * 30_000, "{{ a" * 20_000]
)
def test_a_file_of_nothing_but_tags_is_looked_through_once(tmp_path: Path, text: str) -> None:
    assert any(one.level == "error" for one in check(tmp_path, text))


@pytest.mark.parametrize(
    ("front", "words"),
    [
        ("---\nday: 0\nsubject: 'Re: our talk'\n---\n", "looks like a reply"),
        ("---\nday: 2\nsubject: S\n---\n", "on day 2"),
        (f"---\nday: 0\nsubject: {'long ' * 20}\n---\n", "more than 70 characters"),
    ],
)
def test_a_bad_opening_is_a_warning(tmp_path: Path, front: str, words: str) -> None:
    assert [one.level for one in check(tmp_path, "Hi", front) if words in one.what] == ["warning"]


def test_every_fault_is_found_also_in_branches_that_nobody_takes(tmp_path: Path) -> None:
    body = "{{ person.frist_name }}\n{% if false %}{{ company.nam | uper }}{% endif %}\n{{ sendr }}"
    errors = [one for one in check(tmp_path, body) if one.level == "error"]
    assert [(one.line, one.what) for one in errors] == [
        (5, 'person has no "frist_name"'),
        (6, 'company has no "nam"'),
        (6, 'no filter "uper"'),
        (7, 'no name "sendr"'),
    ]
    assert errors[0].hint == 'did you mean "first_name"?'


def test_a_first_mail_without_address_and_opt_out_is_warned_about(tmp_path: Path) -> None:
    (tmp_path / "01.md").write_text(FRONT + "Hi\n{% include '_sig.md' %}")
    (tmp_path / "_sig.md").write_text("Ana")
    what = {one.what for one in check_sequence(load_sequence(tmp_path))}
    assert {"no way to opt out in the first mail", "no postal address in the first mail"} <= what
    (tmp_path / "_sig.md").write_text(FOOTER)
    what = {one.what for one in check_sequence(load_sequence(tmp_path))}
    assert not any("first mail" in one for one in what)


def test_a_value_without_a_fallback_is_a_hint(tmp_path: Path) -> None:
    found = check(tmp_path, "Hi {{ person.first_name }}")
    assert ("hint", 5, "held back for people without person.first_name") in [
        one[:1] + one[2:4] for one in found
    ]


def test_a_note_that_linkedin_cuts_off_is_a_warning(tmp_path: Path) -> None:
    front = "---\nday: 0\nchannel: linkedin\n---\n"
    assert any("300 characters" in one.what for one in check(tmp_path, "word " * 70, front))


@pytest.mark.parametrize("name", ["new-hr-manager", "new-marketing-lead"])
def test_the_shipped_sequences_have_no_findings(name: str) -> None:
    assert check_sequence(load_sequence(TEMPLATES / name)) == []


@pytest.mark.parametrize(
    ("body", "lines"),
    [
        ('Hi {{ person.first_name | fallback("there") }},', [5]),
        ("Words\n\nGuten Tag {{person.first_name}}!", [7]),
        ("Tere {{ person.first_name }},\nwords", [5]),
        ('Hi {{ person.greeting | fallback("there") }},', []),
        ("I read that {{ person.first_name }}, of all people,", []),
        ("Hi {{ company.name }},", []),
    ],
)
def test_a_greeting_with_the_name_as_it_was_imported_is_noted(
    tmp_path: Path, body: str, lines: list[int]
) -> None:
    found = [one for one in check(tmp_path, body) if "behind a greeting" in one.what]
    assert [(one.level, one.line) for one in found] == [("hint", line) for line in lines]
