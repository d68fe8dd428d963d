"""How each source of the registry is asked: by a step of the visit to a company's site, or by a function.

A source that is no step is a row and a function, added here; that is all a new one needs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from prospector.core.records import Prospect
from prospector.core.sources import add_source, drop_source, sources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prospector.core.sources import Source

Outcome = Literal["found", "none", "blocked", "failed"]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a source said of one person or company. `values` are stored fields in canonical form.

    `cost` is what the call cost; None where that is the source's price.
    """

    outcome: Outcome
    values: Mapping[str, str | int] = field(default_factory=dict)
    reason: str = ""
    url: str | None = None
    cost: float | None = None
    confidence: float | None = None


Ask = Callable[[Prospect], Reply]
"""Asks of one person, or of a person's company."""

_ASK: dict[str, Ask] = {}


def bind(source: Source, ask: Ask) -> None:
    """Add a source that is asked by a function."""
    add_source(source)
    _ASK[source.name] = ask


@contextmanager
def bound(source: Source, ask: Ask) -> Iterator[None]:
    """The source is there for a while."""
    bind(source, ask)
    try:
        yield
    finally:
        del _ASK[source.name]
        drop_source(source.name)


def ask(source: Source, prospect: Prospect) -> Reply:
    """Ask a source that is asked by a function."""
    return _ASK[source.name](prospect)


def asked_by_call() -> tuple[Source, ...]:
    """The sources that are asked by a function: those of companies first, for they may settle several people."""
    callable_ = [source for source in sources() if source.name in _ASK]
    return tuple(sorted(callable_, key=lambda source: (source.subject == "person", source.price)))
