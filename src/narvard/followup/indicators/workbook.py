"""Sheets of figures as a spreadsheet, with heads that stay and columns that fit."""

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from narvard.core.spreadsheets import safe_cell

Cell = str | int | float | None
WIDEST = 60
INK, SOFT = "14323A", "EAF1F1"


@dataclass(frozen=True)
class Sheet:
    """A named sheet: heads, and rows of text and numbers."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def workbook(sheets: Sequence[Sheet]) -> Workbook:
    """The sheets as a workbook."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        page = book.create_sheet(sheet.title[:31])
        page.append(list(sheet.head))
        for row in sheet.rows:
            page.append([safe_cell(cell) for cell in row])
        for cell in page[1]:
            cell.font, cell.fill = Font(bold=True, color=INK), PatternFill("solid", fgColor=SOFT)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        page.freeze_panes = "A2"
        for number in range(1, len(sheet.head) + 1):
            longest = max(len(str(row[number - 1] or "")) for row in [sheet.head, *sheet.rows])
            page.column_dimensions[get_column_letter(number)].width = min(WIDEST, longest + 2)
    return book
