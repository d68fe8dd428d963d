"""A manifest read back: its head is held, its lists come entry by entry, so that a run of a million people is no load.

Somebody may have changed it, so all of it is looked at before the ledger learns anything, each piece within the limits
that every reader has.
"""

from __future__ import annotations

import io
import json
import re
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from prospector.core.digests import digest_of_file
from prospector.core.errors import FileError
from prospector.core.inputs import open_regular
from prospector.intake.files.limits import COLUMNS, NESTING, RECORD, too_deep
from prospector.outreach.manifests import LISTS, REFUSED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path
    from typing import TextIO

_TOUCH = ("touch", "channel", "variant", "send_at")
_BLOCK = 1 << 16
_SPACE = " \t\r\n"
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a run has written down. Its lists are read from the file each time that they are asked for."""

    path: Path
    head: Mapping[str, Any]
    """All but the lists, which are empty here."""

    def enrolled(self) -> Iterator[dict[str, Any]]:
        """Who has left with the run."""
        return self._entries("enrolled")

    def held_back(self) -> Iterator[dict[str, Any]]:
        """Who was held back."""
        return self._entries("held_back")

    def _entries(self, wanted: str) -> Iterator[dict[str, Any]]:
        with _told(self.path), open_regular(self.path) as file:
            text = io.TextIOWrapper(file, encoding="utf-8", newline="")
            yield from (value for name, value in _pieces(_Scanner(text)) if name == f"{wanted}[]")


def read_manifest(path: Path) -> Manifest:
    """A manifest whose every entry is what the ledger learns from; `FileError` for one that is damaged."""
    head: dict[str, Any] = {}
    with _told(path):
        with open_regular(path) as file:
            text = io.TextIOWrapper(file, encoding="utf-8", newline="")
            for name, value in _pieces(_Scanner(text)):
                json.dumps(value, ensure_ascii=False).encode()  # half a sign could not be stored
                if name.endswith("[]"):
                    _check_entry(name.removesuffix("[]"), value)
                else:
                    head[name] = value
        _check_head(head)
    return Manifest(path, head)


def digest_of_manifest(path: Path) -> str:
    """What tells whether a manifest is one that is known; `FileError` if it cannot be read."""
    with _told(path):
        return digest_of_file(path)


def _check_head(head: Mapping[str, Any]) -> None:
    date.fromisoformat(head["as_of"])
    start, _, number = head["run"].rpartition("-")
    named = start == f"{head['campaign']}/{head['as_of']}" and re.fullmatch("[0-9]{1,9}", number)
    if not named or not isinstance(head["campaign"], str):
        raise ValueError("not what `run` wrote")
    if missing := [name for name in ("enrolled", "files") if name not in head]:
        raise KeyError(missing[0])


def _check_entry(name: str, entry: Any) -> None:
    if name == "files":
        texts = [entry["name"]]
    elif name == "enrolled":
        texts = [entry["email"], entry.get("lead_id", "")]
        texts += [touch[one] for touch in entry.get("touches", ()) for one in _TOUCH]
    else:
        texts = []
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("not what `run` wrote")
    if name == "enrolled" and not entry["email"].isprintable():  # another key: a second mail
        raise ValueError("an address in it holds a control sign")


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Whatever is wrong with it, in words, and the way out."""
    try:
        yield
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise FileError(
            path,
            f"not a readable manifest ({_why(error)})",
            hint="restore the file: it keeps people from being mailed twice. If it is lost, move its folder out of "
            "exports/, and make sure that nobody in it is written to again",
        ) from error


def _why(error: Exception) -> str:
    if isinstance(error, UnicodeEncodeError):
        return "it holds half a sign"
    if "digits" in str(error):
        return "it holds a number of thousands of digits"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    return str(error).strip("'")[:200] or type(error).__name__


def _pieces(scanner: _Scanner) -> Iterator[tuple[str, Any]]:
    """All of an object: `NAME` with its value, but for the lists, which are empty and followed by `NAME[]` for each."""
    seen: set[str] = set()
    scanner.expect("{")
    for number in range(COLUMNS + 1):
        if scanner.takes("}"):
            break
        if number:
            scanner.expect(",")
        name = scanner.value()
        scanner.expect(":")
        if not isinstance(name, str) or name in seen or number == COLUMNS:
            raise ValueError("not what `run` wrote")
        seen.add(name)
        if name not in (*LISTS, REFUSED):
            yield name, scanner.value()
        else:
            yield name, []
            yield from ((f"{name}[]", entry) for entry in scanner.entries())
    scanner.expect("")


class _Scanner:
    """JSON value by value, of which no more than one is held."""

    def __init__(self, file: TextIO) -> None:
        self._file, self._text, self._at = file, "", 0

    def expect(self, sign: str) -> None:
        """Take a sign that must come; the end of the file if it is blank."""
        if not self.takes(sign):
            raise ValueError(f"no {sign!r} where one must be" if sign else "something behind its end")

    def takes(self, sign: str) -> bool:
        """Take a sign if it comes next; with a blank one, whether nothing does."""
        if not self._has_more():
            return not sign
        found = self._text[self._at] == sign
        self._at += found
        return found

    def _has_more(self) -> bool:
        """Go over space; whether anything comes behind it."""
        while True:
            while self._at < len(self._text) and self._text[self._at] in _SPACE:
                self._at += 1
            if self._at < len(self._text) or not self._more():
                return self._at < len(self._text)

    def entries(self) -> Iterator[Any]:
        """The values of a list, one after the other."""
        self.expect("[")
        if self.takes("]"):
            return
        yield self.value()
        while not self.takes("]"):
            self.expect(",")
            yield self.value()

    def value(self) -> Any:
        """The next value; `ValueError` where it is broken, or larger or deeper than is read."""
        ends = not self._has_more()
        while True:
            try:
                found, end = _DECODER.raw_decode(self._text, self._at)
            except json.JSONDecodeError:
                if ends:
                    raise
            else:
                if end < len(self._text) or ends:
                    break
            if len(self._text) - self._at > RECORD:
                raise ValueError(f"an entry of more than {RECORD:,} characters")
            ends = not self._more()
        if end - self._at > RECORD:
            raise ValueError(f"an entry of more than {RECORD:,} characters")
        if too_deep(self._text[self._at : end]):
            raise ValueError(f"it is nested deeper than {NESTING} levels")
        self._at = end
        return found

    def _more(self) -> bool:
        """Read on, twice as much each time that one value asks, and let go of what was read; whether there was any."""
        self._text = self._text[self._at :]
        self._at = 0
        block = self._file.read(max(_BLOCK, len(self._text)))
        self._text += block
        return bool(block)
