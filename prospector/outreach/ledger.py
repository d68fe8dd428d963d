"""The ledger: what was meant to leave, and what has left. It survives a kill and a restored backup.

A run is written in three steps: the intent (all touches, finished, in one transaction), the folder (put in
place by one rename), the fact. A run that stopped in between is finished from the ledger by the next one,
with the same bytes, in the workspace where it began; a folder that the database does not know (a restored backup)
is learned from its manifest.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from prospector.destinations.handover import Lead, PlannedTouch
from prospector.outreach.opt_outs import TokenOwner, owner_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from prospector.store.database import Database


class Unfinished(NamedTuple):
    """A run whose intent is written and whose leaving is not. `folder`: see `run_folders`; None in old rows."""

    name: str
    campaign: str
    people: int
    folder: str | None


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
        self,
        run: str,
        campaign: str,
        as_of: date,
        leads: Iterable[Lead],
        manifest: Mapping[str, Any],
        folder: str,
    ) -> None:
        """Write down all that is about to leave, and where it is put. Use inside a transaction."""
        self._insert_run(run, campaign, as_of, "intended", manifest, folder)
        for lead in leads:
            enrolment = self._enrol(run, campaign, as_of, lead.person_id, lead.company_id, lead.key)
            self._keep_token(lead, as_of)
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

    def folders(self) -> set[str]:
        """The recorded folders of all runs. See `run_folders`."""
        return {row["folder"] for row in self._db.rows("SELECT folder FROM runs WHERE folder IS NOT NULL")}

    def person_of_token(self, token: str, key: str | None = None) -> TokenOwner | None:
        """Whom the token of an opt-out link stands for; with the key also where a restored database lost it."""
        return owner_of(self._db, token, key)

    def unfinished(self) -> list[Unfinished]:
        """Runs whose intent is written and whose leaving is not, oldest first."""
        rows = self._db.rows(
            "SELECT name, campaign, (SELECT count(*) FROM enrolments e WHERE e.run = r.name), folder "
            "FROM runs r WHERE state = 'intended' ORDER BY id"
        )
        return [Unfinished(*row) for row in rows]

    def intention(self, run: str) -> tuple[list[Lead], dict[str, Any]]:
        """What was about to leave with an unfinished run: the leads and the manifest."""
        [row] = self._db.rows("SELECT leads, manifest FROM runs WHERE name = ?", (run,))
        return read_leads(row["leads"]), json.loads(row["manifest"])

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

    def learn(self, manifest: Mapping[str, Any], folder: str) -> str | None:
        """Take over a run from its manifest if the database does not know it; the name under which it did.

        A name alone says little: a workspace that came to share the database later may have given the same one
        to a run of its own. Use inside a transaction.
        """
        run, campaign, as_of = (str(manifest[key]) for key in ("run", "campaign", "as_of"))
        if self._db.value("SELECT 1 FROM runs WHERE name = ?", (run,)):
            if not self._has_strangers(manifest) or self._is_known(manifest):
                return None
            run = self.next_run(campaign, date.fromisoformat(as_of))
        self._insert_run(run, campaign, date.fromisoformat(as_of), "left", manifest, folder)
        for key in _keys(manifest):
            person_id = self._person_of(key)
            company_id = self._db.value("SELECT company_id FROM people WHERE id = ?", (person_id,))
            self._db.execute(
                "INSERT OR IGNORE INTO enrolments (campaign, person_id, company_id, email, enrolled_on, run) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (campaign, person_id, company_id, key, as_of, run),
            )
        return run

    def _has_strangers(self, manifest: Mapping[str, Any]) -> bool:
        """Whether somebody in a manifest is not enrolled: quick, and nearly always all there is to ask."""
        sql = (
            "SELECT 1 FROM json_each(?) j WHERE NOT EXISTS "
            "(SELECT 1 FROM enrolments e WHERE e.campaign = ? AND e.email = j.value)"
        )
        return self._db.value(sql, (json.dumps(_keys(manifest)), manifest["campaign"])) is not None

    def _is_known(self, manifest: Mapping[str, Any]) -> bool:
        """Whether a run of that day is this one, though people of it have been merged or taken out since."""
        sql = "SELECT name FROM runs WHERE campaign = ? AND as_of = ? ORDER BY id"
        rows = self._db.rows(sql, (manifest["campaign"], manifest["as_of"]))
        return any(self.is_of(row["name"], manifest) for row in rows)

    def is_of(self, run: str, manifest: Mapping[str, Any]) -> bool:
        """Whether a manifest is that of a run: alike but for the files and those whom the last look took out."""
        stored = self._db.value("SELECT manifest FROM runs WHERE name = ?", (run,))
        if stored is None:
            return False
        intended = json.loads(stored)
        entries = {one["email"]: one for one in intended["enrolled"]}
        alike = {**manifest, "enrolled": [], "files": []} == {**intended, "enrolled": [], "files": []}
        return alike and all(entries.get(one["email"]) == one for one in manifest["enrolled"])

    def _keep_token(self, lead: Lead, as_of: date) -> None:
        """Keep whom a token stands for, so that an opt-out can be read back; the first day stays."""
        if lead.token:
            self._db.execute(
                "INSERT OR IGNORE INTO opt_out_tokens (token, person_id, email, made_on) VALUES (?, ?, ?, ?)",
                (lead.token, lead.person_id, lead.email, as_of.isoformat()),
            )

    def _person_of(self, key: str) -> int | None:
        """The person behind a key of `Lead.key`; None for somebody whom the database does not know (any more)."""
        sql, value = "SELECT person_id FROM person_addresses WHERE email = ?", key
        if key.startswith("person:"):
            sql, value = "SELECT id FROM people WHERE id = ?", key.removeprefix("person:")
        found = self._db.value(sql, (value,))
        return None if found is None else int(found)

    def _insert_run(
        self, run: str, campaign: str, as_of: date, state: str, manifest: Mapping[str, Any], folder: str
    ) -> None:
        self._db.execute(
            "INSERT INTO runs (name, campaign, as_of, state, manifest, folder) VALUES (?, ?, ?, ?, ?, ?)",
            (run, campaign, as_of.isoformat(), state, json.dumps(manifest), folder),
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


def _keys(manifest: Mapping[str, Any]) -> list[str]:
    """Whom a manifest enrolled, as `Lead.key` names them."""
    return [str(one["email"]) for one in manifest["enrolled"]]


def read_leads(text: str) -> list[Lead]:
    """Leads from the JSON that `intend` wrote."""
    return [
        Lead(**{**lead, "touches": tuple(PlannedTouch(**touch) for touch in lead["touches"])})
        for lead in json.loads(text)
    ]
