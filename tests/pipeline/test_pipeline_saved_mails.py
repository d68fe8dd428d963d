"""Saved mails are read whatever program saved them, and what is none is said."""

from __future__ import annotations

import gzip
import io
import json
import mailbox
import zipfile
from pathlib import Path
from typing import Any

import pytest
from mails import mail
from workspaces import make_workspace, run_cli

from prospector.core.errors import FileError
from prospector.pipeline.mailboxes.files import PassedOver, messages_of

BODY = "From here on: yes.\n\nFrom me\n>From you"


def three() -> list[bytes]:
    return [mail(BODY, sender=f"p{n}@firm{n}.example", X_Number=str(n)) for n in range(3)]


def texts(path: Path, passed: PassedOver | None = None) -> list[bytes]:
    return [one.replace(b"\r\n", b"\n").rstrip(b"\n") for one in messages_of(path, passed)]


def expected(mails: list[bytes] | None = None) -> list[bytes]:
    return [one.rstrip(b"\n") for one in (mails or three())]


def mbox_of(mails: list[bytes]) -> bytes:
    """As mboxrd has it: `From ` at the start of a line, quoted any number of times, gets one more sign."""
    import re

    quoted = (re.sub(rb"^(>*From )", rb">\1", one, flags=re.MULTILINE) for one in mails)
    return b"".join(b"From MAILER-DAEMON Mon Nov 23 09:00:00 2026\n" + one + b"\n" for one in quoted)


def test_an_mbox_gives_each_mail_as_it_was_by_name_or_packed(tmp_path: Path) -> None:
    (tmp_path / "in.mbox").write_bytes(mbox_of(three()))
    (tmp_path / "in.mbox.gz").write_bytes(gzip.compress(mbox_of(three())))
    assert texts(tmp_path / "in.mbox") == texts(tmp_path / "in.mbox.gz") == expected()


def test_a_maildir_of_any_program_is_read(tmp_path: Path) -> None:
    box = mailbox.Maildir(tmp_path / "box")
    for one in three():
        box.add(one)
    (tmp_path / "box" / "dovecot-uidlist").write_text("3 V1\n")
    passed = PassedOver()
    assert sorted(texts(tmp_path / "box", passed)) == sorted(expected())
    assert (passed.others, passed.broken) == (1, [])


def test_a_folder_of_a_mail_program_is_read_with_files_that_have_no_suffix(tmp_path: Path) -> None:
    (tmp_path / "Inbox").write_bytes(mbox_of(three()[:2]))
    (tmp_path / "Inbox.msf").write_bytes(b"// index\n")
    raw = three()[2]
    (tmp_path / "1.emlx").write_bytes(b"%d   \n" % len(raw) + raw + b"<?xml version='1.0'?><plist></plist>\n")
    assert sorted(texts(tmp_path)) == sorted(expected())


def test_an_archive_of_mails_is_read_and_its_other_files_are_counted(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, one in enumerate(three()):
            archive.writestr(f"saved/{number}.eml", one)
        archive.writestr("saved/notes.txt", "nothing")
        archive.writestr("saved/broken.eml", "no header here\n")
    (tmp_path / "mails.zip").write_bytes(packed.getvalue())
    passed = PassedOver()
    assert texts(tmp_path / "mails.zip", passed) == expected()
    assert passed.others == 1
    assert len(passed.broken) == 1


def test_an_archive_that_unfolds_to_far_more_than_it_says_is_refused(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "trap.mbox.gz", "wb") as packed:
        packed.write(b"From x\nSubject: a\n\n")
        for _ in range(300):
            packed.write(b"y" * 999_999 + b"\n")
    with pytest.raises(FileError, match="unfolds"):
        list(messages_of(tmp_path / "trap.mbox.gz"))


@pytest.mark.parametrize(
    "content", [b"", b"PK\x03\x04broken", b"\x1f\x8bbroken", b"email,name\na@b.example,A\n"]
)
def test_what_is_no_mail_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(FileError) as refused:
        list(messages_of(tmp_path / "x"))
    assert refused.value.hint


def _import(folder: Path, *words: str, input: bytes = b"") -> tuple[int, Any, str]:
    done = run_cli("events", "import", *words, "--json", cwd=folder, input=input)
    return done.returncode, json.loads(done.stdout) if done.stdout.endswith("}\n") else None, done.stderr


def test_standard_input_is_read_and_bad_files_beside_good_ones_cost_only_the_exit_code(
    tmp_path: Path,
) -> None:
    folder = make_workspace(tmp_path)
    code, told, _ = _import(folder, "-", input=mbox_of(three()[:1]))
    assert (code, told["new"]) == (0, 1)
    (folder / "good.eml").write_bytes(three()[0].replace(b"<1@", b"<2@"))
    (folder / "bad.eml").write_bytes(b"nothing\n")
    code, told, said = _import(folder, "good.eml", "bad.eml")
    assert (code, told["new"]) == (1, 1)
    assert "bad.eml: no mail" in said
    code, _, said = _import(folder, "bad.eml")
    assert code == 2


def test_mails_whose_first_line_is_no_header_are_not_taken_for_exports(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    raw = three()[0]
    (folder / "1.emlx").write_bytes(b"%d\n" % len(raw) + raw + b"<plist/>\n")
    (folder / "in.mbox.gz").write_bytes(gzip.compress(mbox_of([raw.replace(b"<1@", b"<2@")])))
    code, told, said = _import(folder, "1.emlx", "in.mbox.gz")
    assert (code, told["new"]) == (0, 2), said
