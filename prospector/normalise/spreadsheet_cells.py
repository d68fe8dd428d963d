"""What a spreadsheet makes of a cell: which texts it would run, and how a table is written so that it runs none.

The one place for it: the import keeps formulas out by `is_formula`, and every table that leaves is written through
`guarded`.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

AS_THEY_ARE = frozenset({"email", "phone", "company_phone", "subject", "body", "body_html", "send_at"})
"""Columns of a table whose cells leave sign by sign: they are dialled, or are the author's own words."""

# A German spreadsheet parts the line of a comma file at each semicolon, and pasted text at tabs and line breaks.
_PARTS = re.compile("([;\t\r\n\x0b\x0c\x85\u2028\u2029])")
_UNSEEN = (
    r"[\s\x00-\x20\x7f-\xa0\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f"
    r"\u2800\u3000\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]*"
)
# What normalises to one of = + - @, and the minus sign, which does not.
_EQUALS, _SIGNS = (
    "=\uff1d\ufe66\u207c\u208c",
    "+\\-@\uff0b\uff0d\uff20\ufe62\ufe63\ufe6b\u207a\u208a\u2212\u207b\u208b",
)
_LEADS = re.compile(f"{_UNSEEN}[{_EQUALS}{_SIGNS}|%]|[\t\r\n]")
_EQUATION = re.compile(f"{_UNSEEN}[{_EQUALS}].*\\w", re.DOTALL)
_SIGNED = re.compile(f"{_UNSEEN}[{_SIGNS}]")
_GUARDED = re.compile(f"'(?={_UNSEEN}[{_EQUALS}{_SIGNS}|%]|[\t\r\n])")
_TEXT = re.compile(r'"[^"]*"')
_CALL = re.compile(r"[^\W\d][\w.]*(\s*)([(|])\s*(.?.?.?.?)", re.DOTALL)
_ARGUMENT = re.compile(r"[\"'\d)+-]|[A-Za-z]{1,3}\d")
_FOREIGN_SHEET = re.compile(r"'[^']+'!")
_TWO_WORDS = re.compile(r"[^\W\d_]\s+[^\W\d_]")
_NUMBER_TO_CALL = re.compile(r"\+\d{6,15}")


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would run the cell, or a part of it behind a `;`, a tab or a line break.

    That is what begins with `=`, or with `+ - @` before a call or a pipe. A name such as `@Oda`, a number with its
    plus and a line of a list only begin with a sign.
    """
    if text.isascii() and "=" not in text and "(" not in text and "|" not in text and "!" not in text:
        return False
    first, *others = _PARTS.split(text)
    # A spreadsheet also runs what goes on in the next line, and parts of a quoted cell begin behind their quote.
    return _runs(first) or any(_runs(part.lstrip('"')) for part in others) or _runs(" ".join(text.split()))


def _runs(part: str) -> bool:
    if _EQUATION.match(part):
        return True
    return _SIGNED.match(part) is not None and _calls(unicodedata.normalize("NFKC", part))


def _calls(part: str) -> bool:
    """Whether what stands behind a sign is an expression with a call, a pipe, or a cell of another file."""
    part = _TEXT.sub('""', part)
    if _FOREIGN_SHEET.search(part):
        return True
    for call in _CALL.finditer(part):
        if _TWO_WORDS.search(part, 0, call.end() - len(call[2] + call[3])):
            return False  # Words side by side are a sentence: no spreadsheet reads on.
        if not call[1] or _has_argument(call[2], call[3], part[call.end() :]):
            return True
    return False


def _has_argument(sign: str, start: str, rest: str) -> bool:
    """Whether a bracket or a pipe with a blank before it is one of a call, and not of a remark."""
    return _ARGUMENT.match(start) is not None if sign == "(" else "!" in rest


def guarded(text: str) -> str:
    """The cell with an apostrophe before a sign that a spreadsheet could take for the start of a formula.

    A number with its plus is none. Behind a `;`, a tab or a line break only what would run gets one.
    """
    if _NUMBER_TO_CALL.fullmatch(text):
        return text
    if is_formula(text):
        first, *others = _PARTS.split(text)
        text = first + "".join(f"'{part}" if _runs(part.lstrip('"')) else part for part in others)
    return f"'{text}" if _LEADS.match(text) else text


def unguarded(text: str) -> str:
    """The cell as it was before `guarded`."""
    return text[1:] if text[:1] == "'" and _GUARDED.match(text) else text


def guarded_row(
    columns: Iterable[str], cells: Iterable[Any], exact: Collection[str] = AS_THEY_ARE
) -> list[str]:
    """A row of a table that leaves: the columns of data guarded, those named `exact` and numbers as they are."""
    return [
        str(cell) if column in exact or isinstance(cell, int | float) else guarded(str(cell))
        for column, cell in zip(columns, cells, strict=True)
    ]
