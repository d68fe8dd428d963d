"""Raw messages out of files: .eml, .emlx, mbox, maildir, folders and zip archives of them. One is held at a time."""

from __future__ import annotations

import gzip
import re
import sys
import zipfile
import zlib
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, Protocol, cast

from prospector.core.errors import FileError
from prospector.core.inputs import open_regular
from prospector.intake.files.archives import spooled

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

LARGEST = 30_000_000
"""Bytes of one message that are kept: what is longer is read up to here."""
_LONGEST_LINE = 1_000_000
_UNFOLDED, _RATIO = 256 << 20, 200
"""An archive may unfold to so many bytes, or to so many times its size: a larger one is a trap."""
_MESSAGES, _BOXES, _PACKED = (".eml", ".emlx"), (".mbox", ".mbx", ".mboxrd"), (".zip", ".gz")
MAIL_SUFFIXES = (*_MESSAGES, *_BOXES)
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)
_HEADER = re.compile(rb"[!-9;-~]{1,100}:")
_COUNT = re.compile(rb"\s*\d{1,12}\s*")
_BROKEN = (zipfile.BadZipFile, gzip.BadGzipFile, RuntimeError, EOFError, NotImplementedError, zlib.error)
_HINT = "give an .eml or .mbox file, a maildir, or a folder or zip archive of them"


class NotMail(FileError):
    """A file that holds no mail."""


class _Lines(Protocol):
    """What is read of a file."""

    def read(self, size: int, /) -> bytes: ...

    def readline(self, size: int, /) -> bytes: ...


class _Limited:
    """What a packed file unfolds to, as long as that is what its size explains."""

    def __init__(self, inner: _Lines, name: Path | str, left: int) -> None:
        self._inner, self._name, self.left = inner, name, left

    def read(self, size: int, /) -> bytes:
        return self._counted(self._inner.read(size))

    def readline(self, size: int, /) -> bytes:
        return self._counted(self._inner.readline(size))

    def _counted(self, part: bytes) -> bytes:
        self.left -= len(part)
        if self.left < 0:
            raise FileError(self._name, "unfolds to far more than its size explains", hint="unpack it first")
        return part


@contextmanager
def _unbroken(name: Path | str) -> Iterator[None]:
    try:
        yield
    except _BROKEN as error:
        raise FileError(name, f"a broken or locked archive: {error}", hint="unpack it first") from error


@dataclass
class PassedOver:
    """What a folder or an archive holds beside mails: files that are none, and mails that cannot be read."""

    others: int = 0
    broken: list[str] = field(default_factory=list)


def messages_of(path: Path, passed: PassedOver | None = None) -> Iterator[bytes]:
    """The raw messages of a file, a folder or standard input (`-`); `FileError` if it holds no mail.

    What is passed over in a folder is counted.
    """
    passed = passed or PassedOver()
    if str(path) == "-":
        with spooled(sys.stdin.buffer, "-") as file:
            yield from messages_in(file, "-", passed)
        return
    if not path.is_dir():
        with open_regular(path) as opened:
            yield from messages_in(cast("BinaryIO", opened), path, passed)
        return
    found = False
    for one in sorted(path.rglob("*")):
        if one.is_file() and not one.name.startswith("."):
            for raw in _member(one, PurePosixPath(one), passed):
                found = True
                yield raw
    if not found:
        raise NotMail(path, "no mail in this folder", hint=_HINT)


def messages_in(file: BinaryIO, name: Path | str, passed: PassedOver | None = None) -> Iterator[bytes]:
    """The raw messages of an open file, whatever its name says."""
    head = file.read(4)
    file.seek(0)
    if head == b"PK\x03\x04":
        yield from _zipped(file, name, passed or PassedOver())
    elif head[:2] == b"\x1f\x8b":
        size = file.seek(0, 2)
        file.seek(0)
        with _unbroken(name), gzip.GzipFile(fileobj=file) as inner:
            yield from _plain(_Limited(inner, name, max(_UNFOLDED, size * _RATIO)), name)
    else:
        yield from _plain(file, name)


def _plain(file: _Lines, name: Path | str) -> Iterator[bytes]:
    first = file.readline(_LONGEST_LINE)
    while first and not first.strip():
        first = file.readline(_LONGEST_LINE)
    if first.startswith(b"From "):
        yield from _mbox(file)
        return
    if _COUNT.fullmatch(first):
        # Apple's .emlx: the message's length in bytes, the message, and a list of flags.
        raw = file.read(min(int(first), LARGEST))
    else:
        raw = first + (file.read(LARGEST) if _HEADER.match(first) else b"")
    if not _HEADER.match(raw):
        raise NotMail(name, "no mail: it begins with no header" if raw else "is empty", hint=_HINT)
    yield raw[:LARGEST]


def _member(path: Path, place: PurePosixPath, passed: PassedOver) -> Iterator[bytes]:
    """The messages of a file of a folder; a file that is no mail by its name and its beginning is passed over."""
    try:
        with open_regular(path) as file:
            if _may_be_mail(place, file.peek(5)[:5]):
                yield from messages_in(cast("BinaryIO", file), path, passed)
            else:
                passed.others += 1
    except FileError as error:
        passed.broken.append(error.message)


def _may_be_mail(place: PurePosixPath, head: bytes) -> bool:
    """By its suffix, as a file of a maildir, or as an mbox without one, such as Thunderbird's."""
    suffix = place.suffix.lower()
    if suffix in (*_MESSAGES, *_BOXES, *_PACKED) or place.parent.name in ("cur", "new"):
        return True
    return head == b"From "


def _zipped(file: BinaryIO, name: Path | str, passed: PassedOver) -> Iterator[bytes]:
    size = file.seek(0, 2)
    found, left = False, max(_UNFOLDED, size * _RATIO)
    with _unbroken(name), zipfile.ZipFile(file) as archive:
        for member in sorted(archive.infolist(), key=lambda one: one.filename):
            place = PurePosixPath(member.filename)
            if member.is_dir() or place.name.startswith(".") or "__MACOSX" in place.parts:
                continue
            with archive.open(member) as peeked:
                head = peeked.read(5)
            if place.suffix.lower() in _PACKED or not _may_be_mail(place, head):
                passed.others += 1
                continue
            with archive.open(member) as inner:
                limited = _Limited(inner, name, left)
                try:
                    for raw in _plain(limited, f"{name}/{member.filename}"):
                        found = True
                        yield raw
                except NotMail as error:
                    passed.broken.append(error.message)
                left = limited.left
    if not found:
        raise NotMail(name, "no mail in this archive", hint=_HINT)


def _mbox(file: _Lines) -> Iterator[bytes]:
    """Each message behind a line `From `, which follows a blank one; `>From ` inside is what escaped it."""
    mail, blank = bytearray(), False  # millions of short lines would take many times their length as a list
    while line := file.readline(_LONGEST_LINE):
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
