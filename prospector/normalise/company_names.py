"""Company names: the form to show and to write in a mail, and the key under which two spellings meet."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from prospector.normalise.text import clean, data_lines, fold

_LONGEST_NAME = 200
_LONGEST_FORM = 6  # words, as in "San. ve Tic. A.Ş."
_FORMULA = re.compile(r"[=@]\s*\w+\s*\(|javascript\s*:", re.IGNORECASE)
_NOT_WORD = re.compile(r"[\W_]+")
_NOT_FORM = re.compile(r"[^\w&]+")
_LOOSE_END = re.compile(r"(?:[\s,;:/|(\[–—-]|\s(?:&|and|und|et|y|e)(?=\s*$))+$")
_CAPITALS = re.compile(r"[^\W\da-z_]{2,}")
# What is no name when it is left alone: "The Limited" is a shop.
_ARTICLES = "the a an le la les l el los las il lo i gli die der das de het den o os as"
_NO_NAMES = frozenset(_ARTICLES.split())


@cache
def _forms() -> dict[str, frozenset[str]]:
    """The forms of each kind, in the spelling in which they are compared."""
    forms: dict[str, frozenset[str]] = {}
    for line in data_lines("legal_forms.tsv"):
        kind, _why, words = line.split("\t")
        shapes = words.split("|") if kind == "script" else [_shape(form) for form in words.split("|")]
        forms[kind] = forms.get(kind, frozenset()) | frozenset(shapes)
    return forms


def _shape(form: str) -> str:
    return _NOT_FORM.sub("", fold(form))


@lru_cache(maxsize=65_536)
def company_name(text: str | None) -> str | None:
    """The name to show, without its legal form (`Banco Ejemplo S.A.` -> `Banco Ejemplo`); None for a blank.

    Never cuts a name to nothing: `SE` and `The Limited` stay. Spreadsheet formulas are no names.
    """
    name = clean(text)
    if not name or len(name) > _LONGEST_NAME or _FORMULA.match(name) or not any(c.isalnum() for c in name):
        return None
    name = _unquoted(name)
    # Cutting at one end can lay bare a form at the other, and one behind it ("Holding GmbH & Co. KG").
    while (shorter := _cut_once(name)) != name:
        name = shorter
    return name


def _unquoted(name: str) -> str:
    while len(name) > 2 and name[0] + name[-1] in ('""', "''", "“”", "«»", "„“") and name.count(name[0]) <= 2:
        name = name[1:-1].strip()
    return name


def _cut_once(name: str) -> str:
    for cut in (_without_script, _without_front, _without_end):
        shorter = cut(name)
        if shorter != name and _is_name(shorter):
            return shorter
    trimmed = name.rstrip(" ,;:/|–—-")
    return trimmed if _is_name(trimmed) else name


def _is_name(text: str) -> bool:
    words = _NOT_WORD.sub(" ", fold(text)).split()
    return bool(words) and not all(word in _NO_NAMES for word in words)


def _without_script(name: str) -> str:
    if name.isascii():
        return name
    for form in sorted(_forms()["script"], key=lambda form: (-len(form), form)):
        if name.endswith(form) or name.startswith(form):
            return name.removesuffix(form).removeprefix(form).strip(" 　")
    return name


def _without_front(name: str) -> str:
    first, _, rest = name.partition(" ")
    if _CAPITALS.fullmatch(first.strip(".").replace(".", "")) and _shape(first) in _forms()["front"]:
        return rest.strip(" \"'«»“”„") if rest.strip(" \"'«»“”„") else name
    return name


def _without_end(name: str) -> str:
    """The name without the longest legal form at its end."""
    starts = [0, *(match.end() for match in re.finditer(r"[\s,]+", name))]
    for start in starts[-_LONGEST_FORM:]:
        if start and _is_form(name[start:]):
            return _LOOSE_END.sub("", name[:start])
    return name


def _is_form(tail: str) -> bool:
    shape = _shape(tail)
    if shape in _forms()["end"]:
        return True
    letters = tail.strip("().,; ")
    return shape in _forms()["capitals"] and (
        "." in letters
        or "/" in letters
        or _CAPITALS.fullmatch(letters) is not None
        or letters in ("SpA", "eG", "eV")
    )


@lru_cache(maxsize=65_536)
def company_key(text: str | None) -> str:
    """The name for comparing: no legal form, no case, accents or signs (`Acme & Söhne Co.` -> `acme sohne`).

    Empty if the text says nothing.
    """
    name = company_name(text)
    if not name:
        return ""
    words = _NOT_WORD.sub(" ", fold(name).replace("&", " ").replace("'", "")).split()
    words = [word for word in words if word not in ("and", "und", "et", "y")] or words
    while len(words) > 1 and words[-1] in _forms()["firm"]:
        words.pop()
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    return " ".join(words)
