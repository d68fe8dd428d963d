"""Every scripted mail host of the lab leads to the verdict of the docs' table, and to nothing stronger."""

from __future__ import annotations

import csv
import json
import re
import ssl
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme
from mail_lab import OK, Host, Lab, mail_lab
from workspaces import AS_OF, call_cli

from prospector.contacts.verdicts import Verdict
from prospector.core.errors import FileError
from prospector.store.addresses import Proof, add_proofs
from prospector.workspace import Workspace

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TABLE = {
    f"{kind} {word}": (verdict, send)
    for kind, word, verdict, send in re.findall(
        r"^\| `(\w+) (\w+)` \|.*\| (\w+) \| (\w+) \| `\w+` \|$",
        (Path(__file__).parents[2] / "docs" / "contacts.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
}
BOXES = {
    "ana": OK,
    "full": "552 5.2.2 Mailbox full",
    "closed": "550 5.2.1 This account has been disabled",
    "rate": "550 5.1.1 sent to too many recipients this hour",
    "us": "550 5.7.1 Client host [192.0.2.1] blocked using a block list",
    "us.too": "550 5.7.1 <ana@tidewater.test>: Sender address rejected",
    "final": "451 unable to verify user",
    "later": "550 5.7.0 temporarily unavailable, try again",
    "odd": "550 Rejected",
    "edge": "550 5.4.1 Recipient address rejected: Access denied",
}
HALF = {"ana": OK}


def hosts() -> dict[str, Host]:
    return {
        "mx.real.example": Host(BOXES),
        "mx.all.example": Host(others=OK),
        "mx.temp.example": Host(others="451 4.3.0 Temporary failure"),
        "mx.slow.example": Host(HALF, banner_after=0.7),
        "mx.mute.example": Host(HALF, banner_after=60),
        "mx.block.example": Host(sender="554 5.7.1 Your network is on a block list"),
        "mx.half.example": Host(HALF, others="450 4.2.0 Come back later"),
        "mx.half.test": Host(HALF, others="550 5.7.1 Policy"),
        "mx.international.example": Host({"josé": OK}),
        "mx.ascii.example": Host(HALF, smtputf8=False),
        "old.example": Host(HALF),
        "mx.pphosted.com": Host(HALF),
        "mta.yahoodns.net": Host(others=OK),
        "all.mail.protection.outlook.com": Host(others=OK),
        "edge.mail.protection.outlook.com": Host(HALF, others=BOXES["edge"]),
    }


RECORDS = {
    **{
        (f"{name}.", "MX"): [f"10 mx.{name}."]
        for name in (
            "real.example",
            "all.example",
            "temp.example",
            "slow.example",
            "mute.example",
            "block.example",
        )
    },
    **{
        (f"{name}.", "MX"): [f"10 mx.{name}."]
        for name in ("half.example", "half.test", "international.example", "ascii.example", "shut.example")
    },
    ("mx.shut.example.", "A"): ["127.0.0.200"],
    ("null.example.", "MX"): ["0 ."],
    ("bare.example.", "TXT"): ['"nothing"'],
    ("second.example.", "MX"): ["10 mx.shut.example.", "20 mx.real.example."],
    ("xn--mller-kva.example.", "MX"): ["10 mx.real.example."],
    ("gateway.example.", "MX"): ["10 mx.pphosted.com."],
    ("yahoo.example.", "MX"): ["10 mta.yahoodns.net."],
    ("office.example.", "MX"): ["10 all.mail.protection.outlook.com."],
    ("strict.example.", "MX"): ["10 edge.mail.protection.outlook.com."],
}
EXPECTED = {
    "ana@real.example": "smtp accepted",
    "nobody@real.example": "smtp refused",
    "full@real.example": "smtp full",
    "closed@real.example": "smtp disabled",
    "rate@real.example": "smtp rate",
    "us@real.example": "smtp about_us",
    "us.too@real.example": "smtp about_us",
    "final@real.example": "smtp refused",
    "later@real.example": "smtp greylisted",
    "odd@real.example": "smtp unclear",
    "edge@real.example": "smtp refused",
    "ana@all.example": "smtp accepts_all",
    "ana@temp.example": "smtp greylisted",
    "ana@slow.example": "smtp accepted",
    "ana@mute.example": "smtp timeout",
    "ana@block.example": "smtp about_us",
    "ana@half.example": "smtp accepted_unproved",
    "ana@half.test": "smtp accepted_unproved",
    "ana@shut.example": "smtp closed",
    "ana@second.example": "smtp accepted",
    "ana@old.example": "smtp accepted",
    "ana@null.example": "domain null_mx",
    "ana@bare.example": "domain no_mail",
    "ana@nowhere.example": "domain no_domain",
    "ana@müller.example": "smtp accepted",
    "jose@ascii.example": "smtp refused",
    "josé@ascii.example": "smtp needs_smtputf8",
    "ana@gateway.example": "smtp host_proves_nothing",
    "nobody@gateway.example": "smtp refused",
    "ana@yahoo.example": "smtp host_proves_nothing",
    "ana@office.example": "smtp accepts_all",
    "ana@strict.example": "smtp accepted",
    "nobody@strict.example": "smtp refused",
}


@pytest.fixture
def lab() -> Iterator[Lab]:
    with mail_lab(hosts(), RECORDS) as running:
        yield running


def workspace(folder: Path, lab: Lab, **more: Any) -> Path:
    text = "".join(f"{name}: {json.dumps(value)}\n" for name, value in lab.settings(**more).items())
    (folder / "prospector.yaml").write_text(text, encoding="utf-8")
    return folder


def asked(folder: Path, email: str, now: datetime = NOON, as_of: date = AS_OF) -> Verdict:
    with Workspace.open(folder, as_of=as_of) as opened:
        return opened.verify(email, now=now)


def test_every_scripted_address_gets_the_verdict_of_the_table(tmp_path: Path, lab: Lab) -> None:
    folder = workspace(tmp_path, lab)
    (folder / "list.txt").write_text("\n".join(EXPECTED), encoding="utf-8")
    done = call_cli("verify", "list.txt", "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    with (folder / "list.verified.csv").open(encoding="utf-8", newline="") as file:
        found = [(row["verdict"], row["send"]) for row in csv.DictReader(file)]
    assert "are to be asked again" in done.stderr
    expected = [TABLE[evidence] for evidence in EXPECTED.values()]
    assert dict(zip(EXPECTED, found, strict=True)) == dict(zip(EXPECTED, expected, strict=True))


def test_the_real_box_is_asked_for_first_and_a_made_up_one_only_where_it_was_taken(
    tmp_path: Path, lab: Lab
) -> None:
    folder = workspace(tmp_path, lab)
    host = lab.hosts["mx.real.example"]
    asked(folder, "ana@real.example")
    first, made_up = host.asked_in_turn
    assert first == "ana@real.example"
    assert re.fullmatch(r"[a-z.]{16}@real\.example", made_up)
    asked(folder, "nobody@real.example")
    assert host.asked_in_turn[2:] == ["nobody@real.example"]


def test_no_box_is_asked_for_twice_while_the_answer_is_fresh(tmp_path: Path, lab: Lab) -> None:
    folder = workspace(tmp_path, lab)
    boxes = lab.hosts["mx.real.example"].asked
    for _ in range(2):
        asked(folder, "ana@real.example")
    assert boxes["ana@real.example"] == 1
    with Workspace.open(folder, as_of=AS_OF + timedelta(days=31)) as opened:
        assert opened.verify("ana@real.example").verdict == "deliverable"
    assert boxes["ana@real.example"] == 2


def test_of_a_domain_that_takes_any_name_one_address_is_asked_for(tmp_path: Path, lab: Lab) -> None:
    folder = workspace(tmp_path, lab)
    (folder / "list.txt").write_text("".join(f"p{n}@all.example\n" for n in range(20)), encoding="utf-8")
    done = call_cli("verify", "list.txt", "--json", cwd=folder)
    assert json.loads(done.stdout)["catch_all"] == 20
    assert len(lab.hosts["mx.all.example"].asked_in_turn) == 2


def test_a_bounce_after_all_was_accepted_disproves_the_box(tmp_path: Path, lab: Lab) -> None:
    folder = workspace(tmp_path, lab)
    assert asked(folder, "ana@all.example").verdict == "catch_all"
    with Workspace.open(folder, as_of=AS_OF) as opened, opened.db.transaction():
        add_proofs(opened.db, [("ana@all.example", Proof("bounce", "hard", AS_OF))])
    assert asked(folder, "ana@all.example")[1:3] == ("undeliverable", "never")
    assert asked(folder, "eva@all.example").verdict == "catch_all"


def test_a_greylist_is_asked_again_by_the_clock_with_the_same_names(tmp_path: Path) -> None:
    grey = Host(HALF, greylist=300)
    with mail_lab({"mx.grey.example": grey}, {("grey.example.", "MX"): ["10 mx.grey.example."]}) as lab:
        folder = workspace(tmp_path, lab)
        found = asked(folder, "ana@grey.example")
        assert (found.verdict, found.reasons) == ("unknown", ("greylisted",))
        asked(folder, "ana@grey.example", NOON + timedelta(minutes=5))
        assert grey.asked["ana@grey.example"] == 1, "not before its time"
        # The made-up name is new to the host now, so it is put off in its turn.
        grey.clock = 360
        found = asked(folder, "ana@grey.example", NOON + timedelta(minutes=6))
        assert (found.verdict, found.reasons) == ("unknown", ("probe_failed",))
        grey.clock = 3000
        found = asked(folder, "ana@grey.example", NOON + timedelta(minutes=50))
        assert found.verdict == "deliverable"
        assert len(grey.asked) == 2, "the same made-up name each time"


def test_who_is_put_off_for_ever_is_asked_four_times_and_stays_unknown(tmp_path: Path, lab: Lab) -> None:
    folder = workspace(tmp_path, lab)
    times = []
    for minute in (0, 1, 5, 6, 7, 40, 41, 42, 290, 291, 292, 900):
        before = lab.hosts["mx.temp.example"].asked["ana@temp.example"]
        assert asked(folder, "ana@temp.example", NOON + timedelta(minutes=minute)).verdict == "unknown"
        if lab.hosts["mx.temp.example"].asked["ana@temp.example"] > before:
            times.append(minute)
    assert times == [0, 6, 41, 291]


def test_a_private_address_is_never_connected_to_unless_it_is_allowed(tmp_path: Path, lab: Lab) -> None:
    folder = workspace(tmp_path, lab, http={"timeout": 2})
    found = asked(folder, "ana@real.example")
    assert (found.verdict, found.reasons) == ("unknown", ("private_address",))
    assert lab.hosts["mx.real.example"].asked_in_turn == []
    workspace(folder, lab)
    assert asked(folder, "ana@real.example").verdict == "deliverable"


def test_nothing_is_asked_of_mail_hosts_unless_it_is_switched_on(tmp_path: Path, lab: Lab) -> None:
    folder = workspace(tmp_path, lab, smtp={"port": lab.port})
    assert asked(folder, "ana@real.example").reasons == ("not_asked",)
    assert lab.hosts["mx.real.example"].asked_in_turn == []


@pytest.mark.parametrize(
    ("smtp", "said"),
    [
        ({"probe": True}, "no address"),
        ({"probe": True, "mail_from": "a@b.test", "helo": "two words"}, "no host name"),
    ],
)
def test_nobody_is_asked_in_nobodys_name(tmp_path: Path, lab: Lab, smtp: dict[str, Any], said: str) -> None:
    folder = workspace(tmp_path, lab, smtp=smtp)
    with pytest.raises(FileError, match=said) as caught:
        asked(folder, "ana@real.example")
    assert caught.value.line == 2


def test_a_name_beyond_ascii_is_proved_and_held_all_the_same(tmp_path: Path, lab: Lab) -> None:
    folder = workspace(tmp_path, lab)
    found = asked(folder, "josé@international.example")
    assert (found.verdict, found.send, found.reasons) == ("deliverable", "hold", ("accepted", "smtputf8"))


def test_unknown_is_what_is_left_of_every_word_of_a_refusal_that_no_list_knows(tmp_path: Path) -> None:
    odd = Host(others="550 Computer says so")
    with mail_lab({"mx.odd.example": odd}, {("odd.example.", "MX"): ["10 mx.odd.example."]}) as lab:
        assert asked(workspace(tmp_path, lab), "ana@odd.example").verdict == "unknown"


def test_a_host_that_wants_encryption_first_gets_it_whatever_its_certificate(tmp_path: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("another.example").configure_cert(context)
    wary = Host(HALF, tls=context)
    with mail_lab({"mx.wary.example": wary}, {("wary.example.", "MX"): ["10 mx.wary.example."]}) as lab:
        assert asked(workspace(tmp_path, lab), "ana@wary.example").verdict == "deliverable"


def test_what_is_known_of_a_host_beforehand_stands_beside_an_unknown_verdict(
    tmp_path: Path, lab: Lab
) -> None:
    folder = workspace(tmp_path, lab, smtp={})
    assert asked(folder, "ana@gateway.example").reasons == ("not_asked", "gateway")
    assert asked(folder, "ana@office.example").reasons == ("not_asked", "may_accept_all")
    assert asked(folder, "ana@yahoo.example").reasons == ("not_asked", "host_defers")


def test_a_host_that_goes_on_putting_us_off_is_left_alone_and_its_neighbour_is_not(tmp_path: Path) -> None:
    hosts = {
        "mx1.big.example": Host(others="550 5.7.1 Your network is on a block list"),
        "mx2.big.example": Host(HALF),
    }
    records = {(f"firm{n}.example.", "MX"): [f"10 mx{n}.big.example."] for n in (1, 2)}
    with mail_lab(hosts, records) as lab:
        folder = workspace(tmp_path, lab)
        people = [*(f"p{n}@firm1.example" for n in range(9)), "ana@firm2.example"]
        (folder / "list.txt").write_text("\n".join(people), encoding="utf-8")
        done = call_cli("verify", "list.txt", "--json", cwd=folder)
    counts = json.loads(done.stdout)
    assert (counts["unknown"], counts["deliverable"], counts["waiting"]) == (9, 1, 5)
    assert hosts["mx1.big.example"].asked.total() == 5
