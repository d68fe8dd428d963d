"""Hosts and domains: from a URL, an e-mail or a dirty cell to the domain that a company registered."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urlsplit

from prospector.normalise.text import clean, data_lines

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}\.)+(?=[a-z0-9-]*[a-z]){_LABEL}")
_PLAIN_NAME = r"(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,24}"
_PLAIN = re.compile(rf"(https?://|[a-z0-9][a-z0-9._+-]*@)?({_PLAIN_NAME})(/[A-Za-z0-9/_.~-]*)?")
_PLAIN_URL = re.compile(rf"(https?://)?{_PLAIN_NAME}(/[A-Za-z0-9/_.~-]*)?")
_LONGEST_LABEL = 63
_TAGGED = re.compile(r"(?:^|\.)(..)--")
_SCHEME = re.compile(
    r"([a-z][a-z0-9+-]{0,20}):(?!\d{1,5}(?:$|[/?#]))/{0,4}|https?[:;]?/{1,4}|//", re.IGNORECASE
)
_READABLE_SCHEMES = frozenset(
    {"http", "https", "ftp", "mailto", "htp", "htttp", "ttps", "ttp", "hhtp", "hhtps"}
)
_AUTHORITY_END = re.compile(r"[/?#\\]")
_PORT = re.compile(r":\d{0,5}$")
_LONGEST_CELL = 2048
# Names that never resolve in public, so they can be no company's: RFC 2606 and 6761, and home networks.
_PRIVATE_ENDINGS = (
    ".local",
    ".localhost",
    ".localdomain",
    ".invalid",
    ".onion",
    ".internal",
    ".lan",
    ".arpa",
)

SAMPLE_ENDINGS = (".example", ".test")
"""RFC 2606."""


@cache
def _suffixes(*, registries_only: bool = False) -> PublicSuffixList:
    # Imported here because building the list takes some 50 ms, which most commands need not spend.
    from publicsuffixlist import PublicSuffixList  # noqa: PLC0415

    return PublicSuffixList(only_icann=registries_only)


class _Endings(NamedTuple):
    """What the last two labels of a host tell about where its registered domain begins."""

    crowded: frozenset[str]
    """The last two labels of all rules that have several; `*.ck` for a rule about all names below an end."""
    pairs: frozenset[str]
    """Suffixes of two labels with no rule below them (`co.uk`)."""
    registries: frozenset[str]
    """Those of them that a registry keeps, and no platform (`github.io`)."""


@cache
def _endings() -> _Endings:
    # Imported here for the same reason as above.
    from publicsuffixlist import PSLFILE  # noqa: PLC0415

    public, _, private = (
        Path(PSLFILE).read_text(encoding="utf-8").lower().partition("===begin private domains===")
    )
    kept, sold = _rules(public), _rules(private)
    crowded = [".".join(rule.lstrip("!").split(".")[-2:]) for rule in kept + sold]
    counts = Counter(crowded)
    pairs = frozenset(rule for rule in kept + sold if rule.count(".") == 1 and counts[rule] == 1)
    return _Endings(frozenset(crowded), pairs, pairs.intersection(kept))


def _rules(section: str) -> list[str]:
    """The rules of more than one label."""
    rules = (line.strip().split(" ", 1)[0] for line in section.splitlines())
    return [rule for rule in rules if "." in rule and not rule.startswith("//")]


def _registered(host: str) -> str | None:
    """The registered domain of a host name in its ASCII form."""
    labels = host.rsplit(".", 3)
    short = f"{labels[-2]}.{labels[-1]}"
    endings = _endings()
    if "xn--" not in short:
        if short not in endings.crowded and f"*.{labels[-1]}" not in endings.crowded:
            return short
        if short in endings.pairs:
            return f"{labels[-3]}.{short}" if len(labels) > 2 else None
    return _suffixes().privatesuffix(host)


def ascii_host(host: str) -> str | None:
    """A bare host name in lower case and in its ASCII form (IDNA 2008), or None if it is no public host name."""
    host = host.rstrip(".").lower()
    if not host.isascii():
        host = _to_ascii(host) or ""
    elif "--" in host and not _is_sound_punycode(host):
        return None
    if len(host) > 253 or not _HOST.fullmatch(host) or host.endswith(_PRIVATE_ENDINGS):
        return None
    return host


def _is_sound_punycode(host: str) -> bool:
    """False if a label has two hyphens in third place without being readable as an international name."""
    tags = set(_TAGGED.findall(host))
    return tags <= {"xn"} and (not tags or _to_ascii(host, decode=True) is not None)


def _to_ascii(host: str, *, decode: bool = False) -> str | None:
    # Imported here because the tables of the package are large and most hosts are ASCII.
    import idna  # noqa: PLC0415

    if len(host) > 253:
        return None
    try:
        readable = idna.decode(host) if decode else host
        return idna.encode(readable, uts46=True).decode("ascii").lower().rstrip(".")
    except (idna.IDNAError, UnicodeError):
        return None


@lru_cache(maxsize=4_096)
def host_of(text: str | None) -> str | None:
    """The host in a URL, an e-mail address or a dirty cell: lower case, ASCII. None for IP addresses and garbage."""
    if text and (plain := _plain_host(text)):
        return plain
    cell = clean(text)
    if not cell or len(cell) > _LONGEST_CELL:
        return None
    authority = _authority(re.split(r"[\s,]", cell.strip("<>\"'()[] "), maxsplit=1)[0])
    return ascii_host(authority) if authority else None


def _plain_host(text: str) -> str | None:
    """The host of a cell that needs no repair, as most do not; None says nothing."""
    match = _PLAIN.fullmatch(text)
    host = match[2] if match else None
    return host if host and len(host) <= _LONGEST_LABEL and not host.endswith(_PRIVATE_ENDINGS) else None


def _authority(word: str) -> str | None:
    """What stands between the scheme and the path, without user part and port."""
    if scheme := _SCHEME.match(word):
        if scheme[1] and scheme[1].lower() not in _READABLE_SCHEMES:
            return None
        word = word[scheme.end() :]
    authority = _AUTHORITY_END.split(word, maxsplit=1)[0].rpartition("@")[2]
    return _PORT.sub("", authority).rstrip(".,;:")


@lru_cache(maxsize=4_096)
def registrable_domain(text: str | None) -> str | None:
    """The domain that somebody registered (`www.acme.co.uk/x` -> `acme.co.uk`), or None.

    Domains of unknown endings (`.example`, `.test`) count as registered below one label. Bare public suffixes
    (`co.uk`), IP addresses and single labels are None.
    """
    host = host_of(text)
    return _registered(host) if host else None


@cache
def _shared_platforms() -> frozenset[str]:
    return frozenset(data_lines("shared_platforms.txt"))


@cache
def _selling_suffixes() -> frozenset[str]:
    return frozenset(data_lines("selling_suffixes.txt"))


@cache
def _free_mail_domains() -> frozenset[str]:
    return frozenset(data_lines("free_mail_domains.txt"))


def is_free_mail(domain: str | None) -> bool:
    """True if anybody can have an address at this domain, so that it names no company."""
    return domain is not None and domain.lower().rstrip(".") in _free_mail_domains()


@lru_cache(maxsize=4_096)
def is_shared(text: str | None) -> bool:
    """True if the host is a free mail service or a platform: everybody has an address or a page there."""
    host = host_of(text)
    names = {host, _registered(host)} if host else set()
    return any(is_free_mail(name) or name in _shared_platforms() for name in names)


def has_known_ending(host: str) -> bool:
    """True if names can be registered below the host's ending, as far as the public suffix list knows.

    The endings that are reserved for samples count too: lists are tried out with them.
    """
    return host.endswith(SAMPLE_ENDINGS) or _is_known_ending(host.rpartition(".")[2])


@lru_cache(maxsize=4_096)
def _is_known_ending(label: str) -> bool:
    # With two labels in front, because for some endings the list has no rule but those below them.
    return _suffixes().publicsuffix(f"a.b.{label}", accept_unknown=False) is not None


@lru_cache(maxsize=4_096)
def website_url(text: str | None) -> str | None:
    """The cell as an http or https URL with a normalised host, or None.

    A missing scheme becomes https, the fragment goes. URLs with a user part, other schemes, IP addresses and
    hosts that are not public names are None.
    """
    if text and (host := _plain_host(text)) and (plain := _PLAIN_URL.fullmatch(text)):
        path = plain[2] or ""
        return f"{plain[1] or 'https://'}{host}{'' if path == '/' else path}"
    cell = clean(text)
    if not cell or len(cell) > _LONGEST_CELL or " " in cell or "\\" in cell:
        return None
    scheme = _SCHEME.match(cell)
    if scheme and scheme[1] and scheme[1].lower() not in ("http", "https"):
        return None
    rest = cell[scheme.end() :] if scheme else cell
    secure = not (scheme and scheme[0].lower().startswith("http") and scheme[0][4:5].lower() != "s")
    return _rebuilt("https" if secure else "http", rest)


def _rebuilt(scheme: str, rest: str) -> str | None:
    try:
        parts = urlsplit(f"{scheme}://{rest}")
        port = parts.port
    except ValueError:
        return None
    host = ascii_host(parts.hostname or "")
    if not host or "@" in parts.netloc or port == 0:
        return None
    shown_port = f":{port}" if port and port != (443 if scheme == "https" else 80) else ""
    path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]")
    return f"{scheme}://{host}{shown_port}{'' if path == '/' else path}{'?' + query if query else ''}"


def company_domain(website: str | None, email: str | None) -> str | None:
    """The domain that stands for a person's company: of the website, else of the e-mail address.

    A page on a shared platform (LinkedIn, Linktree, github.io...) and a free mail service name no company.
    """
    if website and (domain := _own_domain(website)):
        return domain
    host = host_of(email) if email and "@" in email else None
    return _mail_domain(host) if host else None


@lru_cache(maxsize=65_536)
def _mail_domain(host: str) -> str | None:
    domain = _registered(host)
    return None if is_free_mail(domain) or is_free_mail(host) else domain


@lru_cache(maxsize=4_096)
def _own_domain(website: str) -> str | None:
    host = host_of(website)
    domain = _registered(host) if host else None
    if not host or not domain or domain in _shared_platforms() or host in _shared_platforms():
        return None
    if is_free_mail(domain):
        return None
    return None if _is_hosted(host, domain) or _is_google_page(domain) else domain


def _is_hosted(host: str, domain: str) -> bool:
    """True if the domain is a page on somebody's platform, below a suffix that is no registry's."""
    suffix = domain.partition(".")[2]
    if "." not in suffix or suffix in _endings().registries:
        return False
    outer = _suffixes(registries_only=True).privatesuffix(host)
    return outer != domain and outer not in _selling_suffixes()


def _is_google_page(domain: str) -> bool:
    # google.de, google.co.uk...: links to a map or a search result, pasted as a website
    return domain.startswith("google.")
