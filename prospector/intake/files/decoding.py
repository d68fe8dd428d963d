"""From bytes of unknown origin to text: refuse what is no text, then find the encoding of the whole file.

The whole file is looked at once, in chunks, before anything is read: an export of 200,000 rows may hold its
first byte that is no UTF-8 in the last row, and then it is too late to change one's mind.
"""

from __future__ import annotations

import codecs
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from prospector.core.errors import FileError, NothingImportable

if TYPE_CHECKING:
    from collections.abc import Iterator

CHUNK = 1 << 20
LINE_LIMIT_CHUNKS = 4
"""A line of more than about 4 MB belongs to no table; refusing it keeps the memory flat."""

_MIXED = "prospector.cp1252"
_AS_CSV = "save it as CSV UTF-8 and import that file"
_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"PK\x05\x06", "an empty zip archive", "export again"),
    (b"BZh", "compressed with bzip2", "unpack it first: bunzip2 FILE"),
    (b"\xfd7zXZ\x00", "compressed with xz", "unpack it first: unxz FILE"),
    (b"\x28\xb5\x2f\xfd", "compressed with zstd", "unpack it first: unzstd FILE"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "unpack it first"),
    (b"Rar!", "a RAR archive", "unpack it first"),
    (b"%PDF", "a PDF", "export the list as CSV where it came from"),
    (
        b"SQLite format 3\x00",
        "a SQLite database",
        "export the table as CSV: sqlite-utils rows DB TABLE --csv",
    ),
    (b"PAR1", "a Parquet file", "convert it to CSV or JSON Lines"),
    (b"\x89PNG", "a picture", "export the list as CSV where it came from"),
    (b"\xff\xd8\xff", "a picture", "export the list as CSV where it came from"),
    (b"{\\rtf", "a rich text document", f"open it, {_AS_CSV}"),
)
_MARKUP = re.compile(rb"<(?:!doctype|!--|html|head|body|table|\?xml)", re.IGNORECASE)
_CONTROLS = bytes([*range(1, 9), *range(14, 27), 28, 29, 30, 31, 127])
_SURROGATE_ESCAPED = re.compile("[\udc80-\udcff]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


@dataclass(frozen=True, slots=True)
class Decoding:
    """How to read the bytes as text, and what one look at all of them has shown."""

    encoding: str
    errors: str = "strict"
    skip: int = 0
    """Bytes of the byte order mark, to be left out."""
    warning: str | None = None
    has_nul: bool = False
    has_long_line: bool = False


def decide(stream: BinaryIO, name: str) -> Decoding:
    """The encoding of a seekable stream; `FileError` if it is no text, `NothingImportable` if it is empty."""
    stream.seek(0)
    head = stream.read(8192)
    if not head:
        raise NothingImportable(name, "the file is empty", hint="export the list again, with a header line")
    candidate = _by_mark(head) or _utf16_without_mark(head) or Decoding("utf-8")
    if candidate.encoding == "utf-8":
        _refuse_binary(head[candidate.skip :], name)
    try:
        return _looked_through(stream, candidate, name)
    except UnicodeDecodeError:
        return _looked_through(stream, _not_utf8(stream, candidate.skip), name)


def text_lines(stream: BinaryIO, decoding: Decoding) -> io.TextIOWrapper:
    """The stream as text with its line ends untouched (the CSV parser needs them)."""
    stream.seek(decoding.skip)
    _register_mixed()
    return io.TextIOWrapper(stream, encoding=decoding.encoding, errors=decoding.errors, newline="")


def _by_mark(head: bytes) -> Decoding | None:
    """The encoding that a byte order mark states. UTF-32's begins like UTF-16's, so it is asked first."""
    for mark, encoding in (
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if head.startswith(mark):
            return Decoding(encoding, "replace", len(mark))
    if head.startswith(codecs.BOM_UTF8):
        return Decoding("utf-8", skip=len(codecs.BOM_UTF8))
    return None


def _utf16_without_mark(head: bytes) -> Decoding | None:
    """UTF-16 of mostly western text: every second byte is NUL, and the others are not."""
    half = len(head) // 2
    if half < 8:
        return None
    even, odd = head[0 : half * 2 : 2].count(0), head[1 : half * 2 : 2].count(0)
    if odd > half * 0.8 and even < half * 0.1:
        return Decoding("utf-16-le", "replace")
    if even > half * 0.8 and odd < half * 0.1:
        return Decoding("utf-16-be", "replace")
    return None


def _refuse_binary(head: bytes, name: str) -> None:
    """Raise `FileError` for known file types and for bytes that are plainly no text."""
    for magic, what, hint in _MAGIC:
        if head.startswith(magic):
            raise FileError(name, f"this is {what}, not a table in text form", hint=hint)
    start = head.lstrip()[:200]
    if _MARKUP.match(start):
        raise FileError(
            name, "this is an HTML or XML page, not a table in text form", hint=f"open it, {_AS_CSV}"
        )
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls > 2 + len(head) * 0.02 or head.count(0) > 2 + len(head) * 0.1:
        raise FileError(name, "this is a binary file, not a table in text form", hint=_AS_CSV)


def _looked_through(stream: BinaryIO, decoding: Decoding, name: str) -> Decoding:
    """The decoding with what the whole text shows; `UnicodeDecodeError` if it does not fit to the end."""
    blank, has_nul, long_line, without_break = True, False, False, 0
    for text in _decoded_chunks(stream, decoding):
        blank = blank and not text.strip("\ufeff\0 \t\r\n\v\f\xa0")
        has_nul = has_nul or "\0" in text
        without_break = 0 if "\n" in text or "\r" in text else without_break + 1
        long_line = long_line or without_break > LINE_LIMIT_CHUNKS
    if blank:
        raise NothingImportable(
            name, "the file holds only white space", hint="export the list again, with a header line"
        )
    return Decoding(decoding.encoding, decoding.errors, decoding.skip, decoding.warning, has_nul, long_line)


def _decoded_chunks(stream: BinaryIO, decoding: Decoding) -> Iterator[str]:
    _register_mixed()
    decoder = codecs.getincrementaldecoder(decoding.encoding)(decoding.errors)
    stream.seek(decoding.skip)
    while chunk := stream.read(CHUNK):
        yield decoder.decode(chunk)
    yield decoder.decode(b"", final=True)


def _not_utf8(stream: BinaryIO, skip: int) -> Decoding:
    """Windows-1252, or UTF-8 with foreign bytes in it if most of its other characters are good UTF-8.

    Two exports of different encoding, pasted into one file, must not turn every Müller into MÃ¼ller.
    """
    bad = other = 0
    for text in _decoded_chunks(stream, Decoding("utf-8", "surrogateescape", skip)):
        wrong = len(_SURROGATE_ESCAPED.findall(text))
        bad += wrong
        other += len(_NOT_ASCII.findall(text)) - wrong
    if other > bad:
        warning = f"not all UTF-8: {bad} bytes read as Windows-1252"
        return Decoding("utf-8", _MIXED, skip, warning)
    return Decoding("cp1252", "replace", 0, "not UTF-8: read as Windows-1252")


def _register_mixed() -> None:
    """Make the error handler known to the codecs module (again is harmless)."""
    codecs.register_error(_MIXED, _as_cp1252)


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """Read the bytes that are no UTF-8 as Windows-1252."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end
