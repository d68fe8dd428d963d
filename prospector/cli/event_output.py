"""How events are printed: one by one as they come, then the counts."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from prospector.cli.options import say
from prospector.cli.output import escaped
from prospector.core.counts import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prospector.pipeline.events.storing import Stored
    from prospector.pipeline.events.telling import Counts


def tell(events: Iterable[Stored], *, as_json: bool) -> Counts:
    """Print what was read as it comes, and count it; `finish_json` ends the object."""
    from prospector.pipeline.events.telling import Counts, event_json

    counts = Counts()
    out = sys.stdout
    if as_json:
        out.write('{\n  "events": [')
    for stored in events:
        if as_json:
            text = json.dumps(event_json(stored), indent=2, ensure_ascii=False).replace("\n", "\n    ")
            out.write(f"{',' if counts.read else ''}\n    {escaped(text)}")
        counts.add(stored)
    for (source, name), number in sorted(counts.unknown.items()):
        say(f'warning: {source} says "{name}" ({number}), which is not known here: kept as "other"')
    return counts


def finish_json(counts: Counts, **more: object) -> None:
    """The end of what `tell` printed: the counts, and what else there is."""
    rest = json.dumps({**counts.as_json(), **more}, indent=2, ensure_ascii=False).removeprefix("{")
    sys.stdout.write(f"{chr(10) + '  ' if counts.read else ''}],{escaped(rest)}\n")


def summary(counts: Counts) -> str:
    """The last line."""
    told = ", ".join(f"{name.replace('_', ' ')} {number}" for name, number in sorted(counts.by_class.items()))
    text = f"{counted(counts.read, 'event')} read, {counts.new} new" + (f" ({told})" if told else "")
    if counts.unmatched:
        text += f". Of nobody who is known: {counts.unmatched}; they are kept"
    if counts.review:
        return f"{text}. Somebody has to look at {counts.review}. Next: prospector events review"
    return f"{text}. Next: prospector next"
