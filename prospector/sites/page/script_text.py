"""The text of inline scripts: the URLs in it, and what of it is commented out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_URL = re.compile(r"//([\w-]{1,63}(?:\.[\w-]{1,63}){1,8})([^\s\"'<>\\`)]{0,400})", re.ASCII)
_MOST_URLS = 5000
_MOST_TRIES = 5
_LINE_WINDOW = 400
_BLOCK_WINDOW = 4000
_LINE_COMMENT = re.compile(r"(?:^|[\s;{}])//")
_DATA_TYPES = re.compile(
    r"json|template|tmpl|html|handlebars|mustache|rules|importmap|xml|shader|x-magento", re.I
)


@dataclass(frozen=True, slots=True)
class ScriptUrl:
    """A URL in a script's text, with the place where it stands."""

    host: str
    path: str
    text: str
    start: int

    def is_live(self) -> bool:
        """Whether the URL stands outside of comments."""
        return not is_commented(self.text, self.start)


def is_code(type_name: str) -> bool:
    """Whether a script of this `type` is run, now or after consent (`text/plain`), and not mere data."""
    return not _DATA_TYPES.search(type_name)


def urls_in(text: str) -> Iterator[ScriptUrl]:
    r"""The URLs in a script, also those written `https:\/\/...`; at most some thousands."""
    if "\\/" in text:
        text = text.replace("\\/", "/")
    for count, match in enumerate(_URL.finditer(text)):
        if count == _MOST_URLS:
            return
        yield ScriptUrl(match[1].lower(), match[2] or "/", text, match.start())


def first_live(text: str, literal: str, match: re.Pattern[str] | None) -> int | None:
    """The first place of the literal (or of the match, in a text with the literal) outside of comments, or None."""
    if literal not in text:
        return None
    found = match or re.compile(re.escape(literal))
    for one in islice(found.finditer(text), _MOST_TRIES):
        if not is_commented(text, one.start()):
            return one.start()
    return None


def is_commented(text: str, place: int) -> bool:
    """Whether the place lies in a `//` or `/* */` comment, as far as the text before it shows."""
    return _in_line_comment(text, place) or _in_block_comment(text, place)


def _in_line_comment(text: str, place: int) -> bool:
    start = max(0, place - _LINE_WINDOW)
    line = text.rfind("\n", start, place) + 1
    if line == 0 and start > 0:
        # The line begins far away, as in minified code, which has no line comments.
        return False
    before = text[line:place]
    return "//" in before and _LINE_COMMENT.search(before) is not None


def _in_block_comment(text: str, place: int) -> bool:
    opening = text.rfind("/*", max(0, place - _BLOCK_WINDOW), place)
    if opening < 0 or text.find("*/", opening + 2, place) >= 0:
        return False
    # In "*/*" and "https://*/*" the signs are no comment: a comment follows a blank or the end of a statement.
    return opening == 0 or text[opening - 1] in " \t\r\n;{},()>"
