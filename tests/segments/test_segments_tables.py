"""What an SDR sees of `find` in a terminal: lines that fit, the reason for each, and how many more there are."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import sys
import termios
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len
from workspaces import environment, import_people, make_workspace

if TYPE_CHECKING:
    from pathlib import Path

HEADER = ("First Name", "Last Name", "Email", "Title", "Company", "Website", "Industry")
SEGMENT = "company: {industry: banking}\nperson: {department: hr}\nscore: [{points: 5, when: {person: {has: email}}}]\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_workspace(tmp_path_factory.mktemp("tables") / "w", segment=SEGMENT)
    rows = [
        [
            f"Maximiliane{'abcdefgh'[number % 8]}", f"von und zu Oberhausen-{'abcdefgh'[number // 8]}",
            f"maximiliane{number}@genossenschaftsbank{number}.example", "Leiterin Personal und Organisation",
            f"Genossenschaftsbank Nummer {number} von 1899", f"genossenschaftsbank{number}.example", "Banking",
        ]
        for number in range(60)
    ]  # fmt: skip
    import_people(folder, rows, HEADER)
    return folder


def in_terminal(folder: Path, columns: int, *words: str) -> list[str]:
    """The lines that a terminal of so many columns shows (stdout and stderr)."""
    child, handle = pty.fork()
    if child == 0:
        wanted = {name: value for name, value in environment(NO_COLOR="1").items() if name != "COLUMNS"}
        os.chdir(folder)
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        os.execve(sys.executable, [sys.executable, "-m", "prospector", *words], wanted)
    shown = b""
    while True:
        try:
            part = os.read(handle, 65_536)
        except OSError:
            break
        if not part:
            break
        shown += part
    os.close(handle)
    assert os.waitpid(child, 0)[1] == 0
    return shown.decode().splitlines()


@pytest.mark.parametrize("columns", [80, 120])
@pytest.mark.parametrize("what", [(), ("--companies", "--industry", "banking")], ids=["people", "companies"])
def test_a_list_fits_the_terminal_and_says_how_many_more_there_are(
    made: Path, columns: int, what: tuple[str, ...]
) -> None:
    lines = in_terminal(made, columns, "find", *(what or ("-s", "hr")))
    header, rows = lines[0], lines[1:51]
    assert all(cell_len(line) <= columns for line in [header, *rows])
    assert [word for word in ("name", "company", "score", "because") if word in header][-2:] == [
        "score",
        "because",
    ]
    assert "answer" not in header  # each is a match
    assert ("title" in header or "domain" in header) is (columns == 120)
    assert ("email" in header) is (not what)
    assert what or all("@genossenschaftsbank" in line and ".example " in line for line in rows)
    start = header.index("because")
    assert all("Banking" in line[start - 2 :] for line in rows)
    assert all(line.startswith(("Maximiliane", "Genossenschaftsbank")) for line in rows)
    assert lines[51] == "... and 10 more: --limit 60 shows all"
    assert lines[52].startswith("50 of 60 listed. 60 match, 0 unknown.")


def test_a_limit_shows_just_so_many(made: Path) -> None:
    lines = in_terminal(made, 80, "find", "-s", "hr", "--limit", "2")
    assert len(lines) == 5
    assert lines[3] == "... and 58 more: --limit 60 shows all"
    assert lines[4].startswith("2 of 60 listed. 60 match")
