"""The plan: what would happen, frozen. `plan` shows it, `run` hands over the same value."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from prospector.config import setting_line
from prospector.contacts.likelihoods import likelihoods_of_people
from prospector.core.counts import counted
from prospector.core.errors import FileError
from prospector.destinations.delays import Moves
from prospector.destinations.handover import Lead, PlannedTouch
from prospector.destinations.registry import DESTINATIONS
from prospector.outreach.addresses import verdicts_on
from prospector.outreach.campaign_files import check_of, destination_name
from prospector.outreach.due import DUE, due_people
from prospector.outreach.held_back import HeldBack
from prospector.outreach.lead_facts import LeadFacts, custom_columns, lead_facts, unfit_value, why_in_a_line
from prospector.outreach.ledger import Ledger
from prospector.outreach.left_alone import LeftAlone
from prospector.outreach.mailboxes import MailRoom
from prospector.outreach.manifests import about_head, about_of
from prospector.outreach.opt_outs import lead_id, opt_out_token
from prospector.outreach.refusals import refuse_mail
from prospector.outreach.rendering import key_of, person_label, render_context, send_times
from prospector.outreach.shapes import touches_json
from prospector.outreach.stops import left_alone
from prospector.segments.ranking import Found, ranking
from prospector.sequences.calendar import first_day, parse_window
from prospector.sequences.render import render_sequence
from prospector.sequences.values import BlankValue
from prospector.store.consents import Consents
from prospector.store.suppressions import Suppressions, Target

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from datetime import datetime

    from prospector.contacts.verdicts import Verdict
    from prospector.core.records import Prospect
    from prospector.outreach.campaign_files import CampaignFiles
    from prospector.outreach.shapes import PlanShape
    from prospector.store.consents import Kind
    from prospector.store.database import Database

_BATCH = 500
"""How many people are asked about at once."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Who is new, with all touches finished and dated, and who is held back."""

    campaign: str
    as_of: date
    leads: tuple[Lead, ...]
    held_back: tuple[HeldBack, ...]
    already_enrolled: int
    allowed: tuple[str, ...] = ()
    """Codes of `reasons.REFUSALS` that the campaign let pass, and that it needed."""
    custom: tuple[str, ...] = ()
    """See `About.custom`."""
    under_way: tuple[tuple[str, int], ...] = ()
    """Other campaigns with how many of the new people they still have touches for."""
    moved: tuple[str, ...] = ()
    """Mails that the destination would send on another day than planned, in words."""
    due: tuple[int, ...] = ()
    """Enrolments of people taken before whose touches are due, where the campaign hands over only those."""

    @classmethod
    def of(cls, planning: Planning | Plan, people: Iterable[Lead | HeldBack] = ()) -> Plan:
        """What a planning has found out, with the people that it named, as far as they are given."""
        if isinstance(planning, Plan):
            return planning
        kept = list(people)
        return cls(
            planning.campaign,
            planning.as_of,
            tuple(one for one in kept if isinstance(one, Lead)),
            tuple(one for one in kept if isinstance(one, HeldBack)),
            planning.already_enrolled,
            planning.allowed,
            planning.custom,
            planning.under_way,
            planning.moved,
            tuple(planning.due),
        )

    def __iter__(self) -> Iterator[Lead | HeldBack]:
        yield from self.leads
        yield from self.held_back

    def as_json(self) -> PlanShape:
        """What `plan --json` prints; `run` adds what it did."""
        return {
            "campaign": self.campaign,
            "as_of": self.as_of.isoformat(),
            "touches": [touch for lead in self.leads for touch in touches_json(lead)],
            "held_back": [held.as_json() for held in self.held_back],
            "new": len(self.leads),
            "already_enrolled": self.already_enrolled,
            "due": len(self.due),
            "allowed": list(self.allowed),
            "under_way_elsewhere": [{"campaign": name, "people": count} for name, count in self.under_way],
            "exported": 0,
            "files": [],
            "manifest": None,
        }


class Planning:
    """A plan as it comes: each person who is new or held back, in the order of the segment. Read once.

    `already_enrolled`, `allowed` and `under_way` are complete when everybody has been read.
    """

    def __init__(
        self,
        db: Database,
        files: CampaignFiles,
        as_of: date,
        watch: Callable[[Lead | HeldBack], None] | None = None,
        now: datetime | None = None,
    ) -> None:
        self._db = db
        self._now = now
        self._files = files
        self.as_of = as_of
        self._watch = watch
        self._campaign = files.campaign
        self._destination, self._check = destination_name(files), check_of(files)
        self._ledger = Ledger(db)
        self.already_enrolled = 0
        self._left_today = (self._campaign.daily_cap or 1_000_000_000) - self._ledger.enrolled_on(
            files.name, as_of
        )
        limits = (self._campaign.per_company, files.segment.per_company)
        self._company_limit = min((limit for limit in limits if limit is not None), default=None)
        self._per_company = self._ledger.per_company(files.name) if self._company_limit is not None else {}
        self._room = MailRoom(db, files.settings, self._campaign, as_of)
        self._last_starts = self._ledger.last_starts(files.name) if self._campaign.company_gap else {}
        self._suppressions = Suppressions(db)
        self._consents = Consents(db)
        self._left_alone = LeftAlone(db, files.name, files.settings, as_of)
        self._calls = any(touch.channel == "call" for touch in files.sequence.touches)
        self._needs_email = any(touch.channel == "email" for touch in files.sequence.touches)
        try:
            self._window = parse_window(self._campaign.window)
        except ValueError as error:
            raise FileError(
                files.settings_file,
                f'campaign "{files.name}": {error}',
                line=setting_line(files.settings_file, "campaigns", files.name, "window"),
                hint='write it like "Mon-Fri 09:00-17:00"',
            ) from None
        self._starts_on = first_day(as_of, self._campaign.start, self._window)
        self._twice = self._addresses_of_several()
        self._new: set[str] = set()
        self._accept = files.settings.enrich.accept
        self.custom = custom_columns(db)
        self._allowed = set(files.allowed)
        self._under_way = Counter[str]()
        about = about_of(about_head(files))
        self.due: list[int] = []
        """See `Plan.due`; complete when everybody has been read."""
        written = DESTINATIONS[self._destination]
        self._moves = Moves(about.delays or written.delays, about.window)
        self._title = written.title or written.name

    @property
    def campaign(self) -> str:
        """The campaign's name."""
        return self._files.name

    @property
    def allowed(self) -> tuple[str, ...]:
        """See `Plan.allowed`."""
        return tuple(sorted(self._allowed))

    @property
    def under_way(self) -> tuple[tuple[str, int], ...]:
        """See `Plan.under_way`."""
        return tuple(sorted(self._under_way.items()))

    @property
    def moved(self) -> tuple[str, ...]:
        """See `Plan.moved`."""
        return tuple(self._moves.lines(self._title))

    def __iter__(self) -> Iterator[Lead | HeldBack]:
        for one in self._people():
            if self._watch:
                self._watch(one)
            yield one

    def _people(self) -> Iterator[Lead | HeldBack]:
        """Everybody whom the segment lists; then of those taken before whoever is due and to be left alone by now."""
        for _, one in self._walk(None):
            if isinstance(one, Lead):
                self._moves.add(one)
            yield one
        if self._campaign.handover != DUE:
            return
        for due in due_people(
            self._db, self.campaign, self.as_of, self._files.settings, self._room, calls=self._calls
        ):
            if isinstance(due, HeldBack):
                yield due
            else:
                self.due.append(due)

    def of(self, asked: Iterable[int]) -> Iterator[tuple[int, Lead | HeldBack]]:
        """Some people as the plan has them. Those before them count, but only as far as they can matter."""
        wanted = set(asked)
        for person, one in self._walk(frozenset(wanted)):
            if person in wanted:
                yield person, one
                wanted.remove(person)
                if not wanted:
                    return

    def alone(self, prospect: Prospect) -> Lead | HeldBack:
        """Somebody whom the segment does not list, looked at without the others and without limits."""
        found = Found(self._files.segment, prospect, "match", 0, ())
        outcome = self._personal(prospect, self._look_up([prospect])) or self._finished(found)
        return self._told(prospect, outcome)

    def _walk(self, wanted: frozenset[int] | None) -> Iterator[tuple[int, Lead | HeldBack]]:
        # Proven addresses leave without a doubt; of the others the likelier ones are worth a place first.
        likely = None if self._accept == "verified" else likelihoods_of_people(self._db, self.as_of)
        chosen = ranking(self._db, self._files.segment, likely=likely)
        for listed, over in ((chosen.people, False), (chosen.over, True)):
            new = self._ledger.not_enrolled(self.campaign, listed)
            self.already_enrolled += len(listed) - len(new)
            for batch in self._batches(new, wanted):
                some = list(chosen.found(self._db, batch))
                known = self._look_up([found.prospect for found in some])
                for found in some:
                    yield found.prospect.person.id, self._outcome(found, known, over=over)

    def _batches(self, people: list[int], wanted: frozenset[int] | None) -> Iterator[list[int]]:
        """Some people at a time: all, or those who are wanted and whoever can be taken in their place."""
        if wanted is not None and self._campaign.daily_cap is None:
            near = self._near(wanted)
            people = [person for person in people if person in near]
        for at in range(0, len(people), _BATCH):
            batch = people[at : at + _BATCH]
            if wanted is not None and self._left_today <= 0:
                batch = [person for person in batch if person in wanted]
            if batch:
                yield batch

    def _near(self, wanted: frozenset[int]) -> set[int]:
        """Those people, their colleagues, whoever has the same address as one of these, and so on."""
        asked = "(SELECT value FROM json_each(?1))"
        sql = (
            f"SELECT id FROM people WHERE id IN {asked} "  # noqa: S608
            f"OR company_id IN (SELECT company_id FROM people WHERE id IN {asked}) "
            f"OR email IN (SELECT email FROM people WHERE id IN {asked})"
        )
        near, more = set[int](), set(wanted)
        while len(more) > len(near):
            near = more
            more = {row[0] for row in self._db.execute(sql, (json.dumps(sorted(near)),))} | near
        return near

    def _addresses_of_several(self) -> set[str]:
        sql = "SELECT email FROM people WHERE email IS NOT NULL GROUP BY email HAVING count(*) > 1"
        return {row[0] for row in self._db.execute(sql)}

    def _look_up(self, prospects: list[Prospect]) -> _Known:
        """What the database says of some people against writing to them: each question once for all of them."""
        people = [prospect.person.id for prospect in prospects]
        targets = {
            prospect.person.id: Target(
                prospect.person.id,
                prospect.person.email or "",
                prospect.company.domain if prospect.company else None,
            )
            for prospect in prospects
        }
        emails = {prospect.person.email for prospect in prospects if prospect.person.email}
        cooldown = self._campaign.cooldown
        elsewhere: dict[str | int, str] = {}
        if cooldown is not None:
            since = cooldown.before(self.as_of)
            elsewhere = self._ledger.elsewhere_since(self.campaign, since, people, emails)
        return _Known(
            self._suppressions.why_each(targets),
            self._consents.current(people),
            elsewhere,
            verdicts_on(self._db, [one.person for one in prospects], self._files.settings, self.as_of),
            self._left_alone.of({one.person.id: one.person.email for one in prospects}),
            self._ledger.under_way_elsewhere(self.campaign, self.as_of, people, emails),
        )

    def _outcome(self, found: Found, known: _Known, *, over: bool) -> Lead | HeldBack:
        reason = self._held_back(found.prospect, found.answer, known, over=over)
        outcome = reason or self._taken(found)
        if isinstance(outcome, Lead):
            self._under_way.update(known.campaigns_of(outcome))
        return self._told(found.prospect, outcome)

    def _told(self, prospect: Prospect, outcome: Lead | tuple[str, str]) -> Lead | HeldBack:
        if isinstance(outcome, Lead):
            return outcome
        return HeldBack(person_label(prospect), prospect.person.id, prospect.person.email, *outcome)

    def _taken(self, found: Found) -> Lead | tuple[str, str]:
        """The lead, or why the person is held back, now that nothing else speaks against it."""
        prospect, outcome = found.prospect, self._finished(found)
        if not isinstance(outcome, Lead):
            return outcome
        self._left_today -= 1
        self._room.take(mail_days(outcome))
        if prospect.company and self._company_limit is not None:
            self._per_company[prospect.company.id] = self._per_company.get(prospect.company.id, 0) + 1
        if prospect.company and self._campaign.company_gap:
            self._last_starts[prospect.company.id] = outcome.touches[0].send_at[:10]
        if outcome.email in self._twice:
            self._new.add(outcome.email)
        return outcome

    def _finished(self, found: Found) -> Lead | tuple[str, str]:
        """The lead with its touches, or what in them must not leave."""
        if unfit := unfit_value(facts := lead_facts(found.prospect)):
            return "placeholder", unfit
        try:
            lead = self._lead(found, facts)
        except BlankValue as blank:
            return "blank_value", blank.in_words()
        if code := self._check(lead):
            return code, f"{self._destination} cannot take it"
        return lead

    def _held_back(
        self, prospect: Prospect, answer: str, known: _Known, *, over: bool
    ) -> tuple[str, str] | None:
        if answer == "review":
            unknown = [asked.field for asked in self._files.segment.asked if asked.answer(prospect) is None]
            return "review", "unknown: " + ", ".join(unknown)
        return self._personal(prospect, known) or self._over_a_limit(prospect, over=over)

    def _personal(self, prospect: Prospect, known: _Known) -> tuple[str, str] | None:
        """What is known of the person speaks against it."""
        person = prospect.person
        if not person.email and self._needs_email:
            return "no_email", "no address is known"
        email = person.email or ""
        if why := known.suppressed.get(person.id):
            return "suppressed", why
        if alone := known.alone.get(person.id):
            return alone
        consents = known.consents.get(person.id, {})
        if why_not := left_alone(person, consents, known.verdicts, self._accept, calls=self._calls):
            return why_not
        if email and email in self._new:
            return "same_address", email
        if campaign := known.elsewhere.get(email) or known.elsewhere.get(person.id):
            return "cooldown", f"in campaign {campaign}"
        return None

    def _over_a_limit(self, prospect: Prospect, *, over: bool) -> tuple[str, str] | None:
        """Others have been taken in the person's place."""
        company, limit = prospect.company, self._company_limit
        if over and company:
            return (
                "per_company",
                f"over the limit of {self._files.segment.per_company} at {company.name or company.domain}",
            )
        if limit is not None and company and self._per_company.get(company.id, 0) >= limit:
            return "per_company", f"{company.name or company.domain}: {limit} taken"
        if company and (last := self._last_starts.get(company.id)):
            free = date.fromisoformat(last) + timedelta(days=self._campaign.company_gap)
            if self._starts_on < free:
                name = company.name or company.domain
                return "company_gap", f"{name}: a colleague starts on {last}, the next one on {free} or later"
        if self._left_today <= 0:
            return "daily_cap", f"{self._campaign.daily_cap} a day"
        if self._room.cap is not None and (full := self._room.full_on(self._mail_days(prospect))):
            return "mailbox_cap", f"{self._room.names}: {counted(self._room.cap, 'mail')} on {full}"
        return None

    def _mail_days(self, prospect: Prospect) -> list[str]:
        """The days of a person's mails, before any text is rendered."""
        times = zip(self._files.sequence.touches, self._times(prospect), strict=True)
        return [time.date().isoformat() for touch, time in times if touch.channel == "email"]

    def _times(self, prospect: Prospect) -> list[datetime]:
        return send_times(
            self._files.sequence,
            prospect,
            self._files.settings,
            self.as_of,
            window=self._window,
            campaign=self._files.name,
            start=self._campaign.start,
            now=self._now,
        )

    def _lead(self, found: Found, facts: LeadFacts) -> Lead:
        prospect, key = found.prospect, self._files.token_key
        files, as_of = self._files, self.as_of
        context = render_context(files.settings, files.name, as_of, prospect, files.token_key)
        rendered = render_sequence(files.sequence, prospect, context)
        if first := files.sequence.first_email:
            mail = rendered[first.number - 1]
            self._allowed.update(refuse_mail(files, mail, context, person_label(prospect)))
        times = self._times(prospect)
        touches = tuple(
            PlannedTouch(
                touch=one.name,
                number=one.touch,
                day=one.day,
                channel=one.channel,
                variant=one.variant,
                send_at=time.isoformat(timespec="minutes"),
                subject=one.subject or "",
                text=one.text,
                html=one.html,
            )
            for one, time in zip(rendered, times, strict=True)
        )
        return Lead(
            person_id=prospect.person.id,
            company_id=prospect.company.id if prospect.company else None,
            email=prospect.person.email or "",
            **facts.by_name,
            touches=touches,
            earlier=(),
            token=opt_out_token(key_of(prospect), key) if key else "",
            lead_id=lead_id(files.name, key_of(prospect), key) if key else "",
            reason=why_in_a_line(found),
            custom=facts.custom,
        )


def mail_days(lead: Lead) -> list[str]:
    """The days of a person's mails, as the recipient has them."""
    return [touch.send_at[:10] for touch in lead.touches if touch.channel == "email"]


class _Known(NamedTuple):
    """What was asked for many people at once, by person (verdicts by address; what others have taken by both)."""

    suppressed: Mapping[int, str]
    consents: Mapping[int, Mapping[Kind, str]]
    elsewhere: Mapping[str | int, str]
    verdicts: Mapping[str, Verdict]
    alone: Mapping[int, tuple[str, str]]
    under_way: Mapping[str | int, set[str]]

    def campaigns_of(self, lead: Lead) -> set[str]:
        """The other campaigns that still have touches for somebody."""
        return self.under_way.get(lead.person_id, set()) | self.under_way.get(lead.email, set())
