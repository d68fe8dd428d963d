"""Reading a mailbox by IMAP from where it was read to: in come folders, out go events, and how far they were read.

    reading = Reading(db, "ana", mailbox, password, http, own=..., now=..., day=...)
    for stored in take_in(db, reading.events(), day):
        reading.stored()
    reading.finish()

Cursors follow what is stored and never go before it: whoever is killed reads some mails again, which changes nothing.
A server that breaks off ends the events; `failure` says why, and what was read until then is kept.
"""

from __future__ import annotations

import hashlib
from collections import deque
from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from prospector.core.errors import ProspectorError
from prospector.fetch.imap import ImapMailbox, MailboxUnreadable
from prospector.pipeline.events.from_mail import events_of_mail
from prospector.pipeline.events.incoming import utc
from prospector.pipeline.mailboxes.files import date_of
from prospector.pipeline.mailboxes.spans import Track, keep_track, track_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime

    from prospector.fetch.imap import Account, FolderState, Listed
    from prospector.fetch.settings import HttpSettings
    from prospector.pipeline.events.incoming import Incoming
    from prospector.pipeline.mailboxes.shapes import SourceReadShape
    from prospector.store.database import Database

LONGEST = 2_000_000
"""Bytes of a mail that are read: what is longer has attachments, which say nothing."""
_LISTED_AT_ONCE = 200
_BYTES_AT_ONCE = 4_000_000


@dataclass
class FolderRead:
    """What a pull did in a folder."""

    folder: str
    mails: int = 0
    cut: int = 0
    """Of them too long to be read whole."""
    missing: int = 0
    """Were gone before they were read."""
    anew: bool = False
    """The server numbers the folder anew, so it was read again."""
    read_until: str | None = None
    """None where its end was not reached."""


class _Mark(NamedTuple):
    """How far a folder is read once so many events are stored."""

    after: int
    folder: str
    track: Track


@dataclass
class Reading:
    """One pull of one mailbox."""

    db: Database
    name: str
    account: Account
    folders: Sequence[str]
    http: HttpSettings
    own: frozenset[str]
    now: datetime
    """Until when a folder is read once its end is reached."""
    day: str
    watch: Callable[[int, int], None] | None = None
    """Is told how many mails were read, of how many."""
    anew: bool = False
    """Read also what was read before: what is stored stays as it is."""
    failure: ProspectorError | None = None
    done: list[FolderRead] = field(default_factory=list)
    _given: int = 0
    _stored: int = 0
    _read: int = 0
    _total: int = 0
    _marks: deque[_Mark] = field(default_factory=deque)

    @property
    def source(self) -> str:
        """What events of this mailbox have as their source."""
        return f"mailbox:{self.name}"

    def events(self) -> Iterator[Incoming]:
        """The events of all that is new, folder by folder."""
        try:
            with ImapMailbox(self.account, self.http) as box:
                for folder in self.folders:
                    yield from self._folder(box, folder)
        except ProspectorError as error:
            self.failure = error

    def as_json(self) -> list[SourceReadShape]:
        """The folders, as `sources` of `events pull --json`."""
        return [
            {
                "source": self.source,
                "folder": one.folder,
                "messages": one.mails,
                "cut": one.cut,
                "missing": one.missing,
                "anew": one.anew,
                "read_until": one.read_until,
                "fault": self.failure.message if self.failure and one.read_until is None else None,
            }
            for one in self.done or [FolderRead(self.folders[0])]
        ]

    def stored(self) -> None:
        """One more event is stored: the cursors behind which all are move on."""
        self._stored += 1
        if self._marks and self._marks[0].after <= self._stored:
            self._keep()

    def finish(self) -> None:
        """All events were stored."""
        self._keep()

    def _keep(self) -> None:
        with self.db.transaction():
            while self._marks and self._marks[0].after <= self._stored:
                mark = self._marks.popleft()
                keep_track(self.db, self.source, mark.folder, mark.track, self.day)

    def _folder(self, box: ImapMailbox, folder: str) -> Iterator[Incoming]:
        state = box.examine(folder)
        track, told = self._begun(folder, state)
        missing = track.missing
        self.done.append(told)
        first = _first_new(box, state, track.uid)
        if self.anew:
            yield from self._again(box, first - 1, told)
        wanted = max(0, state.messages - first + 1)
        self._total += wanted
        given = 0
        for number in range(first, state.messages + 1, _LISTED_AT_ONCE):
            listed = box.listed(number, min(number + _LISTED_AT_ONCE - 1, state.messages))
            given += len(listed)
            if not given:
                break
            yield from self._some(box, listed, track, told)
            self._mark(folder, track)
        if given < wanted and box.examine(folder).messages >= state.messages:
            what = (
                f"{box.name}: the server counts {state.messages} mails in {folder} and does not give them all"
            )
            raise MailboxUnreadable(what, hint="what was read until here is kept; run it again")
        track.end(state.uid_next - 1, self._until)
        self._mark(folder, track)
        told.missing, told.read_until = track.missing - missing, track.whole_until

    def _again(self, box: ImapMailbox, last: int, told: FolderRead) -> Iterator[Incoming]:
        """What was read before, once more."""
        for number in range(1, last + 1, _LISTED_AT_ONCE):
            for group in groups(box.listed(number, min(number + _LISTED_AT_ONCE - 1, last))):
                bodies = box.bodies(group, LONGEST)
                for one in group:
                    if raw := bodies.get(one.uid):
                        told.mails += 1
                        yield from self._events(raw, one)

    def _begun(self, folder: str, state: FolderState) -> tuple[Track, FolderRead]:
        """Where reading goes on: behind the last mail, or at the first where the numbers are no longer the same."""
        place = hashlib.sha256(f"{self.account.user}\0{self.account.host}".encode()).hexdigest()[:16]
        known = track_of(self.db, self.source, folder)
        if known is None:
            return Track(place, state.uid_validity), FolderRead(folder)
        is_same = known.box == place and known.validity == state.uid_validity
        if is_same and (not state.uid_next or state.uid_next > known.uid):
            return known, FolderRead(folder)
        since = min(known.latest, known.unsure_since or known.latest)
        track = Track(place, state.uid_validity, unsure_since=since, whole_until=known.whole_until)
        return track, FolderRead(folder, anew=True)

    def _some(
        self, box: ImapMailbox, listed: Sequence[Listed], track: Track, told: FolderRead
    ) -> Iterator[Incoming]:
        _check_order(listed, track.uid, box.name)
        for group in groups(listed):
            bodies = box.bodies(group, LONGEST)
            for one in group:
                raw = bodies.pop(one.uid, None)
                at = utc(one.at) if one.at else None
                if raw is None:
                    track.lost(one.uid)
                    continue
                track.mail(one.uid, at, self._until)
                told.mails += 1
                told.cut += one.size > len(raw) >= LONGEST
                yield from self._events(raw, one)
            self._read += len(group)
            if self.watch:
                self.watch(self._read, self._total)

    def _events(self, raw: bytes, one: Listed) -> Iterator[Incoming]:
        at = one.at or date_of(raw) or self.now
        _, events = events_of_mail(raw, self.source, "imap", at, own=self.own)
        for event in events:
            self._given += 1
            yield event

    def _mark(self, folder: str, track: Track) -> None:
        self._marks.append(_Mark(self._given, folder, deepcopy(track)))
        track.gaps, track.count = [], 0

    @property
    def _until(self) -> str:
        return utc(self.now)


def _first_new(box: ImapMailbox, state: FolderState, uid: int) -> int:
    """The number of the first mail behind a UID: UIDs rise with the numbers."""
    low, high = 1, state.messages + 1
    if uid == 0 or (state.uid_next and state.uid_next - 1 == uid):
        return low if uid == 0 else high
    while low < high:
        middle = (low + high) // 2
        told = box.listed(middle, middle)
        if not told:
            raise MailboxUnreadable(
                f"{box.name}: a mail went away while it was looked for", hint="run it again"
            )
        if told[0].uid > uid:
            high = middle
        else:
            low = middle + 1
    return low


def _check_order(listed: Sequence[Listed], uid: int, name: str) -> None:
    for one in listed:
        if one.uid <= uid:
            what = f"{name}: the server's numbers of mails do not rise"
            raise MailboxUnreadable(what, hint="what was read until here is kept")
        uid = one.uid


def groups(listed: Sequence[Listed]) -> Iterator[list[Listed]]:
    """Some mails at a time, by their size."""
    group: list[Listed] = []
    size = 0
    for one in listed:
        own = min(one.size or LONGEST, LONGEST)
        if group and size + own > _BYTES_AT_ONCE:
            yield group
            group, size = [], 0
        group.append(one)
        size += own
    if group:
        yield group
