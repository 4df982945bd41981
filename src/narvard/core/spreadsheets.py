"""Tables as files for a spreadsheet: CSV as Swedish ones read it, workbooks, and no text that becomes a formula."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import TypeVar

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

Cell = str | int | float | None
Value = TypeVar("Value")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
# Excel reads Swedish letters only when the file begins with it.
_MARK = "\ufeff"
# A spreadsheet takes a text that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_WIDEST = 60
_INK, _SOFT = "14323A", "EAF1F1"
_NAME = 31
# The whole number stays in the cell; so much of it is shown.
_DECIMALS = "0.0###"


def safe_cell(cell: Value) -> Value | str:
    """Text that a spreadsheet does not take for a formula; anything else as it is."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def csv_of(rows: Iterable[Sequence[object]]) -> str:
    """The rows with semicolons between, decimals with a comma, nothing where there is nothing."""
    kept = StringIO()
    csv.writer(kept, delimiter=";").writerows([_written(cell) for cell in row] for row in rows)
    return _MARK + kept.getvalue()


def _written(cell: object) -> object:
    return f"{cell:.10g}".replace(".", ",") if isinstance(cell, float) else safe_cell(cell)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A named table: heads, and rows of text and raw numbers, None where unknown."""

    name: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]] = ()


def packed(sheets: Iterable[Sheet]) -> bytes:
    """The sheets as an XLSX file: heads that stay, columns that fit, numbers as numbers."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        _add(book, sheet)
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def _add(book: Workbook, sheet: Sheet) -> None:
    page = book.create_sheet(sheet.name[:_NAME])
    page.append(list(sheet.head))
    for row in sheet.rows:
        page.append([safe_cell(cell) for cell in row])
    for cell in (cell for row in page.iter_rows(min_row=2) for cell in row if isinstance(cell.value, float)):
        cell.number_format = _DECIMALS
    for cell in page[1]:
        cell.font, cell.fill = Font(bold=True, color=_INK), PatternFill("solid", fgColor=_SOFT)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    page.freeze_panes = "A2"
    for number, cells in enumerate(zip(sheet.head, *sheet.rows, strict=True), start=1):
        longest = max(len(str(cell)) for cell in cells if cell is not None)
        page.column_dimensions[get_column_letter(number)].width = min(_WIDEST, longest + 2)
