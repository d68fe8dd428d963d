"""Who takes a domain's mail, by DNS: mail hosts, a refusal to take any, the domain's own host, or nobody.

No answer is never taken for a no: a server that fails or is silent leaves the question open.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Literal, NamedTuple

import dns.resolver
from dns.exception import DNSException

from prospector.fetch.nameservers import resolver_for
from prospector.normalise.domains import SAMPLE_ENDINGS, has_known_ending

if TYPE_CHECKING:
    from dns.asyncresolver import Resolver

    from prospector.fetch.settings import HttpSettings

RouteOutcome = Literal["mx", "no_mx", "null_mx", "no_mail", "no_domain", "failed"]

_LONGEST_WAIT = 5.0
"""Seconds for a name server; slower ones do not answer later either."""
_MAX_HOSTS = 20


class MailRoute(NamedTuple):
    """What DNS says; `hosts` are the mail hosts, best first. `no_mx`: the domain's own host takes mail."""

    outcome: RouteOutcome
    hosts: tuple[str, ...] = ()


class MailNames:
    """Asks name servers who takes the mail of domains. One for each event loop.

    With `doubted`, a no to a domain counts only from a server that knows its ending: a machine without a way out,
    or behind a captive portal, hears that nothing exists.
    """

    def __init__(self, resolver: Resolver, *, doubted: bool = False) -> None:
        self._resolver = resolver
        self._doubted = doubted
        self._endings: dict[str, bool] = {}

    async def route(self, domain: str) -> MailRoute:
        """Where mail for this domain goes."""
        outcome, hosts = await self._mail_hosts(domain)
        if outcome != "found":
            return MailRoute(outcome)
        named = tuple(host for host in hosts if host)
        if hosts:
            return MailRoute("mx", named) if named else MailRoute("null_mx")
        return MailRoute(await self._own_host(domain))

    async def _mail_hosts(
        self, domain: str
    ) -> tuple[Literal["found", "no_domain", "failed"], tuple[str, ...]]:
        try:
            answer = await self._resolver.resolve(f"{domain}.", "MX", search=False)
        except dns.resolver.NXDOMAIN:
            return ("no_domain" if await self._knows_ending(domain) else "failed"), ()
        except dns.resolver.NoAnswer:
            return "found", ()
        except (DNSException, OSError, ValueError):
            return "failed", ()
        ranked = sorted((one.preference, one.exchange.to_text().rstrip(".").lower()) for one in answer)
        return "found", tuple(dict.fromkeys(host for _, host in ranked))[:_MAX_HOSTS]

    async def _knows_ending(self, domain: str) -> bool:
        """Whether a no can be believed: an ending that exists is known to every server with a way out."""
        ending = domain.rpartition(".")[2]
        if not self._doubted or domain.endswith(SAMPLE_ENDINGS) or not has_known_ending(domain):
            return True
        if ending not in self._endings:
            try:
                await self._resolver.resolve(f"{ending}.", "SOA", search=False)
                self._endings[ending] = True
            except (DNSException, OSError, ValueError):
                self._endings[ending] = False
        return self._endings[ending]

    async def _own_host(self, domain: str) -> RouteOutcome:
        """A domain without mail hosts takes its mail itself, if it has an address (RFC 5321, 5.1)."""
        four, six = await asyncio.gather(self._has(domain, "A"), self._has(domain, "AAAA"))
        if four or six:
            return "no_mx"
        return "failed" if None in (four, six) else "no_mail"

    async def _has(self, domain: str, kind: str) -> bool | None:
        try:
            return bool(await self._resolver.resolve(f"{domain}.", kind, search=False))
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return False
        except (DNSException, OSError, ValueError):
            return None


def mail_names(settings: HttpSettings) -> MailNames | None:
    """Who asks for these settings; None where nobody may be asked (`connect_to` without `nameservers`)."""
    routed = settings.connect_http is not None or settings.connect_https is not None
    if routed and not settings.nameservers:
        return None
    try:
        resolver = resolver_for(settings.nameservers, min(settings.timeout, _LONGEST_WAIT))
    except dns.resolver.NoResolverConfiguration:
        return None
    # A server that the settings name is believed.
    return MailNames(resolver, doubted=not settings.nameservers)
