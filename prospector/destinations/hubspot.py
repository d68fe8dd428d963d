"""`hubspot`: a file for its import of contacts, whose columns are properties by their internal names."""

from __future__ import annotations

from prospector.destinations.lead_file import Tool, destination_of

TOOL = Tool(
    "hubspot",
    "HubSpot",
    fields={
        "email": "email",
        "firstname": "first_name",
        "lastname": "last_name",
        "company": "company",
        "jobtitle": "title",
        "phone": "phone",
        "website": "website",
    },
    spelling="{{{{ contact.{} }}}}",
    counted="Steps lie 24 hours a day apart; one that falls on a weekend waits until Monday, if follow-ups are for "
    "weekdays only.",
    rows=1_048_576,
    upload="Make a contact property of several lines for each variable first: an unknown one is refused.",
    more=(
        "Enrol the contacts in the sequence yourself: an import does not.",
        "How a sequence names a property was not to be found out: insert it with the token button.",
        "The profile is not in the file: LinkedIn has no property of its own.",
    ),
    limits={"columns of a file": 1000},
)
HUBSPOT = destination_of(
    TOOL,
    stop="unenrol the contact from the sequence",
    silent="It tells errors of an import by row. How many contacts a mailbox may enrol a day was not to be found out.",
)
