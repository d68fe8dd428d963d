"""`apollo`: a plain file for its import of contacts, matched by hand."""

from __future__ import annotations

from prospector.destinations.lead_file import Tool, destination_of

TOOL = Tool(
    "apollo",
    "Apollo",
    fields={
        "email": "email",
        "first_name": "first_name",
        "last_name": "last_name",
        "organization_name": "company",
        "title": "title",
        "phone": "phone",
        "website_url": "website",
        "linkedin_url": "linkedin",
    },
    spelling="{{{{{}}}}}",
    delays="sending_days",
    counted="Only days of the sequence's schedule count, from the day on which the step before was done.",
    upload="Make a custom contact field for each variable, match the columns by hand, then add the contacts to the "
    "sequence.",
    more=("Leave contacts that are active or finished in another sequence out, where it asks.",),
)
APOLLO = destination_of(
    TOOL,
    stop="remove the contact from the sequence",
    silent="What its upload screen recognises, and how a template names a custom field, was not to be found out.",
)
