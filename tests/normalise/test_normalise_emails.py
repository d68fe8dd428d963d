from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospector.normalise.emails import email_domain, is_email, is_role_address, parse_email

SUITES = Path(__file__).parents[2].parent / "shared" / "data" / "email_syntax"


@pytest.mark.parametrize(
    ("cell", "address"),
    [
        (" Ana.Ruiz@X.Example ", "ana.ruiz@x.example"),
        ("mailto:ana@x.example?subject=hi", "ana@x.example"),
        ("Ana Ruiz <ana@x.example>", "ana@x.example"),
        ('"Ruiz, Ana" <ana@x.example>;', "ana@x.example"),
        ("<ana@x.example>", "ana@x.example"),
        ("ana@x.example.", "ana@x.example"),
        ("ana@x.example, bob@y.example", "ana@x.example"),
        ("ana@x.example ::: bob@y.example", "ana@x.example"),
        ("ana@MÜLLER.example", "ana@xn--mller-kva.example"),
        ("ana+crm@x.example", "ana+crm@x.example"),
        ("o'neil@x.example", "o'neil@x.example"),
        ("josé@x.example", "josé@x.example"),
    ],
)
def test_the_address_in_a_cell_is_found(cell: str, address: str) -> None:
    assert parse_email(cell) == address


@pytest.mark.parametrize(
    "cell",
    [
        None,
        "",
        "ana",
        "ana@",
        "@x.example",
        "ana@localhost",
        "ana@printer.local",
        "a..b@x.example",
        ".a@x.example",
        "a.@x.example",
        "ana @x.example",
        "my name@x.example",
        "ana@x example",
        "ana@x.example\nBcc: eve@y.example",
        "ana\x00@x.example",
        "ana@1.2.3.4",
        "ana@[1.2.3.4]",
        '"ana"@x.example',
        "(ana)ana@x.example",
        "javascript:alert(1)@x",
        "=cmd|'/c'!a1@x.example",
        f"{'a' * 65}@x.example",
        f"a@{'b' * 64}.example",
        f"a@{'b.' * 130}example",
        "ana@-x.example",
        "ana@x-.example",
        "a@b@c.example",
        "ana@x..example",
    ],
)
def test_what_is_no_single_usable_address_is_none(cell: str | None) -> None:
    assert parse_email(cell) is None


def test_the_strict_check_repairs_nothing() -> None:
    assert is_email("Ana@x.example")
    assert not [
        a
        for a in ("ana@x.example.", " ana@x.example", "<ana@x.example>", "mailto:ana@x.example")
        if is_email(a)
    ]


def test_role_mailboxes_are_told_from_people() -> None:
    assert all(
        is_role_address(f"{box}@x.example")
        for box in ("info", "sales", "HR", "no-reply", "jobs.berlin", "support+de")
    )
    assert not any(is_role_address(f"{box}@x.example") for box in ("ana", "ana.ruiz", "hrvoje", "infora"))


def test_the_domain_stands_behind_the_last_at() -> None:
    assert email_domain("ana@X.example") == "x.example"
    assert email_domain("ana") == ""


@given(st.text(max_size=80) | st.emails())
def test_any_text_is_read_without_failing_and_an_address_stays_itself(text: str) -> None:
    address = parse_email(text)
    assert address is None or (parse_email(address) == address and is_email(address) and len(address) <= 254)


def _lines(name: str) -> list[dict[str, Any]]:
    with gzip.open(SUITES / name, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.mark.skipif(not SUITES.exists(), reason="the address suites are not here")
def test_the_isemail_suite_agrees() -> None:
    for case in _lines("isemail.jsonl.gz"):
        address = "".join(
            chr(ord(c) - 0x2400) if 0x2400 <= ord(c) <= 0x2420 else c for c in str(case["address"])
        )
        if case["category"] == "ISEMAIL_ERR":
            assert parse_email(address) is None, case
        if case["category"] == "ISEMAIL_VALID_CATEGORY":
            assert parse_email(address) == address.lower(), case


@pytest.mark.skipif(not SUITES.exists(), reason="the address suites are not here")
def test_the_strict_check_agrees_with_the_email_validator_suite() -> None:
    cases = _lines("email_validator.jsonl.gz")
    agree = 0
    for case in cases:
        valid = isinstance(case["expected"], dict) or case["expected"] == "ISEMAIL_VALID"
        agree += valid == is_email(str(case["input"]))
    # The rest: quoted mailbox names, display names that stand beside the address, and `.test` domains.
    assert agree / len(cases) >= 0.94
