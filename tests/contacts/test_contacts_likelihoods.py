"""How likely an address of a host that takes any name is there: by what came of our own mails, and never a proof."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from workspaces import AS_OF, call_cli, import_people, make_workspace

from prospector.contacts.likelihoods import STATED, Outcomes, likelihood
from prospector.store.addresses import MailDomain, Proof, add_proofs, keep_domains, keep_habit
from prospector.store.database import Database
from prospector.workspace import Workspace

NONE = Outcomes()
COUNTS = st.builds(Outcomes, *[st.integers(0, 50)] * 3)
NAMES = ("Ana Ruiz", "Bo Berg", "Cara Diaz", "Dan Frost", "Eva Lind")


@given(st.floats(0, 1), COUNTS, COUNTS)
def test_answers_make_it_likelier_and_bounces_less_likely(
    first: float, others: Outcomes, alike: Outcomes
) -> None:
    domain = Outcomes(*map(sum, zip(others, alike, strict=True)))

    def of(**more: int) -> float:
        both = [
            one._replace(**{name: getattr(one, name) + count for name, count in more.items()})
            for one in (domain, alike)
        ]
        return likelihood(first, *both).probability

    assert 0 <= of(bounced=1) <= of() <= of(delivered=1) <= of(replied=1) <= 1


def test_where_nothing_is_known_it_is_what_was_thought_beforehand() -> None:
    assert likelihood(0.55, NONE, NONE).probability == 0.55
    assert "no mail to its domain" in likelihood(0.55, NONE, NONE).words


def test_the_same_pattern_says_more_than_another_one() -> None:
    gone, there = Outcomes(bounced=3), Outcomes(replied=3)
    both = Outcomes(replied=3, bounced=3)
    assert likelihood(0.5, both, gone).probability < 0.4 < 0.6 < likelihood(0.5, both, there).probability
    assert likelihood(STATED, gone, NONE).probability > likelihood(STATED, gone, gone).probability


def _workspace(folder: Path) -> Path:
    make_workspace(folder)
    people = [
        (*name.split(), f"{name.lower().replace(' ', '.')}@firm.example", "HR Manager", "Firm", "")
        for name in NAMES
    ]
    import_people(folder, people)
    with Workspace.open(folder, as_of=AS_OF) as opened, opened.db.transaction():
        keep_domains(opened.db, [MailDomain("firm.example", "mx", ("mx.firm.example",), AS_OF)])
        keep_habit(opened.db, "firm.example", True, AS_OF)
    return folder


def _event(db: Database, kind: str, email: str, day: int, *, bounce: str | None = None) -> None:
    at = f"{(AS_OF - timedelta(days=day)).isoformat()}T08:00:00Z"
    db.execute(
        "INSERT INTO events (key, at, read_on, source, way, class, bounce_type, recipient) "
        "VALUES (?, ?, ?, 'mailbox:ana', 'imap', ?, ?, ?)",
        (f"{kind} {email} {day}", at, AS_OF.isoformat(), kind, bounce, email),
    )


def _read(db: Database, first: int, last: int, folder: str = "INBOX") -> None:
    days = [f"{(AS_OF - timedelta(days=one)).isoformat()}T00:00:00Z" for one in (first, last)]
    db.execute(
        "INSERT INTO spans_read (source, from_at, to_at, read_on) VALUES (?, ?, ?, ?)",
        (f"mailbox:ana/{folder}", *days, AS_OF.isoformat()),
    )


def _likelihood(folder: Path, email: str) -> dict[str, dict[str, int]]:
    done = call_cli("show", email, "--json", cwd=folder)
    address = json.loads(done.stdout)["address"]
    assert address["verdict"] == "catch_all", "own outcomes are no proof of another address"
    likely: dict[str, dict[str, int]] = address["likelihood"]
    return likely


def test_each_address_of_a_domain_counts_once_by_the_last_that_came_of_it(tmp_path: Path) -> None:
    folder = _workspace(tmp_path)
    with Workspace.open(folder, as_of=AS_OF) as opened, opened.db.transaction():
        ana, bo, cara = (f"{name}@firm.example" for name in ("ana.ruiz", "bo.berg", "cara.diaz"))
        add_proofs(opened.db, [(ana, Proof("reply", "human", AS_OF)), (bo, Proof("bounce", "hard", AS_OF))])
        _event(opened.db, "reply", ana, 0)
        _event(opened.db, "bounce", bo, 1, bounce="hard")
        for number, email in enumerate((ana, bo, cara)):
            _event(opened.db, "sent", email, 9 + number)
        _event(opened.db, "sent", "dan.frost@firm.example", 1)
        _event(opened.db, "sent", "full@firm.example", 9)
        _event(opened.db, "bounce", "full@firm.example", 8, bounce="full")
        _read(opened.db, 20, 10)
        _read(opened.db, 10, 0)
    likely = _likelihood(folder, "eva.lind@firm.example")

    assert likely["domain"] == {"replied": 1, "bounced": 1, "delivered": 1}, (
        "too new, or full, is not delivered"
    )
    assert likely["pattern"] == likely["domain"]
    assert (
        "at its domain 1 answered, 1 came back, 1 did not"
        in call_cli("why", "eva.lind@firm.example", "address", cwd=folder).stdout
    )
    assert "likely to be there" in call_cli("verify", "eva.lind@firm.example", cwd=folder).stdout


def test_silence_that_was_not_read_is_no_delivery(tmp_path: Path) -> None:
    folder = _workspace(tmp_path)
    with Workspace.open(folder, as_of=AS_OF) as opened, opened.db.transaction():
        _event(opened.db, "sent", "ana.ruiz@firm.example", 9)
        _read(opened.db, 20, 8)
        _read(opened.db, 7, 0)
        _read(opened.db, 20, 0, "Junk")
    assert _likelihood(folder, "eva.lind@firm.example")["domain"] == NONE._asdict()


@pytest.mark.parametrize("table", ["address_proofs", "events"])
def test_outcomes_are_found_by_an_index(tmp_path: Path, table: str) -> None:
    from prospector.store.outcomes import _TOLD

    with Workspace.open(_workspace(tmp_path), as_of=AS_OF) as opened:
        plan = opened.db.rows(
            f"EXPLAIN QUERY PLAN {_TOLD}", ('["firm.example"]', "2026-11-23T99", "2026-11-23")
        )
    assert any(f"{table}_domain" in row["detail"] for row in plan)
