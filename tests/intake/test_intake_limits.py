"""Files that ask for gigabytes cost an error message: every reader has the same limits, looked at before memory."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from contextlib import closing

import pytest
from attacks import attacked
from workbooks import xlsx, xlsx_of
from workspaces import call_cli

from prospector.core.errors import FileError
from prospector.intake.columns.labels import is_of_places
from prospector.intake.files.limits import COLUMNS, NESTING, RECORD, too_deep
from prospector.intake.files.readers import open_table


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "prospector.yaml").write_text("database: prospector.db\n", encoding="utf-8")
    return tmp_path


def far_cell(row=1_048_576, column="XFD"):
    """A workbook of a few hundred bytes with a cell in its last corner."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    cells = '<row r="1"><c r="A1" t="inlineStr"><is><t>Email</t></is></c></row>'
    cells += f'<row r="{row}"><c r="{column}{row}" t="inlineStr"><is><t>x</t></is></c></row>'
    sheet = f'<worksheet xmlns="{main}"><sheetData>{cells}</sheetData></worksheet>'
    book = f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>'
    links = f'<Relationships xmlns="{package}"><Relationship Id="rId1" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("xl/workbook.xml", book)
        file.writestr("xl/_rels/workbook.xml.rels", links)
        file.writestr("xl/worksheets/sheet1.xml", sheet)
    return out.getvalue()


WIDE = {
    "wide.csv": ("Email," + "a," * 400_000 + "\nana@banco.example\n").encode(),
    "wide-names.csv": (
        "Email," + ",".join(f"c{number}" for number in range(100_000)) + "\nana@banco.example\n"
    ).encode(),
    "far.xlsx": far_cell(),
    "far-row.xlsx": far_cell(column="B"),
    "far-column.xlsx": far_cell(row=2),
}


@pytest.mark.parametrize("name", sorted(WIDE))
def test_a_table_that_is_too_wide_costs_an_error_message(folder, name):
    (folder / name).write_bytes(WIDE[name])
    ended = attacked(folder, "import", name)
    assert ended.code in {1, 2}
    assert f"error: {name}" in ended.said or ended.code == 1


@pytest.mark.soak
def test_a_header_of_1_9_million_cells_costs_an_error_message(folder):
    """It took 9.2 GB."""
    (folder / "wide.csv").write_text("a," * 1_900_000 + "\nx\n", encoding="utf-8")
    assert attacked(folder, "import", "wide.csv").code == 2


@pytest.mark.soak
def test_a_cell_whose_name_is_made_up_does_not_keep_anybody_waiting(folder):
    """It never came to an end."""
    cell = '<row r="1"><c r="ZZZZZZZ99999999999" t="inlineStr"><is><t>Email</t></is></c></row>'
    sheet = f'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{cell}</sheetData></worksheet>'
    (folder / "a.xlsx").write_bytes(xlsx_of(["A"], {"xl/worksheets/sheet1.xml": sheet}))
    ended = attacked(folder, "import", "a.xlsx")
    assert (ended.code, "memory or time" in ended.said) == (2, True)


def test_a_workbook_of_kilobytes_that_unfolds_to_a_hundred_megabytes_is_refused(folder):
    """One of 190 kB took 620 MB, for one cell."""
    (folder / "a.xlsx").write_bytes(xlsx({"A": [["Email"], ["ana@banco.example"]]}))
    with (
        zipfile.ZipFile(folder / "a.xlsx", "a", zipfile.ZIP_DEFLATED) as book,
        book.open("xl/more.xml", "w") as part,
    ):
        for _ in range(114):
            part.write(bytes(1 << 20))
    ended = attacked(folder, "import", "a.xlsx")
    assert (ended.code, "unfolds to 114 MB" in ended.said) == (2, True)


def test_a_row_of_a_sheet_that_is_too_long_is_listed_and_the_others_are_read(folder):
    long = ["Ben", *(f"{number}{'x' * 30_000}" for number in range(40))]
    rows = [["Email", *(f"c{number}" for number in range(40))], ["ana@banco.example"], long]
    (folder / "a.xlsx").write_bytes(xlsx({"A": rows}))
    done = call_cli("import", "a.xlsx", "--json", cwd=folder)
    said = json.loads(done.stdout)
    assert (done.returncode, said["people"]["created"], said["rejected"]) == (1, 1, 1)
    with open(said["rejects_file"], encoding="utf-8") as file:
        assert [line.split(",")[2] for line in file][1:] == ["too_long"]


@pytest.mark.parametrize(
    "text",
    ["BEGIN:VCARD\nVERSION:3.0\nFN:A\n" + " x\n" * 600_000, "BEGIN:VCARD\n" * 20_000],
    ids=["one value of 600,000 lines", "20,000 cards that nobody closes"],
)
def test_an_address_book_that_goes_on_without_end_is_read_at_its_pace(folder, text):
    """The first took a second for each 60,000 lines, and the second a warning for each card."""
    (folder / "a.vcf").write_text(text, encoding="utf-8")
    ended = attacked(folder, "import", "a.vcf")
    assert ended.said.count("without END:VCARD") <= 10


def test_two_thousand_columns_of_nobodys_cost_no_ten_seconds(tmp_path):
    """Each label was looked at once for each other one: four million times."""
    labels = [*(f"c{number}" for number in range(COLUMNS - 1)), "Email"]
    header = ",".join(labels)
    (tmp_path / "a.csv").write_text(f"{header}\n{'v,' * (COLUMNS - 1)}ana@banco.example\n", encoding="utf-8")
    is_of_places.cache_clear()
    with open_table(tmp_path / "a.csv") as table:
        assert len(table.header) == COLUMNS
    (tmp_path / "prospector.yaml").write_text("database: prospector.db\n", encoding="utf-8")
    assert call_cli("import", "a.csv", cwd=tmp_path).returncode == 1
    assert is_of_places.cache_info().misses <= COLUMNS


def test_the_widest_table_that_is_read_is_read_and_one_more_column_is_not(tmp_path):
    labels = ["Email", *(f"c{number}" for number in range(COLUMNS - 1))]
    (tmp_path / "a.csv").write_text(",".join(labels) + "\nana@banco.example\n", encoding="utf-8")
    with open_table(tmp_path / "a.csv") as table:
        assert len(table.header) == COLUMNS
    (tmp_path / "b.csv").write_text(",".join([*labels, "more"]) + "\nana@banco.example\n", encoding="utf-8")
    with pytest.raises(FileError, match="more than 2,000 columns"):
        open_table(tmp_path / "b.csv")
    (tmp_path / "c.csv").write_text("Email" + "," * 16_000 + "\nana@banco.example\n", encoding="utf-8")
    with open_table(tmp_path / "c.csv") as table:
        assert [row.values[0] for row in table.rows] == ["ana@banco.example"]


def test_an_object_of_too_many_keys_and_one_too_deep_are_listed_and_the_others_are_read(folder):
    good = json.dumps({"email": "ana@banco.example"})
    wide = json.dumps({f"key{number}": 1 for number in range(COLUMNS + 1)})
    deep = '{"a":' * (NESTING + 1) + "1" + "}" * (NESTING + 1)
    long = json.dumps({"email": "x" * RECORD})
    (folder / "a.jsonl").write_text("\n".join([good, wide, deep, long, "{}", ""]), encoding="utf-8")
    done = call_cli("import", "a.jsonl", "--json", cwd=folder)
    said = json.loads(done.stdout)
    assert (done.returncode, said["rows"], said["rejected"]) == (1, 4, 3)
    with open(said["rejects_file"], encoding="utf-8") as file:
        assert [line.split(",")[2] for line in file][1:] == ["too_wide", "too_deep", "too_long"]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000,
        "[" * 100_000 + "]" * 100_000,
        '{"a":' * 100_000,
        '[{"email":"ana@banco.example","x":' + "[" * 500 + "]" * 500 + "}]",
    ],
)
def test_a_document_nested_without_end_is_refused(folder, text):
    (folder / "a.json").write_text(text, encoding="utf-8")
    assert attacked(folder, "import", "a.json").code == 2


@pytest.mark.soak
@pytest.mark.parametrize("text", ["[" + "{}," * 9_000_000 + "{}]", "[" + "[]," * 9_000_000 + "[]]"])
@pytest.mark.parametrize("command", ["import", "suppress import"])
def test_a_document_of_nine_million_values_costs_an_error_message(folder, text, command):
    (folder / "a.json").write_text(text, encoding="utf-8")
    attacked(folder, *command.split(), "a.json")


@pytest.mark.soak
def test_eight_megabytes_of_empty_objects_hold_nobody_up(folder):
    """They held the write lock for over 100 s."""
    call_cli("find", "--count", cwd=folder)
    (folder / "a.jsonl").write_text("{}\n" * 2_700_000, encoding="utf-8")
    with closing(sqlite3.connect(folder / "prospector.db", timeout=0, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")  # the import would wait for the lock, and say that it cannot write
        ended = attacked(folder, "import", "a.jsonl")
    assert ended.code == 2
    assert "records without a cell" in ended.said


@pytest.mark.parametrize("text", ['{"a": [1, 2', "[" * 500 + "ana@banco.example"])
def test_a_broken_document_of_addresses_is_read_as_text(folder, text):
    (folder / "a.json").write_text(text + "\nleave@banco.example\n", encoding="utf-8")
    attacked(folder, "suppress", "import", "a.json")


def test_a_file_without_a_row_does_not_take_the_database(folder):
    call_cli("find", "--count", cwd=folder)
    (folder / "a.csv").write_text("Nothing,Known\n", encoding="utf-8")
    with closing(sqlite3.connect(folder / "prospector.db", timeout=0, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert "no column is known" in attacked(folder, "import", "a.csv").said


def test_brackets_in_quotes_are_no_nesting():
    assert not too_deep(json.dumps({"notes": "[" * 500 + '\\" {{{' * 50}))
    assert not too_deep("[" + "{}," * 500 + "{}]")
    assert too_deep("[" * (NESTING + 1))
