"""Runs the commands of a page in the order given, in a folder of its own, and tells what they print.

What a page may hold:

    ```console          commands behind `$ `, with what they print below; `> ` goes on with a command, a command that
    $ prospector ...    ends in `&` runs until the page ends
    ```
    <!-- write NAME --> before a block: the block is that file
    <!-- put into NAME -->  the block's top-level YAML keys take the place of those in that file

In what is printed, `...` stands for any text, a line of `...` for any lines; neither dates nor how many blanks stand
between two columns are compared.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import TracebackType

_FENCE = re.compile(
    r"(?:^<!-- (?P<how>write|put into) (?P<file>\S+) -->\n+)?^```(?P<kind>\w*)\n(?P<body>.*?)^```$",
    re.M | re.S,
)
_DATE = re.compile(r"\b\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?:[+-]\d\d:\d\d)?)?")
_BLANKS = re.compile(r"  +")
_COMMAND = re.compile(r"^\$ (?P<command>.*(?:\n> .*)*)\n(?P<printed>(?:(?!\$ ).*\n)*)", re.M)
_WIDTH = 120
_PATIENCE = 120


@dataclass(frozen=True, slots=True)
class Command:
    """A command of a page, and what the page says that it prints."""

    text: str
    printed: str


@dataclass(frozen=True, slots=True)
class Written:
    """A block that is a file, or the part of one."""

    name: str
    body: str
    is_part: bool


def steps_of(page: str) -> Iterator[Command | Written]:
    """What a reader of the page does, in order."""
    for fence in _FENCE.finditer(page):
        if fence["how"]:
            yield Written(fence["file"], fence["body"], fence["how"] == "put into")
        elif fence["kind"] == "console":
            for found in _COMMAND.finditer(fence["body"]):
                yield Command(found["command"].replace("\n> ", "\n"), found["printed"])


def is_printed(said: str, printed: str) -> bool:
    """True if a command printed what the page says."""
    pattern = []
    for line in said.splitlines():
        if line.strip() == "...":
            pattern.append(r"(?:.*\n)*?")
        else:
            parts = (re.escape(_bare(part)) for part in line.rstrip().split("..."))
            pattern.append(".*".join(parts) + r"\n")
    text = "".join(f"{_bare(line.rstrip())}\n" for line in printed.splitlines())
    return re.fullmatch("".join(pattern), text) is not None


def _bare(text: str) -> str:
    return _BLANKS.sub(" ", _DATE.sub("DAY", text))


class Terminal:
    """A folder in which commands run one after the other, as somebody types them."""

    def __init__(self, folder: Path, as_of: str) -> None:
        self.folder = folder
        programs = folder.parent / f"{folder.name}-bin"
        programs.mkdir()
        start = f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m prospector "$@"\n'
        (programs / "prospector").write_text(start, encoding="utf-8")
        (programs / "prospector").chmod(0o755)
        self._environment = {
            **os.environ,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
            "PYTHONUNBUFFERED": "1",  # so that what is said and what is printed come in the order of a terminal
            "COLUMNS": str(_WIDTH),
            "PROSPECTOR_AS_OF": as_of,
            "HOME": str(folder),
        }
        self._beside: list[subprocess.Popen[str]] = []

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._beside:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()

    def write(self, step: Written) -> None:
        """Write a file, or put the keys of a block into one."""
        path = self.folder / step.name
        text = step.body
        if step.is_part:
            text = path.read_text(encoding="utf-8")
            for block in re.split(r"^(?=[a-z_]+:)", step.body, flags=re.M):
                if key := re.match(r"([a-z_]+):", block):
                    there = re.compile(rf"^{key[1]}:.*\n(?:(?:[ \t].*)?\n)*", re.M)
                    kept, count = there.subn(lambda _, block=block: block.rstrip() + "\n\n", text, count=1)
                    text = kept if count else f"{text.rstrip()}\n\n{block}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def run(self, command: str) -> str:
        """What the command prints, on either channel. `cd` holds for the commands after it."""
        words = shlex.split(command, comments=True)
        if words[:1] == ["cd"]:
            self.folder = (self.folder / words[1]).resolve()
            return ""
        if words[-1:] == ["&"]:
            return self._start(command)
        done = subprocess.run(
            ["bash", "-c", command], cwd=self.folder, env=self._environment, timeout=_PATIENCE, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8",
        )  # fmt: skip
        assert "Traceback" not in done.stdout, done.stdout
        return done.stdout

    def _start(self, command: str) -> str:
        """What a command prints first that goes on beside the others."""
        process = subprocess.Popen(
            ["bash", "-c", command.rpartition("&")[0]], cwd=self.folder, env=self._environment, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", start_new_session=True,
        )  # fmt: skip
        self._beside.append(process)
        assert process.stdout is not None
        return process.stdout.readline()
