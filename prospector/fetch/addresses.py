"""Which URLs and which addresses may be asked at all.

A row of an imported file can hold any URL, and a site can redirect anywhere. So every URL is taken apart
here, by one strict reading, and put together again from the checked parts: no later library reads a host
that was not checked. Numbers in a host are read as loosely as the C library would, so that `0x7f.1` is
seen for what it is.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from urllib.parse import unquote, urljoin

import httpx

DEFAULT_PORTS = {"http": 80, "https": 443}
_PUBLIC_PORTS = frozenset({80, 443, 8080, 8443})
_MAX_URL = 4096

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):(?://)?(.*)", re.DOTALL)
_AUTHORITY = re.compile(r"([^/?#]*)([^#]*)", re.DOTALL)
_PORT = re.compile(r"(.*?)(?::([0-9]{0,5}))?", re.DOTALL)
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_\-]{0,61}[a-z0-9_])?")
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]{0,16}|[0-9]{1,32}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

_CLOSED_V4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_GLOBAL_V6 = IPv6Network("2000::/3")
_CLOSED_V6 = tuple(IPv6Network(block) for block in ("2001::/23", "2001:db8::/32", "3fff::/20"))
_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_SIX_TO_FOUR = IPv6Network("2002::/16")


class RefusedUrl(ValueError):
    """A URL that is not asked. `reason` is a short stable code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Target:
    """A checked URL: `url` is its one spelling, `host` a plain ASCII name or an address without brackets."""

    url: str
    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port: what robots.txt and credentials belong to."""
        return self.scheme, self.host, self.port

    @property
    def door(self) -> tuple[str, int]:
        """Scheme and port: what is open or closed at a host."""
        return self.scheme, self.port

    def at(self, path: str) -> Target:
        """Another path (with its slash) at the same origin."""
        return Target(_url(self.scheme, self.host, self.port) + path, self.scheme, self.host, self.port, path)

    def over(self, scheme: str) -> Target:
        """The same page by the other scheme, at that scheme's usual port."""
        port = DEFAULT_PORTS[scheme]
        return Target(_url(scheme, self.host, port) + self.path, scheme, self.host, port, self.path)


def check_url(url: str, *, allow_private: bool = False) -> Target:
    """Read a URL strictly; `RefusedUrl` says why it is not asked.

    Reasons: `bad_url`, `unsupported_scheme`, `credentials`, `private_address`, `port`.
    """
    url = url.strip()
    if len(url) > _MAX_URL or _CONTROL.search(url):
        raise RefusedUrl("bad_url")
    parts = _URL.fullmatch(url)
    if not parts:
        raise RefusedUrl("bad_url")
    scheme = parts[1].lower()
    if scheme not in DEFAULT_PORTS:
        raise RefusedUrl("unsupported_scheme")
    if not url[len(scheme) :].startswith("://"):
        raise RefusedUrl("bad_url")
    authority = _AUTHORITY.match(parts[2])
    assert authority is not None
    host, port = _host_and_port(authority[1], scheme)
    _check_place(host, port, allow_private=allow_private)
    path = _path(authority[2])
    return Target(_url(scheme, host, port) + path, scheme, host, port, path)


def join_url(base: str, reference: str) -> str:
    """The absolute URL that a reference (a Location header, a link) means; `RefusedUrl` if it means none."""
    try:
        return urljoin(base, reference.strip())
    except ValueError as error:
        raise RefusedUrl("bad_url") from error


def is_public(address: str) -> bool:
    """Whether an address in canonical form belongs to the open internet, tunnelled forms included."""
    if ":" not in address:
        return _is_public_v4(IPv4Address(address))
    six = IPv6Address(address.partition("%")[0])
    if six in _MAPPED or six in _NAT64:
        return _is_public_v4(IPv4Address(int(six) & 0xFFFFFFFF))
    if six in _SIX_TO_FOUR:
        return _is_public_v4(IPv4Address(int(six) >> 80 & 0xFFFFFFFF))
    return six in _GLOBAL_V6 and not any(six in block for block in _CLOSED_V6)


def _is_public_v4(address: IPv4Address) -> bool:
    return not any(address in block for block in _CLOSED_V4)


def _host_and_port(authority: str, scheme: str) -> tuple[str, int]:
    if "@" in authority:
        raise RefusedUrl("credentials")
    bracket = authority.rfind("]")
    split = _PORT.fullmatch(authority, max(bracket, 0))
    if not split:
        raise RefusedUrl("bad_url")
    host = authority[: max(bracket, 0)] + split[1]
    port = int(split[2]) if split[2] else DEFAULT_PORTS[scheme]
    if not 0 < port < 65536:
        raise RefusedUrl("bad_url")
    return _host(host), port


def _host(written: str) -> str:
    """The host's one spelling: an address in canonical form, or a lower-case ASCII name."""
    if written.startswith("["):
        return _bracketed(written)
    plain = unicodedata.normalize("NFKC", _unquoted(written)).replace("\u3002", ".").lower()
    name = plain.rstrip(".") if plain.isascii() else _ascii_name(plain.rstrip("."))
    labels = name.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return _loose_v4(labels)
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise RefusedUrl("bad_url")
    return name


def _unquoted(written: str) -> str:
    try:
        return unquote(written, errors="strict") if "%" in written else written
    except UnicodeError as error:
        raise RefusedUrl("bad_url") from error


def _ascii_name(name: str) -> str:
    try:
        return httpx.URL(scheme="https", host=name).raw_host.decode("ascii")
    except (httpx.InvalidURL, UnicodeError) as error:
        raise RefusedUrl("bad_url") from error


def _bracketed(written: str) -> str:
    try:
        if not written.endswith("]"):
            raise ValueError(written)
        six = IPv6Address(written[1:-1])
    except ValueError as error:
        raise RefusedUrl("bad_url") from error
    if six.scope_id is not None:
        raise RefusedUrl("private_address")
    return str(six)


def _loose_v4(labels: list[str]) -> str:
    """An IPv4 address as the C library reads it: one to four decimal, octal or hexadecimal numbers."""
    if len(labels) > 4:
        raise RefusedUrl("bad_url")
    *leading, last = [_number(label) for label in labels]
    if any(number > 255 for number in leading) or last >= 256 ** (4 - len(leading)):
        raise RefusedUrl("bad_url")
    value = last + sum(number << 8 * (3 - index) for index, number in enumerate(leading))
    return str(IPv4Address(value))


def _number(label: str) -> int:
    if not _NUMBER.fullmatch(label):
        raise RefusedUrl("bad_url")
    try:
        if label[:2].lower() == "0x":
            return int(label[2:] or "0", 16)
        return int(label, 8 if label.startswith("0") else 10)
    except ValueError as error:
        raise RefusedUrl("bad_url") from error


def _check_place(host: str, port: int, *, allow_private: bool) -> None:
    if allow_private:
        return
    if host == "localhost" or host.endswith((".localhost", ".localdomain")):
        raise RefusedUrl("private_address")
    if (":" in host or host.replace(".", "").isdigit()) and not is_public(host):
        raise RefusedUrl("private_address")
    if port not in _PUBLIC_PORTS:
        raise RefusedUrl("port")


def _path(written: str) -> str:
    """Path and query with everything percent-encoded that a request line cannot carry."""
    path = written if written.startswith("/") else "/" + written
    if path.isascii() and " " not in path:
        return path
    try:
        return httpx.URL("http://host" + path).raw_path.decode("ascii")
    except (httpx.InvalidURL, UnicodeError) as error:
        raise RefusedUrl("bad_url") from error


def _url(scheme: str, host: str, port: int) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}" if port == DEFAULT_PORTS[scheme] else f"{scheme}://{shown}:{port}"
