"""A cell with a person's name before its words are told apart: quotes, signs, adverts, log-ins and glued titles."""

from __future__ import annotations

import re
import unicodedata

from prospector.normalise.name_words import has_mixed_case, kinds_of
from prospector.normalise.residue import without_residue
from prospector.normalise.text import clean

SIGNS = " *~#_^!?"
_LONGEST_NAME = 150
_QUOTES = {'"': '"', "'": "'", "“": "”", "„": "“", "«": "»", "‘": "’"}

# Where a name ends and what somebody says of themselves begins.
_ADDRESSED = re.compile(
    r"(?:attn|att|attention|c/o|z\. ?hd?s?\.(?: von)?|zu händen(?: von)?|à l['’]attention de|fao|t\.a\.v\.)[.:]?\s+",
    re.IGNORECASE,
)
_ADVERT = re.compile(r"\s?/\s?[A-Z]{2,}\b.*|\s[#@]\s?\w.*|:\s.*|\s(?:at|bei|chez|@)\s.*", re.DOTALL)
_LOGIN = re.compile(r"[^\W_]+(?:[._]+[^\W_]+)+")
_GLUED = re.compile(r"([^\W\d_]{2,}\.)(?=[^\W\d_])")
_JOINED_TITLE = re.compile(r"(?:[^\W\d_]{2,}\.-)+[^\W\d_]{2,}\.?")
_GLUED_INITIALS = re.compile(r"((?:[A-ZÀ-Þ]\.)+)(?=[A-ZÀ-Þ][a-zß-ÿ'’]{2,})")
_THAI_TITLE = re.compile(r"(นางสาว|น\.ส\.|นาย|นาง|คุณ|ดร\.)\s*(?=[\u0e00-\u0e7f]{2})")
_ORDINAL = re.compile(r"\d{1,2}(?:st|nd|rd|th)", re.IGNORECASE)


def bare_cell(text: str | None, *, least: int) -> str | None:
    """The cell without markup, quotes around it all, emoji and what stands behind one; None if it is no name.

    `least` is how many words make a whole name.
    """
    cell = clean(text)
    if cell is None or len(cell) > _LONGEST_NAME * 3:
        return None
    cell = without_residue(cell)
    if cell is None or len(cell) > _LONGEST_NAME:
        return None
    if len(cell) > 2 and _QUOTES.get(cell[0]) == cell[-1] and cell.count(cell[-1]) <= 2:
        cell = cell[1:-1]
    cell = _ADDRESSED.sub("", cell, count=1) if _ADDRESSED.match(cell) else cell
    if not cell.isascii():
        if any("\U0001d400" <= c <= "\U0001d7ff" for c in cell):  # letters in fancy type
            cell = unicodedata.normalize("NFKC", cell)
        cell = _THAI_TITLE.sub(r"\1 ", _before_emoji(cell, least))
    return clean(cell.strip(SIGNS))


def _before_emoji(cell: str, least: int) -> str:
    """Without emoji; what follows one behind a whole name is an advert (`Ana Ruiz 🚀 Hiring now`)."""
    parts = "".join(c if _is_letter_or_mark(c) else "\0" for c in cell).split("\0")
    kept: list[str] = []
    for part in parts:
        if len(" ".join(kept).split()) >= least:
            break
        kept.append(part)
    return " ".join(kept)


def _is_letter_or_mark(c: str) -> bool:
    # Keycaps and the selectors that turn a sign into an emoji count as marks.
    emoji = "\ufe00" <= c <= "\ufe0f" or c == "\u20e3"
    return c.isascii() or (unicodedata.category(c)[0] in "LMNPZ" and not emoji)


def without_advert(cell: str, *, least: int) -> str:
    """The name before what somebody says of themselves; `least` words always stay.

    Behind a name, two small words in a row that no name has are a sentence (`Ana Ruiz helping brands grow`).
    """
    found = _ADVERT.search(cell)
    if found and len(cell[: found.start()].split()) >= least:
        cell = cell[: found.start()]
    words = cell.split()
    if len(words) < least + 2 or not has_mixed_case(cell):
        return cell
    small = [word[:1].islower() and word.isalpha() and word != "of" and not kinds_of(word) for word in words]
    start = next((i for i in range(least, len(words) - 1) if small[i] and small[i + 1]), None)
    return cell if start is None else " ".join(words[:start])


def login_name(cell: str) -> str | None:
    """The name in a log-in (`anna.feld`), the cell itself if it is none; None for a log-in that tells no name.

    Only a known given name in front makes a name of it.
    """
    if " " in cell or cell[-1:] == ".":
        return cell
    if any(c.isdigit() for c in cell):
        return None
    if not _LOGIN.fullmatch(cell) or (
        "_" not in cell and not cell.islower() and not _begins_with_given(cell)
    ):
        return cell
    return " ".join(re.split(r"[._]+", cell)) if _begins_with_given(cell) else None


def _begins_with_given(cell: str) -> bool:
    return "given" in kinds_of(re.split(r"[._]", cell)[0])


def words_apart(cell: str) -> str:
    """The cell with blanks between words that were written as one (`Dr.Anna`, `Univ.-Prof.Eva`, `J.Smith`)."""
    if "." not in cell and "_" not in cell and not any(map(str.isdigit, cell)):
        return cell
    words = [part for word in cell.split() for part in _apart(word)]
    kept = [word for word in words if not _is_numbered(word)]
    return " ".join(kept or words)


def _apart(word: str) -> list[str]:
    if "." not in word[1:-1] or kinds_of(word):
        return [word]
    if joined := _JOINED_TITLE.match(word):
        rest = word[joined.end() :]
        glued = bool(rest) and joined[0].endswith(".")
        return [joined[0], *_apart(rest)] if glued else [word]
    found = _GLUED.match(word) or _GLUED_INITIALS.match(word)
    if not found or (word[found.end()].islower() and "." not in word[found.end() :]):
        return [word]
    return [found[1], *_apart(word[found.end() :])]


def _is_numbered(word: str) -> bool:
    """True for a word with figures in it, which belongs to a log-in or a key, not to a name."""
    mixed = any(map(str.isdigit, word)) and any(map(str.isalpha, word))
    return mixed and not _ORDINAL.fullmatch(word.strip(".,"))
