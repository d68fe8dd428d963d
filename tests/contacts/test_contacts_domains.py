"""`verify` against a real name server on loopback: what DNS proves, what it leaves open, and what is asked again."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from names import NameServer
from workspaces import AS_OF, call_cli, run_cli

from prospector.contacts.checking import judge
from prospector.workspace import Workspace

RECORDS = {
    ("banco.example.", "MX"): ["20 b.banco.example.", "10 a.banco.example."],
    ("quiet.example.", "MX"): ["0 ."],
    ("old.example.", "A"): ["192.0.2.7"],
    ("six.example.", "AAAA"): ["2001:db8::7"],
    ("bare.example.", "TXT"): ['"nothing here"'],
    ("throwaway.example.", "MX"): ["10 mx.mailinator.com."],
    ("outlok.com.", "MX"): ["10 mx.outlok.com."],
    ("xn--mller-kva.example.", "MX"): ["10 mx.xn--mller-kva.example."],
}
EXPECTED = {
    "ana@banco.example": ("unknown", "ok", "not_asked"),
    "ana@quiet.example": ("undeliverable", "never", "null_mx"),
    "ana@old.example": ("unknown", "ok", "not_asked no_mx"),
    "ana@six.example": ("unknown", "ok", "not_asked no_mx"),
    "ana@bare.example": ("undeliverable", "never", "no_mail_host"),
    "ana@nobody.example": ("undeliverable", "never", "no_such_domain"),
    "ana@throwaway.example": ("risky", "never", "disposable not_asked"),
    "ana@outlok.com": ("risky", "hold", "typo_domain not_asked"),
    "ana@müller.example": ("unknown", "ok", "not_asked"),
    "ana@@banco.example": ("undeliverable", "never", "syntax"),
}


def workspace(folder: Path, server: NameServer, **settings: Any) -> Path:
    all_ = {"dns": {"nameservers": ["{}:{}".format(*server.address)]}, **settings}
    text = "".join(f"{name}: {json.dumps(value)}\n" for name, value in all_.items())
    (folder / "prospector.yaml").write_text(text, encoding="utf-8")
    return folder


def verified(folder: Path, name: str = "list.verified.csv") -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_dns_proves_what_it_says_and_no_more(tmp_path: Path) -> None:
    with NameServer(RECORDS) as server:
        folder = workspace(tmp_path, server)
        (folder / "list.txt").write_text("\n".join(EXPECTED), encoding="utf-8")
        done = call_cli("verify", "list.txt", "--json", cwd=folder)
    found = [(row["verdict"], row["send"], row["reasons"]) for row in verified(folder)]
    assert found == list(EXPECTED.values())
    counts = json.loads(done.stdout)
    assert (counts["rows"], counts["undeliverable"], counts["risky"], counts["unknown"]) == (10, 4, 2, 4)
    assert (done.returncode, counts["rejected"], counts["file"]) == (0, 0, "list.verified.csv")


def test_one_address_is_told_in_json_and_its_hosts_stand_in_their_order(tmp_path: Path) -> None:
    with NameServer(RECORDS) as server:
        folder = workspace(tmp_path, server)
        done = call_cli("verify", "Info@Banco.example", "--json", cwd=folder)
    assert json.loads(done.stdout) == {
        "email": "info@banco.example",
        "verdict": "unknown",
        "send": "ok",
        "reasons": ["not_asked"],
        "flags": ["role"],
        "suggestion": None,
        "mx": ["a.banco.example", "b.banco.example"],
        "checked_on": AS_OF.isoformat(),
        "likelihood": None,
    }


def test_a_silent_name_server_leaves_the_question_open_and_is_asked_again(tmp_path: Path) -> None:
    with NameServer({}, silent=True) as server:
        folder = workspace(tmp_path, server, http={"timeout": 0.2})
        done = call_cli("verify", "ana@banco.example", "--json", cwd=folder)
        assert json.loads(done.stdout)["reasons"] == ["dns_failed"]
        asked = server.asked.total()
        call_cli("verify", "ana@banco.example", cwd=folder)
        assert server.asked.total() > asked


def test_no_domain_is_asked_about_twice_while_the_answer_is_fresh(tmp_path: Path) -> None:
    with NameServer(RECORDS) as server:
        folder = workspace(tmp_path, server)
        (folder / "list.txt").write_text(
            "".join(f"p{n}@banco.example\n" for n in range(50)), encoding="utf-8"
        )
        for _ in range(2):
            call_cli("verify", "list.txt", cwd=folder)
        assert server.asked["banco.example.", "MX"] == 1
        with Workspace.open(folder, as_of=AS_OF + timedelta(days=30)) as later:
            later.verify("p1@banco.example")
        assert server.asked["banco.example.", "MX"] == 2


def test_a_table_keeps_its_columns_behind_the_verdict_and_rejects_have_reasons(tmp_path: Path) -> None:
    text = (
        "Name;E-Mail;verdict\nAna;ana@banco.example;good\nUwe;;none\nEva;Eva <eva@quiet.example>;=1+2\n"
        "Ida;ida@old.example;x;too many cells\nJo;nothing;\n"
    )
    with NameServer(RECORDS) as server:
        folder = workspace(tmp_path, server)
        (folder / "list.csv").write_text(text, encoding="utf-8")
        done = call_cli("verify", "list.csv", "-o", "out.csv", "--json", cwd=folder)
    rows = verified(folder, "out.csv")
    assert [(row["Name"], row["email"], row["list.verdict"]) for row in rows] == [
        ("Ana", "ana@banco.example", "good"),
        ("Eva", "eva@quiet.example", "'=1+2"),
        ("Ida", "ida@old.example", "x"),
    ]
    report = json.loads(done.stdout)
    assert (done.returncode, report["rows"], report["rejected"]) == (1, 5, 2)
    with Path(folder, report["rejects_file"]).open(encoding="utf-8", newline="") as file:
        assert [(row["row"], row["reason"]) for row in csv.DictReader(file)] == [
            ("3", "no_address"),
            ("6", "no_address"),
        ]


@pytest.mark.parametrize(
    "text", ["Email\nana@banco.example\n", "ana@banco.example\n", "ana@banco.example,Ana\n"]
)
def test_a_list_needs_no_header_and_comes_from_standard_input_too(tmp_path: Path, text: str) -> None:
    with NameServer(RECORDS) as server:
        folder = workspace(tmp_path, server)
        done = call_cli("verify", "-", "-o", "out.csv", "--json", cwd=folder, input=text)
    assert json.loads(done.stdout)["rows"] == 1
    assert verified(folder, "out.csv")[0]["email"] == "ana@banco.example"


@pytest.mark.parametrize(
    ("text", "said"),
    [("", "empty"), ("Email\n", "no row"), ("Name,Town\nAna,Madrid\n", "no column of addresses")],
)
def test_a_list_without_addresses_is_a_bad_file(tmp_path: Path, text: str, said: str) -> None:
    with NameServer(RECORDS) as server:
        folder = workspace(tmp_path, server)
        (folder / "list.csv").write_text(text, encoding="utf-8")
        done = call_cli("verify", "list.csv", cwd=folder)
    assert done.returncode == 2
    assert said in done.stderr
    assert sorted(path.name for path in folder.glob("list*")) == ["list.csv"]


def test_what_is_neither_a_file_nor_an_address_is_a_wrong_usage(tmp_path: Path) -> None:
    done = run_cli("verify", "nothing-here.csv", cwd=tmp_path)
    assert done.returncode == 2
    assert "no such file" in done.stderr


def test_without_a_workspace_a_syntax_error_is_proved_and_nothing_is_left_behind(tmp_path: Path) -> None:
    done = run_cli("verify", "ana@@banco.example", "--json", cwd=tmp_path)
    assert (done.returncode, json.loads(done.stdout)["verdict"]) == (0, "undeliverable")
    assert list(tmp_path.iterdir()) == []


def test_without_a_workspace_a_lists_answers_are_kept_beside_it(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text("ana@@banco.example\n", encoding="utf-8")
    done = run_cli("verify", "list.txt", cwd=tmp_path)
    assert done.returncode == 0
    assert "list.verified.csv.state.db" in done.stderr
    assert (tmp_path / "list.verified.csv.state.db").is_file()


def test_a_no_of_dns_goes_stale_like_every_answer(tmp_path: Path) -> None:
    with NameServer(RECORDS) as server:
        folder = workspace(tmp_path, server)
        call_cli("verify", "ana@nobody.example", cwd=folder)
    with Workspace.open(folder, as_of=AS_OF + timedelta(days=29)) as soon:
        found = judge(soon.db, ["ana@nobody.example"], soon.as_of, AS_OF - timedelta(days=1))
        assert found["ana@nobody.example"].verdict == "undeliverable"
        found = judge(soon.db, ["ana@nobody.example"], soon.as_of, AS_OF)
        assert found["ana@nobody.example"].reasons == ("dns_not_asked",)
