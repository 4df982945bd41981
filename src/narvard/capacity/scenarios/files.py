"""A result as files: CSV, a workbook, and the model as the twin's command reads it."""

import csv
from io import BytesIO, StringIO

import yaml
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from narvard.capacity.scenarios import packaged
from narvard.capacity.scenarios.definition import JUDGED, NAME, read
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
    asked = [
        f"--population PEOPLE.yaml --against {definition.against} --years {definition.years:g}",
        f"--replications {definition.replications} --seed {definition.seed}",
        *([f"--until {JUDGED}={definition.half_width:g}"] if definition.half_width else []),
        *([f"--break-even {definition.bed_day_hours:g}"] if definition.bed_day_hours else []),
        *(f"--unit-cost {name}={value:g}" for name, value in definition.unit_costs.items()),
        *(f"--set {name}={value:g}" for name, value in definition.assumptions.items()),
    ]
    model = _yaml({**definition.model, "name": NAME})
    return f"# narvard simulate --model MODEL.yaml {' '.join(asked)}\n{model}"


def people_of(row: Scenario) -> str:
    """The people as a file for ``narvard simulate --population``, with who was enrolled from the start."""
    definition = read(row.definition)
    people = packaged.people(definition.population)
    if definition.enrolled:
        areas = [{**area, "enrolled": definition.enrolled.get(str(area["code"]), 0)} for area in people["areas"]]
        people = {**people, "areas": areas}
    return _yaml(people)


def _yaml(data: packaged.Plain) -> str:
    text: str = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
    return text
