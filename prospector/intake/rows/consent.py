"""What a row's cells answer about consent, over all its columns: opt-outs, what is unclear, what is settled."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from prospector.intake.consent.cells import SHOWN, WORDS_ONLY, has_wish, read_consent, read_state
from prospector.intake.consent.labels import CONSENT_TARGETS, is_count_label, is_reason_label, is_state_label
from prospector.intake.consent.words import groups, is_other_channel, plain_words
from prospector.normalise.addresses import known_status
from prospector.normalise.text import clean, fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ahocorasick_rs import AhoCorasick

    from prospector.intake.columns.mappings import ColumnMap

_SHORTEST_WISH = 6
_OF_PEOPLE = frozenset({"do_not_contact", "bounced", "unsubscribed"})
"""What a state of an address says of the person; the rest is in the vocabulary of such states."""


class OptOut(NamedTuple):
    """A reason not to write, with the column and the cell that say so."""

    reason: str
    label: str
    value: str


class Unclear(NamedTuple):
    """A cell about consent that was not understood."""

    label: str
    value: str


class Consent(NamedTuple):
    """What a row says. `allowed` and `no_call` name columns; `wishes` columns of free text with a wish in them."""

    opted_out: tuple[OptOut, ...] = ()
    unclear: tuple[Unclear, ...] = ()
    allowed: tuple[str, ...] = ()
    no_call: tuple[str, ...] = ()
    wishes: tuple[str, ...] = ()


NOTHING = Consent()


class _Column(NamedTuple):
    position: int
    label: str
    field: str
    counts: bool
    reasons: bool


class ConsentReader:
    """Reads the columns about consent of one file."""

    def __init__(self, mapping: ColumnMap) -> None:
        self._told = mapping.consent_words
        self._columns = [
            _Column(
                one.position, one.header, one.field, is_count_label(one.header), is_reason_label(one.header)
            )
            for one in mapping.columns
            if one.field in CONSENT_TARGETS
        ]
        self._states = [one for one in mapping.columns if one.field in ("status", "email_status")]
        self._free_texts = mapping.free_texts
        regions = ((one.position, one.header) for one in mapping.columns if one.field == "region")
        self._texts = (*mapping.free_texts, *regions)  # "Estado" is a region, and in other files a state

    def __call__(self, texts: Sequence[str]) -> Consent:
        """What the row says; `NOTHING` of most rows."""
        wishes = self._wishes(texts) if self._texts else ()
        if not self._columns and not self._states and not wishes:
            return NOTHING
        opted_out: list[OptOut] = []
        unclear: list[Unclear] = []
        allowed: list[str] = []
        no_call: list[str] = []
        for column in self._columns:
            self._flag(texts[column.position], column, (opted_out, unclear, allowed, no_call))
        for state in self._states:
            self._state(texts[state.position], state.header, state.field, opted_out, unclear)
        told_of: list[str] = []
        for position, label in wishes:
            self._wish(texts[position], label, (opted_out, unclear, allowed, told_of))
        if not (opted_out or unclear or allowed or no_call or told_of):
            return NOTHING
        return Consent(tuple(opted_out), tuple(unclear), tuple(allowed), tuple(no_call), tuple(told_of))

    def _flag(
        self,
        text: str,
        column: _Column,
        into: tuple[list[OptOut], list[Unclear], list[str], list[str]],
    ) -> None:
        if not text:
            return
        opted_out, unclear, allowed, no_call = into
        is_call = column.field == "do_not_call"
        field = "do_not_contact" if is_call else _ACT_OF.get(column.field, column.field)
        answer = read_consent(text, field, counts=column.counts, reasons=column.reasons, told=self._told)
        if answer is None:
            return
        if answer.kind == "unclear":
            unclear.append(Unclear(column.label, shown(text)))
        elif answer.kind == "in":
            allowed.append(column.label)
        elif is_call:
            no_call.append(column.label)
        else:
            reason = column.field if answer.reason == field else answer.reason
            opted_out.append(OptOut(reason, column.label, shown(text)))

    def _state(
        self, text: str, label: str, field: str, opted_out: list[OptOut], unclear: list[Unclear]
    ) -> None:
        """A stage of a sale, or the state of an address: only words about consent count."""
        if not text or (field == "email_status" and known_status(text) not in (None, "bounced")):
            return
        answer = read_consent(text, WORDS_ONLY, told=self._told)
        if answer is None or (field == "email_status" and answer.reason not in _OF_PEOPLE):
            return
        if answer.kind == "out":
            opted_out.append(OptOut(answer.reason, label, shown(text)))
        elif answer.kind == "unclear":
            unclear.append(Unclear(label, shown(text)))

    def _wishes(self, texts: Sequence[str]) -> list[tuple[int, str]]:
        """Columns that fill nothing in which somebody may ask to be left alone."""
        joined = "\n".join(
            text for position, _ in self._texts if len(text := texts[position]) >= _SHORTEST_WISH
        )
        if not joined or not _wishes_in().find_matches_as_indexes(fold(joined)):
            return []
        return [column for column in self._texts if texts[column[0]]]

    def _wish(
        self,
        text: str,
        label: str,
        into: tuple[list[OptOut], list[Unclear], list[str], list[str]],
    ) -> None:
        """A state that stands alone in its cell is an answer; in a text it is told of, and holds nobody back."""
        opted_out, unclear, allowed, wishes = into
        answer = None if is_other_channel(plain_words(label)) else read_state(text, self._told)
        if answer is None:
            if has_wish(text):
                wishes.append(label)
        elif answer.kind == "in":
            allowed.append(label)
        elif answer.kind == "out":
            opted_out.append(OptOut(answer.reason, label, shown(text)))
        elif is_state_label(label):
            reason = read_consent(text, WORDS_ONLY) or answer
            opted_out.append(OptOut(reason.reason or "do_not_contact", label, shown(text)))
        else:
            unclear.append(Unclear(label, shown(text)))


_ACT_OF = {"email_opt_out": "unsubscribed"}


def shown(text: str) -> str:
    """A cell as a warning shows it."""
    return (clean(text[:1000]) or "")[:SHOWN]


@cache
def _wishes_in() -> AhoCorasick:
    """Finds texts that may hold a wish: most rows have none, and looking word by word would take its time."""
    from ahocorasick_rs import AhoCorasick  # noqa: PLC0415  (only files with free texts need it)

    stems = {stem.strip("~$") for stem in (*groups()["wish"], *groups()["wish state"])}
    joints = (" ", "", "-", "_", "'", "\N{RIGHT SINGLE QUOTATION MARK}")
    spelt = {stem.replace("e mail", mail) for stem in stems for mail in ("e mail", "email", "e-mail")}
    return AhoCorasick(sorted({stem.replace(" ", joint) for stem in spelt for joint in joints}))
