"""How each source of the registry is asked: by a step of the visit to a company's site, or by a function.

A source that is no step is a row and a function, added here; that is all a new one needs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from prospector.contacts.guessing import Guesser
from prospector.core.evidence import AT_COMPANY
from prospector.core.records import Prospect
from prospector.core.sources import add_source, drop_source, sources

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from prospector.contacts.guessing import GuessedAddress
    from prospector.core.sources import Source
    from prospector.store.database import Database

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


class Sources:
    """The sources that are asked by a function, ready to be asked about what one database holds."""

    def __init__(self, db: Database, stale_before: date) -> None:
        self._pattern = PatternSource(db, stale_before)
        self.rows = asked_by_call()

    def can_tell(self, source: Source, prospect: Prospect) -> bool:
        """Whether asking makes sense: all that it needs is known, and it has an answer if it knows beforehand."""
        if not source.can_be_asked(prospect):
            return False
        return source.name != PATTERN or self._pattern.guess(prospect) is not None

    def ask(self, source: Source, prospect: Prospect) -> Reply:
        """Ask one of them."""
        return self._pattern.ask(prospect) if source.name == PATTERN else _ASK[source.name](prospect)


class PatternSource:
    """Works out addresses by the company's pattern. It knows beforehand of whom it can tell one."""

    def __init__(self, db: Database, stale_before: date) -> None:
        self._guesser = Guesser(db, stale_before)

    def guess(self, prospect: Prospect) -> GuessedAddress | None:
        """The address that the person may have."""
        company = prospect.company
        return self._guesser.guess(company.id, prospect.person.id) if company else None

    def ask(self, prospect: Prospect) -> Reply:
        """The same as an answer."""
        guess = self.guess(prospect)
        if guess is None or prospect.company is None:
            return Reply("none", reason="the company's pattern is not known")
        values: dict[str, str | int] = {"email": guess.email, AT_COMPANY: prospect.company.id}
        return Reply("found", values, guess.reason, confidence=guess.probability)


PATTERN = "pattern"
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


def asked_by_call() -> tuple[Source, ...]:
    """The sources that are asked by a function: those of companies first, for they may settle several people."""
    callable_ = [source for source in sources() if source.name in _ASK or source.name == PATTERN]
    return tuple(sorted(callable_, key=lambda source: (source.subject == "person", source.price)))
