"""A result as files: CSV, a workbook, and the model as the twin's command reads it."""

import yaml

from narvard.capacity.scenarios import packaged
from narvard.capacity.scenarios.definition import JUDGED, NAME, read
from narvard.capacity.scenarios.models import Scenario
from narvard.capacity.scenarios.sheets import sheets
from narvard.core import spreadsheets


def csv_of(row: Scenario) -> str:
    """Every sheet under its name."""
    told = sheets(read(row.definition), row.result or {})
    return spreadsheets.csv_of(line for sheet in told for line in ([sheet.name], sheet.head, *sheet.rows, []))


def xlsx_of(row: Scenario) -> bytes:
    """A workbook, one sheet for each table."""
    return spreadsheets.packed(sheets(read(row.definition), row.result or {}))


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
