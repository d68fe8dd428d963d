"""Who takes a domain's mail, by a real name server on loopback."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from names import NameServer

from prospector.fetch.loop import run
from prospector.fetch.mail_names import MailNames, MailRoute
from prospector.fetch.nameservers import resolver_for

RECORDS = {
    ("a.example.", "MX"): ["20 Two.a.example.", "10 one.a.example.", "10 One.a.example."],
    ("null.example.", "MX"): ["0 ."],
    ("mixed.example.", "MX"): ["0 .", "10 mx.mixed.example."],
    ("own.example.", "A"): ["192.0.2.1"],
    ("own6.example.", "AAAA"): ["2001:db8::1"],
    ("bare.example.", "TXT"): ['"x"'],
}


def route(
    domain: str, records: Mapping[tuple[str, str], list[str]] = RECORDS, *, doubted: bool = False
) -> MailRoute:
    with NameServer(records) as server:

        async def asked() -> MailRoute:
            return await MailNames(resolver_for([server.address], 2), doubted=doubted).route(domain)

        return run(asked())


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("a.example", MailRoute("mx", ("one.a.example", "two.a.example"))),
        ("null.example", MailRoute("null_mx")),
        ("mixed.example", MailRoute("mx", ("mx.mixed.example",))),
        ("own.example", MailRoute("no_mx")),
        ("own6.example", MailRoute("no_mx")),
        ("bare.example", MailRoute("no_mail")),
        ("nobody.example", MailRoute("no_domain")),
    ],
)
def test_each_answer_of_a_name_server_has_its_meaning(domain: str, expected: MailRoute) -> None:
    assert route(domain) == expected


def test_a_server_that_does_not_know_an_ending_proves_nothing_about_the_names_below_it() -> None:
    assert route("nobody.com", doubted=True).outcome == "failed"
    known = {("com.", "SOA"): ["ns.example. root.example. 1 60 60 60 60"]}
    assert route("nobody.com", known, doubted=True).outcome == "no_domain"
    assert route("nobody.example", doubted=True).outcome == "no_domain"


def test_silence_is_no_answer() -> None:
    with NameServer({}, silent=True) as server:

        async def asked() -> MailRoute:
            return await MailNames(resolver_for([server.address], 0.2)).route("a.example")

        assert run(asked()).outcome == "failed"
