"""Addresses that nobody stated: whose current one was guessed or looked up, from where, and how likely it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from prospector.core.records import FoundAddress

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prospector.core.evidence import Observation
    from prospector.store.database import Database

VERIFYING = "verify"
"""The source of what verifying says of a person's address."""


def is_found(seen: Observation) -> bool:
    """Whether an observation tells an address that was neither imported nor written by hand."""
    return (
        seen.import_id is None
        and seen.method != "manual"
        and not seen.source.startswith("file:")
        and bool(seen.values.get("email"))
    )


def keep_found(db: Database, person_id: int, held: Observation | None) -> None:
    """Note where a person's current address comes from, unless it was stated."""
    db.execute("DELETE FROM found_addresses WHERE person_id = ?", (person_id,))
    if held is not None and is_found(held):
        db.execute(
            "INSERT INTO found_addresses (person_id, email, source, method, probability, found_on) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (
                person_id,
                held.values["email"],
                held.source,
                held.method,
                held.confidence,
                held.seen_on.isoformat(),
            ),
        )


def found_of(db: Database, people: Iterable[int]) -> dict[int, FoundAddress]:
    """Where the addresses of these people come from, of those that were not stated."""
    rows = db.execute(
        "SELECT person_id, source, method, probability FROM json_each(?) j "
        "CROSS JOIN found_addresses f ON f.person_id = j.value",
        (json.dumps(list(people)),),
    )
    return {row[0]: FoundAddress(*row[1:]) for row in rows}


def found_emails(db: Database, people: Sequence[int]) -> list[str]:
    """The found addresses of these people, each once, in their order."""
    rows = db.execute(
        "SELECT f.email FROM json_each(?) j CROSS JOIN found_addresses f ON f.person_id = j.value ORDER BY j.key",
        (json.dumps(list(people)),),
    )
    return list(dict.fromkeys(row[0] for row in rows))


def holders_of(db: Database, emails: Sequence[str]) -> dict[str, int]:
    """Whom those of these addresses that are known find."""
    rows = db.execute(
        "SELECT a.email, a.person_id FROM json_each(?) j CROSS JOIN person_addresses a ON a.email = j.value",
        (json.dumps(list(emails)),),
    )
    return {row[0]: row[1] for row in rows}


def guesses_made(db: Database, people: Iterable[int]) -> set[tuple[int, str]]:
    """All addresses that were ever guessed of these people, each with the person."""
    rows = db.execute(
        "SELECT e.person_id, json_extract(e.person_values, '$.email') AS email FROM json_each(?) j "
        "CROSS JOIN evidence e ON e.person_id = j.value WHERE e.method = 'inferred' AND email IS NOT NULL",
        (json.dumps(sorted(people)),),
    )
    return {(row[0], row[1]) for row in rows}


def guess_probabilities(db: Database, emails: Sequence[str]) -> dict[str, float]:
    """How likely those of these addresses are that were guessed, as it was thought then."""
    rows = db.execute(
        "SELECT f.email, f.probability FROM json_each(?) j CROSS JOIN found_addresses f ON f.email = j.value "
        "WHERE f.method = 'inferred' AND f.probability IS NOT NULL ORDER BY f.person_id DESC",
        (json.dumps(list(emails)),),
    )
    return {row[0]: row[1] for row in rows}
