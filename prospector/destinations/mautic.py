"""`mautic`: the file for its import of contacts, which it reads line by line, with a backslash that escapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.destinations.lead_file import Tool, check_lead, destination_of, mails_of, one_line, plain_cell

if TYPE_CHECKING:
    from prospector.destinations.handover import Lead


def body_cell(html: str) -> str:
    """HTML on one line; a backslash is written so that the reader does not take it for an escape."""
    return one_line(html).replace("\\", "&#92;")


TOOL = Tool(
    "mautic",
    "Mautic",
    fields={
        "email": "email",
        "firstname": "first_name",
        "lastname": "last_name",
        "company": "company",
        "position": "title",
        "phone": "phone",
        "website": "website",
        "linkedin": "linkedin",
    },
    spelling="{{contactfield={}}}",
    counted="Its campaigns wait in calendar days, and send on any day unless the step is limited to some: limit it.",
    upload="Make a contact field of the type Textarea for each variable, with the column's name as its alias.",
    same_thread="(its mails do not thread: repeat `{contactfield=subject_1}`)",
    cell=plain_cell,
    body=body_cell,
    more=(
        "An empty cell never overwrites what Mautic has: clear the text fields of contacts that had a campaign before.",
    ),
)


def check_mautic(lead: Lead) -> str | None:
    """Its reader takes a backslash before a quote for an escape: a value with one would swallow what follows."""
    values = [getattr(lead, fact) for fact in TOOL.fields.values()]
    values += [lead.reason, *lead.custom.values(), *(touch.subject for touch in mails_of(lead))]
    odd = any(
        "\\" in (cell := plain_cell(value))
        and ('\\"' in cell or (cell.endswith("\\") and set(cell) & set('," \t')))
        for value in values
    )
    return "unfit_sign" if odd else check_lead(TOOL, lead)


MAUTIC = destination_of(
    TOOL,
    check=check_mautic,
    stop="set the contact to do-not-contact, or remove it from the campaign",
    silent="A row with more values than columns is rejected; a contact that exists is merged and counted as such.",
)
