"""Workbooks: what a spreadsheet shows is what is read, and no workbook can take the machine down."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from workbooks import sheet_xml, xlsx, xlsx_of

from prospector.core.errors import FileError
from prospector.intake.files import spreadsheets
from prospector.intake.files.readers import open_table

if TYPE_CHECKING:
    from pathlib import Path

    from prospector.intake.files.tables import Table

HEADER = ["First Name", "Email", "Company"]
ANA = ["Ana", "ana@banco.example", "Banco Ejemplo"]
_ODS_NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


def _table(tmp_path: Path, content: bytes, *, sheet: str | None = None, name: str = "list.xlsx") -> Table:
    path = tmp_path / name
    path.write_bytes(content)
    return open_table(path, sheet=sheet)


def _rows(table: Table) -> list[tuple[int, list[Any]]]:
    return [(row.number, list(row.values)) for row in table.rows]


def _ods(rows: list[list[str]]) -> bytes:
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    body = f'<office:body><office:spreadsheet><table:table table:name="L">{cells}</table:table></office:spreadsheet></office:body>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "content.xml", f"<office:document-content {_ODS_NAMES}>{body}</office:document-content>"
        )
        archive.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return out.getvalue()


def test_rows_have_the_numbers_that_the_spreadsheet_shows(tmp_path: Path) -> None:
    table = _table(tmp_path, xlsx({"Leads": [HEADER, ANA, [], ANA]}, top=4, left=3))
    assert (table.kind, table.header, table.header_line) == ("sheet", tuple(HEADER), 4)
    assert _rows(table) == [(5, ANA), (7, ANA)]
    assert table.warnings == []


def test_every_row_is_read_also_far_down_on_the_sheet(tmp_path: Path) -> None:
    rows = [["Ana", f"a{number}@x.example", "A"] for number in range(1000)]
    found = _rows(_table(tmp_path, xlsx({"A": [HEADER, *rows]}, top=500)))
    assert found == [(501 + number, row) for number, row in enumerate(rows)]


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (120.0, "120"), (0.5, "0.5"), (0.1 + 0.2, "0.3"), (-3, "-3"), (1e20, "1e+20"), (True, "true"),
        (False, "false"), (date(2025, 3, 4), "2025-03-04"), (datetime(2025, 3, 4, 9, 14), "2025-03-04 09:14:00"),
        ("  51-200 ", "  51-200 "), ("007", "007"), (4_930_231_250_00, 493023125000),
    ],
)  # fmt: skip
def test_a_cell_becomes_the_text_that_a_person_would_type(tmp_path: Path, cell: Any, text: str | int) -> None:
    table = _table(tmp_path, xlsx({"A": [["Email", "Notes"], ["a@x.example", cell]]}))
    assert _rows(table) == [(2, ["a@x.example", text])]


def test_the_header_is_found_below_a_title_and_notes(tmp_path: Path) -> None:
    title = [["Quarterly report"], [], ["by Ana", "2026"], *([["note"]] * 10)]
    table = _table(tmp_path, xlsx({"A": [*title, HEADER, ANA]}))
    assert (table.header, _rows(table)) == (tuple(HEADER), [(15, ANA)])


def test_the_first_sheet_with_a_known_header_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    content = xlsx(
        {"Empty": [], "Read me": [["Company rules"], ["hello"]], "Leads": [HEADER, ANA], "More": [HEADER]}
    )
    table = _table(tmp_path, content)
    assert table.dialect == "Leads"
    assert table.warnings == ['only sheet "Leads" is read, not Empty, Read me, More (see --sheet)']
    assert _rows(table) == [(2, ANA)]


def test_a_sheet_can_be_asked_for_by_name(tmp_path: Path) -> None:
    content = xlsx({"Leads": [HEADER, ANA], "Old ones": [HEADER, ["Bo", "b@x.example", "B"]]})
    assert _rows(_table(tmp_path, content, sheet="old ones"))[0][1][0] == "Bo"
    with pytest.raises(FileError, match='no sheet "Lead"') as caught:
        _table(tmp_path, content, sheet="Lead")
    assert caught.value.hint == 'did you mean "Leads"?'
    with pytest.raises(FileError, match="no workbook"):
        _table(tmp_path, b"Email\na@x.example\n", sheet="Leads", name="list.csv")


def test_padding_footers_and_repeated_headers_are_as_in_any_table(tmp_path: Path) -> None:
    rows = [
        HEADER,
        ["Ana"],
        HEADER,
        ANA,
        [],
        ["Grand Totals (2 records)"],
        ["Confidential Information - Do Not"],
    ]
    table = _table(tmp_path, xlsx({"A": rows}))
    assert [number for number, _ in _rows(table)] == [2, 4]
    assert table.warnings == ["line 6: report footer left out"]


def test_repeated_and_blank_labels_keep_their_columns(tmp_path: Path) -> None:
    rows = [["Email", "Email", "", "Company"], ["a@x.example", "b@x.example", "x", "A"]]
    assert _table(tmp_path, xlsx({"A": rows})).header == ("Email", "Email (2)", "column (3)", "Company")


@pytest.mark.parametrize("packed", ["gz", "zip", "stdin", "renamed"])
def test_a_workbook_is_known_by_what_it_is_and_not_by_its_name(tmp_path: Path, packed: str) -> None:
    content = xlsx({"A": [HEADER, ANA]})
    if packed == "stdin":
        assert _rows(open_table("-", stdin=io.BytesIO(content))) == [(2, ANA)]
        return
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("people.xlsx", content)
    packings = {"gz": gzip.compress(content), "zip": out.getvalue(), "renamed": content}
    assert _rows(_table(tmp_path, packings[packed], name="list.csv")) == [(2, ANA)]


def test_an_open_document_is_read_too(tmp_path: Path) -> None:
    assert _rows(_table(tmp_path, _ods([HEADER, ANA]), name="list.ods")) == [(2, ANA)]


def test_a_header_without_rows_is_a_table_without_rows(tmp_path: Path) -> None:
    assert _rows(_table(tmp_path, xlsx({"A": [HEADER]}))) == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (xlsx({"A": []}), "empty"),
        (xlsx_of(["A"], {"xl/worksheets/sheet1.xml": "<worksheet><sheetData><row"}), "workbook"),
        (xlsx_of(["A"], {}), "workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "workbook"),
        (xlsx({"A": [HEADER, ANA]})[:-40], "archive|workbook"),
    ],
)
def test_a_workbook_that_cannot_be_read_is_a_file_error(tmp_path: Path, content: bytes, says: str) -> None:
    with pytest.raises(FileError, match=says) as caught:
        list(_table(tmp_path, content).rows)
    assert caught.value.hint


def test_one_stray_cell_in_the_last_corner_takes_no_memory_of_ours(tmp_path: Path) -> None:
    corner = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    bomb = sheet_xml([HEADER, ANA]).replace("</sheetData>", corner)
    with pytest.raises(FileError, match="memory"):
        _table(tmp_path, xlsx_of(["A"], {"xl/worksheets/sheet1.xml": bomb}))


def test_a_workbook_that_is_or_unfolds_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = xlsx({"A": [HEADER, *[ANA] * 2000]})
    monkeypatch.setattr(spreadsheets, "UNFOLDED_LIMIT", 100_000)
    with pytest.raises(FileError, match="unfolds"):
        _table(tmp_path, content)
    monkeypatch.setattr(spreadsheets, "SIZE_LIMIT", 1000)
    with pytest.raises(FileError, match="a workbook of"):
        _table(tmp_path, content)


def test_a_table_that_is_closed_early_leaves_no_process(tmp_path: Path) -> None:
    with _table(tmp_path, xlsx({"A": [HEADER, *[ANA] * 20_000]})) as table:
        next(table.rows)
    with pytest.raises(ValueError, match="closed"):
        list(table.rows)
