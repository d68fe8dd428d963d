"""The key of the opt-out links: made once, kept for its owner alone, and nothing else in `.env` is lost."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from workspaces import environment

from prospector.core.dotenv import TOKEN_KEY, kept_key, read_dotenv
from prospector.core.errors import FileError

MAKE = f"from pathlib import Path; from prospector.core.dotenv import kept_key; print(kept_key(Path('.'), '{TOKEN_KEY}').value)"


@pytest.fixture(autouse=True)
def no_key_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(TOKEN_KEY, raising=False)


@pytest.fixture(params=[0o022, 0o000, 0o777], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def test_a_key_is_random_long_and_made_once(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    first, again = kept_key(tmp_path, TOKEN_KEY), kept_key(tmp_path, TOKEN_KEY)
    assert re.fullmatch("[0-9a-f]{64}", first.value)
    assert (first.made, again) == (True, (first.value, False))
    assert kept_key(tmp_path / "other", TOKEN_KEY).value != first.value


@pytest.mark.usefixtures("umask")
@pytest.mark.parametrize("mode", [None, 0o644, 0o600])
def test_only_the_owner_can_read_the_file_whatever_it_was_before(tmp_path: Path, mode: int | None) -> None:
    path = tmp_path / ".env"
    if mode is not None:
        path.write_text("A=1\n", encoding="utf-8")
        path.chmod(mode)
    kept_key(tmp_path, TOKEN_KEY)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == [".env"]


@pytest.mark.parametrize(
    "before", [b"", b"A=1", b"\xef\xbb\xbf# mine\r\nA=1\r\n\r\n", b"A=\xc3\xa9\n", b"X\n"]
)
def test_no_line_of_the_file_is_lost(tmp_path: Path, before: bytes) -> None:
    (tmp_path / ".env").write_bytes(before)
    key = kept_key(tmp_path, TOKEN_KEY).value
    after = (tmp_path / ".env").read_bytes()
    assert after.startswith(before)
    assert after.removeprefix(before).strip() == f"{TOKEN_KEY}={key}".encode()
    assert read_dotenv(tmp_path)[TOKEN_KEY] == key


@pytest.mark.parametrize("before", [f"{TOKEN_KEY}=\n", f"export {TOKEN_KEY}=''\nA=1"])
def test_a_blank_key_is_no_key(tmp_path: Path, before: str) -> None:
    (tmp_path / ".env").write_text(before, encoding="utf-8")
    assert kept_key(tmp_path, TOKEN_KEY).made
    assert not kept_key(tmp_path, TOKEN_KEY).made


def test_a_key_in_the_environment_is_used_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(TOKEN_KEY, "from outside")
    assert kept_key(tmp_path, TOKEN_KEY) == ("from outside", False)
    assert list(tmp_path.iterdir()) == []


def test_programs_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", MAKE], cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, text=True
        )
        for _ in range(8)
    ]
    keys = {one.communicate(timeout=60)[0].strip() for one in started}
    assert keys == {read_dotenv(tmp_path)[TOKEN_KEY]}
    assert (tmp_path / ".env").read_text(encoding="utf-8").count(TOKEN_KEY) == 1


def test_what_a_killed_program_left_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("A=1\n", encoding="utf-8")
    (tmp_path / ".env.part").write_text("half a li", encoding="utf-8")
    kept_key(tmp_path, TOKEN_KEY)
    assert [one.name for one in tmp_path.iterdir()] == [".env"]
    assert read_dotenv(tmp_path)["A"] == "1"


def _link(path: Path) -> None:
    path.with_name("elsewhere").write_text("A=1\n", encoding="utf-8")
    path.symlink_to("elsewhere")


def _read_only(path: Path) -> None:
    path.write_text("A=1\n", encoding="utf-8")
    path.chmod(0o400)


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (_link, "a link"),
        (lambda path: path.symlink_to("nowhere"), "a link"),
        (lambda path: path.mkdir(), "no file"),
        (_read_only, "read-only"),
        (lambda path: path.write_bytes(b"A=\xff\n"), "not UTF-8"),
    ],
)
def test_a_file_that_must_not_be_replaced_is_left_alone_and_the_error_says_what_to_do(
    tmp_path: Path, make: Callable[[Path], object], what: str
) -> None:
    path = tmp_path / ".env"
    make(path)
    before = {one.name: one.is_file() and one.read_bytes() for one in tmp_path.iterdir()}
    with pytest.raises(FileError, match=what) as caught:
        kept_key(tmp_path, TOKEN_KEY)
    assert (caught.value.path, caught.value.exit_code, TOKEN_KEY in caught.value.hint) == (path, 2, True)
    assert {one.name: one.is_file() and one.read_bytes() for one in tmp_path.iterdir()} == before


def test_a_key_behind_a_link_is_read(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text(f"{TOKEN_KEY}=shared\n", encoding="utf-8")
    (tmp_path / ".env").symlink_to("elsewhere")
    assert kept_key(tmp_path, TOKEN_KEY) == ("shared", False)
