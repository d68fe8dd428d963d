"""Addresses that companies' own pages show, with the page, the day, and whether the page says not to write to them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prospector.store.database import Database


class Published(NamedTuple):
    """An address on a page."""

    email: str
    url: str
    no_mail: bool
    seen_on: date

    @property
    def words(self) -> str:
        """Where and when it was seen, and what the page says of writing to it."""
        note = "a note against mails" if self.no_mail else "no note against mails"
        return f"{self.url} on {self.seen_on.isoformat()}, {note}"


def replace_published(
    db: Database, company_id: int, found: Iterable[Published], pages: Iterable[str]
) -> None:
    """Note what pages show now; what these pages showed before and do not any more goes."""
    rows = [(company_id, one.email, one.url, one.no_mail, one.seen_on.isoformat()) for one in found]
    db.many(
        "DELETE FROM published_addresses WHERE company_id = ? AND url = ?",
        sorted({(company_id, url) for url in (*pages, *(row[2] for row in rows))}),
    )
    db.many(
        "INSERT OR REPLACE INTO published_addresses (company_id, email, url, no_mail, seen_on) VALUES (?, ?, ?, ?, ?)",
        rows,
    )


def pages_of(db: Database, email: str) -> list[Published]:
    """The pages that show an address."""
    return _rows(db, "email = ?", email)


def published_by(db: Database, company_id: int) -> list[Published]:
    """The addresses that a company's pages show."""
    return _rows(db, "company_id = ?", company_id)


def _rows(db: Database, where: str, value: str | int) -> list[Published]:
    rows = db.execute(
        f"SELECT email, url, no_mail, seen_on FROM published_addresses WHERE {where} ORDER BY email, url",
        (value,),
    )
    return [Published(row[0], row[1], bool(row[2]), date.fromisoformat(row[3])) for row in rows]
