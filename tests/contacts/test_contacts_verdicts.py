"""The table of docs/contacts.md is what the rules do, row by row, and no verdict is stronger than its proof."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospector.contacts.verdicts import (
    DOMAIN_RULES,
    LASTING_RULES,
    SMTP_RULES,
    AddressFacts,
    Verdict,
    verdict,
)
from prospector.normalise.addresses import statuses
from prospector.store.addresses import MailDomain, Proof

ROOT = Path(__file__).parents[2]
AS_OF = date(2026, 11, 23)
STALE_BEFORE = AS_OF - timedelta(days=30)
LONG_AGO = date(2025, 1, 7)
EMAIL = "ana@banco.example"
MX = MailDomain("banco.example", "mx", ("mx.banco.example",), AS_OF)
ROWS = re.findall(
    r"^\| `(\w+)(?: (\w+))?` \|.*\| (\w+) \| (\w+) \| `(\w+)` \|$",
    (ROOT / "docs" / "contacts.md").read_text(encoding="utf-8"),
    re.MULTILINE,
)


def judged(*proofs: Proof, domain: MailDomain | None = MX, **more: object) -> Verdict:
    facts = AddressFacts(EMAIL, EMAIL, domain, proofs, **more)  # type: ignore[arg-type]
    return verdict(facts, AS_OF, STALE_BEFORE)


def of_row(kind: str, word: str) -> Verdict:
    """The verdict on an address of which a row of the table is all that is known."""
    if kind == "syntax":
        return verdict(AddressFacts("ana@", None), AS_OF, STALE_BEFORE)
    if kind == "domain" and word == "accepts_all":
        return judged(domain=MX._replace(accepts_all=True, accepts_all_on=AS_OF))
    if kind == "domain":
        return judged(domain=MailDomain("banco.example", word, (), AS_OF))  # type: ignore[arg-type]
    if kind == "stale":
        return judged(Proof("smtp", {"yes": "accepted", "no": "refused"}[word], LONG_AGO))
    return judged(Proof(kind, word, AS_OF))  # type: ignore[arg-type]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join(row[:2]))
def test_every_row_of_the_table_is_what_the_rules_do(row: tuple[str, ...]) -> None:
    kind, word, *expected = row
    found = of_row(kind, word)
    assert [found.verdict, found.send, found.reasons[0]] == expected


def test_the_table_has_every_rule() -> None:
    ruled = (
        {("smtp", word) for word in SMTP_RULES}
        | {("domain", word) for word in DOMAIN_RULES}
        | {*LASTING_RULES}
    )
    ruled |= {
        ("provider", one.word) for one in statuses().values() if (one.verdict, one.send) != ("unknown", "ok")
    }
    others = {
        ("syntax", ""),
        ("domain", "accepts_all"),
        ("stale", "yes"),
        ("stale", "no"),
        ("pattern", "guess"),
    }
    assert {row[:2] for row in ROWS} == ruled | others


PROOFS = [
    Proof(kind, word, AS_OF)  # type: ignore[arg-type]
    for kind, word, *_ in ROWS
    if kind in ("reply", "bounce", "smtp", "provider", "pattern")
]
STRENGTH = ("reply", "bounce", "smtp", "provider", "pattern")


@pytest.mark.parametrize("weaker", PROOFS, ids=lambda one: f"{one.kind}-{one.word}")
@pytest.mark.parametrize("lasting", [Proof("reply", "human", LONG_AGO), Proof("bounce", "hard", LONG_AGO)])
def test_a_reply_and_a_hard_bounce_beat_every_verifier_whatever_their_age(
    weaker: Proof, lasting: Proof
) -> None:
    if weaker.kind not in ("reply", "bounce"):
        assert judged(lasting, weaker).verdict == judged(lasting).verdict
        assert judged(weaker, lasting).verdict == judged(lasting).verdict


def test_of_a_reply_and_a_bounce_the_later_counts_and_of_one_day_the_reply() -> None:
    reply, bounce = Proof("reply", "human", AS_OF), Proof("bounce", "hard", AS_OF)
    assert judged(reply._replace(seen_on=LONG_AGO), bounce).reasons[0] == "bounced"
    assert judged(reply, bounce._replace(seen_on=LONG_AGO)).reasons[0] == "replied"
    assert judged(reply, bounce).reasons[0] == judged(bounce, reply).reasons[0] == "replied"


def test_a_servers_answer_beats_a_provider_and_a_provider_beats_a_guess() -> None:
    smtp, provider = Proof("smtp", "refused", AS_OF), Proof("provider", "verified", AS_OF, "file")
    guess = Proof("pattern", "guess", AS_OF)
    assert judged(smtp, provider, guess).reasons[0] == "refused"
    assert judged(guess, provider).reasons[0] == "provider_verified"


def test_an_answer_that_says_nothing_takes_no_earlier_one_back() -> None:
    earlier = Proof("smtp", "accepted", AS_OF - timedelta(days=3))
    assert judged(earlier, Proof("smtp", "timeout", AS_OF)).verdict == "deliverable"


def test_a_host_that_has_begun_to_take_any_name_proves_its_earlier_yes_no_more() -> None:
    yes = Proof("smtp", "accepted", AS_OF - timedelta(days=3))
    domain = MX._replace(accepts_all=True, accepts_all_on=AS_OF)
    assert judged(yes, domain=domain).verdict == "catch_all"
    assert judged(yes._replace(word="refused"), domain=domain).verdict == "undeliverable"
    assert judged(yes._replace(seen_on=AS_OF), domain=domain).verdict == "deliverable"


def test_of_two_providers_the_one_that_says_less_counts() -> None:
    found = judged(Proof("provider", "verified", AS_OF, "one"), Proof("provider", "catch_all", AS_OF, "two"))
    assert found.verdict == "catch_all"


def test_evidence_of_a_later_day_is_not_known_yet() -> None:
    assert judged(Proof("bounce", "hard", AS_OF + timedelta(days=1))).verdict == "unknown"


def test_a_domain_that_is_gone_since_the_reply_takes_no_mail() -> None:
    gone = MailDomain("banco.example", "no_domain", (), AS_OF)
    assert judged(Proof("reply", "human", LONG_AGO), domain=gone).verdict == "undeliverable"
    assert (
        judged(Proof("reply", "human", AS_OF), domain=gone._replace(checked_on=LONG_AGO)).verdict
        == "deliverable"
    )


def test_a_disposable_box_is_never_written_to_and_a_slip_is_held() -> None:
    found = judged(Proof("smtp", "accepted", AS_OF), flags=frozenset({"disposable"}))
    assert (found.verdict, found.send) == ("risky", "never")
    slip = judged(suggestion="ana@gmail.com")
    assert (slip.verdict, slip.send, slip.reasons[0]) == ("risky", "hold", "typo_domain")
    assert judged(Proof("smtp", "accepted", AS_OF), suggestion="ana@gmail.com").verdict == "deliverable"


def test_who_complained_is_never_written_to_though_the_box_is_there() -> None:
    found = judged(Proof("reply", "human", AS_OF), Proof("complaint", "complained", AS_OF))
    assert (found.verdict, found.send, found.flags) == ("deliverable", "never", ("complainer",))
    assert "complainer" in found.reasons


DAYS = st.integers(-400, 5).map(lambda days: AS_OF + timedelta(days=days))
ANY_PROOF = st.builds(lambda one, day: one._replace(seen_on=day), st.sampled_from(PROOFS), DAYS)


@given(st.lists(ANY_PROOF, max_size=6), st.sampled_from([*DOMAIN_RULES]))
def test_nothing_is_proved_without_a_proof(proofs: list[Proof], outcome: str) -> None:
    found = judged(*proofs, domain=MailDomain("banco.example", outcome, (), AS_OF))  # type: ignore[arg-type]
    known = [one for one in proofs if one.seen_on <= AS_OF]
    fresh = [one for one in known if one.seen_on > STALE_BEFORE]
    yes = any(one[:2] == ("reply", "human") for one in known) or any(
        one[:2] in (("smtp", "accepted"), ("provider", "verified")) for one in fresh
    )
    no = any(one[:2] == ("bounce", "hard") for one in known) or any(
        one.word in ("refused", "disabled", "needs_smtputf8", "invalid", "bounced") for one in fresh
    )
    assert found.verdict != "deliverable" or yes
    assert found.verdict != "undeliverable" or no or DOMAIN_RULES[outcome].verdict == "undeliverable"
