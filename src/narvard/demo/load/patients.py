"""The registered persons into the database: identity, home, relatives, what matters, segment and facts."""

from datetime import datetime, time

from narvard.access.models import CareRelation
from narvard.core import audit
from narvard.core.audit import Act, write_all
from narvard.core.sorting import sort_key
from narvard.demo import sources
from narvard.demo.area import local_unit
from narvard.demo.load.facts import facts_of
from narvard.demo.load.relations import Kind, once_each, relation
from narvard.demo.load.world import World
from narvard.demo.residents import Resident
from narvard.organisation.models import CareUnit, Commission
from narvard.people.models import (
    Address,
    Fact,
    InformationKind,
    Patient,
    PatientIdentifier,
    Relative,
    SegmentAssignment,
    WhatMatters,
)

_BATCH = 500
REGISTERED_DAYS_AGO = 400


def load_patients(world: World) -> None:
    """Everybody in contact, and the care relations that follow from where they live and are listed."""
    at = world.clock(-REGISTERED_DAYS_AGO, 9 * 60)
    world.patients = [_patient(world, place, person, at) for place, person in enumerate(world.people)]
    Patient.objects.bulk_create(world.patients, batch_size=_BATCH)
    pairs = list(zip(world.patients, world.people, strict=True))
    PatientIdentifier.objects.bulk_create(
        PatientIdentifier(patient=row, system=PatientIdentifier.System.PERSONNUMMER, value=person.number)
        for row, person in pairs
    )
    Address.objects.bulk_create(_address(world, row, person, at) for row, person in pairs)
    Relative.objects.bulk_create(kin for row, person in pairs for kin in _relatives(world, row, person))
    WhatMatters.objects.bulk_create(_matters(world, row, person) for row, person in pairs)
    SegmentAssignment.objects.bulk_create(_segment(world, row, person) for row, person in pairs if person.segment)
    Fact.objects.bulk_create(
        (fact for row, person in pairs for fact in facts_of(world, row, person, journal_of(world, person))),
        batch_size=_BATCH,
    )
    relations = once_each([row for pair in pairs for row in _relations(world, *pair, at)])
    CareRelation.objects.bulk_create(relations, batch_size=_BATCH)
    write_all(
        [Act("people.register_patient", audit.SYSTEM, at, (row.pk,), "patient", row.pk) for row in world.patients]
    )


def health_centre(person: Resident) -> str:
    """Key of the health centre where the person is listed."""
    return str(sources.yaml_data("units.yaml")["health_centres"][person.health_centre])


def housing_unit(person: Resident) -> str:
    """Key of the municipal housing or short-term unit that the person lives at; empty for other housing."""
    kind = {"special": "housing", "short_term": "short"}.get(person.housing, "")
    return f"{kind}-{person.home.municipality}" if kind else ""


def journal_of(world: World, person: Resident) -> Commission:
    """The physician of the person's health centre, who has written down what is known from before."""
    return world.anybody_at(health_centre(person))


def _patient(world: World, place: int, person: Resident, at: datetime) -> Patient:
    lives_at = housing_unit(person)
    return Patient(
        id=world.id("patient", person.number),
        given_name=person.given_name,
        family_name=person.family_name,
        sort_key=sort_key(person.family_name, person.given_name),
        birth_date=person.born,
        sex=Patient.Sex.FEMALE if person.woman else Patient.Sex.MALE,
        protection=person.protection,
        municipality=world.municipalities[person.home.municipality],
        housing=person.housing,
        lives_at=world.units[lives_at] if lives_at else None,
        listed_at=world.units[health_centre(person)],
        home_nursing=person.home_nursing,
        phone=person.phone,
        language=person.language,
        interpreter=person.interpreter,
        contact_by=person.contact_by,
        contact_not_before=time(person.not_before_hour) if person.not_before_hour else None,
        registered_at=at,
    )


def _address(world: World, row: Patient, person: Resident, at: datetime) -> Address:
    rng = sources.stream(world.seed, f"door-{person.number}")
    in_town = not person.home.outside and person.housing == "ordinary"
    return Address(
        id=world.id("address", person.number),
        patient=row,
        street=person.home.street,
        postal_code=f"{person.home.postal_code[:3]} {person.home.postal_code[3:]}",
        place=person.home.town,
        latitude=person.home.lat,
        longitude=person.home.lon,
        door_code=f"{rng.randint(0, 9999):04d}" if in_town and rng.random() < 0.4 else "",
        way_in=rng.choice(("Nyckelskåp till höger om dörren.", "Ring på, det tar en stund.", "", "", "")),
        since=at,
    )


def _relatives(world: World, row: Patient, person: Resident) -> list[Relative]:
    return [
        Relative(
            id=world.id("relative", person.number, order),
            patient=row,
            name=kin.name,
            kind=kin.kind,
            phone=kin.phone,
            may_be_told=kin.may_be_told,
            call_at_night=kin.call_at_night,
            order=order,
        )
        for order, kin in enumerate(person.kin, start=1)
    ]


def _matters(world: World, row: Patient, person: Resident) -> WhatMatters:
    by = journal_of(world, person)
    return WhatMatters(
        id=world.id("matters", person.number),
        patient=row,
        owner_unit=by.unit,
        information_kind=InformationKind.COORDINATION,
        text=person.matters,
        told_by=person.name if person.age >= 12 else person.kin[0].name,
        at=world.clock(-90, 10 * 60),
        recorded_by=by,
    )


def _segment(world: World, row: Patient, person: Resident) -> SegmentAssignment:
    by = journal_of(world, person)
    return SegmentAssignment(
        id=world.id("segment", person.number),
        patient=row,
        owner_unit=by.unit,
        information_kind=InformationKind.COORDINATION,
        segment=person.segment,
        since=world.clock(-90, 10 * 60),
        reason="Bedömd vid läkarbesök.",
        recorded_by=by,
    )


def _relations(world: World, row: Patient, person: Resident, at: datetime) -> list[CareRelation]:
    home = person.home
    units: list[tuple[CareUnit, CareRelation.Kind]] = [(world.units[health_centre(person)], Kind.LISTED)]
    lives_at = housing_unit(person)
    if lives_at:
        units.append((world.units[lives_at], Kind.LIVES_AT))
    if person.home_nursing:
        nursing = local_unit("nursing", home.municipality, home.lat, home.lon)
        units.append((world.units[nursing], Kind.HOME_NURSING))
    if has_home_help(world, person):
        units.append((world.units[f"help-{home.municipality}"], Kind.SOCIAL))
        units.append((world.units[f"assessment-{home.municipality}"], Kind.SOCIAL))
    return [relation(world, row, unit, kind, "patient", row.pk, at) for unit, kind in units]


def has_home_help(world: World, person: Resident) -> bool:
    """Whether the municipality's home help goes there."""
    if person.housing != "ordinary" or person.age < 65:
        return False
    needs_help = person.manages_personal_care is False
    return needs_help and (bool(person.key) or sources.stream(world.seed, f"help-{person.number}").random() < 0.8)
