"""An IMAP server on loopback in the shape of the protocol, with mailboxes in memory; and faults that a test wants."""

from __future__ import annotations

import re
import socketserver
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSWORD = "app-password"
FAULTS = (
    "silence",
    "drip",
    "garbage",
    "huge_literal",
    "endless_line",
    "endless_answers",
    "disconnect",
    "falling",
    "count",
)
"""`count`: more mails are counted than are given; `falling`: UIDs do not rise; the others are what a FETCH gives."""


@dataclass
class Message:
    uid: int
    at: datetime
    raw: bytes


@dataclass
class Folder:
    validity: int = 1
    next: int = 1
    messages: list[Message] = field(default_factory=list)

    def add(self, raw: bytes, at: datetime) -> int:
        """Deliver a mail; its UID."""
        self.messages.append(Message(self.next, at, raw))
        self.next += 1
        return self.next - 1

    def remove(self, *uids: int) -> None:
        """Delete mails."""
        self.messages = [one for one in self.messages if one.uid not in uids]

    def begin_anew(self, validity: int) -> None:
        """Number everything anew, as after a move to another server."""
        self.validity = validity
        for number, one in enumerate(self.messages, 1):
            one.uid = number
        self.next = len(self.messages) + 1


@dataclass
class ImapStub:
    """The state of the server. Faults come with the FETCH of texts number `fault_at`, counted from one."""

    folders: dict[str, Folder] = field(default_factory=lambda: {"INBOX": Folder()})
    fault: str | None = None
    fault_at: int = 1
    plain_login: bool = False
    port: int = 0
    commands: list[str] = field(default_factory=list)
    texts: int = 0
    logins: int = 0

    @property
    def inbox(self) -> Folder:
        return self.folders["INBOX"]


class _Session(socketserver.StreamRequestHandler):
    server: Any

    def handle(self) -> None:
        self.stub: ImapStub = self.server.stub
        self.chosen: Folder | None = None
        with suppress(OSError):
            self._say(b"* OK IMAP4rev1 stub is ready\r\n")
            while line := self.rfile.readline():
                self._command(line)

    def _say(self, text: bytes) -> None:
        self.wfile.write(text)
        self.wfile.flush()

    def _command(self, line: bytes) -> None:
        tag, _, rest = line.strip().partition(b" ")
        name, _, arguments = rest.partition(b" ")
        self.stub.commands.append(rest.decode("latin-1"))
        answer = getattr(self, f"do_{name.decode().lower()}", None)
        if answer is None:
            self._say(tag + b" BAD unknown command\r\n")
        else:
            self._say(tag + b" " + (answer(arguments) or b"OK done") + b"\r\n")

    def do_capability(self, _: bytes) -> None:
        self._say(b"* CAPABILITY IMAP4rev1" + (b"" if self.stub.plain_login else b" AUTH=PLAIN") + b"\r\n")

    def do_authenticate(self, _: bytes) -> bytes:
        import base64

        self._say(b"+ \r\n")
        told = base64.b64decode(self.rfile.readline())
        return self._let_in(told.rpartition(b"\0")[2].decode())

    def do_login(self, arguments: bytes) -> bytes:
        return self._let_in(arguments.decode().rpartition(" ")[2].strip('"'))

    def _let_in(self, password: str) -> bytes:
        self.stub.logins += 1
        return (
            b"OK in" if password == PASSWORD else b"NO [AUTHENTICATIONFAILED] not with " + password.encode()
        )

    def do_list(self, _: bytes) -> None:
        for name in self.stub.folders:
            self._say(f'* LIST (\\HasNoChildren) "/" "{name}"\r\n'.encode())

    def do_examine(self, arguments: bytes) -> bytes:
        self.chosen = self.stub.folders.get(arguments.decode().strip('"'))
        if self.chosen is None:
            return b"NO no such folder"
        count = len(self.chosen.messages) + (500 if self.stub.fault == "count" else 0)
        self._say(f"* FLAGS (\\Seen)\r\n* {count} EXISTS\r\n* 0 RECENT\r\n".encode())
        self._say(
            f"* OK [UIDVALIDITY {self.chosen.validity}] ok\r\n* OK [UIDNEXT {self.chosen.next}] ok\r\n".encode()
        )
        return b"OK [READ-ONLY] done"

    def do_fetch(self, arguments: bytes) -> bytes | None:
        assert self.chosen is not None
        numbers, _, wanted = arguments.decode().partition(" ")
        chosen = [(n, one) for n, one in enumerate(self.chosen.messages, 1) if _among(n, numbers)]
        if "HEADER.FIELDS" in wanted:
            for number, one in chosen:
                head = _head(one.raw)
                said = f"* {number} FETCH (UID {one.uid} BODY[HEADER.FIELDS (X)] {{{len(head)}}}\r\n"
                self._say(said.encode() + head + b")\r\n")
            return None
        found = re.search(r"BODY\.PEEK\[\]<0\.(\d+)>", wanted)
        if not found:
            for number, one in chosen:
                uid = 1 if self.stub.fault == "falling" else one.uid
                at = one.at.strftime("%d-%b-%Y %H:%M:%S %z")
                self._say(
                    f'* {number} FETCH (UID {uid} INTERNALDATE "{at}" RFC822.SIZE {len(one.raw)})\r\n'.encode()
                )
            return None
        self.stub.texts += 1
        if self.stub.fault and self.stub.texts >= self.stub.fault_at:
            self._fail()
        for number, one in chosen:
            raw = one.raw[: int(found[1])]
            self._say(
                f"* {number} FETCH (UID {one.uid} BODY[]<0> {{{len(raw)}}}\r\n".encode() + raw + b")\r\n"
            )
        return None

    def _fail(self) -> None:
        fault = self.stub.fault
        if fault == "silence":
            time.sleep(30)
        elif fault == "drip":
            for _ in range(600):
                self._say(b"*")
                time.sleep(0.1)
        elif fault == "garbage":
            self._say(bytes(range(256)) * 20 + b"\r\n")
        elif fault == "huge_literal":
            self._say(b"* 1 FETCH (UID 1 BODY[]<0> {4000000000}\r\n")
        elif fault == "endless_line":
            while True:
                self._say(b"x" * 65_536)
        elif fault == "endless_answers":
            while True:
                self._say(b"* 1 FETCH (FLAGS (\\Seen))\r\n" * 2_000)
        elif fault == "disconnect":
            self.connection.close()
            raise ConnectionResetError

    def do_noop(self, _: bytes) -> None:
        return None

    def do_logout(self, _: bytes) -> None:
        self._say(b"* BYE\r\n")


def _head(raw: bytes) -> bytes:
    """The lines of a head that were asked for, as they stand, with their folds."""
    head = raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0] + b"\n"
    names = rb"(?im)^(?:message-id|date|from|subject):.*\n(?:[ \t].*\n)*"
    return b"".join(re.findall(names, head)).replace(b"\n", b"\r\n") + b"\r\n"


def _among(number: int, numbers: str) -> bool:
    spans = (part.partition(":") for part in numbers.split(","))
    return any(int(first) <= number <= int(last or first) for first, _, last in spans)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True

    def __init__(self, stub: ImapStub, tls: ssl.SSLContext | None) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.stub = stub
        self._tls = tls

    def get_request(self) -> Any:
        connection, address = super().get_request()
        return (self._tls.wrap_socket(connection, server_side=True) if self._tls else connection), address

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away."""


@contextmanager
def imap_stub(*, tls: ssl.SSLContext | None = None, **state: Any) -> Iterator[ImapStub]:
    """A server that runs until the end of the block."""
    stub = ImapStub(**state)
    with _Server(stub, tls) as server:
        stub.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield stub
        finally:
            server.shutdown()
            thread.join(10)
