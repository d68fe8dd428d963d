"""The catalogue's patterns, arranged so that looking a page's signs up costs the same however many there are."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from prospector.normalise.technologies import Pattern, Technology, technology_catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator

Sign = tuple[Technology, Pattern]
Table = dict[str, list[Sign]]

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
def marks_selector() -> str:
    """One CSS selector for the ids, classes and attributes that mark a technology, but for `data-` attributes."""
    known = index()
    ids = [f"#{name}" for name in known.table("id")]
    classes = [f".{name}" for name in known.table("class")]
    others = set(known.table("attr")) - _FREQUENT_ATTRIBUTES
    return ",".join([*ids, *classes, *sorted(f"[{name}]" for name in others if not name.startswith("data-"))])


@cache
def data_attributes() -> re.Pattern[str]:
    """Finds the `data-` attributes that mark a technology, in the text of a page.

    A search for the text first is three times as fast as asking the tree for each of them.
    """
    names = sorted(name.removeprefix("data-") for name in index().table("attr") if name.startswith("data-"))
    return re.compile(f"data-(?:{'|'.join(names)})")


def words_of_script(text: str) -> set[bytes]:
    """The words (identifiers) of a script: bytes, because translating those is ten times as fast."""
    return set(text.encode("latin-1", "replace").translate(_TO_WORDS).split())


@lru_cache(maxsize=8192)
def signs_of_host(host: str) -> tuple[Sign, ...]:
    """The signs that name this host or a domain above it, the most specific first."""
    return tuple(sign for name in domains_above(host) for sign in index().hosts.get(name, ()))


def domains_above(host: str) -> Iterator[str]:
    """The host itself and each domain that it lies below: `a.b.example`, `b.example`, `example`."""
    while host:
        yield host
        host = host.partition(".")[2]


@cache
def compiled(match: str) -> re.Pattern[str]:
    """A pattern's regular expression, compiled when it is first needed."""
    return re.compile(match)
