"""The mailboxes of a campaign: who its mails come from, and how many of them may go out a day.

In: the settings and the mails that are planned. Out: the sender, and the first day that has no room for a new person.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from prospector.config import setting_line
from prospector.core.errors import FileError, near_miss

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from pathlib import Path

    from prospector.config import Campaign, Settings
    from prospector.store.database import Database

_PLANNED = (
    "SELECT max(substr(t.send_at, 1, 10), CASE WHEN t.left_on IS NULL THEN :day ELSE '' END) AS on_day, count(*) "
    "FROM enrolments e JOIN touches t ON t.enrolment_id = e.id "
    "WHERE e.campaign IN (SELECT value FROM json_each(:names)) AND t.channel = 'email' "
    "AND (substr(t.send_at, 1, 10) >= :day OR t.left_on IS NULL) AND NOT EXISTS "
    "(SELECT 1 FROM stops s WHERE s.person_id = e.person_id AND s.lifted_on IS NULL "
    "AND (s.campaign IS NULL OR s.campaign = e.campaign)) GROUP BY 1"
)
_DUE = (
    "SELECT count(*) FROM touches WHERE enrolment_id = ? AND channel = 'email' AND left_on IS NULL "
    "AND substr(send_at, 1, 10) <= ?"
)
_LEFT_TODAY = (
    "SELECT count(*) FROM enrolments e JOIN touches t ON t.enrolment_id = e.id "
    "WHERE e.campaign IN (SELECT value FROM json_each(?)) AND t.channel = 'email' AND t.left_on = ?"
)


def mailboxes_of(settings: Settings, campaign: Campaign) -> tuple[str, ...]:
    """The mailboxes that a campaign sends from: those that it names, else the sender's own."""
    if campaign.mailboxes:
        return campaign.mailboxes
    own = settings.sender.email.lower()
    return tuple(name for name, one in settings.mailboxes.items() if one.email.lower() == own)


def with_sender(settings: Settings, file: Path, name: str, campaign: Campaign) -> Settings:
    """The settings with the address of the campaign's one mailbox as the sender's. Of several the tool takes turns."""
    for place, one in enumerate(campaign.mailboxes):
        if one not in settings.mailboxes:
            line = setting_line(file, "campaigns", name, "mailboxes", place)
            known = ", ".join(settings.mailboxes)
            hint = (
                near_miss(one, list(settings.mailboxes))
                or f"write it under `mailboxes:`; known: {known or 'none'}"
            )
            raise FileError(file, f'campaign "{name}": no mailbox "{one}"', line=line, hint=hint)
    if len(campaign.mailboxes) != 1:
        return settings
    email = settings.mailboxes[campaign.mailboxes[0]].email
    return settings.model_copy(update={"sender": settings.sender.model_copy(update={"email": email})})


def refuse_several(file: Path, name: str, campaign: Campaign, title: str) -> FileError | None:
    """A destination that writes whole mails has one sender."""
    if len(campaign.mailboxes) < 2:
        return None
    line = setting_line(file, "campaigns", name, "mailboxes")
    hint = "name one mailbox here, and make a campaign for each of the others"
    return FileError(file, f'campaign "{name}": {title} is written for one sender', line=line, hint=hint)


class MailRoom:
    """How many mails the mailboxes of a campaign have planned, by day: planned follow-ups go before new people.

    Campaigns that share a mailbox share its room; of several mailboxes the caps are added up.
    """

    def __init__(self, db: Database, settings: Settings, campaign: Campaign, as_of: date) -> None:
        self._db = db
        boxes = mailboxes_of(settings, campaign)
        caps = [settings.mailboxes[one].daily_cap for one in boxes if one in settings.mailboxes]
        self.cap = sum(cap for cap in caps if cap is not None) if caps and None not in caps else None
        self.names = ", ".join(boxes)
        self._as_of = as_of.isoformat()
        self._planned = Counter[str]()
        self._today = 0
        if self.cap is not None:
            self._load(
                [
                    name
                    for name, one in settings.campaigns.items()
                    if set(mailboxes_of(settings, one)) & set(boxes)
                ]
            )

    def _load(self, campaigns: Sequence[str]) -> None:
        names = json.dumps(sorted(campaigns))
        rows = self._db.rows(_PLANNED, {"day": self._as_of, "names": names})
        self._planned.update({row[0]: row[1] for row in rows})
        self._today = int(self._db.value(_LEFT_TODAY, (names, self._as_of)))

    def full_on(self, days: Iterable[str]) -> str | None:
        """The first of the days of a person's mails on which there is no more room, or None."""
        if self.cap is None:
            return None
        wanted = Counter(days)
        return next((day for day in sorted(wanted) if self._planned[day] + wanted[day] > self.cap), None)

    def take(self, days: Iterable[str]) -> None:
        """Keep room for a person's mails."""
        if self.cap is not None:
            self._planned.update(days)

    def takes_due(self, enrolment: int) -> bool:
        """Whether what is due of an enrolment can still leave today; if so, its room is kept."""
        if self.cap is None:
            return True
        mails = int(self._db.value(_DUE, (enrolment, self._as_of)))
        if self._today and self._today + mails > self.cap:
            return False
        self._today += mails
        return True
