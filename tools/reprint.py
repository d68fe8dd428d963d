"""Run the commands of pages again and put what they print now below them: `python tools/reprint.py README.md`.

Blocks that are right as they stand, with what they leave out as `...`, stay so.
"""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "support"))

from console import Command, Terminal, is_printed, steps_of

_DAY = "2026-11-30"


def reprinted(text: str) -> str:
    """The page with what its commands print today."""
    begin = 0
    with tempfile.TemporaryDirectory() as name:
        (folder := Path(name).resolve() / "somewhere").mkdir()
        with Terminal(folder, _DAY) as terminal:
            for step in steps_of(text):
                if not isinstance(step, Command):
                    terminal.write(step)
                    continue
                printed = terminal.run("prospector demo" if step.text == "make demo" else step.text)
                shown = "$ " + step.text.replace("\n", "\n> ") + "\n"
                begin = text.index(shown + step.printed, begin) + len(shown)
                if not is_printed(step.printed, printed):
                    tidy = "".join(f"{line.rstrip()}\n" for line in printed.splitlines())
                    text = text[:begin] + tidy + text[begin + len(step.printed) :]
    return re.sub(r"[ \t]+$", "", text, flags=re.M)


if __name__ == "__main__":
    for page in map(Path, sys.argv[1:]):
        page.write_text(reprinted(page.read_text(encoding="utf-8")), encoding="utf-8")
        print(f"{page} printed again")
