"""Raw messages out of files: one .eml, an mbox, or a folder of either. One message is held at a time."""

from __future__ import annotations

import re
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from prospector.core.errors import FileError
from prospector.core.inputs import open_regular

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path
    from typing import BinaryIO

LARGEST = 30_000_000
"""Bytes of one message that are kept: what is longer is read up to here."""
_SUFFIXES = (".eml", ".mbox", ".mbx", ".emlx")
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_HEADER = re.compile(rb"[!-9;-~]{1,100}:")


def messages_of(path: Path) -> Iterator[bytes]:
    """The raw messages of a file or a folder, in the order of the files' names; `FileError` if it holds no mail."""
    if path.is_dir():
        for one in sorted(path.rglob("*")):
            if one.is_file() and one.suffix.lower() in _SUFFIXES:
                yield from messages_of(one)
        return
    with open_regular(path) as file:
        yield from messages_in(file, path)


def messages_in(file: BinaryIO, name: Path | str) -> Iterator[bytes]:
    """The raw messages of an open file."""
    first = file.readline(LARGEST)
    while first and not first.strip():
        first = file.readline(LARGEST)
    if first.startswith(b"From "):
        yield from _mbox(file)
        return
    if not _HEADER.match(first):
        hint = "give an .eml or .mbox file, or a folder of them"
        raise FileError(name, "no mail: it begins with no header", hint=hint)
    yield (first + file.read(LARGEST))[:LARGEST]


def _mbox(file: BinaryIO) -> Iterator[bytes]:
    """Each message behind a line `From `, which follows a blank one; `>From ` inside is what escaped it."""
    mail, blank = bytearray(), False  # millions of short lines would take many times their length as a list
    while line := file.readline(1_000_000):
        if blank and line.startswith(b"From "):
            yield _unquoted(mail)
            mail = bytearray()
        elif len(mail) < LARGEST:
            mail += line
        blank = not line.strip()
    if mail:
        yield _unquoted(mail)


def _unquoted(mail: bytearray) -> bytes:
    return _QUOTED.sub(rb"\1", bytes(mail))


def date_of(raw: bytes) -> datetime | None:
    """When a message says that it was written."""
    told = BytesHeaderParser().parsebytes(raw[:100_000]).get("Date", "")
    try:
        return parsedate_to_datetime(str(told)[:100])
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
