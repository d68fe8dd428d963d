"""Help: in funnel order, quick, with examples that run, and the same as the docs."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mails import mail
from tool_payloads import EXPORTS
from typer.main import get_command
from typer.testing import CliRunner
from workspaces import AS_OF, environment, fill_in_sender, people_csv, run_cli

from prospector.cli.main import FUNNEL, app
from prospector.intake.importer import ImportOptions
from prospector.pipeline.events.incoming import Incoming
from prospector.starter import make_workspace
from prospector.workspace import Workspace

ROOT = Path(__file__).parents[2]
HEAVY = (
    "httpx",
    "pycurl",
    "jinja2",
    "bs4",
    "selectolax",
    "sqlite_utils",
    "sqlglot",
    "dns",
    "markdown_it",
    "asyncio",
)
NEEDS_NETWORK = (
    "prospector inspect nordhafen-bank.example",
    "prospector demo",
    "prospector events pull",
    "prospector events serve",
    "prospector events reconcile",
)


def commands(command: Any = None, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command and group with its words."""
    command = command or get_command(app)
    yield above, command
    for name, below in getattr(command, "commands", {}).items():
        yield from commands(below, (*above, name))


def examples(command: Any) -> list[str]:
    """The lines below `Examples:` in a command's help."""
    _, _, after = (command.help or "").partition("Examples:\n")
    return [line.strip() for line in after.splitlines() if line.strip()]


EXAMPLES = [example for _, command in commands() for example in examples(command)]
LEAVES = [(words, command) for words, command in commands() if not getattr(command, "commands", None)]


def test_the_commands_are_listed_in_funnel_order() -> None:
    done = run_cli("--help", cwd=ROOT)
    listed = re.findall(r"^  ([a-z]+) ", done.stdout.partition("Commands:\n")[2], re.MULTILINE)
    assert (done.returncode, done.stderr) == (0, "")
    assert listed == list(FUNNEL)


@pytest.mark.parametrize(
    "group", [words for words, command in commands() if getattr(command, "commands", None)], ids=" ".join
)
def test_no_line_in_a_list_of_commands_is_cut_off(group: tuple[str, ...]) -> None:
    done = run_cli(*group, "--help", cwd=ROOT)
    listed = done.stdout.partition("Commands:\n")[2].splitlines()
    assert listed
    assert [line for line in listed if line.endswith("...") or len(line) > 80] == []


def test_help_loads_nothing_heavy() -> None:
    probe = (
        "import sys; sys.argv = ['prospector', '--help']\n"
        "from prospector.cli.main import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        f"print(sorted({{name.partition('.')[0] for name in sys.modules}} & set({HEAVY!r})), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], cwd=ROOT, env=environment(), capture_output=True, text=True, check=True
    )
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize("name", FUNNEL)
def test_the_list_says_in_a_line_what_each_command_does(name: str) -> None:
    summary = FUNNEL[name].summary
    assert re.fullmatch(r"[A-Z][a-z]+,? .{10,}[.]", summary)
    assert len(summary) <= 80 - len("  duplicates  ")
    # It begins as the command's own help does.
    own = get_command(app).commands[name].help  # type: ignore[attr-defined]
    assert own.split()[0] == summary.split()[0]


def test_a_command_loads_only_its_own_code() -> None:
    probe = (
        "import sys; sys.argv = ['prospector', 'fields', '--json']\n"
        "from prospector.cli.main import main\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print(*sorted(name for name in sys.modules if name.startswith('prospector.cli.')), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], cwd=ROOT, env=environment(), capture_output=True, text=True, check=True
    )
    loaded = {name.rpartition(".")[2] for name in done.stderr.split()}
    assert loaded == {"main", "once", "options", "output", "people", "filter_flags"}


@pytest.mark.parametrize(("words", "command"), LEAVES, ids=[" ".join(words) for words, _ in LEAVES])
def test_every_command_starts_with_a_sentence_and_has_examples(words: tuple[str, ...], command: Any) -> None:
    shown = CliRunner().invoke(app, [*words, "--help"], prog_name="prospector", env={"COLUMNS": "80"})
    assert shown.exit_code == 0
    first = (command.help or "").partition("\n\n")[0]
    assert re.match(r"[A-Z][a-z]+ ", first)
    assert first.rstrip()[-1] in ".:"
    assert examples(command)
    assert all(f"prospector {' '.join(words)}" in example for example in examples(command))
    assert max(map(len, shown.output.splitlines())) <= 120
    assert "--help" in shown.output


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_parses(example: str) -> None:
    words = shlex.split(example.rpartition(" | ")[2])
    assert words[0] == "prospector"
    context = get_command(app).make_context("prospector", words[1:])
    while rest := [*context._protected_args, *context.args]:
        name, command, rest = context.command.resolve_command(context, rest)
        context = command.make_context(name, rest, parent=context)
        if not getattr(command, "commands", None):
            break


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new workspace with the files that the examples name, and with the people whom they name."""
    folder = tmp_path_factory.mktemp("examples")
    make_workspace(folder)
    fill_in_sender(folder)
    settings = folder / "prospector.yaml"
    text = settings.read_text(encoding="utf-8")
    # Every connection is refused at once: nothing listens on the discard port.
    settings.write_text(
        text.replace("http:\n", 'http:\n  connect_to: {http: "127.0.0.1:9"}\n'), encoding="utf-8"
    )
    row = ["Ana", "Ruiz", "ana@banco.example", "HR Manager", "Banco", "https://banco.example"]
    twin = ["Ana", "Ruiz Gil", "a.ruiz@banco.example", "", "Grupo", "https://banco-grupo.example"]
    people = people_csv([row, twin])
    for name in ("contacts.csv", "apollo-contacts.csv"):
        (folder / name).write_text(people, encoding="utf-8")
    (folder / "list.csv").write_text(
        "Name,Email,Firma / Org\nUwe Ott,uwe@ott.example,Ott\n", encoding="utf-8"
    )
    shutil.copy(folder / "list.csv", folder / "next-list.csv")
    (folder / "people.jsonl").write_text(
        '{"email": "eva@ott.example", "name": "Eva Ott"}\n', encoding="utf-8"
    )
    names = ("Lea", "Leo", "Lou", "Lee")
    more = [[one, "Ott", f"{one.lower()}@ott.example", "", "Ott", "https://ott.example"] for one in names]
    (folder / "more.csv").write_text(people_csv(more), encoding="utf-8")
    (folder / "opted-out.csv").write_text("email\nnever@ott.example\n", encoding="utf-8")
    (folder / "instantly-leads.csv").write_text(EXPORTS["instantly"][1], encoding="utf-8")
    (folder / "activity.json").write_text(EXPORTS["mailshake"][1], encoding="utf-8")
    (folder / "inbox.mbox").write_bytes(b"From - x\n" + mail("Yes, gladly."))
    (folder / "saved-mails").mkdir()
    (folder / "saved-mails" / "one.eml").write_bytes(mail("Not now."))
    (folder / "page.html").write_text("<title>Banco</title><p>Hello", encoding="utf-8")
    with Workspace.open(folder, as_of=AS_OF) as workspace:
        workspace.import_file(folder / "contacts.csv")
        workspace.import_file(folder / "more.csv")
        list(workspace.take_in([_reply(workspace)]))
        workspace.open_deal("Retainer", person="ana@banco.example", amount="4000")
        with workspace.db.transaction():
            for number in range(1, 5):
                workspace.db.execute(
                    "INSERT INTO tasks (key, what, due) VALUES (?, 'ask', ?)", (f"ask:{number}", "2026-11-23")
                )
            for number, email in enumerate(("lee@ott.example", "lou@ott.example"), start=9001):
                _hand_over(workspace, number, email)
    return folder


def _reply(workspace: Workspace) -> Incoming:
    """Something that came back and is in doubt."""
    return Incoming(
        "k", "2026-11-23T09:00:00Z", "mailbox:a", "imap", "reply", recipient="lou@ott.example", review=True
    )


def _hand_over(workspace: Workspace, number: int, email: str) -> None:
    """Somebody who has to be stopped inside a tool."""
    db = workspace.db
    person = db.value("SELECT id FROM people WHERE email = ?", (email,))
    db.execute(
        "INSERT INTO enrolments (id, campaign, person_id, lead_key, email, enrolled_on, run) "
        "VALUES (?, 'gone', ?, ?, ?, '2026-11-01', 'gone/2026-11-01-1')",
        (number, person, email, email),
    )
    db.execute(
        "INSERT INTO tool_stops (enrolment_id, destination, reason, since, steps, state) "
        "VALUES (?, 'csv', 'has_replied', '2026-11-23', 'take the rows out', 'open')",
        (number,),
    )


def _prepare_mapping(sample: Path, words: list[str]) -> None:
    """The mapping that one example saves and the next one uses, whichever of them runs."""
    saved = sample / "mappings" / "fair.yaml"
    if "--save-mapping" in words:
        saved.unlink(missing_ok=True)
    elif "--mapping" in words and not saved.exists():
        with Workspace.open(sample, as_of=AS_OF) as workspace:
            options = ImportOptions(AS_OF, overrides={"Firma / Org": "company"})
            workspace.import_file(sample / "list.csv", options, save_mapping="fair")


@pytest.mark.parametrize("example", [one for one in EXAMPLES if not one.startswith(NEEDS_NETWORK)])
def test_every_example_runs(sample: Path, monkeypatch: pytest.MonkeyPatch, example: str) -> None:
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.chdir(sample)
    monkeypatch.setenv("PROSPECTOR_AS_OF", AS_OF.isoformat())
    words = shlex.split(example.rpartition(" | ")[2])[1:]
    _prepare_mapping(sample, words)
    done = CliRunner().invoke(app, words, input=(sample / "people.jsonl").read_bytes())
    assert (done.exit_code, done.exception) == (0, None), done.output
    assert bool(opened) == ("--open" in words)


def test_the_generated_docs_are_fresh() -> None:
    done = subprocess.run(
        [sys.executable, "tools/make_docs.py", "--check"],
        cwd=ROOT,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "stale: none"), "run: make docs"


def test_the_docs_list_the_commands_in_funnel_order() -> None:
    titles = re.findall(
        r"^## prospector (\w+)$", (ROOT / "docs" / "commands.md").read_text("utf-8"), re.MULTILINE
    )
    assert titles == list(FUNNEL)


def test_the_version_is_printed_without_a_workspace(tmp_path: Path) -> None:
    done = run_cli("--version", cwd=tmp_path)
    assert re.fullmatch(r"prospector \d+\.\d+\.\d+\n", done.stdout)


@pytest.mark.parametrize("words", [[], ["segment"], ["suppress"]])
def test_a_group_without_a_command_is_a_wrong_usage_that_shows_the_help(
    tmp_path: Path, words: list[str]
) -> None:
    done = run_cli(*words, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Commands:" in done.stderr
