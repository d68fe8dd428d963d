"""Reading a body that may be endless, slow, or a bomb: never more than the limit in memory."""

from __future__ import annotations

import zlib
from contextlib import suppress
from dataclasses import dataclass

ACCEPTED_ENCODINGS = "gzip, deflate"
_UNREADABLE = frozenset({"br", "zstd", "compress", "x-compress", "dcb", "dcz"})
_ERROR_BYTES = 65_536
"""The most that is kept of what a server says beside an error."""
_MORE = 65_536
"""So much is read beyond the limit: the end of what is compressed may say nothing."""
_HOPELESS_RATIO = 10
"""A page that announces this many times the limit is not begun."""
_BOMB_RATIO = 100
"""Pages shrink five to thirty times; a body that reaches the limit from a hundredth of it is no page."""


class UnreadableBody(Exception):
    """A body that is not decoded. `reason`: `encoding` or `too_large`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(slots=True)
class Body:
    """What was read, and whether the rest was left unread."""

    content: bytes
    truncated: bool = False


def bytes_to_read(status: int, announced: int, limit: int) -> int:
    """How many bytes to read of a body, as they come on the wire; `limit` is for those that are kept.

    Raises `UnreadableBody` where the length that is `announced` is far too much.
    """
    if not 200 <= status < 300:
        return min(limit, _ERROR_BYTES)
    if announced > _HOPELESS_RATIO * limit:
        raise UnreadableBody("too_large")
    return limit + _MORE


def decode_body(raw: bytes, status: int, encoding: str, limit: int) -> Body:
    """Decode at most `limit` bytes of what was read; raises `UnreadableBody`."""
    limit = limit if 200 <= status < 300 else min(limit, _ERROR_BYTES)
    if not _is_compressed(encoding):
        return Body(raw[:limit], truncated=True) if len(raw) > limit else Body(raw)
    if not raw:
        return Body(raw)
    # One byte over the limit is asked for, so that a body of just the limit counts as whole.
    content, used, is_whole = _inflate(raw, limit + 1)
    if len(content) > limit:
        if used * _BOMB_RATIO < limit:
            raise UnreadableBody("too_large")
        return Body(content[:limit], truncated=True)
    if len(raw) > limit + _MORE:  # Much for little: nothing worth keeping either.
        raise UnreadableBody("too_large")
    if not content and not is_whole:
        raise UnreadableBody("encoding")
    return Body(content, truncated=not is_whole)


def _is_compressed(encoding: str) -> bool:
    """By the Content-Encoding; names that servers make up (`utf-8`, `none`) mean as it is."""
    name = encoding.strip().lower()
    if name in _UNREADABLE or "," in name:
        raise UnreadableBody("encoding")
    return name in {"gzip", "x-gzip", "deflate"}


def _inflate(raw: bytes, most: int) -> tuple[bytes, int, bool]:
    """gzip and both things that servers call deflate: at most so many bytes, those used for them, if that is all.

    What lies behind the end of the compressed data is ignored.
    """
    for wbits in (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS):
        stream = zlib.decompressobj(wbits=wbits)
        with suppress(zlib.error):
            content = stream.decompress(raw, most)
            return content, len(raw) - len(stream.unconsumed_tail), stream.eof
    raise UnreadableBody("encoding")
