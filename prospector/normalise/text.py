"""Text as it comes out of cells: made clean for storing and showing, and folded for comparing."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from pathlib import Path

_DATA = Path(__file__).parent.parent / "data"

# Left out on purpose, because they are people's or places' names: "Na", "Nil", "Nan" with one capital.
_PLACEHOLDER_WORDS = (
    "- -- --- – — . .. ... _ ? ?? ??? * / \\ n/a #n/a n.a. n.a n\\a none null unknown undefined tbd {} [] (none) "
    "(null) (blank) (unknown) (empty) <null> <none> [null] [none] #ref! #value! #name? #null! #num! #div/0! #error!"
)
_PLACEHOLDERS = frozenset(_PLACEHOLDER_WORDS.split()) | {
    "not available", "not applicable", "not provided", "not specified", "not known", "no data", "#n/a n/a"
}  # fmt: skip
_EXACT_PLACEHOLDERS = frozenset({"NaN", "nan", "N/A.", "NONE."})
_LONGEST_PLACEHOLDER = 14
# Longer texts hardly come twice, and remembering them would make memory grow with a file's descriptions.
_LONGEST_REMEMBERED = 200

_FORMULA_ERROR = re.compile(r"#[¡¿]?[A-ZÀ-ÖØ-ÞА-Я]{2,9}(?:/0)?[!?]")
_LATIN = re.compile("[\x00-\u024f\u2010-\u201d]*")
_WHITE = re.compile("[\t-\r\x1c-\x1f\x85]")
# Controls, surrogates (no database stores them), bidi and zero-width signs, blank-looking letters, tags.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufeff\uffa0\ufff9-\uffff\U000e0000-\U000e007f]"
)
# Letters that no decomposition takes apart, but that people write without the stroke.
_STROKES = str.maketrans(
    {
        "ø": "o",
        "æ": "ae",
        "œ": "oe",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ı": "i",
        "ħ": "h",
        "’": "'",
        "‘": "'",
    }
)


def clean(text: str | None) -> str | None:
    """The cell's text as one tidy line (NFC), or None for a blank or a placeholder such as `N/A`.

    Control, bidi and zero-width characters go; every run of white space becomes one space.
    """
    if not text:
        return None
    if not text.isascii() or not text.isprintable() or "  " in text or text[0] == " " or text[-1] == " ":
        text = _tidy(text) if len(text) <= _LONGEST_REMEMBERED else _tidied(text)
    if len(text) <= _LONGEST_PLACEHOLDER and (
        not text
        or text.lower() in _PLACEHOLDERS
        or text in _EXACT_PLACEHOLDERS
        or (text[0] == "#" and is_formula_error(text))
    ):
        return None
    return text


def is_formula_error(text: str) -> bool:
    """What a spreadsheet shows for a formula that fails, in any language: `#REF!`, `#BEZUG!`, `#¿NOMBRE?`."""
    return text[:1] == "#" and _FORMULA_ERROR.fullmatch(text) is not None


@lru_cache(maxsize=16_384)
def _tidy(text: str) -> str:
    return _tidied(text)


def _tidied(text: str) -> str:
    visible = _INVISIBLE.sub("", _WHITE.sub(" ", text))
    return " ".join(unicodedata.normalize("NFC", visible).split())


def fold(text: str) -> str:
    """The text for comparing: no case, no accents (`Müller` -> `muller`, `Straße` -> `strasse`)."""
    if text.isascii():
        return text.lower()
    if _LATIN.fullmatch(text):
        return text.translate(_latin_folds())
    return _fold(text) if len(text) <= _LONGEST_REMEMBERED else _folded(text)


@cache
def _latin_folds() -> dict[int, str]:
    """What each sign becomes, where no sign acts on its neighbour."""
    return {code: _folded(chr(code)) for code in [*range(0x41, 0x250), *range(0x2010, 0x201E)]}


@lru_cache(maxsize=16_384)
def _fold(text: str) -> str:
    return _folded(text)


def _folded(text: str) -> str:
    # Taking marks off can leave a letter that folds once more, so the second pass makes the result stable.
    for _ in range(2):
        apart = unicodedata.normalize("NFKD", text.casefold().translate(_STROKES))
        bare = "".join(c for c in apart if not unicodedata.combining(c))
        text = unicodedata.normalize("NFKC", bare).casefold().translate(_STROKES)
    return text


def data_lines(name: str) -> list[str]:
    """The lines of a data file of the package, without blank lines and `#` comments."""
    lines = (_DATA / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]
