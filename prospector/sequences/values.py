"""Values on their way into a template: cleaned, or blank.

Names and titles come from imported rows, so they are hostile: control and direction characters go, white
space collapses, and a value that still holds a placeholder of some other tool, or that a spreadsheet would run, counts
as not known.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from prospector.normalise.placeholders import holds_placeholder, is_placeholder
from prospector.normalise.spreadsheet_cells import is_formula

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MAX_VALUE = 1_000
"""Longer texts (a company's description) are cut here, in characters."""

_SPACE = re.compile(r"[\s\x1c-\x1f\x85\u2028\u2029]+")
# Everything invisible except the two joiners that Indic and Persian spelling needs. The private use area is
# ours: `markdown` hides special characters there.
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ud800-\udfff"
    "\ue000-\uf8ff\ufe00-\ufe0f\ufeff\ufff0-\uffff\U000e0000-\U0010ffff]"
)
_NAMES = frozenset(
    {"first_name", "last_name", "greeting", "name", "title", "city", "region", "country", "industry"}
)
"""Fields whose values are names: there a single pair of brackets tells a placeholder."""
_WEB_ADDRESS = re.compile(r"(?i:https?)://[^\s\"<>\\^`{|}]{1,2000}")
_MAIL_LINK = re.compile(r"(?i:mailto):[^\s\"<>\\^`{|}]{3,2000}")
_BARE_SITE = re.compile(r"[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}(?:/[^\s\"<>\\^`{|}]{0,1000})?")


class BlankValue(Exception):
    """A known value that is blank was to be printed without a fallback: the mail is held back."""

    def __init__(
        self, field: str, *, why: str = "", file: Path | None = None, line: int | None = None
    ) -> None:
        super().__init__(field)
        self.field = field
        self.why = why
        self.file = file
        self.line = line

    def __str__(self) -> str:
        return f"{self.field} is blank{f': {self.why}' if self.why else ''}{self._place()}"

    def in_words(self) -> str:
        """The same for whoever reads a plan: no path of a machine is in it."""
        return f"{self.field}{f': {self.why}' if self.why else ' is not known'}{self._place()}"

    def _place(self) -> str:
        line = f":{self.line}" if self.line else ""
        return f" ({self.file.name}{line})" if self.file else ""


class Blank:
    """A known name without a value: false, empty, equal to nothing known, and not printable.

    Comparisons with it are false and sums with it are blank, so that a condition on an unknown value
    simply does not hold.
    """

    __slots__ = ("field", "kind", "why")
    __hash__ = object.__hash__

    def __init__(self, field: str, kind: str = "text", *, why: str = "") -> None:
        self.field = field
        self.kind = kind
        self.why = why

    def __bool__(self) -> bool:
        return False

    def __len__(self) -> int:
        return 0

    def __iter__(self) -> Iterator[object]:
        return iter(())

    def __contains__(self, item: object) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return other is None or other == "" or isinstance(other, Blank)

    def __lt__(self, other: object) -> bool:
        return False

    __gt__ = __le__ = __ge__ = __lt__

    def __str__(self) -> str:
        raise BlankValue(self.field, why=self.why)


def clean_text(value: str) -> str:
    """One visible line: no control or direction characters, single spaces, at most `MAX_VALUE` characters."""
    # Printable means: no control, direction, private or unassigned character, and no space but the plain one.
    if value.isprintable() and "  " not in value and len(value) <= MAX_VALUE:
        return value.strip()
    visible = _INVISIBLE.sub("", _SPACE.sub(" ", value[: 4 * MAX_VALUE]))
    return _SPACE.sub(" ", visible).strip()[:MAX_VALUE].rstrip()


@lru_cache(maxsize=8192)
def text_or_blank(value: str | None, field: str) -> str | Blank:
    """The cleaned text, or blank if nothing is left, or a placeholder such as `{{name}}` was imported."""
    text = clean_text(value or "")
    if not text:
        return Blank(field)
    if why := unfit(text, field):
        return Blank(field, why=f"{why}, not a value: {text[:60]}")
    return text


def unfit(text: str, field: str) -> str:
    """What a value is that neither a mail nor a tool may get: a placeholder or a formula; blank for a value."""
    subject, _, name = field.rpartition(".")
    if is_placeholder(text) if name in _NAMES else holds_placeholder(text):
        return "a placeholder"
    return "a formula" if subject != "snippets" and is_formula(text) else ""


def url_or_blank(value: str | None, field: str, *, mail: bool = False) -> str | Blank:
    """A web address (or with `mail` a mailto: link); blank for anything else, such as `javascript:`."""
    text = clean_text(value or "")
    if not text:
        return Blank(field)
    if _WEB_ADDRESS.fullmatch(text) or (mail and _MAIL_LINK.fullmatch(text)):
        return text
    if _BARE_SITE.fullmatch(text):
        return f"https://{text}"
    return Blank(field, why=f"not a web address: {text[:60]}")
