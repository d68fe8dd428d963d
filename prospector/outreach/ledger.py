"""The ledger: what was meant to leave, and what has left. It survives a kill and a restored backup.

A run is written in three steps: the intent (all touches, finished, in one transaction), the folder (put in
place by one rename), the fact. A run that stopped in between is finished from the ledger by the next one,
with the same bytes, in the workspace where it began; a folder that the database does not know (a restored backup)
is learned from its manifest.
"""

from __future__ import annotations

import json
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from prospector.core.digests import digest_of
from prospector.destinations.handover import Lead, PlannedTouch
from prospector.outreach.drafts import FACTS, HELD, TOUCH
from prospector.outreach.due import DUE, IS_DUE, deliver_due, note_entries
from prospector.outreach.opt_outs import TokenOwner, owner_of
from prospector.store.enrolled_addresses import note_addresses

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from prospector.outreach.drafts import Draft
    from prospector.outreach.manifest_reading import Manifest
    from prospector.store.database import Database

_BATCH = 500


class Unfinished(NamedTuple):
    """A run whose intent is written and whose leaving is not. `folder`: see `run_folders`; None in old rows."""

    name: str
    campaign: str
    people: int
    folder: str | None


class Ledger:
    """Enrolments, touches and deliveries in the database."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def not_enrolled(self, campaign: str, people: Sequence[int]) -> list[int]:
        """Those of some people whom this campaign has not taken, by their number or their address, in their order."""
        # The plus keeps SQLite from going through the whole campaign for each of them.
        sql = (
            "SELECT p.id FROM json_each(?) j CROSS JOIN people p ON p.id = j.value WHERE NOT EXISTS "
            "(SELECT 1 FROM enrolments e WHERE e.person_id = p.id AND +e.campaign = ?) AND NOT EXISTS "
            "(SELECT 1 FROM enrolments e WHERE e.email = p.email AND +e.campaign = ?) ORDER BY j.key"
        )
        rows = self._db.execute(sql, (json.dumps(list(people)), campaign, campaign))
        return [row[0] for row in rows]

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

    def last_starts(self, campaign: str) -> dict[int, str]:
        """Of each company the latest day on which a person whom the campaign has taken gets the first touch."""
        rows = self._db.rows(
            "SELECT e.company_id, max(substr(t.send_at, 1, 10)) FROM enrolments e JOIN touches t "
            "ON t.enrolment_id = e.id AND t.number = 1 WHERE e.campaign = ? AND e.company_id IS NOT NULL GROUP BY 1",
            (campaign,),
        )
        return {row[0]: row[1] for row in rows}

    def elsewhere_since(
        self, campaign: str, since: date, people: Sequence[int], emails: Iterable[str]
    ) -> dict[str | int, str]:
        """Addresses and ids of those of some people whom other campaigns have taken since a day, with its name."""
        found: dict[str | int, str] = {}
        for column, values in (("person_id", list(people)), ("email", sorted(emails))):
            sql = (
                f"SELECT {column}, campaign FROM enrolments WHERE {column} IN (SELECT value FROM json_each(?)) "  # noqa: S608
                "AND campaign <> ? AND enrolled_on > ? ORDER BY id"
            )
            rows = self._db.execute(sql, (json.dumps(values), campaign, since.isoformat()))
            found.update((row[0], row[1]) for row in rows)
        return found

    def under_way_elsewhere(
        self, campaign: str, as_of: date, people: Sequence[int], emails: Iterable[str]
    ) -> dict[str | int, set[str]]:
        """Addresses and ids of those of some people with touches to come from other campaigns, with their names."""
        found: dict[str | int, set[str]] = {}
        for column, values in (("person_id", list(people)), ("email", sorted(emails))):
            sql = (
                f"SELECT {column}, campaign FROM enrolments e WHERE {column} IN (SELECT value FROM json_each(?)) "  # noqa: S608
                "AND campaign <> ? AND EXISTS (SELECT 1 FROM touches t WHERE t.enrolment_id = e.id "
                "AND substr(t.send_at, 1, 10) >= ?)"
            )
            for key, other in self._db.execute(sql, (json.dumps(values), campaign, as_of.isoformat())):
                found.setdefault(key, set()).add(other)
        return found

    def next_run(self, campaign: str, as_of: date) -> str:
        """The name of the next run: campaign, day and a number that no run of the day has."""
        rows = self._db.rows(
            "SELECT name FROM runs WHERE campaign = ? AND as_of = ?", (campaign, as_of.isoformat())
        )
        numbers = [int(row["name"].rpartition("-")[2]) for row in rows]
        return f"{campaign}/{as_of.isoformat()}-{max(numbers, default=0) + 1}"

    def intend(self, draft: Draft, head: Mapping[str, Any], folder: str, due: Sequence[int] = ()) -> None:
        """Write down all that is about to leave, and where it is put. Use inside a transaction.

        `due` are enrolments of earlier runs with touches that are due.
        """
        self._insert_run(head["run"], head, "intended", draft.held_back_sha256, folder)
        last = self._db.value("SELECT max(id) FROM enrolments") or 0
        self._enrol(head, last)
        note_addresses(self._db, last)
        self._take_touches(last)
        self._db.execute(
            "INSERT INTO deliveries (enrolment_id, destination, run, state, entry_sha256) "
            "SELECT number + ?, ?, ?, 'intended', entry_sha256 FROM draft_leads ORDER BY number",
            (last, head["destination"], head["run"]),
        )
        # Whom a token stands for is kept, so that an opt-out can be read back; the first day stays.
        self._db.execute(
            "INSERT OR IGNORE INTO opt_out_tokens (token, person_id, email, made_on) SELECT token, person_id, "
            "coalesce(email, ''), ? FROM draft_leads WHERE token IS NOT NULL ORDER BY number",
            (head["as_of"],),
        )
        self._db.execute(
            f"INSERT INTO held_back (run, position, {', '.join(HELD)}) "  # noqa: S608  (names are ours)
            f"SELECT ?, number, {', '.join(HELD)} FROM draft_held_back ORDER BY number",
            (head["run"],),
        )
        if head.get("handover") == DUE:
            deliver_due(self._db, head, due)
            note_entries(self._db, head["run"], self.intended(head["run"]))

    def _enrol(self, head: Mapping[str, Any], last: int) -> None:
        columns = ", ".join(("person_id", "company_id", "lead_key", "email", *FACTS, "custom", "token"))
        self._db.execute(
            f"INSERT INTO enrolments (id, campaign, enrolled_on, run, {columns}) "  # noqa: S608  (names are ours)
            f"SELECT number + ?, ?, ?, ?, {columns} FROM draft_leads ORDER BY number",
            (last, head["campaign"], head["as_of"], head["run"]),
        )

    def _take_touches(self, last: int) -> None:
        columns = ", ".join(TOUCH)
        self._db.execute(
            f"INSERT INTO touches (enrolment_id, {columns}) "  # noqa: S608  (names are ours)
            f"SELECT lead + ?, {columns} FROM draft_touches ORDER BY id",
            (last,),
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

    def unsettled(self) -> dict[str, int]:
        """How many people wait in runs that have not left, by campaign: nothing, or no answer, is known of them."""
        rows = self._db.rows(
            "SELECT r.campaign, count(*) FROM deliveries d JOIN runs r ON r.name = d.run "
            "WHERE d.state IN ('intended', 'ambiguous') GROUP BY 1 ORDER BY 1"
        )
        return {row[0]: row[1] for row in rows}

    def head(self, run: str) -> dict[str, Any]:
        """What a run's manifest says besides its lists."""
        head: dict[str, Any] = json.loads(self._db.value("SELECT manifest FROM runs WHERE name = ?", (run,)))
        return head

    def intended(self, run: str, size: int | None = None) -> Iterator[dict[int, Lead]]:
        """The leads that are about to leave with a run, some at a time, by their enrolment, in their order."""
        return self._leads(run, ("intended",), size or _BATCH)

    def arrived(self, run: str) -> Iterator[Lead]:
        """The leads of a run that a tool has taken."""
        for leads in self._leads(run, ("accepted", "settled"), _BATCH):
            yield from leads.values()

    def _leads(self, run: str, states: Sequence[str], size: int) -> Iterator[dict[int, Lead]]:
        last, head = 0, self.head(run)
        day = head["as_of"] if head.get("handover") == DUE else None
        while True:
            rows = self._db.rows(
                "SELECT e.* FROM deliveries d JOIN enrolments e ON e.id = d.enrolment_id WHERE d.run = ? "
                "AND d.state IN (SELECT value FROM json_each(?)) AND d.enrolment_id > ? "
                "ORDER BY d.enrolment_id LIMIT ?",
                (run, json.dumps(states), last, size),
            )
            if not rows:
                return
            last = rows[-1]["id"]
            touches = self._touches([row["id"] for row in rows])
            yield {row["id"]: _lead(row, touches.get(row["id"], []), day) for row in rows}

    def _touches(self, enrolments: list[int]) -> dict[int, list[_Touch]]:
        columns = ", ".join(TOUCH)
        rows = self._db.execute(
            f"SELECT enrolment_id, left_on, {columns} FROM touches WHERE enrolment_id IN "  # noqa: S608  (names are ours)
            "(SELECT value FROM json_each(?)) ORDER BY id",
            (json.dumps(enrolments),),
        )
        found: dict[int, list[_Touch]] = {}
        for enrolment, left_on, *values in rows:
            found.setdefault(enrolment, []).append(_Touch(PlannedTouch(*values), left_on is not None))
        return found

    def held_back(self, run: str) -> Iterator[dict[str, Any]]:
        """Whom the plan of a run that has not left held back, as its manifest says it."""
        sql = f"SELECT {', '.join(HELD)} FROM held_back WHERE run = ? ORDER BY position"  # noqa: S608
        return (dict(zip(HELD, row, strict=True)) for row in self._db.execute(sql, (run,)))

    def drop(self, enrolments: Iterable[int], reason: str, *, keep: bool = False) -> None:
        """Take people out of a run that has not left yet, such as those who were suppressed in between.

        With `keep` their touches stay, for a later run.
        """
        dropped = [(enrolment,) for enrolment in enrolments]
        if not dropped:
            return
        with self._db.transaction():
            if not keep:
                self._db.many("DELETE FROM touches WHERE enrolment_id = ? AND left_on IS NULL", dropped)
            self._db.many(
                "UPDATE deliveries SET state = 'refused', reason = ? WHERE enrolment_id = ? AND state = 'intended'",
                [(reason, *one) for one in dropped],
            )

    def has_left(self, run: str, manifest_sha256: str) -> None:
        """Write down that a run's folder is in its place. Use inside a transaction."""
        head = self.head(run)
        last_day = head["as_of"] if head.get("handover") == DUE else "9999"
        self._db.execute(
            "UPDATE touches AS t SET left_on = (SELECT as_of FROM runs WHERE name = ?) "  # noqa: S608  (ours)
            f"WHERE {IS_DUE} AND enrolment_id IN "
            "(SELECT enrolment_id FROM deliveries WHERE run = ? AND state = 'intended')",
            (run, last_day, run),
        )
        self._db.execute("UPDATE deliveries SET state = 'sent' WHERE run = ? AND state = 'intended'", (run,))
        self._db.execute(
            "UPDATE runs SET state = 'left', manifest_sha256 = ? WHERE name = ?", (manifest_sha256, run)
        )
        self._db.execute("DELETE FROM held_back WHERE run = ?", (run,))

    def knows(self, manifest_sha256: str) -> bool:
        """Whether a manifest is, byte for byte, that of a run that has left."""
        sql = "SELECT 1 FROM runs WHERE state = 'left' AND manifest_sha256 = ?"
        return self._db.value(sql, (manifest_sha256,)) is not None

    def learn(self, manifest: Manifest, folder: str, manifest_sha256: str) -> str | None:
        """Take over a run from its manifest if the database does not know it; the name under which it did.

        A name alone says little: a workspace that came to share the database later may have given the same one
        to a run of its own. Use inside a transaction.
        """
        head = manifest.head
        run, campaign, as_of = (str(head[key]) for key in ("run", "campaign", "as_of"))
        if self._db.value("SELECT 1 FROM runs WHERE name = ?", (run,)):
            if not self._has_strangers(manifest) or self._is_known(manifest):
                self._remember(run, manifest, manifest_sha256)
                return None
            run = self.next_run(campaign, date.fromisoformat(as_of))
        self._insert_run(run, head, "left", digest_of(manifest.held_back()), folder, manifest_sha256)
        for entry in manifest.enrolled():
            self._learn_person(run, head, entry)
        return run

    def known_keys(self, campaign: str, keys: Sequence[str]) -> set[str]:
        """Those of some keys that the campaign has enrolled."""
        sql = "SELECT lead_key FROM enrolments WHERE campaign = ? AND lead_key IN (SELECT value FROM json_each(?))"
        return {row[0] for row in self._db.execute(sql, (campaign, json.dumps(list(keys))))}

    def learn_from_tool(
        self, campaign: str, as_of: date, destination: str, people: Sequence[Mapping[str, str]]
    ) -> str:
        """Take over whom a tool has from a run that no manifest tells of; the name that it gets here.

        Use inside a transaction.
        """
        run = self.next_run(campaign, as_of)
        head = {"run": run, "campaign": campaign, "as_of": as_of.isoformat(), "destination": destination}
        self._insert_run(run, head, "left", digest_of(()), None)
        for entry in people:
            self._learn_person(run, head, entry)
        return run

    def _remember(self, run: str, manifest: Manifest, manifest_sha256: str) -> None:
        """The version before kept no digests: from now on, this manifest need not be read again."""
        if self.is_of(run, manifest):
            self._db.execute(
                "UPDATE runs SET manifest_sha256 = ? WHERE name = ? AND state = 'left' AND manifest_sha256 IS NULL",
                (manifest_sha256, run),
            )

    def _learn_person(self, run: str, head: Mapping[str, Any], entry: Mapping[str, Any]) -> None:
        """Enrol somebody of a manifest with all touches, whose texts it does not have, and the delivery."""
        campaign, as_of, key = head["campaign"], head["as_of"], entry["email"]
        person_id = self._person_of(key)
        company_id = self._db.value("SELECT company_id FROM people WHERE id = ?", (person_id,))
        new = self._db.execute(
            "INSERT OR IGNORE INTO enrolments (campaign, person_id, company_id, lead_key, email, enrolled_on, run, "
            "lead_id) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                campaign,
                person_id,
                company_id,
                key,
                key if "@" in key else None,
                as_of,
                run,
                entry.get("lead_id"),
            ),
        ).rowcount
        sql = "SELECT id FROM enrolments WHERE campaign = ? AND lead_key = ?"
        enrolment = self._db.value(sql, (campaign, key))
        self._db.execute(
            "INSERT INTO deliveries (enrolment_id, destination, run, state, entry_sha256) VALUES (?, ?, ?, 'sent', ?)",
            (enrolment, str(head.get("destination")), run, digest_of([entry])),
        )
        if not new and head.get("handover") == DUE:
            self._mark_left(enrolment, as_of, entry)
        if new:
            note_addresses(self._db, enrolment - 1)
            self._db.many(
                "INSERT OR IGNORE INTO touches (enrolment_id, touch, number, channel, variant, send_at, left_on) "
                "VALUES (?, ?, ?, ?, ?, ?, ?)",
                [
                    (enrolment, one["touch"], number, one["channel"], one["variant"], one["send_at"], as_of)
                    for number, one in enumerate(entry.get("touches", ()), start=1)
                ],
            )

    def _mark_left(self, enrolment: int, as_of: str, entry: Mapping[str, Any]) -> None:
        """A restored database knows the person and not yet that these touches have left."""
        sql = "UPDATE touches SET left_on = ? WHERE enrolment_id = ? AND touch = ? AND left_on IS NULL"
        self._db.many(sql, [(as_of, enrolment, one["touch"]) for one in entry.get("touches", ())])

    def _has_strangers(self, manifest: Manifest) -> bool:
        """Whether somebody in a manifest is not enrolled: quick, and nearly always all there is to ask."""
        sql = (
            "SELECT 1 FROM json_each(?) j WHERE NOT EXISTS "
            "(SELECT 1 FROM enrolments e WHERE e.campaign = ? AND e.lead_key = j.value)"
        )
        keys = (entry["email"] for entry in manifest.enrolled())
        return any(
            self._db.value(sql, (json.dumps(some), manifest.head["campaign"])) is not None
            for some in _batches(keys)
        )

    def _is_known(self, manifest: Manifest) -> bool:
        """Whether a run of that day is this one, though people of it have been merged or taken out since."""
        sql = "SELECT name FROM runs WHERE campaign = ? AND as_of = ? ORDER BY id"
        rows = self._db.rows(sql, (manifest.head["campaign"], manifest.head["as_of"]))
        return any(self.is_of(row["name"], manifest) for row in rows)

    def is_of(self, run: str, manifest: Manifest) -> bool:
        """Whether a manifest is that of a run: alike but for the files and those whom the last look took out."""
        row = self._db.one("SELECT manifest, held_back_sha256 FROM runs WHERE name = ?", (run,))
        if row is None or manifest.head != json.loads(row["manifest"]):
            return False
        if digest_of(manifest.held_back()) != row["held_back_sha256"]:
            return False
        sql = (
            "SELECT count(DISTINCT entry_sha256) FROM deliveries WHERE run = ? AND entry_sha256 IN "
            "(SELECT value FROM json_each(?))"
        )
        digests = (digest_of([entry]) for entry in manifest.enrolled())
        return all(
            self._db.value(sql, (run, json.dumps(sorted(set(some))))) == len(set(some))
            for some in _batches(digests)
        )

    def _person_of(self, key: str) -> int | None:
        """The person behind a key of `Lead.key`; None for somebody whom the database does not know (any more)."""
        sql, value = "SELECT person_id FROM person_addresses WHERE email = ?", key
        if key.startswith("person:"):
            sql, value = "SELECT id FROM people WHERE id = ?", key.removeprefix("person:")
        found = self._db.value(sql, (value,))
        return None if found is None else int(found)

    def _insert_run(
        self,
        run: str,
        head: Mapping[str, Any],
        state: str,
        held: str,
        folder: str | None,
        manifest_sha256: str | None = None,
    ) -> None:
        """`run` may differ from the name in the head: see `learn`."""
        self._db.execute(
            "INSERT INTO runs (name, campaign, as_of, state, manifest, held_back_sha256, folder, manifest_sha256) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (run, head["campaign"], head["as_of"], state, json.dumps(head), held, folder, manifest_sha256),
        )


def _batches(values: Iterable[str]) -> Iterator[list[str]]:
    """Some values at a time."""
    rest = iter(values)
    while some := list(islice(rest, _BATCH)):
        yield some


class _Touch(NamedTuple):
    planned: PlannedTouch
    has_left: bool


def _lead(row: sqlite3.Row, touches: Sequence[_Touch], day: str | None) -> Lead:
    """A lead with the touches that leave; on a `day` those that are due, and behind them what left before."""
    facts = {fact: row[fact] or "" for fact in FACTS}
    custom = json.loads(row["custom"] or "{}")
    now, earlier = tuple(one.planned for one in touches), tuple[PlannedTouch, ...]()
    if day is not None:
        now = tuple(one.planned for one in touches if not one.has_left and one.planned.send_at[:10] <= day)
        earlier = tuple(one.planned for one in touches if one.has_left)
    return Lead(
        row["person_id"],
        row["company_id"],
        row["email"] or "",
        touches=now,
        earlier=earlier,
        token=row["token"] or "",
        custom=custom,
        **facts,
    )
