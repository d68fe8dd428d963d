"""The JSON of what was brought in and put right: imports, undoing, duplicates, merging, corrections, evidence."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypedDict

from prospector.core.fields import Subject
from prospector.core.json_shapes import Day


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

    field: Annotated[
        str,
        "The field; also technologies, openings, signals, address (the verdict), "
        "published (where the company shows it), lookups, merged, more_emails.",
    ]
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
