"""The drawn area and the rows already loaded: what each step of the load reads and adds to."""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from narvard.core.calendar import at_local
from narvard.demo.area import Area, area
from narvard.demo.caseload import Caseload, caseload
from narvard.demo.residents import Resident, residents
from narvard.demo.staffing import StaffSpec, staff
from narvard.organisation.models import Base, CareUnit, Commission, Competence, Municipality, Staff
from narvard.people.models import Patient

OPENS_AT = 7 * 60 + 30
_NAMESPACE = uuid.UUID("6a0b0c1e-6f0e-4d52-9d0a-0f3d9b0c2411")


@dataclass
class World:
    """The synthetic area of one date, seed and operating model, and its rows by their keys."""

    date: date
    seed: int
    model: str
    area: Area
    people: tuple[Resident, ...]
    staff_specs: tuple[StaffSpec, ...]
    caseload: Caseload
    municipalities: dict[str, Municipality] = field(default_factory=dict)
    units: dict[str, CareUnit] = field(default_factory=dict)
    bases: dict[str, Base] = field(default_factory=dict)
    competences: dict[str, Competence] = field(default_factory=dict)
    staff: dict[str, Staff] = field(default_factory=dict)
    commissions: dict[tuple[str, str], Commission] = field(default_factory=dict)
    patients: list[Patient] = field(default_factory=list)

    @property
    def morning(self) -> datetime:
        """The instant the demo starts: nothing recorded is later."""
        return self.clock(0, OPENS_AT)

    def clock(self, days: int, minute: int) -> datetime:
        """The instant ``minute`` minutes after local midnight, ``days`` days from the demo day."""
        return at_local(self.date + timedelta(days=days), minute)

    def id(self, kind: str, *key: object) -> uuid.UUID:
        """The row's id: the same each time for the same date, seed and model."""
        name = ":".join(map(str, (self.date, self.seed, self.model, kind, *key)))
        return uuid.uuid5(_NAMESPACE, name)

    def at_unit(self, unit: str, *professions: str) -> list[Commission]:
        """The commissions at a unit, of the professions if any are named, in a fixed order."""
        return [
            row
            for (_, at), row in self.commissions.items()
            if at == unit and (not professions or row.staff.profession in professions)
        ]

    def anybody_at(self, unit: str, turn: int = 0) -> Commission:
        """Somebody who acts for a unit; ``turn`` lets them take turns."""
        rows = self.at_unit(unit)
        if not rows:
            raise LookupError(f"nobody works at {unit}")
        return rows[turn % len(rows)]

    def patient(self, key: str) -> Patient:
        """The patient of the cast with that key."""
        return next(row for row, person in zip(self.patients, self.people, strict=True) if person.key == key)


def draw_world(day: date, seed: int, model: str) -> World:
    """Draw the area; nothing is read from or written to the database."""
    drawn, people = area(model), residents(seed, day)
    return World(
        date=day,
        seed=seed,
        model=model,
        area=drawn,
        people=people,
        staff_specs=staff(seed, drawn),
        caseload=caseload(seed, day, drawn, people),
    )
