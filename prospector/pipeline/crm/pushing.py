"""HubSpot told by its API: contacts by their address, deals by a key of our own, in batches that may be repeated.

An upsert that is sent twice changes nothing, so a run that was killed is simply run again.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from prospector.destinations.tool_api import entries, filled, text_of
from prospector.pipeline.crm.changes import note_told

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from prospector.destinations.tool_api import Remote
    from prospector.pipeline.crm.changes import Change, Changes
    from prospector.pipeline.crm.names import Crm
    from prospector.store.database import Database

_BATCH = 100
_OBJECTS = {"person": ("contacts", "email"), "deal": ("deals", "prospector_id")}
"""The objects, and the property by which each is found again."""


def push_changes(db: Database, crm: Crm, found: Changes, remote: Remote, as_of: date) -> list[str]:
    """Tell the API what has changed, and keep what it took; the keys of what it did not take."""
    refused: list[str] = []
    for batch in _batches([*found.people, *found.deals]):
        taken = _upsert(batch, remote)
        with db.transaction():
            note_told(db, crm, [one for one in batch if one.key.lower() in taken], as_of)
        refused += [one.key for one in batch if one.key.lower() not in taken]
    return refused


def _upsert(batch: Sequence[Change], remote: Remote) -> set[str]:
    """The keys of those that were taken: a success may hold errors."""
    name, key = _OBJECTS[batch[0].what]
    inputs = [{"id": one.key, "idProperty": key, "properties": filled(one.row)} for one in batch]
    path = f"/crm/v3/objects/{name}/batch/upsert"
    said = remote.api.post(path, {"inputs": inputs}, is_repeatable=True).json()
    known = [one.get("properties") for one in entries(said, "results")]
    return {text_of(one.get(key)).lower() for one in known if isinstance(one, dict)}


def _batches(rows: Sequence[Change]) -> Iterator[list[Change]]:
    """Some rows of one kind at a time."""
    for what in _OBJECTS:
        rest = iter([one for one in rows if one.what == what])
        while batch := list(islice(rest, _BATCH)):
            yield batch
