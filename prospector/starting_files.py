"""What `segment new` and `sequence new` write: small files that work as they are, and say what else they could say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prospector.core.errors import FileError, UsageError, cannot_be_written

if TYPE_CHECKING:
    from pathlib import Path

SEGMENT = """# Who is to be found. Each line is one criterion; all have to match. Take the `#` away from what you need.
#
#   prospector fields                 every field that can stand here; `prospector fields industry` lists its values
#   prospector segment check NAME     whether every word is understood
#   prospector segment explain NAME   how many people each line leaves, and what a look-up could still tell
name: TITLE
company:
  # industry: [banking, insurance]    # a list is "any of"; also {all: [...]} and {none: [...]}
  # country: [DE, AT]
  headcount: "> 10"                   # also 11-50, "< 200", 50+
  # uses: HubSpot                     # a technology that the site shows, or an imported list names
  # advertises_on: Google Ads
  # hiring: marketing                 # an open job of that department; also {title: sales manager, within: 30d}
person:
  seniority: manager+                 # manager and above; or role: HR manager for department and level at once
  # department: hr
  # tenure: "< 1y"                    # time in the role
unknown: exclude                      # where too little is known: exclude, include, or review (listed, not written to)
# score:
#   - {points: 20, when: {company: {headcount: 50-500}}, because: mid-market}
# limit: {per_company: 2}
"""

SEQUENCE = {
    "sequence.yaml": """# What all touches share. One file a touch stands beside this one, in the order of their names.
#
#   prospector sequence check NAME            whether every name is known, and what a careful reader would say
#   prospector sequence preview NAME --open   each touch as its recipient would see it
name: TITLE
# language: en
stop_on: [replied, bounced, unsubscribed, meeting]
# snippets:
#   offer: a text that several touches use, as {{ snippets.offer }}
""",
    "01-first.md": """---
day: 0                     # business days after the first touch
channel: email             # email, call, linkedin or task
subject: ["A question about {{ company.name | fallback('your team') }}"]   # several are variants
---
Hi {{ person.greeting | fallback("there") }},

say in two sentences why you write to {{ company.name | fallback("this company") }}, and today.

Then ask one question that can be answered in a line.

{{ sender.name }}, {{ sender.company }}
{{ sender.postal_address }}

[No more mails]({{ unsubscribe_url }})
""",
    "02-follow-up.md": """---
day: 3
channel: email             # without a subject it goes into the same thread
---
Hi {{ person.greeting | fallback("there") }},

add something of use that the first mail did not have.

{{ sender.name }}
""",
    "03-call.md": """---
day: 6
channel: call
title: Call {{ person.greeting | fallback("them") }} at {{ company.name | fallback("the company") }}
---
Ask whether the two mails came at the right time.
""",
}


def new_segment(folder: Path, name: str) -> list[Path]:
    """Write a segment to start from; one that is there is left alone."""
    path = folder / "segments" / f"{_plain(name)}.yaml"
    return _write({path: SEGMENT}, name, path)


def new_sequence(folder: Path, name: str) -> list[Path]:
    """Write a sequence to start from; one that is there is left alone."""
    place = folder / "templates" / _plain(name)
    return _write({place / file: text for file, text in SEQUENCE.items()}, name, place)


def _plain(name: str) -> str:
    if not name.replace("-", "").replace("_", "").isalnum() or len(name.encode()) > 100:
        raise UsageError(f'"{name[:100]}" is no plain name', hint="use letters, digits, - and _")
    return name


def _write(texts: dict[Path, str], name: str, place: Path) -> list[Path]:
    if place.exists():
        raise FileError(place, "this is there already", hint="choose another name, or edit what is there")
    title = name.replace("-", " ").replace("_", " ").capitalize()
    try:
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text.replace("TITLE", title).replace("NAME", name), encoding="utf-8")
    except OSError as error:
        raise cannot_be_written(place, error) from error
    return list(texts)
