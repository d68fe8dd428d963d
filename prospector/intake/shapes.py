"""The JSON of what an import did or would do, of people and companies and of lists of those to leave alone."""

from __future__ import annotations

from typing import Annotated, TypedDict


class ChangesShape(TypedDict):
    """What became of people or companies."""

    created: Annotated[int, "New."]
    updated: Annotated[int, "Known, and something of them is another now."]
    unchanged: Annotated[int, "Known, and nothing is another."]


class UnclearColumnShape(TypedDict):
    """A column about consent that was not understood; its people wait."""

    column: Annotated[str, "Its label."]
    rows: Annotated[int, "Rows with such a value."]
    values: Annotated[list[str], "The first of the values."]


class WishColumnShape(TypedDict):
    """A column of free text in which somebody asks to be left alone."""

    column: Annotated[str, "Its label."]
    count: Annotated[int, "Rows in which somebody does."]
    rows: Annotated[list[int], "The first of them."]


class ColumnShape(TypedDict):
    """A column that is read."""

    header: Annotated[str, "Its label."]
    field: Annotated[str, "What it means."]


class ImportShape(TypedDict):
    """What an import did. rows = the sum of people + duplicates + company_only + rejected, in a file of people."""

    file: Annotated[str, "Name of the file."]
    preset: Annotated[str, "Whose export it was taken for."]
    rows: Annotated[int, "Rows of the file."]
    people: Annotated[ChangesShape, "What became of people."]
    companies: Annotated[ChangesShape, "What became of companies."]
    duplicates: Annotated[int, "Rows about a person of an earlier row."]
    company_only: Annotated[int, "Rows that tell of a company and of no person."]
    rejected: Annotated[int, "Rows that tell of neither."]
    suppressed: Annotated[int, "Who must not be written to, as the file says."]
    problems: Annotated[dict[str, int], "Rejected rows and dropped values by code (see reasons.md)."]
    phones_without_country: Annotated[
        int, "Phone numbers kept as written, because nothing tells their country."
    ]
    consent_unclear: Annotated[list[UnclearColumnShape], "Columns about consent that were not understood."]
    wishes: Annotated[list[WishColumnShape], "Columns in which somebody asks to be left alone."]
    custom_columns: Annotated[
        list[ColumnShape], "Columns that no field takes, kept as custom fields, in the order of the file."
    ]
    ignored_columns: Annotated[list[str], "Labels of the columns that nothing was read from."]
    warnings: Annotated[list[str], "What else there is to say of the file."]
    rejects_file: Annotated[
        str | None, "Where rejected rows and dropped values are listed, with their reasons."
    ]


class DroppedShape(TypedDict):
    """A value that is not taken."""

    field: Annotated[str, "What it should have been."]
    value: Annotated[str, "What stands there."]
    reason: Annotated[str, "Code of the reason (see reasons.md)."]


class SampleShape(TypedDict):
    """A row as it would be stored."""

    row: Annotated[int, "Number of the row."]
    person: Annotated[dict[str, str], "The person's values, by field."]
    company: Annotated[
        dict[str, str | list[str]], "The company's values, by field; technologies, ads and openings as lists."
    ]
    suppress: Annotated[list[str], "Reasons not to write to the person."]
    dropped: Annotated[list[DroppedShape], "Values that are not taken."]


class TrialShape(TypedDict):
    """What an import would do."""

    preset: Annotated[str, "Whose export the file is taken for."]
    columns: Annotated[list[ColumnShape], "The columns that are read, in the order of the file."]
    ignored: Annotated[list[str], "Labels of the columns that nothing is read from."]
    samples: Annotated[list[SampleShape], "The first rows that say something of a person or a company."]
    report: Annotated[ImportShape, "What the import would say; it would write the rejects file only then."]


class ListShape(TypedDict):
    """What reading a list of those to leave alone did."""

    rows: Annotated[int, "Rows of the file."]
    added: Annotated[int, "New entries."]
    addresses: Annotated[int, "Those of them that are addresses."]
    domains: Annotated[int, "Those of them that are domains."]
    profiles: Annotated[int, "Those of them that are profiles."]
    known: Annotated[int, "What was on the list already."]
    rejected: Annotated[int, "Rows in which something was not understood."]
    warnings: Annotated[list[str], "What else there is to say of the file."]
    rejects_file: Annotated[str | None, "Where those rows are listed, with their reasons."]
