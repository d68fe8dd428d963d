"""What came back: mails, and whatever else tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prospector.core.errors import UsageError
from prospector.workspace.opened import moment
from prospector.workspace.stopping import Stopping
from prospector.workspace.tool_answers import Rejected, ToolAnswers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date
    from pathlib import Path

    from prospector.pipeline.effects.following import Following
    from prospector.pipeline.effects.log import KnownEvent
    from prospector.pipeline.effects.rereading import Reread
    from prospector.pipeline.events.incoming import Incoming
    from prospector.pipeline.events.storing import Stored
    from prospector.pipeline.mailboxes.files import PassedOver


NOBODY = "nobody"
"""Whose an event is that is none of those who are suggested."""


class _Files(NamedTuple):
    """How files are read, and who is told what could not be."""

    tool: str | None
    day_first: bool | None
    rejected: Rejected
    passed: PassedOver
    mailbox: str


class Answering(ToolAnswers, Stopping):
    """Events in, each once, with what follows from them."""

    followed: Following | None = None
    """What the last command has led to."""

    def take_in(self, events: Iterable[Incoming]) -> Iterator[Stored]:
        """Store events and do what follows from them. Every way by which they come ends here."""
        from prospector.pipeline.events.storing import match_again, take_in

        self.followed = self._following()
        yield from take_in(self.db, events, self.as_of, self.followed.follow)
        with self.db.transaction():
            match_again(self.db)
            self.followed.follow()
        self.stop_in_tools()

    def _following(self) -> Following:
        from prospector.pipeline.effects.following import Following
        from prospector.pipeline.effects.rules import Rules

        stale_before = self.settings.enrich.max_age.before(self.as_of)
        return Following(self.db, Rules(self.settings.answers), self.as_of, stale_before)

    def waiting_events(self) -> Iterator[KnownEvent]:
        """Events that somebody has to look at before all that they mean is done."""
        from prospector.pipeline.effects.log import waiting_events

        return waiting_events(self.db)

    def events_of(self, who: str | None = None, limit: int | None = None) -> Iterator[KnownEvent]:
        """Events with what followed from them, the latest first; of one person, where one is named."""
        from prospector.pipeline.effects.log import events_of
        from prospector.store.who import find_handle

        person = None if who is None else find_handle(self.db, who, of="person").id
        return events_of(self.db, person=person, limit=limit)

    def event(self, number: int) -> KnownEvent:
        """The event of a number; `UsageError` if there is none."""
        from prospector.pipeline.effects.log import event_of

        known = event_of(self.db, number)
        if known is None:
            raise UsageError(f"there is no event {number}", hint="see: prospector events list")
        return known

    def decide_event(
        self, number: int, answer: str, *, until: date | None = None, who: str | None = None
    ) -> KnownEvent:
        """Say what an event is, in a word of an intent or a class, and what follows from it is done.

        Where somebody is suggested for it, it is theirs, unless `who` is somebody else or `nobody`.
        """
        from prospector.pipeline.effects.reviewing import Decision, decide, parse_answer

        known = self.event(number)
        person = self._whose(known, who)
        kind, word = parse_answer(answer, known.row["class"])
        self.followed = self._following()
        with self.db.transaction():
            decide(self.db, number, Decision(kind, word, until, person), self.as_of)
            self.followed.follow()
        self.stop_in_tools()
        return self.event(number)

    def _whose(self, known: KnownEvent, who: str | None) -> int | None:
        """Whose an event is by a person's word. `UsageError` where several are suggested and none is named."""
        from prospector.store.who import find_handle

        if who is not None:
            return None if who == NOBODY else find_handle(self.db, who, of="person").id
        if len(known.suggested) > 1:
            choice = " or ".join(f"--who {one}" for one in (*known.suggested, NOBODY))
            raise UsageError(f"whose is event {known.id}?", hint=f"say {choice}")
        return next((int(one.partition(":")[2]) for one in known.suggested), None)

    def reread_events(self, progress: Callable[[int], None] = lambda mails: None) -> Reread:
        """Read stored mails again that older rules have read."""
        from prospector.pipeline.effects.rereading import Rereading

        self.followed = self._following()
        return Rereading(self.db, self.followed, self.own_addresses(), self.as_of).run(progress)

    def add_event(
        self,
        who: str,
        answer: str,
        *,
        at: str | None = None,
        campaign: str | None = None,
        until: date | None = None,
        note: str = "",
    ) -> Stored:
        """Something that happened, by a person's word: a meeting, a call, a reply on the phone."""
        from prospector.outreach.campaign import known_campaign
        from prospector.pipeline.effects.by_hand import event_by_hand, parse_moment

        if campaign is not None:
            known_campaign(self.settings, self.folder, campaign)
        moment = parse_moment(at, self.settings.timezone) if at else self.as_of
        event = event_by_hand(self.db, who, answer, moment, campaign, until, note)
        (stored,) = self.take_in([event])
        return stored

    def import_events(
        self,
        files: Iterable[Path],
        *,
        tool: str | None = None,
        day_first: bool | None = None,
        rejected: Rejected | None = None,
        passed: PassedOver | None = None,
        mailbox: str | None = None,
        covers: str | None = None,
    ) -> Iterator[Stored]:
        """The events of mails in files and folders, and of exports of tools.

        `rejected` gets the rows without one, `passed` what is no mail. `covers` is a person's word that the files hold
        all that the mailbox took in from one day to another, such as `2026-11-23..2026-12-07`; it counts unless a file
        cannot be read.
        """
        from prospector.pipeline.mailboxes.accounts import claimed_span
        from prospector.pipeline.mailboxes.files import PassedOver

        span = claimed_span(self.settings, mailbox, covers, self.folder)
        how = _Files(tool, day_first, rejected or Rejected(), passed or PassedOver(), mailbox or "files")
        return self._imported(files, how, span)

    def _imported(self, files: Iterable[Path], how: _Files, span: tuple[str, str] | None) -> Iterator[Stored]:
        from prospector.pipeline.mailboxes.spans import keep_span

        yield from self.take_in(self._of_files(files, how))
        if span and not how.passed.broken:
            with self.db.transaction():
                keep_span(self.db, f"mailbox:{how.mailbox}", *span, self.as_of.isoformat())

    def _of_files(self, files: Iterable[Path], how: _Files) -> Iterator[Incoming]:
        """What a file is, is told by what it holds; a tool's name says that it is an export.

        One file that is no mail costs the others nothing; where all are none, the last one's error is told.
        """
        from prospector.pipeline.mailboxes.files import NotMail
        from prospector.pipeline.tools.exports import is_export

        found, refused = False, None
        for file in files:
            if how.tool or (file.is_file() and is_export(file)):
                yield from self._of_export(file, how.tool, how.day_first, how.rejected)
                found = True
                continue
            try:
                for event in self._of_mails(file, how):
                    found = True
                    yield event
            except NotMail as error:
                refused = error
                how.passed.broken.append(error.message)
        if refused and not found:
            raise refused

    def _of_mails(self, file: Path, how: _Files) -> Iterator[Incoming]:
        from prospector.pipeline.events.from_mail import events_of_mail
        from prospector.pipeline.mailboxes.files import date_of, messages_of

        own, read_at = self.own_addresses(), moment(self.as_of)
        for raw in messages_of(file, how.passed):
            at = date_of(raw) or read_at.replace(hour=0, minute=0, second=0)
            yield from events_of_mail(raw, f"mailbox:{how.mailbox}", "file", at, own=own)[1]
