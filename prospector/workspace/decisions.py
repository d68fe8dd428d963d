"""What a user decides about records: take back, merge, keep apart, correct, ask why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.workspace.records import Records

if TYPE_CHECKING:
    from prospector.core.fields import Subject
    from prospector.store.corrections import Correction
    from prospector.store.duplicates import Duplicate
    from prospector.store.explaining import Told
    from prospector.store.merging import Merged
    from prospector.store.undo import ImportLine, ToUndo, Undone
    from prospector.store.who import Handle


class Decisions(Records):
    """Undo, duplicates, merge, set, why."""

    def imports(self) -> list[ImportLine]:
        """All imports, the newest first."""
        from prospector.store.undo import list_imports

        return list_imports(self.db)

    def to_undo(self, import_id: int | None = None) -> ToUndo | None:
        """What `undo` would take back: the import named, else the last one that counts."""
        from prospector.store.undo import to_undo

        return to_undo(self.db, import_id)

    def undo(self, import_id: int | None = None) -> Undone:
        """Take an import back: the one named, else the last one that counts."""
        from prospector.store.undo import undo_import

        return undo_import(self.db, import_id, self.as_of)

    def duplicates(self) -> list[Duplicate]:
        """Likely pairs of people and of companies, with the reason for each."""
        from prospector.store.duplicates import find_duplicates

        return find_duplicates(self.db)

    def keep_apart(self, one: str, other: str, *, numbers: Subject = "person") -> bool:
        """Note that two records are not the same; whether that was new."""
        from prospector.store.duplicates import keep_apart
        from prospector.store.who import find_pair

        return keep_apart(self.db, *find_pair(self.db, one, other, numbers=numbers), self.as_of)

    def merge(self, kept: str, gone: str, *, numbers: Subject = "person") -> Merged:
        """Make one record of two: what is known of the second moves to the first."""
        from prospector.store.merging import merge
        from prospector.store.who import find_pair

        return merge(self.db, *find_pair(self.db, kept, gone, numbers=numbers), self.as_of)

    def set_value(self, who: str, field: str, value: str) -> Correction:
        """Correct a value by hand."""
        from prospector.store.corrections import set_value
        from prospector.store.who import find_handle

        return set_value(self.db, find_handle(self.db, who), field, value, self.as_of)

    def why(self, who: str, field: str | None = None) -> list[Told]:
        """Every observation behind the values of a person or a company, and which one is current."""
        from prospector.store.explaining import why
        from prospector.store.who import find_handle

        handle = find_handle(self.db, who)
        told = why(self.db, handle, field, self.as_of)
        asked = (field or "address").strip().lower() in ("address", "email", "email_verdict", "email_send")
        return [*told, *self._verdict_told(handle)] if asked and handle.subject == "person" else told

    def _verdict_told(self, handle: Handle) -> list[Told]:
        """The verdict on the person's address, and why."""
        from prospector.contacts.words import in_words
        from prospector.store.explaining import Told
        from prospector.store.found_addresses import VERIFYING

        email = self._person(handle).person.email
        if not email:
            return []
        said = self._verdict(email)
        day = (said.checked_on or self.as_of).isoformat()
        value = f"{said.verdict}, send: {said.send}"
        return [
            Told("address", value, VERIFYING, None, None, None, day, None, None, 0.0, True, in_words(said))
        ]
