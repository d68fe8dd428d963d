"""Opening and changing deals. Every change is kept with its day; what a gate does not let through is refused aloud.

Use inside a transaction, then work the stages out again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from prospector.core.errors import UsageError, near_miss
from prospector.pipeline.deals.gates import lacking
from prospector.pipeline.deals.letters import letters_of
from prospector.pipeline.deals.values import amount_of, category_of, currency_of, one_of, short_text
from prospector.pipeline.stages.moves import known_owner, known_stage

if TYPE_CHECKING:
    from collections.abc import Callable

    from prospector.pipeline.stages.settings import Pipeline
    from prospector.store.database import Database

FIELDS = {
    "name": "name",
    "amount": "amount",
    "currency": "currency",
    "close": "close_on",
    "stage": "stage",
} | {
    "owner": "owner",
    "category": "category",
}
"""What `deal set` can change, and the column of each."""


@dataclass(frozen=True, slots=True)
class NewDeal:
    """A deal as it is opened."""

    name: str
    company_id: int | None
    person_id: int | None
    amount: str = ""
    currency: str = ""
    close: str = ""
    stage: str | None = None
    owner: str = ""


class Writing:
    """Changes of deals, made at one moment."""

    def __init__(self, db: Database, pipeline: Pipeline, as_of: date, at: str) -> None:
        self._db = db
        self._pipeline = pipeline
        self._as_of = as_of
        self._at = at

    def open(self, new: NewDeal) -> int:
        """Open a deal; its number."""
        values = self._values_of(new, self._name_of(new))
        marks = ", ".join(f":{one}" for one in values)
        cursor = self._db.execute(f"INSERT INTO deals ({', '.join(values)}) VALUES ({marks})", values)
        number = int(cursor.lastrowid or 0)
        for field in ("stage", "amount", "close"):
            if (value := values[FIELDS[field]]) is not None:
                self._note(number, field, None, value)
        return number

    def _name_of(self, new: NewDeal) -> str:
        """The name, which no other open deal has."""
        name = short_text(new.name, "name of a deal") or _refuse_blank()
        known = self._db.value(
            "SELECT id FROM deals WHERE name = ? COLLATE NOCASE AND state = 'open'", (name,)
        )
        if known is not None:
            hint = "change that one, or say another name"
            raise UsageError(f'deal:{known} is called "{name}" and is open', hint=hint)
        return name

    def _values_of(self, new: NewDeal, name: str) -> dict[str, Any]:
        here, owner, warm = self._db.one(
            "SELECT stage, owner, warm FROM stages WHERE person_id = ?", (new.person_id,)
        ) or (None, None, 0)
        amount, campaign, today = amount_of(new.amount), self._campaign(new), self._at[:10]
        priced = amount is not None or new.currency
        return {
            "name": name, "company_id": new.company_id, "person_id": new.person_id, "campaign": campaign,
            "amount": amount, "currency": currency_of(new.currency or self._pipeline.currency) if priced else None,
            "stage": self._begins_in(new.stage, here), "since": today, "opened_on": today, "heard_on": today,
            "close_on": _day(new.close) if new.close else None, "warm": warm,
            "owner": known_owner(self._pipeline, new.owner) or owner or self._pipeline.owner_of(campaign),
        }  # fmt: skip

    def _begins_in(self, said: str | None, here: str | None) -> str:
        stage = known_stage(self._pipeline, said) if said else self._first_stage(here)
        if self._pipeline.stages[stage].end:
            raise UsageError(
                f"a deal does not begin in {stage}", hint="open it first, then: prospector deal won ID"
            )
        return stage

    def set(self, number: int, field: str, text: str, *, reason: str = "", force: bool = False) -> bool:
        """Change a field; whether it was another value."""
        name = field.strip().casefold().replace("_on", "").replace(" ", "_")
        if name == "stage":
            return self._to_stage(number, known_stage(self._pipeline, text), reason=reason, force=force)
        read = self._readers().get(name)
        if read is None:
            hint = (
                near_miss(name, FIELDS)
                or f"fields: {', '.join(FIELDS)}; won, lost, letters and next steps have commands"
            )
            raise UsageError(f'no field "{field[:80]}" of a deal', hint=hint)
        value = read(text)
        if name == "amount" and value is not None and self._value(number, "currency") is None:
            self._change(number, "currency", self._pipeline.currency, "")
        return self._change(number, name, value, reason)

    def end(self, number: int, state: str, *, reason: str = "") -> bool:
        """Win or lose a deal; whether it was not so already. A lost one needs a reason."""
        if self._value(number, "state") == state:
            return False
        known = self._pipeline.deals.lost_reasons
        if state == "lost" and not reason.strip():
            raise UsageError(
                "a lost deal needs a reason", hint=f"--reason with one of: {', '.join(known) or 'your words'}"
            )
        if state == "lost":
            reason = one_of(reason, known, "reason to lose a deal") if known else short_text(reason, "reason")
        stage = self._pipeline.end("won" if state == "won" else "lost")
        self._state(number, state, stage, reason, self._at[:10], reason if state == "lost" else None)
        return True

    def say(
        self, number: int, letter: str, level: int, *, value: str, said_by: str, link: str, on: date | None
    ) -> None:
        """Note what is known of a letter, and who said so."""
        if not level and value:
            raise UsageError(
                "level 0 is unknown: then there is nothing to say", hint="say level 1 to 3, or no value"
            )
        day = (on or date.fromisoformat(self._at[:10])).isoformat()
        if day > self._as_of.isoformat():
            raise UsageError(f"{day} is not yet", hint="say the day on which it was said")
        texts = (short_text(value, "value"), short_text(said_by, "name"), short_text(link, "link"))
        self._db.execute(
            "INSERT INTO deal_letters (deal_id, letter, level, value, said_by, said_on, link, noted_on) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (number, letter, level, texts[0], texts[1], day, texts[2], self._as_of.isoformat()),
        )

    def next_step(self, number: int, text: str, on: date | None) -> bool:
        """Say what is to be done next, and by when; a blank takes it away."""
        step = short_text(text, "next step") or None
        if step and on is None:
            raise UsageError("a next step needs a day", hint="say it with --on 2026-12-01")
        changed = self._change(number, "next_step", step, "")
        return self._change(number, "next_step_on", on.isoformat() if on and step else None, "") or changed

    def _readers(self) -> dict[str, Callable[[str], Any]]:
        return {
            "name": lambda text: short_text(text, "name") or _refuse_blank(),
            "amount": amount_of,
            "currency": currency_of,
            "close": lambda text: _day(text) if text.strip() else None,
            "owner": lambda text: known_owner(self._pipeline, text) or None,
            "category": category_of,
        }

    def _first_stage(self, here: str | None) -> str:
        """Where deals begin, or where the person is, if that is further on the road."""
        order = self._pipeline.order
        first = self._pipeline.deals.opens_in or self._pipeline.first
        if here in order and order[here] > order[first] and not self._pipeline.stages[here].end:
            return here
        return first

    def _campaign(self, new: NewDeal) -> str | None:
        """The campaign that took the person last, or somebody of the company."""
        column, number = ("person_id", new.person_id) if new.person_id else ("company_id", new.company_id)
        sql = f"SELECT campaign FROM enrolments WHERE {column} = ? ORDER BY enrolled_on DESC, id DESC LIMIT 1"
        found: str | None = self._db.value(sql, (number,))
        return found

    def _to_stage(self, number: int, stage: str, *, reason: str, force: bool) -> bool:
        here, state = self._value(number, "stage"), self._value(number, "state")
        if here == stage:
            return False
        if end := self._pipeline.stages[stage].end:
            hint = f"prospector deal {end} deal:{number}" + (" --reason ..." if end == "lost" else "")
            raise UsageError(f"{stage} ends a deal", hint=hint)
        order = self._pipeline.order
        if (state != "open" or order.get(here, 0) > order[stage]) and not reason.strip():
            raise UsageError(
                f"from {here} to {stage} is a way back, and needs a reason", hint='add --reason "..."'
            )
        if state == "open":
            self._pass_gate(number, here, stage, reason=reason, force=force)
        self._state(number, "open", stage, reason, None, None)
        return True

    def _pass_gate(self, number: int, here: str, stage: str, *, reason: str, force: bool) -> None:
        letters = letters_of(self._db, number, self._pipeline.deals.letters_stale, self._as_of)
        missing = lacking(self._pipeline, letters, here, stage)
        if not missing or (force and reason.strip()):
            return
        hint = "say more with `prospector deal letter`" if not force else "say why it goes on all the same"
        raise UsageError(
            f"the gate of {stage} is closed: {'; '.join(missing)}", hint=f'{hint}, or --force --reason "..."'
        )

    def _state(
        self, number: int, state: str, stage: str, reason: str, closed_on: str | None, lost_reason: str | None
    ) -> None:
        if (before := self._value(number, "state")) != state:
            self._note(number, "state", before, state, reason)
        self._note(number, "stage", self._value(number, "stage"), stage, reason)
        self._db.execute(
            "UPDATE deals SET state = ?, stage = ?, since = ?, closed_on = ?, lost_reason = ? WHERE id = ?",
            (state, stage, self._at[:10], closed_on, lost_reason, number),
        )

    def _change(self, number: int, field: str, value: Any, reason: str) -> bool:
        column = FIELDS.get(field, field)
        if (before := self._value(number, column)) == value:
            return False
        self._db.execute(f"UPDATE deals SET {column} = ? WHERE id = ?", (value, number))
        self._note(number, field, before, value, reason)
        return True

    def _value(self, number: int, column: str) -> Any:
        return self._db.value(f"SELECT {column} FROM deals WHERE id = ?", (number,))

    def _note(self, number: int, field: str, was: Any, became: Any, reason: str = "") -> None:
        texts = [None if one is None else _plain(one) for one in (was, became)]
        self._db.execute(
            "INSERT INTO deal_changes (deal_id, at, field, was, became, by, reason) VALUES (?, ?, ?, ?, ?, 'hand', ?)",
            (number, self._at, field, *texts, reason.strip()),
        )


def _plain(value: object) -> str:
    """A number as people write it: 12000, not 12000.0."""
    return f"{value:.2f}".removesuffix(".00") if isinstance(value, float) else str(value)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text.strip()).isoformat()
    except ValueError:
        raise UsageError(f'"{text[:40]}" is no date', hint="write it as 2027-01-31") from None


def _refuse_blank() -> str:
    raise UsageError("a deal needs a name", hint='such as: prospector deal add "Payroll for Banco"')
