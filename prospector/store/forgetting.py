"""Forgetting a person: all that tells of them goes, and what is counted stays, under a number that names nobody.

In: a person. Out: their rows are gone, blanked, or without the person; totals of the past are the same as before.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from prospector.store.references import FACTS, forget_decisions, references
from prospector.store.suppressions import Suppressions, known_addresses

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from prospector.store.database import Database

GONE = "(forgotten)"
"""Stands where others have named them."""
REASON, SOURCE = "forgotten", "forget"
"""Of the entries that keep a forgotten person from being written to again."""
_GONE = FACTS["person"] - {"lookups"} | {"stages", "stops", "pauses"}
"""Tables whose rows go with the person."""
_ENROLMENT = "email first_name last_name company title phone website linkedin lead_id reason custom token"
_EVENT = "recipient message_id subject text details doubts"
_ADDRESS_TABLES = ("addresses", "address_proofs", "address_retries", "published_addresses")
_THEIR_EVENTS = "SELECT id FROM events WHERE forgotten = :number"
_THEIR_ENROLMENTS = "SELECT id FROM enrolments WHERE forgotten = :number"

_NAMED_IN = (
    "SELECT id, received_id, subject, text, details FROM events WHERE forgotten IS NULL "
    "AND instr(lower(coalesce(text, '') || coalesce(subject, '') || coalesce(details, '')), ?)"
)

_WRITTEN_BY_HAND = {
    "tasks": "why outcome",
    "stage_moves": "reason",
    "deals": "name next_step lost_reason",
    "deal_changes": "was became reason",
    "deal_letters": "value said_by link",
}
"""Columns of text in which people are named."""


class ToForget(NamedTuple):
    """What is known of somebody who is about to be forgotten."""

    person_id: int
    addresses: tuple[str, ...]
    profile: str | None
    name: str
    campaigns: tuple[str, ...]
    folders: tuple[str, ...]
    """Where files of theirs are: those were handed over, and stay as they are."""
    events: int
    listed: tuple[tuple[str, str], ...]
    """Their entries of the suppression list."""


class Forgotten(NamedTuple):
    """What was done. `number` stands for the person in what is counted."""

    number: int
    enrolments: int
    events: int
    touches: int
    suppressed: int
    """Entries of the suppression list that keep them from being written to again."""


def to_forget(db: Database, person: int) -> ToForget:
    """What there is of a person."""
    told = db.rows(
        "SELECT DISTINCT campaign, email FROM enrolments WHERE person_id = ? ORDER BY 1, 2", (person,)
    )
    current = db.one("SELECT email, linkedin, first_name, last_name FROM people WHERE id = ?", (person,))
    assert current is not None
    emails = {*known_addresses(db, person), *(row["email"] for row in told), current["email"]}
    addresses = tuple(sorted(filter(None, emails)))
    folders = db.rows(
        "SELECT DISTINCT r.folder FROM enrolments e JOIN deliveries d ON d.enrolment_id = e.id "
        "JOIN runs r ON r.name = d.run WHERE e.person_id = ? AND r.folder IS NOT NULL ORDER BY r.id",
        (person,),
    )
    return ToForget(
        person,
        addresses,
        current["linkedin"],
        " ".join(filter(None, (current["first_name"], current["last_name"]))),
        tuple(dict.fromkeys(row["campaign"] for row in told)),
        tuple(row["folder"] for row in folders),
        int(db.value("SELECT count(*) FROM events WHERE person_id = ?", (person,))),
        tuple(_listed(db, addresses, current["linkedin"])),
    )


def forget(db: Database, told: ToForget, as_of: date, *, keep: bool) -> Forgotten:
    """Forget somebody. With `keep` their addresses stay on the suppression list, or go there, and nothing else.

    What was deleted is overwritten in the file, too.
    """
    db.execute("PRAGMA secure_delete = ON")
    with db.transaction():
        done = _Forgetting(db, told, as_of).run(keep=keep)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return done


class _Forgetting:
    """One person. Use inside a transaction."""

    def __init__(self, db: Database, told: ToForget, as_of: date) -> None:
        self._db, self._told, self._as_of = db, told, as_of
        self._person, self._addresses = told.person_id, told.addresses
        cursor = db.execute("INSERT INTO forgotten (forgotten_on) VALUES (?)", (as_of.isoformat(),))
        self._number = int(cursor.lastrowid or 0)

    def run(self, *, keep: bool) -> Forgotten:
        """The counted first, then whatever names the person, then the person."""
        self._number_what_is_counted()
        enrolments = self._enrolments()
        touches = self._touches()
        events = self._events()
        self._mentions()
        self._lookups()
        self._decisions()
        self._of_addresses()
        self._others()
        self._db.execute("DELETE FROM people WHERE id = ?", (self._person,))
        return Forgotten(self._number, enrolments, events, touches, self._list(keep=keep))

    def _run(self, sql: str) -> int:
        asked = {"number": self._number, "person": self._person, "addresses": json.dumps(self._addresses)}
        return self._db.execute(sql, asked).rowcount

    def _number_what_is_counted(self) -> None:
        """Every table that has room for the number gets it."""
        for one in references(self._db, "person"):
            columns = {row["name"] for row in self._db.rows(f"PRAGMA table_info({one.table})")}
            if "forgotten" in columns:
                self._run(f"UPDATE {one.table} SET forgotten = :number WHERE {one.column} = :person")

    def _enrolments(self) -> int:
        blank = ", ".join(f"{name} = NULL" for name in _ENROLMENT.split())
        self._run("DELETE FROM held_back WHERE person_id = :person")
        self._run(
            "UPDATE deliveries SET state = 'refused', reason = 'suppressed' WHERE state = 'intended' "
            f"AND enrolment_id IN ({_THEIR_ENROLMENTS})"
        )
        self._run(
            f"UPDATE deliveries SET remote_id = NULL, entry_sha256 = NULL WHERE enrolment_id IN ({_THEIR_ENROLMENTS})"
        )
        self._run(f"DELETE FROM tool_stops WHERE enrolment_id IN ({_THEIR_ENROLMENTS})")
        return self._run(
            f"UPDATE enrolments SET person_id = NULL, lead_key = 'forgotten:' || id, {blank} "
            "WHERE forgotten = :number"
        )

    def _touches(self) -> int:
        """What has left stays to be counted, without its text; what has not never will."""
        unsent = f"left_on IS NULL AND enrolment_id IN ({_THEIR_ENROLMENTS})"
        self._run(f"DELETE FROM message_ids WHERE touch_id IN (SELECT id FROM touches WHERE {unsent})")
        self._run(f"DELETE FROM touches WHERE {unsent}")
        return self._run(
            f"UPDATE touches SET subject = NULL, text = NULL, html = NULL WHERE enrolment_id IN ({_THEIR_ENROLMENTS})"
        )

    def _events(self) -> int:
        """Also what nobody was found for, as far as it is about an address of theirs or may be about them."""
        self._run(
            "UPDATE events SET forgotten = :number WHERE forgotten IS NULL AND person_id IS NULL "
            "AND (recipient IN (SELECT value FROM json_each(:addresses)) OR (review = 'waiting' "
            "AND :person IN (SELECT value FROM json_each(details, '$.suggested'))))"
        )
        blank = ", ".join(f"{name} = NULL" for name in _EVENT.split())
        self._run(
            "UPDATE received SET raw = NULL WHERE id IN (SELECT received_id FROM events WHERE forgotten = :number)"
        )
        self._run(f"UPDATE event_readings SET was = '{{}}' WHERE event_id IN ({_THEIR_EVENTS})")
        self._run(
            f"DELETE FROM effects WHERE effect IN ('suppress', 'evidence') AND event_id IN ({_THEIR_EVENTS})"
        )
        return self._run(
            f"UPDATE events SET person_id = NULL, review = NULL, {blank} WHERE forgotten = :number"
        )

    def _mentions(self) -> None:
        """Where others name them, such as a colleague who says whom to write to instead."""
        for word in self._words:
            for row in self._db.rows(_NAMED_IN, (word,)):
                told = [_without(row[name], word) for name in ("subject", "text", "details")]
                sql = "UPDATE events SET subject = ?, text = ?, details = ? WHERE id = ?"
                self._db.execute(sql, (*told, row["id"]))
                self._db.execute("UPDATE received SET raw = NULL WHERE id = ?", (row["received_id"],))
                sql = "DELETE FROM event_readings WHERE event_id = ? AND instr(lower(was), ?)"
                self._db.execute(sql, (row["id"], word))
            for table, columns in _WRITTEN_BY_HAND.items():
                self._without(table, columns.split(), word)

    def _without(self, table: str, columns: list[str], word: str) -> None:
        named = " OR ".join(f"instr(lower({one}), :word)" for one in columns)
        for row in self._db.rows(
            f"SELECT id, {', '.join(columns)} FROM {table} WHERE {named}", {"word": word}
        ):
            told = [_without(row[one], word) for one in columns]
            self._db.execute(
                f"UPDATE {table} SET {', '.join(f'{one} = ?' for one in columns)} WHERE id = ?",
                (*told, row["id"]),
            )

    @property
    def _words(self) -> tuple[str, ...]:
        """Their addresses, and their name if it has two parts; in small letters."""
        name = (self._told.name or "").lower()
        return (*self._addresses, *([name] if " " in name else []))

    def _lookups(self) -> None:
        """What was paid stays in the sums, as a look-up of the company."""
        self._run(
            "UPDATE lookups SET url = NULL, company_id = (SELECT company_id FROM people WHERE id = :person), "
            "person_id = NULL WHERE person_id = :person "
            "AND EXISTS (SELECT 1 FROM people WHERE id = :person AND company_id IS NOT NULL)"
        )
        self._run("DELETE FROM lookups WHERE person_id = :person")

    def _decisions(self) -> None:
        forget_decisions(self._db, "person", f"SELECT {self._person}")
        self._run("UPDATE merges SET held = '{}' WHERE kind = 'person' AND :person IN (kept, gone)")
        self._run("UPDATE opt_out_tokens SET person_id = NULL, email = '' WHERE person_id = :person")
        self._run(
            "UPDATE opt_out_tokens SET email = '' WHERE email IN (SELECT value FROM json_each(:addresses))"
        )

    def _of_addresses(self) -> None:
        """What is known of addresses that nobody else has."""
        shared = self._db.rows(
            "SELECT j.value FROM json_each(?) j "
            "WHERE EXISTS (SELECT 1 FROM people p WHERE p.email = j.value AND p.id <> ?)",
            (json.dumps(self._addresses), self._person),
        )
        own = set(self._addresses) - {row[0] for row in shared}
        for table in _ADDRESS_TABLES:
            self._db.many(f"DELETE FROM {table} WHERE email = ?", [(one,) for one in sorted(own)])

    def _others(self) -> None:
        """Every other table that knows the person, also one that comes later: their own rows go, counted ones stay."""
        self._run("UPDATE tasks SET why = '', outcome = NULL WHERE person_id = :person")
        self._run("DELETE FROM tasks WHERE person_id = :person AND state = 'open'")
        for one in references(self._db, "person"):
            if one.table in _GONE or self._is_required(one.table, one.column):
                self._run(f"DELETE FROM {one.table} WHERE {one.column} = :person")
            else:
                self._run(f"UPDATE {one.table} SET {one.column} = NULL WHERE {one.column} = :person")

    def _is_required(self, table: str, column: str) -> bool:
        rows = self._db.rows(f"PRAGMA table_info({table})")
        return any(row["name"] == column and (row["notnull"] or row["pk"]) for row in rows)

    def _list(self, *, keep: bool) -> int:
        """The entries that stay or come, or none."""
        listed = list(_listed(self._db, self._addresses, self._told.profile))
        suppressions = Suppressions(self._db)
        for kind, value in listed:
            suppressions.remove(kind, value)  # type: ignore[arg-type]
        if not keep:
            return 0
        entries = [("email", one) for one in self._addresses]
        if not entries and self._told.profile:
            entries = [("profile", self._told.profile)]
        for kind, value in entries:
            suppressions.add(kind, value, reason=REASON, source=SOURCE, on=self._as_of)  # type: ignore[arg-type]
        return len(entries)


def _without(text: str | None, word: str) -> str | None:
    """A text in which somebody who is forgotten is not named any more."""
    return None if text is None else re.sub(re.escape(word), GONE, text, flags=re.IGNORECASE)


def _listed(db: Database, addresses: Sequence[str], profile: str | None) -> Iterable[tuple[str, str]]:
    rows = db.rows(
        "SELECT kind, value FROM suppressions WHERE (kind = 'email' AND value IN (SELECT value FROM json_each(?))) "
        "OR (kind = 'profile' AND value = ?) ORDER BY 1, 2",
        (json.dumps(list(addresses)), profile),
    )
    return [(row[0], row[1]) for row in rows]
