"""A bank of answers in ten languages, with labels. The floors only rise."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest
from mails import mail

from prospector.pipeline.mail.reading import Answer, read_mail

LANGUAGES = ("de", "en", "es", "fr", "it", "nl", "pl", "pt", "ro", "ru")
QUOTE = "\n\nOn Mon, 30 Nov 2026 at 09:00, Ana Ruiz <ana@ourco.example> wrote:\n> Hi, reply stop to unsubscribe and I will not write again."


class Row(NamedTuple):
    """A line of the bank."""

    language: str
    kind: str
    intent: str
    until: str
    contact: str
    text: str


def bank(name: str) -> list[Row]:
    text = (Path(__file__).parent / name).read_text(encoding="utf-8")
    return [Row(*line.split("\t")) for line in text.splitlines() if not line.startswith("#")]


def answer(row: Row, after: str = "") -> Answer:
    return read_mail(mail(row.text.replace("\\n", "\n") + after), own=frozenset({"ana@ourco.example"}))


ROWS = bank("answers_labelled.tsv")
UNSEEN = bank("answers_unseen.tsv")


def agreement(rows: list[Row], what: str) -> float:
    answers = [answer(row) for row in rows]
    pairs = {
        "kind": [(one.kind, row.kind) for one, row in zip(answers, rows, strict=True)],
        "intent": [(one.intent or "-", row.intent) for one, row in zip(answers, rows, strict=True)],
        "contact": [
            (one.contact.email if one.contact else "-", row.contact)
            for one, row in zip(answers, rows, strict=True)
        ],
    }
    return sum(ours == label for ours, label in pairs[what]) / len(rows)


def test_the_bank_has_three_hundred_answers_in_ten_languages() -> None:
    assert len(ROWS) >= 300
    assert {row.language for row in ROWS} == set(LANGUAGES)


@pytest.mark.parametrize("what", ["kind", "intent", "contact"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_answers_are_read_as_their_labels_say(language: str, what: str) -> None:
    assert agreement([row for row in ROWS if row.language == language], what) >= 0.96


def test_the_day_of_return_and_the_day_to_come_back_are_read() -> None:
    dated = [row for row in ROWS if row.until != "-"]
    wrong = [row.text for row in dated if str(answer(row).until) != row.until]
    assert len(dated) >= 40
    assert wrong == []


def test_every_opt_out_of_the_bank_is_one() -> None:
    missed = [row.text for row in ROWS if row.intent == "unsubscribe" and answer(row).intent != "unsubscribe"]
    assert missed == []


def test_an_auto_reply_of_the_bank_is_never_a_reply_or_a_bounce() -> None:
    assert {answer(row).kind for row in ROWS if row.kind == "auto_reply"} == {"auto_reply"}


def test_our_own_words_in_a_quote_are_not_read_as_the_answer() -> None:
    wrong = [
        row.text for row in ROWS if row.kind == "reply" and (answer(row, QUOTE).intent or "-") != row.intent
    ]
    assert wrong == []


def test_other_wordings_are_read_too_and_what_is_wrong_is_rarely_sure() -> None:
    read = [(answer(row), row) for row in UNSEEN]
    right = [(one.kind, one.intent or "-") == (row.kind, row.intent) for one, row in read]
    sure = [row.text for ok, (one, row) in zip(right, read, strict=True) if not ok and not one.review]
    assert sum(right) / len(right) >= 0.94
    assert len(sure) / len(right) <= 0.02
