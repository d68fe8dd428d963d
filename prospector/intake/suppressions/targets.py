"""What a row of a list of opt-outs names: every address and every domain, in every cell.

An address counts wherever it stands. A domain counts where it is the whole cell: in "asked by phone. please" or
"Dr.Anna" a dot is no domain.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from prospector.core.errors import UsageError
from prospector.normalise.domains import has_known_ending, is_shared, registrable_domain
from prospector.normalise.emails import parse_email
from prospector.normalise.profile_urls import linkedin_profile
from prospector.store.suppressions import no_target, parse_target

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prospector.store.suppressions import Kind

_CELL_ENDS = re.compile('[,;|\t\r\n\v\f\x1c-\x1e\x85\u2028\u2029]|:::|"\\s*:')
"""The last one: behind a key of JSON."""
_WORD_ENDS = re.compile(r'[<>()\[\]{}":\\]+')
_WRAPPING = "\"'`<>()[]{}“”„‘’‚«»‹›"
_EVERYBODY_AT = re.compile(r"[*%]*@(?:\*?\.)?|\*?\.")
"""`@bank.example`, `*@bank.example`, `*.bank.example`, `.bank.example`: ways to write a whole domain."""
_URL = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//[^/?#@]+[/?#]|[^/?#@:]+\.[^/?#@:]+[/?#]", re.IGNORECASE)
_BEFORE_HOST = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
_HAS_PATH = re.compile(r"[^/?#]+[/?#]+[^/?#]")
_IN_URL = re.compile(r"[/?&=#]")
_GUARD = re.compile(r"^'(?=\W)")
_INNER_DOT = re.compile(r"[^\s.]\.[^\s.]")
_ODD = re.compile(r"[^A-Za-z0-9@._+-]")
_AT_IN_WORDS = re.compile(r"[\[({<]\s*(?:at|dot)\s*[\])}>]", re.IGNORECASE)
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_WIDE = str.maketrans("＠，；｜、。．｡：＜＞", "@,;|,...:<>")


class _Reading(NamedTuple):
    """What one word names."""

    addresses: tuple[str, ...] = ()
    domain: str | None = None
    shared: str | None = None
    page: bool = False
    profile: str | None = None

    def is_target(self) -> bool:
        return bool(self.addresses or self.domain or self.shared or self.profile)


_NOTHING = _Reading()


@dataclass(slots=True)
class OptOuts:
    """What the cells of a row name."""

    addresses: list[str] = field(default_factory=list)
    domains: list[str] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)
    """Domains of free mail services and platforms: beside an address they stop nobody else."""
    profiles: list[str] = field(default_factory=list)
    """Profiles of people: beside an address they say nothing new."""
    page: bool = False
    """There is a page on a platform, such as a profile: it names one person, and no address."""
    broken: list[str] = field(default_factory=list)
    """Cells with an `@` in which something could not be read."""

    def targets(self) -> list[tuple[Kind, str]]:
        """All that goes on the list."""
        domains = self.domains if self.addresses else self.domains + self.shared
        profiles = [] if self.addresses else self.profiles
        return [
            *(("email", one) for one in self.addresses),
            *(("domain", one) for one in domains),
            *(("profile", one) for one in profiles),
        ]

    def add(self, other: OptOuts) -> None:
        """Take in what another line of the same row names."""
        self.addresses += other.addresses
        self.domains += other.domains
        self.shared += other.shared
        self.profiles += other.profiles
        self.page = self.page or other.page
        self.broken += other.broken


def read_opt_outs(cells: Iterable[str]) -> OptOuts:
    """Every address and domain in some cells; one cell may hold several."""
    found = OptOuts()
    for cell in cells:
        text = _readable(cell)
        hidden = says_at_in_words(text)
        for part in _CELL_ENDS.split(text):
            if "@" in part or "." in part or hidden:
                _read_part(part.strip('" \u00a0'), found)
    return found


def parse_targets(text: str) -> list[tuple[Kind, str]]:
    """All that one argument names; `UsageError` if something in it is neither an address nor a domain."""
    parts = [part.strip() for part in _CELL_ENDS.split(_readable(text)) if part.strip()]
    read = [(part, read_opt_outs([part])) for part in parts]
    has_address = any(found.addresses for _, found in read)
    targets: list[tuple[Kind, str]] = []
    for part, found in read:
        if (named := found.targets()) and not found.broken:
            targets += named
        elif found.broken or ("." in part and len(part.split()) > 1):
            raise no_target(part)
        elif "." in part or not has_address:  # else a name: "Ruiz, Ana <ana@bank.example>"
            targets.append(parse_target(part))
    return targets or [parse_target(text)]


def read_own(value: str) -> OptOuts:
    """The value of an entry that prospector wrote, as it was; without the apostrophe that keeps formulas away."""
    try:
        kind, target = parse_target(_GUARD.sub("", value))
    except UsageError:
        return OptOuts()
    if kind == "email":
        return OptOuts(addresses=[target])
    return OptOuts(profiles=[target]) if kind == "profile" else OptOuts(domains=[target])


def says_at_in_words(text: str) -> bool:
    """`ana (at) bank.example`: an address that somebody hid from robots."""
    return _AT_IN_WORDS.search(text) is not None


def _readable(text: str) -> str:
    """Without invisible signs and the disguises in which web pages put an `@`."""
    if not text.isascii():
        text = _INVISIBLE.sub("", text).translate(_WIDE)
    if "%40" in text:
        text = text.replace("%40", "@")
    if "&#" in text or "&commat;" in text:
        text = html.unescape(text)
    return text.replace("\0", "") if "\0" in text else text


def _read_part(part: str, found: OptOuts) -> None:
    """One cell, or one of several in a cell. Most that matter are a plain address."""
    if "@" in part and not _ODD.search(part) and (plain := parse_email(part)):
        found.addresses.append(plain)
    elif "@" in part or _INNER_DOT.search(part) or says_at_in_words(part):
        _read_words(part, found)


def _read_words(part: str, found: OptOuts) -> None:
    """A list of targets that are divided by blanks, or a text with addresses in it."""
    words = [word for word in part.split() if "@" in word or any(map(str.isalnum, word))]
    readings = [_read_word(word) for word in words]
    found.addresses += chain.from_iterable(reading.addresses for reading in readings)
    if all(reading.is_target() for reading in readings):
        found.domains += [reading.domain for reading in readings if reading.domain]
        found.shared += [reading.shared for reading in readings if reading.shared]
        found.profiles += [reading.profile for reading in readings if reading.profile]
    found.page = found.page or any(reading.page for reading in readings)
    if _is_broken(part, words, readings):
        found.broken.append(part)


def _is_broken(part: str, words: list[str], readings: list[_Reading]) -> bool:
    if "@" not in part or says_at_in_words(part):
        return says_at_in_words(part)
    unread = [
        word for word, reading in zip(words, readings, strict=True) if "@" in word and reading == _NOTHING
    ]
    # "me @ home: ana@bank.example" is fully read, "ana @ bank.example" is not.
    nothing = not any(reading.addresses for reading in readings)
    return any(nothing or any(map(str.isalnum, word)) for word in unread)


def _read_word(word: str) -> _Reading:
    bare = word.strip(_WRAPPING)
    everybody = _EVERYBODY_AT.match(bare)
    name = bare[everybody.end() :] if everybody else bare.strip(f"*{_WRAPPING}")
    if "@" not in name:
        return _read_domain(name)
    if _URL.match(bare):
        # An address in a link names that person, not the host; `/@ana` in a path is a handle.
        found = chain.from_iterable(map(_addresses, _IN_URL.split(bare)))
        addresses = tuple(dict.fromkeys(found))
        return _Reading(addresses) if addresses else _read_domain(bare)
    pieces = [_addresses(piece) for piece in _WORD_ENDS.split(bare) if "@" in piece]
    if not all(pieces):
        return _NOTHING
    return _Reading(tuple(dict.fromkeys(chain.from_iterable(pieces))))


@lru_cache(maxsize=65_536)
def _read_domain(name: str) -> _Reading:
    if "." not in name:
        return _NOTHING
    if profile := linkedin_profile(name):
        return _Reading(profile=profile)
    domain = registrable_domain(name)
    if domain is None or not has_known_ending(domain):
        return _NOTHING
    if not is_shared(name):
        return _Reading(domain=domain)
    return (
        _Reading(page=True)
        if _HAS_PATH.match(_BEFORE_HOST.sub("", name, count=1))
        else _Reading(shared=domain)
    )


def _addresses(piece: str) -> list[str]:
    """The addresses in a piece of text without blanks and brackets; none if there is anything wrong with it."""
    if piece.count("@") > 1:
        single = [one for one in re.split("[/&]", piece) if one]
        if any(one.count("@") != 1 for one in single):
            return []
        read = [_addresses(one) for one in single]
        return list(chain.from_iterable(read)) if all(read) else []
    local, at, rest = piece.partition("@")
    host = re.sub(r"[\W_]+$", "", _IN_URL.split(rest, maxsplit=1)[0])
    if not at or not host:
        return []
    local = local.lstrip("'`*.")
    spellings = [local] if "//" not in local else []
    if tail := _IN_URL.split(local)[
        -1
    ]:  # these signs are legal in an address, but nearly always stand before it
        spellings.append(tail)
    parsed = (parse_email(f"{spelling}@{host}") for spelling in dict.fromkeys(spellings))
    found = [address for address in parsed if address]
    trimmed = re.sub(r"^[\W_]+", "", local)
    return found or list(filter(None, [parse_email(f"{trimmed}@{host}") if trimmed != local else None]))
