"""Where the quote begins: by the shape of the line above it in any language, by words where the shape is weak."""

from __future__ import annotations

import re
from functools import cache

from prospector.normalise.text import data_lines, fold

_ADDRESS = re.compile(r"[^\s<>@]{1,64}@[^\s<>@]{1,100}")
_DATE = re.compile(r"\b\d{1,2}[:.h]\d{2}\b|\b20\d\d\b|\b\d{1,2}[./-]\d{1,2}\b")
_FIELD = re.compile(r"^[\W_]*[^\W\d_][^\W\d_ .'’-]{0,18}(?: [^\W\d_]{1,12})?[*_ ]{0,3}\s?[:：]\s*\S")
_DASHED = re.compile(r"^\s*[-_=*–—]{2,}\s*(\S[^\n]{0,60}?\S)\s*[-_=*–—]{2,}\s*$")
_RULE = re.compile(r"^\s*[-_=]{10,}\s*$")
_LONGEST_HEADER = 400
_MOST_LINES = 4


@cache
def phrases(kind: str) -> tuple[str, ...]:
    """The words of `data/quote_words.tsv` of one kind, folded, the longest first."""
    rows = (line.split("\t") for line in data_lines("quote_words.tsv"))
    found = {fold(one) for named, _, words in rows if named == kind for one in words.split("; ")}
    return tuple(sorted(found, key=lambda one: (-len(one), one)))


@cache
def _verb() -> re.Pattern[str]:
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, phrases("wrote"))) + r")(?!\w)")


def header_at(lines: list[str], at: int) -> int:
    """How many lines from here are the header of a quote; 0 for none."""
    return _block(lines, at) or _dashed(lines, at) or _attribution(lines, at)


def _block(lines: list[str], at: int) -> int:
    """`From: ... Sent: ... To: ... Subject: ...`: three such lines in a row, one with an address or all with a date."""
    size = 0
    while at + size < len(lines) and size < 12 and _FIELD.match(lines[at + size][:200]):
        size += 1
    text = " ".join(lines[at : at + size])[:2_000]
    return size if size >= 3 and _DATE.search(text) and (_ADDRESS.search(text) or size >= 4) else 0


def _dashed(lines: list[str], at: int) -> int:
    """`-----Original Message-----` in words that are known, or any words between dashes with fields below."""
    if _RULE.match(lines[at]):
        below = next((one for one in range(at + 1, min(at + 3, len(lines))) if lines[one].strip()), at)
        return below - at + size if below > at and (size := _block(lines, below)) else 0
    found = _DASHED.match(lines[at][:200])
    if not found:
        return 0
    if fold(found[1]).strip(" :") in phrases("original"):
        return 1
    return 1 if any(_block(lines, one) for one in range(at + 1, min(at + 3, len(lines)))) else 0


def _attribution(lines: list[str], at: int) -> int:
    """`On Monday, Ana <ana@x.example> wrote:`, on one line or wrapped over a few."""
    if not lines[at].strip() or lines[at].lstrip().startswith(">"):
        return 0
    text = ""
    for size in range(1, _MOST_LINES + 1):
        if (
            at + size > len(lines)
            or not lines[at + size - 1].strip()
            or lines[at + size - 1].lstrip()[:1] == ">"
        ):
            return 0
        text = f"{text} {lines[at + size - 1].strip()}"[:_LONGEST_HEADER].strip()
        if _is_header(text, _quoted_below(lines, at + size)) and (size == 1 or _opens(lines[at])):
            return size
    return 0


def _is_header(text: str, quoted: bool) -> bool:
    if len(text) >= _LONGEST_HEADER or not text.rstrip("* _").endswith((":", "：")):
        return False
    address, dated = bool(_ADDRESS.search(text)), bool(_DATE.search(text))
    verb = bool(_verb().search(fold(text)))
    return (address and (dated or verb)) or (verb and dated) or (quoted and (address or dated or verb))


def _opens(line: str) -> bool:
    """True for a line that may begin a wrapped header: it holds a date or an address, and ends no sentence."""
    return bool(_DATE.search(line) or _ADDRESS.search(line)) and not line.rstrip().endswith((".", "!", "?"))


def _quoted_below(lines: list[str], at: int) -> bool:
    below = next((line for line in lines[at : at + 6] if line.strip()), "")
    return below.lstrip().startswith(">")


def left_over(text: str) -> bool:
    """True if what looks like part of a quote is still in a text: an address with a date, or lines of fields."""
    lines = text.split("\n")[:2_000]
    pair = any(_ADDRESS.search(line) and _DATE.search(line) and line.rstrip().endswith(":") for line in lines)
    return (
        pair
        or any(line.startswith(">") for line in lines)
        or any(_block(lines, at) for at in range(len(lines)))
    )
