"""The client of every API (providers, tools, webhooks out): httpx, with retries by tenacity.

    with ApiClient("https://api.provider.example/v2", settings, ApiKey(secret)) as api:
        answer = api.get("/email-finder", {"domain": "company.example"})

What does not come out well is an `ApiFailure`, which says whether the call may have taken effect all the same.
The key is added below the client, on the wire, so that no log line and no error can hold it.
"""

from __future__ import annotations

import json
import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpcore
import httpx
from tenacity import Retrying, retry_if_exception, stop_after_attempt, stop_before_delay

from prospector.core.errors import CredentialError, SourceUnreadable, UsageError
from prospector.fetch.addresses import RefusedUrl, check_url
from prospector.fetch.answers import plain_headers, retry_after, worth_repeating
from prospector.fetch.body import ACCEPTED_ENCODINGS, UnreadableBody, decode_body
from prospector.fetch.pace import Pace
from prospector.fetch.places import checked_addresses, trust
from prospector.fetch.resolver import NameNotFound, PrivateAddress

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from types import TracebackType
    from typing import Self

    from tenacity import RetryCallState

    from prospector.fetch.settings import HttpSettings

LONGEST_WAIT = 60.0
"""Seconds. An API that asks for more patience is left alone, and the failure says for how long."""
_RETRY_TIME = 120.0
"""No attempt starts later than this many seconds after the first."""
_DEADLINE = 3
"""One attempt lasts at most this many timeouts, however slowly the bytes drip."""
_MAY_PASS = frozenset({"refused", "reset", "timeout"})
_KEY_REFUSED = frozenset({401, 403})
_DETAIL = 200


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A secret, and where it goes: into a header (`Authorization: Bearer ...` as it stands), or a query parameter."""

    secret: str = field(repr=False)
    header: str = "authorization"
    prefix: str = "Bearer "
    parameter: str | None = None

    def added_to(self, request: httpx.Request) -> httpx.Request:
        """The request as it is sent."""
        url, headers = request.url, request.headers.copy()
        if self.parameter is None:
            headers[self.header] = self.prefix + self.secret
        else:
            url = url.copy_add_param(self.parameter, self.secret)
        stream, extensions = request.stream, request.extensions
        return httpx.Request(request.method, url, headers=headers, stream=stream, extensions=extensions)


@dataclass(frozen=True, slots=True)
class ApiAnswer:
    """What an API answered with success. `requests` were sent for it."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    requests: int = 1

    def json(self) -> Any:
        """The body, read as JSON; `ApiFailure` if it is none."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise ApiFailure("not_json", self.status) from error


class ApiFailure(SourceUnreadable):
    """A call without success. `reason` is a short stable code (`http_500`, `timeout`, `too_large`...).

    `is_ambiguous`: the call may have taken effect all the same. `retry_after`: seconds that the API asks for.
    """

    def __init__(
        self,
        reason: str,
        status: int | None = None,
        *,
        detail: str = "",
        is_ambiguous: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.status = status
        self.detail = detail
        self.is_ambiguous = is_ambiguous
        self.retry_after = retry_after
        self.requests = 1


class ApiClient:
    """Calls one API. A context manager; not for several threads at once.

    `settings.retry_wait` 0 turns all waiting off, what the API asks for included.
    """

    def __init__(
        self, base_url: str, settings: HttpSettings, key: ApiKey | None = None, pace: Pace | None = None
    ) -> None:
        try:
            target = check_url(base_url, allow_private=settings.allow_private)
        except RefusedUrl as refusal:
            hint = "a private address needs `http: {allow_private: true}`"
            raise UsageError(f"base_url {base_url[:200]}: {refusal.reason}", hint=hint) from refusal
        self._settings = settings
        self._key = key
        self._pace = pace or Pace()
        self._base = target.url.rstrip("/")
        self._random = random.Random(0)
        self._client = httpx.Client(
            transport=_Wire(settings, target.scheme, key),
            timeout=settings.timeout,
            trust_env=False,
            follow_redirects=False,
            headers={"user-agent": settings.user_agent, "accept-encoding": ACCEPTED_ENCODINGS},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def get(self, path: str, params: Mapping[str, str | int] | None = None) -> ApiAnswer:
        """Ask for something, again where that helps."""
        return self.request("GET", path, params=params, is_repeatable=True)

    def post(self, path: str, body: object, *, is_repeatable: bool = False) -> ApiAnswer:
        """Send JSON. Unless it is repeatable, it is sent again only if it cannot have been taken."""
        return self.request("POST", path, body=body, is_repeatable=is_repeatable)

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        body: object = None,
        is_repeatable: bool = False,
    ) -> ApiAnswer:
        """Call a path below `base_url`. `ApiFailure`, or `CredentialError` where the key is refused."""
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        request = self._client.build_request(
            method,
            self._base + _below(path),
            params=dict(params) if params else None,
            content=content,
            headers={"content-type": "application/json"} if content is not None else None,
        )
        sent = 0

        def attempt() -> ApiAnswer:
            nonlocal sent
            sent += 1
            return self._attempt(request, sent)

        patience = Retrying(
            retry=retry_if_exception(lambda error: _may_pass(error, is_repeatable=is_repeatable)),
            stop=stop_after_attempt(self._settings.attempts) | stop_before_delay(_RETRY_TIME),
            wait=self._wait,
            sleep=self._pace.clock.sleep if self._settings.retry_wait else _no_wait,
            reraise=True,
        )
        return patience(attempt)

    def _attempt(self, request: httpx.Request, sent: int) -> ApiAnswer:
        self._pace.wait()  # repeated attempts count, too
        try:
            status, headers, body = self._exchange(request)
        except (httpx.HTTPError, OSError) as error:
            # Without its cause, whose text is not ours to vouch for.
            failure = _failure_of(error)
        except UnreadableBody as error:
            failure = ApiFailure(error.reason, is_ambiguous=True)
        else:
            if 200 <= status < 300:
                return ApiAnswer(status, headers, body, sent)
            if status in _KEY_REFUSED:
                raise CredentialError(f"the key is refused (http_{status}): {self._detail(body)}")
            failure = self._refusal(status, headers, body)
        failure.requests = sent
        raise failure from None

    def _exchange(self, request: httpx.Request) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers and the whole body, which is within the limit."""
        limit, ends = self._settings.max_bytes, time.monotonic() + _DEADLINE * self._settings.timeout
        raw = bytearray()
        answer = self._client.send(request, stream=True)
        try:
            headers, _ = plain_headers(answer.headers.raw)
            for chunk in answer.iter_raw():
                raw += chunk
                if len(raw) > limit:
                    raise UnreadableBody("too_large")
                if time.monotonic() > ends:
                    raise httpx.ReadTimeout("too slow")
        finally:
            answer.close()
        read = decode_body(bytes(raw), 200, headers.get("content-encoding", ""), limit)
        if read.truncated:
            raise UnreadableBody("too_large")
        return answer.status_code, headers, read.content

    def _refusal(self, status: int, headers: Mapping[str, str], body: bytes) -> ApiFailure:
        wish = retry_after(headers)
        return ApiFailure(
            f"http_{status}",
            status,
            detail=self._detail(body),
            is_ambiguous=status >= 500 and wish is None,
            retry_after=wish,
        )

    def _detail(self, body: bytes) -> str:
        """The beginning of what the API says, on one line, without the key that it may repeat."""
        text = body[: 10 * _DETAIL].decode("utf-8", "replace")
        if self._key is not None and self._key.secret:
            text = text.replace(self._key.secret, "***")
        return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:_DETAIL]

    def _wait(self, state: RetryCallState) -> float:
        """Seconds until the next attempt: what the API asks for, or twice as long each time, with jitter."""
        error = state.outcome.exception() if state.outcome else None
        wish = (error.retry_after or 0.0) if isinstance(error, ApiFailure) else 0.0
        doubled = self._settings.retry_wait * (1 << (state.attempt_number - 1))
        return max(wish, doubled * (0.5 + self._random.random()))


class _Wire(httpx.BaseTransport):
    """Adds the key, and connects only where that is allowed."""

    def __init__(self, settings: HttpSettings, scheme: str, key: ApiKey | None) -> None:
        self._key = key
        trusted = trust(settings.ca_file)
        self._inner = httpx.HTTPTransport(verify=trusted, trust_env=False)
        # httpx has no other way to be told where it connects.
        self._inner._pool = httpcore.ConnectionPool(
            ssl_context=trusted, network_backend=_Places(settings, scheme)
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send it."""
        return self._inner.handle_request(request if self._key is None else self._key.added_to(request))

    def close(self) -> None:
        """Close all connections."""
        self._inner.close()


class _Places(httpcore.SyncBackend):
    """Where connections go: to checked addresses, or to the one place that all of this scheme are sent to."""

    def __init__(self, settings: HttpSettings, scheme: str) -> None:
        self._settings = settings
        self._route = settings.route(scheme)
        self._is_closed = settings.closed(scheme)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address that takes it."""
        if self._is_closed:
            raise httpcore.ConnectError("no way for this scheme")
        if self._route is not None:
            return super().connect_tcp(*self._route, timeout, local_address, socket_options)
        *others, last = checked_addresses(host, self._settings)
        for address in others:
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue
        return super().connect_tcp(last, port, timeout, local_address, socket_options)


def _below(path: str) -> str:
    """A path below the base: the key goes nowhere else."""
    if "://" in path or path.startswith("//"):
        raise ValueError(f"not a path: {path[:200]}")
    return path if path.startswith("/") or not path else f"/{path}"


def _failure_of(error: httpx.HTTPError | OSError) -> ApiFailure:
    """What went wrong before an answer was whole. Behind the connection, the call may have taken effect."""
    if isinstance(error, PrivateAddress):
        return ApiFailure("private_address")
    if isinstance(error, NameNotFound):
        return ApiFailure("dns")
    if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
        return ApiFailure("timeout")
    if isinstance(error, httpx.ConnectError):
        return ApiFailure("tls" if "SSL" in str(error) or "certificate" in str(error) else "refused")
    reason = "timeout" if isinstance(error, httpx.TimeoutException) else "reset"
    return ApiFailure(reason, is_ambiguous=True)


def _may_pass(error: BaseException, *, is_repeatable: bool) -> bool:
    """Whether a failure may be gone at the next attempt, and the call may be made again."""
    if not isinstance(error, ApiFailure) or (error.is_ambiguous and not is_repeatable):
        return False
    if (error.retry_after or 0.0) > LONGEST_WAIT:
        return False
    return error.reason in _MAY_PASS or (error.status is not None and worth_repeating(error.status))


def _no_wait(seconds: float) -> None:
    """Waiting is turned off."""
