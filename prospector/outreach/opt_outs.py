"""Opt-out links: the token that stands for a person, the link that holds it, and who is meant by one that came back."""

from __future__ import annotations

import hashlib
import hmac
import re
from typing import TYPE_CHECKING, NamedTuple

from prospector.core.errors import UsageError

if TYPE_CHECKING:
    from datetime import date

    from prospector.store.database import Database

NO_TOKEN = "TOKEN"  # noqa: S105  (stands where a token will be)
"""What a link shows before there is a key."""

_BATCH = 10_000
_TOKEN = re.compile(r"(?<![0-9a-z])[0-9a-f]{32}(?![0-9a-z])")


class TokenOwner(NamedTuple):
    """Whom a token stands for. The address is the one that was written to; empty for somebody without one."""

    person_id: int | None
    email: str


def opt_out_token(lead_key: str, key: str) -> str:
    """What stands for a person in the opt-out link: no plain address, the same each time."""
    return hmac.new(key.encode(), lead_key.lower().encode(), hashlib.sha256).hexdigest()[:32]


def lead_id(campaign: str, lead_key: str, key: str) -> str:
    """What stands for a person in a campaign, in the files and in what comes back: opaque, the same each time."""
    text = f"lead\0{campaign}\0{lead_key.lower()}"
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()[:20]


def opt_out_link(pattern: str, lead_key: str, key: str | None) -> str:
    """The person's own link; before there is a key, the literal TOKEN shows where the token will be."""
    return pattern.replace("{token}", opt_out_token(lead_key, key) if key else NO_TOKEN)


def token_in(text: str, pattern: str) -> str | None:
    """The token in an opt-out link, or a bare token; None for a text that is neither.

    A link of the form in force counts whatever stands in the token's place: it must not be taken for a domain.
    """
    text = text.strip()
    before, found, _ = pattern.partition("{token}")
    is_link = bool(found and before) and text.lower().startswith(before.lower())
    token = _TOKEN.search(text.lower())
    if token and (is_link or "@" not in text):
        return token[0]
    return text[len(before) :] if is_link else None


def owner_of(db: Database, token: str, key: str | None) -> TokenOwner | None:
    """Whom a token stands for; None if it is nobody's.

    A database that was restored has lost the tokens made since; they are worked out from the ledger again.
    """
    row = db.one("SELECT person_id, email FROM opt_out_tokens WHERE token = ?", (token.lower(),))
    if row is not None:
        return TokenOwner(row["person_id"], row["email"])
    sql = "SELECT DISTINCT person_id, lead_key, email FROM enrolments ORDER BY lead_key"
    for enrolled in db.execute(sql) if key else ():
        if key and opt_out_token(enrolled["lead_key"], key) == token.lower():
            return TokenOwner(enrolled["person_id"], enrolled["email"] or "")
    return None


def complete_tokens(db: Database, key: str, on: date) -> None:
    """Write down tokens that a restored database has lost, so that one look finds each. Use inside a transaction."""
    sql = "SELECT id, person_id, lead_key, coalesce(email, '') AS email FROM enrolments WHERE id > ? LIMIT ?"
    insert = "INSERT OR IGNORE INTO opt_out_tokens (token, person_id, email, made_on) VALUES (?, ?, ?, ?)"
    day, last = on.isoformat(), 0
    while rows := db.rows(sql, (last, _BATCH)):
        made = [(opt_out_token(row["lead_key"], key), row["person_id"], row["email"], day) for row in rows]
        db.many(insert, made)
        last = rows[-1]["id"]


def owner_behind(db: Database, text: str, pattern: str, key: str | None) -> TokenOwner | None:
    """Whom an opt-out link or token stands for; None for a text that is neither."""
    token = token_in(text, pattern)
    if token is None:
        return None
    owner = owner_of(db, token, key)
    if owner is None or not (owner.email or owner.person_id):
        raise UsageError(
            f'"{text.strip()[:100]}": nobody was written to with this opt-out link',
            hint="copy the whole link, or name the address: prospector suppress add ana@company.example",
        )
    return owner
