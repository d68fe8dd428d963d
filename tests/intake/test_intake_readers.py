"""Readers: every shape in which a table of contacts reaches the importer."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import json
import os
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from prospector.core.errors import FileError, NothingImportable
from prospector.intake.files import archives
from prospector.intake.files.readers import open_table

if TYPE_CHECKING:
    from pathlib import Path

    from prospector.intake.files.tables import Table

PEOPLE = [
    ["First Name", "Last Name", "Email", "Company"],
    ["Ana", "Ruiz", "ana@banco.example", "Banco Ejemplo"],
    ["Jörg", "Müller", "joerg@werk.example", "Werk, Söhne & Co; KG"],
]


def _table(tmp_path: Path, content: bytes | str, name: str = "list.csv") -> Table:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return open_table(path)


def _read(
    tmp_path: Path, content: bytes | str, name: str = "list.csv"
) -> tuple[Table, list[tuple[int, list[Any]]]]:
    table = _table(tmp_path, content, name)
    rows = list(table.rows)
    assert all(row.problem is None for row in rows), rows
    return table, [(row.number, list(row.values)) for row in rows]


def _written(rows: list[list[str]], delimiter: str = ",", newline: str = "\r\n") -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=newline).writerows(rows)
    return out.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_same_table_comes_out_of_every_dialect_and_encoding(
    tmp_path: Path, delimiter: str, newline: str, encoding: str
) -> None:
    table, rows = _read(tmp_path, _written(PEOPLE, delimiter, newline).encode(encoding))
    assert table.header == tuple(PEOPLE[0])
    assert rows == [(2, PEOPLE[1]), (3, PEOPLE[2])]
    assert table.dialect == delimiter
    assert table.warnings == (["not UTF-8: read as Windows-1252"] if encoding == "cp1252" else [])


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b""])
def test_utf_16_is_read_in_either_byte_order_and_without_a_mark(tmp_path: Path, mark: bytes) -> None:
    encoding = "utf-16-be" if mark == codecs.BOM_UTF16_BE else "utf-16-le"
    table, rows = _read(tmp_path, mark + _written(PEOPLE, "\t").encode(encoding))
    assert table.encoding == encoding
    assert rows[1][1] == PEOPLE[2]


@pytest.mark.parametrize(
    "values", [["ana@banco.example", "bo@werk.example"], ["eve.elm@x.example", "eel@x.example"]]
)
def test_a_column_of_addresses_is_one_column(tmp_path: Path, values: list[str]) -> None:
    table, rows = _read(tmp_path, "\n".join(["Email", *values]))
    assert table.header == ("Email",)
    assert [cells for _, cells in rows] == [[value] for value in values]


def test_a_column_of_names_with_commas_is_one_column(tmp_path: Path) -> None:
    _, rows = _read(tmp_path, "Company\nAcme, Inc.\nBraun; Lang, OHG\n")
    assert [cells for _, cells in rows] == [["Acme, Inc."], ["Braun; Lang, OHG"]]


def test_a_stated_separator_is_obeyed(tmp_path: Path) -> None:
    table, rows = _read(tmp_path, "sep=;\nEmail;Company\nana@banco.example;a,b,c\n")
    assert table.dialect == ";"
    assert rows == [(3, ["ana@banco.example", "a,b,c"])]


def test_a_foreign_byte_at_the_end_of_a_large_file_decides_before_the_first_row(tmp_path: Path) -> None:
    lines = b"Email,Company\n" + b"ana@banco.example,Banco Ejemplo\n" * 60_000
    table = _table(tmp_path, lines + b"joerg@werk.example,M\xfcller\n")
    assert table.warnings == ["not UTF-8: read as Windows-1252"]
    *_, last = table.rows
    assert last.values[1] == "Müller"
    assert last.number == 60_002


def test_two_files_of_different_encoding_pasted_together_are_both_readable(tmp_path: Path) -> None:
    content = (
        "Email,Company\na@x.example,Müller\nb@x.example,Özgür\n".encode()
        + "c@x.example,Köhler\n".encode("cp1252")
    )
    table, rows = _read(tmp_path, content)
    assert [cells[1] for _, cells in rows] == ["Müller", "Özgür", "Köhler"]
    assert table.warnings == ["not all UTF-8: 1 bytes read as Windows-1252"]


def test_line_breaks_in_quotes_keep_the_line_numbers_true(tmp_path: Path) -> None:
    _, rows = _read(tmp_path, 'Email,Notes\na@x.example,"one\r\ntwo\r\nthree"\nb@x.example,"x"')
    assert rows == [(2, ["a@x.example", "one\r\ntwo\r\nthree"]), (5, ["b@x.example", "x"])]


def test_blank_rows_are_skipped_and_short_rows_padded(tmp_path: Path) -> None:
    _, rows = _read(tmp_path, "Email,Company,City\n\na@x.example\n , ,\n,,\nb@x.example,B,,,\n")
    assert rows == [(3, ["a@x.example", "", ""]), (6, ["b@x.example", "B", ""])]


def test_a_row_with_more_cells_than_the_header_is_a_problem_with_its_line(tmp_path: Path) -> None:
    rows = list(_table(tmp_path, "Email,Company\na@x.example,Acme, Inc.\nb@x.example,B\n").rows)
    assert [(row.number, row.problem) for row in rows] == [(2, "long_row"), (3, None)]
    assert list(rows[0].values) == ["a@x.example", "Acme", "Inc."]


def test_an_open_quote_costs_one_line_and_not_the_rows_behind_it(tmp_path: Path) -> None:
    content = (
        'First Name,Last Name,Email\nAna,"Ruiz,a@x.example\nBo,Lee,b@x.example\nCy,"Doe, Jr",c@x.example\n'
    )
    rows = list(_table(tmp_path, content).rows)
    assert [(row.number, row.problem) for row in rows] == [(2, "open_quote"), (3, None), (4, None)]
    assert rows[2].values[1] == "Doe, Jr"


def test_an_open_quote_at_the_end_of_a_long_file_is_found(tmp_path: Path) -> None:
    content = "Email,Company\n" + 'a@x.example,"Open\n' + "b@x.example,B\n" * 2500
    rows = list(_table(tmp_path, content).rows)
    assert [row.problem for row in rows if row.problem] == ["open_quote"]
    assert len(rows) == 2501


def test_thousands_of_open_quotes_end_in_bounded_time(tmp_path: Path) -> None:
    rows = list(_table(tmp_path, "Email,Company\n" + 'a@x.example,"Open\n' * 20_001).rows)
    assert "open_quote" in {row.problem for row in rows}


def test_words_behind_a_closing_quote_belong_to_the_cell(tmp_path: Path) -> None:
    _, rows = _read(
        tmp_path, 'Email,Company\na@x.example,"Acme" Ltd\nb@x.example, "B, C"\nc@x.example,5" Nails\n'
    )
    assert [cells[1] for _, cells in rows] == ["Acme Ltd", "B, C", '5" Nails']


def test_nul_bytes_are_left_out(tmp_path: Path) -> None:
    table, rows = _read(tmp_path, b"Em\0ail,Company\na@x.example,Ac\0me\n")
    assert (table.header, rows[0][1]) == (("Email", "Company"), ["a@x.example", "Acme"])


def test_a_cell_of_half_a_million_characters_is_read(tmp_path: Path) -> None:
    _, rows = _read(tmp_path, "Email,Keywords\na@x.example," + "word " * 100_000 + "\n")
    assert len(rows[0][1][1]) >= 499_999


def test_a_line_of_many_megabytes_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no line of a table"):
        _table(tmp_path, b"Email," + b"x" * (8 << 20))


def test_the_header_is_found_below_a_preamble(tmp_path: Path) -> None:
    preamble = 'Notes:\n"When exporting your connection data, you may notice, that ..."\n\n'
    header = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
    table, rows = _read(
        tmp_path, preamble + header + "Ana,Ruiz,,,Banco Ejemplo,HR Manager,15 Mar 2024\n,,,,,,\n"
    )
    assert table.header[0] == "First Name"
    assert table.header_line == 4
    assert [number for number, _ in rows] == [5]


def test_twelve_title_lines_above_the_header_are_left_out(tmp_path: Path) -> None:
    table, rows = _read(tmp_path, "Quarterly report\n" * 12 + "Email;Company\na@x.example;A\n")
    assert table.header == ("Email", "Company")
    assert [number for number, _ in rows] == [14]


def test_a_data_row_that_names_a_field_is_no_header(tmp_path: Path) -> None:
    table, rows = _read(tmp_path, "Email,Segment,Company\na@x.example,Email,Company\n")
    assert table.header == ("Email", "Segment", "Company")
    assert len(rows) == 1


FOOTER = (
    "\nGrand Totals (2 records)\n\n\nConfidential Information - Do Not Distribute\n"
    "Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved.\nOurCo\n"
)


def test_the_footer_of_a_report_is_cut_with_a_warning(tmp_path: Path) -> None:
    table, rows = _read(
        tmp_path, "First Name,Last Name,Email\nGrace,Hill,g@x.example\nTotal,Tom,t@x.example\n" + FOOTER
    )
    assert [cells[0] for _, cells in rows] == ["Grace", "Total"]
    assert table.warnings == ["line 5: report footer left out"]


def test_rows_behind_a_footer_are_data_again(tmp_path: Path) -> None:
    _, rows = _read(tmp_path, "First Name,Last Name,Email\nA,B,a@x.example\n" + FOOTER + "C,D,c@x.example\n")
    assert [cells[2] for _, cells in rows] == ["a@x.example", "c@x.example"]


def test_a_header_repeated_between_the_rows_is_no_row(tmp_path: Path) -> None:
    _, rows = _read(tmp_path, "Email,Company\na@x.example,A\nEmail,Company\nb@x.example,B\n")
    assert [number for number, _ in rows] == [2, 4]


def test_repeated_and_blank_labels_keep_their_columns(tmp_path: Path) -> None:
    table, rows = _read(tmp_path, "Email,Email,,Company,\na@x.example,b@x.example,x,A,y\n")
    assert table.header == ("Email", "Email (2)", "column (3)", "Company", "column (5)")
    assert rows[0][1] == ["a@x.example", "b@x.example", "x", "A", "y"]


def test_a_header_without_rows_is_a_table_without_rows(tmp_path: Path) -> None:
    assert _read(tmp_path, "Email,Company")[1] == []


def test_json_lines_keep_line_numbers_and_report_broken_ones(tmp_path: Path) -> None:
    content = '{"email": "a@x.example", "n": 1}\n\n{broken\n[1]\n{"email": "b@x.example", "tags": ["x"]}'
    table = _table(tmp_path, content, "list.jsonl")
    assert (table.kind, table.header) == ("jsonl", ("email", "n", "tags"))
    rows = [(row.number, list(row.values), row.problem) for row in table.rows]
    assert rows == [
        (1, ["a@x.example", 1, None], None),
        (3, ["{broken"], "bad_json"),
        (4, ["[1]"], "bad_json"),
        (5, ["b@x.example", None, ["x"]], None),
    ]


def test_objects_inside_become_columns_with_a_dot(tmp_path: Path) -> None:
    table, rows = _read(
        tmp_path, '{"email":"a@x.example","company":{"name":"A","hq":{"city":"Lyon"}}}\n', "x.jsonl"
    )
    assert table.header == ("email", "company.name", "company.hq.city")
    assert rows == [(1, ["a@x.example", "A", "Lyon"])]


@pytest.mark.parametrize(
    "wrap", ["{}", '{{"people": {}}}', '{{"results": {}, "next": null}}', '{{"data": {}}}']
)
def test_an_array_of_objects_is_a_table_also_under_a_key(tmp_path: Path, wrap: str) -> None:
    array = json.dumps([{"email": "a@x.example"}, {"email": "b@x.example", "city": "Lyon"}], indent=1)
    table, rows = _read(tmp_path, wrap.format(array), "x.json")
    assert (table.kind, table.header) == ("json", ("email", "city"))
    assert rows == [(1, ["a@x.example", None]), (2, ["b@x.example", "Lyon"])]


def test_one_object_is_one_record(tmp_path: Path) -> None:
    _, rows = _read(
        tmp_path, json.dumps({"domain": "x.example", "technologies": [{"name": "HubSpot"}]}, indent=2)
    )
    assert rows == [(1, ["x.example", [{"name": "HubSpot"}]])]


def test_half_a_character_in_json_never_reaches_the_rows(tmp_path: Path) -> None:
    _, rows = _read(tmp_path, '{"name": "A\\ud83d"}\n{"name": "\\ud83d\\ude00"}\n', "x.jsonl")
    assert [cells for _, cells in rows] == [["A\ufffd"], ["\U0001f600"]]


def test_broken_json_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(FileError) as caught:
        _table(tmp_path, '[{"email": "a@x.example"},\n{"email": }]', "x.json")
    assert caught.value.line == 2


def test_json_nested_without_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        _table(tmp_path, "[" * 200_000, "x.json")


@pytest.mark.parametrize(
    "content", [b"", b" \r\n\t\n", codecs.BOM_UTF8, codecs.BOM_UTF8 + b"\n", codecs.BOM_UTF16_LE]
)
def test_an_empty_file_is_nothing_importable(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(NothingImportable) as caught:
        _table(tmp_path, content)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\x1f\x8b\x08\x00rest", "gzip"),
        (b"%PDF-1.7 rest", "PDF"),
        (b"  <!DOCTYPE html><html>", "HTML"),
        (codecs.BOM_UTF8 + b"<html><table>", "HTML"),
        (b'<?xml version="1.0"?>', "XML"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "Excel"),
        (b"SQLite format 3\x00rest", "SQLite"),
        (bytes(range(256)) * 8, "binary"),
    ],
)
def test_a_file_that_is_no_text_is_refused_with_advice(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(FileError, match=says) as caught:
        _table(tmp_path, content)
    assert caught.value.hint


def _zip(**members: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            inner = name if name.startswith("__") else name.replace("__", "/")
            archive.writestr(inner.replace("X__", "X/"), content)
    return out.getvalue()


def test_a_broken_workbook_is_refused_and_told_to_be_saved_as_csv(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="Excel") as caught:
        _table(tmp_path, _zip(**{"[Content_Types].xml": "<x/>"}), "list.xlsx")
    assert "CSV UTF-8" in caught.value.hint


def test_connections_are_read_out_of_the_linkedin_archive(tmp_path: Path) -> None:
    content = _zip(**{"export__Connections.csv": "First Name,URL\nAna,u\n", "export__Profile.csv": "x\n"})
    table, rows = _read(tmp_path, content, "Complete.zip")
    assert (table.header, rows) == (("First Name", "URL"), [(2, ["Ana", "u"])])


@pytest.mark.parametrize("name", ["list.csv.gz", "list.jsonl.gz", "list.zip", "list"])
def test_a_packed_table_is_read_as_if_it_were_not(tmp_path: Path, name: str) -> None:
    inner = "people.jsonl" if "jsonl" in name else "people.csv"
    lines = '{"Email": "a@x.example"}\n' if "jsonl" in name else "Email,Company\na@x.example,A\n"
    macs = {"folder__": "", "__MACOSX__.people.csv": "x", f"folder__{inner}": lines, "readme.md": "x"}
    content = gzip.compress(lines.encode()) if name.endswith(".gz") else _zip(**macs)
    table, rows = _read(tmp_path, content, name)
    assert table.kind == ("jsonl" if "jsonl" in name else "csv")
    assert [cells[0] for _, cells in rows] == ["a@x.example"]


def test_a_packed_table_is_read_from_standard_input() -> None:
    table = open_table("-", stdin=io.BytesIO(gzip.compress(_zip(**{"a.csv": "Email\na@x.example\n"}))))
    assert [row.values for row in table.rows] == [["a@x.example"]]


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ({"a.csv": "Email\n", "b.csv": "Email\n"}, "2 tables: a.csv, b.csv"),
        ({"readme.md": "x"}, "without a table"),
        ({"a.csv": ""}, "empty"),
    ],
)
def test_an_archive_without_the_one_table_says_what_is_in_it(
    tmp_path: Path, members: dict[str, str], says: str
) -> None:
    with pytest.raises(FileError, match=says) as caught:
        _table(tmp_path, _zip(**members), "x.zip")
    assert caught.value.hint


def test_an_archive_of_archives_ends(tmp_path: Path) -> None:
    content = b"Email\na@x.example\n"
    for _ in range(5):
        content = gzip.compress(content)
    with pytest.raises(FileError, match="packed more than"):
        _table(tmp_path, content, "x.gz")


def test_a_small_archive_that_unfolds_without_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "_ALWAYS_FINE", 1 << 20)
    bomb = "Email\n" + "a@x.example\n" * 1_000_000
    for content, name in ((gzip.compress(bomb.encode()), "x.gz"), (_zip(**{"a.csv": bomb}), "x.zip")):
        with pytest.raises(FileError, match="unfolds to more than"):
            _table(tmp_path, content, name)


@pytest.mark.parametrize("cut", [10, 30, 60])
def test_an_archive_that_was_cut_off_is_a_file_error(tmp_path: Path, cut: int) -> None:
    lines = "Email,Company\n" + "".join(f"a{n}@x.example,A{n}\n" for n in range(50))
    for content, name in ((gzip.compress(lines.encode()), "x.gz"), (_zip(**{"a.csv": lines}), "x.zip")):
        with pytest.raises(FileError, match="broken"):
            _table(tmp_path, content[:-cut], name)


def test_a_broken_archive_is_a_file_error(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="archive"):
        _table(tmp_path, b"PK\x03\x04 and then nothing")


def test_a_missing_file_names_its_near_miss(tmp_path: Path) -> None:
    (tmp_path / "contacts.csv").write_text("Email\n")
    with pytest.raises(FileError) as caught:
        open_table(tmp_path / "contact.csv")
    assert caught.value.hint == 'did you mean "contacts.csv"?'


def test_a_folder_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="folder"):
        open_table(tmp_path)


def test_standard_input_is_read_like_a_file() -> None:
    table = open_table("-", stdin=io.BytesIO(_written(PEOPLE, ";").encode("cp1252")))
    assert table.name == "stdin"
    assert [row.values for row in table.rows] == PEOPLE[1:]


def test_a_pipe_that_cannot_be_read_twice_is_read(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    with open(writing, "wb") as pipe:
        pipe.write(b'{"email": "a@x.example"}\n{"email": "b@x.example"}\n')
    with open(reading, "rb") as source:
        table = open_table("-", stdin=source)
        assert [row.values for row in table.rows] == [["a@x.example"], ["b@x.example"]]


def test_a_table_closes_its_file_before_the_last_row_if_asked(tmp_path: Path) -> None:
    with _table(tmp_path, _written(PEOPLE)) as table:
        next(table.rows)
    with pytest.raises(ValueError, match="closed"):
        list(table.rows)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=400), name=st.sampled_from(["x.csv", "x.json", "x.jsonl", "x"]))
@example(content=b'Email,"\n', name="x.csv")
@example(content=b"\xff\xfe\x00", name="x.csv")
@example(content=b"\xff\xfe\x00\x00\x01", name="x.csv")
@example(content=b'{"a":' * 5000, name="x.jsonl")
@example(content=b'"', name="x.csv")
@example(content=b"sep=\n", name="x.csv")
@example(content=b'sep="\na', name="x.csv")
def test_no_bytes_make_it_fail_in_another_way_than_by_a_file_error(
    tmp_path: Path, content: bytes, name: str
) -> None:
    try:
        table = _table(tmp_path, content, name)
    except FileError:
        return
    with table:
        for row in table.rows:
            assert row.problem or len(row.values) == len(table.header)


_WORDS = st.text(st.sampled_from("aé;,|\"'\t\n \r@=ü€"), max_size=8)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(_WORDS, _WORDS, _WORDS), max_size=6), delimiter=st.sampled_from(",;\t|"))
def test_what_a_csv_writer_wrote_is_read_back(
    tmp_path: Path, rows: list[tuple[str, str, str]], delimiter: str
) -> None:
    header = ["Email", "First Name", "Company"]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows([header, *rows])
    wanted = [list(row) for row in rows if any(cell.strip() for cell in row)]
    read = [list(row.values) for row in _table(tmp_path, out.getvalue()).rows if not row.problem]
    assert read == wanted
