"""Places as pages and people leave them in cells: with markup, a count of further places, a postcode, a whole address.

A street, a number or a link is no place. What stands around the city goes; where nothing tells which part is the city,
there is none.
"""

from __future__ import annotations

import html
import re
import unicodedata

from prospector.normalise.text import clean

_BREAK = re.compile(r"<\s*/?\s*(?:br|p|div|li|tr|td)\b[^<>]{0,100}>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]{0,300}>")
_MORE = re.compile(
    r"(?:\s*[+&]\s*|,?\s+(?:and|und|et|y|e|en|och|og|plus)\s+|\s*\(\+?\s*|,\s*)\d{1,3}\s+(?:more|others?|weitere\w*|autres?"
    r"|más|mas|otr[oa]s|mais|outr[oa]s|altr[ie]|andere|meer|further)\b.*$|\s*\(?\+\s*\d{1,3}\b[^,]*$"
    r"|\s+(?:and|und|et|y|e|en|och|og)\s+\d{1,3}\s+\w+.*$",
    re.IGNORECASE,
)
_NO_PLACE = re.compile(r"@|://|\bwww\.|[{}<>=]")
_POSTCODES = (
    r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}",  # London SW1A 1AA
    r"[A-Z]\d[A-Z] ?\d[A-Z]\d",  # Toronto M5V 3L9
    r"\d{4} ?[A-Z]{2}(?= |$)",  # 1012 AB Amsterdam
    r"\d{5}-\d{3,4}|\d{4}-\d{3}|\d{2}-\d{3}|\d{3}-\d{4}",  # Brazil, the United States, Portugal, Poland, Japan
    r"\d{3} \d{2}(?!\d)",  # 111 22 Stockholm
    r"(?:[A-Z]{1,2}-)?\d{4,6}",
)
POSTCODE = re.compile(rf"(?<![\w-])(?:{'|'.join(_POSTCODES)})(?![\w-])")
_SHORT_POSTCODE = re.compile(r"^\s*\d{3} (?=[^\W\d_]{3,}$)")
"""As in "Mosavegi 3, 200 Kópavogi"."""
_HOUSE = re.compile(r"\d")
_STREET = re.compile(
    r"\w\s+(?:street|road|avenue|boulevard|lane|drive|highway|parkway|pkwy|blvd|ave|rd|hwy|ln)\.?$"
    r"|^(?:rue|calle|avenida|avda|rua|travessa|viale|piazza|ulica|ul|улица|ул|pl|av|via|place"
    r"|allée|chemin)\.?\s+\w"
    r"|\w(?:straße|strasse|str\.|gasse|allee|straat|gracht|gatan|vägen|veien|gade|vej|katu)$",
    re.IGNORECASE,
)
_INSIDE = re.compile(
    r"^(?:suite|ste|floor|fl|unit|room|building|bldg|etage|stock|étage|piso|piano|local|lote"
    r"|p\.? ?o\.? ?box|postfach|c/o)\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"[^\W\d][^\d,]* \d{1,3}")
"""A name and a number: a district ("Dublin 2") as well as a street, which only its own word tells."""
_STREET_OF_NUMBER = re.compile(
    r"(?:straße|strasse|str|weg|ring|platz|damm|ufer|allee|gasse|steig|chaussee|laan|plein|straat|gracht|kade)\.? \d"
    r"|(?:gatan|vägen|vegi|gata|veien|vej|gade|katu|tie|utca|út|sokak|caddesi)\.? \d"
    r"|\b(?:street|st|road|rd|avenue|ave|drive|dr|lane|ln|way|close|court|ct|square|sq|terrace|crescent)\.? \d"
    r"|\b(?:suite|unit|floor|room|building)\.? \d"
    r"|^(?:rue|calle|c/|avenida|avda|av|rua|travessa|viale|via|piazza|corso|largo|praça|paseo|camino|carrera|cra)\.? "
    r"|^(?:chemin|quai|cours|impasse|ulica|ul|plac|улица|ул|pl|place|allée|boulevard|bd)\.? ",
    re.IGNORECASE,
)
_ODD = re.compile(r"[\d,;|<&]")
_DISTRICT = re.compile(r"(?<=[^\W\d_]) \d{1,2}(?:e|er|è?me|th|\.)?$", re.IGNORECASE)
_LONGEST = 100


def tidy_place(text: str | None) -> str | None:
    """The text without markup, icons and the count of further places; None if nothing is left."""
    cell = without_markup(text)
    return clean(_MORE.sub("", cell).rstrip(" ,")) if cell and any(map(str.isdigit, cell)) else cell


def without_markup(text: str | None) -> str | None:
    """The text as a page shows it, without the signs of an icon font."""
    cell = clean(text)
    if cell is None:
        return None
    if "<" in cell or "&" in cell:
        cell = html.unescape(_TAG.sub(" ", _BREAK.sub(", ", cell)))
    if not cell.isascii():
        cell = "".join(sign for sign in cell if unicodedata.category(sign) not in ("Co", "So"))
    return clean(cell.strip(" ,"))


def is_odd(text: str) -> bool:
    """Whether a cell of a city or region may hold more than its name."""
    return _ODD.search(text) is not None


def is_link(text: str) -> bool:
    """A web or mail address, or what is left of a page's code."""
    return _NO_PLACE.search(text) is not None


def is_plain(text: str) -> bool:
    """A name without numbers, commas and the words for a street: nothing to take apart."""
    return len(text) <= _LONGEST and not re.search(r"[\d,;|/]", text) and not _STREET.search(text)


def address_parts(parts: list[str]) -> list[str] | None:
    """The parts of an address that name its place, without streets and postcodes; None if it is no address.

    A city stands behind its street, in every country that writes both on one line; where the street comes last, only
    a single part before it can be the city.
    """
    later = (_SHORT_POSTCODE.sub("", part) for part in parts[1:])
    split = [half for part in (*parts[:1], *later) for half in _at_postcode(part)]
    if len(split) == 1 and _NUMBERED.fullmatch(split[0]) and not _STREET_OF_NUMBER.search(split[0]):
        return None
    streets = [at for at, part in enumerate(split) if _is_street(part)]
    if not streets:
        return None
    behind = [part for part in split[streets[-1] + 1 :] if part]
    if behind:
        return behind
    before = [part for part in split[: streets[0]] if part]
    return before if len(before) == 1 else []


def without_district(text: str) -> str:
    """`Paris 8e` and `Lyon 03` are parts of a city."""
    return _DISTRICT.sub("", text)


def _at_postcode(part: str) -> list[str]:
    """What stands before and behind the postcode; a number that begins a street is a house's."""
    found = list(POSTCODE.finditer(part))
    if not found:
        return [part.strip()]
    last = found[-1]
    before, behind = part[: last.start()].strip(" ,-–"), part[last.end() :].strip(" ,-–")
    if not before and behind and _STREET.search(f"x {behind}"):
        return [part.strip()]
    return [half for half in (before, behind) if half] or [""]


def _is_street(part: str) -> bool:
    return bool(_HOUSE.search(part) or _STREET.search(part) or _INSIDE.search(part))
