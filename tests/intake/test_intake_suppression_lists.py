"""Lists of opt-outs on their way to the suppression list: nothing is lost, and what was not understood is said."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import subprocess
import sys
import zipfile
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workbooks import xlsx

from prospector.core.errors import FileError, NothingImportable
from prospector.intake.files.decoding import CHUNK
from prospector.intake.suppressions.importer import REASONS, import_list
from prospector.intake.suppressions.lists import read_list
from prospector.store.database import Database
from prospector.store.suppressions import Suppressions

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prospector.intake.suppressions.importer import ListReport

AS_OF = date(2026, 11, 23)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "prospector.db")
    opened.execute("PRAGMA synchronous = OFF")
    yield opened
    opened.close()


def _import(db: Database, content: str | bytes, name: str = "list.csv", **how: Any) -> ListReport:
    folder = db.path.parent
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return import_list(
        db, str(folder / name), reason="asked", as_of=AS_OF, rejects_folder=folder / "rejects", **how
    )


def _listed(db: Database) -> set[str]:
    return {one.value for one in Suppressions(db).all()}


def _read(tmp_path: Path, content: str | bytes) -> tuple[list[tuple[str, str]], list[tuple[int, str]]]:
    """The targets, and the rows without any."""
    (tmp_path / "list.txt").write_bytes(content if isinstance(content, bytes) else content.encode())
    rows = list(read_list(str(tmp_path / "list.txt"), []))
    targets = dict.fromkeys(target for row in rows for target in row.found.targets())
    return list(targets), [(row.number, row.text) for row in rows if not row.found.targets()]


def _rejects(report: ListReport) -> list[dict[str, str]]:
    assert report.rejects_file is not None
    with report.rejects_file.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# Rows


def test_a_list_is_read_as_people_write_it(tmp_path: Path) -> None:
    found, unread = _read(
        tmp_path,
        '\ufeffEmail,Reason\nana@a.example,asked\n"Bo Lee",bo@b.example\nhttps://rival.example/x\n\n ANA@a.example \n'
        'nothing here\n"open quote, cy@c.example\ndi@d.example\n',
    )
    assert found == [
        ("email", "ana@a.example"), ("email", "bo@b.example"), ("domain", "rival.example"),
        ("email", "cy@c.example"), ("email", "di@d.example"),
    ]  # fmt: skip
    assert unread == [(7, "nothing here")]


_NAMES = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=8)
_ADDRESS = st.builds("{}.{}@{}.example".format, _NAMES, _NAMES, _NAMES)
_DOMAIN = st.builds("{}.test".format, _NAMES)
_DRESSED_ADDRESS = st.sampled_from(
    ["{}", "<{}>", "mailto:{}", "'{}'", "[{}]", " {} ", "please stop {}", "Bo <{}>"]
)
_DRESSED_DOMAIN = st.sampled_from(["{}", "@{}", "*.{}", "http://{}/", "https://www.{}/team", "'{}'", " {} "])
_NOISE = st.sampled_from(
    ["", "Ana Ruiz", "asked by phone. please", "v1.2", "Dr.Anna", "5", "gmail.com", "-", "#12"]
)
_TARGETS = st.one_of(
    st.tuples(st.just("email"), _ADDRESS, _DRESSED_ADDRESS),
    st.tuples(st.just("domain"), _DOMAIN, _DRESSED_DOMAIN),
)


@given(
    rows=st.lists(
        st.lists(st.one_of(_NOISE, st.lists(_TARGETS, min_size=1, max_size=3)), min_size=1, max_size=5),
        min_size=1, max_size=6,
    ),
    delimiter=st.sampled_from([",", ";", "\t", "|"]), inner=st.sampled_from([", ", ";", "|", "\t", "\n", " ::: ", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]), end=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]), header=st.booleans(),
)  # fmt: skip
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_in_any_cell_ends_on_the_list(
    tmp_path: Path,
    rows: list[list[Any]],
    delimiter: str,
    inner: str,
    quoting: Any,
    end: str,
    encoding: str,
    header: bool,
) -> None:
    placed = [target for row in rows for cell in row if isinstance(cell, list) for target in cell]
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator=end)
    writer.writerow(["Who", "Why"] if header else ["ana@first.example"])
    for row in rows:
        writer.writerow(
            inner.join(dress.format(value) for _, value, dress in cell) if isinstance(cell, list) else cell
            for cell in row
        )
    found, _ = _read(tmp_path, (text.getvalue() + "bo@last.example" + end).encode(encoding))
    assert {(kind, value) for kind, value, _ in placed} | {("email", "bo@last.example")} <= set(found)
    assert header or ("email", "ana@first.example") in found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_a_list_may_have_any_encoding(db: Database, encoding: str) -> None:
    text = "Jörg <joerg@a.example>\r\nbo@b.example\r\nrival.example\r\n" + "Größe,cy@c.example\r\n"
    report = _import(db, text.encode(encoding))
    assert _listed(db) == {"joerg@a.example", "bo@b.example", "rival.example", "cy@c.example"}
    assert (report.rejected, bool(report.warnings)) == (0, encoding == "cp1252")


@pytest.mark.parametrize(
    "content", ["", "\n\n", "nothing\nat all\n", '"' + "x" * 300_000, "# none\n", "ana@@a.example"]
)
def test_a_list_without_an_address_or_a_domain_is_refused_and_leaves_nothing(
    db: Database, content: str
) -> None:
    with pytest.raises(NothingImportable) as caught:
        _import(db, content)
    assert "each line" in caught.value.hint
    assert not (db.path.parent / "rejects").exists() or not list((db.path.parent / "rejects").iterdir())
    with pytest.raises(FileError):
        import_list(db, "none.txt", reason="", as_of=AS_OF, rejects_folder=db.path.parent)


@pytest.mark.parametrize(
    "content",
    [b"%PDF-1.7\nana@a.example", b"\x7fELF\x00\x01ana@a.example" + bytes(50), b"SQLite format 3\x00ana@a.example", b"BZh9ana@a"],
)  # fmt: skip
def test_a_file_that_is_no_text_is_refused_and_not_read_as_nothing(db: Database, content: bytes) -> None:
    with pytest.raises(FileError) as caught:
        _import(db, content)
    assert caught.value.hint
    assert _listed(db) == set()


# What is no row


@pytest.mark.parametrize(
    "first", ["email", "Who;Why", "E-Mail-Adresse,Grund", "Opt-outs of May", '"E-mail\naddress",Name']
)
def test_a_first_row_without_a_target_is_the_header(tmp_path: Path, first: str) -> None:
    assert _read(tmp_path, f"\n# made by hand\n{first}\nana@a.example\n")[1] == []


@pytest.mark.parametrize(
    "first",
    [
        "ana@@a.example",
        "ana@a",
        "Ana (at) a.example",
        "rival.newending",
        "https://linkedin.com/company/apex",
        "@",
    ],
)
def test_a_first_row_that_looks_like_data_is_no_header(db: Database, first: str) -> None:
    report = _import(db, f"{first}\nbo@b.example\n")
    assert [(number, text) for number, _, text in report.unread] == [(1, first)]


def test_blank_rows_and_comments_are_nothing_and_a_comment_with_an_address_is_mentioned(db: Database) -> None:
    report = _import(
        db, "email\n\n ,, \n# asked by phone\n#old@a.example\nana@a.example\n#12,bo@b.example\n;;\n"
    )
    assert (_listed(db), report.rows, report.rejected) == ({"ana@a.example", "bo@b.example"}, 2, 0)
    assert report.warnings == ["1 comment lines with an address in them were left out (line 5)"]


def test_a_note_of_several_lines_beside_a_target_is_one_row_with_it(db: Database) -> None:
    report = _import(
        db, 'email,note\nana@a.example,"said no\nby phone\ngmail.com"\n"one\ntwo",bo@b.example\n'
    )
    assert (_listed(db), report.rows, report.rejected) == ({"ana@a.example", "bo@b.example"}, 2, 0)


def test_a_quote_left_open_swallows_neither_a_target_nor_a_line_that_is_not_understood(db: Database) -> None:
    lines = [f'"ana{n}@a.example' if n % 50 == 0 else f"ana{n}@a.example" for n in range(3000)]
    lines[1234], lines[1240] = "nobody", 'a 5" pipe'
    report = _import(db, "\n".join(lines))
    assert len(_listed(db)) == 2998
    assert [number for number, _, _ in report.unread] == [1235, 1241]


# What was not understood


def test_what_was_not_understood_is_counted_by_row_and_all_of_it_is_listed(db: Database) -> None:
    bad = [f"not an address {n}" for n in range(20)]
    rows = [
        "email",
        "ana@a.example,bo@@b.example,@cy",
        *bad,
        "=cmd|x@y",
        "linkedin.com/company/apex",
        "di@d.example",
    ]
    report = _import(db, "\n".join(rows))
    assert (report.rows, report.rejected, len(report.unread)) == (24, 23, 5)
    listed = _rejects(report)
    assert {line["reason"] for line in listed} == set(REASONS)
    assert [(line["row"], line["what"], line["content"]) for line in listed[:3]] == [
        ("2", "value dropped", "bo@@b.example"), ("2", "value dropped", "'@cy"),
        ("3", "row rejected", "row=not an address 0"),
    ]  # fmt: skip
    assert len(listed) == 24


def test_the_import_is_all_or_nothing(db: Database, tmp_path: Path) -> None:
    def stopped(rows: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _import(db, "".join(f"a{n}@a.example\n" for n in range(25_000)), progress=stopped)
    assert (_listed(db), db.connection.in_transaction) == (set(), False)
    assert _import(db, "ana@a.example\n").added is not None


def test_what_changed_is_counted_once_and_the_first_reason_stays(db: Database) -> None:
    _import(db, "ana@a.example\n")
    report = _import(db, "ana@a.example,A.example\nANA@a.example\nbo@b.example bo@b.example\n", "again.csv")
    assert report.as_json() == {
        "rows": 3, "added": 2, "addresses": 1, "domains": 1, "profiles": 0, "known": 1, "rejected": 0, "warnings": [], "rejects_file": None,
    }  # fmt: skip
    assert {(one.value, one.source) for one in Suppressions(db).all()} == {
        ("ana@a.example", "file:list.csv"), ("a.example", "file:again.csv"), ("bo@b.example", "file:again.csv"),
    }  # fmt: skip


def test_a_mail_service_alone_is_taken_with_a_warning_and_beside_an_address_left_out(db: Database) -> None:
    db.execute("INSERT INTO people (id) VALUES (1), (2), (3)")
    for person, email in enumerate(("a@gmail.com", "b@mail.gmail.com", "c@notgmail.com"), 1):
        db.execute("INSERT INTO person_addresses (email, person_id) VALUES (?, ?)", (email, person))
    beside = _import(db, "ana@gmail.com,gmail.com\nbo@b.example,linkedin.com\n")
    assert (_listed(db), len(beside.warnings)) == ({"ana@gmail.com", "bo@b.example"}, 1)
    assert "2 times beside an address" in beside.warnings[0]
    assert "gmail.com, linkedin.com" in beside.warnings[0]
    alone = _import(db, "gmail.com\n")
    assert "gmail.com" in _listed(db)
    assert "2 of your people" in alone.warnings[0]
    assert "prospector suppress remove gmail.com" in alone.warnings[0]


# Other files


@pytest.mark.parametrize("suffix", [".gz", ".zip"])
def test_a_packed_list_is_read(db: Database, suffix: str) -> None:
    body, packed = b"ana@a.example\nrival.example\n", io.BytesIO()
    if suffix == ".gz":
        packed.write(gzip.compress(body))
    else:
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("list.txt", body)
    _import(db, packed.getvalue(), f"list{suffix}")
    assert _listed(db) == {"ana@a.example", "rival.example"}


def test_every_sheet_of_a_workbook_is_read_to_its_edges(db: Database) -> None:
    sheets = {
        "Opt-outs": [
            ["Total opt-outs 2026"],
            ["ana@a.example", "a.example"],
            [],
            ["nobody"],
            ["Total", "bo@b.example"],
        ],
        "More": [["Email"], [None, None, "cy@c.example; di@d.example"]],
        "Empty": [],
    }
    report = _import(db, xlsx(sheets), "list.xlsx")
    assert _listed(db) == {"ana@a.example", "a.example", "bo@b.example", "cy@c.example", "di@d.example"}
    assert [(number, text) for number, _, text in report.unread] == [(4, "nobody, ")]


def test_json_is_read_in_every_shape(db: Database) -> None:
    person = {
        "name": "Ana",
        "emails": ["ana@a.example", "ana@b.example"],
        "company": {"domain": "rival.example"},
    }
    expected = {"ana@a.example", "ana@b.example", "rival.example"}
    for number, text in enumerate(
        (
            json.dumps([person]), json.dumps([person], indent=2), json.dumps({"people": [person]}, indent=1),
            json.dumps(person) + "\n" + json.dumps(person) + "\n", json.dumps(sorted(expected)),
            json.dumps({"ana@a.example": "no", "ana@b.example": 1, "x": "rival.example"}),
        )
    ):  # fmt: skip
        with closing(Database(db.path.with_name(f"{number}.db"))) as fresh:
            report = _import(fresh, text, f"{number}.json")
            assert (_listed(fresh), report.rejected) == (expected, 0), text


# Long files

_LONG = """
import datetime, pathlib, sys
from prospector.intake.suppressions.importer import import_list
from prospector.store.database import Database
folder = pathlib.Path(sys.argv[1])
db = Database(folder / "prospector.db")
report = import_list(db, str(folder / "long.csv"), reason="asked", as_of=datetime.date(2026, 11, 23), rejects_folder=folder)
# The peak of the process itself: getrusage would give that of the one that started it, if it was larger.
status = pathlib.Path("/proc/self/status")
peak = status.read_text().partition("VmHWM:")[2].split()[0] if status.is_file() else 0
print(report.added.addresses, report.added.domains, int(peak) // 1024)
"""


@pytest.mark.parametrize("end", ["\n", ";"], ids=["rows", "one line"])
def test_a_long_list_is_read_to_its_end_in_flat_memory(tmp_path: Path, end: str) -> None:
    note, count = "asked by phone and asked again by mail, please do not write any more " * 4, 0
    with (tmp_path / "long.csv").open("w", encoding="utf-8") as file:
        while file.tell() < 60_000_000:
            file.writelines(f"person{n}@firm.example,{note}{end}" for n in range(count, count + 2000))
            count += 2000
        file.write(f"last.example{end}")
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", _LONG, tmp_path],
        capture_output=True,
        text=True,
        env=env,
        check=True,
        timeout=120,
    )
    addresses, domains, megabytes = map(int, done.stdout.split())
    assert (addresses, domains) == (count, 1)
    assert megabytes < 150


def test_a_line_that_is_read_in_pieces_is_cut_between_cells_only(tmp_path: Path) -> None:
    count = 5 * CHUNK // 20
    text = ",".join(f"person{n}@f{n % 7}.example" for n in range(count))
    assert len(text) > 5 * CHUNK
    found, unread = _read(tmp_path, f"{text}\nnothing here\nlast@a.example\n")
    assert (len(found), unread) == (count + 1, [(2, "nothing here")])
