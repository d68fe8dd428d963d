"""Reading a mailbox by IMAP: folders are only looked at (EXAMINE, BODY.PEEK), whatever the server answers.

What a server sends is limited in bytes and in time, so one that is slow, broken or hostile ends in `MailboxUnreadable`,
never in a hang or a full memory. The protocol is read by the standard library; waiting and limits are ours.
"""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, NamedTuple

from prospector.core.errors import CredentialError, SourceUnreadable, near_miss
from prospector.fetch.folder_names import folder_name, quoted
from prospector.fetch.places import checked_addresses, trust
from prospector.fetch.resolver import NameNotFound, PrivateAddress

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import Self

    from prospector.fetch.settings import HttpSettings

TLS_PORT, PLAIN_PORT = 993, 143
_PATIENCE = 20
"""A command may take this many timeouts in all, however slowly the bytes drip."""
_LONGEST_LINE = 1_000_000
_DETAIL = 200
_SPARE = 3_000_000
"""Bytes that an answer may have beside the mails that it was asked for."""
_UID = re.compile(rb"\bUID (\d{1,10})\b")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d{1,12})\b")
_NUMBER = re.compile(rb"(\d{1,10}) \(")
_DATE = re.compile(rb'\bINTERNALDATE "([ \d]\d)-(\w{3})-(\d{4}) (\d\d):(\d\d):(\d\d) ([+-])(\d\d)(\d\d)"')
_MONTHS = (b"jan", b"feb", b"mar", b"apr", b"may", b"jun", b"jul", b"aug", b"sep", b"oct", b"nov", b"dec")
_LISTED = re.compile(rb'\([^)]*\) (?:NIL|"(?:[^"\\]|\\.)*") (?:"((?:[^"\\]|\\.)*)"|(\S+))')


class MailboxUnreadable(SourceUnreadable):
    """A server that cannot be reached, or whose answers make no sense."""


@dataclass(frozen=True, slots=True)
class Account:
    """Whose mailbox, and where. `tls`: None is yes, but on this machine a server without it is read, too."""

    host: str
    user: str
    password: str = field(repr=False)
    port: int | None = None
    tls: bool | None = None

    @property
    def door(self) -> int:
        """The port."""
        return self.port or (PLAIN_PORT if self.tls is False else TLS_PORT)


class FolderState(NamedTuple):
    """What a server says of a folder. `uid_next` is 0 where it does not say so."""

    messages: int
    uid_validity: int
    uid_next: int


class Listed(NamedTuple):
    """A message of a folder before it is read."""

    number: int
    uid: int
    at: datetime | None
    size: int


class ImapMailbox:
    """An open mailbox. A context manager; folders are read one at a time."""

    def __init__(self, account: Account, http: HttpSettings) -> None:
        self.account = account
        self._http = http
        self._wire = self._connected()
        try:
            self._log_in()
        except BaseException:
            self._wire.shutdown()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(imaplib.IMAP4.error, OSError, ValueError, LookupError):
            self._wire.allow(0, patience=2)
            self._wire.logout()
        self._wire.shutdown()

    def examine(self, folder: str) -> FolderState:
        """Open a folder to look at it; `MailboxUnreadable` if there is none of that name, with the nearest."""
        with self._told():
            self._wire.allow(0)
            kind, data = self._wire.select(quoted(folder), readonly=True)
        if kind != "OK":
            known = self.folders()
            hint = near_miss(folder, known) or f"its folders: {', '.join(known[:20])}"
            raise MailboxUnreadable(f'{self.name}: no folder "{folder}"', hint=hint)
        messages = _whole(data[0]) if data else None
        if messages is None:
            raise MailboxUnreadable(f"{self.name}: the server does not say how many mails {folder} holds")
        return FolderState(messages, self._said("UIDVALIDITY") or 0, self._said("UIDNEXT") or 0)

    def folders(self) -> list[str]:
        """The names of the folders."""
        with self._told():
            self._wire.allow(0)
            _, data = self._wire.list()
            found = [_LISTED.match(one) for one in data if isinstance(one, bytes)]
        return [folder_name((one[1] or one[2]).replace(b"\\", b"")) for one in found if one]

    def listed(self, first: int, last: int) -> list[Listed]:
        """Number, UID, arrival and size of the messages from one number to another, in their order."""
        wanted = "(UID INTERNALDATE RFC822.SIZE)"
        found: dict[int, Listed] = {}
        for head, _ in self._fetch(f"{first}:{last}", wanted, 0):
            number, uid, size = _NUMBER.match(head), _UID.search(head), _SIZE.search(head)
            if number and uid and first <= int(number[1]) <= last:
                one = Listed(int(number[1]), int(uid[1]), _arrival(head), int(size[1]) if size else 0)
                found[one.number] = one
        return [found[number] for number in sorted(found)]

    def bodies(self, messages: Sequence[Listed], longest: int) -> dict[int, bytes]:
        """The bytes of some messages by UID, of each the first `longest`; of those that the server gives."""
        numbers = ",".join(str(one.number) for one in messages)
        most = sum(min(one.size or longest, longest) for one in messages)
        found: dict[int, bytes] = {}
        for head, body in self._fetch(numbers, f"(UID BODY.PEEK[]<0.{longest}>)", most):
            uid = _UID.search(head)
            if uid and body is not None:
                found[int(uid[1])] = body[:longest]
        return found

    def heads(self, messages: Sequence[Listed]) -> dict[int, bytes]:
        """By UID the lines of each head that tell one mail from another."""
        if not messages:
            return {}
        numbers = ",".join(str(one.number) for one in messages)
        fields = "(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID DATE FROM SUBJECT)])"
        found: dict[int, bytes] = {}
        for head, lines in self._fetch(numbers, fields, 20_000 * len(messages)):
            uid = _UID.search(head)
            if uid and lines is not None:
                found[int(uid[1])] = lines
        return found

    def _fetch(self, numbers: str, wanted: str, most: int) -> Iterator[tuple[bytes, bytes | None]]:
        """The answers of a FETCH: the words around each message, and its text."""
        with self._told():
            self._wire.allow(most)
            kind, data = self._wire.fetch(numbers, wanted)
        if kind != "OK" and not any(data):
            raise MailboxUnreadable(f"{self.name}: the server does not give messages {numbers[:40]}")
        for index, one in enumerate(data):
            if isinstance(one, tuple):
                # What stands behind the text belongs to the same message.
                after = data[index + 1] if index + 1 < len(data) else b""
                yield one[0] + (b" " + after if isinstance(after, bytes) else b""), one[1]
            elif isinstance(one, bytes) and _NUMBER.match(one):
                yield one, None

    def _said(self, what: str) -> int | None:
        with self._told():
            _, data = self._wire.response(what)
        return _whole(data[-1]) if data else None

    @property
    def name(self) -> str:
        """Whose mailbox, and where."""
        return f"{self.account.user} at {self.account.host}"

    def _log_in(self) -> None:
        account = self.account
        if not account.password.isprintable() or not (account.user + account.password).isascii():
            hint = "a password made for one app has letters and digits only"
            raise CredentialError(f"{self.name}: the password has signs that IMAP cannot carry", hint=hint)
        try:
            with self._told():
                self._wire.allow(0)
                if "AUTH=PLAIN" in self._wire.capabilities:
                    told = f"\0{account.user}\0{account.password}".encode()
                    self._wire.authenticate("PLAIN", lambda _: told)
                else:
                    self._wire.login(account.user, account.password)
        except _RefusedError as error:
            hint = "many providers want a password made for one app, not your own; see docs/mailboxes.md"
            what = f"{self.name}: the password was refused ({error.what.rpartition(': ')[2]})"
            raise CredentialError(what, hint=hint) from error

    def _connected(self) -> _Wire:
        account = self.account
        try:
            with self._told():
                return self._wire_to(account.tls is not False)
        except _NoTlsError:
            if account.tls is None and self._is_local():
                with self._told():
                    return self._wire_to(False)
            what = f"{self.name}: the server speaks no TLS at port {account.door}"
            hint = "use the port for TLS (993), or say tls: false if nobody else can listen on the way"
            raise MailboxUnreadable(what, hint=hint) from None

    def _is_local(self) -> bool:
        with suppress(OSError):
            return all(
                one == "::1" or one.startswith("127.")
                for one in checked_addresses(self.account.host, self._http)
            )
        return False

    def _wire_to(self, secure: bool) -> _Wire:
        account, timeout = self.account, self._http.timeout
        connection = self._reached()
        begins_plain = not secure or account.door == PLAIN_PORT
        try:
            if not begins_plain:
                connection = self._secured(connection)
            wire = _Wire(connection, timeout)
        except BaseException:
            connection.close()
            raise
        if secure and begins_plain:
            try:
                wire.start_tls(self._secured)
            except BaseException:
                wire.shutdown()
                raise
        return wire

    def _reached(self) -> socket.socket:
        failure: OSError = NameNotFound(self.account.host)
        for address in checked_addresses(self.account.host, self._http):
            try:
                return socket.create_connection((address, self.account.door), self._http.timeout)
            except OSError as error:
                failure = error
        raise failure

    def _secured(self, connection: socket.socket) -> socket.socket:
        try:
            return trust(self._http.ca_file).wrap_socket(connection, server_hostname=self.account.host)
        except ssl.SSLCertVerificationError:
            raise
        except ssl.SSLError as error:
            if error.reason in ("WRONG_VERSION_NUMBER", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE"):
                raise _NoTlsError from error
            raise

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Whatever goes wrong, in words."""
        try:
            yield
        except PrivateAddress:
            hint = "a private address needs `http: {allow_private: true}`"
            raise MailboxUnreadable(f"{self.name}: a private address", hint=hint) from None
        except NameNotFound:
            raise MailboxUnreadable(f"{self.name}: there is no such host", hint="check imap.host") from None
        except ssl.SSLCertVerificationError as error:
            what = f"{self.name}: its certificate is not trusted ({error.verify_message})"
            raise MailboxUnreadable(what, hint="http.ca_file adds a certificate authority") from None
        except TimeoutError:
            raise MailboxUnreadable(f"{self.name}: no answer in time", hint="run it again later") from None
        except imaplib.IMAP4.abort as error:
            raise MailboxUnreadable(f"{self.name}: broken off ({self._short(error)})") from None
        except imaplib.IMAP4.error as error:
            raise _RefusedError(f"{self.name}: {self._short(error)}") from None
        except OSError as error:
            what = f"{self.name}: cannot be reached ({error.strerror or self._short(error)})"
            raise MailboxUnreadable(
                what, hint="check imap.host and imap.port, or run it again later"
            ) from None
        except (ValueError, LookupError, TypeError, AttributeError, AssertionError) as error:
            # The library trips over answers that are none.
            what = f"{self.name}: the server's answer makes no sense ({self._short(error)})"
            raise MailboxUnreadable(what) from None

    def _short(self, error: BaseException) -> str:
        """What was said, on one line, without the password that a server may repeat."""
        text = str(error).replace(self.account.password, "***")
        return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:_DETAIL]


class _NoTlsError(Exception):
    """The server answered in plain text."""


class _RefusedError(MailboxUnreadable):
    """The server said no."""


class _Wire(imaplib.IMAP4):
    """The standard library's client on a connection that is checked already, with limits of bytes and of time."""

    def __init__(self, connection: socket.socket, timeout: float) -> None:
        self.sock = connection
        self._timeout = timeout
        self._buffer = bytearray()
        self.allow(0)
        super().__init__()

    def allow(self, most: int, *, patience: int = _PATIENCE) -> None:
        """How many bytes of mails the next answer may have, beside what it is told in."""
        self._bytes_left = most * 11 // 10 + _SPARE
        self._deadline = time.monotonic() + self._timeout * patience

    def open(self, host: str = "", port: int = 0, timeout: float | None = None) -> None:
        """Nothing to open: the connection was made, and its address checked, before."""

    def read(self, size: int) -> bytes:
        if size > self._bytes_left:
            raise self.abort("it sends more than it was asked for")
        while len(self._buffer) < size:
            self._more()
        return self._taken(size)

    def readline(self) -> bytes:
        start = 0
        while (end := self._buffer.find(b"\n", start)) < 0:
            start = len(self._buffer)
            if start > _LONGEST_LINE:
                raise self.abort("a line without an end")
            self._more()
        return self._taken(end + 1)

    def send(self, data: Any) -> None:
        self.sock.settimeout(self._timeout)
        self.sock.sendall(data)

    def shutdown(self) -> None:
        with suppress(OSError):
            self.sock.close()

    def start_tls(self, secured: Any) -> None:
        """TLS from here on; what was sent before it, as if it came behind it, is thrown away."""
        if "STARTTLS" not in self.capabilities:
            raise _NoTlsError
        kind, _ = self.xatom("STARTTLS")
        if kind != "OK":
            raise _NoTlsError
        self.sock = secured(self.sock)
        self._buffer.clear()
        _, data = self.capability()
        self.capabilities = tuple(data[0].decode("ascii", "replace").upper().split())

    def _more(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self.sock.settimeout(min(self._timeout, left))
        part = self.sock.recv(65_536)
        if not part:
            raise self.abort("the server closed the connection")
        self._buffer += part
        self._bytes_left -= len(part)
        if self._bytes_left < -_SPARE:
            raise self.abort("it sends more than it was asked for")

    def _taken(self, size: int) -> bytes:
        part = bytes(self._buffer[:size])
        del self._buffer[:size]
        return part


def _arrival(head: bytes) -> datetime | None:
    """When the server took a message in; None where it tells no day that there is."""
    found = _DATE.search(head)
    if not found or found[2].lower() not in _MONTHS:
        return None
    month = _MONTHS.index(found[2].lower()) + 1
    away = timedelta(hours=int(found[8]), minutes=int(found[9])) * (-1 if found[7] == b"-" else 1)
    try:
        hour, minute, second = map(int, found.group(4, 5, 6))
        told = datetime(int(found[3]), month, int(found[1]), hour, minute, second, tzinfo=timezone(away))
        return told.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _whole(text: Any) -> int | None:
    """A number of IMAP; None for anything else."""
    return int(text) if isinstance(text, bytes) and re.fullmatch(rb"\d{1,10}", text) else None
