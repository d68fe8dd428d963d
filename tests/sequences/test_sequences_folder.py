"""A sequence folder is read in file-name order, and what is wrong with it is said with file, line and hint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prospector.core.errors import FileError
from prospector.sequences.check import folder_findings
from prospector.sequences.folder import FolderFaults, load_sequence

if TYPE_CHECKING:
    from pathlib import Path

HELLO = "---\nday: 0\nchannel: email\nsubject: Hello\n---\nHi\n"


def write(folder: Path, **files: str) -> Path:
    """Files by their names; `x01__b` stands for `01.b.md`, so that names can be keywords."""
    for name, text in files.items():
        (folder / (name.removeprefix("x").replace("__", ".") + ".md")).write_text(text)
    return folder


def test_touches_come_in_file_name_order_with_numbers_from_one(tmp_path: Path) -> None:
    write(
        tmp_path,
        x02="---\nday: 3\n---\nAgain",
        x01=HELLO,
        x03="---\nday: 3\nchannel: call\ntitle: T\n---\nSay",
    )
    sequence = load_sequence(tmp_path)
    assert [(t.number, t.name, t.day, t.channel) for t in sequence.touches] == [
        (1, "01", 0, "email"),
        (2, "02", 3, "email"),
        (3, "03", 3, "call"),
    ]
    assert sequence.touches[2].subjects == ("T",)
    assert sequence.touches[0].bodies[0].line == 6
    assert sequence.name == tmp_path.name


def test_variants_are_labelled_by_subject_by_file_or_by_both(tmp_path: Path) -> None:
    two = HELLO.replace("Hello", "[One, Two]")
    write(tmp_path, x01=two, x02="---\nday: 1\n---\nA", x02__b="B", x03=two.replace("day: 0", "day: 2"))
    write(tmp_path, x03__b="---\nsubject: Three\n---\nB", x04="---\nday: 4\n---\nOne way")
    labels = [[variant.label for variant in touch.variants] for touch in load_sequence(tmp_path).touches]
    assert labels == [["a", "b"], ["a", "b"], ["a1", "a2", "b"], [""]]


def test_settings_are_optional_and_read(tmp_path: Path) -> None:
    write(tmp_path, x01="---\nday: 0\nsubject: S\n---\nHi", _sig="Bye")
    assert load_sequence(tmp_path).stop_on == ("replied", "bounced", "unsubscribed", "meeting")
    settings = (
        "name: N\ndefaults: {channel: email}\nstop_on: [meeting, replied]\nsnippets:\n  offer: an offer\n"
    )
    (tmp_path / "sequence.yaml").write_text(settings)
    sequence = load_sequence(tmp_path)
    assert (sequence.title, sequence.stop_on, sequence.snippets) == (
        "N",
        ("replied", "meeting"),
        {"offer": "an offer"},
    )
    assert list(sequence.partials) == ["_sig.md"]


@pytest.mark.parametrize(
    ("text", "line", "words", "hint"),
    [
        ("Hi", 1, "no front matter", "day: 0"),
        ("---\nday: 0\nHi", 1, "not closed", "---"),
        ("---\nday: 0\n---\nHi", 1, "no subject", "subject"),
        ("---\nsubject: S\n---\nHi", 2, "no day", "business days"),
        ("---\nsubject: S\nday: soon\n---\nHi", 3, "not a day", "business days"),
        ("---\nday: 0\nsubjct: S\n---\nHi", 3, "subjct", 'did you mean "subject"?'),
        ("---\nday: 0\nchannel: emial\nsubject: S\n---\nHi", 3, "emial", 'did you mean "email"?'),
        ("---\nday: 0\nsubject: [S, '']\n---\nHi", 3, "not a text", "quotes"),
        ("---\nday: 0\nsubject: {{ x }}\n---\nHi", 3, "plain text", "quote"),
        ("---\nday: 0\nsubject: S\n---\n \n", 5, "no text", "below"),
        ("---\nday: 0\nsubject: S\n---\nHi \ue041", 5, "reserved character", "delete"),
    ],
)
def test_a_wrong_touch_is_a_fault_with_line_and_hint(
    tmp_path: Path, text: str, line: int, words: str, hint: str
) -> None:
    write(tmp_path, x01=text)
    with pytest.raises(FileError, match=words) as caught:
        load_sequence(tmp_path)
    assert caught.value.line == line
    assert hint in caught.value.hint


def test_days_may_not_fall(tmp_path: Path) -> None:
    write(tmp_path, x01=HELLO.replace("day: 0", "day: 5"), x02="---\nday: 3\n---\nHi")
    with pytest.raises(FileError, match="day 3 comes after day 5"):
        load_sequence(tmp_path)


def test_empty_missing_and_half_folders_are_faults(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no touches"):
        load_sequence(tmp_path)
    with pytest.raises(FileError, match="no such sequence"):
        load_sequence(tmp_path / "missing")
    write(tmp_path, x01__b="Hi")
    with pytest.raises(FileError, match="variant without its touch"):
        load_sequence(tmp_path)


def test_unknown_settings_and_events_are_named_with_a_near_miss(tmp_path: Path) -> None:
    write(tmp_path, x01=HELLO)
    for text, line, hint in (
        ("name: x\nstop: [replied]\n", 2, "stop_on"),
        ("stop_on: [repleid]\n", 1, "replied"),
        ("snippets:\n  offer: '{{ x }}'\n", 2, "partial"),
    ):
        (tmp_path / "sequence.yaml").write_text(text)
        with pytest.raises(FileError) as caught:
            load_sequence(tmp_path)
        assert (caught.value.line, hint in caught.value.hint) == (line, True)


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "s"
    folder.mkdir()
    write(folder, x01=HELLO)
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "_sig.md").symlink_to(tmp_path / "secret.txt")
    with pytest.raises(FileError, match="outside of the folder"):
        load_sequence(folder)


def test_all_faults_of_a_folder_are_told_at_once(tmp_path: Path) -> None:
    write(
        tmp_path,
        x01="---\nday: three\nchannel: phone\nsubjct: S\n---\n \n",
        x02="---\nday: 1\nsubject: [S, '']\n---\nHi",
        x03="---\nday: 2\nsubject: {{First}}: x\n---\nHi",
        x04="no front",
        x05__a="Hi",
        x06__b="Hi",
        x07=HELLO.replace("day: 0", "day: 9"),
        x08=HELLO.replace("day: 0", "day: 8"),
    )
    (tmp_path / "sequence.yaml").write_text("nam: X\nopt_out: never\nsnippets:\n  A b: x\n  c: '{{ y }}'\n")
    with pytest.raises(FileError) as caught:
        load_sequence(tmp_path)
    parts = [one for one in caught.value.parts if isinstance(one, FileError)]
    assert [(str(one.path).removeprefix(f"{tmp_path}/"), one.line) for one in parts] == [
        *(("01.md", line) for line in (2, 3, 4, 6)),
        ("02.md", 3),
        ("03.md", 3),
        ("04.md", 1),
        ("05.a.md", None),
        ("06.b.md", None),
        ("08.md", 2),
        *(("sequence.yaml", line) for line in (1, 2, 4, 5)),
    ]


def test_a_file_that_cannot_be_read_is_no_fault_of_others(tmp_path: Path) -> None:
    write(
        tmp_path,
        x01="no front",
        x02="---\nday: 0\n---\nHi {{ snippets.offer }} {% include '_sig.md' %}",
        _sig="Ana \ue041",
    )
    (tmp_path / "sequence.yaml").write_text("snippets: [no mapping]\n")
    with pytest.raises(FolderFaults) as caught:
        load_sequence(tmp_path)
    found = folder_findings(caught.value, lambda _: ())
    assert [(one.file.name, one.line) for one in found] == [
        ("01.md", 1),
        ("_sig.md", 1),
        ("sequence.yaml", 1),
    ]
