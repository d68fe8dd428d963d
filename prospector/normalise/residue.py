"""What other programs leave in a cell that should hold a name: markup, links, keys of records, kinds of employment.

Where the rest is a name the rest counts; a cell that is nothing but a key, a link or a path says no name.
"""

from __future__ import annotations

import html
import re
from functools import cache, lru_cache

from prospector.normalise.text import clean, data_lines, fold

_LONGEST = 1000
# Signs without which nothing below can apply, but for keys.
_TELLING = re.compile(r"[<>\[\]*`/\\|·•∙#_~()（）=:{}–—]|&#?\w+;| - |www\.|\.\w{3,4}$")
_DIGIT = re.compile(r"\d")
_LETTER = re.compile(r"[^\W\d_]")
_LONG_WORD = re.compile(r"\S{12}")
_SCRIPT = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(
    r"</?[A-Za-z][^<>]*>|<!--.*?-->|\[/?(?:url|b|i|u|img|color|size)(?:=[^\]]*)?\]", re.IGNORECASE
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[([^\[\]]+)\]\(\s*[^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\s*\)")
_REFERENCE = re.compile(r"\[([^\[\]]+)\]\[[^\[\]]*\]")
_WIKI = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]+)\]\]")
_PIPED = re.compile(r"\[([^\[\]|]+)\|(?:https?|mailto)[^\[\]]*\]")
_ANGLED = re.compile(r"`?([^`<>]+?)\s*<(?:https?|mailto):[^<>]*>`?_{0,2}")
_MARKS = re.compile(r"(?<!\w)(\*\*\*|\*\*|\*|__|~~|`{1,3})(?=\S)([^*`~]+?)(?<=\S)\1(?!\w)")
_HEADING = re.compile(r"^\s*(?:#{1,6}|>|[-*+])\s+(?=\S)")
_URL = r"(?:[a-z][a-z0-9+.-]*://|www\.|mailto:|urn:)\S+"
_IN_BRACKETS = re.compile(rf"\s*[(\[<]\s*{_URL}\s*[)\]>]", re.IGNORECASE)
_ADDRESS = re.compile(rf"(?<!\S){_URL}", re.IGNORECASE)
_PATH = re.compile(
    r"(?:\.{0,2}[/\\]|[A-Za-z]:[/\\]|\\\\)\S.*|[a-z0-9_.-]+(?:[/\\][a-z0-9_.-]+){2,}|[\w-]+[/\\][\w-]*\d{3}[\w-]*|\S+[/\\]\S+\.\w{2,4}"
)
_FILE_NAME = re.compile(r"\S+\.(?:csv|xlsx?|pdf|docx?|json|png|jpe?g|svg|txt|html?|zip)", re.IGNORECASE)
_LOOKUP = re.compile(r"\s*\d+;#\s*|;#\d+(?=;|$)")
_BROKEN = re.compile(r"\[object \w+\]|\{.*[:}].*\}|#\w+[!?]", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s+[·•∙|–—-]\s+|\s*[|•∙]\s*|\s*[(（\[]")
_LOOSE = " \t,;:|·•–—-"

# Keys of records, as CRMs and databases write them.
_NUMBER = re.compile(r"[#№]?\s*[-+]?\d[\d\s.,'’_-]*(?:[eE][+-]?\d+)?|\d{1,4}/\d{1,2}/\d{1,4}")
_UUID = re.compile(r"(?:[A-Za-z]{1,12}[-_:])?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_HEX = re.compile(r"(?:0x)?[0-9a-fA-F]{16,}")
_SALESFORCE = re.compile(r"(?:00|a[0-9])[0-9A-Za-z]{13}(?:[0-9A-Za-z]{3})?")
_TAGGED = re.compile(
    r"[A-Za-z]{1,12}\s?[:_#=]\s?[A-Za-z]*[-_]?\d{2,}|[A-Za-z]{1,12}[-_]0\d{2,}|[A-Za-z]{1,6}-\d{5,}|"
    r"(?:rec|app|tbl|usr)[A-Za-z0-9]{14}|[a-z]{2,6}_[A-Za-z0-9]{10,}|(?:[a-z]+\.)+[a-z]+,\s?\d+"
)
_DASHES = re.compile(r"[-{}_()]")
_SHORTEST_KEY = 12
_MOST_TURNS = 3
_LETTER_OR_DIGIT = re.compile(r"[0-9]+|[^\W\d_]+")


def is_key(text: str) -> bool:
    """True for a record's key: a number, a UUID with dashes or without, an id of a CRM or a database.

    Of other words those count that change between letters and digits as no name does.
    """
    token = text.strip(" .,;\"'")
    if not token or not any(c.isdigit() for c in token):
        return False
    if any(pattern.fullmatch(token) for pattern in (_NUMBER, _UUID, _SALESFORCE, _TAGGED)):
        return True
    bare = _DASHES.sub("", token)
    if " " in bare or not bare.isascii() or not bare.isalnum():
        return False
    return _HEX.fullmatch(bare) is not None or _is_random(bare)


def _is_random(token: str) -> bool:
    """True for a long token in which letters and digits change often."""
    runs = _LETTER_OR_DIGIT.findall(token)
    return len(token) >= _SHORTEST_KEY and len(runs) > _MOST_TURNS


@lru_cache(maxsize=16_384)
def without_residue(text: str | None) -> str | None:
    """The name in a cell without what a page or an export left around it; None where no name is left.

    What stays is kept sign by sign: brackets, dots and ampersands of a name's own are not touched.
    """
    name = clean(text)
    if name is None or len(name) > _LONGEST:
        return name
    if not _TELLING.search(name):
        return _without_plain_keys(name) if _DIGIT.search(name) else name
    name = _without_markup(name)
    if _is_no_name(name):
        return None
    name = _without_employment(_without_links(_LOOKUP.sub("", name)))
    name = _without_keys(name)
    return clean(name) if name and not _is_no_name(name) else None


def _without_plain_keys(name: str) -> str | None:
    """The same for a text in which figures are all that may need a look."""
    if " " not in name or not _LETTER.search(name):
        return None if is_key(name) else name
    return _without_keys(name) or None


def _is_no_name(name: str) -> bool:
    bare = name.strip()
    return bool(
        is_key(bare)
        or _PATH.fullmatch(bare)
        or _FILE_NAME.fullmatch(bare)
        or _ADDRESS.fullmatch(bare)
        or _BROKEN.fullmatch(bare)
    )


def _without_markup(name: str) -> str:
    """The text without HTML, entities (also those of entities) and Markdown."""
    for _ in range(2):
        if not _ENTITY.search(name):
            break
        name = _ENTITY.sub(lambda found: html.unescape(found[0]), name)
    name = _ANGLED.sub(r"\1", name)
    if "<" in name or "[" in name:
        name = _TAG.sub(" ", _SCRIPT.sub(" ", name))
    for pattern in (_IMAGE, _LINK, _WIKI, _PIPED, _REFERENCE):
        name = pattern.sub(lambda found: found[1] if found.re.groups else " ", name)
    return " ".join(_MARKS.sub(r"\2", _HEADING.sub("", name)).split())


def _without_links(name: str) -> str:
    """The name without a link beside it; a link alone is none."""
    return _ADDRESS.sub(" ", _IN_BRACKETS.sub("", name)).strip()


def _without_keys(name: str) -> str:
    """The name without the record's key behind or before it, in brackets or not (`Acme (0015g00000XyZabAAB)`)."""
    if not _LONG_WORD.search(name):
        return name
    words = name.split()
    kept = [word for word in words if not _is_long_key(word.strip("()[]{}|:;,"))]
    return name if len(kept) == len(words) else " ".join(kept).strip(_LOOSE)


def _is_long_key(word: str) -> bool:
    """A key beside a name must be plain: `Studio 54` and `Agenda 2030` are names."""
    return len(word) >= _SHORTEST_KEY and not _NUMBER.fullmatch(word) and is_key(word)


# Kinds of employment, as LinkedIn writes them behind a company's name


def _without_employment(name: str) -> str:
    """`Vik AS · Full-time` is `Vik AS`; a word behind a dot that is no kind of employment belongs to the name."""
    while name:
        cuts = [found.start() for found in _SEPARATOR.finditer(name)]
        cut = next((at for at in cuts if at and says_employment(name[at:])), None)
        if cut is None:
            return name
        name = name[:cut].rstrip(_LOOSE)
    return name


@cache
def _employment_words() -> dict[str, set[str]]:
    """Words that tell a kind of employment, those of a length of time, and those that may stand beside them."""
    kinds: dict[str, set[str]] = {"kind": set(), "time": set(), "beside": set()}
    for line in data_lines("employment_kinds.tsv"):
        kind, _why, words = line.split("\t")
        kinds[kind] |= {_spelled(word) for word in words.split("|")}
    return kinds


def _spelled(text: str) -> str:
    return " ".join(_LETTER_OR_DIGIT.findall(fold(text)))


def says_employment(text: str) -> bool:
    """True if a text is nothing but a kind of employment, with a length of time or a place of work beside it."""
    words = _spelled(text).split()
    known = _employment_words()
    found = False
    index = 0
    while index < len(words):
        count = next((n for n in (4, 3, 2, 1) if " ".join(words[index : index + n]) in known["kind"]), 0)
        if words[index].isdigit() and index + 1 < len(words) and words[index + 1] in known["time"]:
            count = 2
        if not count and words[index] not in known["beside"]:
            return False
        found = found or bool(count)
        index += count or 1
    return found
