"""The import file of an e-mail tool: one row a lead, with its finished texts as the tool's own variables.

A tool is a `Tool`: what it calls our fields, how a text names a variable, how it counts days. The campaign in the tool
holds only tokens; `setup.md` says which, with which waits, and whose dates would differ. What is not e-mail goes to
`tasks.csv`.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from prospector.core.errors import UsageError, near_miss
from prospector.destinations.delays import WORDS, Moves, wait_between
from prospector.destinations.handover import Destination
from prospector.destinations.touch_files import OtherTouches
from prospector.sequences.calendar import parse_window

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from prospector.destinations.handover import About, Delays, Lead, PlannedTouch

MAILS = frozenset({"email"})
WHY = ("reason", "lead_id")
PARTS = ("subject", "body", "send_at", "variant")
_LONGEST_NAME = 30
_NOT_NAME = re.compile("[^a-z0-9]+")
_PRE = re.compile(r"(<pre\b.*?</pre>)", re.DOTALL)


def one_line(html: str) -> str:
    """HTML without line breaks, which reads the same: some tools cut a cell at the first."""
    if "<pre" not in html:
        return " ".join(html.split("\n")).strip()
    parts = _PRE.split(html)
    return "".join(part.replace("\n", "<br>" if at % 2 else " ") for at, part in enumerate(parts)).strip()


def plain_cell(text: str) -> str:
    """A value on one line."""
    return " ".join(text.splitlines()) if text and not text.isprintable() else text


@dataclass(frozen=True, slots=True)
class Tool:
    """What is particular to a tool."""

    name: str
    title: str
    fields: Mapping[str, str]
    """What it calls our facts, in the order of the columns: the column, and the name that a lead has for it."""
    spelling: str
    """How a text in the tool names a variable: `{}` is where the name goes."""
    delays: Delays = "calendar_days"
    counted: str = (
        "How it counts was not to be found out: taken as calendar days. Look at one lead before you go on."
    )
    capitals: bool = False
    """Whether a text names a variable in capitals."""
    slots: tuple[str, ...] = ()
    """The only columns that it has for variables; else each variable is a column of its own name."""
    steps: int | None = None
    """The most mails that fit."""
    rows: int = 0
    """The most rows of a file; 0 is no limit."""
    upload: str = ""
    """What to do with the file, in a sentence or two."""
    waits: str = "before"
    """Whether a step's wait is set at the step, or at the one before it."""
    same_thread: str = "(empty: same thread)"
    cell: Callable[[str], str] = str
    """How a value that is not HTML is written; as it is, unless the tool cannot read it so."""
    body: Callable[[str], str] = one_line
    more: tuple[str, ...] = ()
    """Further lines of `setup.md` about the tool."""
    limits: Mapping[str, int] = field(default_factory=dict)


def variables_of(steps: int, about: About, places: int = 0) -> list[str]:
    """The names of all variables: why this lead, the user's own columns, the mails one after the other.

    Where a tool has few places, what it cannot do without stands in front.
    """
    numbers = range(1, steps + 1)
    if not places:
        return [*WHY, *about.custom, *(f"{part}_{number}" for number in numbers for part in PARTS)]
    texts = [f"{part}_{number}" for number in numbers for part in ("subject", "body")]
    rest = [f"{part}_{number}" for part in ("variant", "send_at") for number in numbers]
    return ["lead_id", *texts, "reason", *about.custom, *rest]


def values_of(lead: Lead, about: About, tool: Tool) -> dict[str, str]:
    """The values of the variables that a lead has."""
    values = {"lead_id": lead.lead_id, "reason": lead.reason}
    for number, touch in enumerate(mails_of(lead), 1):
        values[f"subject_{number}"] = touch.subject
        values[f"variant_{number}"] = touch.variant
        values[f"send_at_{number}"] = touch.send_at
    found = {name: tool.cell(value) for name, value in (values | dict(lead.custom)).items()}
    found.update((f"body_{number}", tool.body(touch.html)) for number, touch in enumerate(mails_of(lead), 1))
    return found


def mails_of(lead: Lead) -> list[PlannedTouch]:
    """The mails of a lead."""
    return [touch for touch in lead.touches if touch.channel == "email"]


class Names:
    """Which column stands for which variable, and how a text in the tool names it."""

    def __init__(self, tool: Tool, variables: Sequence[str]) -> None:
        self._tool = tool
        taken = {column.lower() for column in tool.fields}
        if tool.slots:
            self.columns = dict(zip(variables, tool.slots, strict=False))
        else:
            self.columns = {variable: _safe_name(variable, taken) for variable in variables}
        self.left_out = [variable for variable in variables if variable not in self.columns]

    def token(self, variable: str) -> str:
        """A variable as a text in the tool names it; `UsageError` for one that no column holds."""
        if variable not in self.columns:
            hint = near_miss(variable, self.columns) or f"known: {', '.join(self.columns)}"
            raise UsageError(f'{self._tool.title} gets no variable "{variable}"', hint=hint)
        column = self.columns[variable]
        return self._tool.spelling.format(column.upper() if self._tool.capitals else column)


def _safe_name(variable: str, taken: set[str]) -> str:
    """A name that every tool takes: a letter first, then letters, digits and `_`, at most 30; each only once."""
    ascii_only = unicodedata.normalize("NFKD", variable).encode("ascii", "ignore").decode().lower()
    name = _NOT_NAME.sub("_", ascii_only).strip("_")
    if not name[:1].isalpha():
        name = f"v_{name}"
    start, number = name[:_LONGEST_NAME], 1
    while (name := start) in taken or name == "v_":
        number += 1
        start = f"{start[: _LONGEST_NAME - len(str(number)) - 1].rstrip('_')}_{number}"
    taken.add(name)
    return name


def write_leads(tool: Tool, leads: Iterable[Lead], folder: Path, about: About) -> list[str]:
    """`NAME.csv` (and `NAME-2.csv` where a file may hold no more), `tasks.csv`, `setup.md`."""
    with ExitStack() as files:
        written = LeadFile(tool, folder, files, about)
        others = OtherTouches(folder / "tasks.csv", files, about, MAILS)
        for lead in leads:
            written.write(lead)
            others.write(lead)
        written.begun()
    names = written.finished()
    text = setup_text(tool, written, about, tasks=bool(others.names))
    (folder / "setup.md").write_text(text, encoding="utf-8", newline="\n")
    return [*names, *others.names, "setup.md"]


class LeadFile:
    """The rows of a tool's file, lead by lead."""

    def __init__(self, tool: Tool, folder: Path, files: ExitStack, about: About) -> None:
        self._tool, self._folder, self._files, self._about = tool, folder, files, about
        self.delays: Delays = about.delays or tool.delays
        self.moves = Moves(self.delays, about.window)
        self.mails: list[PlannedTouch] = []
        """Those of the lead that has most."""
        self.names = self._names(0)
        self.begins = ""
        self._paths: list[Path] = []
        self._head = self._count = 0

    def _names(self, steps: int) -> Names:
        return Names(self._tool, variables_of(steps, self._about, len(self._tool.slots)))

    def write(self, lead: Lead) -> None:
        """A lead's row, where the tool can write to it."""
        mails = mails_of(lead)
        if not lead.email or not mails:
            return
        if len(mails) > len(self.mails):
            self._widen_to(mails)
        if not self._paths or (self._tool.rows and self._count >= self._tool.rows - 1):
            self._open()
        self.moves.add(lead)
        self.begins = min(filter(None, (self.begins, mails[0].send_at[:10])))
        self._rows.writerow(self._cells(lead))
        self._count += 1

    def _widen_to(self, mails: list[PlannedTouch]) -> None:
        """Variables of later mails stand behind all others, so that rows which are written only get longer."""
        if self._paths and self._tool.slots:
            hint = "a tool with few places needs the same mails for everybody of a campaign"
            raise UsageError(f"{self._tool.title}: a lead has more mails than the first one", hint=hint)
        self.mails, self.names = mails, self._names(len(mails))

    def _open(self) -> None:
        number = f"-{len(self._paths) + 1}" if self._paths else ""
        self._paths.append(self._folder / f"{self._tool.name}{number}.csv")
        file = self._files.enter_context(self._paths[-1].open("w", encoding="utf-8", newline=""))
        self._rows = csv.writer(file)
        self._rows.writerow(self._header())
        self._head, self._count = self._head or len(self.mails), 0

    def _header(self) -> list[str]:
        return [*self._tool.fields, *(self._tool.slots or self.names.columns.values())]

    def _cells(self, lead: Lead) -> list[str]:
        values = values_of(lead, self._about, self._tool)
        facts = [self._tool.cell(str(getattr(lead, fact))) for fact in self._tool.fields.values()]
        cells = [values.get(variable, "") for variable in self.names.columns]
        return facts + cells + [""] * (len(self._tool.slots) - len(cells))

    def begun(self) -> None:
        """A file with a header only where there was nobody."""
        if not self._paths:
            self._open()

    def finished(self) -> list[str]:
        """The names of the files, now that all leads have been seen and the files are closed."""
        if self._head < len(self.mails):
            for path in self._paths:
                _pad(path, self._header())
        return [path.name for path in self._paths]


def _pad(path: Path, header: Sequence[str]) -> None:
    """Give each row the columns of the longest one: a later lead had more mails than the first."""
    part = path.with_suffix(".part")
    with path.open(encoding="utf-8", newline="") as old, part.open("w", encoding="utf-8", newline="") as new:
        writer = csv.writer(new)
        writer.writerow(header)
        next(rows := csv.reader(old), None)
        for row in rows:
            writer.writerow(row + [""] * (len(header) - len(row)))
    part.replace(path)


def setup_text(tool: Tool, written: LeadFile, about: About, *, tasks: bool) -> str:
    """How to set the campaign up once."""
    lines = [*_upload(tool, written), *_steps(tool, written, about), *_dates(tool, written)]
    return "\n".join([*lines, *schedule(about, written.begins), *replies(tool.title, tasks=tasks), ""])


def _upload(tool: Tool, written: LeadFile) -> list[str]:
    lines = [
        f"# Set the campaign up once in {tool.title}",
        "",
        f"Upload `{tool.name}.csv`. {tool.upload}".strip(),
    ]
    rows = [f"| `{column}` | {fact.replace('_', ' ')} |" for column, fact in tool.fields.items()]
    rows += [f"| `{column}` | `{name}` | ".rstrip() for name, column in written.names.columns.items()]
    lines += ["", "| column | holds |", "| --- | --- |", *rows]
    if left_out := written.names.left_out:
        named = ", ".join(f"`{one}`" for one in left_out)
        lines += ["", f"Left out, because {tool.title} has no more than {len(tool.slots)} places: {named}."]
    return [*lines, *(["", *(f"- {one}" for one in tool.more)] if tool.more else [])]


def _steps(tool: Tool, written: LeadFile, about: About) -> list[str]:
    """One row a mail: the tokens that stand for its texts, and the wait as the tool counts it."""
    lines = ["", "## Steps", "", f"The wait is counted {WORDS[written.delays]}. {tool.counted}"]
    lines += ["", f"| step | subject | body | wait {tool.waits} it |", "| --- | --- | --- | --- |"]
    mails = written.mails
    for number, touch in enumerate(mails, 1):
        at = number if tool.waits == "after" else number - 1  # the pair of mails between which the wait lies
        pair = mails[at - 1 : at + 1] if at else []
        wait = f"{wait_between(written.delays, about.window, *pair)} days" if len(pair) == 2 else "-"
        subject = f"`{written.names.token(f'subject_{number}')}`" if touch.subject else tool.same_thread
        lines.append(f"| {number} | {subject} | `{written.names.token(f'body_{number}')}` | {wait} |")
    return lines


def _dates(tool: Tool, written: LeadFile) -> list[str]:
    moved = written.moves.lines(tool.title)
    if not moved:
        return []
    return ["", "## Dates that differ from the plan", "", *(f"- {line}" for line in moved)]


def schedule(about: About, begins: str) -> list[str]:
    """When the tool may send."""
    if not about.window:
        return []  # a run that an earlier version began did not write it down
    days, _, hours = str(parse_window(about.window)).partition(" ")
    return [
        "",
        "## When it may send",
        "",
        f"- Days: {', '.join(days.split(','))}",
        f"- Hours: {' to '.join(hours.split('-'))}",
        f"- Time zone: {about.timezone}; the tool keeps one for all, while each `send_at` is in the person's own time",
        *([f"- First mail: not before {begins}"] if begins else []),
    ]


def replies(title: str, *, tasks: bool) -> list[str]:
    """What to see to in the tool, before and after somebody answers."""
    strike = ["- Strike the person's lines in `tasks.csv`."] if tasks else []
    return [
        "",
        "## When somebody replies",
        "",
        f"- Have {title} stop the steps of whoever replies, before it sends the first mail.",
        *strike,
        "- Leave its checks for duplicates, for people who opted out and for its block list switched on.",
        "- Whoever wants no more mails: `prospector suppress add ADDRESS`, and take them out of the campaign in the "
        "tool: it does not ask again.",
        "- `lead_id` tells the person and the campaign in what the tool exports.",
    ]


def check_lead(tool: Tool, lead: Lead) -> str | None:
    """Mails need an address and room in the tool; whoever has none is taken for calls and tasks."""
    mails = mails_of(lead)
    if mails and not lead.email:
        return "no_email"
    return "too_many_mails" if tool.steps is not None and len(mails) > tool.steps else None


def destination_of(
    tool: Tool, *, stop: str, silent: str, check: Callable[[Lead], str | None] | None = None
) -> Destination:
    """The destination that writes a tool's import file."""
    limits = dict(tool.limits)
    if tool.steps:
        limits["mails of a lead"] = tool.steps
    if tool.slots:
        limits["variables"] = len(tool.slots)
    if tool.rows:
        limits["rows of a file"] = tool.rows
    texts = f"the texts as `{tool.spelling.format('NAME')}`"
    return Destination(
        tool.name,
        takes=MAILS,
        write=lambda leads, folder, about: write_leads(tool, leads, folder, about),
        limits=limits,
        delays=tool.delays,
        check=check or (lambda lead: check_lead(tool, lead)),
        stop=f"{stop}; calls and tasks are in tasks.csv",
        title=tool.title,
        gives=f"`{tool.name}.csv`, one row a lead, {texts}; `setup.md` with steps, waits and dates that differ. "
        f"{tool.counted}",
        silent=silent,
    )
