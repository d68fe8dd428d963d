"""Addresses that nobody states: guessed by the company's pattern, verified, and never taken for a fact."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from mail_lab import OK, Host, Lab, mail_lab
from workspaces import AS_OF, CAMPAIGN, call_cli, environment, import_people, make_workspace

from prospector.core.evidence import Observation
from prospector.store.addresses import Proof, add_proofs
from prospector.store.history import History
from prospector.workspace import Workspace

KILLS = int(os.environ.get("PROSPECTOR_KILLS", "10"))
TITLE, SITE = "HR Manager", "https://real.example"
KNOWN = [
    ("Carla", "Costa", "carla.costa@real.example", "Accountant", "Real", SITE),
    ("Dorte", "Duval", "dorte.duval@real.example", "Accountant", "Real", SITE),
    ("Emil", "Berg", "emil.berg@real.example", "Accountant", "Real", SITE),
]
ANA = ("Ana", "Ruiz", "", TITLE, "Real", SITE)
EVA = ("Eva", "Lind", "", TITLE, "Real", SITE)
HOSTS = {
    "mx.real.example": Host({"ana.ruiz": OK}),
    "mx.all.example": Host(others=OK),
}
RECORDS = {(f"{name}.", "MX"): [f"10 mx.{name}."] for name in ("real.example", "all.example")}


@pytest.fixture
def lab() -> Iterator[Lab]:
    with mail_lab(dict(HOSTS), RECORDS) as made:
        yield made


def _workspace(
    folder: Path,
    people: list[tuple[str, ...]],
    lab: Lab | None = None,
    *,
    probe: bool = True,
    accept: str = "verified",
) -> Path:
    make_workspace(folder, campaigns={"hr": {**CAMPAIGN}})
    settings = dict(lab.settings()) if lab else {"dns": {"nameservers": ["127.0.0.1:9"]}}
    if not probe:
        settings.pop("smtp", None)
    settings["enrich"] = {"accept": accept}
    text = (folder / "prospector.yaml").read_text(encoding="utf-8")
    kept = [line for line in text.splitlines() if line.partition(":")[0] not in settings]
    lines = [*kept, *(f"{name}: {json.dumps(value)}" for name, value in settings.items())]
    (folder / "prospector.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    import_people(folder, people)
    return folder


def _json(folder: Path, *args: str) -> Any:
    done = call_cli(*args, "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def _enrich(folder: Path) -> Any:
    return _json(folder, "enrich", "--segment", "hr")


def _found(folder: Path) -> dict[str, tuple[str | None, str | None]]:
    rows = _json(folder, "find", "--segment", "hr")
    return {row["first_name"]: (row["email"], row["email_note"]) for row in rows}


def _held(folder: Path) -> dict[str, tuple[str, str]]:
    return {one["person"]: (one["reason"], one["detail"]) for one in _json(folder, "plan", "hr")["held_back"]}


# Guessing


def test_addresses_are_looked_for_of_the_segments_people_only_and_say_how_likely_they_are(
    tmp_path: Path,
) -> None:
    folder = _workspace(tmp_path, [*KNOWN, ANA, ("Bo", "Falk", "", "Accountant", "Real", SITE)])
    told = _enrich(folder)

    assert told["contacts"] == {"asked": 1, "found": 1, "none": 0, "blocked": 0, "failed": 0}
    email, note = _found(folder)["Ana"]
    assert email == "ana.ruiz@real.example"
    assert note
    assert note.startswith("guessed, ")
    with Workspace.open(folder, as_of=AS_OF) as opened:
        assert opened.db.value("SELECT count(*) FROM people WHERE first_name = 'Bo' AND email IS NULL") == 1


def test_where_too_little_is_known_nobody_is_asked_about_and_more_knowledge_is_used_at_once(
    tmp_path: Path,
) -> None:
    folder = _workspace(
        tmp_path, [ANA, ("Carla", "Costa", "ccosta@real.example", "Accountant", "Real", SITE)]
    )
    assert _enrich(folder)["contacts"]["asked"] == 0
    assert _found(folder)["Ana"] == (None, None)

    import_people(folder, [("Dorte", "Duval", "dduval@real.example", "Accountant", "Real", SITE)])
    _enrich(folder)
    assert _found(folder)["Ana"][0] == "aruiz@real.example"


def test_of_namesakes_and_of_addresses_that_others_have_nothing_is_guessed(tmp_path: Path) -> None:
    rows = [(*row[:2], row[2].replace(f"{row[0].lower()}.", row[0][0].lower()), *row[3:]) for row in KNOWN]
    people = [
        *rows,
        ANA,
        ("Alba", "Ruiz", "", TITLE, "Real", SITE),
        ("Carl", "Costa", "", TITLE, "Real", SITE),
        EVA,
    ]
    folder = _workspace(tmp_path, people)
    _enrich(folder)

    found = {name: email for name, (email, _) in _found(folder).items()}
    assert found == {"Ana": None, "Alba": None, "Carl": None, "Eva": "elind@real.example"}


def test_a_guess_is_told_as_one_everywhere_and_an_import_takes_its_place(tmp_path: Path) -> None:
    folder = _workspace(tmp_path, [*KNOWN, ANA])
    _enrich(folder)
    shown = _json(folder, "show", "ana.ruiz@real.example")
    why = _json(folder, "why", "ana.ruiz@real.example", "email")

    assert shown["person"]["email_note"].startswith("guessed, ")
    assert shown["address"]["reasons"][0] == "guessed"
    assert "made by the company's pattern" in shown["address"]["in_words"]
    assert [(row["method"], row["because"].split(",")[0]) for row in why if row["field"] == "email"] == [
        ("inferred", "guessed")
    ]
    for words in (
        ("find", "--segment", "hr"),
        ("show", "ana.ruiz@real.example"),
        ("why", "ana.ruiz@real.example"),
    ):
        assert "guessed, " in call_cli(*words, cwd=folder).stdout
    assert "guessed, " in call_cli("find", "--segment", "hr", "--csv", cwd=folder).stdout

    import_people(folder, [("Ana", "Ruiz", "ana@real.example", TITLE, "Real", SITE)])
    assert _found(folder)["Ana"] == ("ana@real.example", None)


def test_a_guess_goes_with_the_job_and_with_the_import_that_named_the_person(tmp_path: Path) -> None:
    folder = _workspace(tmp_path, [*KNOWN])
    import_people(folder, [ANA])
    _enrich(folder)
    with Workspace.open(folder, as_of=AS_OF) as opened:
        person = opened.person("ana.ruiz@real.example").person.id
    call_cli("set", f"person:{person}", "company", "elsewhere.example", cwd=folder)
    gone = _json(folder, "show", f"person:{person}")
    assert (gone["person"]["email"], gone["person"]["email_note"], gone["address"]) == (None, None, None)

    folder = _workspace(tmp_path / "second", [*KNOWN])
    import_people(folder, [ANA])
    _enrich(folder)
    assert call_cli("undo", "--yes", cwd=folder).returncode == 0
    assert _found(folder) == {}


# Verifying


def test_guesses_are_verified_and_leave_only_as_accept_allows(tmp_path: Path, lab: Lab) -> None:
    site = "https://all.example"
    others = [
        (given, family, email.replace("real", "all"), title, "All", site)
        for given, family, email, title, *_ in KNOWN
    ]
    people = [*KNOWN, *others, ANA, EVA, ("Finn", "Sol", "", TITLE, "All", site)]
    folder = _workspace(tmp_path, people, lab)
    assert {name: count for name, count in _enrich(folder)["verdicts"].items() if count} == {
        "deliverable": 1, "undeliverable": 1, "catch_all": 1,
    }  # fmt: skip

    held = {name: reason for name, (reason, _) in _held(folder).items()}
    assert held == {"Eva Lind": "undeliverable", "Finn Sol": "unverified"}
    _accept(folder, "catch_all")
    assert set(_held(folder)) == {"Eva Lind"}
    by_verdict = _json(folder, "find", "--email-verdict", "catch_all")
    assert [row["first_name"] for row in by_verdict] == ["Finn"]
    assert {row["first_name"] for row in _json(folder, "find", "--send", "ok")} == {"Ana", "Finn"}
    assert [row["first_name"] for row in _json(folder, "find", "--send", "never")] == ["Eva"]


def _accept(folder: Path, word: str) -> None:
    path = folder / "prospector.yaml"
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("enrich:")]
    path.write_text("\n".join([*lines, f"enrich: {{accept: {word}}}"]) + "\n", encoding="utf-8")


def test_accept_judges_guesses_and_never_what_a_source_states(tmp_path: Path) -> None:
    stated = ("Gus", "Stated", "gus@nowhere.example", TITLE, "Nowhere", "https://nowhere.example")
    folder = _workspace(tmp_path, [*KNOWN, ANA, stated])
    _enrich(folder)

    reason, detail = _held(folder)["Ana Ruiz"]
    assert reason == "unverified"
    assert detail.startswith("guessed, ")
    _accept(folder, "guessed")
    assert _held(folder) == {}


def test_a_looked_up_address_is_judged_by_accept_as_well(tmp_path: Path) -> None:
    folder = _workspace(tmp_path, [ANA])
    with Workspace.open(folder, as_of=AS_OF) as opened, opened.db.transaction():
        seen = Observation(
            "seller", "stated", AS_OF, {"email": "a.ruiz@real.example", "email_status": "catch_all"}
        )
        History(opened.db, AS_OF).record_known("person", 1, [seen])
    assert _held(folder)["Ana Ruiz"] == (
        "unverified",
        "looked up: seller; catch all: a source says catch all",
    )
    assert _found(folder)["Ana"][1] == "looked up: seller"
    _accept(folder, "catch_all")
    assert _held(folder) == {}


def test_what_was_found_out_holds_stated_addresses_back_and_a_proof_frees_them(tmp_path: Path) -> None:
    people = [
        (name, "Sol", f"{name.lower()}@firm.example", TITLE, "Firm", "")
        for name in ("Ada", "Bea", "Cid", "Dan")
    ]
    folder = _workspace(tmp_path, people)
    proofs = {
        "ada": Proof("bounce", "hard", AS_OF), "bea": Proof("complaint", "complained", AS_OF),
        "cid": Proof("smtp", "full", AS_OF),
    }  # fmt: skip
    with Workspace.open(folder, as_of=AS_OF) as opened, opened.db.transaction():
        add_proofs(opened.db, [(f"{name}@firm.example", one) for name, one in proofs.items()])

    held = {name: reason for name, (reason, _) in _held(folder).items()}
    assert held == {"Ada Sol": "undeliverable", "Bea Sol": "send_never", "Cid Sol": "send_hold"}
    shown = call_cli("sequence", "preview", "trio", "--person", "ada@firm.example", cwd=folder)
    assert "a mail to it came back for good" in shown.stdout
    with Workspace.open(folder, as_of=AS_OF) as opened, opened.db.transaction():
        add_proofs(opened.db, [("ada@firm.example", Proof("reply", "human", AS_OF))])
    assert "Ada Sol" not in _held(folder)


def test_an_imported_status_is_a_providers_word_about_that_address_alone(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    header = ("First Name", "Last Name", "Email", "Title", "Company", "Email Status")
    import_people(folder, [("Ana", "Ruiz", "ana@firm.example", TITLE, "Firm", "catch-all")], header)
    address = _json(folder, "show", "ana@firm.example")["address"]
    assert (address["verdict"], address["send"]) == ("catch_all", "ok")
    assert address["in_words"].startswith("catch all: a source says catch all")

    late = AS_OF + timedelta(days=200)
    with Workspace.open(folder, as_of=late) as opened:
        told = opened.address_of(opened.person("ana@firm.example"))
    assert told
    assert told["reasons"] == ["stale"]


# Again


def test_what_is_fresh_is_not_asked_again_and_what_is_known_is_not_guessed_again(
    tmp_path: Path, lab: Lab
) -> None:
    folder = _workspace(tmp_path, [*KNOWN, ANA, EVA], lab)
    _enrich(folder)
    asked = sum(host.asked.total() for host in lab.hosts.values())
    again = _enrich(folder)

    assert again["contacts"]["asked"] == 0
    assert again["verdicts"]["deliverable"] == 1
    assert sum(host.asked.total() for host in lab.hosts.values()) == asked
    with Workspace.open(folder, as_of=AS_OF) as opened:
        assert opened.db.value("SELECT count(*) FROM evidence WHERE source IN ('pattern', 'verify')") == 4


def test_killed_at_any_moment_enrich_goes_on_and_comes_to_the_same_end(tmp_path: Path) -> None:
    names = [
        f"{given}{end}" for given in ("Ana", "Eva", "Ida", "Ole") for end in ("", "bel", "lia", "ton", "rik")
    ]
    people = [(name, "Ruiz", "", TITLE, "Real", SITE) for name in names]
    boxes = {f"{name.lower()}.ruiz": OK for name in names[::2]}
    chance = random.Random(7)
    with mail_lab({"mx.real.example": Host(boxes)}, RECORDS) as lab:
        folder = _workspace(tmp_path / "killed", [*KNOWN, *people], lab)
        for _ in range(KILLS):
            process = subprocess.Popen(
                [sys.executable, "-m", "prospector", "enrich", "--segment", "hr", "--quiet"],
                cwd=folder,
                env=environment(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            time.sleep(chance.uniform(0.2, 0.9))
            process.kill()
            process.wait()
        end = _enrich(folder)
        host = lab.hosts["mx.real.example"]
        assert (end["verdicts"]["deliverable"], end["verdicts"]["undeliverable"]) == (10, 10)
        # One at a time is under way at a host: each kill can cost one question.
        assert sum(host.asked[f"{name.lower()}.ruiz@real.example"] for name in names) <= len(names) + KILLS
    assert len({email for email, _ in _found(folder).values()}) == 20


# The next one


TEAM = [
    *KNOWN,
    ("Finn", "Holm", "fholm@real.example", "Accountant", "Real", SITE),
    ("Greta", "Ibsen", "gibsen@real.example", "Accountant", "Real", SITE),
]
"""A company that makes addresses in two ways."""


def test_where_a_guess_is_refused_the_next_likely_address_is_tried_and_none_twice(tmp_path: Path) -> None:
    with mail_lab({"mx.real.example": Host({"aruiz": OK})}, RECORDS) as lab:
        folder = _workspace(tmp_path, [*TEAM, ANA, EVA], lab)
        told = _enrich(folder)
        asked = dict(lab.hosts["mx.real.example"].asked)

        assert (told["verdicts"]["deliverable"], told["verdicts"]["undeliverable"]) == (1, 1)
        assert told["contacts"]["asked"] == 2
        assert _found(folder)["Ana"][0] == "aruiz@real.example"
        assert (asked["ana.ruiz@real.example"], asked["aruiz@real.example"]) == (1, 1)
        assert _enrich(folder)["contacts"]["found"] == 0
        assert lab.hosts["mx.real.example"].asked == asked
    rows = [row for row in _json(folder, "why", "aruiz@real.example", "email") if row["field"] == "email"]
    assert [(row["value"], row["current"]) for row in rows] == [
        ("aruiz@real.example", True), ("ana.ruiz@real.example", False),
    ]  # fmt: skip
    assert "a guess that turned out to be wrong" in rows[1]["because"]
    lookups = [row["because"] for row in _json(folder, "why", "aruiz@real.example", "lookups")]
    assert "the next likely one at real.example: one that was likelier does not exist" in lookups


def test_a_guess_that_bounced_gives_way_to_the_next_and_teaches_the_pattern(tmp_path: Path) -> None:
    folder = _workspace(tmp_path, [*TEAM, ANA], probe=False)
    _enrich(folder)
    assert _found(folder)["Ana"][0] == "ana.ruiz@real.example"
    with Workspace.open(folder, as_of=AS_OF) as opened, opened.db.transaction():
        add_proofs(opened.db, [("ana.ruiz@real.example", Proof("bounce", "hard", AS_OF))])
    _enrich(folder)
    assert _found(folder)["Ana"][0] == "aruiz@real.example"

    import_people(folder, [EVA])
    _enrich(folder)
    untaught = _workspace(tmp_path / "untaught", [*TEAM, EVA], probe=False)
    _enrich(untaught)
    assert _found(folder)["Eva"] == ("eva.lind@real.example", "guessed, 47%")
    assert _found(untaught)["Eva"] == ("eva.lind@real.example", "guessed, 55%")


def test_who_answers_from_an_address_shows_how_the_company_makes_them(tmp_path: Path) -> None:
    people = [(*row[:2], f"info{n}@elsewhere.example", *row[3:]) for n, row in enumerate(KNOWN)]
    folder = _workspace(tmp_path, [*people, ANA], probe=False)
    assert _enrich(folder)["contacts"]["asked"] == 0
    with Workspace.open(folder, as_of=AS_OF) as opened, opened.db.transaction():
        events = [reply(n, KNOWN[n][2].replace(".", "_", 1), n + 1) for n in range(len(KNOWN))]
        opened.db.many(
            "INSERT INTO events (key, at, read_on, source, way, class, person_id, recipient) "
            "VALUES (?, '2026-11-20T09:00:00Z', '2026-11-20', 'mailbox:ana', 'imap', 'reply', ?, ?)",
            events,
        )
    _enrich(folder)
    assert _found(folder)["Ana"][0] == "ana_ruiz@real.example"


def reply(number: int, sender: str, person: int) -> tuple[str, int, str]:
    return f"reply {number}", person, sender


def test_of_addresses_that_any_name_may_have_the_likelier_ones_leave_first(tmp_path: Path) -> None:
    people = [
        (
            given,
            family,
            f"{given}.{family}@{firm}.example".lower(),
            TITLE,
            firm,
            f"https://{firm}.example".lower(),
        )
        for firm, given, family in (
            ("Alfa", "Ana", "Ruiz"),
            ("Beta", "Bo", "Berg"),
            ("Gamma", "Cara", "Diaz"),
        )
    ]
    more = [("Dan", "Frost", "dan.frost@alfa.example", "Accountant", "Alfa", "https://alfa.example"),
            ("Eva", "Lind", "eva.lind@gamma.example", "Accountant", "Gamma", "https://gamma.example")]  # fmt: skip
    domains = ("alfa.example", "beta.example", "gamma.example")
    records = {(f"{name}.", "MX"): ["10 mx.all.example."] for name in domains}
    with mail_lab({"mx.all.example": Host(others=OK)}, records) as lab:
        folder = _workspace(tmp_path, [*people, *more], lab)
        (folder / "list.txt").write_text("".join(f"{row[2]}\n" for row in people), encoding="utf-8")
        assert call_cli("verify", "list.txt", cwd=folder).returncode == 0
    with Workspace.open(folder, as_of=AS_OF) as opened, opened.db.transaction():
        came = {
            "dan.frost@alfa.example": Proof("bounce", "hard", AS_OF),
            "eva.lind@gamma.example": Proof("reply", "human", AS_OF),
        }
        add_proofs(opened.db, list(came.items()))

    assert _order(folder) == ["Ana Ruiz", "Bo Berg", "Cara Diaz"]
    _accept(folder, "catch_all")
    assert _order(folder) == ["Cara Diaz", "Bo Berg", "Ana Ruiz"]


def _order(folder: Path) -> list[str]:
    touches = _json(folder, "plan", "hr")["touches"]
    return list(dict.fromkeys(touch["person"] for touch in touches))
