"""A job title as a person says it: without the mark that all genders are meant, and with "a" or "an" in front."""

from __future__ import annotations

import re

_LETTER = "(?:[mwfhdxkvngi]|div|ž|all)"
_GENDERS = re.compile(
    rf"\s*[(\[]\s?(?:{_LETTER}(?:\s?[/|,*.:]\s?{_LETTER})+|gn|mensch|all(?:e)? (?:genders?|geschlechter))\*?\s?[)\]]"
    rf"|\s*(?:[-–,|]\s?)?(?<![\w/]){_LETTER}(?:\s?[/|]\s?{_LETTER}){{1,3}}(?![\w/])",
    re.IGNORECASE,
)
_SPELT_OUT = re.compile(r"[A-Z]{2,5}(?:[-/ ]|$)")
_LETTERS_WITH_AN = "AEFHILMNORSX"
_LIKE_YOU = re.compile(r"(?:uni(?!n|m)|us[ae]|eu|one\b|ut[ei]|ubi)", re.IGNORECASE)
_SILENT_H = re.compile(r"(?:hour|hon(?:est|or|our)|heir)", re.IGNORECASE)


def without_genders(title: str) -> str:
    """`Marketing Manager (m/w/d)` and `Comptable H/F` without the marks; the title itself if nothing else is in it."""
    return " ".join(_GENDERS.sub(" ", title).split()).strip(" -–,|") or title


def with_article(text: str) -> str:
    """`a Marketing Manager`, `an Online Editor`, `an SEO Manager`: by the sound, as far as letters tell."""
    first = text.lstrip("\"'(“‘")
    if _SPELT_OUT.match(first):
        sounds = first[0] in _LETTERS_WITH_AN
    else:
        sounds = bool(_SILENT_H.match(first)) or (
            first[:1].lower() in tuple("aeiou") and not _LIKE_YOU.match(first)
        )
    return f"{'an' if sounds else 'a'} {text}"
