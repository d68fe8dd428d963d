"""What was known of the address of an enrolment when it left: where it came from, its verdict, and how old that was.

It is written down then, because a bounce changes the verdict and a forgotten person takes the evidence along.
"""

from __future__ import annotations

from typing import Any, Protocol

_NOTE = """UPDATE enrolments AS e SET
  address_source = coalesce(
    (SELECT f.source FROM found_addresses f WHERE f.person_id = e.person_id AND f.email = e.email),
    (SELECT v.source FROM evidence v WHERE v.person_id = e.person_id AND instr(v.person_values, '"email"')
     AND json_extract(v.person_values, '$.email') = e.email ORDER BY v.id LIMIT 1)),
  address_verdict = coalesce((SELECT a.verdict FROM addresses a WHERE a.email = e.email),
    (SELECT p.email_verdict FROM people p WHERE p.id = e.person_id AND p.email = e.email)),
  address_checked_on = (SELECT a.checked_on FROM addresses a WHERE a.email = e.email)
WHERE e.id > ? AND e.email IS NOT NULL"""


class _Executes(Protocol):
    def execute(self, sql: str, parameters: Any = ..., /) -> Any: ...


def note_addresses(db: _Executes, after: int = 0) -> None:
    """Write it down for the enrolments after an id. Use inside a transaction."""
    db.execute(_NOTE, (after,))
