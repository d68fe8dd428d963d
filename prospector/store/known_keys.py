"""Telling without a query that something has not been stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Hashable

_BITS = 26


class Strangers:
    """Everything but what was discarded: a Bloom filter of 8 MB, whatever is put into it.

    What is in it is surely new. What is not may be new all the same, where two share a place: with five
    million discarded that is one in fourteen, and then a query is made for nothing.
    """

    def __init__(self) -> None:
        self._known = bytearray(1 << (_BITS - 3))
        self._mask = (1 << _BITS) - 1

    def discard(self, one: Hashable) -> None:
        """Nothing new from now on."""
        place = hash(one) & self._mask
        self._known[place >> 3] |= 1 << (place & 7)

    def __contains__(self, one: Hashable) -> bool:
        place = hash(one) & self._mask
        return not self._known[place >> 3] & 1 << (place & 7)
