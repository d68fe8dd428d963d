"""Asking the name servers that the workspace names, by dnspython."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING

import dns.asyncresolver
import dns.nameserver
import dns.resolver
from dns.exception import DNSException

from prospector.fetch.resolver import NameNotFound, system_addresses

if TYPE_CHECKING:
    from collections.abc import Sequence


class NameserverLookup:
    """Name servers (address, port), asked for A and AAAA at the same time. `timeout` is in seconds."""

    def __init__(self, nameservers: Sequence[tuple[str, int]], timeout: float) -> None:
        self._resolver = resolver_for(nameservers, timeout)

    async def addresses(self, host: str) -> Sequence[str]:
        """The addresses of a name; `NameNotFound` if there are none."""
        four, six = await asyncio.gather(self._ask(host, "A"), self._ask(host, "AAAA"))
        if not four and not six:
            raise NameNotFound(host)
        return [*four, *six]

    def close(self) -> None:
        """Nothing stays open between questions."""

    async def _ask(self, host: str, kind: str) -> list[str]:
        try:
            answer = await self._resolver.resolve(host + ".", kind, search=False)
        except (DNSException, OSError):
            return []
        return [record.to_text() for record in answer]


def addresses_by(nameservers: Sequence[tuple[str, int]], timeout: float, host: str) -> list[str]:
    """The same outside an event loop, for the few calls of an API."""
    resolver = dns.resolver.Resolver(configure=False)
    _set_up(resolver, nameservers, timeout)
    found: list[str] = []
    for kind in ("A", "AAAA"):
        with suppress(DNSException, OSError):
            found += [record.to_text() for record in resolver.resolve(f"{host}.", kind, search=False)]
    if not found:
        raise NameNotFound(host)
    return found


def resolver_for(nameservers: Sequence[tuple[str, int]], timeout: float) -> dns.asyncresolver.Resolver:
    """A resolver that asks these, or the system's ones; `NoResolverConfiguration` where that has none."""
    resolver = dns.asyncresolver.Resolver(configure=not nameservers)
    _set_up(resolver, nameservers, timeout)
    return resolver


def _set_up(
    resolver: dns.resolver.BaseResolver, nameservers: Sequence[tuple[str, int]], timeout: float
) -> None:
    if nameservers:
        resolver.nameservers = [
            dns.nameserver.Do53Nameserver(_literal(host), port) for host, port in nameservers
        ]
    resolver.lifetime = timeout


def _literal(host: str) -> str:
    """A name server's address; one given by name is asked from the system, once."""
    try:
        return str(ip_address(host))
    except ValueError:
        return system_addresses(host)[0]
