"""Floors: how far the reading of mail agrees with labelled mails. A floor only rises.

The labels of bounces are those of Sisimai 5.1. Where we differ on purpose: "filtered" is soft there even if the host says that
nobody has the address, and a domain that DNS does not know is soft if the code is a temporary one; here the words count.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from prospector.pipeline.mail.message import parse
from prospector.pipeline.mail.reading import Answer, read_mail
from prospector.pipeline.mail.replies import strip

DATA = Path(__file__).parents[3] / "shared" / "data"
BOUNCES, REPLIES = DATA / "bounces" / "sisimai.jsonl.gz", DATA / "replies" / "replies.jsonl.gz"
AUTO_REPLIES = ("rfc3834-",)


def rows(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        pytest.skip(f"the labelled mails {path.name} are not on this machine")
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def read() -> list[tuple[dict[str, Any], Answer]]:
    return [(row, read_mail(row["raw_latin1"].encode("latin-1"))) for row in rows(BOUNCES)]


Read = list[tuple[dict[str, Any], Answer]]


def wanted(labels: list[dict[str, Any]]) -> set[str]:
    """The classes that the labels of one mail allow."""
    named = {"feedback": "complaint", "delivered": "other"}
    return {named.get(one["reason"]) or ("hard" if one["hardbounce"] else "not hard") for one in labels}


def given(answer: Answer) -> str:
    return answer.kind if answer.kind != "bounce" else "hard" if answer.bounce_type == "hard" else "not hard"


def agrees(labels: list[dict[str, Any]], answer: Answer) -> bool:
    told = {one["recipient"] for one in labels}
    return given(answer) in wanted(labels) and (answer.kind == "other" or bool(told & set(answer.recipients)))


def test_bounces_agree_with_their_labels_on_class_and_recipient(read: Read) -> None:
    labelled = [(row["peer_sisimai"], answer) for row, answer in read if row["peer_sisimai"]]
    same = sum(agrees(labels, answer) for labels, answer in labelled)
    assert same / len(labelled) >= 0.955


def test_every_labelled_bounce_is_a_bounce_and_nothing_else(read: Read) -> None:
    others = [
        row["file"]
        for row, answer in read
        if row["peer_sisimai"]
        and wanted(row["peer_sisimai"]) <= {"hard", "not hard"}
        and answer.kind != "bounce"
    ]
    assert others == []


def test_a_full_mailbox_is_told_from_other_refusals(read: Read) -> None:
    full = [
        answer
        for row, answer in read
        if row["peer_sisimai"] and row["peer_sisimai"][0]["reason"] == "mailboxfull"
    ]
    assert sum(answer.bounce_type == "full" for answer in full) / len(full) >= 0.9


def test_every_complaint_unsubscribes(read: Read) -> None:
    complaints = [
        answer
        for row, answer in read
        if row["peer_sisimai"] and row["peer_sisimai"][0]["reason"] == "feedback"
    ]
    assert complaints
    assert {(one.kind, one.intent) for one in complaints} == {("complaint", "unsubscribe")}


def test_an_auto_reply_is_neither_a_reply_nor_a_bounce(read: Read) -> None:
    found = [answer.kind for row, answer in read if row["file"].rpartition("/")[2].startswith(AUTO_REPLIES)]
    assert found
    assert set(found) == {"auto_reply"}


def test_stripped_replies_equal_at_least_one_of_two_peers() -> None:
    differing = []
    for row in rows(REPLIES):
        body = row["text"] if row["kind"] == "plain_body" else parse(row["text"].encode()).body
        text = " ".join(strip(body).text.split())
        if text not in {" ".join(peer.split()) for peer in row["peers"].values()}:
            differing.append(row["file"])
    assert differing == []
