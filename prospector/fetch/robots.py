"""What a site's robots.txt lets us ask, read once per origin (RFC 9309).

No file, or any 4xx: everything is allowed. A 5xx, or a file that does not arrive: nothing is. When the
host itself cannot be reached, that is the answer, and robots.txt has no part in it.
"""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from protego import Protego

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from prospector.fetch.addresses import Target

MAX_ROBOTS_BYTES = 500_000
MAX_CRAWL_DELAY = 10.0
_SHORT_FILE = 2_000
_KEPT_FILES = 1_000
"""Far more than are in use at once; a file of thousands of rules takes a megabyte."""
_AGENT_LINE = re.compile(r"^([ \t]*user[- ]?agent[ \t]*:?)([^\r\n#]*)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class RobotsFile:
    """How the fetch of a robots.txt ended: `status` of the last answer, or `trouble` when there was none."""

    status: int | None
    text: bytes
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one origin for us. `trouble` is why the host could not be asked at all."""

    file: Protego | None = None
    closed: bool = False
    trouble: str = ""
    delay: float = 0.0
    """Seconds between two requests, as the site wishes, up to a limit."""

    def allow(self, target: Target, robot: str) -> bool:
        """Whether this page may be asked."""
        if self.file is None:
            return not self.closed
        return self.file.can_fetch(target.url, robot)


@dataclass(slots=True)
class _Entry:
    rules: Rules | None = None
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class RobotsBook:
    """Rules by origin; requests that come together share one fetch."""

    def __init__(self, robot: str, fetch: Callable[[Target], Awaitable[RobotsFile]]) -> None:
        self._robot = robot
        self._fetch = fetch
        self._entries: OrderedDict[tuple[str, str, int], _Entry] = OrderedDict()

    async def rules(self, target: Target) -> Rules:
        """The rules for the origin of a page, fetched if they are not known yet."""
        entry = self._entries.get(target.origin)
        if entry is None:
            entry = self._open(target)
        else:
            self._entries.move_to_end(target.origin)
        if entry.rules is None:
            async with entry.lock:
                if entry.rules is None:
                    entry.rules = read_rules(await self._fetch(target.at("/robots.txt")), self._robot)
        return entry.rules

    def _open(self, target: Target) -> _Entry:
        if len(self._entries) >= _KEPT_FILES:
            self._entries.popitem(last=False)
        entry = self._entries[target.origin] = _Entry()
        return entry


def read_rules(file: RobotsFile, robot: str) -> Rules:
    """The rules that a fetched robots.txt (or its absence) means for the robot of this name."""
    if file.trouble:
        return Rules(trouble=file.trouble)
    if file.status is None or file.status >= 500:
        return Rules(closed=True)
    if not 200 <= file.status < 300 or not file.text.strip():
        return Rules()
    return _parsed_again(file.text, robot) if len(file.text) < _SHORT_FILE else _parsed(file.text, robot)


def _parsed(written: bytes, robot: str) -> Rules:
    file = Protego.parse(_only_ours(written.decode("utf-8-sig", errors="replace"), robot))
    return Rules(file, delay=min(file.crawl_delay(robot) or 0.0, MAX_CRAWL_DELAY))


_parsed_again = lru_cache(maxsize=256)(_parsed)
"""Many sites have the same short file: that of the system they are made with."""


def _only_ours(text: str, robot: str) -> str:
    """The file with all other robots under one name.

    The parser copies each rule to each robot of its group: thousands of names above thousands of rules
    would cost minutes. It would also take `pro` for a prefix of our name.
    """

    def rename(line: re.Match[str]) -> str:
        value = line[2].strip()
        if value in {"", "*"}:
            return line[0]
        name = value.lower().removesuffix("*").split("/", 1)[0].strip()
        return f"{line[1]} {robot if name == robot.lower() else 'others'}"

    # The parser knows more line ends than the pattern does.
    return _AGENT_LINE.sub(rename, "\n".join(text.splitlines()))
