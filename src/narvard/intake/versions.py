"""Reads of programmes and their versions."""

from dataclasses import dataclass
from datetime import date

import yaml

from narvard.intake.definitions import Definition, packaged, stored_definition
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


@dataclass(frozen=True)
class History:
    """A programme with all its versions, newest first; one that only comes with the product has none."""

    key: str
    name: str
    kind: str
    programme: Programme | None
    versions: tuple[ProgrammeVersion, ...]
    packaged: Definition | None

    def in_force(self, day: date) -> ProgrammeVersion | None:
        """The version in force on ``day``."""
        newest = next((row for row in self.versions if row.valid_from <= day), None)
        return newest if newest is not None and (newest.ends_on is None or day < newest.ends_on) else None

    def numbered(self, number: int) -> ProgrammeVersion | None:
        """The version of that number."""
        return next((row for row in self.versions if row.number == number), None)

    def before(self, version: ProgrammeVersion) -> ProgrammeVersion | None:
        """The version that ``version`` took over from."""
        return next((row for row in self.versions if row.number < version.number), None)

    @property
    def newest_text(self) -> str:
        """The newest text, which the next version begins from."""
        if self.versions:
            return text_of(self.versions[0])
        return self.packaged.text if self.packaged else ""


def programme_rows(day: date) -> list[ProgrammeRow]:
    """Every programme by key: those of the database, and those that come with the product and are not loaded."""
    stored = {row.key: row for row in Programme.objects.all()}
    versions = versions_in_force(day)
    rows = [ProgrammeRow(row.key, row.name, row.kind, versions.get(row.pk)) for row in stored.values()]
    rows += [ProgrammeRow(row.key, row.name, row.kind, None) for row in packaged() if row.key not in stored]
    return sorted(rows, key=lambda row: row.key)


def history(key: str) -> History | None:
    """The programme ``key`` with its versions; None when neither the database nor the product has it."""
    programme = Programme.objects.filter(key=key).first()
    ours = next((row for row in packaged() if row.key == key), None)
    known = programme or ours
    if known is None:
        return None
    versions = tuple(programme.versions.order_by("-number")) if programme else ()
    return History(key, known.name, known.kind, programme, versions, ours)


def text_of(version: ProgrammeVersion) -> str:
    """The version as it was written, or written out from its data."""
    return version.text or yaml.safe_dump(version.definition, allow_unicode=True, sort_keys=False, width=120)


def definition_of(version: ProgrammeVersion) -> Definition:
    """The version's definition."""
    return stored_definition(version.definition)
