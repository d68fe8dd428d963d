"""Address books as vCards 2.1, 3.0 and 4.0: a card is a row, under labels that every list of contacts has.

The three versions differ in how they fold lines, name types and write foreign letters; programs mix them freely, so
all of it is understood in every version. Pictures, keys and nested cards are passed over.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

from prospector.core.errors import FileError
from prospector.intake.files.decoding import text_lines
from prospector.intake.files.limits import PROPERTIES
from prospector.intake.files.tables import RawRow, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prospector.intake.files.decoding import Decoding

HEADER = (
    "First Name", "Last Name", "Name", "Job Title", "Department", "Company", "Email", "Email 2", "Direct Phone",
    "Company Phone", "Website", "LinkedIn URL", "City", "State", "Country", "Company Address", "Company City",
    "Company State", "Company Country", "Notes", "Group",
)  # fmt: skip
_WANTED = frozenset(
    [
        "VERSION",
        "FN",
        "N",
        "ORG",
        "TITLE",
        "ROLE",
        "EMAIL",
        "TEL",
        "URL",
        "ADR",
        "NOTE",
        "KIND",
        "X-KIND",
        "X-SOCIALPROFILE",
        "SOCIALPROFILE",
        "X-ABSHOWAS",
        "X-ABLABEL",
        "X-ABADR",
        "X-ADDRESSBOOKSERVER-KIND",
    ]
)
_LONGEST_VALUE = 100_000
_MOST_WARNINGS = 10
_SPLIT = re.compile(r"(?<!\\)((?:\\\\)*);")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_LABEL = re.compile(r"[a-z]+")
_NO_VOICE = frozenset({"fax", "pager", "modem", "bbs", "textphone", "telex"})
_LINKEDIN = re.compile(r"linkedin\.com/", re.IGNORECASE)


@dataclass(slots=True)
class _Property:
    """One line of a card: its name, its types in lower case, and its value as it stands there, decoded."""

    name: str
    group: str
    types: set[str]
    value: str

    @property
    def parts(self) -> list[str]:
        """The components of a structured value."""
        split = _SPLIT.sub(lambda sign: f"{sign[1]}\0", self.value).split("\0")
        return [_plain(part) for part in split]

    @property
    def text(self) -> str:
        """The value of a property of one text."""
        return _plain(self.value)


@dataclass(slots=True)
class _Card:
    """What a card says, in its order."""

    line: int
    properties: list[_Property] = field(default_factory=list)

    def all(self, *names: str) -> list[_Property]:
        """The properties of these names, the preferred ones first."""
        labels = {one.group: one.text for one in self.properties if one.name == "X-ABLABEL" and one.group}
        found = [one for one in self.properties if one.name in names and one.value.strip(" ;")]
        for one in found:
            one.types.update(_LABEL.findall(labels.get(one.group, "").lower()))
        return sorted(found, key=lambda one: "pref" not in one.types)

    def first(self, *names: str) -> str:
        """The text of the first property of these names."""
        return next((one.text for name in names for one in self.all(name)), "")


def is_vcard(first_line: str) -> bool:
    """Whether a file begins as an address book does."""
    return first_line.strip("\ufeff \t").upper().replace(" ", "") == "BEGIN:VCARD"


def vcard_table(name: str, stream: BinaryIO, decoding: Decoding) -> Table:
    """The cards of a file as a table; one that is not closed is taken as far as it goes, with a warning."""
    if decoding.has_long_line:
        raise FileError(
            name, "a line of more than 4 MB is no line of an address book", hint="export it again"
        )
    warnings = [decoding.warning] if decoding.warning else []
    cards = _cards(_unfolded(text_lines(stream, decoding)), decoding.encoding, warnings)
    rows = (RawRow(card.line, _row(card)) for card in cards)
    return Table(name, HEADER, rows, warnings, "vcard", decoding.encoding, "", header_line=0)


def _unfolded(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Whole lines with the number of their first; a line that goes on begins with a blank, or its first ends in `=`.

    A blank that a line of version 2.1 begins with belongs to the text, and is one too many only inside a word.
    """
    begun, text = 0, ""
    for number, raw in enumerate(lines, start=1):
        line = raw.rstrip("\r\n")
        if text.endswith("=") and _is_quoted(text):
            text = f"{text[:-1]}{line.lstrip()}"
        elif text and (line[:1] in (" ", "\t") or (line and ":" not in line)):
            if len(text) < _LONGEST_VALUE:  # what is longer is not even put together
                text += line[1:] if line[:1] in (" ", "\t") else line
        else:
            if text:
                yield begun, text
            begun, text = number, line
        if len(text) > _LONGEST_VALUE:
            text = text[:_LONGEST_VALUE]
    if text:
        yield begun, text


def _is_quoted(text: str) -> bool:
    return "QUOTED-PRINTABLE" in text.partition(":")[0].upper()


def _cards(lines: Iterable[tuple[int, str]], encoding: str, warnings: list[str]) -> Iterator[_Card]:
    card: _Card | None = None
    depth = 0
    for number, line in lines:
        word = line.strip("\ufeff \t").upper().replace(" ", "")
        if word == "BEGIN:VCARD" and card is not None and _may_nest(card):
            depth += 1
        elif word == "BEGIN:VCARD":
            if card is not None:
                _warn_of_open(card, warnings)
                yield card
            card, depth = _Card(number), 0
        elif word == "END:VCARD" and depth:
            depth -= 1
        elif word == "END:VCARD":
            if card is not None:
                yield card
            card = None
        elif card is None or depth or len(card.properties) >= PROPERTIES:
            continue
        elif one := _property(line, encoding):
            card.properties.append(one)
    if card is not None:
        _warn_of_open(card, warnings)
        yield card


def _warn_of_open(card: _Card, warnings: list[str]) -> None:
    if len(warnings) < _MOST_WARNINGS:
        more = ", and perhaps more" if len(warnings) == _MOST_WARNINGS - 1 else ""
        warnings.append(f"line {card.line}: a card without END:VCARD{more}")


def _may_nest(card: _Card) -> bool:
    """Only version 2.1 puts a card into another, behind AGENT: with nothing on its line."""
    return bool(card.properties) and card.properties[-1].name == "AGENT"


def _property(line: str, encoding: str) -> _Property | None:
    """The property on a line; None for those that are of no use here."""
    head, value = _at_colon(line)
    words = [word.strip() for word in _outside_quotes(head, ";")]
    group, _, name = words[0].upper().rpartition(".")
    if name == "AGENT" and not value.strip():
        return _Property(name, group, set(), "")
    if name not in _WANTED:
        return None
    types: set[str] = set()
    settings: dict[str, str] = {}
    for word in words[1:]:
        key, sign, told = word.partition("=")
        told = told.strip('"').lower()
        if key.upper() == "PREF" and told in ("", "1"):
            types.add("pref")
        elif not sign or key.upper() == "TYPE":
            types.update(_LABEL.findall((told or key).lower()))
        settings[key.upper()] = told
    return _Property(name, group, types, _decoded(value, settings, types, encoding))


def _at_colon(line: str) -> tuple[str, str]:
    """Name with parameters, and value. A colon in quotes belongs to a parameter."""
    head, *_ = _outside_quotes(line, ":")
    return head, line[len(head) + 1 :]


def _outside_quotes(text: str, sign: str) -> list[str]:
    parts, quoted, start = [], False, 0
    for at, letter in enumerate(text):
        if letter == '"':
            quoted = not quoted
        elif letter == sign and not quoted:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]


def _decoded(value: str, settings: dict[str, str], types: set[str], encoding: str) -> str:
    """The value in letters, out of quoted-printable, base64 or another character set than the file's."""
    charset = settings.get("CHARSET", "")
    coding = settings.get("ENCODING", "")
    try:
        if coding in ("quoted-printable", "q") or {"quoted", "printable"} <= types:
            raw = quopri.decodestring(value.encode("ascii", "ignore"))
        elif coding in ("b", "base64") or "base" in types:
            raw = base64.b64decode("".join(value.split()))
        elif charset and encoding == "cp1252" and not charset.startswith(("utf", "us-", "windows-1252")):
            raw = value.encode("cp1252")
        else:
            return value
    except (binascii.Error, ValueError):
        return value
    return _letters(raw, charset)


def _letters(raw: bytes, charset: str) -> str:
    for name in filter(None, (charset, "utf-8")):
        try:
            return raw.decode(name)
        except (LookupError, UnicodeDecodeError):
            continue
    return raw.decode("cp1252", "replace")


def _plain(value: str) -> str:
    """Without escapes; a line break is a blank here."""
    return " ".join(_ESCAPE.sub(lambda sign: " " if sign[1] in "nN" else sign[1], value).split())


def _row(card: _Card) -> list[str]:
    cells = {
        **_name(card),
        **_work(card),
        **_addresses(card),
        **_phones(card),
        **_pages(card),
        **_places(card),
    }
    cells["Notes"] = card.first("NOTE")
    return [cells.get(label, "") for label in HEADER]


def _name(card: _Card) -> dict[str, str]:
    """A company's card has no person in it, and that of a group nobody at all."""
    whole = card.first("FN")
    kind = card.first("KIND", "X-KIND", "X-ADDRESSBOOKSERVER-KIND").lower()
    if kind == "group":
        return {"Group": whole}
    if kind in ("org", "organization", "location") or card.first("X-ABSHOWAS").upper() == "COMPANY":
        return {"Company": whole}
    names = [*next((one.parts for one in card.all("N")), []), "", ""]
    family, given = (" ".join(part.replace(",", " ").split()) for part in names[:2])
    if whole and not (family and given):
        return {"Name": whole}
    return {"First Name": given, "Last Name": family, "Name": whole}


def _work(card: _Card) -> dict[str, str]:
    organisation = next((one.parts for one in card.all("ORG")), [])
    company = {"Company": organisation[0]} if organisation and organisation[0] else {}
    department = ", ".join(filter(None, organisation[1:]))
    return {**company, "Department": department, "Job Title": card.first("TITLE", "ROLE")}


def _addresses(card: _Card) -> dict[str, str]:
    """The preferred address, else one at work; the others behind it."""
    found = sorted(card.all("EMAIL"), key=lambda one: ("pref" not in one.types, "work" not in one.types))
    texts = [re.sub(r"^mailto:", "", one.text, flags=re.IGNORECASE) for one in found]
    return {"Email": texts[0], "Email 2": "; ".join(texts[1:])} if texts else {}


def _phones(card: _Card) -> dict[str, str]:
    """Numbers that somebody answers: the preferred one, a mobile, one at work. A "main" line is the company's."""
    voices = [one for one in card.all("TEL") if _NO_VOICE.isdisjoint(one.types)]
    ranks = ("pref", "cell", "mobile", "iphone", "work")
    voices.sort(key=lambda one: next((at for at, word in enumerate(ranks) if word in one.types), len(ranks)))
    own = [one for one in voices if "main" not in one.types]
    main = [one for one in voices if "main" in one.types]
    return {"Direct Phone": _numbers(own), "Company Phone": _numbers(main)}


def _numbers(found: list[_Property]) -> str:
    texts = (re.sub(r"^tel:([^;]*).*", r"\1", one.text, flags=re.IGNORECASE) for one in found)
    return " ::: ".join(filter(None, texts))


def _pages(card: _Card) -> dict[str, str]:
    urls = [one.text for one in card.all("URL", "X-SOCIALPROFILE", "SOCIALPROFILE")]
    profile = next((url for url in urls if _LINKEDIN.search(url)), "")
    website = next((one.text for one in card.all("URL") if not _LINKEDIN.search(one.text)), "")
    return {"LinkedIn URL": profile, "Website": website}


def _places(card: _Card) -> dict[str, str]:
    """An address at work is the company's; at home, or nowhere said, the place is the person's."""
    cells: dict[str, str] = {}
    codes = {one.group: one.text for one in card.all("X-ABADR")}
    for one in card.all("ADR"):
        _, more, street, city, region, postcode, country, *_ = [*one.parts, "", "", "", "", "", "", ""]
        country = country or codes.get(one.group, "").upper()
        before = "Company " if "work" in one.types else ""
        cells.setdefault(f"{before}City", city)
        cells.setdefault(f"{before}State", region)
        cells.setdefault(f"{before}Country", country)
        if before:
            lines = (street, more, " ".join(filter(None, (postcode, city))), region, country)
            cells.setdefault("Company Address", ", ".join(filter(None, lines)))
    return cells
