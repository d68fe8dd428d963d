"""Countries, regions and cities as cells name them, and the time zone in which somebody there works."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from prospector.normalise.place_cells import (
    POSTCODE,
    address_parts,
    is_link,
    is_plain,
    tidy_place,
    without_district,
)
from prospector.normalise.text import clean, data_lines, fold

_LONGEST_CELL = 200
_NOT_KEY = re.compile(r"[\W_]+")
_PLACES = re.compile(r"\s*[;|/•·]\s*|\s+or\s+")
_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_SLASHED = re.compile(r"[^\d,;|/]{2,40}/[^\d,;|/]{2,40}")
"""As in "Frankfurt/Main" and "Bolzano/Bozen"."""
_METRO = re.compile(
    r"^(?:greater |metropolitan |metro )|(?:,? (?:metropolitan |metro |bay |greater |city )?(?:area|region)| metroplex"
    r"| metropolregion| und umgebung| e dintorni| et périphérie| y alrededores)$",
    re.IGNORECASE,
)
_NOWHERE_WORDS = (
    "remote fullyremote 100remote remoteonly anywhere worldwide global hybrid onsite multiplelocations "
    "various homeoffice workfromhome wfh flexible distributed virtual europe emea apac latam amer "
    "americas northamerica eu europeanunion asia africa dach nordics benelux international fieldbased "
    "telework teletravail teletrabajo inoffice multiple nationwide "
)
_NOWHERE = frozenset(_NOWHERE_WORDS.split())
_REMOTE_PREFIX = re.compile(
    r"^(?:fully |100% )?(?:remote|hybrid|on-?site|in-?office)\b(?:\s+(?:in|from|within))?\s*[-–—:,]?\s*", re.I
)
_REMOTE_SUFFIX = re.compile(r"\s*[-–—:,]?\s*(?:fully |100% )?\b(?:remote|hybrid|on-?site|in-?office)$", re.I)


_STATE_COUNTRIES = ("US", "CA", "AU", "BR")


class Location(NamedTuple):
    """A place as a cell states it; `country` is an ISO alpha-2 code, `region` as written or its full name."""

    city: str | None
    region: str | None
    country: str | None


@dataclass(frozen=True, slots=True)
class _Country:
    code: str
    name: str
    zone: str


@dataclass(frozen=True, slots=True)
class _Region:
    country: str
    code: str
    name: str
    zone: str


@dataclass(frozen=True, slots=True)
class _City:
    country: str
    region: str | None
    zone: str | None


def _key(text: str) -> str:
    return _NOT_KEY.sub("", fold(text.replace("&", " and ")))


@cache
def _countries() -> dict[str, _Country]:
    rows = (line.split("\t") for line in data_lines("countries.tsv"))
    return {code: _Country(code, name, zone) for code, name, _aliases, zone in rows}


@cache
def _country_names() -> dict[str, str]:
    """Every way to name a country, folded, with its code. Codes win over names, names over aliases."""
    names: dict[str, str] = {}
    rows = [line.split("\t") for line in data_lines("countries.tsv")]
    for code, _name, _aliases, _zone in rows:
        names[code.lower()] = code
    for code, name, _aliases, _zone in rows:
        names.setdefault(_key(name), code)
    for code, _name, aliases, _zone in rows:
        for alias in filter(None, aliases.split("|")):
            names.setdefault(_key(alias), code)
    return names


@cache
def _regions() -> dict[tuple[str, str], _Region]:
    """Regions by country and folded code or name."""
    rows = [_Region(*line.split("\t")) for line in data_lines("regions.tsv")]
    regions = {(row.country, _key(row.code)): row for row in rows}
    # Names win over codes, and several names of one code are one region under its last name.
    names = {(row.country, _key(row.name)): regions[row.country, _key(row.code)] for row in rows}
    return regions | names


@cache
def _cities() -> dict[str, _City]:
    cities: dict[str, _City] = {}
    for line in data_lines("cities.tsv"):
        country, region, zone, names = line.split("\t")
        city = _City(country, None if region == "-" else region, None if zone == "-" else zone)
        cities.update((_key(name), city) for name in names.split("|"))
    return cities


@lru_cache(maxsize=16_384)
def country_code(text: str | None) -> str | None:
    """The ISO alpha-2 code of the country that the cell names, or None (`Norge`, `NO` and `NOR` are `NO`).

    Reads codes, short forms (`USA`, `UK`) and names in English, German, French, Spanish and the country's own
    languages. `Remote`, `EMEA` and the like are None.
    """
    cell = clean(text)
    if not cell or len(cell) > _LONGEST_CELL:
        return None
    key = _key(cell)
    return _country_names().get(key) or _country_names().get(key.removeprefix("the"))


def country_name(code: str) -> str:
    """The country's English name; the code itself if it is none."""
    country = _countries().get(code.upper())
    return country.name if country else code


@lru_cache(maxsize=16_384)
def time_zone(country: str | None, *, region: str | None = None, city: str | None = None) -> str | None:
    """The IANA zone of a place, as exactly as the parts given allow, or None.

    A known city or region decides where a country spans several zones; else it is the zone in which most of the
    country's people live. `country` is a code or a name. A large city alone is enough.
    """
    code = country_code(country) if country else None
    known = _cities().get(_key(city)) if city else None
    if code is None and (country or known is None):
        return None
    code = code or (known.country if known else "")
    here = _regions().get((code, _key(region))) if region else None
    if known and known.country == code and (here is None or here.code == known.region):
        here = _regions().get((code, _key(known.region))) if known.region else here
        if known.zone:
            return known.zone
    return here.zone if here else _countries()[code].zone


@lru_cache(maxsize=16_384)
def country_of_city(city: str) -> str | None:
    """The country that a large city alone tells; None where another city of the name is large enough to be meant."""
    key = _key(city)
    known = _cities().get(key)
    return known.country if known and key not in _namesakes() else None


@cache
def _namesakes() -> frozenset[str]:
    return frozenset(_key(name) for line in data_lines("city_namesakes.txt") for name in line.split("|"))


@lru_cache(maxsize=16_384)
def split_location(text: str | None) -> Location:
    """City, region and country code of a location cell; each None where the cell does not say.

    Of several places the first that names one counts (`Remote; New York, NY, USA`). A region of the
    data file (United States, Canada, Australia, Brazil, Germany, Mexico, India) is given by its full name.
    """
    cell = tidy_place(text)
    if not cell or len(cell) > _LONGEST_CELL or is_link(cell):
        return Location(None, None, None)
    for place in _PLACES.split(_BRACKETS.sub(_bracketed, cell)):
        found = _one_place(place)
        if any(found):
            return found
    return Location(None, None, None)


@lru_cache(maxsize=16_384)
def city_name(text: str | None) -> str | None:
    """The city that a cell of cities names: `10115 Berlin`, `Berlin + 12 more`; None for a street or a link."""
    cell = tidy_place(text)
    if not cell or is_link(cell):
        return None
    if is_plain(cell) or _SLASHED.fullmatch(cell):
        return cell
    bare = without_district(cell)
    return bare if _key(bare) in _cities() else split_location(cell).city


@lru_cache(maxsize=16_384)
def region_name(text: str | None) -> str | None:
    """The region that a cell of regions names; None for a street, a link or a whole address."""
    cell = tidy_place(text)
    if not cell or is_link(cell):
        return None
    if is_plain(cell) or _SLASHED.fullmatch(cell):
        return cell
    place = split_location(cell)
    bare = POSTCODE.sub("", cell).strip(" ,")
    return place.region or (
        bare if bare and is_plain(bare) else None if re.search(r"\d", cell) else place.city
    )


@lru_cache(maxsize=16_384)
def is_address(text: str) -> bool:
    """A street with its number and a place, or a part of that."""
    return address_parts((tidy_place(text) or "").split(",")) is not None


def _bracketed(match: re.Match[str]) -> str:
    """A country in brackets belongs to the place before it; districts and offices say nothing."""
    return f", {match[1]}" if country_code(match[1]) else " "


def _one_place(text: str) -> Location:
    words = _REMOTE_SUFFIX.sub("", _REMOTE_PREFIX.sub("", text.strip()))
    dashed = " - ".join(re.split(r"\s+[-–—]\s+", words))
    parts = dashed.replace(" - ", ",").split(",")
    address = address_parts(parts)
    parts = [POSTCODE.sub("", part).strip() for part in (parts if address is None else address)]
    parts = [part for part in parts if part and _key(part) and _key(part) not in _NOWHERE]
    return _from_parts(parts) if parts else Location(None, None, None)


def _from_parts(parts: list[str]) -> Location:
    if len(parts) == 1:
        return _lone(parts[0])
    country = _last_country(parts)
    if country is None:
        region = _state(parts[-1], _state_countries(parts[-2]))
        if region:
            return Location(_place_name(parts[-2]), region.name, region.country)
        return Location(_place_name(parts[0]), parts[-1], None)
    if len(parts) == 2:
        return _inside(parts[0], country)
    region = _regions().get((country, _key(parts[-2])))
    return Location(_place_name(parts[-3]), region.name if region else parts[-2], country)


def _state_countries(city: str) -> tuple[str, ...]:
    """The countries whose states a part after this city may name, likeliest first ("Perth, WA" is in Australia)."""
    known = _cities().get(_key(_place_name(city) or ""))
    order = (known.country, *_STATE_COUNTRIES) if known else _STATE_COUNTRIES
    return tuple(dict.fromkeys(order))


def _inside(place: str, country: str) -> Location:
    """A place of which the country is known: a region of it, or else a city."""
    region = _regions().get((country, _key(place)))
    # "New York, USA" and "Washington, USA" mean the cities, as do most lists of offices.
    if region and _key(place) not in _cities():
        return Location(None, region.name, country)
    return Location(_place_name(place), None, country)


def _last_country(parts: list[str]) -> str | None:
    """The country that the last part names, unless it is rather a state ("Dover, DE", "Atlanta, Georgia")."""
    last, before = parts[-1], parts[-2]
    code = country_code(last)
    state = _state(last, _STATE_COUNTRIES if len(last) == 2 else ("US",))
    if code is None or state is None:
        return code
    if city := _cities().get(_key(_place_name(before) or "")):
        return code if city.country == code else None
    # Three parts put a state before the country ("Cartago, Cartago, CR"), two put it last ("Dover, DE").
    return code if len(parts) > 2 and len(last) == 2 and country_code(before) is None else None


def _state(text: str, countries: tuple[str, ...]) -> _Region | None:
    return next((r for c in countries if (r := _regions().get((c, _key(text))))), None)


def _lone(text: str) -> Location:
    if country := country_code(text) if len(text) > 2 or text.isupper() else None:
        state = _state(text, ("US",)) if len(text) == 2 else None
        return Location(None, None, country) if not state else Location(None, None, None)
    name = _place_name(text)
    city = _cities().get(_key(name or ""))
    if city and name != text:
        # "Greater Boston" and "San Francisco Bay Area" are names of areas that are told apart by country.
        return Location(name, None, city.country)
    state = _state(text, _STATE_COUNTRIES) if not city and len(text) > 3 else None
    return Location(None, state.name, state.country) if state else Location(name, None, None)


def _place_name(text: str) -> str | None:
    name = _METRO.sub("", _METRO.sub("", text)).strip(" ,-")
    return name or None
