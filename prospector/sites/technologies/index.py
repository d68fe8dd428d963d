"""The catalogue's patterns, arranged so that looking a page's signs up costs the same however many there are."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from prospector.normalise.technologies import Pattern, Technology, technology_catalogue
from prospector.sites.page.literals import literals_in

if TYPE_CHECKING:
    from collections.abc import Iterator

Sign = tuple[Technology, Pattern]
Table = dict[str, list[Sign]]

ANY_HOST = "."
"""The pattern of a path that counts on whatever host: a file that runs in the page that loads it."""
_HOST_KINDS = frozenset({"script", "style", "frame", "image", "form", "link", "load"})
_HOST_RECORDS = frozenset({"mx", "spf", "cname", "ns"})
_WORD = re.compile(r"[\w$]+", re.ASCII)
# Read wherever links and scripts are; a selector for these would match most of a page.
_FREQUENT_ATTRIBUTES = frozenset({"rel", "type"})
_WORD_BYTES = b"$0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
_TO_WORDS = bytes(code if code in _WORD_BYTES else 0x20 for code in range(256))


@dataclass(frozen=True, slots=True)
class Index:
    """Signs by what is seen. Keys of `inline` are words as bytes, see `words_of_script`."""

    hosts: Table = field(default_factory=lambda: defaultdict(list))
    inline: dict[bytes, list[Sign]] = field(default_factory=lambda: defaultdict(list))
    by_kind: dict[str, Table] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    prefixes: dict[str, list[tuple[str, Sign]]] = field(default_factory=lambda: defaultdict(list))
    owners: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    by_id: dict[str, Technology] = field(default_factory=dict)

    def table(self, kind: str) -> Table:
        """The signs of one kind by their exact key."""
        return self.by_kind.get(kind, {})

    def starting(self, kind: str, text: str) -> Iterator[Sign]:
        """The signs of a kind whose key `text` starts with (headers, cookies, TXT records, generators)."""
        return (sign for prefix, sign in self.prefixes.get(kind, ()) if text.startswith(prefix))


@cache
def index() -> Index:
    """The index over the whole catalogue, built once."""
    result = Index()
    for technology in technology_catalogue():
        result.by_id[technology.id] = technology
        for domain in technology.domains:
            result.owners[domain].add(technology.id)
        for pattern in technology.patterns:
            _add(result, technology, pattern)
    return result


def _add(result: Index, technology: Technology, pattern: Pattern) -> None:
    kind, key, sign = pattern.kind, pattern.key, (technology, pattern)
    if kind in _HOST_KINDS:
        result.hosts[key].append(sign)
    elif kind == "inline":
        result.inline[_rarest_word(key)].append(sign)
    elif kind in {"generator", "txt"}:
        result.prefixes[kind].append((key.lower(), sign))
    elif kind in {"header", "cookie"} and key.endswith("*"):
        result.prefixes[kind].append((key[:-1], sign))
    elif kind in _HOST_RECORDS and "." not in key:
        result.prefixes[kind].append((key, sign))
    else:
        result.by_kind[kind][key].append(sign)


def _rarest_word(literal: str) -> bytes:
    # The longest word is the least frequent one; a script without it cannot hold the literal.
    words: list[str] = _WORD.findall(literal)
    return max(words, key=len).encode()


@cache
def _marks() -> dict[str, str]:
    """The ids, classes and attributes that mark a technology, in lower case, each with the selector for it."""
    known = index()
    ids = {name.lower(): f"#{name}" for name in known.table("id")}
    classes = {name.lower(): f".{name}" for name in known.table("class")}
    others = {name.lower(): f"[{name}]" for name in known.table("attr") if name not in _FREQUENT_ATTRIBUTES}
    marks: dict[str, list[str]] = defaultdict(list)
    for kind in (ids, classes, others):
        for name, selector in kind.items():
            marks[name].append(selector)
    return {name: ",".join(marks[name]) for name in sorted(marks)}


def marks_in(html: str) -> tuple[str, ...]:
    """The marks that stand somewhere in the text of a page, which most often are none.

    This takes a fifth of the time of asking the tree for all of them.
    """
    return tuple(sorted(literals_in(html, _mark_names())))


@cache
def _mark_names() -> tuple[str, ...]:
    return tuple(_marks())


@lru_cache(maxsize=1024)
def selector_of(marks: tuple[str, ...]) -> str:
    """One CSS selector for the elements with these marks."""
    return ",".join(_marks()[name] for name in marks)


def words_of_script(text: str) -> set[bytes]:
    """The words (identifiers) of a script: bytes, because translating those is ten times as fast."""
    return set(text.encode("latin-1", "replace").translate(_TO_WORDS).split())


@lru_cache(maxsize=8192)
def signs_of_host(host: str) -> tuple[Sign, ...]:
    """The signs that name this host or a domain above it, the most specific first."""
    return tuple(sign for name in domains_above(host) for sign in index().hosts.get(name, ()))


@lru_cache(maxsize=8192)
def serves_assets(host: str) -> bool:
    """Whether the host is one of those that a pattern of a path names."""
    return any(hosts.search(host) for hosts in _hosts_of_assets())


@cache
def _hosts_of_assets() -> tuple[re.Pattern[str], ...]:
    named = {pattern.host for signs in index().table("asset").values() for _, pattern in signs}
    return tuple(compiled(hosts) for hosts in sorted(named - {"", ANY_HOST}))


def domains_above(host: str) -> Iterator[str]:
    """The host itself and each domain that it lies below: `a.b.example`, `b.example`, `example`."""
    while host:
        yield host
        host = host.partition(".")[2]


@cache
def compiled(match: str) -> re.Pattern[str]:
    """A pattern's regular expression, compiled when it is first needed."""
    return re.compile(match)
