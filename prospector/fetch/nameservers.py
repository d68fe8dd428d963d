"""Asking the name servers that the workspace names, by dnspython."""

from __future__ import annotations

import asyncio
from ipaddress import ip_address
from typing import TYPE_CHECKING

import dns.asyncresolver
import dns.nameserver
from dns.exception import DNSException

from prospector.fetch.resolver import NameNotFound, system_addresses

if TYPE_CHECKING:
    from collections.abc import Sequence


class NameserverLookup:
    """Name servers (address, port), asked for A and AAAA at the same time. `timeout` is in seconds."""

    def __init__(self, nameservers: Sequence[tuple[str, int]], timeout: float) -> None:
        self._resolver = dns.asyncresolver.Resolver(configure=False)
        self._resolver.nameservers = [
            dns.nameserver.Do53Nameserver(_literal(host), port) for host, port in nameservers
        ]
        self._resolver.lifetime = timeout

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


def _literal(host: str) -> str:
    """A name server's address; one given by name is asked from the system, once."""
    try:
        return str(ip_address(host))
    except ValueError:
        return system_addresses(host)[0]
