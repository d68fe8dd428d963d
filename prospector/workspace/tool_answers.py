"""What e-mail tools tell: their exports, read into events."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from prospector.workspace.opened import Opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prospector.pipeline.events.incoming import Incoming, Way
    from prospector.pipeline.tools.payloads import Reading
    from prospector.pipeline.tools.reader import ToolReader


@dataclass
class Rejected:
    """Rows and values of exports that say nothing, with the files that list them."""

    reasons: Counter[str] = field(default_factory=Counter)
    files: list[Path] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many there are."""
        return self.reasons.total()


class ToolAnswers(Opened):
    """Exports and payloads of tools, as events that are not stored yet."""

    def own_addresses(self) -> frozenset[str]:
        """The addresses that we write from."""
        mailboxes = (one.email for one in self.settings.mailboxes.values())
        return frozenset(filter(None, [self.settings.sender.email.lower(), *map(str.lower, mailboxes)]))

    def tool_reading(
        self, reader: ToolReader, way: Way, arrived: datetime, *, day_first: bool | None = None
    ) -> Reading:
        """How a tool's payloads are read in this workspace."""
        from prospector.pipeline.tools.payloads import Reading

        campaigns = self._campaigns_in(reader.name)
        return Reading(reader, way, arrived, campaigns, self.own_addresses(), day_first)

    def _campaigns_in(self, tool: str) -> dict[str, str]:
        """Our campaigns by what the tool calls them: as the settings say, else by the same name."""
        found = {name.casefold(): name for name in self.settings.campaigns}
        for name, one in self.settings.campaigns.items():
            to = one.destination
            if not isinstance(to, str) and to.tool == tool and to.campaign:
                found[to.campaign.casefold()] = name
        return found

    def _of_export(
        self, file: Path, tool: str | None, day_first: bool | None, rejected: Rejected
    ) -> Iterator[Incoming]:
        from prospector.intake.rows.rejects import RejectsFile
        from prospector.pipeline.tools.exports import BadRow, events_of_export

        read_at = datetime.combine(self.as_of, time(), UTC)

        def how(reader: ToolReader) -> Reading:
            return self.tool_reading(reader, "export", read_at, day_first=day_first)

        with RejectsFile(self.folder / "rejects", file.name, self.as_of) as rejects:
            try:
                for one in events_of_export(file, tool, how):
                    if not isinstance(one, BadRow):
                        yield one
                        continue
                    rejected.reasons[one.reason] += 1
                    rejects.row(one.number, one.reason, one.header, one.cells)
            finally:
                if path := rejects.keep():
                    rejected.files.append(path)
