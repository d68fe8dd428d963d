"""A mail host's answer is read by its words before its code, and what is not understood says nothing of the person."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospector.contacts.replies import meaning, word_of
from prospector.contacts.verdicts import SMTP_RULES
from prospector.fetch.smtp import Reply, Talk

CASES = [
    (
        550,
        "5.1.1 <ana@x.example>: Recipient address rejected: User unknown in local recipient table",
        "refused",
    ),
    (
        550,
        "5.1.1 The email account that you tried to reach does not exist. Please try double-checking the recipient's email address for typos or unnecessary spaces.",
        "refused",
    ),
    (550, "5.1.1 sent to too many recipients this hour", "rate"),
    (550, "5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org", "about_us"),
    (550, "5.7.1 Your IP is blocked", "about_us"),
    (554, "5.7.1 <ana@x.example>: Relay access denied", "about_us"),
    (554, "5.7.1 <ana@x.example>: Recipient address rejected: Access denied", "about_us"),
    (550, "5.4.1 Recipient address rejected: Access denied. AS(201806281)", "refused"),
    (451, "4.7.1 Greylisting in action, please come back later", "greylisted"),
    (450, "4.2.0 <ana@x.example>: Recipient address rejected: Greylisted", "greylisted"),
    (451, "unable to verify user", "refused"),
    (451, "4.3.0 Temporary failure", "greylisted"),
    (451, "Requested action aborted: local error in processing", "greylisted"),
    (
        450,
        "4.1.1 <ana@x.example>: Recipient address rejected: unverified address: Address verification in progress",
        "greylisted",
    ),
    (552, "5.2.2 Mailbox full", "full"),
    (452, "4.2.2 The email account that you tried to reach is over quota", "full"),
    (550, "5.2.1 The email account that you tried to reach is disabled", "disabled"),
    (550, "Requested action not taken: mailbox unavailable", "refused"),
    (550, "No such user here", "refused"),
    (554, "delivery error: dd This user doesn't have a x.example account (a@x.example) [0]", "refused"),
    (550, "Rejected", "unclear"),
    (550, "no", "unclear"),
    (550, "5.1.1 rejected", "refused"),
    (553, "sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)", "about_us"),
    (
        450,
        "4.2.1 The user you are trying to contact is receiving mail at a rate that prevents additional messages",
        "rate",
    ),
    (550, "5.7.1 temporarily blocked, try again later", "greylisted"),
    (550, "5.1.1 Benutzer unbekannt", "refused"),
    (550, "5.1.1 Mailbox 'x' does not exist", "refused"),
    (550, "permanent failure for one or more recipients (ana@x.example:550 5.1.1 user unknown)", "refused"),
    (421, "4.7.0 Too many connections from your IP", "rate"),
    (550, "5.7.1 Mailbox unavailable", "refused"),
    (550, "5.7.1 Unable to deliver to <ana@x.example>", "unclear"),
    (550, "5.7.1 Message rejected", "unclear"),
    (451, "4.1.8 Sender address rejected: Domain not found", "about_us"),
    (450, "4.1.1 user unknown", "refused"),
    (550, "Address rejected", "unclear"),
    (550, "5.1.1 Recipient rejected. This user has been blocked", "about_us"),
    (550, "5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP address lookup", "refused"),
    (550, "5.1.1 invalid address", "refused"),
    (450, "mailbox busy", "greylisted"),
    (550, "Unrouteable address", "refused"),
    (550, "5.5.0 Mail rejected, mailbox is inactive", "disabled"),
    (550, "Utilisateur inconnu", "refused"),
    (554, "5.7.1 blacklisted. user unknown", "about_us"),
    (550, "5.1.1 daily quota for this sender reached", "rate"),
]


@pytest.mark.parametrize(("code", "text", "expected"), CASES)
def test_words_count_before_the_code(code: int, text: str, expected: str) -> None:
    assert meaning(Reply(code, text)) == expected


def test_words_in_the_address_that_a_host_repeats_do_not_count() -> None:
    assert meaning(Reply(550, "5.1.1 <spam.policy@x.example>: no such user")) == "refused"
    assert meaning(Reply(550, "5.7.1 <unknown.user@x.example>: rejected")) == "unclear"


@pytest.mark.parametrize("text", ["5.7.1 you are listed", "5.7.1 not for you", "rejected", "5.0.0", ""])
def test_a_refusal_in_unknown_words_proves_nothing(text: str) -> None:
    assert (
        SMTP_RULES[word_of(Talk("answered", "mx.x.example", "recipient", (Reply(550, text),)))[0]].verdict
        == "unknown"
    )


@given(st.integers(200, 599), st.text(max_size=60), st.sampled_from(["greeting", "mail"]))
def test_what_is_said_before_the_recipient_was_named_is_never_about_the_person(
    code: int, text: str, stage: str
) -> None:
    word, _ = word_of(Talk("answered", "mx.x.example", stage, (Reply(code, text),)))  # type: ignore[arg-type]
    assert SMTP_RULES[word].verdict == "unknown"


@given(st.lists(st.builds(Reply, st.integers(200, 599), st.text(max_size=60)), min_size=1, max_size=2))
def test_a_yes_is_proof_only_beside_a_refused_made_up_name(replies: list[Reply]) -> None:
    word, _ = word_of(Talk("answered", "mx.x.example", "recipient", tuple(replies)))
    if SMTP_RULES[word].verdict == "deliverable":
        assert replies[0].code in (250, 251)
        assert meaning(replies[1]) in ("refused", "disabled")
