"""One vocabulary for the state of an address, with every source's word in it."""

from __future__ import annotations

import pytest

from prospector.normalise.addresses import (
    email_status,
    is_undeliverable,
    known_status,
    send_of,
    send_of_verdict,
    statuses,
    worst_status,
)


@pytest.mark.parametrize(
    ("said", "word", "send"),
    [
        ("Verified", "verified", "ok"),
        ("valid", "verified", "ok"),
        ("Extrapolated", "guessed", "ok"),
        ("accept_all", "catch_all", "ok"),
        ("valid/accept_all", "catch_all", "ok"),
        ("Catch-All", "catch_all", "ok"),
        ("do_not_mail", "do_not_mail", "never"),
        ("Do Not Mail / role_based", "do_not_mail", "never"),
        ("do_not_mail/disposable", "disposable", "never"),
        ("spamtrap", "spamtrap", "never"),
        ("ABUSE", "complainer", "never"),
        ("disposable", "disposable", "never"),
        ("toxic", "toxic", "never"),
        ("global_suppression", "do_not_mail", "never"),
        ("undeliverable", "invalid", "never"),
        ("Unavailable", "unavailable", "never"),
        ("mailbox_not_found", "invalid", "never"),
        ("invalid/mailbox_quota_exceeded", "full", "hold"),
        ("mailbox_full", "full", "hold"),
        ("timeout_exceeded", "unknown", "ok"),
        ("RISKY", "risky", "ok"),
    ],
)
def test_every_source_word_has_one_meaning(said: str, word: str, send: str) -> None:
    assert email_status(said) == word
    assert send_of(email_status(said)) == send


def test_a_word_that_is_not_known_stays_as_it_came_and_holds_only_if_it_sounds_bad() -> None:
    assert known_status("Grade A") is None
    assert email_status("Grade A") == "Grade A"
    assert send_of("Grade A") == "ok"
    assert email_status("Spamfalle") == "Spamfalle"
    assert send_of("Spamfalle") == "hold"
    assert email_status("12") is None


def test_of_several_words_the_one_that_says_least_for_the_address_counts() -> None:
    assert worst_status(["verified", "catch_all"]) == "catch_all"
    assert worst_status(["unknown", "do_not_mail"]) == "do_not_mail"
    assert worst_status(["Grade A", "verified"]) == "verified"
    assert worst_status(["Grade A"]) == "Grade A"


def test_our_own_words_are_read_back_as_they_are_written() -> None:
    assert [email_status(word) for word in statuses()] == list(statuses())


def test_verdicts_and_undeliverable_words_agree() -> None:
    assert send_of_verdict("undeliverable") == "never"
    assert send_of_verdict("risky") == send_of_verdict(None) == "ok"
    assert is_undeliverable("invalid")
    assert is_undeliverable("bounced")
    assert not is_undeliverable("spamtrap")
