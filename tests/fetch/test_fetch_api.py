"""The client of APIs against a real server on loopback, in good days and bad ones."""

from __future__ import annotations

import gzip
import json
import logging
import socket
import ssl
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import dns.message
import dns.rdatatype
import dns.rrset
import pytest

from prospector.core.errors import CredentialError, FileError, UsageError
from prospector.fetch import HttpSettings
from prospector.fetch.api import LONGEST_WAIT, ApiClient, ApiFailure, ApiKey

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import trustme

SECRET = "s3cret-key"
SETTINGS = HttpSettings(timeout=2.0, retry_wait=0, allow_private=True)
RESET = b"reset"
SILENCE = b"silence"


def said(body: object = None, status: int = 200, **headers: str) -> bytes:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    fields = {"Content-Length": str(len(content)), **{n.replace("_", "-"): v for n, v in headers.items()}}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} Word\r\n{lines}\r\n".encode() + content


@dataclass
class Api:
    """A server that gives its answers in order, the last one again and again."""

    answers: list[bytes]
    tls: ssl.SSLContext | None = None
    seen: list[str] = field(default_factory=list)
    port: int = 0

    def serve(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(connection,), daemon=True).start()

    def _talk(self, connection: socket.socket) -> None:
        try:
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
            with connection:
                while request := self._request(connection):
                    self.seen.append(request)
                    answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
                    if answer == RESET:
                        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                        return
                    if answer == SILENCE:
                        time.sleep(5)
                        return
                    connection.sendall(answer)
        except OSError:
            return

    def _request(self, connection: socket.socket) -> str:
        text = b""
        while b"\r\n\r\n" not in text:
            if not (more := connection.recv(65_536)):
                return ""
            text += more
        head, _, body = text.partition(b"\r\n\r\n")
        size = next(
            (int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")),
            0,
        )
        while len(body) < size:
            body += connection.recv(65_536)
        return (head + b"\r\n\r\n" + body).decode()


@contextmanager
def serving(*answers: bytes, tls: ssl.SSLContext | None = None) -> Iterator[Api]:
    api = Api(list(answers), tls)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        api.port = listener.getsockname()[1]
        threading.Thread(target=api.serve, args=(listener,), daemon=True).start()
        yield api
        listener.shutdown(socket.SHUT_RDWR)


def client(
    api: Api, settings: HttpSettings = SETTINGS, key: ApiKey | None = None, path: str = "/v2"
) -> ApiClient:
    return ApiClient(f"http://127.0.0.1:{api.port}{path}", settings, key)


def failure(call: Callable[[], object]) -> ApiFailure:
    with pytest.raises(ApiFailure) as caught:
        call()
    return caught.value


def test_a_call_goes_below_the_base_with_the_key_and_comes_back_as_json() -> None:
    with serving(said({"email": "ana@acme.example"})) as api, client(api, key=ApiKey(SECRET)) as asked:
        answer = asked.get("/email-finder", {"domain": "acme.example"})
        assert answer.json() == {"email": "ana@acme.example"}
        assert (answer.status, answer.requests) == (200, 1)
    (request,) = api.seen
    assert request.startswith("GET /v2/email-finder?domain=acme.example HTTP/1.1\r\n")
    assert f"authorization: bearer {SECRET}" in request.lower()
    assert "user-agent: prospector/" in request.lower()


def test_a_key_may_be_a_parameter() -> None:
    with serving(said([])) as api, client(api, key=ApiKey(SECRET, parameter="api_key")) as asked:
        asked.get("/x", {"a": 1})
    assert api.seen[0].startswith(f"GET /v2/x?a=1&api_key={SECRET} ")


@pytest.mark.parametrize("trouble", [RESET, said(status=500), said(status=503), said(status=429)])
def test_what_may_pass_is_asked_again(trouble: bytes) -> None:
    with serving(trouble, trouble, said([1])) as api, client(api) as asked:
        answer = asked.get("/x")
    assert (answer.json(), answer.requests, len(api.seen)) == ([1], 3, 3)


def test_it_is_asked_no_more_often_than_set() -> None:
    with serving(said({"error": "down"}, 500)) as api, client(api) as asked:
        found = failure(lambda: asked.get("/x"))
    assert (found.reason, found.status, found.requests, len(api.seen)) == ("http_500", 500, 3, 3)
    assert '"error": "down"' in found.what


@pytest.mark.parametrize("status", [301, 400, 402, 404, 422])
def test_what_will_not_pass_is_asked_once(status: int) -> None:
    with serving(said([], status, Location="http://10.0.0.1/")) as api, client(api) as asked:
        found = failure(lambda: asked.get("/x"))
    assert (found.reason, found.status, found.is_ambiguous) == (f"http_{status}", status, False)
    assert len(api.seen) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_is_told_as_such(status: int) -> None:
    with serving(said("no", status)) as api, client(api, key=ApiKey(SECRET)) as asked:
        with pytest.raises(CredentialError, match=f"refused .http_{status}"):
            asked.get("/x")
        assert len(api.seen) == 1


@pytest.mark.parametrize("trouble", [RESET, SILENCE, said(status=500)])
def test_what_may_have_been_taken_is_not_sent_twice(trouble: bytes) -> None:
    quick = replace(SETTINGS, timeout=0.3)
    with serving(trouble) as api, client(api, quick) as asked:
        found = failure(lambda: asked.post("/leads", [{"email": "ana@acme.example"}]))
    assert found.is_ambiguous
    assert len(api.seen) == 1
    assert api.seen[0].endswith('[{"email": "ana@acme.example"}]')


def test_what_was_not_taken_is_sent_again() -> None:
    with serving(said(status=429), said("ok")) as api, client(api) as asked:
        assert asked.post("/leads", []).json() == "ok"
    assert len(api.seen) == 2


def test_a_search_may_be_posted_again() -> None:
    with serving(said(status=500), said("ok")) as api, client(api) as asked:
        assert asked.post("/search", {}, is_repeatable=True).json() == "ok"


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "1"},
        {"Date": "Mon, 30 Nov 2026 10:00:00 GMT", "Retry-After": "Mon, 30 Nov 2026 10:00:01 GMT"},
    ],
    ids=["seconds", "date"],
)
def test_it_waits_as_long_as_the_api_asks(headers: dict[str, str]) -> None:
    waiting = replace(SETTINGS, retry_wait=0.01)
    with serving(said([], 429, **headers), said([])) as api, client(api, waiting) as asked:
        started = time.monotonic()
        asked.get("/x")
        assert time.monotonic() - started >= 1
    assert len(api.seen) == 2


def test_waiting_can_be_turned_off() -> None:
    with serving(said([], 429, Retry_After="30"), said([])) as api, client(api) as asked:
        started = time.monotonic()
        asked.get("/x")
        assert time.monotonic() - started < 15
    assert len(api.seen) == 2


def test_an_api_that_asks_for_too_much_patience_is_left_alone() -> None:
    wish = int(LONGEST_WAIT) + 1
    with serving(said([], 429, Retry_After=str(wish))) as api, client(api) as asked:
        found = failure(lambda: asked.get("/x"))
    assert (found.reason, found.retry_after, len(api.seen)) == ("http_429", wish, 1)


def test_silence_ends_at_the_timeout() -> None:
    quick = replace(SETTINGS, timeout=0.3, attempts=1)
    with serving(SILENCE) as api, client(api, quick) as asked:
        found = failure(lambda: asked.get("/x"))
    assert (found.reason, found.is_ambiguous, len(api.seen)) == ("timeout", True, 1)


@pytest.mark.parametrize(
    "answer",
    [
        said(b"[" + b"1," * 5_000),
        said(gzip.compress(b"0" * 9_000_000), Content_Encoding="gzip"),
        said(b"x" * 2_000, 500),
    ],
    ids=["plain", "bomb", "error"],
)
def test_no_more_is_read_than_the_limit(answer: bytes) -> None:
    small = replace(SETTINGS, max_bytes=1_000, attempts=1)
    with serving(answer) as api, client(api, small) as asked:
        assert failure(lambda: asked.get("/x")).reason == "too_large"


def test_what_is_packed_is_unpacked() -> None:
    with serving(said(gzip.compress(b"[7]"), Content_Encoding="gzip")) as api, client(api) as asked:
        assert asked.get("/x").json() == [7]


def test_what_is_no_json_is_a_failure() -> None:
    with serving(said(b"<html>")) as api, client(api) as asked:
        assert failure(lambda: asked.get("/x").json()).reason == "not_json"


def test_nobody_at_the_door_is_refused_and_nothing_was_taken() -> None:
    with serving(said([])) as api:
        pass
    with client(api) as asked:
        found = failure(lambda: asked.post("/x", []))
    assert (found.reason, found.is_ambiguous) == ("refused", False)


@pytest.mark.parametrize(
    "base", ["http://127.0.0.1:9", "http://10.0.0.1/", "ftp://x.example", "http://a:b@x.example"]
)
def test_a_base_that_must_not_be_asked_is_a_usage_error(base: str) -> None:
    with pytest.raises(UsageError, match="base_url"):
        ApiClient(base, replace(SETTINGS, allow_private=False))


@contextmanager
def naming(address: str) -> Iterator[tuple[str, int]]:
    """A name server to which every name has this one address."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
        door.bind(("127.0.0.1", 0))
        door.settimeout(5)

        def answer() -> None:
            with suppress(OSError):
                while True:
                    question, place = door.recvfrom(4_096)
                    asked = dns.message.from_wire(question)
                    reply = dns.message.make_response(asked)
                    if asked.question[0].rdtype == dns.rdatatype.A:
                        reply.answer.append(
                            dns.rrset.from_text(asked.question[0].name, 60, "IN", "A", address)
                        )
                    door.sendto(reply.to_wire(), place)

        threading.Thread(target=answer, daemon=True).start()
        yield door.getsockname()


def test_a_name_that_leads_to_a_private_address_is_refused_when_connecting() -> None:
    with serving(said(["open"])) as api, naming("127.0.0.1") as nameserver:
        named = replace(SETTINGS, nameservers=(nameserver,))
        with ApiClient(f"http://api.provider.example:{api.port}", named) as asked:
            assert asked.get("/x").json() == ["open"]
        with ApiClient("http://api.provider.example", replace(named, allow_private=False)) as asked:
            found = failure(lambda: asked.get("/x"))
    assert (found.reason, found.is_ambiguous, len(api.seen)) == ("private_address", False, 1)


def test_the_key_goes_nowhere_but_below_the_base() -> None:
    with serving(said([])) as api, client(api, key=ApiKey(SECRET)) as asked:
        for path in ("http://other.example/x", "//other.example/x"):
            with pytest.raises(ValueError, match="not a path"):
                asked.get(path)
    assert api.seen == []


@pytest.mark.parametrize(
    "key", [ApiKey(SECRET), ApiKey(SECRET, parameter="api_key")], ids=["header", "parameter"]
)
def test_no_log_line_and_no_error_holds_the_key(key: ApiKey, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    answers = (said(f"bad key {SECRET}", 401), RESET, said({"you sent": SECRET}, 422))
    with serving(*answers) as api, client(api, replace(SETTINGS, attempts=1), key) as asked:
        texts = []
        for _ in answers:
            with pytest.raises((ApiFailure, CredentialError)) as caught:
                asked.get("/x")
            texts += [str(caught.value), repr(caught.value), caught.value.message]
    assert len(api.seen) == 3
    assert all(SECRET in request for request in api.seen)
    assert SECRET not in "".join([*texts, caplog.text, repr(key)])


def test_connections_go_where_they_are_sent_and_the_name_stays(
    authority: tuple[trustme.CA, Path], ca_file: Path
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority[0].issue_cert("api.provider.example").configure_cert(context)
    with serving(said(["sent"]), tls=context) as api:
        routed = replace(
            SETTINGS, allow_private=False, connect_https=("127.0.0.1", api.port), ca_file=ca_file
        )
        with ApiClient("https://api.provider.example/", routed) as asked:
            assert asked.get("/x").json() == ["sent"]
        with ApiClient("https://other.example/", routed) as asked:
            assert failure(lambda: asked.get("/x")).reason == "tls"
        with ApiClient("http://api.provider.example/", routed) as asked:
            assert failure(lambda: asked.get("/x")).reason == "refused"
        with ApiClient("https://api.provider.example/", replace(routed, ca_file=None)) as asked:
            assert failure(lambda: asked.get("/x")).reason == "tls"
    assert "host: api.provider.example\r\n" in api.seen[0].lower()


def test_an_authority_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no certificates"):
        ApiClient("https://api.provider.example/", replace(SETTINGS, ca_file=tmp_path / "none.pem"))
