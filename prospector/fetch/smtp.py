"""Asking a mail host whether it would take mail for somebody: one connection, no message is ever sent."""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

import aiosmtplib

from prospector.fetch.resolver import Names, PrivateAddress, SystemLookup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prospector.fetch.settings import HttpSettings

Stage = Literal["greeting", "mail", "recipient"]

_MAX_HOSTS = 3
_MAX_ADDRESSES = 2
_LONGEST_GOODBYE = 2.0
_TEXT = 500
_NEEDS_TLS = 530


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """Who asks and how. `timeout` (seconds) is for connecting and for each answer."""

    mail_from: str
    helo: str
    port: int = 25
    timeout: float = 15.0


class Reply(NamedTuple):
    """What a host said."""

    code: int
    text: str


class Talk(NamedTuple):
    """How a conversation went. `answered`: `replies` are to the recipients in turn, as far as they were asked for,
    or at an earlier stage the one refusal that ended it.
    """

    outcome: Literal["answered", "closed", "timeout", "private", "no_smtputf8"]
    host: str = ""
    stage: Stage = "recipient"
    replies: tuple[Reply, ...] = ()


class MailHosts:
    """Talks to mail hosts. One for each event loop; close it."""

    def __init__(self, settings: SmtpSettings, names: Names) -> None:
        self._settings = settings
        self._names = names

    def close(self) -> None:
        """Stop what is still being looked up."""
        self._names.close()

    async def ask(self, hosts: Sequence[str], recipients: Sequence[str]) -> Talk:
        """Ask the first host that lets us in for these recipients, the next one only while the last was taken."""
        talk = Talk("closed")
        for host in hosts[:_MAX_HOSTS]:
            talk = await self._at(host, recipients)
            if talk.outcome in ("answered", "no_smtputf8"):
                break
        return talk

    async def _at(self, host: str, recipients: Sequence[str]) -> Talk:
        try:
            addresses = await self._names.addresses(host)
        except PrivateAddress:
            return Talk("private", host)
        except OSError:
            return Talk("closed", host)
        talk = Talk("closed", host)
        for address in addresses[:_MAX_ADDRESSES]:
            try:
                connection = await self._connected(address)
            except TimeoutError:
                talk = Talk("timeout", host)
            except OSError:
                talk = Talk("closed", host)
            else:
                return await self._talk(host, connection, recipients)
        return talk

    async def _connected(self, address: str) -> socket.socket:
        """A connection to exactly this address: it was checked, and no name is looked up again."""
        connection = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
        try:
            connection.setblocking(False)
            async with asyncio.timeout(self._settings.timeout):
                await asyncio.get_running_loop().sock_connect(connection, (address, self._settings.port))
        except BaseException:
            connection.close()
            raise
        return connection

    async def _talk(self, host: str, connection: socket.socket, recipients: Sequence[str]) -> Talk:
        client = aiosmtplib.SMTP(
            hostname=host,
            sock=connection,
            start_tls=False,
            validate_certs=False,  # Mail hosts have certificates of any kind, and nothing secret is said.
            timeout=self._settings.timeout,
            local_hostname=self._settings.helo,
        )
        said: list[Reply] = []
        try:
            return await self._conversation(client, host, recipients, said)
        except aiosmtplib.SMTPConnectResponseError as refusal:
            return Talk("answered", host, "greeting", (_reply(refusal.code, refusal.message),))
        except (TimeoutError, aiosmtplib.SMTPTimeoutError):
            return Talk("answered" if said else "timeout", host, "recipient", tuple(said))
        except (OSError, aiosmtplib.SMTPException):
            return Talk("answered" if said else "closed", host, "recipient", tuple(said))
        finally:
            client.close()

    async def _conversation(
        self, client: aiosmtplib.SMTP, host: str, recipients: Sequence[str], said: list[Reply]
    ) -> Talk:
        await client.connect()
        try:
            await client.ehlo()
        except aiosmtplib.SMTPHeloError:
            await client.helo()
        international = not all(map(str.isascii, recipients))
        if international and not client.supports_extension("smtputf8"):
            return Talk("no_smtputf8", host)
        refusal = await self._sender(client, international=international)
        if refusal:
            return Talk("answered", host, "mail", (refusal,))
        for recipient in recipients:
            answer = await client.execute_command(b"RCPT", f"TO:<{recipient}>".encode())
            said.append(_reply(answer.code, answer.message))
            if answer.code not in (250, 251):
                break
        with suppress(OSError, aiosmtplib.SMTPException):
            await client.quit(timeout=_LONGEST_GOODBYE)
        return Talk("answered", host, "recipient", tuple(said))

    async def _sender(self, client: aiosmtplib.SMTP, *, international: bool) -> Reply | None:
        """Say who writes; over TLS where the host insists. None where that is taken."""
        words = [b"MAIL", f"FROM:<{self._settings.mail_from}>".encode(), *([b"SMTPUTF8"] * international)]
        answer = await client.execute_command(*words)
        if answer.code == _NEEDS_TLS and client.supports_extension("starttls"):
            await client.starttls()
            await client.ehlo()
            answer = await client.execute_command(*words)
        return None if answer.code == 250 else _reply(answer.code, answer.message)


def _reply(code: int, text: str) -> Reply:
    return Reply(code, " ".join(text.split())[:_TEXT])


def mail_hosts(settings: SmtpSettings, http: HttpSettings) -> MailHosts:
    """Who talks to mail hosts; their names are looked up as those of sites are, private addresses refused alike."""
    # Imported here because it brings dnspython, which only workspaces with name servers of their own need.
    from prospector.fetch.nameservers import NameserverLookup  # noqa: PLC0415

    lookup = NameserverLookup(http.nameservers, http.timeout) if http.nameservers else SystemLookup()
    return MailHosts(settings, Names(lookup, timeout=http.timeout, allow_private=http.allow_private))
