"""One cell in, one canonical text out, or None: the readers of single cells that `rows` puts together."""

from __future__ import annotations

import math
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from prospector.core.custom import LONGEST_VALUE
from prospector.core.records import WEAKEST_GRADE
from prospector.core.spans import NumberSpan
from prospector.intake.consent.cells import read_reply
from prospector.normalise.calendar_words import calendar_words
from prospector.normalise.dates import parse_date
from prospector.normalise.domains import company_domain, website_url
from prospector.normalise.emails import parse_email
from prospector.normalise.headcounts import parse_headcount
from prospector.normalise.place_cells import without_markup
from prospector.normalise.residue import without_residue
from prospector.normalise.roles import parse_role
from prospector.normalise.text import clean, fold
from prospector.normalise.words import words_of

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST_CELL = 10_000
LONGEST_LIST = 100_000
"""Characters of a cell with a list of technologies: as many names as anyone sells."""
MOST_TECHNOLOGIES = 500

_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
_LIST_SIGNS = re.compile(r"[,;|\r\n]| ::: ")
_TITLE_SIGNS = re.compile(r"[;|\r\n]|:::")
_LONGEST_TITLE = 200
_LONGEST_ADDRESS = 500
_LONGEST_JOB = 300
_EXACT_NUMBER = 10**11
_DAMAGED_DAY = re.compile(r"\d{4}-(\d\d)-(\d\d)")
_DAMAGED_BANDS = {("01", "10"): "1-10", ("10", "01"): "1-10", ("02", "10"): "2-10", ("10", "02"): "2-10"}
_ADDRESS_SIGNS = re.compile(r":::|[,;|\r\n]")
_YEAR = re.compile(r"(?:1[4-9]|20)\d{2}")
_BARE_NUMBER = re.compile(r"\d{1,3}")
_NO_TITLES = frozenset(
    {
        "0",
        "0.0",
        "1",
        "false",
        "no",
        "n",
        "non",
        "nein",
        "nee",
        "falsch",
        "faux",
        "falso",
        "f",
        "none",
        "never",
    }
    | {"off", "true", "yes", "ja", "oui", "si"}
)
_NOT_WORDS = re.compile(r"[\W_]+")
_SENIORITY = {
    "owner": "owner", "founder": "owner", "cofounder": "owner", "partner": "partner", "csuite": "c_suite",
    "clevel": "c_suite", "cxo": "c_suite", "cxolevel": "c_suite", "executive": "c_suite", "chief": "c_suite",
    "vp": "vp", "vplevel": "vp", "vicepresident": "vp", "head": "director", "director": "director",
    "directorlevel": "director", "manager": "manager", "managerlevel": "manager", "senior": "senior",
    "seniorlevel": "senior", "entry": "entry", "entrylevel": "entry", "junior": "entry", "nonmanager": "entry",
    "intern": "intern", "internship": "intern", "trainee": "intern", "training": "intern",
}  # fmt: skip
_DEPARTMENTS = frozenset(
    {
        "executive",
        "finance",
        "hr",
        "marketing",
        "sales",
        "product",
        "design",
        "engineering",
        "data",
        "it",
        "security",
    }
    | {
        "operations",
        "customer_success",
        "support",
        "legal",
        "procurement",
        "education",
        "healthcare",
        "research",
    }
    | {"other"}
)


def cell_text(value: Any) -> str:
    """The text of a value: a list's parts joined with `;`, an object's name, nothing for null and NaN."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return "" if not math.isfinite(value) else str(int(value)) if value.is_integer() else str(value)
    if isinstance(value, list):
        return "; ".join(part for element in value[:MOST_TECHNOLOGIES] if (part := _element_text(element)))
    return str(value) if isinstance(value, int) and abs(value) < 1 << 63 else ""


def list_text(value: Any) -> str:
    """The text of a list whose parts may hold commas; a technology that was only hinted at is left out.

    A name alone would make a fact of a hint: an ad platform's helper tag buys no ads.
    """
    if not isinstance(value, list):
        return cell_text(value)
    stated = [element for element in value[:MOST_TECHNOLOGIES] if not _is_hint(element)]
    parts = [part for element in stated if (part := _element_text(element).replace(":::", ":"))]
    return "".join(f"{part} ::: " for part in parts)


def _is_hint(element: Any) -> bool:
    if not isinstance(element, dict):
        return False
    grade = element.get("grade")
    return element.get("level") == "tag" or (isinstance(grade, int) and grade > WEAKEST_GRADE)


def states_text(value: Any) -> str:
    """All that the objects of a list say: of an opt-out that is its reason as much as the name of its list."""
    if not isinstance(value, list):
        return cell_text(value)
    whole = [inner for element in value[:MOST_TECHNOLOGIES] for inner in _leaves(element)]
    return "; ".join(part for one in whole if (part := cell_text(one)))


def _leaves(element: Any, depth: int = 8) -> list[Any]:
    inner = element.values() if isinstance(element, dict) else element if isinstance(element, list) else None
    if inner is None:
        return [element]
    return [leaf for one in inner for leaf in _leaves(one, depth - 1)] if depth else []


def phone_text(value: Any) -> str:
    """A number as a spreadsheet shows it: with twelve digits and more, plus sign and zeros are lost for good."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"{value:.5E}" if is_number and abs(value) >= _EXACT_NUMBER else cell_text(value)


def _element_text(element: Any) -> str:
    if isinstance(element, dict):
        named = (element.get(key) for key in ("name", "title", "value", "email", "number", "label"))
        return next((value for value in named if isinstance(value, str)), "")
    return "" if isinstance(element, list) else cell_text(element)


def short_text(limit: int) -> Callable[[str], str | None]:
    """A reader of tidy text of at most so many characters."""

    @lru_cache(maxsize=16_384)
    def read(text: str) -> str | None:
        found = clean(text)
        return found if found and len(found) <= limit else None

    return read


def custom_text(text: str) -> str | None:
    """What a column of the user's own says: tidy text, as it came otherwise."""
    found = clean(text)
    return found if found and len(found) <= LONGEST_VALUE else None


def long_text(text: str) -> str | None:
    """Tidy text, cut at 10,000 characters. Long texts rarely repeat, so nothing is remembered here."""
    visible = _INVISIBLE.sub("", text[: LONGEST_CELL * 2])
    return " ".join(unicodedata.normalize("NFC", visible).split())[:LONGEST_CELL].rstrip() or None


@lru_cache(maxsize=16_384)
def address(text: str) -> str | None:
    """A postal address in one line, as a page shows it."""
    found = without_markup(text)
    return found if found and len(found) <= _LONGEST_ADDRESS else None


@lru_cache(maxsize=16_384)
def job_title(text: str) -> str | None:
    """A title without what a page left around it. `ceo/founder` looks like a path, but names a role."""
    found = without_residue(text)
    if found is None and (shown := clean(text)) and parse_role(shown).seniority:
        found = shown
    return found if found and len(found) <= _LONGEST_JOB else None


@lru_cache(maxsize=16_384)
def headcount(text: str) -> str | None:
    """The count or band in its canonical form, also of a band that a spreadsheet made a day of (1-10, 11-50)."""
    if day := _DAMAGED_DAY.match(text):
        return "11-50" if text.startswith("1950-11") else _DAMAGED_BANDS.get((day[1], day[2]))
    span = parse_headcount(text)
    return str(span) if span else None


def own_headcount(text: str) -> str | None:
    """The count or band as we print it ourselves; `-10` is up to ten there and nonsense elsewhere."""
    try:
        return str(NumberSpan.parse(text))
    except ValueError:
        return headcount(text)


@lru_cache(maxsize=1024)
def year(text: str) -> str | None:
    """The year of a foundation, also out of a date."""
    cell = text.strip().removesuffix(".0")
    if _YEAR.fullmatch(cell):
        return cell
    date = parse_date(cell, day_first=True)
    return str(date.earliest.year) if date else None


@lru_cache(maxsize=4_096)
def own_domain(text: str) -> str | None:
    """The domain in a cell of domains; None for a platform's or a mail service's."""
    return company_domain(text, None)


@lru_cache(maxsize=4_096)
def own_website(text: str) -> str | None:
    """The address of a company's own site; None for pages on a platform."""
    return website_url(text) if own_domain(text) else None


@lru_cache(maxsize=1024)
def replied(text: str) -> str | None:
    """The day of a reply, or `yes`; None where the cell says that there was none."""
    return read_reply(text)


@lru_cache(maxsize=4096)
def seniority(text: str) -> str | None:
    """The level that a column of levels names; of several the first that is known."""
    for part in _LIST_SIGNS.split(text):
        word = _NOT_WORDS.sub("", fold(part))
        if level := _SENIORITY.get(word) or parse_role(part).seniority:
            return level
    return None


@lru_cache(maxsize=4096)
def department(text: str) -> str | None:
    """The department that a column of departments names; `executive` only if it names no other."""
    found = [name for part in _LIST_SIGNS.split(text) if (name := _department(part.strip()))]
    return next((name for name in found if name != "executive"), found[0] if found else None)


def _department(part: str) -> str | None:
    word = part.lower().replace(" ", "_")
    return word if word in _DEPARTMENTS else parse_role(part).department


def names_in_list(text: str) -> tuple[str, ...]:
    """The names in a cell of technologies or ad platforms, each once."""
    text = text[:LONGEST_LIST]
    parts = (text.split(":::") if ":::" in text else _LIST_SIGNS.split(text))[:MOST_TECHNOLOGIES]
    names = (name for part in parts if len(part) <= 100 and (name := clean(part)))
    return tuple(dict.fromkeys(name for name in names if any(map(str.isalnum, name))))


def titles_in_list(text: str) -> tuple[str, ...]:
    """The titles in a cell of open jobs, each once. A comma parts them only where nothing else does."""
    text = text[:LONGEST_LIST]
    parts = (_TITLE_SIGNS.split(text) if _TITLE_SIGNS.search(text) else text.split(","))[:MOST_TECHNOLOGIES]
    titles = (title for part in parts if len(part) <= _LONGEST_TITLE and (title := clean(part)))
    return tuple(dict.fromkeys(title for title in titles if _is_title(title)))


def _is_title(title: str) -> bool:
    """Neither a number of jobs nor a yes or no."""
    return any(map(str.isalpha, title)) and fold(title) not in _NO_TITLES


def addresses_in(text: str) -> list[str]:
    """All e-mail addresses in a cell. Blanks part them only where each word is one: `my name@x.example` is none."""
    found: list[str | None] = []
    for part in _ADDRESS_SIGNS.split(text):
        words = part.split()
        apart = len(words) > 1 and all("@" in word for word in words)
        found.extend(map(parse_email, words if apart else [part]))
    return list(dict.fromkeys(address for address in found if address))


def tenure_with_unit(text: str, header: str) -> str:
    """`14` under `Months in role` is 14 months; a number alone says nothing elsewhere."""
    cell = text.strip()
    if not _BARE_NUMBER.fullmatch(cell):
        return text
    known = calendar_words().units
    unit = next((word for word in words_of(header) if len(word) > 2 and word in known), "")
    return f"{cell} {unit}" if unit else text
