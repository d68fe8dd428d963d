"""What a company's domain says in DNS: who takes its mail, who may send in its name, whom it proved itself to."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from prospector.normalise.domains import registrable_domain
from prospector.sites.technologies.detect import detect_in_dns
from prospector.sites.technologies.spf import is_spf, spf_targets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dns.asyncresolver import Resolver

    from prospector.core.records import Hit
    from prospector.fetch import HttpSettings

MAX_RECORDS = 60
"""Records of one name and type that are kept."""
MAX_RECORD = 1_000
MAX_OWN_SPF = 3
"""Further SPF records that are followed, those under the company's own domain."""
HOSTS = ("www", "blog", "careers", "email", "go", "help", "info", "pages", "shop", "status", "support")
"""Hosts of a company that often are a vendor's under another name (CNAME)."""

_MAIL = ("e-mail hosting", "e-mail security")  # mailboxes before the gateways in front of them


@dataclass(frozen=True, slots=True)
class MailDomain:
    """A domain's records by type, and what they show. `outcome` is none where the domain does not exist.

    `host` is the first mail server (lowest preference); `provider` the product behind it, if it is known.
    """

    domain: str
    outcome: Literal["found", "none", "failed"] = "failed"
    reason: str = ""
    records: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    host: str | None = None
    provider: str | None = None
    hits: tuple[Hit, ...] = ()


class MailLookup:
    """Asks name servers for the records of domains. One per run."""

    def __init__(self, settings: HttpSettings) -> None:
        self._resolver = _resolver(settings)

    async def read(self, domain: str) -> MailDomain | None:
        """The records of a domain; None where nobody may be asked (`connect_to` without `nameservers`)."""
        if self._resolver is None:
            return None
        mail, texts, servers, *names = await asyncio.gather(
            *(self._ask(domain, kind) for kind in ("MX", "TXT", "NS")),
            *(self._ask(f"{host}.{domain}", "CNAME") for host in HOSTS),
        )
        if mail is None or texts is None:
            return MailDomain(domain, "failed", "dns")
        records = {
            "MX": tuple(sorted(mail, key=_preference)),
            "TXT": (*texts, *await self._own_spf(domain, texts)),
            "CNAME": tuple(record for found in names for record in found or ()),
            "NS": servers or (),
        }
        return read_records(domain, records)

    async def _own_spf(self, domain: str, texts: tuple[str, ...]) -> list[str]:
        """SPF records that the domain's own one includes, as far as they are the company's as well."""
        own = registrable_domain(domain) or domain
        queue = list(texts)
        found: list[str] = []
        asked: set[str] = set()
        while queue and len(asked) < MAX_OWN_SPF:
            for target in spf_targets(queue.pop(0)):
                if not target.endswith(f".{own}") or target in asked:  # `_spf.` is no host's name
                    continue
                asked.add(target)
                more = [text for text in await self._ask(target, "TXT") or () if is_spf(text)]
                found += more
                queue += more
        return found

    async def _ask(self, name: str, kind: str) -> tuple[str, ...] | None:
        """The records of a name; empty where there are none, None where nobody answered."""
        # dnspython takes 60 ms to import, and only this needs it.
        from dns.exception import DNSException  # noqa: PLC0415
        from dns.resolver import NXDOMAIN, NoAnswer  # noqa: PLC0415

        assert self._resolver is not None
        try:
            answer = await self._resolver.resolve(f"{name}.", kind, search=False)
        except (NXDOMAIN, NoAnswer):
            return ()
        except (DNSException, OSError, ValueError):
            return None
        return tuple(_text(record) for record in list(answer)[:MAX_RECORDS])


def read_records(domain: str, records: Mapping[str, tuple[str, ...]]) -> MailDomain:
    """What records by type (MX, TXT, CNAME, NS) say of a domain; an MX record has its preference in front."""
    servers = [record.split()[-1].rstrip(".").lower() for record in records.get("MX", ()) if record.split()]
    named = [server for server in servers if server]
    hits = tuple(detect_in_dns(records, domain=domain))
    takers = [hit for category in _MAIL for hit in hits if hit.category == category]
    provider = next((hit.name for hit in takers if hit.channel == "dns-mx"), None)
    outcome: Literal["found", "none"] = "found" if any(records.values()) else "none"
    reason = "" if named else "null_mx" if servers else "no_mx"
    return MailDomain(
        domain,
        outcome,
        reason if outcome == "found" else "no_records",
        MappingProxyType(dict(records)),
        named[0] if named else None,
        provider,
        hits,
    )


def _resolver(settings: HttpSettings) -> Resolver | None:
    routed = settings.connect_http is not None or settings.connect_https is not None
    if routed and not settings.nameservers:
        return None
    # As above: only this needs it.
    from dns.resolver import NoResolverConfiguration  # noqa: PLC0415

    from prospector.fetch.nameservers import resolver_for  # noqa: PLC0415

    try:
        return resolver_for(settings.nameservers, settings.timeout)
    except NoResolverConfiguration:
        return None


def _text(record: object) -> str:
    """A record as people write it: TXT joined and without quotes, names without the last dot."""
    strings = getattr(record, "strings", None)
    if strings is not None:
        return b"".join(strings).decode("utf-8", "replace")[:MAX_RECORD]
    return str(record)[:MAX_RECORD]


def _preference(record: str) -> tuple[int, str]:
    number = record.partition(" ")[0]
    return (int(number) if number.isdigit() else 0, record)
