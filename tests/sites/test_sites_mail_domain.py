"""A domain's records from a real name server on loopback: mail host, provider, products, and who is not asked."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from names import NameServer

from prospector.fetch import HttpSettings
from prospector.sites.facts.mail_domain import MailLookup, read_records

if TYPE_CHECKING:
    from prospector.sites.facts.mail_domain import MailDomain

ACME = {
    ("acme.example.", "MX"): ["20 alt1.aspmx.l.google.com.", "5 aspmx.l.google.com."],
    ("acme.example.", "TXT"): [
        '"v=spf1 include:_spf.acme.example include:_spf.google.com ~all"',
        '"hubspot-developer-verification=" "Zm9v"',
    ],
    ("_spf.acme.example.", "TXT"): ['"v=spf1 include:spf.mandrillapp.com -all"', '"other words"'],
    ("acme.example.", "NS"): ["ns-1.awsdns-12.co.uk."],
    ("go.acme.example.", "CNAME"): ["go.pardot.com."],
}


def read(server: NameServer, domain: str = "acme.example", **settings: object) -> MailDomain | None:
    made = HttpSettings(nameservers=(server.address,), timeout=1.0, **settings)  # type: ignore[arg-type]
    return asyncio.run(MailLookup(made).read(domain))


def test_the_mail_host_is_the_one_that_is_tried_first():
    with NameServer(ACME) as server:
        told = read(server)
    assert told is not None
    assert (told.outcome, told.host, told.provider) == ("found", "aspmx.l.google.com", "Google Workspace")
    assert told.records["MX"] == ("5 aspmx.l.google.com.", "20 alt1.aspmx.l.google.com.")


def test_products_are_seen_in_mx_spf_txt_and_cname_each_with_its_record():
    with NameServer(ACME) as server:
        told = read(server)
    assert told is not None
    seen = {hit.id: (hit.channel, hit.evidence) for hit in told.hits}
    assert seen["google-workspace"] == ("dns-mx", "MX aspmx.l.google.com")
    assert seen["pardot"] == ("dns-cname", "CNAME go.pardot.com")
    assert seen["hubspot"][0] == "dns-txt"
    assert {hit.url for hit in told.hits} == {"dns:acme.example"}
    assert all(hit.channel.startswith("dns") for hit in told.hits), "what follows from a record, too"


def test_an_spf_record_of_the_company_s_own_is_followed_and_a_vendor_s_is_not():
    with NameServer(ACME) as server:
        told = read(server)
        asked = {name for name, kind in server.asked if kind == "TXT"}
    assert told is not None
    assert "mandrill" in {hit.id for hit in told.hits}
    assert asked == {"acme.example.", "_spf.acme.example."}


def test_spf_records_that_include_each_other_end():
    records = {
        ("loop.example.", "TXT"): ['"v=spf1 include:a.loop.example include:b.loop.example -all"'],
        ("a.loop.example.", "TXT"): ['"v=spf1 include:b.loop.example include:loop.example -all"'],
        ("b.loop.example.", "TXT"): ['"v=spf1 include:a.loop.example include:c.loop.example -all"'],
        ("c.loop.example.", "TXT"): ['"v=spf1 include:d.loop.example -all"'],
        ("d.loop.example.", "TXT"): ['"v=spf1 -all"'],
    }
    with NameServer(records) as server:
        told = read(server, "loop.example")
        asked = sum(count for (_, kind), count in server.asked.items() if kind == "TXT")
    assert told is not None
    assert told.outcome == "found"
    assert asked <= 4


def test_a_domain_that_does_not_exist_is_none_and_silence_is_failed():
    with NameServer(ACME) as server:
        missing = read(server, "nobody.example")
    with NameServer(ACME, silent=True) as server:
        silent = read(server)
    assert missing is not None
    assert (missing.outcome, missing.reason, missing.host) == ("none", "no_records", None)
    assert silent is not None
    assert (silent.outcome, silent.reason) == ("failed", "dns")


def test_a_domain_that_takes_no_mail_has_no_host():
    told = read_records("acme.example", {"MX": ("0 .",), "TXT": ("v=spf1 -all",)})
    assert (told.outcome, told.reason, told.host, told.provider) == ("found", "null_mx", None, None)


def test_nobody_is_asked_where_connections_are_routed_and_no_name_server_is_named():
    settings = HttpSettings(connect_http=("127.0.0.1", 1), timeout=1.0)
    assert asyncio.run(MailLookup(settings).read("acme.example")) is None


def test_mailboxes_are_the_provider_and_not_the_gateway_beside_them():
    told = read_records(
        "acme.example",
        {"MX": ("10 acme-example.mail.protection.outlook.com.", "20 mxa-1.gslb.pphosted.com.")},
    )
    assert told.provider == "Microsoft 365"
    assert {"microsoft-365", "proofpoint"} <= {hit.id for hit in told.hits}
