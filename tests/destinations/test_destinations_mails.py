"""Mails in files: what the standard parser reads back is what the plan showed, threads hold, and nothing is injected."""

from __future__ import annotations

import csv
import mailbox
import re
import tempfile
from dataclasses import replace
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from prospector.destinations.handover import About, Lead, PlannedTouch
from prospector.destinations.mail_files import EML, MBOX
from prospector.destinations.messages import Letters

ABOUT = About(
    campaign="hr",
    sender_name="Nora Feld",
    sender_email="nora@tidewater.example",
    unsubscribe="https://tidewater.example/u/{token}",
)
LINK = "https://tidewater.example/u/" + "ab" * 16


def mail(
    number: int, subject: str, text: str, *, html: str | None = None, at: str = "2026-11-23T09:30+01:00"
) -> PlannedTouch:
    shown = f"<p>{text}</p>" if html is None else html
    return PlannedTouch(f"{number:02d}-step", number, number, "email", "a", at, subject, text, shown)


def lead(*touches: PlannedTouch, **more: object) -> Lead:
    known = {
        "first_name": "Ana",
        "last_name": "Ruiz",
        "email": "ana@banco.example",
        "token": "ab" * 16,
        **more,
    }
    facts: dict[str, object] = {"person_id": 1} | dict.fromkeys(
        ("company", "title", "phone", "website", "linkedin"), ""
    )
    return Lead(company_id=None, touches=touches, **{**facts, **known})  # type: ignore[arg-type]


def read(one: Lead, about: About = ABOUT) -> list[EmailMessage]:
    found = []
    for made in Letters(about).of(one):
        parsed = message_from_bytes(made.data, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        assert not parsed.defects
        assert not any(part.defects for part in parsed.walk())
        assert not any(value.defects for value in parsed.values())
        assert is_sound(made.data)
        found.append(parsed)
    return found


def is_sound(data: bytes) -> bool:
    """ASCII, CRLF, no line over what servers take, no encoded word over 75 signs, nothing to quote in an mbox."""
    lines = data.decode("ascii").split("\r\n")
    assert not any("\r" in line or "\n" in line for line in lines)
    assert all(len(line) <= 998 for line in lines)
    assert all(len(word) <= 75 for word in re.findall(r"=\?utf-8\?b\?[^?]*\?=", data.decode("ascii")))
    return not any(re.match(">*From ", line) for line in lines)


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


words = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")), max_size=200
)
texts = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\0", exclude_categories=("Cs",)), max_size=400
)


def as_read(text: str) -> str:
    return re.sub("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+", " ", text).strip()


@settings(max_examples=300, deadline=None)
@given(words, words, words, texts, texts)
@example("a" * 200, 'O"Neil, (Bo)', "x" * 80, "From here\n>From there\nFrom " + "y" * 90, "a" * 1500)
@example("=?utf-8?q?x?=", "=?utf-8?b?eA==?=", "", ".\n..\n ", "trailing \n\t\n")
@example("word " * 40, "ß" * 90, "", "é" * 75 + "From x\n" + "é" * 3, "a\u2028b\x85c\x0bd\x0ce")
@example("Ünï " * 30, "", "", "=3D=\n=", "")
def test_what_is_read_back_is_what_the_plan_showed(
    subject: str, first: str, last: str, text: str, html: str
) -> None:
    (message,) = read(lead(mail(1, subject, text, html=html), first_name=first, last_name=last))
    assert message["Subject"] == as_read(subject)
    assert body(message, "plain") == text
    assert body(message, "html") == html
    (to,) = message["To"].addresses
    # The standard parser puts a blank between the encoded words of a name, against RFC 2047: they are compared without.
    assert "".join(to.display_name.split()) == "".join(f"{first} {last}".split())
    assert to.addr_spec == "ana@banco.example"


def test_plain_text_comes_first_and_the_date_is_the_planned_time_with_its_offset() -> None:
    (message,) = read(lead(mail(1, "Hello", "Hi\n", at="2026-07-01T09:05-07:00")))
    assert message.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert message["Date"] == "Wed, 01 Jul 2026 09:05:00 -0700"
    assert message["Date"].datetime == datetime.fromisoformat("2026-07-01T09:05-07:00")


def test_a_follow_up_without_a_subject_answers_all_mails_before_it_and_a_subject_begins_anew() -> None:
    one = lead(
        mail(1, "Your year", "a"), mail(2, "", "b"), mail(3, "", "c"), mail(4, "Bye", "d"), mail(5, "", "e")
    )
    messages = read(one)
    ids = [str(message["Message-ID"]) for message in messages]
    assert len(set(ids)) == 5
    assert all(len(one) <= 70 for one in ids)
    assert [str(message["Subject"]) for message in messages] == [
        "Your year",
        "Re: Your year",
        "Re: Your year",
        "Bye",
        "Re: Bye",
    ]
    assert [message["In-Reply-To"] for message in messages] == [None, ids[0], ids[1], None, ids[3]]
    assert messages[2]["References"].split() == ids[:2]
    assert messages[4]["References"].split() == [ids[3]]


def test_a_mail_that_leaves_later_goes_on_with_the_thread() -> None:
    first, second = mail(1, "Your year", "a"), mail(2, "", "b")
    whole = [made.data for made in Letters(ABOUT).of(lead(first, second))]
    assert [made.data for made in Letters(ABOUT).of(lead(second, earlier=(first,)))] == whole[1:]


def test_a_long_thread_under_a_long_domain_keeps_its_ids_whole() -> None:
    domain = "a-very-long-name-of-a-company-that-sends." + "x" * 40 + ".example"
    touches = [mail(number, "Hi" if number == 1 else "", "x") for number in range(1, 41)]
    messages = read(lead(*touches), replace(ABOUT, sender_email=f"nora@{domain}"))
    ids = [str(message["Message-ID"]) for message in messages]
    assert messages[-1]["In-Reply-To"] == ids[38]
    named = messages[-1]["References"].split()
    assert named == [ids[0], *ids[20:39]]


@pytest.mark.parametrize(
    ("about", "listed", "one_click"),
    [
        (ABOUT, f"<{LINK}>", True),
        (
            replace(ABOUT, unsubscribe="https://t.example/" + "p" * 150 + "/{token}"),
            f"<https://t.example/{'p' * 150}/{'ab' * 16}>",
            True,
        ),
        (
            replace(ABOUT, unsubscribe="http://tidewater.example/u/{token}"),
            f"<http://tidewater.example/u/{'ab' * 16}>",
            False,
        ),
        (
            replace(ABOUT, unsubscribe="mailto:out@tidewater.example?subject={token}"),
            f"<mailto:out@tidewater.example?subject={'ab' * 16}>",
            False,
        ),
        (replace(ABOUT, unsubscribe="https://tidewater.example/out"), None, False),
        (replace(ABOUT, unsubscribe="https://tidewater.example/{token}>, <x"), None, False),
        (replace(ABOUT, opt_out="reply"), "<mailto:nora@tidewater.example?subject=unsubscribe>", False),
        (replace(ABOUT, opt_out="tool"), None, False),
    ],
)
def test_the_opt_out_headers_say_what_the_sequence_offers(
    about: About, listed: str | None, one_click: bool
) -> None:
    (message,) = read(lead(mail(1, "Hi", "x")), about)
    assert message["List-Unsubscribe"] == listed
    assert message["List-Unsubscribe-Post"] == ("List-Unsubscribe=One-Click" if one_click else None)


def test_there_is_no_opt_out_header_without_the_persons_own_token() -> None:
    (message,) = read(lead(mail(1, "Hi", "x"), token=""))
    assert message["List-Unsubscribe"] is None


@pytest.mark.parametrize("sign", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\0", "\u202e", "\t"])
def test_no_header_comes_in_through_a_value(sign: str) -> None:
    evil = f"Hi{sign}Bcc: all@banco.example{sign}{sign}body"
    (message,) = read(lead(mail(1, evil, "x"), first_name=evil), replace(ABOUT, sender_name=evil))
    assert message["Bcc"] is None
    assert not re.search("[\r\n\x0b\x0c\x85\u2028\0\u202e\t]", message["Subject"] + str(message["To"]))


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("ana@banco.example", None),
        ("o'neil+hr@bänco.example", None),
        ("añá@banco.example", "odd_address"),
        ("a b@banco.example", "odd_address"),
        ("<ana@banco.example", "odd_address"),
        ("ana", "odd_address"),
        ("", "no_email"),
    ],
)
def test_an_address_that_needs_smtputf8_is_held_back(address: str, code: str | None) -> None:
    one = lead(mail(1, "Hi", "x"), email=address)
    assert EML.check(one) == MBOX.check(one) == code
    assert EML.check(lead(email=address)) is None
    if code is None:
        assert read(one)[0]["To"].addresses[0].addr_spec.isascii()


def test_a_domain_beyond_ascii_is_written_by_the_standard_of_2008() -> None:
    (message,) = read(lead(mail(1, "Hi", "x"), email="ana@straße.example"))
    assert message["To"].addresses[0].domain == "xn--strae-oqa.example"


def test_a_sender_who_needs_smtputf8_is_refused_before_anything_is_written() -> None:
    assert EML.fits(ABOUT) is None
    assert "ñora@" in str(EML.fits(replace(ABOUT, sender_email="ñora@tidewater.example")))
    assert EML.fits(replace(ABOUT, sender_email="")) is not None


def test_the_mailbox_is_read_back_message_by_message_with_bodies_as_they_are() -> None:
    tricky = "From here on\n\nFrom there\n>From nowhere\n"
    one = lead(mail(1, "Your year", tricky), mail(2, "", "Ünd\nFrom x\n"))
    with tempfile.TemporaryDirectory() as folder:
        assert MBOX.write([one, lead(mail(1, "Other", "x\n"), person_id=2)], Path(folder), ABOUT) == [
            "messages.mbox",
            "messages.csv",
        ]
        raw = (Path(folder) / "messages.mbox").read_bytes()
        box = mailbox.mbox(Path(folder) / "messages.mbox", factory=None, create=False)
        found = [message_from_bytes(box.get_bytes(key), policy=policy.default) for key in box.keys()]  # noqa: SIM118
        box.close()
        with (Path(folder) / "messages.csv").open(newline="") as file:
            index = list(csv.DictReader(file))
    assert raw.count(b"\nFrom ") == 2
    assert raw.startswith(b"From nora@tidewater.example Mon Nov 23 08:30:00 2026\n")
    assert [str(message["Subject"]) for message in found] == ["Your year", "Re: Your year", "Other"]
    assert body(found[0], "plain") == tricky
    assert body(found[1], "plain") == "Ünd\nFrom x\n"
    assert [row["message_id"] for row in index] == [str(message["Message-ID"]) for message in found]


def test_the_index_has_each_file_with_its_planned_time(tmp_path: Path) -> None:
    one = lead(mail(1, "=1+1", "a"), mail(2, "", "b", at="2026-11-26T09:30+01:00"))
    EML.write([one], tmp_path, ABOUT)
    with (tmp_path / "messages.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(tmp_path / row["file"]).is_file() for row in rows] == [True, True]
    assert [row["send_at"] for row in rows] == ["2026-11-23T09:30+01:00", "2026-11-26T09:30+01:00"]
    assert sorted(path.name for path in (tmp_path / "messages").iterdir()) == [
        row["file"].rpartition("/")[2] for row in rows
    ]
