"""Who must never be written to."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from prospector.core.dotenv import TOKEN_KEY, secret
from prospector.workspace.stopping import Stopping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from prospector.intake.suppressions.importer import ListReport
    from prospector.outreach.shapes import SuppressedShape
    from prospector.outreach.under_way import UnderWay
    from prospector.store.suppressions import Added, Kind, Suppressions


class Suppressed(NamedTuple):
    """What went on the list, and what there is to say of it."""

    added: Added
    warnings: tuple[str, ...]
    on_their_way: tuple[UnderWay, ...] = ()
    stand_for: tuple[str, ...] = ()
    """What a name, an id or a link stands for: the addresses or the domain that went on the list."""

    def as_json(self) -> SuppressedShape:
        """What `suppress add --json` prints."""
        return {
            "added": self.added.new,
            "known": self.added.known,
            "warnings": list(self.warnings),
            "on_their_way": [one.as_json() for one in self.on_their_way],
        }


class Suppressing(Stopping):
    """The suppression list: put on it, take off it, read a list into it."""

    @property
    def suppressions(self) -> Suppressions:
        """The list itself."""
        from prospector.store.suppressions import Suppressions

        return Suppressions(self.db)

    def suppress(
        self, targets: Iterable[str], *, reason: str = "asked", source: str = "by hand"
    ) -> Suppressed:
        """Add what these texts name (see `outreach.targets`), all of it or nothing."""
        from prospector.outreach.tool_stops import note_under_way
        from prospector.outreach.under_way import stopped_by
        from prospector.store.suppressions import Added

        by_text = self._named(targets)
        named = list(dict.fromkeys(one for found in by_text.values() for one in found))
        added = self.suppressions.add_all(named, reason=reason, source=source, on=self.as_of)
        under_way = tuple(stopped_by(self.db, named, self.as_of))
        with self.db.transaction():
            note_under_way(self.db, under_way, "suppressed", self.as_of)
        self.stop_in_tools()
        return Suppressed(
            added or Added(0, 0, 0, 0, ()),
            tuple(self._warnings(named)),
            under_way,
            tuple(
                f"{text} stands for {', '.join(value for _, value in found)}"
                for text, found in by_text.items()
                if all(value not in text.lower() for _, value in found)
            ),
        )

    def suppressed_under_way(self) -> Iterator[UnderWay]:
        """Everybody on the list whose touches are on their way all the same."""
        from prospector.outreach.under_way import suppressed_under_way

        return suppressed_under_way(self.db, self.as_of)

    def unsuppress(self, targets: Iterable[str]) -> tuple[int, int]:
        """Take off what these texts name: how many entries went, and how many were not on the list."""
        named = list(dict.fromkeys(one for found in self._named(targets).values() for one in found))
        from prospector.outreach.taken_back import unlisted

        with self.db.transaction():
            gone = sum(self.suppressions.remove(kind, value) for kind, value in named)
            unlisted(self.db, named, self.as_of)
        return gone, len(named) - gone

    def suppress_list(
        self,
        file: str,
        *,
        reason: str = "imported",
        stdin: BinaryIO | None = None,
        progress: Callable[[int], None] = lambda rows: None,
    ) -> ListReport:
        """Add every address and domain of a file (`-` is standard input)."""
        from prospector.intake.suppressions.importer import import_list

        return import_list(
            self.db,
            file,
            reason=reason,
            as_of=self.as_of,
            rejects_folder=self.folder / "rejects",
            stdin=stdin,
            progress=progress,
        )

    @property
    def token_key(self) -> str | None:
        """What the tokens of opt-out links are derived from; None before `init` or the first `run` has made it."""
        return secret(self.folder, TOKEN_KEY)

    def _named(self, targets: Iterable[str]) -> dict[str, list[tuple[Kind, str]]]:
        """What each of the texts names."""
        from prospector.outreach.targets import targets_of

        link, key = self.settings.sender.unsubscribe, self.token_key
        return {text: targets_of(self.db, text, link, key) for text in targets}

    def _warnings(self, named: list[tuple[Kind, str]]) -> list[str]:
        from prospector.intake.suppressions.importer import about_domain

        suppressions = self.suppressions
        said = (about_domain(value, suppressions) for kind, value in named if kind == "domain")
        return [warning for warnings in said for warning in warnings]
