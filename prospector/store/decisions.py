"""What a user decides about records, as methods of the workspace: take back, merge, keep apart, correct, ask why.

The modules are imported when they are needed: `find` must not wait for them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date

    from prospector.core.fields import Subject
    from prospector.store.corrections import Correction
    from prospector.store.database import Database
    from prospector.store.duplicates import Duplicate
    from prospector.store.explaining import Told
    from prospector.store.merging import Merged
    from prospector.store.undo import ImportLine, Undone
    from prospector.store.who import Handle


class Opened(Protocol):
    """A workspace, as far as the decisions need it."""

    as_of: date

    @property
    def db(self) -> Database:
        """The database."""


class Decisions:
    """Methods for an opened workspace."""

    def imports(self: Opened) -> list[ImportLine]:
        """All imports, the newest first."""
        from prospector.store.undo import list_imports  # noqa: PLC0415

        return list_imports(self.db)

    def undo(self: Opened, import_id: int | None = None) -> Undone:
        """Take an import back: the one named, else the last one that counts."""
        from prospector.store.undo import undo_import  # noqa: PLC0415

        return undo_import(self.db, import_id, self.as_of)

    def duplicates(self: Opened) -> list[Duplicate]:
        """Likely pairs of people and of companies, with the reason for each."""
        from prospector.store.duplicates import find_duplicates  # noqa: PLC0415

        return find_duplicates(self.db)

    def keep_apart(self: Opened, one: str, other: str, *, numbers: Subject = "person") -> bool:
        """Note that two records are not the same; whether that was new."""
        from prospector.store.duplicates import keep_apart  # noqa: PLC0415

        return keep_apart(self.db, *_pair(self.db, one, other, numbers), self.as_of)

    def merge(self: Opened, kept: str, gone: str, *, numbers: Subject = "person") -> Merged:
        """Make one record of two: what is known of the second moves to the first."""
        from prospector.store.merging import merge  # noqa: PLC0415

        return merge(self.db, *_pair(self.db, kept, gone, numbers), self.as_of)

    def set_value(self: Opened, who: str, field: str, value: str) -> Correction:
        """Correct a value by hand."""
        from prospector.store.corrections import set_value  # noqa: PLC0415
        from prospector.store.who import find_handle  # noqa: PLC0415

        return set_value(self.db, find_handle(self.db, who), field, value, self.as_of)

    def why(self: Opened, who: str, field: str | None = None) -> list[Told]:
        """Every observation behind the values of a person or a company, and which one is current."""
        from prospector.store.explaining import why  # noqa: PLC0415
        from prospector.store.who import find_handle  # noqa: PLC0415

        return why(self.db, find_handle(self.db, who), field, self.as_of)


def _pair(db: Database, one: str, other: str, numbers: Subject) -> tuple[Handle, Handle]:
    """Two records; a number beside a domain is a company's."""
    from prospector.store.who import find_handle  # noqa: PLC0415

    if any(not who.isdecimal() and "@" not in who and ":" not in who for who in (one, other)):
        numbers = "company"
    return find_handle(db, one, numbers=numbers), find_handle(db, other, numbers=numbers)
