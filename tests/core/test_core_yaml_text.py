"""YAML as people write it: text stays text, lines are known, and traps are refused with a hint."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from prospector.core.errors import FileError
from prospector.core.yaml_text import YamlMap, check_keys, read_yaml, read_yaml_file

if TYPE_CHECKING:
    from pathlib import Path


def test_every_scalar_is_text_and_only_plain_nulls_are_none() -> None:
    read = read_yaml("a: NO\nb: 1e3\nc: 2026-01-01\nd: ~\ne: null\nf:\ng: 'null'\nh: \"\"\n", path="x")
    assert read == {
        "a": "NO",
        "b": "1e3",
        "c": "2026-01-01",
        "d": None,
        "e": None,
        "f": None,
        "g": "null",
        "h": "",
    }


def test_keys_and_list_entries_know_their_lines() -> None:
    read = read_yaml("\na: 1\nb:\n  - x\n  -\n    c: 2\n", path="x", first_line=10)
    assert read.lines == {"a": 11, "b": 12}
    entries = read["b"]
    assert getattr(entries, "lines", None) == [13, 15]
    assert isinstance(inner := entries[1], YamlMap)  # type: ignore[index]
    assert inner.line_of("c") == 15
    assert inner.line_of("missing") == inner.line


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\na: 2", 2, "second time"),
        ("a: &x 1\nb: 2", 1, "anchors"),
        ("a: 1\nb: *x", 2, "aliases"),
        ("a: !!python/object:os.system x", 1, "tags"),
        ("a:\n\tb: 1", 2, "tab"),
        ("a: 1\n b: 2", 2, "not allowed"),
        ("a: 1\n---\nb: 2", 2, "second document"),
        ("- a", 1, "names and values"),
        ("just text", 1, "names and values"),
        ("a: 1\nb: \x07", 2, "U+0007"),
        ("a: \ud800", 1, "U+D800"),
        ("a: {{ b }}", 1, "plain text"),
        ("[" * 200, 1, "deep"),
        ("a: [", 2, "expected"),
        ("a: " + "x" * 1_000_001, 1, "1,000,000 bytes"),
    ],
)
def test_a_trap_is_refused_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(FileError, match=words.replace("+", r"\+")) as caught:
        read_yaml(text, path="f.yaml")
    assert (caught.value.line, str(caught.value.path)) == (line, "f.yaml")
    assert caught.value.message.startswith(f"f.yaml:{line}: ")


def test_an_unfolding_bomb_is_refused_at_its_first_anchor() -> None:
    bomb = "a: &a [x, x]\n" + "".join(
        f"{c}: &{c} [*{p}, *{p}]\n" for p, c in zip("abcdefg", "bcdefgh", strict=True)
    )
    with pytest.raises(FileError) as caught:
        read_yaml(bomb, path="x")
    assert caught.value.line == 1


def test_an_unknown_key_is_named_with_its_line_and_a_near_miss() -> None:
    read = read_yaml("name: x\nheadcout: 5\n", path="s.yaml")
    with pytest.raises(FileError, match='no field "headcout"') as caught:
        check_keys(read, ["name", "headcount"], path="s.yaml", what="field")
    assert (caught.value.line, caught.value.hint) == (2, 'did you mean "headcount"?')


def test_files_that_are_no_text_are_refused(tmp_path: Path) -> None:
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(b"a: x\nb: \xe4\n")
    with pytest.raises(FileError, match="not UTF-8") as caught:
        read_yaml_file(latin)
    assert caught.value.line == 2
    with pytest.raises(FileError, match="no such file"):
        read_yaml_file(tmp_path / "missing.yaml")
    with pytest.raises(FileError, match="folder"):
        read_yaml_file(tmp_path)
    marked = tmp_path / "bom.yaml"
    marked.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert read_yaml_file(marked) == {"a": "1"}
