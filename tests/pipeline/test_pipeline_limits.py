"""Mails that are made to hurt: bounded memory, and an end as documented."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from attacks import attacked
from workspaces import make_workspace

HEAD = b"From - Tue Nov 24 09:00:00 2026\nFrom: a@b.example\nDate: Tue, 24 Nov 2026 10:00:00 +0100\n"


def _nested(count: int) -> bytes:
    return b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(count))


ATTACKS: dict[str, Callable[[], bytes]] = {
    "headers": lambda: HEAD + b"".join(b"X-%d: y\n" % n for n in range(500_000)) + b"\nhi\n",
    "nested parts": lambda: HEAD + b"MIME-Version: 1.0\n" + _nested(3_000) + b"\nhi\n",
    "one long line": lambda: HEAD + b"\n" + b"x " * 50_000_000,
    "encoded words": lambda: HEAD + b"Subject: " + b"=?utf-8?b?4pyT?= " * 300_000 + b"\n\nhi\n",
    "deep html": lambda: HEAD + b"Content-Type: text/html\n\n" + b"<div>" * 300_000,
    "quotes": lambda: HEAD + b"\n" + b"> " * 1_000_000 + b"\n" + b">" * 1_000_000,
    "addresses": lambda: HEAD.replace(b"a@b.example", b"a@b.example, " * 200_000) + b"\nhi\n",
    "references": lambda: HEAD + b"References: " + b"<a@b>\n " * 300_000 + b"\n\nhi\n",
    "folded lines": lambda: HEAD + b"Subject: x\n" + b" y\n" * 1_000_000 + b"\nhi\n",
    "blank lines": lambda: HEAD + b"\n" * 20_000_000,
    "many mails": lambda: (HEAD + b"\nhi\n\n") * 5_000,
}


@pytest.mark.soak
@pytest.mark.parametrize("name", ATTACKS)
def test_a_hostile_mail_takes_no_great_memory_and_ends_as_documented(tmp_path: Path, name: str) -> None:
    folder = make_workspace(tmp_path)
    (folder / "a.mbox").write_bytes(ATTACKS[name]())
    assert attacked(folder, "events", "import", "a.mbox").code in (0, 1, 2)
