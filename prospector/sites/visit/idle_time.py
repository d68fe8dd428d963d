"""An event loop that has something else to do while the network is silent."""

from __future__ import annotations

import asyncio
import selectors
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

T = TypeVar("T")


class IdleTime(selectors.DefaultSelector):
    """Watches sockets for an event loop. Instead of waiting for one it calls `use`, as long as that did something."""

    def __init__(self) -> None:
        super().__init__()
        self.use: Callable[[], bool] = nothing

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """What is ready; nothing yet where the time went into something else."""
        if timeout == 0:  # The loop itself has more to do.
            return super().select(0)
        ready = super().select(0)
        return ready if ready or self.use() else super().select(timeout)


def nothing() -> bool:
    """No use for the time."""
    return False


def run_using_idle_time(main: Callable[[IdleTime], Coroutine[Any, Any, T]]) -> T:
    """As `asyncio.run`, with an `IdleTime` for `main`."""
    idle = IdleTime()
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(idle)) as runner:
        return runner.run(main(idle))
