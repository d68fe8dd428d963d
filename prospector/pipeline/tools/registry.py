"""The tools whose answers can be read, by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.core.errors import UsageError, near_miss
from prospector.pipeline.tools.apollo import READER as APOLLO
from prospector.pipeline.tools.brevo import READER as BREVO
from prospector.pipeline.tools.hubspot import READER as HUBSPOT
from prospector.pipeline.tools.instantly import READER as INSTANTLY
from prospector.pipeline.tools.lemlist import READER as LEMLIST
from prospector.pipeline.tools.listmonk import READER as LISTMONK
from prospector.pipeline.tools.mailchimp import READER as MAILCHIMP
from prospector.pipeline.tools.mailshake import READER as MAILSHAKE
from prospector.pipeline.tools.mautic import READER as MAUTIC
from prospector.pipeline.tools.outreach import READER as OUTREACH
from prospector.pipeline.tools.reply import READER as REPLY
from prospector.pipeline.tools.salesloft import READER as SALESLOFT
from prospector.pipeline.tools.smartlead import READER as SMARTLEAD
from prospector.pipeline.tools.woodpecker import READER as WOODPECKER

if TYPE_CHECKING:
    from prospector.pipeline.tools.reader import ToolReader

_ALL = (
    *(INSTANTLY, SMARTLEAD, LEMLIST, MAILSHAKE, WOODPECKER, REPLY, APOLLO, OUTREACH, SALESLOFT, HUBSPOT),
    *(MAUTIC, LISTMONK, BREVO, MAILCHIMP),
)
READERS: dict[str, ToolReader] = {one.name: one for one in _ALL}


def reader_of(name: str) -> ToolReader:
    """The reader of a tool; `UsageError` for a name that is not known."""
    if found := READERS.get(name):
        return found
    hint = near_miss(name, READERS) or f"known: {', '.join(READERS)}"
    raise UsageError(f'no tool "{name}" whose answers can be read', hint=hint)
