"""Deals: opened, changed, won and lost."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from prospector.core.errors import UsageError, near_miss
from prospector.workspace.stages import Stages

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from prospector.outreach.tools import Tools
    from prospector.pipeline.crm.shapes import CrmExportShape
    from prospector.pipeline.deals.records import Deal, DealTold
    from prospector.pipeline.deals.writing import Writing


class Deals(Stages):
    """What may be bought, what is known of it, and what it lacks."""

    def deals(self, state: str = "open", owner: str | None = None) -> list[Deal]:
        """The deals that are open, won, lost or dark, or all; the nearest close first."""
        from prospector.pipeline.deals.records import STATES, deals

        if state not in STATES:
            hint = near_miss(state, STATES) or f"one of {', '.join(STATES)}"
            raise UsageError(f'no state of deals "{state[:40]}"', hint=hint)
        self.refresh_stages()
        return deals(self.db, self.pipeline, self.as_of, state=state, owner=owner)

    def deal(self, which: str) -> DealTold:
        """One deal, with its letters and every change."""
        from prospector.pipeline.deals.records import deal, find_deal

        self.refresh_stages()
        return deal(self.db, self.pipeline, find_deal(self.db, which), self.as_of)

    def open_deal(
        self,
        name: str,
        *,
        company: str | None = None,
        person: str | None = None,
        amount: str = "",
        currency: str = "",
        close: str = "",
        stage: str | None = None,
        owner: str = "",
        on: date | None = None,
    ) -> DealTold:
        """Open a deal of a person, whose company it is then, too, or of a company alone."""
        from prospector.pipeline.deals.writing import NewDeal
        from prospector.store.who import find_handle

        if company is None and person is None:
            raise UsageError("whose deal is it?", hint="say --person WHO, or --company WHO")
        someone = find_handle(self.db, person, of="person").id if person else None
        firm = find_handle(self.db, company, of="company", numbers="company").id if company else None
        if firm is None and someone is not None:
            employer = self._person(find_handle(self.db, f"person:{someone}")).company
            firm = employer.id if employer else None
        new = NewDeal(name, firm, someone, amount, currency, close, stage, owner)
        return self._written(None, lambda writing, _: writing.open(new), on)

    def set_deal(
        self,
        which: str,
        field: str,
        value: str,
        *,
        reason: str = "",
        force: bool = False,
        on: date | None = None,
    ) -> DealTold:
        """Change a field of a deal. A stage whose gate is closed is refused, with what is missing."""
        return self._written(
            which, lambda writing, one: writing.set(one, field, value, reason=reason, force=force), on
        )

    def end_deal(self, which: str, state: str, *, reason: str = "", on: date | None = None) -> DealTold:
        """Win or lose a deal; a lost one needs a reason."""
        return self._written(which, lambda writing, one: writing.end(one, state, reason=reason), on)

    def say_letter(
        self,
        which: str,
        letter: str,
        level: str,
        *,
        value: str = "",
        said_by: str = "",
        link: str = "",
        on: date | None = None,
    ) -> DealTold:
        """Note what is known of a letter of MEDDIC, how well, and who said it."""
        from prospector.pipeline.deals.letters import letter_of, level_of

        named, number = letter_of(letter), level_of(level)

        def say(writing: Writing, one: int) -> bool:
            writing.say(one, named, number, value=value, said_by=said_by, link=link, on=on)
            return True

        return self._written(which, say, None)

    def next_step(self, which: str, text: str, on: date | None = None) -> DealTold:
        """Say what is to be done next for a deal, and by when; a blank takes it away."""
        return self._written(which, lambda writing, one: writing.next_step(one, text, on), None)

    def export_deals(self, to: str, folder: Path | None = None, *, push: bool = False) -> CrmExportShape:
        """Tell a CRM what has changed of people and deals since the last time: by import files, or by its API."""
        from prospector.destinations.handover import About
        from prospector.pipeline.crm.changes import changes
        from prospector.pipeline.crm.names import CRMS
        from prospector.pipeline.crm.pushing import push_changes
        from prospector.pipeline.crm.writing import free_folder, write_files

        if to not in CRMS:
            hint = near_miss(to, CRMS) or f"one of {', '.join(CRMS)}"
            raise UsageError(f'no CRM "{to[:40]}" is known', hint=hint)
        if push and to != "hubspot":
            raise UsageError(f"{to} takes files only", hint="leave --push out, and import them there")
        self.refresh_stages()
        crm = CRMS[to]
        found, files, refused = changes(self.db, self.pipeline, crm), list[Path](), list[str]()
        if push and (found.people or found.deals):
            with self._tools().reach(to, "", About()) as remote:
                refused = push_changes(self.db, crm, found, remote, self.as_of)
        elif not push:
            place = folder or free_folder(self.folder / "exports" / "crm", crm, self.as_of)
            files = write_files(self.db, crm, found, place, self.as_of)
        return {
            "crm": to,
            "people": len(found.people),
            "deals": len(found.deals),
            "left_out": dict(sorted(found.left_out.items())),
            "refused": refused,
            "files": [str(one) for one in files],
            "pushed": push,
            "unnamed": sorted(found.unnamed),
        }

    def _tools(self) -> Tools:
        from prospector.outreach.tools import Tools

        return Tools(self.folder, self.settings, self.http_settings())

    def _written(
        self, which: str | None, change: Callable[[Writing, int], bool | int], on: date | None
    ) -> DealTold:
        """The deal after a change of it; without a name the one that the change opens."""
        from prospector.pipeline.deals.records import deal, find_deal
        from prospector.pipeline.deals.writing import Writing

        number = 0 if which is None else find_deal(self.db, which)
        at = self._moment_of(on)
        self.refresh_stages()
        with self.db.transaction():
            done = change(Writing(self.db, self.pipeline, self.as_of, at), number)
        self.refresh_stages()
        return deal(self.db, self.pipeline, number or int(done), self.as_of, changed=bool(done))
