"""A reply without the quotes and the signature, so that our own words are not read as an answer to them."""

from __future__ import annotations

import re
from typing import NamedTuple

from prospector.normalise.text import fold
from prospector.pipeline.mail.quote_headers import header_at, left_over, phrases

_MOST_LINES = 4_000
_SIGNATURE_LINES = 12
_LONG_ANSWER = 150
"""Words in an answer without a quote from which it is doubtful that somebody wrote all of them."""
_DELIMITER = re.compile(r"^(?:--|—|––|__+|==+|\*\*\*+|-{5,})\s*$")
_DEVICE = re.compile(
    r"\b(?:iphone|ipad|android|blackberry|samsung|galaxy|huawei|xiaomi|pixel|nokia|windows|outlook|mobile|handy|"
    r"smartphone|telefon\w*|telephone|movil|cellulare|phone|tablet|yahoo|gmx|web\.de|protonmail|proton mail|"
    r"mail\.ru|mac|ios|appareil)\b"
)
_DASHED_NAME = re.compile(r"^\s*[-–—~]{1,2}\s?[^\W\d_][\w.'-]*(?: [^\W\d_][\w.'-]*){0,3}\s*$")


class Stripped(NamedTuple):
    """What the sender wrote, and why it may hold more than that."""

    text: str
    quoted: bool
    doubt: str | None = None


def strip(body: str, *, answers: bool = False) -> Stripped:
    """The sender's own words. `answers` says that the mail answers another one, so that a quote is likely."""
    lines = [
        line.rstrip() for line in body.replace("\u200b", "").replace("\xa0", " ").split("\n")[:_MOST_LINES]
    ]
    kept, quoted = _without_quotes(lines)
    text = "\n".join(_without_signature(kept)).strip()
    text = re.sub(r"\n{3,}", "\n\n", text)
    return Stripped(text, quoted, _doubt(text, quoted, answers, bool(body.strip())))


def _doubt(text: str, quoted: bool, answers: bool, written: bool) -> str | None:
    if left_over(text):
        return "what looks like a quoted mail is still in the text"
    if not text and written:
        return "nothing is left but quotes and a signature"
    if answers and not quoted and len(text.split()) > _LONG_ANSWER:
        return "a long answer in which no quote was found"
    return None


def _without_quotes(lines: list[str]) -> tuple[list[str], bool]:
    """The lines that are no quote. Below a header without quote signs all is quote; with them, one writes between."""
    kept: list[str] = []
    at, quoted = 0, False
    while at < len(lines):
        if lines[at].lstrip().startswith(">"):
            at, quoted = at + 1, True
        elif size := header_at(lines, at):
            quoted = True
            if not _signed_quote(lines, at + size):
                break
            at += size
        else:
            kept.append(lines[at])
            at += 1
    return kept, quoted


def _signed_quote(lines: list[str], at: int) -> bool:
    """True if the quote below a header has a `>` before its lines."""
    return next((line for line in lines[at : at + 8] if line.strip()), "").lstrip().startswith(">")


def _without_signature(lines: list[str]) -> list[str]:
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    for cut in (_at_delimiter, _at_notice, _at_device, _at_closing, _at_dashed_name):
        end = cut(lines)
        # A mail of nothing but "Thanks" says thanks.
        if end is not None and any(line.strip() for line in lines[:end]):
            lines = lines[:end]
            while lines and not lines[-1].strip():
                lines = lines[:-1]
    return lines


def _at_delimiter(lines: list[str]) -> int | None:
    return next((at for at, line in enumerate(lines) if _DELIMITER.match(line)), None)


def _at_notice(lines: list[str]) -> int | None:
    """A legal notice: a paragraph of its own that speaks of confidence, at length, near the end."""
    for at, line in enumerate(lines):
        if len(line) < 60 or (at and lines[at - 1].strip() and len(lines[at - 1]) > 60):
            continue
        words = fold(" ".join(lines[at : at + 5])[:600])
        if any(phrase in words for phrase in phrases("confidential")):
            return at
    return None


def _at_device(lines: list[str]) -> int | None:
    """`Sent from my iPhone`: among the last lines, short, and about a device or a program."""
    for at in range(max(0, len(lines) - 4), len(lines)):
        words = fold(lines[at]).strip(" *_<>.-")
        if not words.startswith(phrases("sent_from")) or len(words.split()) > 9:
            continue
        if _DEVICE.search(words) or (" my " in words and len(words.split()) <= 4):
            return at
    return None


def _at_closing(lines: list[str]) -> int | None:
    """`Best regards` on a line of its own, with no more than a name and a card below."""
    start = max(0, len(lines) - _SIGNATURE_LINES - 1)
    for at in range(start, len(lines)):
        words = " ".join(fold(lines[at]).replace(",", " ").strip(" .!-*_").split())
        if words in _closings() and all(len(line) <= 90 for line in lines[at + 1 :]):
            return at
    return None


def _closings() -> frozenset[str]:
    return frozenset(one.replace(",", " ") for one in phrases("closing"))


def _at_dashed_name(lines: list[str]) -> int | None:
    return len(lines) - 1 if lines and _DASHED_NAME.match(lines[-1]) else None
