"""What a payload or a row holds, flat: each value by its name, whatever case, signs and nesting the tool gives it.

`leadEmail`, `lead_email` and `Lead Email` are one name, `leademail`; a name inside another has both, `lead.email`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_NOT_NAME = re.compile(r"[^a-z0-9]+")
_WRAPPERS = frozenset({"data", "attributes", "payload", "eventdata", "eventsdata"})
"""Boxes that say nothing: what is in them counts as if it stood outside."""
_DEEPEST, _MOST = 8, 2_000
_LEAD_ID = re.compile(r"[0-9a-f]{20}")
_LEAD_KEY = re.compile(r"(?:.*\.)?(?:leadid|snip+[a-z]{1,3}\d+)")
"""Woodpecker has no names for its places: the id stands in the first; old answers of it misspell them."""


def folded(name: str) -> str:
    """A name without case and signs."""
    return _NOT_NAME.sub("", name.lower())


class Facts:
    """The values of one payload or row."""

    def __init__(self, value: object) -> None:
        self._values: dict[str, str] = {}
        for number, (name, text) in enumerate(_flat(value, "", _DEEPEST)):
            if number >= _MOST:
                break
            self._values.setdefault(name, text)

    def first(self, names: Iterable[str]) -> str:
        """The first of some names that has a value; blank if none has."""
        return next((value for name in names if (value := self._values.get(name))), "")

    def lead_id(self) -> str | None:
        """The id that the lead was handed over with, in whatever bag of variables: a tool's own ids look otherwise."""
        found = (value for name, value in self._values.items() if _LEAD_KEY.fullmatch(name))
        return next((value for value in found if _LEAD_ID.fullmatch(value)), None)

    def each(self, names: Iterable[str]) -> Iterator[str]:
        """The values of those of some names that have one."""
        return (value for name in names if (value := self._values.get(name)))

    def values(self) -> Iterator[tuple[str, str]]:
        """All of it."""
        return iter(self._values.items())

    def names(self) -> frozenset[str]:
        """All names that have a value."""
        return frozenset(self._values)


def _flat(value: object, name: str, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and depth:
        for key, one in value.items():
            yield from _flat(one, _joined(name, key), depth - 1)
    elif isinstance(value, list) and depth:
        for one in value:  # of several the first has the name
            yield from _flat(one, name, depth - 1)
    elif isinstance(value, bool):
        yield name, "true" if value else "false"
    elif isinstance(value, str | int | float):
        text = str(value).replace("\0", "").encode("utf-8", "replace").decode().strip()
        if name and text:
            yield name, text


def _joined(above: str, key: object) -> str:
    """The name of what stands under a key; the dots and brackets of a flat key nest, too."""
    told = _parts(str(key)[:200])
    return f"{above}.{told}" if above and told else above or told


@lru_cache(maxsize=4096)
def _parts(key: str) -> str:
    parts = [folded(part) for part in re.split(r"[.\[\]]+", key)]
    return ".".join(part for part in parts if part and part not in _WRAPPERS)
