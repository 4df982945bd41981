"""A result as files: CSV, a workbook, and the model as the twin's command reads it."""

import csv
from io import BytesIO, StringIO

import yaml
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from narvard.capacity.scenarios.definition import NAME, read
from narvard.capacity.scenarios.models import Scenario
from narvard.capacity.scenarios.sheets import Sheet, sheets
from narvard.core.spreadsheets import safe_cell

_WIDEST = 60


def csv_of(row: Scenario) -> str:
    """Every sheet under its name, semicolons between, decimals with a point; Excel reads the Swedish letters."""
    kept = StringIO()
    writer = csv.writer(kept, delimiter=";")
    for sheet in sheets(read(row.definition), row.result or {}):
        writer.writerows(
            [[sheet.name], list(sheet.head), *([safe_cell(cell) for cell in line] for line in sheet.rows), []]
        )
    return "\ufeff" + kept.getvalue()


def xlsx_of(row: Scenario) -> bytes:
    """A workbook, one sheet for each table, numbers as numbers."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets(read(row.definition), row.result or {}):
        _add(book, sheet)
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def _add(book: Workbook, sheet: Sheet) -> None:
    page = book.create_sheet(sheet.name)
    page.append(list(sheet.head))
    for cell in page[1]:
        cell.font = Font(bold=True)
    for line in sheet.rows:
        page.append([safe_cell(cell) for cell in line])
    page.freeze_panes = "A2"
    for number, cells in enumerate(zip(sheet.head, *sheet.rows, strict=True), start=1):
        widest = max(len(str(cell)) for cell in cells if cell is not None)
        page.column_dimensions[get_column_letter(number)].width = min(_WIDEST, widest + 2)


def yaml_of(row: Scenario) -> str:
    """The model as a file for ``narvard simulate --model``; its first line is the command that runs it again."""
    definition = read(row.definition)
    edited = "".join(f" --set {name}={value:g}" for name, value in definition.assumptions.items())
    asked = f"--against {definition.against} --replications {definition.replications} --seed {definition.seed}"
    model: str = yaml.safe_dump({**definition.model, "name": NAME}, allow_unicode=True, sort_keys=False)
    return f"# narvard simulate --model FILE.yaml {asked}{edited}\n{model}"
