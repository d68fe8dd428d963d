"""Writing a workbook for Excel and its kin, row by row: numbers, days, times and yes or no as what they are.

The rest is text. A text is never run as a formula here, so nothing is put in front of it.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import BinaryIO

MOST_ROWS, LONGEST = 1_048_576, 32_767
"""What a sheet can hold, its head included; and signs of a cell."""
Cell = str | int | float | bool | date | datetime | None

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PARTS = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="list" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><numFmts count="2">'
    '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
    '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="4"><xf/><xf fontId="1" applyFont="1"/><xf numFmtId="164" applyNumberFormat="1"/>'
    '<xf numFmtId="165" applyNumberFormat="1"/></cellXfs>'
    "</styleSheet>",
}
_SHEET = (
    f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" '
    'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>'
)
_BOLD, _DAY, _TIME = 1, 2, 3
_MADE = (1980, 1, 1, 0, 0, 0)
_EPOCH, _FIRST = date(1899, 12, 30), date(1900, 3, 1)
_EXACT = 10**15
"""Numbers of more digits lose some of them in a spreadsheet."""
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class TooManyRows(Exception):
    """More than a sheet can hold."""


def write_workbook(out: BinaryIO, columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> int:
    """Write one sheet; how many cells were cut because they are longer than a sheet takes."""
    cut = 0
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, text in _PARTS.items():
            archive.writestr(_entry(name), _HEAD + text)
        with archive.open(_entry("xl/worksheets/sheet1.xml"), "w", force_zip64=True) as sheet:
            sheet.write((_HEAD + _SHEET + _row(columns, _BOLD)).encode())
            for number, cells in enumerate(rows, start=2):
                if number > MOST_ROWS:
                    raise TooManyRows
                cut += sum(isinstance(cell, str) and len(cell) > LONGEST for cell in cells)
                sheet.write(_row(cells).encode())
            sheet.write(b"</sheetData></worksheet>")
    return cut


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, _MADE)  # a day of its own: the same rows are the same bytes
    entry.compress_type = ZIP_DEFLATED
    return entry


def _row(cells: Sequence[Cell], style: int = 0) -> str:
    return f"<row>{''.join(_cell(cell, style) for cell in cells)}</row>"


def _cell(value: Cell, style: int) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, bool):
        return f'<c t="b"><v>{value:d}</v></c>'
    if isinstance(value, int | float) and abs(value) < _EXACT:
        return f"<c><v>{value!r}</v></c>"
    if isinstance(value, datetime) and value.tzinfo is None and value.date() >= _FIRST:
        days = (value.date() - _EPOCH).days
        return f'<c s="{_TIME}"><v>{days + (value.hour * 60 + value.minute) / 1440!r}</v></c>'
    if isinstance(value, date) and not isinstance(value, datetime) and value >= _FIRST:
        return f'<c s="{_DAY}"><v>{(value - _EPOCH).days}</v></c>'
    text = escape(_NO_XML.sub(" ", str(value)[:LONGEST]))
    return f'<c t="inlineStr" s="{style}"><is><t xml:space="preserve">{text}</t></is></c>'
