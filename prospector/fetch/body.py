"""Reading a body that may be endless, slow, or a bomb: never more than the limit in memory."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterable

ACCEPTED_ENCODINGS = "gzip, deflate"
_UNREADABLE = frozenset({"br", "zstd", "compress", "x-compress", "dcb", "dcz"})
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


async def read_body(chunks: AsyncIterable[bytes], encoding: str, limit: int) -> Body:
    """Read and decode at most `limit` bytes; raises `UnreadableBody`, and what the stream raises."""
    inflate = _decoder(encoding)
    parts: list[bytes] = []
    read = kept = 0
    async for chunk in chunks:
        read += len(chunk)
        # One byte over the limit is asked for, so that a body of just the limit counts as whole.
        part = inflate.feed(chunk, limit + 1 - kept) if inflate else chunk[: limit + 1 - kept]
        parts.append(part)
        kept += len(part)
        if kept > limit or read > limit + 65_536:
            _refuse_bomb(read, kept, limit)
            return Body(b"".join(parts)[:limit], truncated=True)
    cut = inflate is not None and not inflate.whole
    if cut and not kept:
        raise UnreadableBody("encoding")
    return Body(parts[0] if len(parts) == 1 else b"".join(parts), truncated=cut)


def _refuse_bomb(read: int, kept: int, limit: int) -> None:
    """Much from little, or little from much: either way nothing worth keeping."""
    if read * _BOMB_RATIO < limit or kept <= limit:
        raise UnreadableBody("too_large")


def _decoder(encoding: str) -> _Inflater | None:
    """The decoder for a Content-Encoding; names that servers make up (`utf-8`, `none`) mean as it is."""
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        return None
    if name in {"gzip", "x-gzip", "deflate"}:
        return _Inflater()
    if name in _UNREADABLE or "," in name:
        raise UnreadableBody("encoding")
    return None


class _Inflater:
    """gzip and both things that servers call deflate, in bounded steps."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
        self._fresh = True

    @property
    def whole(self) -> bool:
        """Whether the compressed data came to its end; an empty body is whole too."""
        return self._fresh or self._stream.eof

    def feed(self, chunk: bytes, most: int) -> bytes:
        """Decode a chunk into at most `most` bytes; what lies behind the end of the data is ignored."""
        if self._stream.eof:
            return b""
        fresh, self._fresh = self._fresh, False
        try:
            return self._stream.decompress(chunk, most)
        except zlib.error as error:
            if not fresh:
                raise UnreadableBody("encoding") from error
        return self._feed_raw(chunk, most)

    def _feed_raw(self, chunk: bytes, most: int) -> bytes:
        self._stream = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
        try:
            return self._stream.decompress(chunk, most)
        except zlib.error as error:
            raise UnreadableBody("encoding") from error
