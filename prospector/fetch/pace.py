"""How fast an API may be asked: so many requests in so many seconds, by a clock that tests can replace."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence


_MARGIN = 1.05
"""A request that was held up on its way must not fall into the next window of the other side."""


class Rate(NamedTuple):
    """At most `requests` within any `seconds`."""

    requests: int
    seconds: float


class Clock:
    """Time as it passes."""

    def now(self) -> float:
        """Seconds, never running back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Let them pass."""
        time.sleep(seconds)


class Pace:
    """Keeps several rates at once. Not for several threads."""

    def __init__(self, rates: Sequence[Rate] = (), clock: Clock | None = None) -> None:
        self.clock = clock or Clock()
        self._rates = tuple(rates)
        self._sent: deque[float] = deque(maxlen=max((rate.requests for rate in self._rates), default=1))

    def wait(self) -> None:
        """Come back when the next request may be sent, and count it."""
        now = self.clock.now()
        # The moments are in order, so the request that must have left the window stands at a known place.
        free = [
            self._sent[-rate.requests] + _MARGIN * rate.seconds
            for rate in self._rates
            if len(self._sent) >= rate.requests
        ]
        if (until := max(free, default=now)) > now:
            self.clock.sleep(until - now)
            now = max(until, self.clock.now())
        self._sent.append(now)
