"""Whatever a file holds: no traceback, no `unexpected`, a documented exit code, and little memory.

Every reader is given broken, hostile and half-sensible files. `PROSPECTOR_FUZZ` says for how many seconds; a few
examples of each run with the other tests.
"""

from __future__ import annotations

import json
import os
import resource
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workbooks import xlsx
from workspaces import SENDER, TOUCHES, call_cli

SECONDS = float(os.environ.get("PROSPECTOR_FUZZ", "0"))
EXAMPLES = 20 if SECONDS else 3
"""Of a round; rounds go on until the time is up."""
MOST_MEMORY = 500
CODES = {0, 1, 2, 3, 4, 5}

TOUCH = "---\nday: 0\nchannel: email\nsubject: Hello\n---\n"
SIGNS = [
    "",
    " ",
    "\ufeff",
    "\x00",
    "\u202e",
    "\ud7ff",
    '"',
    "'",
    "\r",
    "\n",
    ",",
    ";",
    "\t",
    "[",
    "{",
    "é" * 50,
]
VALUES = [
    "ana@banco.example",
    "Ana Ruiz",
    "2026-03-02",
    "1e309",
    "9" * 400,
    "-",
    "NaN",
    "null",
    "../.env",
    "=1+1",
]
WORDS = ["{{ 7*7 }}", "{%", "%}", "&a *a", "- - -", "Email", "First Name", "company:", "domains: {in: .env}"]
ODD = st.sampled_from([*SIGNS, *VALUES, *WORDS])
TEXT = st.lists(st.one_of(ODD, st.text(max_size=12)), max_size=40).map("".join)
CELLS = st.lists(st.lists(st.one_of(ODD, st.text(max_size=12)), max_size=8), max_size=8)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), ODD, st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(ODD, st.text(max_size=6)), inner, max_size=4)
    ),
    max_leaves=20,
)


def plain(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


BYTES = st.one_of(
    st.binary(max_size=300), TEXT.map(plain), TEXT.map(lambda text: text.encode("utf-16", "surrogatepass"))
)
TABLE = CELLS.map(lambda rows: plain("Email,Name,Company\n" + "\n".join(",".join(row) for row in rows)))
CARD = TEXT.map(lambda text: plain(f"BEGIN:VCARD\nVERSION:3.0\nFN:Ana\n{text}\nEND:VCARD\n"))


def sheet(rows: list[list[str]]) -> bytes:
    clean = [["".join(sign for sign in cell if sign.isprintable()) for cell in row] for row in rows]
    return xlsx({"A": [["Email", "Name"], *clean]})


def damaged(body: bytes) -> st.SearchStrategy[bytes]:
    return st.tuples(st.integers(0, max(0, len(body) - 1)), st.binary(min_size=1, max_size=4)).map(
        lambda cut: body[: cut[0]] + cut[1] + body[cut[0] + len(cut[1]) :]
    )


MANIFEST = st.dictionaries(
    st.sampled_from(["run", "campaign", "as_of", "enrolled", "files", "held_back", "destination", "x"]),
    JSON,
    max_size=8,
).map(lambda one: plain(json.dumps(one)))
AS_LINES = st.lists(JSON, max_size=6).map(lambda ones: plain("\n".join(json.dumps(one) for one in ones)))

MAIL = TEXT.map(lambda text: plain(f"From: Ana <ana@banco.example>\nSubject: Re: Hello\n{text}\n\n{text}\n"))

READERS = {
    "mail.eml": (st.one_of(MAIL, BYTES), [("events", "import", "mail.eml")]),
    "box.mbox": (
        st.lists(st.one_of(MAIL, BYTES), max_size=4).map(
            lambda mails: b"\n".join(b"From - x\n" + mail for mail in mails)
        ),
        [("events", "import", "box.mbox")],
    ),
    "check.csv": (st.one_of(TABLE, BYTES), [("verify", "check.csv")]),
    "list.csv": (st.one_of(TABLE, BYTES), [("import", "list.csv"), ("import", "list.csv", "--dry-run")]),
    "list.json": (st.one_of(JSON.map(lambda one: plain(json.dumps(one))), BYTES), [("import", "list.json")]),
    "list.jsonl": (st.one_of(AS_LINES, BYTES), [("import", "list.jsonl")]),
    "list.xlsx": (st.one_of(CELLS.map(sheet), CELLS.map(sheet).flatmap(damaged)), [("import", "list.xlsx")]),
    "list.vcf": (st.one_of(CARD, BYTES), [("import", "list.vcf")]),
    "out.txt": (st.one_of(TABLE, AS_LINES, BYTES), [("suppress", "import", "out.txt")]),
    "page.html": (
        st.one_of(
            BYTES,
            TEXT.map(lambda text: plain(f"From: x\nContent-Location: y\n{text}")),
            TEXT.map(lambda t: plain(f"<html>{t}")),
        ),
        [("inspect", "page.html")],
    ),
    "exports/hr/2026-11-23-1/manifest.json": (st.one_of(MANIFEST, BYTES), [("run", "hr")]),
    "prospector.yaml": (BYTES, [("find", "--count"), ("config", "show")]),
    "segments/x.yaml": (
        st.one_of(BYTES, TEXT.map(lambda text: plain(f"name: x\ncompany:\n  industry: {text}\n"))),
        [("segment", "check", "x"), ("find", "--segment", "x")],
    ),
    "mappings/x.yaml": (
        st.one_of(BYTES, TEXT.map(lambda text: plain(f"kind: people\ncolumns:\n  Email: {text}\n"))),
        [("import", "good.csv", "--mapping", "x")],
    ),
    "templates/hr/sequence.yaml": (BYTES, [("sequence", "check", "hr")]),
    "templates/hr/01-hello.md": (
        st.one_of(BYTES, TEXT.map(lambda text: plain(TOUCH + text))),
        [("sequence", "check", "hr"), ("sequence", "preview", "hr")],
    ),
}


def workspace(folder: Path) -> None:
    for name in ("segments", "mappings", "templates/hr", "exports/hr/2026-11-23-1"):
        (folder / name).mkdir(parents=True)
    (folder / "segments/hr.yaml").write_text("name: hr\nperson: {department: hr}\n", encoding="utf-8")
    (folder / "templates/hr/01-hello.md").write_text(TOUCHES["01-hello.md"], encoding="utf-8")
    (folder / "good.csv").write_text("Email,Title\nana@banco.example,HR Manager\n", encoding="utf-8")
    campaign = "campaigns: {hr: {segment: hr, sequence: hr, destination: csv}}\n"
    (folder / "prospector.yaml").write_text(
        f"database: prospector.db\nsender: {json.dumps(SENDER)}\n{campaign}dns: {{nameservers: ['127.0.0.1:9']}}\n",
        encoding="utf-8",
    )


@pytest.mark.parametrize("name", sorted(READERS))
def test_a_file_of_anything_ends_as_documented(name: str) -> None:
    files, commands = READERS[name]
    until = time.monotonic() + SECONDS / len(READERS)

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=not SECONDS,
        suppress_health_check=list(HealthCheck),
    )
    @given(files)
    def ends(body: bytes) -> None:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place)
            workspace(folder)
            (folder / name).write_bytes(body)
            for words in commands:
                done = call_cli(*words, cwd=folder)
                assert done.returncode in CODES, (words, done.stderr)
                assert "Traceback" not in done.stderr, (words, done.stderr)
                assert "unexpected " not in done.stderr, (words, done.stderr)
                assert done.returncode != 2 or "error: " in done.stderr, (words, done.stderr)

    ends()
    while time.monotonic() < until:
        ends()
    used = (
        max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        / 1024
    )
    print(f"{name}: {used:.0f} MB at most so far")
    if SECONDS:
        assert used < MOST_MEMORY
