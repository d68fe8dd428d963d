"""What columns about consent answered: who waits because an answer was not understood, and who must not be called.

An answer holds for its person and its column until the same column answers again, on the same day or later.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prospector.store.database import Database

Kind = Literal["unclear", "in", "out", "no_call"]


class ConsentAnswer(NamedTuple):
    """One answer of a person, or of a company. `label_key` compares columns, `label` and `value` are the file's."""

    person_id: int | None
    company_id: int | None
    label_key: str
    label: str
    value: str
    answer: Kind
    source: str
    seen_on: str
    import_id: int | None


class Consents:
    """The answers in the database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def unclear_labels(self) -> set[str]:
        """The columns of which some answer was ever unclear: the only ones that have anything to settle."""
        rows = self._db.rows("SELECT DISTINCT label_key FROM consents WHERE answer = 'unclear'")
        return {row["label_key"] for row in rows}

    def add(self, answers: Iterable[ConsentAnswer]) -> None:
        """Write down answers; one that says what is known already adds nothing. Use inside a transaction."""
        for one in answers:
            known = self._current(one)
            if known == (one.answer, one.value) or (known is None and one.answer == "in"):
                continue
            self._db.execute(
                "INSERT INTO consents (person_id, company_id, label_key, label, value, answer, source, seen_on, "
                "import_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                one,
            )

    def take_back(self, import_id: int) -> None:
        """Forget what an import answered, but for wishes to be left alone."""
        self._db.execute(
            "DELETE FROM consents WHERE import_id = ? AND answer IN ('unclear', 'in')", (import_id,)
        )

    def current(self, people: Sequence[int]) -> dict[int, dict[Kind, str]]:
        """What holds for some people, and for the companies they work at: of each kind of answer the column and the
        cell that gave it.
        """
        newer = "SELECT 1 FROM consents n WHERE n.{0} = c.{0} AND n.label_key = c.label_key "
        newest = f"NOT EXISTS ({newer} AND (n.seen_on, n.id) > (c.seen_on, c.id))"
        rows = self._db.execute(
            "WITH chosen AS (SELECT value AS id FROM json_each(?)) SELECT who, label, value, answer FROM ("
            "SELECT c.person_id AS who, c.id, c.label, c.value, c.answer FROM consents c "
            f"WHERE c.person_id IN (SELECT id FROM chosen) AND {newest.format('person_id')} UNION ALL "
            "SELECT p.id, c.id, c.label, c.value, c.answer FROM chosen CROSS JOIN people p ON p.id = chosen.id "
            f"CROSS JOIN consents c ON c.company_id = p.company_id WHERE {newest.format('company_id')}"
            ") ORDER BY id DESC",
            (json.dumps(list(people)),),
        )
        found: dict[int, dict[Kind, str]] = {}
        for person_id, label, value, answer in rows:
            found.setdefault(person_id, {})[answer] = f"{label}: {value}"
        return found

    def opted_out(self, people: Sequence[int]) -> dict[int, str]:
        """What says of some people that they, or a namesake at a company of the same name, are to be left alone.

        Whoever opted out without an address cannot be told from a namesake there, so both are.
        """
        rows = self._db.execute(
            "WITH chosen AS (SELECT value AS id FROM json_each(?)) SELECT person, label, value FROM ("
            "SELECT c.person_id AS person, c.id, c.label, c.value FROM consents c "
            "WHERE c.answer = 'out' AND c.person_id IN (SELECT id FROM chosen) UNION ALL "
            "SELECT p.id, c.id, c.label, c.value FROM chosen CROSS JOIN people p ON p.id = chosen.id "
            "CROSS JOIN consents c ON c.company_id = p.company_id AND c.answer = 'out' UNION ALL "
            "SELECT p.id, c.id, c.label, c.value FROM chosen CROSS JOIN people p ON p.id = chosen.id "
            "CROSS JOIN companies pc ON pc.id = p.company_id CROSS JOIN companies oc ON oc.name_key = pc.name_key "
            "CROSS JOIN people o ON o.company_id = oc.id AND o.name_key = p.name_key "
            "CROSS JOIN consents c ON c.person_id = o.id AND c.answer = 'out' "
            "WHERE EXISTS (SELECT 1 FROM consents WHERE answer = 'out')) ORDER BY id DESC",
            (json.dumps(list(people)),),
        )
        return {person: f"{label}: {value}" for person, label, value in rows}

    def _current(self, one: ConsentAnswer) -> tuple[str, str] | None:
        subject = "company_id" if one.person_id is None else "person_id"
        row = self._db.one(
            f"SELECT answer, value FROM consents WHERE {subject} = ? AND label_key = ? "
            "ORDER BY seen_on DESC, id DESC LIMIT 1",
            (one.company_id if one.person_id is None else one.person_id, one.label_key),
        )
        return None if row is None else (row["answer"], row["value"])
