"""Company names: the form to show and to write in a mail, and the key under which two spellings meet."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from prospector.normalise.residue import without_residue
from prospector.normalise.text import data_lines, fold

_LONGEST_NAME = 200
_LONGEST_FORM = 6  # words, as in "San. ve Tic. A.Ş."
_FORMULA = re.compile(r"[=@]\s*\w+\s*\(|javascript\s*:", re.IGNORECASE)
_NOT_WORD = re.compile(r"[\W_]+")
_NOT_FORM = re.compile(r"[^\w&]+")
_LOOSE_END = re.compile(r"(?:[\s,;:/|(\[–—-]|\s(?:&|and|und|et|y|e)(?=\s*$))+$")
# Nothing in it needs trimming, quotes or the marks of other scripts.
_PLAIN = re.compile(r"[A-Za-z0-9À-ɏ][A-Za-z0-9À-ɏ &'.+-]*[A-Za-z0-9À-ɏ]")
_SMALL = re.compile("[a-z]")
_CAPITALS = re.compile(r"[^\W\da-z_]{2,}")
_AND = frozenset({"and", "und", "et", "y"})
# What is no name when it is left alone: "The Limited" is a shop.
_ARTICLES = "the a an le la les l el los las il lo i gli die der das de het den o os as"
_LONGEST_ARTICLE = 3
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


@lru_cache(maxsize=16_384)
def _shape(form: str) -> str:
    return _NOT_FORM.sub("", fold(form))


_MEMO_SIZE = 16_384
_names: dict[str | None, str | None] = {}
"""Names by the texts that were asked for, and each by itself: a name is looked at again when its key is made."""


def company_name(text: str | None) -> str | None:
    """The name to show, without its legal form (`Banco Ejemplo S.A.` -> `Banco Ejemplo`); None for a blank.

    Never cuts a name to nothing: `SE` and `The Limited` stay. Spreadsheet formulas and keys of records are no names.
    """
    try:
        return _names[text]
    except KeyError:
        name = _company_name(text)
    if len(_names) >= _MEMO_SIZE:
        _names.clear()
    _names[text] = name
    if name is not None and without_residue(name) == name:  # of "1910 S.A." is left what alone would be a key
        _names[name] = name
    return name


def _company_name(text: str | None) -> str | None:
    name = without_residue(text)
    if not name or len(name) > _LONGEST_NAME:
        return None
    if not _PLAIN.fullmatch(name):
        if _FORMULA.match(name) or not any(c.isalnum() for c in name):
            return None
        name = _unquoted(name)
    # Cutting at one end can lay bare a form at the other, one behind it ("Holding GmbH & Co. KG"), or what a page left.
    while not _has_no_form(name) and (shorter := _cut_once(name)) != name:
        name = _unquoted(without_residue(shorter) or shorter)
    return name


def _has_no_form(name: str) -> bool:
    """True if it is plain from the first and the last word that there is nothing to cut (most names)."""
    if not _PLAIN.fullmatch(name):
        return False
    first, blank, _ = name.partition(" ")
    if not blank:
        return True
    return not _may_end_form(name[name.rfind(" ") + 1 :]) and not _is_front_form(first)


def _may_end_form(word: str) -> bool:
    return _shape(word) in _form_tails()


def _is_front_form(word: str) -> bool:
    # words with small letters, as most are, are told at once
    if _SMALL.search(word):
        return False
    return _shape(word) in _forms()["front"] and _CAPITALS.fullmatch(word.replace(".", "")) is not None


@cache
def _form_tails() -> frozenset[str]:
    """Every ending of every form: a name whose last word is none of them ends in no form."""
    forms = _forms()["end"] | _forms()["capitals"]
    return frozenset(form[start:] for form in forms for start in range(len(form) + 1))


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
    if text.isalnum():
        return len(text) > _LONGEST_ARTICLE or fold(text) not in _NO_NAMES
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
    """The name without a legal form in front of it."""
    first, _, rest = name.partition(" ")
    if _is_front_form(first):
        return rest.strip(" \"'«»“”„") or name
    return name


def _without_end(name: str) -> str:
    """The name without the longest legal form at its end."""
    found, shape, end = 0, "", len(name)
    for _ in range(_LONGEST_FORM):
        start = max(name.rfind(" ", 0, end), name.rfind(",", 0, end)) + 1
        shape = _shape(name[start:end]) + shape
        if not start or shape not in _form_tails():
            break
        if _is_form(shape, name[start:]) or (
            shape in _forms()["comma"] and name[:start].endswith((", ", ","))
        ):
            found = start
        end = len(name[:start].rstrip(" ,"))
    shorter = _LOOSE_END.sub("", name[:found]) if found else name
    # The form of another company, in a remark: "Feldwerk (acquired by Moor SE)".
    return name if _is_open(shorter) and not _is_open(name) else shorter


def _is_open(name: str) -> bool:
    return name.count("(") > name.count(")")


def _is_form(shape: str, tail: str) -> bool:
    forms = _forms()
    if shape in forms["end"]:
        return True
    if shape not in forms["capitals"]:
        return False
    letters = tail.strip("().,; ")
    return (
        "." in letters
        or "/" in letters
        or _CAPITALS.fullmatch(letters) is not None
        or letters in ("SpA", "eG", "eV")
    )


def ends_in_form(word: str) -> bool:
    """True if a word alone is a legal form, or the end of one."""
    return (word.lower() if word.isascii() else _shape(word)) in _form_tails()


def legal_form(name: str) -> str | None:
    """The legal form that stands at the end or the beginning of a name, as it is compared; None for none."""
    if (bare := _without_script(name)) != name:
        return name.replace(bare, "")
    if (rest := _without_front(name)) != name:
        return _shape(name[: len(name) - len(rest)].split(maxsplit=1)[0])
    bare = name.rstrip(" ,;:/|–—-")
    shorter = _without_end(bare)
    return _shape(bare[len(shorter) :]) or None if shorter != bare else None


@lru_cache(maxsize=16_384)
def company_key(text: str | None) -> str:
    """The name for comparing: no legal form, no case, accents or signs (`Acme & Söhne Co.` -> `acme sohne`).

    Empty if the text says nothing.
    """
    name = company_name(text)
    if not name:
        return ""
    words = _NOT_WORD.sub(" ", fold(name).replace("'", "")).split()
    if len(words) == 1:
        return words[0]
    words = [word for word in words if word not in _AND] or words
    while len(words) > 1 and words[-1] in _forms()["firm"]:
        words.pop()
    if len(words) > 1 and words[0] == "the":
        words = words[1:]
    return " ".join(words)
