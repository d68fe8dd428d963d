"""Writes the generated pages of docs/: the command reference from `--help`, and the tables of codes."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from json_examples import Example, examples
from typer.main import get_command
from typer.testing import CliRunner

from prospector.cli.main import app
from prospector.config import answer_defaults
from prospector.contacts.lists import REASONS as VERIFY_REASONS
from prospector.core.fields import FILTER_FIELDS
from prospector.core.json_shapes import lines_of, type_words
from prospector.core.sources import found_by
from prospector.destinations.delays import WORDS
from prospector.destinations.registry import APIS, DESTINATIONS, api_of
from prospector.destinations.touch_files import CHANNELS
from prospector.intake.columns.header_data import FILE as HEADERS
from prospector.intake.columns.header_data import header_data, header_key
from prospector.intake.columns.mappings import OWN_PREFIX, TARGETS
from prospector.intake.consent.labels import CONSENT_TARGETS
from prospector.intake.rows.rows import REASONS as ROW_REASONS
from prospector.intake.suppressions.importer import REASONS as LIST_REASONS
from prospector.normalise.technologies import technology_catalogue
from prospector.outreach.reasons import ANSWERS, REFUSALS
from prospector.outreach.reasons import REASONS as HELD_BACK
from prospector.pipeline.report.numbers import NUMBERS, PARTS, number
from prospector.pipeline.tools.exports import REASONS as EXPORT_REASONS
from prospector.pipeline.tools.pulls import PULLS
from prospector.pipeline.tools.registry import READERS

DOCS = Path(__file__).parent.parent / "docs"
LONG = 60
"""Signs of a text that a sample shows."""
MARKS = {"any": "", "people": " (people)", "companies": " (companies)"}
"""How the labels of each scope of the vocabulary are marked."""
EXIT_CODES = (
    (0, "Done, or nothing to do."),
    (1, "Some rows failed, the rest is done; or the one host that was asked for cannot be read."),
    (2, "Wrong usage, or a bad file."),
    (3, "`plan --exit-code`: somebody new waits."),
    (4, "A key is missing or refused."),
    (5, "Another run holds the workspace."),
    (130, "Interrupted."),
)


def pages() -> dict[str, str]:
    """Every generated page by its file name."""
    return {
        "answers.md": _answers(),
        "commands.md": _commands(),
        "destinations.md": _destinations(),
        "events.md": _events(),
        "fields.md": _fields(),
        "import.md": _import(),
        "json.md": _json(),
        "pipeline.md": _pipeline(),
        "reasons.md": _reasons(),
        "technologies.md": _technologies(),
    }


def _commands() -> str:
    lines = ["# Commands", "", "Generated from `--help` by `make docs`; a test fails when it is stale.", ""]
    for words in _words(get_command(app), []):
        help_text = CliRunner().invoke(
            app, [*words, "--help"], prog_name="prospector", env={"COLUMNS": "80", "TERM": "dumb"}
        )
        lines += [
            f"## prospector {' '.join(words)}".rstrip(),
            "",
            "```",
            help_text.stdout.strip("\n"),
            "```",
            "",
        ]
    lines += ["## Exit codes", "", "| code | meaning |", "| --- | --- |"]
    lines += [f"| {code} | {meaning} |" for code, meaning in EXIT_CODES]
    return "\n".join([*lines, ""])


def _words(command: object, above: list[str]) -> list[list[str]]:
    found = [above]
    commands = getattr(command, "commands", {})
    for name in commands:
        found += _words(commands[name], [*above, name])
    return found


def _destinations() -> str:
    """What each destination says of itself."""
    head = """# Destinations

Where `run` hands people over: the `destination` of a campaign in `prospector.yaml`. Generated from the destinations by
`make docs`; a test fails when it is stale.

A file is all that is written here, and nothing is sent by it; a push puts leads into a campaign of the tool, which it
never starts. Whom no answer came for is looked for in the tool before anybody is sent again, and so is everybody whom a
restored database has forgotten. What a destination does not take stands in a table beside its own file. A lead that it
cannot take is held back with a reason (see [codes](reasons.md)). Of tools that count days by themselves, `plan`, `run`
and `setup.md` say which mails would leave on another day than planned; where a tool counts otherwise than this page
says, write `destination: {tool: NAME, delays: business_days}` (or `calendar_days`, `sending_days`).

A package adds a destination by an entry point of the group `prospector.destinations` that leads to a `Destination`.
"""
    lines = [head, "| name | for | takes | counts time |", "| --- | --- | --- | --- |"]
    for one in DESTINATIONS.values():
        takes = "all" if one.takes == CHANNELS else ", ".join(sorted(one.takes))
        lines.append(f"| [`{one.name}`](#{one.name}) | {one.title} | {takes} | {WORDS[one.delays]} |")
    for one in DESTINATIONS.values():
        lines += ["", f"## {one.name}", "", one.gives, ""]
        lines += [f"- At most {most:,} {what}." for what, most in one.limits.items()]
        lines += [
            f"- It does not tell: {one.silent[:1].lower()}{one.silent[1:]}",
            f"- To stop somebody: {one.stop}.",
        ]
        lines += _pushed(one.name) if one.name in APIS else []
    return "\n".join([*lines, ""])


def _answers() -> str:
    """The page as it was written by hand, with the table as the program has it."""
    lines = ["| answer | stop | pause | suppress | task | proves | because |", "| --- " * 7 + "|"]
    for one in answer_defaults().values():
        told = (one.answer, one.stop, one.pause or "no", "yes" if one.suppress else "no", one.task)
        cells = [f"`{told[0]}`", *(("-" if cell == "no" else str(cell)) for cell in told[1:])]
        lines.append(f"| {' | '.join([*cells, one.evidence or '-', one.because])} |")
    return _with_part("answers.md", "rules", lines)


def _with_part(page: str, part: str, lines: list[str]) -> str:
    """A page with some lines in the place of a part that is marked."""
    text = (DOCS / page).read_text(encoding="utf-8")
    begin, end = f"<!-- {part} -->\n", f"<!-- /{part} -->"
    return text.partition(begin)[0] + begin + "\n".join(lines) + "\n" + end + text.partition(end)[2]


def _events() -> str:
    """The page as it was written by hand, with what each tool says of itself as it is now."""
    return _with_part("events.md", "tools", _readers())


def _readers() -> list[str]:
    lines = ["| tool | webhook, by what proved | `events pull` | export |", "| --- | --- | --- | --- |"]
    for one in READERS.values():
        proof = ("its signature" if one.proof else "your secret") if one.webhook else "-"
        lines.append(
            f"| [`{one.name}`](#{one.name}) | {proof} | {'yes' if one.name in PULLS else '-'} | yes |"
        )
    for one in READERS.values():
        lines += ["", f"### {one.name}", "", f"- {one.title} tells: {one.tells[:1].lower()}{one.tells[1:]}"]
        lines += [f"- Webhook: {one.webhook}"] if one.webhook else []
        lines += [f"- Not told: {one.silent[:1].lower()}{one.silent[1:]}"]
    return [*lines, "", "Rows that are left out are listed in `rejects/` with one of these reasons:", ""] + [
        f"- `{code}`: {meaning}" for code, meaning in EXPORT_REASONS.items()
    ]


def _pushed(name: str) -> list[str]:
    """What a tool's API says of itself."""
    tool = api_of(name)
    rates = " and ".join(f"{rate.requests:,} requests in {rate.seconds:g} s" for rate in tool.rates)
    leads = "a lead" if tool.batch == 1 else f"{tool.batch:,} leads"
    return [
        f"- Pushed with `{{tool: {name}, push: true, campaign: ID}}`: up to {leads} in one piece, "
        f"{f'at most {rates}' if rates else 'as fast as the server answers'}. {tool.tells}"
    ]


def _fields() -> str:
    head = [
        "# Fields",
        "",
        "What segments and the flags of `find` can ask for. Generated by `make docs`.",
        "",
    ]
    rows = ["| field | of | example | found by | meaning |", "| --- | --- | --- | --- | --- |"]
    rows += [
        f"| `{one.name}` | {one.subject} | `{one.example}` | {', '.join(found_by(one)) or '-'} | {one.help} |"
        for one in FILTER_FIELDS
    ]
    return "\n".join([*head, *rows, ""])


def _import() -> str:
    """The page as it was written by hand, with the tables of exports and labels as they are now."""
    text = (DOCS / "import.md").read_text(encoding="utf-8")
    known = [one.name for one in header_data().presets if not one.name.startswith(OWN_PREFIX)]
    rows = [f"| `{field}` | {' · '.join(labels)} |" for field, labels in _labels().items()]
    table = "\n".join(["| field | labels |", "| --- | --- |", *rows])
    for name, part in (("exports", f"Known exports: {', '.join(known)}."), ("labels", table)):
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        text = text.partition(begin)[0] + begin + part + "\n" + end + text.partition(end)[2]
    return text


def _pipeline() -> str:
    """The page as it was written by hand, with what the statements of the report say of themselves."""
    text = (DOCS / "pipeline.md").read_text(encoding="utf-8")
    for name, part in (("numbers", _definitions(NUMBERS)), ("parts", _definitions(PARTS))):
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        text = text.partition(begin)[0] + begin + part + "\n" + end + text.partition(end)[2]
    return text


def _definitions(names: Iterable[str]) -> str:
    lines = []
    for one in map(number, names):
        lines += [f"**{one.title}** (`{one.name}`): {one.means}"]
        lines += [f"*Formula:* {one.formula}."] if one.formula else []
        lines += [f"*Source:* {one.source}."] if one.source else []
        lines += [""]
    return "\n".join(lines)


def _labels() -> dict[str, list[str]]:
    """The labels of every field as the vocabulary writes them, those of one kind of file marked."""
    found: dict[str, list[str]] = {field: [] for field in TARGETS}
    mark = None
    for line in HEADERS.read_text(encoding="utf-8").splitlines():
        left, _, right = line.partition("\t")
        if left.startswith("["):
            mark = MARKS.get(left[1:-1].partition(" ")[0])
        elif mark is not None and (field := left.removesuffix("?")) in found:
            found[field] += [f"{label}{mark}" for label in right.split(" | ") if _fills(label, field, mark)]
    other = {field: "the words in the label" if field in CONSENT_TARGETS else "`--map`" for field in found}
    return {field: labels or [f"({other[field]})"] for field, labels in found.items()}


def _fills(label: str, field: str, mark: str) -> bool:
    """Whether the label means the field wherever it is listed: of two fields the one above counts."""
    kinds = [kind for kind in ("people", "companies") if not mark or kind in mark]
    return all(header_data().aliases[kind][header_key(label)].field == field for kind in kinds)


def _reasons() -> str:
    lines = ["# Codes", "", "Generated by `make docs`.", ""]
    tables = (
        ("Rejected rows and dropped values", ROW_REASONS),
        ("Suppression lists", LIST_REASONS),
        ("Verified lists", VERIFY_REASONS),
        ("Held back", HELD_BACK),
        ("Refused", REFUSALS),
        ("Not taken by a tool", ANSWERS),
    )
    for title, table in tables:
        lines += [f"## {title}", "", "| code | meaning |", "| --- | --- |"]
        lines += [f"| `{code}` | {meaning} |" for code, meaning in sorted(table.items())]
        lines.append("")
    return "\n".join(lines)


def _json() -> str:
    head = """# JSON

What each command prints with `--json`, and the JSON files of a run. Generated from the declarations by `make docs`; a
test runs every command and holds what it prints against them.

`null` is "not known". Dates are ISO dates; times have their distance from UTC. Keys may be added, in any place.
`a.b` is the key `b` inside `a`, `a[].b` that of each entry of a list, `a.*` whatever stands under any name. In the
samples lists are cut after their first entry, and long texts after their first signs.
"""
    sections, last = [], ""
    with TemporaryDirectory() as folder:
        for example in examples(Path(folder).resolve()):
            is_file = example.command == example.output.example
            if example.command != last:
                sections.append(f"## {'' if is_file else 'prospector '}{example.command}\n")
            sections.append(_shape(example, f"`{'' if is_file else 'prospector '}{example.output.example}`"))
            last = example.command
    return "\n".join([head, *sections])


def _shape(example: Example, title: str) -> str:
    kind = type_words(example.output.shape)
    note = f" {example.output.note}" if example.output.note else ""
    rows = [f"| `{path}` | {kind} | {meaning} |" for path, kind, meaning in lines_of(example.output.shape)]
    table = ["| key | type | meaning |", "| --- | --- | --- |", *rows, ""] if rows else []
    sample = json.dumps(_cut(example.value), ensure_ascii=False, indent=2)
    article = "an" if kind[0] in "aeiou" else "a"
    return "\n".join([f"{title}: {article} {kind}.{note}", "", *table, "```json", sample, "```", ""])


def _cut(value: Any) -> Any:
    """A value short enough to be read."""
    if isinstance(value, list):
        return [_cut(one) for one in value[:1]]
    if isinstance(value, dict):
        return {name: _cut(one) for name, one in value.items()}
    long = isinstance(value, str) and len(value) > LONG
    return f"{value[:LONG]}..." if long else value


def _technologies() -> str:
    catalogue = sorted(technology_catalogue(), key=lambda one: one.name.casefold())
    lines = [
        "# Technologies",
        "",
        f"The {len(catalogue)} products that are recognised. Generated by `make docs`.",
        "",
        "| name | category | buys ads on | not seen means |",
        "| --- | --- | --- | --- |",
    ]
    lines += [
        f"| {one.name} | {one.category} | {one.advertises_on or '-'} | {one.absence.replace('_', ' ')} |"
        for one in catalogue
    ]
    return "\n".join([*lines, ""])


def main() -> None:
    """Write the pages; with `--check` only say whether they are fresh."""
    stale = []
    for name, text in pages().items():
        path = DOCS / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if "--check" not in sys.argv:
                path.write_text(text, encoding="utf-8", newline="\n")
    print(f"stale: {', '.join(stale) or 'none'}")
    sys.exit(bool(stale) and "--check" in sys.argv)


if __name__ == "__main__":
    main()
