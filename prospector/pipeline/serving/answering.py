"""Which request is what, and what it gets. Nothing here knows sockets; what is stored is stored by the `Desk`.

A request is answered with success only after what it tells of is stored. Whose a token is shows in no answer.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple, Protocol

from prospector.core.errors import LockedError, ProspectorError, UsageError
from prospector.pipeline.serving import pages
from prospector.pipeline.serving.bodies import payload_of, values_of
from prospector.pipeline.tools.proofs import Delivery, by_secret
from prospector.pipeline.tools.registry import READERS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from prospector.pipeline.tools.reader import ToolReader

_NO_PAGE = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}
_RETRY = {"Retry-After": "30"}


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it came. Header names are in lower case."""

    method: str
    path: tuple[str, ...]
    """The parts between its slashes, decoded."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    raw: bytes = field(default=b"", repr=False)
    target: str = ""
    """The path as it stands in the request."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a request gets, and what the log says of it: never whose it was."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=lambda: _NO_PAGE)
    said: str = ""


class Taken(NamedTuple):
    """What became of events: how many are new, and how many were known."""

    new: int
    known: int


class Desk(Protocol):
    """Who stores what comes in. Every call comes back when it is stored."""

    def payload(self, tool: str, payload: object) -> Taken:
        """The events of a tool's payload."""

    def form(self, name: str, values: Mapping[str, str]) -> Taken:
        """What somebody filled in; `UsageError` where it names nobody."""

    def opt_out(self, token: str) -> Taken:
        """Whoever a token stands for gets no more mails; nothing for a token that is nobody's."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the receiver takes."""

    secrets: Mapping[str, str] = field(repr=False)
    """Of each tool, what proves that a request is from there."""
    forms: Mapping[str, str] = field(default_factory=dict)
    """Each form with the name of its trap: a field that people do not see. Blank where it has none."""
    url: str = ""
    """Where it is seen from outside."""


class Receiver:
    """Answers requests."""

    def __init__(self, known: Known, desk: Desk) -> None:
        self._known, self._desk = known, desk

    def answer(self, request: Request, now: datetime) -> Reply:
        """The answer to a request; whatever it holds, there is one."""
        try:
            return self._routed(request, now)
        except LockedError:
            return Reply(503, b"busy\n", {**_NO_PAGE, **_RETRY}, "the database is busy")
        except UsageError as error:
            return Reply(400, b"not understood\n", said=error.what)
        except ProspectorError as error:
            return Reply(503, b"not now\n", {**_NO_PAGE, **_RETRY}, error.what)

    def _routed(self, request: Request, now: datetime) -> Reply:
        match request.path:
            case ("health",):
                return Reply(200, b"ok\n")
            case ("hooks", tool, *rest) if tool in self._known.secrets and len(rest) < 2:
                return self._hook(tool, "".join(rest), request, now)
            case ("forms", name) if name in self._known.forms:
                return self._form(name, request)
            case ("u", token):
                return self._opt_out(token, request)
        return Reply(404, b"not found\n")

    def _hook(self, tool: str, given: str, request: Request, now: datetime) -> Reply:
        if request.method != "POST":
            return Reply(200, b"ok\n")  # some tools look whether the address is there before they use it
        reader: ToolReader = READERS[tool]
        delivery = Delivery(request.raw, request.headers, given, self._seen_at(request), now)
        proof = reader.proof or by_secret
        if not proof(delivery, self._known.secrets[tool]):
            return Reply(401, b"no proof\n", said="no proof, or a wrong one")
        payload = payload_of(request.raw, request.headers.get("content-type", ""))
        try:
            taken = self._desk.payload(tool, payload)
        except RecursionError:
            raise UsageError("nested too deep") from None
        body = json.dumps({"new": taken.new, "known": taken.known}).encode()
        return Reply(200, body, {**_NO_PAGE, "Content-Type": "application/json"}, _told(taken))

    def _seen_at(self, request: Request) -> str:
        return f"{self._known.url.rstrip('/')}{request.target}" if self._known.url else ""

    def _form(self, name: str, request: Request) -> Reply:
        if request.method != "POST":
            return Reply(405, b"post it\n", {**_NO_PAGE, "Allow": "POST"})
        values = values_of(request.raw, request.headers.get("content-type", ""))
        trap = self._known.forms[name]
        if trap and values.get(trap, "").strip():
            return Reply(200, pages.thanks(), pages.HEADERS, "filled in by a program: left out")
        try:
            taken = self._desk.form(name, values)
        except UsageError as error:
            return Reply(422, pages.sorry("Please give your e-mail address."), pages.HEADERS, error.what)
        return Reply(200, pages.thanks(), pages.HEADERS, _told(taken))

    def _opt_out(self, token: str, request: Request) -> Reply:
        """One click in a mail program is a POST (RFC 8058); a link that is followed changes nothing."""
        if request.method != "POST":
            return Reply(200, pages.ask(), pages.HEADERS)
        taken = self._desk.opt_out(token)
        return Reply(200, pages.done(), pages.HEADERS, _told(taken))


def _told(taken: Taken) -> str:
    return f"{taken.new} new, {taken.known} known"
