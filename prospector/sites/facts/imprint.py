"""What an imprint says that country rules ask: who runs the site, and whether its addresses are for advertising.

The legal form is read on imprints alone, where it stands with the name; it stays unknown where no known word says it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from prospector.normalise.legal_kinds import bare, form_kinds
from prospector.normalise.text import data_lines, fold
from prospector.sites.page.text import body_text

if TYPE_CHECKING:
    from prospector.sites.page.document import Page

_NEAR = 200
_MOST_TEXT = 60_000
_MOST_ADVERTS = 50
"""Words of advertising on one page that are looked around at."""
_NAME_AT = 3_000
"""Behind this many characters an imprint speaks of others: its host, its lawyers, the terms."""


def legal_form(page: Page) -> str | None:
    """`company`, `partnership` or `sole_trader`, by the first word on an imprint that says so."""
    found = _forms().search(body_text(page)[:_NAME_AT])
    return form_kinds()[bare(found[0])] if found else None


@cache
def _forms() -> re.Pattern[str]:
    """Any of them as a word of its own, the longest first."""
    words = {word for line in data_lines("legal_kinds.tsv") for word in line.split("\t")[2].split("|")}
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return re.compile(rf"(?<![\w.])(?:{'|'.join(map(_pattern, ordered))})(?!\w)")


def _pattern(word: str) -> str:
    """A form as it is written. Its dots may be missing where its capitals tell it from a word, and two lone capitals
    count behind small letters alone: in a shouted text "AS" and "SE" are words.
    """
    written = re.escape(word).replace(r"\ ", r"\s?")
    if not word.islower():
        written = written.replace(r"\.", r"\.?")
    return rf"(?:(?<=[a-zß-ÿ] )|(?<=[a-zß-ÿ], )){written}" if len(bare(word)) < 3 else written


def has_no_mail_note(page: Page) -> bool:
    """Whether a page says that its addresses are not for advertising."""
    text = fold(body_text(page)[:_MOST_TEXT])
    words = _words()
    for number, advert in enumerate(words["advert"].finditer(text)):
        near = text[max(0, advert.start() - _NEAR) : advert.end() + _NEAR]
        if words["refusal"].search(near) and words["contact"].search(near):
            return True
        if number >= _MOST_ADVERTS:
            break
    return False


@cache
def _words() -> dict[str, re.Pattern[str]]:
    words: dict[str, list[str]] = {}
    for line in data_lines("no_mail_words.tsv"):
        kind, _why, some = line.split("\t")
        words.setdefault(kind, []).extend(some.split("|"))
    return {kind: re.compile("|".join(map(re.escape, dict.fromkeys(some)))) for kind, some in words.items()}
