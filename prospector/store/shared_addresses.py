"""People at one address: one person, or several colleagues who read one mailbox. Their names tell them apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.normalise.emails import is_role_address
from prospector.normalise.likeness import may_be_called
from prospector.store.observations import EMAIL, FIRST_NAME, LAST_NAME

if TYPE_CHECKING:
    from collections.abc import Callable

    from prospector.store.database import Database
    from prospector.store.observations import Said

    Name = tuple[str | None, str | None]

_FEW = 50
"""So many people at one address are compared name by name; of more only the same name is the same person."""


class Sharers:
    """Who has which name at which address.

    `called` has the names of people whose address or profile is in the batch.
    """

    def __init__(self, db: Database, flush: Callable[[], None]) -> None:
        self._db, self._flush = db, flush
        self.called: dict[int, Name] = {}
        self._at: dict[str, dict[Name, int]] = {}

    def next_batch(self) -> None:
        """Forget the names of the last batch."""
        self.called.clear()

    def add(self, person_id: int, said: Said) -> None:
        """Know a person that the batch has created."""
        name = self.called[person_id] = (said.cells[FIRST_NAME], said.cells[LAST_NAME])
        if self._at and (at := self._at.get(said.cells[EMAIL])) is not None:
            at.setdefault(name, person_id)

    def named(self, known: int, email: str, said: Said, owner: int | None) -> int | None:
        """The person at an address whom the row may mean: `known`, else somebody who shares it; None for neither.

        `owner` has the row's profile: of two whose names would do, who bears the very name is meant.
        """
        name = (said.cells[FIRST_NAME], said.cells[LAST_NAME])
        held = self.called.get(known)
        if held == name or name == (None, None) or held == (None, None):
            return known
        if owner is not None and self.called.get(owner) == name:
            return owner
        self._flush()  # what was said may be in this batch
        if (namesake := self._named_at(email).get(name)) is not None:
            return namesake
        shared = is_role_address(email)
        if held is not None and _is_like(name, held, shared=shared):
            return known
        # A name that was corrected by hand is not the one that the file goes on saying.
        if any(_is_like(name, other, shared=shared) for other in self._ever_called(known)):
            return known
        return self._sharer(email, name, shared=shared)

    def _ever_called(self, person_id: int) -> list[Name]:
        rows = self._db.rows(
            "SELECT DISTINCT json_extract(person_values, '$.first_name'), json_extract(person_values, '$.last_name') "
            "FROM evidence WHERE person_id = ? AND person_values IS NOT NULL",
            (person_id,),
        )
        return [(row[0], row[1]) for row in rows if row[0] or row[1]]

    def _named_at(self, email: str) -> dict[Name, int]:
        """Everybody at an address, by name."""
        if email not in self._at:
            sql = "SELECT first_name, last_name, id FROM people WHERE email = ? ORDER BY id DESC"
            self._at[email] = {(row[0], row[1]): row[2] for row in self._db.rows(sql, (email,))}
        return self._at[email]

    def _sharer(self, email: str, name: Name, *, shared: bool) -> int | None:
        at = self._named_at(email)
        if len(at) > _FEW:
            return None
        return next(
            (one for other, one in at.items() if any(other) and _is_like(name, other, shared=shared)), None
        )


def _is_like(one: Name, other: Name, *, shared: bool) -> bool:
    mine, others = (" ".join(filter(None, name)) for name in (one, other))
    return may_be_called(mine, others, shared=shared)
