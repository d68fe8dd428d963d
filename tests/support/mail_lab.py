"""Mail hosts on loopback that answer as they are told: real SMTP servers, each at an address of its own."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiosmtpd.smtp import SMTP
from names import NameServer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

UNKNOWN = "550 5.1.1 User unknown"
OK = "250 OK"


@dataclass
class Host:
    """A mail host. `boxes` are its answers by name, `others` the one to any other name.

    With `greylist` (seconds) whoever is new has to come back after that time of `clock`.
    """

    boxes: Mapping[str, str] = field(default_factory=dict)
    others: str = UNKNOWN
    sender: str = OK
    banner_after: float = 0
    smtputf8: bool = True
    tls: ssl.SSLContext | None = None
    """With one, nothing is taken before the connection is encrypted."""
    greylist: float = 0
    clock: float = 0
    asked: Counter[str] = field(default_factory=Counter)
    asked_in_turn: list[str] = field(default_factory=list)
    _seen: dict[tuple[str, str], float] = field(default_factory=dict)

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.sender == OK:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return self.sender

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        self.asked[address] += 1
        self.asked_in_turn.append(address)
        first = self._seen.setdefault((envelope.mail_from, address), self.clock)
        if self.greylist and self.clock - first < self.greylist:
            return "451 4.7.1 Greylisted, please come back later"
        answer = self.boxes.get(address.rpartition("@")[0], self.others)
        if answer == OK:
            envelope.rcpt_tos.append(address)
        return answer


class _SlowSMTP(SMTP):
    banner_after = 0.0

    async def _handle_client(self) -> None:
        await asyncio.sleep(self.banner_after)
        await super()._handle_client()


def _made(host: Host) -> SMTP:
    server = _SlowSMTP(
        host, hostname="mx.test", enable_SMTPUTF8=host.smtputf8, loop=asyncio.get_running_loop()
    )
    server.banner_after = host.banner_after
    return server


class _Listening:
    """All the hosts on one event loop in a thread of its own."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def add(self, host: Host, address: str) -> None:
        serving = self._loop.create_server(lambda: _made(host), address, self._port)
        asyncio.run_coroutine_threadsafe(serving, self._loop).result(10)

    def close(self) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _end(self) -> None:
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass
class Lab:
    """A name server and mail hosts that all listen on one port."""

    names: NameServer
    port: int
    hosts: dict[str, Host]

    def settings(self, **more: Any) -> dict[str, Any]:
        """Sections of prospector.yaml that lead everything here."""
        return {
            "dns": {"nameservers": ["{}:{}".format(*self.names.address)]},
            "smtp": {"probe": True, "port": self.port, "mail_from": "ana@tidewater.test"},
            "http": {"allow_private": True, "timeout": 2},
            **more,
        }


@contextmanager
def mail_lab(hosts: Mapping[str, Host], records: Mapping[tuple[str, str], list[str]]) -> Iterator[Lab]:
    """Run `hosts` (by their name without the last dot) at 127.0.0.2 and following, and a name server that knows them."""
    with ExitStack() as stack:
        with socket.socket() as free:
            free.bind(("127.0.0.2", 0))
            port = free.getsockname()[1]
        listening = _Listening(port)
        stack.callback(listening.close)
        known = dict(records)
        for number, (name, host) in enumerate(hosts.items(), 2):
            known[f"{name}.", "A"] = [f"127.0.0.{number}"]
            listening.add(host, f"127.0.0.{number}")
        names = stack.enter_context(NameServer(known))
        yield Lab(names, port, dict(hosts))
