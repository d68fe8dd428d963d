"""Plan, run and second run of many people, with peak memory; and rendering beside bare Jinja on the same templates.

Run as `python benchmarks/runs.py [--people 10000,100000] [--destinations jsonl,instantly,push] [--render 2000]`; `push`
is Instantly's API, spoken by a stub on this machine with none of its limits.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

from jinja2 import DictLoader, Environment

from prospector.core.records import Prospect
from prospector.sequences.folder import load_sequence
from prospector.sequences.render import (
    RenderContext,
    compiled_sequence,
    padded_text,
    render_sequence,
    template_sources,
)
from prospector.workspace import Workspace

AS_OF = date(2026, 11, 23)
ROOT = Path(__file__).parent.parent
SEQUENCE, SUPPORT = ROOT / "templates" / "new-hr-manager", ROOT / "tests" / "support"
HEADER = (
    "First Name",
    "Last Name",
    "Email",
    "Title",
    "Company",
    "Website",
    "# Employees",
    "Country",
    "Job Start Date",
)
_FIRST = "Ana Bo Carla Dirk Elena Fay Gus Hanna Ines Jo Karl Lia Mara Nils Olga Paul".split()
_LAST = "Ruiz Lind Berg Wong Horn Katz Moss Novak Silva Weber Rossi Dubois Jansen Kowal".split()
_COUNTRIES = ("Germany", "Spain", "France", "United States", "United Kingdom", "Poland")
SETTINGS = """database: prospector.db
sender: {{name: Nora Feld, email: nora@tidewater.test, company: Tidewater Tools, postal_address: "7 Harbour Lane, Testhaven",
         unsubscribe: "https://tidewater.test/u/{{token}}"}}
timezone: Europe/Berlin
campaigns:
  hr: {{segment: hr, sequence: new-hr-manager, destination: {destination}}}
"""
SEGMENT = """name: People in HR
person: {department: hr}
score:
  - {points: 30, when: {person: {tenure: "< 6m"}}, because: new in the role}
  - {points: 20, when: {company: {headcount: 50-500}}, because: mid-market}
"""


def write_people(path: Path, count: int) -> None:
    """HR managers, three at a company; the same bytes each time."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(count):
            firm, first, last = number // 3, _FIRST[number % 16], _LAST[number * 7 % 14]
            start = f"202{5 + number % 2}-{1 + number % 9:02d}-{1 + number % 28:02d}"
            writer.writerow([
                first, f"{last}{_LAST[number // 14 % 14].lower()}", f"{first.lower()}.{number}@firm{firm}.test", "HR Manager",
                f"Firm {firm}", f"https://firm{firm}.test", 11 + firm * 37 % 900, _COUNTRIES[firm % 6], start,
            ])  # fmt: skip


def make_workspace(folder: Path, count: int, destination: str) -> Path:
    """A workspace whose database the importer has filled, once for each number of people."""
    for name in ("segments", "templates"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    shutil.copytree(SEQUENCE, folder / "templates" / SEQUENCE.name, dirs_exist_ok=True)
    (folder / "segments" / "hr.yaml").write_text(SEGMENT, encoding="utf-8")
    (folder / ".env").write_text("PROSPECTOR_TOKEN_KEY=a key for benchmarks\n", encoding="utf-8")
    (folder / "prospector.yaml").write_text(SETTINGS.format(destination=destination), encoding="utf-8")
    imported = folder.parent / f"{count}.db"
    if not imported.exists():
        write_people(folder / "people.csv", count)
        prospector(folder, "import", "people.csv", "--quiet")
        shutil.move(folder / "prospector.db", imported)
    for name in ("prospector.db-wal", "prospector.db-shm"):
        (folder / name).unlink(missing_ok=True)
    shutil.copy(imported, folder / "prospector.db")
    return folder


class Used(NamedTuple):
    """Wall seconds, the processor's seconds, and the peak memory in MB."""

    seconds: float
    cpu: float
    peak: int


def prospector(folder: Path, *words: str) -> Used:
    """What a command took."""
    env = {**os.environ, "PROSPECTOR_AS_OF": AS_OF.isoformat()}
    command = [sys.executable, "-m", "prospector", *words]
    started = time.perf_counter()
    child = subprocess.Popen(
        command, cwd=folder, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _, status, usage = os.wait4(child.pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0, command
    return Used(time.perf_counter() - started, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // 1024)


def beside(what: str, count: int, used: Used, bare: float) -> str:
    """How fast a plan comes out as JSON, start of the program included, as a share of what Jinja alone renders."""
    return f"   ratio to bare Jinja {count * 6 / used.cpu / bare:.2f}" if what == "plan" else ""


@contextmanager
def pushed(made: Path) -> Iterator[None]:
    """The campaign of a workspace goes to a stub while the block lasts."""
    sys.path.insert(0, str(SUPPORT))
    from tool_stub import TOOLS, serving  # noqa: PLC0415  (of the tests)

    with serving(TOOLS["instantly"]()) as tool:
        tool.limits = ()
        to = {"tool": "instantly", "push": True, "campaign": tool.campaign}
        more = f"http: {{allow_private: true}}\nproviders: {{instantly: {{api_key_env: KEY, base_url: {tool.base!r}}}}}\n"
        (made / "prospector.yaml").write_text(
            SETTINGS.format(destination=json.dumps(to)) + more, encoding="utf-8"
        )
        with (made / ".env").open("a", encoding="utf-8") as file:
            file.write(f"KEY={tool.key}\n")
        yield


def hand_over(folder: Path, count: int, destination: str, bare: float) -> None:
    """Print what plan, run and the second run take; the plan also beside `bare` touches of Jinja a second."""
    made = make_workspace(
        folder / f"{count}-{destination}", count, "csv" if destination == "push" else destination
    )
    with pushed(made) if destination == "push" else nullcontext():
        for what, words in (
            ("plan", ("plan", "hr", "--json")),
            ("run", ("run", "hr", "--quiet")),
            ("second run", ("run", "hr", "--quiet")),
        ):
            used = prospector(made, *words)
            print(f"  {count:>9,} people, {destination:9} {what:10} {used.seconds:7.1f} s ({used.cpu:.1f} s of a processor), "
                  f"peak memory {used.peak:5} MB" + beside(what, count, used, bare), flush=True)  # fmt: skip
    shutil.rmtree(made)


@dataclass(frozen=True, eq=False)
class Rendering:
    """Everybody's touches, rendered by us and by Jinja alone."""

    prospects: list[Prospect]

    def ours(self, context: RenderContext) -> None:
        sequence = load_sequence(SEQUENCE)
        for prospect in self.prospects:
            render_sequence(sequence, prospect, context)

    def bare(self, context: RenderContext) -> None:
        """The same templates and values, as Jinja alone would print them: text only, no Markdown read."""
        sequence = load_sequence(SEQUENCE)
        sources = {name: padded_text(source) for name, source in template_sources(sequence).items()}
        environment = Environment(loader=DictLoader(sources), auto_reload=False)
        environment.filters["fallback"] = lambda value, other: other if value is None else value
        environment.filters["first"] = lambda entries: next(iter(entries), None)
        environment.filters["replace"] = lambda text, old, new: text.replace(old, new)
        environment.filters["truncate"] = lambda text, most=80: text[:most]
        for prospect, names in zip(self.prospects, self._templates(context), strict=True):
            values = plain_names(prospect, context, sequence.snippets)
            for name in names:
                environment.get_template(name).render(values)

    @cache  # noqa: B019
    def _templates(self, context: RenderContext) -> list[list[str]]:
        """The templates of each person's own variants."""
        compiled = compiled_sequence(sequence := load_sequence(SEQUENCE))
        found = []
        for prospect in self.prospects:
            names = []
            for touch, rendered in zip(
                sequence.touches, render_sequence(sequence, prospect, context), strict=True
            ):
                way = next(way for way in compiled.ways(touch) if way.label == rendered.variant)
                names += [str(one.name) for one in (way.subject, way.body) if one]
            found.append(names)
        return found


def plain_names(prospect: Prospect, context: RenderContext, snippets: object) -> dict[str, object]:
    """What the shipped templates ask for, as plain values."""
    person, company = prospect.person, prospect.company
    assert company is not None
    assert person.role_started is not None
    day = person.role_started.earliest
    months = (AS_OF.year - day.year) * 12 + AS_OF.month - day.month - (AS_OF.day < day.day)
    return {
        "person": SimpleNamespace(
            first_name=person.first_name, name=f"{person.first_name} {person.last_name}", greeting=person.greeting,
            months_in_role=months, title=person.title, role_started=person.role_started,
        ),
        "company": SimpleNamespace(
            name=company.name, domain=company.domain, headcount=company.headcount,
            openings=lambda department=None: company.openings, uses=lambda technology: None,
        ),
        "sender": context.sender, "snippets": snippets, "unsubscribe_url": context.unsubscribe_url,
    }  # fmt: skip


def best(work: Callable[[], None], rounds: int) -> float:
    seconds = []
    for _ in range(rounds):
        started = time.process_time()
        work()
        seconds.append(time.process_time() - started)
    return min(seconds)


def rendering(folder: Path, count: int, rounds: int = 3) -> float:
    """Print the speed of rendering beside that of Jinja, by the processor's time; Jinja's touches a second."""
    made = make_workspace(folder / "render", count, "jsonl")
    with Workspace.open(made, as_of=AS_OF) as workspace:
        prospects = [found.prospect for found in workspace.find(workspace.segment("hr"))]
        context = RenderContext(
            workspace.settings.sender, "hr", AS_OF, "https://tidewater.test/u/0123456789abcdef"
        )
    work = Rendering(prospects)
    work.bare(context)
    ours, bare = best(lambda: work.ours(context), rounds), best(lambda: work.bare(context), rounds)
    print(f"rendering of {len(prospects):,} people: {len(prospects) * 6 / ours:,.0f} touches/s (text and HTML), "
          f"bare Jinja {len(prospects) * 6 / bare:,.0f} touches/s (text)   ratio {bare / ours:.2f}")  # fmt: skip
    return len(prospects) * 6 / bare


def numbers(text: str) -> Iterable[int]:
    return map(int, text.split(","))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=numbers, default=[10_000, 100_000])
    parser.add_argument("--destinations", default="jsonl,instantly,push")
    parser.add_argument("--render", type=int, default=2_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        bare = rendering(Path(name), options.render)
        print(f"plan and run, 6 touches each; Python {sys.version.split()[0]}, {os.cpu_count()} cores")
        for count in options.people:
            for destination in options.destinations.split(","):
                hand_over(Path(name), count, destination, bare)


if __name__ == "__main__":
    main()
