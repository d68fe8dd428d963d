"""What `plan` and `run` print of many people, while they come: nothing is held but counts and a few names."""

from __future__ import annotations

import json
import shutil
import sys
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

from prospector.cli.options import TABLE_ROWS
from prospector.cli.output import escaped
from prospector.outreach.held_back import HeldBack
from prospector.outreach.json_text import flat_json
from prospector.outreach.shapes import TouchShape, touches_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from typing import TextIO

    from prospector.destinations.handover import Lead


_NAMED = 3
"""How many people are named of each reason."""
_LISTS = ("touches", "held_back")


class Tally:
    """Counts, the first touches for the table, and of each reason the first people."""

    def __init__(self) -> None:
        self.people = self.touches = self.held_back = self.due = 0
        self.rows: list[TouchShape] = []
        self._reasons: dict[str, tuple[int, list[str]]] = {}  # by the code in words

    def add(self, one: Lead | HeldBack) -> None:
        """Count somebody."""
        if isinstance(one, HeldBack):
            self._hold(one)
            return
        self.people += 1
        self.touches += len(one.touches)
        if len(self.rows) < TABLE_ROWS:
            self.rows += list(touches_json(one))[: TABLE_ROWS - len(self.rows)]

    def _hold(self, held: HeldBack) -> None:
        self.held_back += 1
        reason = f"{held.words} ({held.reason})"
        count, named = self._reasons.get(reason, (0, []))
        if count < _NAMED:
            named.append(f"{held.person} ({held.detail})")
        self._reasons[reason] = (count + 1, named)

    def reasons(self) -> list[str]:
        """One line for each reason: many like ones become a count."""
        return [
            f"held back, {reason}: {'; '.join(named)}"
            + (f" and {count - _NAMED} more" if count > _NAMED else "")
            for reason, (count, named) in sorted(self._reasons.items())
        ]


class PlanJson:
    """One object as `print_json` writes it: the touches at once, who is held back through a file, counts last."""

    def __init__(self, out: TextIO, campaign: str, as_of: date) -> None:
        self._out = out
        self._head = {"campaign": campaign, "as_of": as_of.isoformat()}
        self._held: TextIO = TemporaryFile("w+", encoding="utf-8", newline="")  # noqa: SIM115  (closed by `finish`)
        self._counts = dict.fromkeys(_LISTS, 0)

    def add(self, one: Lead | HeldBack) -> None:
        """Write somebody down."""
        if isinstance(one, HeldBack):
            self._element("held_back", self._held, one.as_json())
            return
        for touch in touches_json(one):
            if not self._counts["touches"]:
                self._begin()
            self._element("touches", self._out, touch)

    def _begin(self) -> None:
        self._out.write(
            escaped(json.dumps(self._head, ensure_ascii=False, indent=2)[:-2] + ',\n  "touches": [')
        )

    def _element(self, name: str, out: TextIO, row: Mapping[str, Any]) -> None:
        between = ",\n    " if self._counts[name] else "\n    "
        self._counts[name] += 1
        out.write(between + escaped(flat_json(row, 2)))

    def finish(self, rest: Mapping[str, Any]) -> None:
        """What stands after the lists; what it has of the head and of the lists themselves is left out."""
        if not self._counts["touches"]:
            self._begin()
        self._out.write("\n  ]" if self._counts["touches"] else "]")
        self._out.write(',\n  "held_back": [')
        with self._held:
            self._held.seek(0)
            shutil.copyfileobj(self._held, self._out)
        self._out.write("\n  ]" if self._counts["held_back"] else "]")
        more = {key: value for key, value in rest.items() if key not in (*self._head, *_LISTS)}
        self._out.write("," + escaped(json.dumps(more, ensure_ascii=False, indent=2)[1:]) + "\n")


def spool() -> TextIO:
    """Where an object waits until all that could fail has been done."""
    return TemporaryFile("w+", encoding="utf-8", newline="")


def print_spooled(objects: list[TextIO], *, as_list: bool = False) -> None:
    """One object as it is, several as a list."""
    several = as_list or len(objects) != 1
    if several:
        sys.stdout.write("[\n" if objects else "[]\n")
    for number, text in enumerate(objects):
        text.seek(0)
        if several:
            _indented(text, last=number == len(objects) - 1)
        else:
            shutil.copyfileobj(text, sys.stdout)
        text.close()
    if several and objects:
        sys.stdout.write("]\n")
    sys.stdout.flush()


def _indented(text: TextIO, *, last: bool) -> None:
    for line in text:
        if line == "}\n":
            line = "}\n" if last else "},\n"
        sys.stdout.write(f"  {line}")
