"""People and companies as they were known on an earlier day, worked out from the evidence up to that day."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from prospector.core.custom import custom_parts
from prospector.core.evidence import current_values
from prospector.core.fields import stored
from prospector.core.records import Company, Person, Prospect, with_extra
from prospector.core.sources import channel_source, source_of
from prospector.normalise.words import company_words, word_key
from prospector.store.history import History
from prospector.store.loading import load_companies, load_prospects, opening, technology_use

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prospector.core.fields import Subject
    from prospector.core.records import Opening, TechnologyUse
    from prospector.store.database import Database


def prospects_on(db: Database, person_ids: Sequence[int], day: date) -> Iterator[tuple[int, Prospect | None]]:
    """These people as they were known at the end of `day`; None for somebody of whom nothing was known yet.

    What is not kept for every day is told from the days that are: a technology from when it was first seen until
    it was gone, a reading of a site from the look-ups up to then.
    """
    past = _Past(db, day)
    for now in load_prospects(db, person_ids):
        yield now.person.id, past.prospect(now)


class _Past:
    def __init__(self, db: Database, day: date) -> None:
        self._db = db
        self._day = day
        self._history = History(db, day)
        self._companies: dict[int, Company | None] = {}

    def prospect(self, now: Prospect) -> Prospect | None:
        values, custom = self._values("person", now.person.id)
        if not values and not custom:
            return None
        company_id = values.pop("company_id", None)
        title = values.get("title")
        key = word_key(title) if title else None
        person = Person(now.person.id, **with_extra("person", values), title_key=key, custom=custom)
        contacts = tuple(one for one in now.contacts if one.enrolled_on <= self._day)
        company = None if company_id is None else self._company(int(company_id))
        return Prospect(person, company, contacts, now.standing, now.deals)

    def _company(self, company_id: int) -> Company | None:
        if company_id not in self._companies:
            now = load_companies(self._db, [company_id]).get(company_id)
            self._companies[company_id] = None if now is None else self._earlier(now)
        return self._companies[company_id]

    def _earlier(self, now: Company) -> Company:
        values, custom = self._values("company", now.id)
        return Company(
            now.id,
            **with_extra("company", values),
            custom=custom,
            deals=now.deals,
            word_key=company_words(values),
            signals=tuple(
                one for one in now.signals if one.happened_on <= self._day and one.seen_on <= self._day
            ),
            technologies=self._technologies(now.id),
            openings=self._openings(now.id),
            read=self._readings(now),
        )

    def _values(self, subject: Subject, subject_id: int) -> tuple[dict[str, Any], dict[str, str]]:
        """The values that were current then, typed as the records have them, and those of custom fields."""
        fields = stored(subject)
        seen = [one for one in self._history.observations(subject, subject_id) if one.seen_on <= self._day]
        current = current_values(seen, fields, self._day)
        values = {name: one.values[name] for name, one in current.items()}
        typed = {
            name: fields[name].value(fields[name].cells(value))
            for name, value in values.items()
            if name in fields
        }
        return typed, custom_parts(values)

    def _technologies(self, company_id: int) -> tuple[TechnologyUse, ...]:
        rows = self._db.rows(
            "SELECT * FROM company_technologies WHERE company_id = ? AND first_seen <= ? "
            "AND (gone_on IS NULL OR gone_on > ?) ORDER BY technology, source",
            (company_id, self._day.isoformat(), self._day.isoformat()),
        )
        return tuple(technology_use(row, self._then(row["last_seen"])) for row in rows)

    def _openings(self, company_id: int) -> tuple[Opening, ...]:
        rows = self._db.rows(
            "SELECT * FROM openings WHERE company_id = ? AND first_seen <= ? "
            "AND (closed_on IS NULL OR closed_on > ?) ORDER BY title, id",
            (company_id, self._day.isoformat(), self._day.isoformat()),
        )
        return tuple(opening(row, self._then(row["last_seen"])) for row in rows)

    def _then(self, last_seen: str) -> date:
        """What was seen later, too, was there all the time."""
        return min(date.fromisoformat(last_seen), self._day)

    def _readings(self, now: Company) -> tuple[tuple[str, date], ...]:
        """The channels that were read by then: only the last reading of each is kept, but every look-up is."""
        rows = self._db.rows(
            "SELECT source, max(looked_on) AS looked_on FROM lookups WHERE company_id = ? AND looked_on <= ? "
            "AND outcome IN ('found', 'none') GROUP BY source",
            (now.id, self._day.isoformat()),
        )
        days: dict[str, date] = {}
        for row in rows:
            source, day = source_of(row["source"]), date.fromisoformat(row["looked_on"])
            days[source] = max(day, days.get(source, day))
        found = []
        for channel, read_on in now.read:
            earlier = days.get(channel_source(channel))
            if read_on <= self._day:
                found.append((channel, read_on))
            elif earlier is not None:
                found.append((channel, earlier))
        return tuple(found)
