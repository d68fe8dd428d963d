"""The ledger: what was meant to leave, and what has left. It survives a kill and a restored backup.

A run is written in three steps: the intent (all touches, finished, in one transaction), the folder (put in
place by one rename), the fact. A run that stopped in between is finished from the ledger by the next one,
with the same bytes; a folder that the database does not know (a restored backup) is learned from its manifest.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from prospector.destinations.handover import Lead, PlannedTouch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from prospector.store.database import Database


class Ledger:
    """Enrolments and touches in the database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def enrolled(self, campaign: str) -> tuple[set[str], set[int]]:
        """Addresses and ids of the people whom this campaign has taken."""
        rows = self._db.rows("SELECT email, person_id FROM enrolments WHERE campaign = ?", (campaign,))
        return {row["email"] for row in rows}, {row["person_id"] for row in rows if row["person_id"]}

    def enrolled_on(self, campaign: str, day: date) -> int:
        """How many people the campaign took on this day."""
        sql = "SELECT count(*) FROM enrolments WHERE campaign = ? AND enrolled_on = ?"
        return int(self._db.value(sql, (campaign, day.isoformat())))

    def per_company(self, campaign: str) -> dict[int, int]:
        """How many people of each company the campaign has taken."""
        rows = self._db.rows(
            "SELECT company_id, count(*) FROM enrolments WHERE campaign = ? AND company_id IS NOT NULL GROUP BY 1",
            (campaign,),
        )
        return {row[0]: row[1] for row in rows}

    def elsewhere_since(self, campaign: str, since: date) -> dict[str | int, str]:
        """Addresses and ids of people whom other campaigns have taken since a day, with the campaign's name."""
        rows = self._db.rows(
            "SELECT email, person_id, campaign FROM enrolments WHERE campaign <> ? AND enrolled_on > ? ORDER BY id",
            (campaign, since.isoformat()),
        )
        ids = {row["person_id"]: row["campaign"] for row in rows if row["person_id"]}
        return {**ids, **{row["email"]: row["campaign"] for row in rows}}

    def next_run(self, campaign: str, as_of: date) -> str:
        """The name of the next run: campaign, day and a number that no run of the day has."""
        rows = self._db.rows(
            "SELECT name FROM runs WHERE campaign = ? AND as_of = ?", (campaign, as_of.isoformat())
        )
        numbers = [int(row["name"].rpartition("-")[2]) for row in rows]
        return f"{campaign}/{as_of.isoformat()}-{max(numbers, default=0) + 1}"

    def intend(
        self, run: str, campaign: str, as_of: date, leads: Iterable[Lead], manifest: Mapping[str, Any]
    ) -> None:
        """Write down all that is about to leave. Use inside a transaction."""
        self._insert_run(run, campaign, as_of, "intended", manifest)
        for lead in leads:
            enrolment = self._enrol(run, campaign, as_of, lead.person_id, lead.company_id, lead.key)
            self._db.many(
                "INSERT INTO touches (enrolment_id, touch, number, channel, variant, send_at, subject, text, html) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        enrolment,
                        touch.touch,
                        touch.number,
                        touch.channel,
                        touch.variant,
                        touch.send_at,
                        touch.subject,
                        touch.text,
                        touch.html,
                    )
                    for touch in lead.touches
                ],
            )
        self._db.execute(
            "UPDATE runs SET leads = ? WHERE name = ?", (json.dumps([asdict(lead) for lead in leads]), run)
        )

    def unfinished(self) -> list[dict[str, Any]]:
        """Runs whose intent is written and whose leaving is not, oldest first."""
        rows = self._db.rows("SELECT * FROM runs WHERE state = 'intended' ORDER BY id")
        return [
            {**dict(row), "manifest": json.loads(row["manifest"]), "leads": read_leads(row["leads"])}
            for row in rows
        ]

    def has_left(self, run: str, on: str) -> None:
        """Write down that a run's folder is in its place. Use inside a transaction."""
        self._db.execute("UPDATE runs SET state = 'left', leads = NULL WHERE name = ?", (run,))
        self._db.execute(
            "UPDATE touches SET left_on = ? WHERE enrolment_id IN (SELECT id FROM enrolments WHERE run = ?)",
            (on, run),
        )

    def drop(self, run: str, email: str) -> None:
        """Take a person out of a run that has not left yet: the address was suppressed in between."""
        found = self._db.value("SELECT id FROM enrolments WHERE run = ? AND email = ?", (run, email))
        if found is not None:
            self._db.execute("DELETE FROM touches WHERE enrolment_id = ?", (found,))

    def learn(self, manifest: Mapping[str, Any]) -> bool:
        """Take over a run from its manifest if the database does not know it; whether it did."""
        run = str(manifest["run"])
        if self._db.value("SELECT 1 FROM runs WHERE name = ?", (run,)):
            return False
        campaign, as_of = str(manifest["campaign"]), str(manifest["as_of"])
        self._db.execute(
            "INSERT INTO runs (name, campaign, as_of, state, manifest) VALUES (?, ?, ?, 'left', ?)",
            (run, campaign, as_of, json.dumps(manifest)),
        )
        for person in manifest["enrolled"]:
            email = str(person["email"])
            person_id = self._person_of(email)
            company_id = self._db.value("SELECT company_id FROM people WHERE id = ?", (person_id,))
            self._db.execute(
                "INSERT OR IGNORE INTO enrolments (campaign, person_id, company_id, email, enrolled_on, run) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (campaign, person_id, company_id, email, as_of, run),
            )
        return True

    def _person_of(self, key: str) -> int | None:
        """The person behind a key of `Lead.key`; None for somebody whom the database does not know (any more)."""
        sql, value = "SELECT person_id FROM person_addresses WHERE email = ?", key
        if key.startswith("person:"):
            sql, value = "SELECT id FROM people WHERE id = ?", key.removeprefix("person:")
        found = self._db.value(sql, (value,))
        return None if found is None else int(found)

    def _insert_run(
        self, run: str, campaign: str, as_of: date, state: str, manifest: Mapping[str, Any]
    ) -> None:
        self._db.execute(
            "INSERT INTO runs (name, campaign, as_of, state, manifest) VALUES (?, ?, ?, ?, ?)",
            (run, campaign, as_of.isoformat(), state, json.dumps(manifest)),
        )

    def _enrol(
        self, run: str, campaign: str, as_of: date, person_id: int, company_id: int | None, email: str
    ) -> int:
        cursor = self._db.execute(
            "INSERT INTO enrolments (campaign, person_id, company_id, email, enrolled_on, run) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            (campaign, person_id, company_id, email, as_of.isoformat(), run),
        )
        return int(cursor.lastrowid or 0)


def read_leads(text: str) -> list[Lead]:
    """Leads from the JSON that `intend` wrote."""
    return [
        Lead(**{**lead, "touches": tuple(PlannedTouch(**touch) for touch in lead["touches"])})
        for lead in json.loads(text)
    ]
