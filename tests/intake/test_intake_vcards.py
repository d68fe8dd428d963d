"""Address books: the same person comes out of vCards 2.1, 3.0 and 4.0, however a program writes them."""

from __future__ import annotations

import base64
import json
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from workspaces import call_cli, make_workspace

from prospector.core.errors import FileError, ProspectorError
from prospector.intake.columns.mappings import recognise
from prospector.intake.files.readers import open_table
from prospector.intake.rows.rows import ParsedRow, read_row

if TYPE_CHECKING:
    from pathlib import Path

V21 = """BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg;;Dr.;
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Dr. J=C3=B6rg=
 M=C3=BCller
ORG:Kranz AG;Personal
TITLE:HR Manager
TEL;WORK;VOICE;PREF:+49 30 23125000
TEL;WORK;FAX:+49 30 23125099
EMAIL;PREF;INTERNET:joerg@kranz.example
EMAIL;INTERNET:mueller@home.example
ADR;WORK;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:;;Hauptstra=C3=9Fe 1;Berlin;;10115;Germany
PHOTO;ENCODING=BASE64;TYPE=JPEG:
 /9j/4AAQSkZJRgABAQAAAQABAAD

URL:https://www.kranz.example
END:VCARD
"""
V30 = """BEGIN:VCARD
VERSION:3.0
PRODID:-//Apple Inc.//macOS//EN
N:Müller;Jörg;;Dr.;
FN:Dr. Jörg Müller
ORG:Kranz AG;Personal
TITLE:HR
  Manager
item1.EMAIL;type=INTERNET:mueller@home.example
item2.EMAIL;type=INTERNET;type=WORK;type=pref:joerg@kranz.example
item1.X-ABLabel:_$!<Home>!$_
TEL;type=WORK;type=VOICE;type=pref:+49 30 23125000
TEL;type=WORK;type=FAX:+49 30 23125099
item3.ADR;type=WORK:;;Hauptstraße 1;Berlin;;10115;Germany
item3.X-ABADR:de
item4.URL;type=pref:https\\://www.kranz.example
item4.X-ABLabel:_$!<HomePage>!$_
NOTE:met at the fair\\, hall 3\\nsecond line
END:VCARD
"""
V40 = """BEGIN:VCARD
VERSION:4.0
KIND:individual
FN;PREF=1:Dr. Jörg Müller
N:Müller;Jörg;;Dr.;
ORG;SORT-AS="Kranz:AG":Kranz AG;Personal
TITLE:HR Manager
EMAIL;TYPE=home:mueller@home.example
EMAIL;PREF=1;TYPE="work":mailto:joerg@kranz.example
TEL;VALUE=uri;PREF=1;TYPE="voice,work":tel:+49-30-23125000;ext=0
TEL;VALUE=uri;TYPE=fax:tel:+49-30-23125099
ADR;TYPE=work;LABEL="Hauptstraße 1; Berlin":;;Hauptstraße 1;Berlin;;10115;Germany
URL:https://www.kranz.example
SOCIALPROFILE;SERVICE-TYPE=LinkedIn:https://www.linkedin.com/in/joerg-mueller
END:VCARD
"""
PERSON = {
    "first_name": "Jörg", "last_name": "Müller", "email": "joerg@kranz.example", "title": "HR Manager",
    "more_emails": "mueller@home.example", "phone": "+493023125000",
}  # fmt: skip
COMPANY = {
    "name": "Kranz", "website": "https://www.kranz.example", "city": "Berlin", "country": "DE",
    "address": "Hauptstraße 1, 10115 Berlin, Germany",
}  # fmt: skip


def _rows(folder: Path, text: str | bytes, name: str = "people.vcf") -> list[ParsedRow]:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with open_table(path) as table:
        columns = recognise(table.header)
        return [read_row(raw, columns, seen=date(2026, 11, 1)) for raw in table.rows]


@pytest.mark.parametrize("text", [V21, V30, V40], ids=["2.1", "3.0", "4.0"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_the_same_person_comes_out_of_every_version(tmp_path: Path, text: str, ends: str) -> None:
    (row,) = _rows(tmp_path, text.replace("\n", ends))
    assert {name: row.person.get(name) for name in PERSON} == PERSON
    assert {name: row.company.get(name) for name in COMPANY} == COMPANY
    assert row.problems == ()


def test_a_profile_is_the_persons_and_no_website(tmp_path: Path) -> None:
    (row,) = _rows(tmp_path, V40)
    assert row.person["linkedin"].endswith("linkedin.com/in/joerg-mueller")


def test_a_file_of_many_cards_of_all_versions_is_a_list(tmp_path: Path) -> None:
    rows = _rows(tmp_path, V21 + "\n" + V30 + V40)
    assert [row.number for row in rows] == [1, 19, 38]
    assert {row.person["email"] for row in rows} == {"joerg@kranz.example"}


@pytest.mark.parametrize(
    "line",
    [
        "FN:Jörg Müller",
        "FN;CHARSET=UTF-8:Jörg Müller",
        "FN;QUOTED-PRINTABLE;CHARSET=ISO-8859-1:J=F6rg M=FCller",
        "FN;ENCODING=QUOTED-PRINTABLE;CHARSET=WINDOWS-1252:J=F6rg M=FCller",
        "FN;ENCODING=QUOTED-PRINTABLE:J=C3=B6rg M=C3=\n=BCller",
        "FN;ENCODING=b;CHARSET=UTF-8:" + base64.b64encode("Jörg Müller".encode()).decode(),
        "fn:Jörg\n  Müller",
        "item7.FN;LANGUAGE=de:Jörg Müller",
        'FN;X-NOTE="a:b;c":Jörg Müller',
    ],
)
def test_names_are_read_in_every_coding(tmp_path: Path, line: str) -> None:
    (row,) = _rows(tmp_path, f"BEGIN:VCARD\nVERSION:3.0\n{line}\nEMAIL:j@kranz.example\nEND:VCARD\n")
    assert (row.person.get("first_name"), row.person.get("last_name")) == ("Jörg", "Müller")


def test_an_old_file_in_latin_letters_is_read(tmp_path: Path) -> None:
    text = "BEGIN:VCARD\nVERSION:2.1\nN;CHARSET=ISO-8859-1:Müller;Jörg\nEMAIL:j@kranz.example\nEND:VCARD\n"
    (row,) = _rows(tmp_path, text.encode("latin-1"))
    assert (row.person["first_name"], row.person["last_name"]) == ("Jörg", "Müller")


def test_escaped_separators_belong_to_the_text(tmp_path: Path) -> None:
    card = "BEGIN:VCARD\nVERSION:3.0\nFN:Anna Kranz\nN:Kranz;Anna\nORG:Kranz\\; Holt\\, Partner;Sales\nEMAIL:a@kranz.example\nEND:VCARD\n"
    (row,) = _rows(tmp_path, card)
    assert row.company["name"] == "Kranz; Holt, Partner"
    assert row.person["department"] == "sales"


def test_a_companys_card_is_a_company_and_a_groups_nobody(tmp_path: Path) -> None:
    company = "BEGIN:VCARD\nVERSION:3.0\nFN:Moor Ltd\nN:;;;;\nORG:Moor Ltd;\nX-ABShowAs:COMPANY\nTEL:+44 161 496 0100\nEND:VCARD\n"
    firm = "BEGIN:VCARD\nVERSION:4.0\nKIND:org\nFN:Holt GmbH\nURL:https://holt.example\nEND:VCARD\n"
    group = "BEGIN:VCARD\nVERSION:4.0\nKIND:group\nFN:Fair 2026\nMEMBER:urn:uuid:1\nEND:VCARD\n"
    rows = _rows(tmp_path, company + firm + group)
    assert [row.company.get("name") for row in rows] == ["Moor", "Holt", None]
    assert all("last_name" not in row.person and "first_name" not in row.person for row in rows)
    assert rows[0].company["phone"] == "+441614960100"


def test_a_fax_is_no_phone_and_a_home_is_the_persons_place(tmp_path: Path) -> None:
    card = (
        "BEGIN:VCARD\nVERSION:3.0\nFN:Anna Kranz\nN:Kranz;Anna\nTEL;TYPE=fax:+49 30 1\nTEL;TYPE=home:+49 30 23125111\n"
        "TEL;TYPE=cell:+49 30 23125222\nADR;TYPE=home:;;Weg 1;Potsdam;;14467;Germany\nEMAIL:a@kranz.example\nEND:VCARD\n"
    )
    (row,) = _rows(tmp_path, card)
    assert (row.person["phone"], row.person["city"], row.person["country"]) == (
        "+493023125222",
        "Potsdam",
        "DE",
    )


def test_a_card_that_is_not_closed_is_taken_with_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "people.vcf"
    path.write_text(
        "BEGIN:VCARD\nVERSION:3.0\nFN:Anna Kranz\nEMAIL:a@kranz.example\nBEGIN:VCARD\nFN:Tom Holt\n"
    )
    with open_table(path) as table:
        rows = list(table.rows)
    assert [row.number for row in rows] == [1, 5]
    assert table.warnings == ["line 1: a card without END:VCARD", "line 5: a card without END:VCARD"]


def test_a_card_inside_a_card_is_passed_over(tmp_path: Path) -> None:
    card = (
        "BEGIN:VCARD\nVERSION:2.1\nN:Kranz;Anna\nFN:Anna Kranz\nAGENT:\nBEGIN:VCARD\nVERSION:2.1\nFN:Tom Holt\n"
        "EMAIL:t@holt.example\nEND:VCARD\nEMAIL:a@kranz.example\nEND:VCARD\n"
    )
    (row,) = _rows(tmp_path, card)
    assert (row.person["first_name"], row.person["email"]) == ("Anna", "a@kranz.example")


@given(
    st.lists(
        st.sampled_from([*V21.splitlines(), *V30.splitlines(), *V40.splitlines(), "", ";:", "=", " x", "\0"])
    )
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_order_of_lines_is_read_without_failing(tmp_path: Path, lines: list[str]) -> None:
    with suppress(ProspectorError):
        _rows(tmp_path, "BEGIN:VCARD\n" + "\n".join(lines))


def test_an_address_book_comes_in_like_any_list(tmp_path: Path) -> None:
    folder = make_workspace(tmp_path)
    (folder / "people.vcf").write_text(V21 + V30 + V40, encoding="utf-8")
    done = call_cli("import", "people.vcf", "--json", cwd=folder)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert (report["rows"], report["people"]["created"], report["duplicates"]) == (3, 1, 2)


@pytest.mark.parametrize("name", ["list.numbers", "list.pages", "LIST.NUMBERS"])
def test_a_document_of_apples_programs_gets_a_hint(tmp_path: Path, name: str) -> None:
    import zipfile

    path = tmp_path / name
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Index/Document.iwa", b"x")
        archive.writestr("preview.jpg", b"x")
    with pytest.raises(FileError) as fault:
        open_table(path)
    assert "CSV" in fault.value.hint
    (tmp_path / f"folder-{name}").mkdir()
    with pytest.raises(FileError) as fault:
        open_table(tmp_path / f"folder-{name}")
    assert "CSV" in fault.value.hint


@pytest.mark.parametrize(
    ("cell", "word"),
    [
        ("M?ller", "letters were lost"), ("?sterreich", "letters were lost"), ("M\ufffdller", "letters were lost"),
        ("#REF!", "error of a formula"), ("#NAME?", "error of a formula"), ("#BEZUG!", "error of a formula"),
        ("#¿NOMBRE?", "error of a formula"), ("#DIV/0!", "error of a formula"),
    ],
)  # fmt: skip
def test_what_a_program_lost_when_it_saved_the_file_is_said(tmp_path: Path, cell: str, word: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"First Name,Last Name,Email\nAnna,{cell},a@kranz.example\n", encoding="utf-8")
    with open_table(path) as table:
        (row,) = [read_row(raw, recognise(table.header), seen=date(2026, 11, 1)) for raw in table.rows]
    assert word in table.warnings[-1]
    assert "line 2" in table.warnings[-1]
    if cell.startswith("#"):
        assert "last_name" not in row.person


@pytest.mark.parametrize(
    "cell", ["Why?", "https://x.example/?a=b", "Interested? Yes", "#1", "N/A", "C# developer", "#hr"]
)
def test_ordinary_question_marks_and_hashes_are_no_losses(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(f"First Name,Notes,Email\nAnna,{cell},a@kranz.example\n", encoding="utf-8")
    with open_table(path) as table:
        list(table.rows)
    assert table.warnings == []
