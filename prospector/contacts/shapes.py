"""The JSON of `verify`."""

from __future__ import annotations

from typing import Annotated, TypedDict

from prospector.core.json_shapes import Day
from prospector.core.shapes import LikelihoodShape


class VerdictShape(TypedDict):
    """What is known of an address."""

    email: Annotated[str, "The address in its one spelling; as it was written if it is none."]
    verdict: Annotated[str, "deliverable, undeliverable, catch_all, risky or unknown."]
    send: Annotated[str, "What follows: ok, hold or never."]
    reasons: Annotated[list[str], "Why, the first one decides; docs/contacts.md has the codes."]
    flags: Annotated[
        list[str], "role, personal, disposable, trap, complainer, full or automated, as far as they apply."
    ]
    suggestion: Annotated[str | None, "The address that was probably meant."]
    mx: Annotated[list[str], "Hosts that take the domain's mail, the best first."]
    checked_on: Annotated[Day | None, "The day of the evidence that decides."]
    likelihood: Annotated[
        LikelihoodShape | None, "Of a catch_all, how likely it is there, by what came of your own mails."
    ]


class VerifiedShape(TypedDict):
    """What `verify FILE` did."""

    rows: Annotated[int, "Rows of the file, without its header and blank lines."]
    deliverable: Annotated[int, "Rows with proof that the box takes mail."]
    undeliverable: Annotated[int, "Rows with proof that it does not."]
    catch_all: Annotated[int, "Rows whose host takes any name."]
    risky: Annotated[int, "Rows that should not simply be written to."]
    unknown: Annotated[int, "Rows of which nothing is proved."]
    rejected: Annotated[int, "Rows without an address."]
    waiting: Annotated[int, "Addresses whose mail host is to be asked again later; run the command again."]
    file: Annotated[str, "The list with the verdicts."]
    rejects_file: Annotated[str | None, "Rejected rows with their reasons."]
