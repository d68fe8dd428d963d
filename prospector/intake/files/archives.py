"""Files inside files: gzip and zip, with a limit on what they may unfold to."""

from __future__ import annotations

import gzip
import tempfile
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, cast

from prospector.core.errors import FileError

if TYPE_CHECKING:
    from collections.abc import Sequence

SPOOL_LIMIT = 4 << 30
"""Bytes taken from standard input or out of an archive."""
_ALWAYS_FINE = 256 << 20
_LARGEST_RATIO = 200
"""An archive of tables unfolds to 5 or 20 times its size; one that unfolds to 200 times is a trap."""
_LAYERS = 3
_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"
_TABLES = (
    ".csv",
    ".tsv",
    ".tab",
    ".txt",
    ".json",
    ".jsonl",
    ".ndjson",
    ".gz",
    ".xlsx",
    ".xlsm",
    ".xlsb",
    ".xls",
    ".ods",
    ".vcf",
    ".vcard",
)
_LINKEDIN_MEMBER = "connections.csv"
_WORKBOOKS = frozenset({"xl/workbook.xml", "xl/workbook.bin", "content.xml"})
_BROKEN = (zipfile.BadZipFile, RuntimeError, EOFError, OSError, ValueError, zlib.error)


def unpacked(stream: BinaryIO, name: str) -> tuple[BinaryIO, str]:
    """The table inside, and the name that it has there; the stream as it is if it is no archive.

    `FileError` for a broken or locked archive, for one without a table or with several, and for one that
    unfolds to more than its size explains. The stream is closed if another one takes its place.
    """
    for _ in range(_LAYERS):
        stream.seek(0)
        head = stream.read(4)
        if head.startswith(_GZIP):
            inner, name = _from_gzip(stream, name), name.removesuffix(".gz")
        elif head == _ZIP and not is_zipped_workbook(stream):
            inner, name = _from_zip(stream, name)
        else:
            stream.seek(0)
            return stream, name
        stream.close()
        stream = inner
    stream.close()
    raise FileError(name, f"packed more than {_LAYERS - 1} times over", hint="unpack it first")


def is_zipped_workbook(stream: BinaryIO) -> bool:
    """Is this an .xlsx, .xlsm, .xlsb or .ods file? They are zip archives of their own kind."""
    try:
        with zipfile.ZipFile(stream) as archive:
            names = {member.filename for member in archive.infolist()}
    except _BROKEN:
        return False
    return bool(names & _WORKBOOKS) or "[Content_Types].xml" in names


def spooled(source: BinaryIO, name: str, *, packed: int | None = None) -> BinaryIO:
    """A copy in a temporary file; `packed` is the size of the archive that it comes out of."""
    limit = SPOOL_LIMIT if packed is None else min(SPOOL_LIMIT, max(_ALWAYS_FINE, packed * _LARGEST_RATIO))
    copy = cast("BinaryIO", tempfile.TemporaryFile(prefix="prospector-"))  # noqa: SIM115  closed with the table
    try:
        while chunk := source.read(1 << 20):
            copy.write(chunk)
            if copy.tell() > limit:
                raise FileError(name, f"unfolds to more than {limit >> 20} MB", hint="give the file in parts")
    except BaseException:
        copy.close()
        raise
    copy.seek(0)
    return copy


def _size(stream: BinaryIO) -> int:
    size = stream.seek(0, 2)
    stream.seek(0)
    return size


def _from_gzip(stream: BinaryIO, name: str) -> BinaryIO:
    packed = _size(stream)
    try:
        with gzip.GzipFile(fileobj=stream) as source:
            return spooled(cast("BinaryIO", source), name, packed=packed)
    except _BROKEN as error:
        raise FileError(name, f"a broken gzip file: {error}", hint="export or download it again") from error


def _from_zip(stream: BinaryIO, name: str) -> tuple[BinaryIO, str]:
    packed = _size(stream)
    try:
        with zipfile.ZipFile(stream) as archive:
            _refuse_apple(archive.infolist(), name)
            member = _table_of(archive.infolist(), name)
            with archive.open(member) as source:
                return spooled(cast("BinaryIO", source), name, packed=packed), member.filename
    except _BROKEN as error:
        raise FileError(name, f"a broken or locked archive: {error}", hint="unpack it first") from error


_APPLE = {".numbers": "Numbers", ".pages": "Pages", ".key": "Keynote"}
_APPLE_MEMBERS = frozenset({"index/document.iwa", "index.zip", "index.apxl", "index.numbers"})


def apple_document(name: str) -> tuple[str, str] | None:
    """What is wrong with a document of Apple's programs, and the hint; None for any other file."""
    program = _APPLE.get(PurePosixPath(name.lower()).suffix)
    if program is None:
        return None
    what = f"a {program} document, which only {program} can read"
    if program == "Numbers":
        return what, "in Numbers choose File > Export To > CSV (or Excel), and import that file"
    return what, "copy the list into a spreadsheet, save it as CSV UTF-8 and import that file"


def _refuse_apple(members: Sequence[zipfile.ZipInfo], name: str) -> None:
    names = {member.filename.lower() for member in members}
    if not any(one in _APPLE_MEMBERS or one.endswith(("/index/document.iwa", "/index.zip")) for one in names):
        return
    what, hint = apple_document(name) or apple_document(f"{name}.numbers") or ("", "")
    raise FileError(name, what, hint=hint)


def _table_of(members: Sequence[zipfile.ZipInfo], name: str) -> zipfile.ZipInfo:
    """The one table, or the connections of LinkedIn's data export among all its other tables."""
    tables = [member for member in members if _is_table(PurePosixPath(member.filename.lower()))]
    connections = [m for m in tables if m.filename.lower().rpartition("/")[2] == _LINKEDIN_MEMBER]
    if len(chosen := connections[:1] or tables) == 1:
        return chosen[0]
    if not tables:
        raise FileError(
            name, "an archive without a table in it", hint="it should hold one .csv, .xlsx or .jsonl"
        )
    names = ", ".join(member.filename[-80:] for member in tables[:5])
    raise FileError(
        name,
        f"an archive with {len(tables)} tables: {names}",
        hint="unpack it, and import the files you want",
    )


def _is_table(path: PurePosixPath) -> bool:
    """Not a folder, nor what a Mac puts beside each file."""
    return path.suffix in _TABLES and not path.name.startswith(".") and "__macosx" not in path.parts
