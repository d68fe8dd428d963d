"""Whose answers were read: "no answer" is said only of people whose mailbox or tool was read without a gap.

In: the spans that were read, and who was written to and when. Out: shares, gaps, and what is to be said of one person.

A person is covered when a source that their answers come to was read without a gap from the first mail to the end of
the window: `window` days after the last mail, or the beginning of the as-of day. Sources are the mailboxes of the
sender's address, read in all their folders, and the tool that the person was handed over to, if it tells of replies.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from prospector.pipeline.mailboxes.spans import BEGINNING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from prospector.config import Settings
    from prospector.pipeline.mailboxes.shapes import CoverageShape, SourceCoverageShape
    from prospector.store.database import Database

    Spans = list[tuple[str, str]]

WINDOW = 14
"""Days after the last mail within which an answer counts."""
_WRITTEN = """
SELECT coalesce(e.person_id, -e.id) AS person, e.person_id, e.campaign, w.first, w.until,
  (SELECT d.destination FROM deliveries d WHERE d.enrolment_id = e.id ORDER BY d.id DESC LIMIT 1) AS destination
FROM (
  SELECT enrolment_id, strftime('%Y-%m-%dT%H:%M:%SZ', min(send_at)) AS first,
    strftime('%Y-%m-%dT%H:%M:%SZ', max(send_at), '+' || :window || ' days') AS until
  FROM touches WHERE left_on IS NOT NULL AND channel = 'email' AND substr(send_at, 1, 10) < :day GROUP BY enrolment_id
) w JOIN enrolments e ON e.id = w.enrolment_id
WHERE NOT EXISTS (
  SELECT 1 FROM events v WHERE v.enrolment_id = e.id AND v.class = 'bounce' AND v.bounce_type = 'hard')
"""


class Written(NamedTuple):
    """Somebody who was written to by a campaign, and the time in which an answer counts."""

    person: int
    person_id: int | None
    campaign: str
    first: str
    until: str
    destination: str | None


@dataclass(frozen=True, slots=True)
class SourceRead:
    """A mailbox or a tool, and when it was read without a gap."""

    source: str
    spans: tuple[tuple[str, str], ...]

    @property
    def read_until(self) -> str | None:
        """The end of the last span."""
        return self.spans[-1][1] if self.spans else None

    @property
    def gaps(self) -> list[tuple[str, str]]:
        """The times between the spans, and before the first one."""
        ends = [BEGINNING, *(to for _, to in self.spans)]
        starts = [start for start, _ in self.spans]
        return [(end, start) for end, start in zip(ends, starts, strict=False) if end < start]

    def holds(self, start: str, end: str) -> bool:
        """Whether all of a time was read."""
        index = bisect_right(self.spans, start, key=lambda span: span[0]) - 1
        return index >= 0 and self.spans[index][1] >= end

    def read_from(self, start: str) -> str | None:
        """Until when it was read without a gap from a moment on; None where it was not read then."""
        index = bisect_right(self.spans, start, key=lambda span: span[0]) - 1
        return self.spans[index][1] if index >= 0 and self.spans[index][1] > start else None

    def as_json(self) -> SourceCoverageShape:
        """One of `sources` of the coverage."""
        return {
            "source": self.source,
            "read_until": self.read_until,
            "gaps": [{"from": None if start == BEGINNING else start, "to": end} for start, end in self.gaps],
        }


@dataclass
class Share:
    """Of so many people who were written to, the answers of so many were read."""

    contacted: int = 0
    covered: int = 0
    read_until: str | None = None
    """The end of what was read of all their sources; None where one never was."""

    def add(self, is_read: bool) -> None:
        """Count one person."""
        self.contacted += 1
        self.covered += is_read

    @property
    def words(self) -> str:
        """What is to be said of answers that did not come."""
        if not self.contacted:
            return "nobody was written to"
        if not self.covered and self.read_until is None:
            return "not read"
        until = f"until {in_words(self.read_until)}" if self.read_until else "not all"
        return f"read {until}" + (
            f", without a gap for {self.covered} of {self.contacted}" if self.covered < self.contacted else ""
        )

    @property
    def value(self) -> float | None:
        """The share; None where nobody was written to."""
        return self.covered / self.contacted if self.contacted else None


@dataclass
class Coverage:
    """The share of people whose answers were read without a gap, in all and by campaign."""

    window: int
    sources: tuple[SourceRead, ...]
    total: Share = field(default_factory=Share)
    campaigns: dict[str, Share] = field(default_factory=dict)

    def count(self, campaign: str, *, is_read: bool, until: str | None) -> bool:
        """One more person of a campaign, whose source was read until a moment."""
        share = self.campaigns.setdefault(campaign, Share(read_until=until))
        share.add(is_read)
        share.read_until = min(share.read_until, until) if share.read_until and until else None
        return is_read

    def as_json(self) -> CoverageShape:
        """`coverage` of the report."""
        return {
            "value": self.total.value,
            "numerator": self.total.covered,
            "denominator": self.total.contacted,
            "window_days": self.window,
            "sources": [one.as_json() for one in self.sources],
        }


def coverage(db: Database, settings: Settings, as_of: date, *, window: int = WINDOW) -> Coverage:
    """How far the answers of everybody who was written to before a day were read. People, each counted once."""
    sources = Sources(db, settings)
    told = Coverage(window, sources.known)
    for _, campaigns in groupby(written_to(db, as_of, window), key=lambda one: one.person):
        read = [
            told.count(one.campaign, is_read=sources.covers(one), until=sources.end(one)) for one in campaigns
        ]
        told.total.add(all(read))
    return told


def written_to(
    db: Database, as_of: date, window: int = WINDOW, person: int | None = None
) -> Iterator[Written]:
    """Everybody to whom a mail had gone before a day and did not bounce for good, or one person, by campaign."""
    one = "AND e.person_id = :person " if person is not None else ""
    order = "ORDER BY person, e.id"
    values = {"window": window, "day": as_of.isoformat(), "person": person}
    beginning = f"{as_of.isoformat()}T00:00:00Z"
    for row in db.execute(_WRITTEN + one + order, values):
        told = Written(*row)
        yield told._replace(until=min(told.until, beginning))


class Sources:
    """The mailboxes and tools of a workspace, with the spans that were read."""

    def __init__(self, db: Database, settings: Settings) -> None:
        self._spans: dict[str, Spans] = {}
        for source, start, to in db.execute(
            "SELECT source, from_at, to_at FROM spans_read ORDER BY source, from_at"
        ):
            self._spans.setdefault(source, []).append((start, to))
        self._whole = dict(
            db.execute(
                "SELECT source || '/' || name, json_extract(value, '$.whole_until') FROM cursors "
                "WHERE source LIKE 'mailbox:%'"
            ).fetchall()
        )
        by_sender = self._senders(settings)
        self._of_campaigns = {
            name: one.mailboxes for name, one in settings.campaigns.items() if one.mailboxes
        }
        named = (name for some in self._of_campaigns.values() for name in some)
        self._boxes = {name: self._mailbox(name, settings) for name in dict.fromkeys((*by_sender, *named))}
        self._usual = tuple(self._boxes[name] for name in by_sender)
        self.mailboxes = tuple(self._boxes.values())
        self._tools: dict[str, SourceRead] = {}
        tools = sorted(source for source in self._spans if not source.startswith("mailbox:"))
        self.known = (
            *self.mailboxes,
            *(SourceRead(name, tuple(_merged(self._spans[name]))) for name in tools),
        )

    def _boxes_of(self, one: Written) -> tuple[SourceRead, ...]:
        """The mailboxes that a campaign names; else those of the sender's address."""
        named = self._of_campaigns.get(one.campaign)
        return tuple(self._boxes[name] for name in named) if named else self._usual

    def covers(self, one: Written) -> bool:
        """Whether the answers of a person were read."""
        boxes = self._boxes_of(one)
        in_mailboxes = bool(boxes) and all(box.holds(one.first, one.until) for box in boxes)
        return in_mailboxes or bool(one.destination and self._tool(one).holds(one.first, one.until))

    def read(self) -> Iterator[tuple[str, str, str]]:
        """What was read without a gap: of all mailboxes together, as `mailbox`; of each tool in all its campaigns."""
        boxes = _all_of([list(box.spans) for box in self.mailboxes])
        yield from (("mailbox", start, to) for start, to in boxes)
        tools: dict[str, list[Spans]] = {}
        for told in self.known[len(self.mailboxes) :]:
            tools.setdefault(told.source.partition("/")[0], []).append(list(told.spans))
        for name, parts in tools.items():
            yield from ((name, start, to) for start, to in _all_of(parts))

    def end(self, one: Written) -> str | None:
        """The end of what was read of the sources of a person, whatever the gaps."""
        boxes = [box.read_until for box in self._boxes_of(one)]
        known = [end for end in boxes if end is not None]
        told = min(known) if known and len(known) == len(boxes) else None
        tool = self._tool(one).read_until
        return max(filter(None, (told, tool)), default=None)

    def read_until(self, one: Written) -> str | None:
        """Until when the answers of a person were read, without a gap from the first mail on."""
        ends = [box.read_from(one.first) for box in self._boxes_of(one)]
        known = [end for end in ends if end is not None]
        told = min(known) if known and len(known) == len(ends) else None
        tool = self._tool(one).read_from(one.first)
        return max(filter(None, (told, tool)), default=None)

    def _tool(self, one: Written) -> SourceRead:
        """The tool that a person was handed over to, as it was read for the campaign, or for all."""
        name = f"{one.destination}/{one.campaign}"
        if name not in self._tools:
            spans = [*self._spans.get(name, []), *self._spans.get(one.destination or "", [])]
            self._tools[name] = SourceRead(name, tuple(_merged(spans)))
        return self._tools[name]

    def _senders(self, settings: Settings) -> list[str]:
        """The mailboxes of the sender's address; where none has it, all."""
        address = settings.sender.email.lower()
        names = [name for name, one in settings.mailboxes.items() if one.email.lower() == address]
        stored = {
            source.removeprefix("mailbox:").partition("/")[0]
            for source in self._spans
            if source.startswith("mailbox:")
        }
        return names or list(settings.mailboxes) or sorted(stored)

    def _mailbox(self, name: str, settings: Settings) -> SourceRead:
        """A mailbox was read when all its folders were; or by saved mails that hold all of a time."""
        source = f"mailbox:{name}"
        box = settings.mailboxes.get(name)
        folders = box.imap.folders if box and box.imap else ()
        parts = [self._folder(f"{source}/{folder}") for folder in folders]
        spans = _merged([*_all_of(parts), *self._spans.get(source, [])])
        return SourceRead(source, tuple(spans))

    def _folder(self, source: str) -> Spans:
        """The spans of a folder, as far as it was read to its end: behind that an older mail may still come."""
        whole = self._whole.get(source)
        spans = [(start, min(to, whole)) for start, to in self._spans.get(source, []) if whole]
        return _merged([(start, to) for start, to in spans if start < to])


def in_words(moment: str) -> str:
    """A moment for people to read."""
    return f"{moment[:10]} {moment[11:16]} UTC"


def _merged(spans: Sequence[tuple[str, str]]) -> Spans:
    """The same times in as few spans as can be."""
    found: Spans = []
    for start, to in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], to))
        else:
            found.append((start, to))
    return found


def _all_of(parts: Sequence[Spans]) -> Spans:
    """The times that lie in spans of all the parts."""
    if not parts:
        return []
    common = parts[0]
    for other in parts[1:]:
        pairs = ((max(a, c), min(b, d)) for a, b in common for c, d in _near(other, a, b))
        common = _merged([(start, to) for start, to in pairs if start < to])
    return list(common)


def _near(spans: Spans, start: str, to: str) -> Spans:
    """Those that may overlap with a time."""
    first = max(0, bisect_right(spans, start, key=lambda span: span[0]) - 1)
    last = bisect_right(spans, to, key=lambda span: span[0])
    return spans[first:last]
