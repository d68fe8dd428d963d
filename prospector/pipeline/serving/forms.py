"""What somebody has filled in, as a record that an import takes: what is known better is left as it is."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from prospector.core.errors import UsageError
from prospector.normalise.emails import parse_email
from prospector.pipeline.events.incoming import Incoming, Received, event_key, utc

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from prospector.store.database import Database

USUAL = ("email", "first_name", "last_name", "full_name", "title", "phone", "company", "website", "country")
"""The fields that a form has by our own names, where the settings say no other."""
OWN = frozenset({"asked_for", "asked_on", "for_campaign"})
"""Columns of our own that say what somebody asked for, and when."""
_LONGEST = 1_000
_COMPANY = frozenset({"company", "website", "domain", "industry", "headcount"})


@dataclass(frozen=True, slots=True)
class FormRules:
    """How a form is read: our fields by its names, what was asked for, and the campaign that people are marked for."""

    name: str
    fields: Mapping[str, str] = field(default_factory=dict)
    signal: str = ""
    campaign: str = ""

    @property
    def asked_for(self) -> str:
        """What somebody who filled it in wants."""
        return self.signal or self.name


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that was filled in: the record of the person, and what else it says."""

    email: str
    record: Mapping[str, str]
    more: Mapping[str, str]


def filled(values: Mapping[str, str], rules: FormRules) -> Filled:
    """The record of somebody who has filled a form in; `UsageError` where no address is in it."""
    places = dict(rules.fields) or {name: name for name in USUAL}
    record = {
        ours: value for ours, told in places.items() if (value := values.get(told, "").strip()[:_LONGEST])
    }
    email = parse_email(record.get("email"))
    if email is None:
        raise UsageError("no address in the form")
    taken = set(places.values())
    more = {
        name[:100]: value[:_LONGEST] for name, value in values.items() if name not in taken and value.strip()
    }
    return Filled(email, {**record, "email": email}, more)


def as_row(db: Database, form: Filled, rules: FormRules, on: date) -> dict[str, str]:
    """What an import is given of it: of somebody who is known only what is blank so far."""
    known = db.one(
        "SELECT p.* FROM people p JOIN person_addresses a ON a.person_id = p.id WHERE a.email = ? "
        "UNION SELECT p.* FROM people p WHERE p.email = ?",
        (form.email, form.email),
    )
    row = {name: value for name, value in form.record.items() if not (known and _is_known(known, name))}
    if known:
        # Half a name would be somebody else at the same address: the half that is known goes with it.
        halves = [name for name in ("first_name", "last_name") if known[name]]
        row = (
            {name: known[name] for name in halves} | row if row.keys() & {"first_name", "last_name"} else row
        )
    row |= {"email": form.email, "asked_for": rules.asked_for, "asked_on": on.isoformat()}
    return row | ({"for_campaign": rules.campaign} if rules.campaign else {})


def _is_known(person: Any, name: str) -> bool:
    if name in _COMPANY or name.startswith("company"):
        return person["company_id"] is not None
    parts = ("first_name", "last_name") if name in ("full_name", "name") else (name,)
    columns = set(person.keys())
    return any(part in columns and person[part] not in (None, "") for part in parts)


def as_event(form: Filled, rules: FormRules, at: datetime) -> Incoming:
    """That somebody has filled it in. The same form with the same words on one day is one event."""
    told = {**form.record, **form.more}
    raw = json.dumps(told, sort_keys=True, ensure_ascii=False).encode("utf-8", "replace")
    details: dict[str, object] = {"form": rules.name, "asked_for": rules.asked_for, "values": dict(form.more)}
    if rules.campaign:
        details["for_campaign"] = rules.campaign
    return Incoming(
        key=event_key("form", rules.name, form.email, at.date().isoformat(), raw.decode()),
        at=utc(at),
        source=f"form:{rules.name}",
        way="webhook",
        kind="form",
        recipient=form.email,
        details=details,
        received=Received("payload", raw),
    )


def note_signal(db: Database, form: Filled, rules: FormRules, on: date) -> None:
    """At the company of the person, a dated signal. Use inside a transaction."""
    db.execute(
        "INSERT OR IGNORE INTO signals (company_id, kind, happened_on, detail, source, seen_on) "
        "SELECT p.company_id, 'asked', ?, ?, ?, ? FROM people p JOIN person_addresses a ON a.person_id = p.id "
        "WHERE a.email = ? AND p.company_id IS NOT NULL",
        (on.isoformat(), rules.asked_for, f"form:{rules.name}", on.isoformat(), form.email),
    )
