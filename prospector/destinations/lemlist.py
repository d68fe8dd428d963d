"""`lemlist`: the file for its lead import. Any column beside its own becomes a variable of that name."""

from __future__ import annotations

from prospector.destinations.lead_file import Tool, destination_of

TOOL = Tool(
    "lemlist",
    "Lemlist",
    fields={
        "email": "email",
        "firstName": "first_name",
        "lastName": "last_name",
        "companyName": "company",
        "jobTitle": "title",
        "phone": "phone",
        "companyDomain": "website",
        "linkedinUrl": "linkedin",
    },
    spelling="{{{{{}}}}}",
    delays="sending_days",
    counted="Only days on which the campaign's schedule sends count.",
    upload="Keep every other column as a custom variable of its name.",
    more=(
        "Leave out leads that are in other campaigns already, where it asks. Finding or verifying addresses there "
        "costs credits; these have been checked.",
        "Deleting a lead by its API unsubscribes the address; only `action=remove` takes it out.",
    ),
)
LEMLIST = destination_of(
    TOOL,
    stop="pause the lead in the campaign, or unsubscribe the address",
    silent="What its upload screen recognises by itself, and limits of the upload, were not to be found out.",
)
