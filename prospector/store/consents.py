"""What columns about consent answered: who waits because an answer was not understood, and who must not be called.

An answer holds for its person and its column until the same column answers again, on the same day or later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prospector.store.database import Database

Kind = Literal["unclear", "in", "out", "no_call"]


class ConsentAnswer(NamedTuple):
    """One answer. `label_key` compares columns, `label` and `value` are as they stood in the file."""

    person_id: int
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
            known = self._current(one.person_id, one.label_key)
            if known == (one.answer, one.value) or (known is None and one.answer == "in"):
                continue
            self._db.execute(
                "INSERT INTO consents (person_id, label_key, label, value, answer, source, seen_on, import_id) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                one,
            )

    def take_back(self, import_id: int) -> None:
        """Forget what an import answered, but for wishes to be left alone."""
        self._db.execute(
            "DELETE FROM consents WHERE import_id = ? AND answer IN ('unclear', 'in')", (import_id,)
        )

    def current(self, person_id: int) -> dict[Kind, str]:
        """What holds for a person: of each kind of answer the column and the cell that gave it."""
        rows = self._db.rows(
            "SELECT label, value, answer FROM consents c WHERE person_id = ? AND NOT EXISTS (SELECT 1 FROM consents n "
            "WHERE n.person_id = c.person_id AND n.label_key = c.label_key AND (n.seen_on, n.id) > (c.seen_on, c.id)) "
            "ORDER BY id",
            (person_id,),
        )
        return {row["answer"]: f"{row['label']}: {row['value']}" for row in reversed(rows)}

    def opted_out(self, person_id: int) -> str | None:
        """What says that this person, or a namesake at a company of the same name, is to be left alone.

        Whoever opted out without an address cannot be told from a namesake there, so both are.
        """
        row = self._db.one(
            "SELECT c.label, c.value FROM consents c JOIN people o ON o.id = c.person_id "
            "LEFT JOIN companies oc ON oc.id = o.company_id JOIN people p ON p.id = ? "
            "LEFT JOIN companies pc ON pc.id = p.company_id WHERE c.answer = 'out' AND (o.id = p.id OR "
            "(o.name_key = p.name_key AND oc.name_key = pc.name_key)) ORDER BY c.id LIMIT 1",
            (person_id,),
        )
        return None if row is None else f"{row['label']}: {row['value']}"

    def _current(self, person_id: int, label_key: str) -> tuple[str, str] | None:
        row = self._db.one(
            "SELECT answer, value FROM consents WHERE person_id = ? AND label_key = ? "
            "ORDER BY seen_on DESC, id DESC LIMIT 1",
            (person_id, label_key),
        )
        return None if row is None else (row["answer"], row["value"])
