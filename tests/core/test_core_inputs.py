"""One way to open what comes in: nothing waits for a pipe, and a workspace's files name only what lies in it."""

from __future__ import annotations

import os

import pytest
from workspaces import call_cli

SETTINGS = "database: prospector.db\n"
KEY = "sk-live-5e8c1f"
HELLO = "---\nday: 0\nchannel: email\nsubject: Hello\n---\nHello\n"


@pytest.fixture
def folder(tmp_path):
    place = tmp_path / "workspace"
    for name in ("segments", "templates", "mappings"):
        (place / name).mkdir(parents=True)
    (place / "prospector.yaml").write_text(SETTINGS, encoding="utf-8")
    (place / ".env").write_text(f"HUNTER_API_KEY={KEY}\n{KEY}: {KEY}\n", encoding="utf-8")
    (tmp_path / "outside.txt").write_text(f"{KEY}\n", encoding="utf-8")
    (place / "list.csv").write_text("Email\nana@banco.example\n", encoding="utf-8")
    return place


def refused(folder, *words):
    done = call_cli(*words, cwd=folder)
    assert done.returncode == 2, done.stdout
    assert KEY not in done.stdout + done.stderr
    assert "unexpected" not in done.stderr
    assert "hint: " in done.stderr
    return done.stderr


@pytest.mark.parametrize(
    "named",
    [".env", "./.env", "lists/../.env", "../outside.txt", "link.txt", "away.txt", "/etc/passwd", "keys.txt"],
)
def test_what_a_segment_names_is_a_plain_file_of_the_workspace_and_is_never_quoted(folder, named):
    (folder / "link.txt").symlink_to(".env")
    (folder / "away.txt").symlink_to(folder.parent / "outside.txt")
    (folder / "keys.txt").write_text(f"{KEY} is no domain\n", encoding="utf-8")
    text = f"name: x\ncompany:\n  domains: {{in: {named}}}\n"
    (folder / "segments" / "x.yaml").write_text(text, encoding="utf-8")
    said = refused(folder, "find", "--segment", "x")
    assert "x.yaml:3: " in said


@pytest.mark.parametrize("target", [".env", "../outside.txt"])
@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("segments/x.yaml", ("find", "--segment", "x")),
        ("segments/x.yaml", ("segment", "check", "x")),
        ("mappings/x.yaml", ("import", "list.csv", "--mapping", "x")),
        ("templates/s/02-more.md", ("sequence", "check", "s")),
        ("templates/s/_part.md", ("sequence", "check", "s")),
        ("templates/s/sequence.yaml", ("sequence", "check", "s")),
    ],
)
def test_a_file_of_the_workspace_is_no_link_to_outside_or_to_a_hidden_file(folder, link, words, target):
    (folder / "templates" / "s").mkdir()
    (folder / "templates" / "s" / "01-hello.md").write_text(HELLO, encoding="utf-8")
    (folder / link).symlink_to((folder / target).resolve())
    refused(folder, *words)


def test_a_sequence_s_folder_is_no_link_to_outside(folder):
    (folder.parent / "elsewhere").mkdir()
    (folder.parent / "elsewhere" / "01-hello.md").write_text(HELLO, encoding="utf-8")
    (folder / "templates" / "s").symlink_to(folder.parent / "elsewhere")
    assert "outside" in refused(folder, "sequence", "check", "s")


def test_a_segment_s_name_leads_nowhere_else(folder):
    (folder.parent / "outside.yaml").write_text(f"{KEY}: {KEY}\n", encoding="utf-8")
    refused(folder, "find", "--segment", "../../outside")


@pytest.mark.parametrize(
    ("pipe", "words"),
    [
        ("segments/x.yaml", ("segment", "check", "x")),
        ("templates/s/01-hello.md", ("sequence", "check", "s")),
        ("prospector.yaml", ("status",)),
        ("pipe.csv", ("import", "pipe.csv")),
        ("pipe.csv", ("import", "pipe.csv", "--dry-run")),
        ("pipe.csv", ("suppress", "import", "pipe.csv")),
        ("pipe.html", ("inspect", "pipe.html")),
        (".env", ("config", "show")),
    ],
)
def test_no_command_waits_for_a_pipe(folder, pipe, words):
    (folder / "templates" / "s").mkdir()
    (folder / pipe).unlink(missing_ok=True)
    os.mkfifo(folder / pipe)
    done = call_cli(*words, cwd=folder)
    assert done.returncode in {0, 2}
    assert "unexpected" not in done.stderr


@pytest.mark.parametrize("device", ["/dev/zero", "/dev/stdin"])
def test_a_device_is_refused_and_standard_input_has_its_own_name(folder, device):
    assert "no regular file" in refused(folder, "import", device)
