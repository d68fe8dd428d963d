"""Where a text greets somebody: there a name that is not sure to be one must not stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORDS = (
    "hi|hello|hey|dear|hiya|howdy|greetings|good (?:morning|afternoon|evening|day)|"
    "hallo|liebe|lieber|liebe/r|liebe\\(r\\)|guten (?:tag|morgen|abend)|moin|servus|grüezi|grüß gott|"
    "bonjour|bonsoir|salut|cher|chère|hola|buenos días|buenas tardes|estimad[oa]|querid[oa]|"
    "olá|oi|bom dia|boa tarde|car[oa]|prezad[oa]|ciao|salve|buongiorno|buonasera|gentile|"
    "hoi|beste|geachte|goedemorgen|goedemiddag|hej|hejsan|hei|kære|bästa|cześć|dzień dobry|ahoj|dobrý den|szia"
)
_GREETS = re.compile(rf"(?<![\w-])(?:{_WORDS})[\s,]*\Z", re.IGNORECASE)
_OPENS = re.compile(r"[^\W\d_]+(?:[ \t]+[^\W\d_]+){0,2},?[ \t]+")
_ENDS = re.compile(r"[ \t]*[,!:،，][ \t]*(?:\n|\Z)")
_FIRST_NAME = re.compile(r"\{\{[-+]?\s*person\.first_name\b[^{}]*\}\}")
REACH = 80
"""Signs on either side that are looked at: whoever greets does so in a short line."""


def greets(before: str, after: str) -> bool:
    """Whether what stands between is whom a text greets.

    A word of greeting stands before it; or, in any other language, a line of few words ends with it and a comma.
    """
    line = before[-REACH:].rpartition("\n")[2]
    return bool(_GREETS.search(line) or (_OPENS.fullmatch(line) and _ENDS.match(after)))


def greeted_names(text: str) -> Iterator[int]:
    """Where a template greets with the given name as it was imported."""
    for found in _FIRST_NAME.finditer(text):
        if greets(
            text[max(0, found.start() - REACH) : found.start()], text[found.end() : found.end() + REACH]
        ):
            yield found.start()
