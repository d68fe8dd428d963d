"""A small name server on loopback with records of any type."""

from __future__ import annotations

import socket
import threading
from collections import Counter
from typing import TYPE_CHECKING, Self

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

if TYPE_CHECKING:
    from collections.abc import Mapping


class NameServer:
    """Answers by UDP from {(name with a dot at the end, type): records}; names it lacks do not exist.

    With `silent` it takes questions and says nothing.
    """

    def __init__(self, records: Mapping[tuple[str, str], list[str]], *, silent: bool = False) -> None:
        self.records = records
        self.silent = silent
        self.asked: Counter[tuple[str, str]] = Counter()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port for `dns.nameservers`."""
        host, port = self._socket.getsockname()
        return host, port

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join(10)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            data, client = self._socket.recvfrom(4096)
            if not data:
                return
            query = dns.message.from_wire(data)
            question = query.question[0]
            name, kind = str(question.name).lower(), dns.rdatatype.to_text(question.rdtype)
            self.asked[name, kind] += 1
            if not self.silent:
                self._socket.sendto(self._response(query, name, kind).to_wire(), client)

    def _response(self, query: dns.message.Message, name: str, kind: str) -> dns.message.Message:
        response = dns.message.make_response(query)
        response.flags |= dns.flags.RA
        if (name, kind) in self.records:
            found = self.records[name, kind]
            response.answer.append(dns.rrset.from_text(query.question[0].name, 60, "IN", kind, *found))
        elif all(known != name for known, _ in self.records):
            response.set_rcode(dns.rcode.NXDOMAIN)
        return response
