"""What an address shows by itself: syntax, slips, and whose kind of box it is."""

from __future__ import annotations

import gzip
import json
import unicodedata
from pathlib import Path

import pytest

from prospector.contacts.kinds import flags_of, is_disposable, meant_domain, suggestion_for
from prospector.contacts.mail_hosts import habit_of, yes_proves
from prospector.normalise.emails import is_email

SHARED = Path(__file__).parents[2].parent / "shared" / "data"


def disagreements() -> dict[str, str]:
    text = (Path(__file__).parent / "syntax_disagreements.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if not line.startswith("#")]
    assert all(reason for _, _, reason in rows)
    return {unicodedata.normalize("NFC", address.replace("\\\\", "\\")): ours for address, ours, _ in rows}


@pytest.mark.skipif(not SHARED.exists(), reason="the address suites are not here")
def test_every_disagreement_with_email_validator_is_listed_with_a_reason() -> None:
    found = {}
    with gzip.open(SHARED / "email_syntax" / "email_validator.jsonl.gz", "rt", encoding="utf-8") as lines:
        for case in map(json.loads, lines):
            valid = isinstance(case["expected"], dict) or case["expected"] == "ISEMAIL_VALID"
            if valid != is_email(case["input"]):
                found[unicodedata.normalize("NFC", case["input"])] = "refused" if valid else "taken"
    assert found == disagreements()


@pytest.mark.parametrize(
    ("domain", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmial.con", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("yahho.com", "yahoo.com"),
        ("outlok.com", "outlook.com"),
        ("acme.con", "acme.com"),
        ("acme.comm", "acme.com"),
        ("web.ed", "web.de"),
    ],
)
def test_a_slip_gets_the_domain_that_was_meant(domain: str, meant: str) -> None:
    assert meant_domain(domain) == meant
    assert suggestion_for(f"ana@{domain}") == f"ana@{meant}"


@pytest.mark.parametrize(
    "domain",
    [
        "gmail.com",
        "gmx.at",
        "gmx.de",
        "yahoo.es",
        "hotmail.fr",
        "gmc.com",
        "ymail.com",
        "mail.com",
        "banco.example",
        "acme.test",
        "bbc.co.uk",
    ],
)
def test_what_stands_for_itself_gets_no_suggestion(domain: str) -> None:
    assert meant_domain(domain) is None


def test_a_disposable_domain_is_known_by_the_list_by_its_name_and_by_its_mail_host() -> None:
    assert is_disposable("mailinator.com")
    assert is_disposable("team.mailinator.com")
    assert is_disposable("my-10minutemail.example")
    assert is_disposable("quiet-name.example", ["mx.mailinator.com"])
    assert not is_disposable("quiet-name.example", ["mx.quiet-name.example"])
    assert not is_disposable("gmail.com", ["gmail-smtp-in.l.google.com"])
    assert not any(map(is_disposable, ("mailchimp.com", "hotmail.com", "contemporarymail.example")))


@pytest.mark.skipif(not SHARED.exists(), reason="the lists are not here")
def test_the_shared_half_of_the_disposable_domains_is_known() -> None:
    half = (SHARED / "email_domains" / "disposable_half.txt").read_text("utf-8").split()
    unknown = [one for one in half if not is_disposable(one)]
    assert len(unknown) < len(half) / 500, unknown


def test_flags_say_whose_kind_of_box_it_is() -> None:
    assert flags_of("info@banco.example") == {"role"}
    assert flags_of("ana@gmail.com") == {"personal"}
    assert flags_of("ana@mailinator.com") == {"disposable"}
    assert flags_of("ana@banco.example") == set()


def test_a_yes_of_a_gateway_proves_nothing_and_a_host_that_is_not_listed_proves_itself() -> None:
    assert habit_of("banco-example.mail.protection.outlook.com") == "accepts_all"
    assert habit_of("MXA-1.Gslb.pphosted.com.") == "gateway"
    assert habit_of("mta5.am0.yahoodns.net") == "defers"
    assert [yes_proves(host) for host in ("mx.pphosted.com", "mta.yahoodns.net")] == [False, False]
    assert [yes_proves(host) for host in ("mx.banco.example", "x.mail.protection.outlook.com")] == [
        True,
        True,
    ]
