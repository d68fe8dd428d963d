"""The JSON of what was brought in and put right: imports, undoing, duplicates, merging, corrections, evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, TypedDict

from prospector.core.fields import Subject
from prospector.core.json_shapes import Day

if TYPE_CHECKING:
    from prospector.store.corrections import Correction
    from prospector.store.duplicates import Duplicate
    from prospector.store.explaining import Told
    from prospector.store.merging import Merged
    from prospector.store.suppressions import Suppression
    from prospector.store.undo import ImportLine, Undone


class ImportLineShape(TypedDict):
    """An import."""

    import_id: Annotated[int, "Its number, which `undo` takes."]
    file: Annotated[str, "Name of the file."]
    preset: Annotated[str, "Whose export the file was taken for."]
    imported_on: Annotated[Day, "When it was imported."]
    rows: Annotated[int, "Rows of the file."]
    undone_on: Annotated[Day | None, "When it was taken back; null while it counts."]


class UndoneRecordsShape(TypedDict):
    """What became of people or companies."""

    deleted: Annotated[int, "Gone, because nothing else knows them."]
    changed: Annotated[int, "Worked out anew from what other sources say."]


class KeptPersonShape(TypedDict):
    """Somebody whom no source knows any more, but who was contacted."""

    person_id: Annotated[int, "The person's number."]
    email: Annotated[str | None, "Business address."]
    campaigns: Annotated[list[str], "The campaigns that took the person."]


class UndoneShape(TypedDict):
    """What taking an import back did."""

    import_id: Annotated[int | None, "Its number; null if there was nothing to take back."]
    file: Annotated[str | None, "Name of its file."]
    evidence: Annotated[int, "Observations taken back."]
    people: Annotated[UndoneRecordsShape, "What became of people."]
    companies: Annotated[UndoneRecordsShape, "What became of companies."]
    kept: Annotated[list[KeptPersonShape], "People who stay, because they were contacted."]
    suppressions_kept: Annotated[int, "Suppressions of the file, which stay."]


class DuplicateShape(TypedDict):
    """A likely pair."""

    kind: Annotated[Subject, "What the two are."]
    reason: Annotated[str, "Why they are likely the same."]
    alike: Annotated[int, "How much alike the names are, in percent."]
    a: Annotated[str, "What `merge` takes for the first."]
    a_id: Annotated[int, "Its number."]
    a_name: Annotated[str | None, "Its name."]
    b: Annotated[
        str | None, "The same of the second; null for one record made of several sightings by a name."
    ]
    b_id: Annotated[int | None, "Its number."]
    b_name: Annotated[str | None, "Its name."]


class KeptApartShape(TypedDict):
    """Two that are not the same."""

    a: Annotated[str, "The first, as it was written."]
    b: Annotated[str, "The second, as it was written."]
    new: Annotated[bool, "False if they were kept apart already."]


class MergedShape(TypedDict):
    """What a merge did."""

    kind: Annotated[Subject, "What the two were."]
    kept: Annotated[int, "Number of the one that stays."]
    kept_handle: Annotated[str, "What names it."]
    gone: Annotated[int, "Number of the one that went."]
    gone_handle: Annotated[str, "What named it, and now names the other."]
    moved: Annotated[dict[str, int], "Rows that moved, by table."]


class CorrectionShape(TypedDict):
    """What was set by hand."""

    kind: Annotated[Subject, "What it is."]
    id: Annotated[int, "Its number."]
    who: Annotated[str, "What names it."]
    field: Annotated[str, "The field."]
    values: Annotated[dict[str, str | int | None], "All fields that follow from what was written."]
    previous: Annotated[str | int | None, "The field's value before."]
    now: Annotated[str | int | None, "The field's value now."]
    changed: Annotated[bool, "Whether it is another one."]


class ToldShape(TypedDict):
    """What one source said of one field."""

    field: Annotated[str, "The field; also technologies, openings, signals, lookups, merged, more_emails."]
    value: Annotated[Any, "What it said."]
    source: Annotated[str, "Who said it."]
    row: Annotated[int | None, "The row of the file."]
    url: Annotated[str | None, "The page."]
    first_seen: Annotated[Day | None, "Of what is looked at again and again: when it was seen first."]
    seen_at: Annotated[Day, "When it was seen."]
    method: Annotated[
        Literal["manual", "verified", "stated", "inferred"] | None,
        "How the source knows; stronger ones first.",
    ]
    confidence: Annotated[float | None, "How sure the source is, from 0 to 1."]
    cost: Annotated[float, "What it cost."]
    current: Annotated[bool, "Whether it is the current value."]
    because: Annotated[str, "Why it is, or why not."]


class SuppressionShape(TypedDict):
    """Somebody who must never be written to."""

    kind: Annotated[Literal["email", "domain", "profile"], "What the value is."]
    value: Annotated[str, "The address, domain or profile."]
    reason: Annotated[str, "Why."]
    source: Annotated[str, "Where it comes from."]
    added_on: Annotated[Day, "Since when."]
    detail: Annotated[str | None, "What said so, such as a cell of a file."]


def import_line_json(line: ImportLine) -> ImportLineShape:
    """A row of `undo --list`."""
    return {
        "import_id": line.import_id,
        "file": line.file,
        "preset": line.preset,
        "imported_on": line.imported_on,
        "rows": line.rows,
        "undone_on": line.undone_on,
    }


def undone_json(undone: Undone) -> UndoneShape:
    """What `undo` did."""
    people, companies = (
        UndoneRecordsShape(deleted=counts["deleted"], changed=counts["changed"])
        for counts in (undone.people, undone.companies)
    )
    return {
        "import_id": undone.import_id,
        "file": undone.file,
        "evidence": undone.evidence,
        "people": people,
        "companies": companies,
        "kept": [
            {"person_id": one.person_id, "email": one.email, "campaigns": list(one.campaigns)}
            for one in undone.kept
        ],
        "suppressions_kept": undone.suppressions_kept,
    }


def duplicate_json(pair: Duplicate) -> DuplicateShape:
    """A row of `duplicates`."""
    return {
        "kind": pair.kind,
        "reason": pair.reason,
        "alike": pair.alike,
        "a": pair.a,
        "a_id": pair.a_id,
        "a_name": pair.a_name,
        "b": pair.b,
        "b_id": pair.b_id,
        "b_name": pair.b_name,
    }


def kept_apart_json(a: str, b: str, new: bool) -> KeptApartShape:
    """What `duplicates --keep-apart` did."""
    return {"a": a, "b": b, "new": new}


def merged_json(merged: Merged) -> MergedShape:
    """What `merge` did."""
    return {
        "kind": merged.kind,
        "kept": merged.kept,
        "kept_handle": merged.kept_handle,
        "gone": merged.gone,
        "gone_handle": merged.gone_handle,
        "moved": merged.moved,
    }


def correction_json(done: Correction) -> CorrectionShape:
    """What `set` did."""
    return {
        "kind": done.kind,
        "id": done.id,
        "who": done.who,
        "field": done.field,
        "values": dict(done.values),
        "previous": done.previous,
        "now": done.now,
        "changed": done.changed,
    }


def told_json(told: Told) -> ToldShape:
    """A row of `why`."""
    return {
        "field": told.field,
        "value": told.value,
        "source": told.source,
        "row": told.row,
        "url": told.url,
        "first_seen": told.first_seen,
        "seen_at": told.seen_at,
        "method": told.method,
        "confidence": told.confidence,
        "cost": told.cost,
        "current": told.current,
        "because": told.because,
    }


def suppression_json(one: Suppression) -> SuppressionShape:
    """A row of `suppress list`."""
    return {
        "kind": one.kind,
        "value": one.value,
        "reason": one.reason,
        "source": one.source,
        "added_on": one.added_on,
        "detail": one.detail,
    }
