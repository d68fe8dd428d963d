"""`outreach`: a plain file whose columns are matched by hand to the attributes of a prospect."""

from __future__ import annotations

from prospector.destinations.lead_file import Tool, destination_of

TOOL = Tool(
    "outreach",
    "Outreach",
    fields={
        "email": "email",
        "first_name": "first_name",
        "last_name": "last_name",
        "company": "company",
        "title": "title",
        "work_phone": "phone",
        "website": "website",
        "linkedin": "linkedin",
    },
    spelling="{{{{{}}}}}",
    counted="A step that falls outside the schedule's hours waits for the next ones, and those behind it move along. "
    "The steps of the sequence must go by day intervals.",
    upload="Match the columns by hand: `email` to emails, `first_name` to firstName, `last_name` to lastName, "
    "`work_phone` to workPhones, `website` to websiteUrl1, `linkedin` to linkedInUrl, and each variable to a custom "
    "field (custom1, custom2 and so on), whose name then stands in its token.",
    more=("Skip prospects that exist already and are in another sequence, where it asks.",),
)
OUTREACH = destination_of(
    TOOL,
    stop="finish or pause the prospect's sequence state",
    silent="What its upload screen recognises, how a template names a custom field, and how many there are, was not to "
    "be found out.",
)
