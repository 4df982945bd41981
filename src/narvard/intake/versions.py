"""Reads of programmes and their versions."""

from dataclasses import dataclass
from datetime import date

from narvard.intake.definitions import packaged
from narvard.intake.models import ProgrammeVersion
from narvard.intake.queries import versions_in_force
from narvard.organisation.models import Programme


@dataclass(frozen=True)
class ProgrammeRow:
    """A programme as a list shows it; ``version`` is the one in force, None when none is."""

    key: str
    name: str
    kind: str
    version: ProgrammeVersion | None


def programme_rows(day: date) -> list[ProgrammeRow]:
    """Every programme by key: those of the database, and those that come with the product and are not loaded."""
    stored = {row.key: row for row in Programme.objects.all()}
    versions = versions_in_force(day)
    rows = [ProgrammeRow(row.key, row.name, row.kind, versions.get(row.pk)) for row in stored.values()]
    rows += [ProgrammeRow(row.key, row.name, row.kind, None) for row in packaged() if row.key not in stored]
    return sorted(rows, key=lambda row: row.key)
