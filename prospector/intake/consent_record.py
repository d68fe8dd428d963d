"""Writing down what the rows of an import answer about consent, and counting what was not understood."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from prospector.core.counts import counted
from prospector.intake.columns.header_data import header_key
from prospector.intake.rows.consent import NOTHING
from prospector.normalise.addresses import send_of
from prospector.store.consents import ConsentAnswer, Consents

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from prospector.intake.columns.mappings import ColumnMap
    from prospector.intake.rows.consent import Consent, OptOut
    from prospector.intake.shapes import UnclearColumnShape, WishColumnShape
    from prospector.store.consents import Kind
    from prospector.store.database import Database
    from prospector.store.suppressions import Suppressions

_Who = tuple[int | None, int | None]
"""A person's id or a company's."""
_SAMPLES = 3
_ROWS_NAMED = 10
_WORKPLACE_REASONS = frozenset(
    {"do_not_contact", "unsubscribed", "email_opt_out", "suppressed", "no_consent"}
)
"""Reasons that hold for everybody at a company, where a row names no person."""


@dataclass(slots=True)
class UnclearColumn:
    """A column about consent with cells that were not understood: how many rows, and some of the cells."""

    label: str
    rows: int = 0
    values: dict[str, int] = field(default_factory=dict)

    def add(self, value: str) -> None:
        """Count one cell."""
        self.rows += 1
        if value in self.values or len(self.values) < _SAMPLES:
            self.values[value] = self.values.get(value, 0) + 1

    def as_json(self) -> UnclearColumnShape:
        """One entry of `consent_unclear`."""
        return {"column": self.label, "rows": self.rows, "values": list(self.values)}


@dataclass(slots=True)
class WishColumn:
    """A column of free text in which somebody asks to be left alone, with the first rows."""

    label: str
    count: int = 0
    rows: list[int] = field(default_factory=list)

    def add(self, row: int) -> None:
        """Count one row."""
        self.count += 1
        if len(self.rows) < _ROWS_NAMED:
            self.rows.append(row)

    def as_json(self) -> WishColumnShape:
        """One entry of `wishes`."""
        return {"column": self.label, "count": self.count, "rows": self.rows}


@dataclass(slots=True)
class ConsentReport:
    """What was not understood about consent in one file."""

    unclear: dict[str, UnclearColumn] = field(default_factory=dict)
    wishes: dict[str, WishColumn] = field(default_factory=dict)
    unknown_statuses: Counter[str] = field(default_factory=Counter)
    """Words for the state of an address that no source is known to use."""

    def warnings(self) -> list[str]:
        """What else to say of the file: one line for all unknown states."""
        if not self.unknown_statuses:
            return []
        words = ", ".join(f'"{word}"' for word, _ in self.unknown_statuses.most_common(_SAMPLES))
        waiting = sum(count for word, count in self.unknown_statuses.items() if send_of(word) != "ok")
        held = f"; {waiting} of them wait, because the word sounds like a bad address" if waiting else ""
        total = self.unknown_statuses.total()
        return [
            f"an e-mail status that is not known was kept as it came ({words}; {counted(total, 'person')}{held})"
        ]

    def count(self, row: int, consent: Consent) -> None:
        """Take one row in."""
        for label, value in consent.unclear:
            self.unclear.setdefault(label, UnclearColumn(label)).add(value)
        for label in consent.wishes:
            self.wishes.setdefault(label, WishColumn(label)).add(row)


class ConsentRecorder:
    """Keeps the answers of one file's rows. `flush` once the people of a batch are stored."""

    def __init__(
        self,
        db: Database,
        suppressions: Suppressions,
        columns: ColumnMap,
        *,
        source: str,
        import_id: int,
        as_of: date,
    ) -> None:
        self._db = db
        self._suppressions = suppressions
        self._consents = Consents(db)
        self._unclear_before = self._consents.unclear_labels()
        self._left_out = [label for label in columns.left_out if header_key(label) in self._unclear_before]
        self._source, self._import_id, self._as_of = source, import_id, as_of
        self._waiting: list[tuple[int, Consent, tuple[str, ...], str]] = []
        self._companies: list[tuple[int, str | None, Consent, str]] = []
        self.suppressed = 0
        """How many entries are new on the suppression list."""

    def person(self, person_id: int, consent: Consent, addresses: tuple[str, ...], seen_on: date) -> None:
        """What a row says of a person."""
        if consent != NOTHING or self._left_out:
            self._waiting.append((person_id, consent, addresses, seen_on.isoformat()))

    def company(self, company_id: int, domain: str | None, consent: Consent, seen_on: date) -> None:
        """What a row says of a company alone: it holds for everybody who works there."""
        if consent != NOTHING or self._left_out:
            self._companies.append((company_id, domain, consent, seen_on.isoformat()))

    def flush(self) -> None:
        """Write what is waiting; everybody in it is stored by now."""
        for person_id, consent, addresses, seen_on in self._waiting:
            if consent.opted_out:
                self._opt_out(person_id, consent.opted_out[0], addresses, seen_on)
            self._consents.add(self._answers((person_id, None), consent, seen_on))
        for company_id, domain, consent, seen_on in self._companies:
            self._close_company((None, company_id), domain, consent, seen_on)
            self._consents.add(self._answers((None, company_id), consent, seen_on))
        self._waiting, self._companies = [], []

    def _close_company(self, who: _Who, domain: str | None, consent: Consent, seen_on: str) -> None:
        """An opt-out of a company is one of its domain; of one without a domain, of the record."""
        why = next((one for one in consent.opted_out if one.reason in _WORKPLACE_REASONS), None)
        if why is not None and domain:
            self._suppress("domain", domain, why)
        elif why is not None:
            label = f"{why.reason}: {why.label}"
            self._consents.add([self._answer(who, label, why.value, "out", seen_on)])

    def _answers(self, who: _Who, consent: Consent, seen_on: str) -> Iterator[ConsentAnswer]:
        for label, value in consent.unclear:
            yield self._answer(who, label, value, "unclear", seen_on)
            self._unclear_before.add(header_key(label))
        settled = [*consent.allowed, *(one.label for one in consent.opted_out), *self._left_out]
        for label in settled:
            if header_key(label) in self._unclear_before:
                yield self._answer(who, label, "settled", "in", seen_on)
        for label in consent.no_call:
            yield self._answer(who, label, "yes", "no_call", seen_on)

    def _opt_out(self, person_id: int, why: OptOut, addresses: tuple[str, ...], seen_on: str) -> None:
        """An opt-out holds for every address and the profile; of somebody who has neither, for the person."""
        if not addresses:
            sql = "SELECT email FROM person_addresses WHERE person_id = ? ORDER BY email"
            addresses = tuple(row["email"] for row in self._db.rows(sql, (person_id,)))
        for address in addresses:
            self._suppress("email", address, why)
        if addresses:
            return
        profile = self._db.value("SELECT linkedin FROM people WHERE id = ?", (person_id,))
        if profile:
            self._suppress("profile", profile, why)
        label = f"{why.reason}: {why.label}"
        self._consents.add([self._answer((person_id, None), label, why.value, "out", seen_on)])

    def _suppress(self, kind: Any, value: str, why: OptOut) -> None:
        self.suppressed += self._suppressions.add(
            kind,
            value,
            reason=why.reason,
            source=self._source,
            on=self._as_of,
            detail=f"{why.label}: {why.value}",
        )

    def _answer(self, who: _Who, label: str, value: str, answer: Kind, seen_on: str) -> ConsentAnswer:
        key = header_key(label)
        return ConsentAnswer(*who, key, label, value, answer, self._source, seen_on, self._import_id)
