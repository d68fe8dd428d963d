"""What is known of one person or one company."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.workspace.opened import Opened

if TYPE_CHECKING:
    from prospector.contacts.verdicts import Verdict
    from prospector.core.fields import Subject
    from prospector.core.records import Company, Prospect
    from prospector.core.shapes import (
        AddressShape,
        AnswersShape,
        GoneTechnologyShape,
        HappenedShape,
        LeftAloneShape,
    )
    from prospector.store.custom_values import CustomCount
    from prospector.store.who import Handle


class Records(Opened):
    """People and companies, one at a time. `who`: see `store.who`."""

    def record(self, who: str) -> Prospect | Company:
        """The person or the company that is meant; a bare number is a person's id."""
        from prospector.store.who import find_handle

        handle = find_handle(self.db, who)
        return self._person(handle) if handle.subject == "person" else self._company(handle)

    def person(self, who: str) -> Prospect:
        """A person by address, id, profile, or name where only one has it."""
        from prospector.store.who import find_handle

        return self._person(find_handle(self.db, who, of="person"))

    def why_suppressed(self, prospect: Prospect) -> str | None:
        """Why nobody may write to the person; None if one may."""
        from prospector.store.suppressions import Suppressions

        person, company = prospect.person, prospect.company
        return Suppressions(self.db).why(person.id, person.email or "", company.domain if company else None)

    def address_of(self, prospect: Prospect) -> AddressShape | None:
        """What is known of the person's address; None if there is none. Asks nobody."""
        from prospector.contacts.words import address_json
        from prospector.store.published import pages_of

        email = prospect.person.email
        return address_json(self._verdict(email), pages_of(self.db, email)) if email else None

    def answers_of(self, prospect: Prospect) -> list[AnswersShape]:
        """For each campaign that wrote to the person: an answer, none, or nobody has read whether there is one."""
        from prospector.pipeline.mailboxes.answers import answers_of

        return [one.as_json() for one in answers_of(self.db, self.settings, prospect.person.id, self.as_of)]

    def left_alone(self, prospect: Prospect) -> list[LeftAloneShape]:
        """What stops the person now, or pauses them."""
        from prospector.outreach.left_alone import all_against

        return [
            {"campaign": campaign, "reason": reason, "detail": detail}
            for campaign, reason, detail in all_against(self.db, prospect.person.id, self.as_of)
        ]

    def happened(self, prospect: Prospect, limit: int = 20) -> list[HappenedShape]:
        """What came back from the person, the latest first, with what followed."""
        from prospector.pipeline.effects.log import events_of

        return [one.as_happened() for one in events_of(self.db, person=prospect.person.id, limit=limit)]

    def _verdict(self, email: str) -> Verdict:
        from prospector.contacts.checking import judge

        stale_before = self.settings.enrich.max_age.before(self.as_of)
        return judge(self.db, [email], self.as_of, stale_before)[email]

    def company(self, who: str) -> Company:
        """A company by domain (or a URL of it), id, profile, or name where only one has it."""
        from prospector.store.who import find_handle

        return self._company(find_handle(self.db, who, of="company", numbers="company"))

    def _person(self, handle: Handle) -> Prospect:
        from prospector.store.loading import load_prospects

        return next(load_prospects(self.db, [handle.id]))

    def _company(self, handle: Handle) -> Company:
        from prospector.store.loading import load_companies

        return load_companies(self.db, [handle.id])[handle.id]

    def custom_fields(self) -> list[CustomCount]:
        """The columns of your own, with the number of people or companies that have a value."""
        from prospector.store.custom_values import custom_counts

        return custom_counts(self.db) if self.has_database else []

    def custom_texts(self, subject: Subject, name: str, most: int = 100) -> list[str]:
        """Values of one of them, the most frequent first."""
        from prospector.store.custom_values import custom_texts

        return custom_texts(self.db, subject, name, most)

    def colleagues(self, company_id: int) -> list[Prospect]:
        """The people of a company."""
        from prospector.store.loading import load_colleagues

        return load_colleagues(self.db, company_id)

    def technologies_no_longer_seen(self, company_id: int) -> list[GoneTechnologyShape]:
        """What a company was seen to use and is not any more, with the days."""
        from prospector.store.company_facts import technologies_no_longer_seen

        return technologies_no_longer_seen(self.db, company_id)
