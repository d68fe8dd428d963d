"""The catalogue of technologies: what each is called, how it shows, and what not finding it means."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from prospector.normalise.quick_copies import DATA, quick_copy
from prospector.normalise.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

Absence = Literal["no_match", "unknown"]

KINDS = frozenset(
    {
        "script",
        "style",
        "frame",
        "image",
        "form",
        "link",
        "load",
        "asset",
        "file",
        "inline",
        "generator",
        "meta",
    }
    | {"id", "class", "attr", "field", "header", "cookie", "mx", "spf", "txt", "cname", "ns", "template"}
)
"""What a pattern can look at; the head of `data/technologies.yaml` explains each."""
DNS_KINDS = frozenset({"mx", "spf", "txt", "cname", "ns"})
"""The kinds that look at a domain's records."""
CHANNELS = ("html", "headers", "cookies", "dns", "tag_manager")
"""What can be read of a company from outside."""

CATALOGUE = "technologies.yaml"
"""The data file."""
_NOT_WORD = re.compile(r"[\W_]+")
# The names of languages differ in these signs alone: C, C++, C#.
_SIGNS = str.maketrans({"+": " plus ", "#": " sharp "})
# Only a cookie, a token or a link: it shows that a platform was prepared, not that a tag runs.
_PREPARED = frozenset({"cookie", "txt", "meta", "field", "link", "cname", "spf"})


@dataclass(frozen=True, slots=True)
class Pattern:
    """One sign of a technology. `match` is a regular expression, or empty where `key` alone is enough.

    `grade` goes from 1 (confirmed) to 4 (a hint); `level` is set for the tags of ad platforms only.
    """

    kind: str
    key: str
    match: str = ""
    grade: int = 2
    level: str | None = None
    host: str = ""


@dataclass(frozen=True, slots=True)
class Technology:
    """A product in the catalogue.

    `absence` says what not finding it means once every channel in `channels` has been read; `part_of` and
    `implies` hold ids of other products; `domains` are the vendor's own, on which its product is no evidence.
    """

    id: str
    name: str
    category: str
    patterns: tuple[Pattern, ...]
    aliases: tuple[str, ...] = ()
    absence: Absence = "unknown"
    channels: tuple[str, ...] = ()
    advertises_on: str | None = None
    part_of: str | None = None
    implies: tuple[str, ...] = ()
    website: str | None = None
    domains: tuple[str, ...] = ()
    note: str = ""


@cache
def technology_catalogue() -> tuple[Technology, ...]:
    """Every product that can be recognised, in the order of the file."""
    return tuple(_product(number) for number in range(len(_file()["technologies"])))


def find_technology(text: str) -> Technology | None:
    """The product of this id, name or alias in any spelling (`hub spot`, `AdWords`), or None."""
    number = _file()["numbers"].get(_folded(text))
    return None if number is None else _product(number)


def technology_key(text: str) -> str:
    """The catalogue's id of a product, or a slug of a name that the catalogue does not know.

    The slug keeps products of imported lists apart: `Node.js` -> `node-js`. Empty for a text without letters.
    """
    known = find_technology(text)
    return known.id if known else "-".join(_words(text))


def ad_platforms() -> tuple[str, ...]:
    """The platforms that a company can be seen to advertise on, in the order of the file."""
    return tuple(_file()["ad_platforms"])


def find_ad_platform(text: str) -> str | None:
    """The platform's name (`Google Ads`) for any usual way to write it (`google`, `adwords`), or None.

    The name of a platform's own tag is understood as well (`Meta Pixel`).
    """
    if platform := _platform_names().get(_folded(text)):
        return platform
    tag = find_technology(text)
    return tag.advertises_on if tag else None


@cache
def _file() -> dict[str, Any]:
    content: dict[str, Any] = quick_copy(CATALOGUE, worked_out)
    return content


def worked_out() -> dict[str, Any]:
    """The file's content, with the number of the product that each folded name means."""
    # Imported here because YAML takes longer to load than all the rest.
    from prospector.normalise.catalogue_file import read_catalogue  # noqa: PLC0415

    content = read_catalogue((DATA / CATALOGUE).read_bytes())
    return {**content, "numbers": _numbers(content["technologies"])}


@cache
def _product(number: int) -> Technology:
    return _technology(_file()["technologies"][number])


def _technology(entry: dict[str, Any]) -> Technology:
    advertises_on = entry.get("advertises_on")
    website = entry.get("website")
    return Technology(
        id=entry["id"],
        name=entry["name"],
        category=entry["category"],
        patterns=tuple([_pattern(sign, is_ad=advertises_on is not None) for sign in entry["patterns"]]),
        aliases=tuple(entry.get("aliases", ())),
        absence=entry.get("absence", "unknown"),
        channels=tuple(entry.get("channels", ())),
        advertises_on=advertises_on,
        part_of=entry.get("part_of"),
        implies=tuple(entry.get("implies", ())),
        website=website,
        domains=((website,) if website else ()) + tuple(entry.get("owners", ())),
        note=entry.get("note", ""),
    )


def _pattern(sign: dict[str, str], *, is_ad: bool) -> Pattern:
    kind, key = next(iter(sign.items()))
    level = sign.get("level")
    if is_ad and level is None:
        level = "tag" if kind in _PREPARED else "remarketing"
    return Pattern(kind, key, sign.get("match", ""), int(sign.get("grade", "2")), level, sign.get("host", ""))


def _numbers(entries: list[dict[str, Any]]) -> dict[str, int]:
    numbers: dict[str, int] = {}
    # Ids win over names, and names over aliases, whatever the order of the file.
    for names in (_ids, _names, _aliases):
        for number, entry in enumerate(entries):
            for name in names(entry):
                numbers.setdefault(_folded(name), number)
    return numbers


def _ids(entry: dict[str, Any]) -> tuple[str, ...]:
    return (entry["id"],)


def _names(entry: dict[str, Any]) -> tuple[str, ...]:
    return (entry["name"],)


def _aliases(entry: dict[str, Any]) -> Iterator[str]:
    yield from entry.get("aliases", ())
    # Exports also write the site's address; google.com is no name of any one product of Google's.
    site = entry.get("website") or ""
    if _folded(site.partition(".")[0]) in {_folded(entry["id"]), _folded(entry["name"])}:
        yield site


@cache
def _platform_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for platform, aliases in _file()["ad_platforms"].items():
        for name in (platform, *aliases):
            names.setdefault(_folded(name), platform)
    return names


def _words(text: str) -> list[str]:
    return [word for word in _NOT_WORD.split(fold(text).translate(_SIGNS)) if word]


def _folded(text: str) -> str:
    return "".join(_words(text))
