"""Providers, units, teams, cars, staff and commissions into the database."""

from datetime import date

from django.contrib.auth.hashers import make_password

from narvard.capacity.actions import store_need
from narvard.capacity.segments import SEED_SHARES
from narvard.core import audit
from narvard.core.models import User
from narvard.core.sorting import sort_key
from narvard.demo import need, sources
from narvard.demo.area import CARE_AREA, UnitSpec, hsa_id
from narvard.demo.cars import with_municipal_cars
from narvard.demo.cast import PASSWORD
from narvard.demo.load.world import World
from narvard.demo.staffing import StaffSpec, role_of
from narvard.intake.actions import load_programmes
from narvard.organisation.models import (
    Base,
    CallingRule,
    Car,
    CareProvider,
    CareUnit,
    Commission,
    Competence,
    Employment,
    Municipality,
    OpeningHours,
    Programme,
    Staff,
    StaffCompetence,
    Team,
)

# Everybody has worked here since then; programmes are in force since then.
SINCE = date(2024, 1, 1)
LEADER = "Ledningsgruppen för mobil vård (demonstration)"


def load_organisation(world: World) -> None:
    """All that is there before any patient."""
    _municipalities(world)
    providers = _providers(world)
    _units(world, providers)
    at = world.clock(-365, 0)
    load_programmes(decided_by=LEADER, valid_from=SINCE, by=audit.SYSTEM, at=at)
    _teams(world, providers)
    _hours_and_calls(world)
    _cars(world)
    _staff(world, providers)
    for key, text in need.SCENARIOS.items():
        cells = need.need_cells(key)
        store_need(scenario=key, source=text, cells=cells, assumptions=SEED_SHARES, by=audit.SYSTEM, at=at)


def _municipalities(world: World) -> None:
    centres = {place.municipality: place for place in reversed(sources.localities()) if place.population}
    largest = {
        code: max(
            (place for place in sources.localities() if place.municipality == code and place.population),
            key=lambda place: place.population or 0,
        )
        for code in centres
    }
    for place in sources.municipalities():
        row, _created = Municipality.objects.update_or_create(
            code=place.code,
            defaults={
                "name": place.name,
                "sort_key": sort_key(place.name),
                "care_area": CARE_AREA,
                "latitude": largest[place.code].lat,
                "longitude": largest[place.code].lon,
            },
        )
        world.municipalities[place.code] = row


def _providers(world: World) -> dict[str, CareProvider]:
    rows = {}
    for number, spec in enumerate(world.area.providers, start=1):
        rows[spec.key] = CareProvider.objects.create(
            id=world.id("provider", spec.key),
            name=spec.name,
            kind=spec.kind,
            hsa_id=hsa_id("V", number),
            municipality=world.municipalities.get(spec.municipality),
        )
    return rows


def _units(world: World, providers: dict[str, CareProvider]) -> None:
    for number, spec in enumerate(world.area.units.values(), start=1):
        world.units[spec.key] = CareUnit(
            id=world.id("unit", spec.key),
            provider=providers[spec.provider],
            name=spec.name,
            sort_key=sort_key(spec.name),
            kind=spec.kind,
            hsa_id=hsa_id("E", number),
            municipality=world.municipalities[spec.municipality],
            care_area=CARE_AREA,
            phone=spec.phone,
            latitude=spec.lat,
            longitude=spec.lon,
        )
    CareUnit.objects.bulk_create(world.units.values())
    for place in world.area.bases.values():
        world.bases[place.key] = Base.objects.create(
            id=world.id("base", place.key),
            name=place.name,
            municipality=world.municipalities[place.municipality],
            latitude=place.lat,
            longitude=place.lon,
        )


def _teams(world: World, providers: dict[str, CareProvider]) -> None:
    programmes = {row.key: row for row in Programme.objects.all()}
    for spec in world.area.teams:
        if spec.team is None:
            continue
        team = Team.objects.create(
            unit=world.units[spec.key], programme=programmes[spec.team.programme], base=world.bases[spec.base]
        )
        team.municipalities.set([world.municipalities[code] for code in spec.team.covers])
        team.owners.set([providers[key] for key in spec.team.owners])


def _hours_and_calls(world: World) -> None:
    OpeningHours.objects.bulk_create(
        OpeningHours(unit=world.units[spec.key], day=day, opens_minute=opens, closes_minute=closes)
        for spec in world.area.units.values()
        for day, opens, closes in spec.hours
    )
    CallingRule.objects.bulk_create(rule for spec in world.area.units.values() for rule in _calling_rules(world, spec))


def _calling_rules(world: World, spec: UnitSpec) -> list[CallingRule]:
    """The unit itself while it is open, then who answers for it."""
    unit = world.units[spec.key]
    when = CallingRule.When.OPEN if spec.closed_to else CallingRule.When.ALWAYS
    own = CallingRule(unit=unit, order=1, when=when, label=spec.name, phone=spec.phone)
    if not spec.closed_to:
        return [own]
    other = world.area.units[spec.closed_to]
    night = CallingRule(
        unit=unit,
        order=2,
        when=CallingRule.When.CLOSED,
        label=other.name,
        phone=other.phone,
        answered_by=world.units[other.key],
    )
    return [own, night]


def _cars(world: World) -> None:
    teams = {team.unit_id: team for team in Team.objects.all()}
    Car.objects.bulk_create(
        Car(
            id=world.id("car", car.label),
            base=world.bases[car.base],
            team=teams.get(world.units[car.team].pk) if car.team else None,
            label=car.label,
        )
        for car in with_municipal_cars(world.area)
    )


def _staff(world: World, providers: dict[str, CareProvider]) -> None:
    names = sources.yaml_data("units.yaml")["competences"]
    for key, name in names.items():
        world.competences[key] = Competence.objects.create(id=world.id("competence", key), key=key, name=name)
    specs = world.staff_specs
    accounts = _accounts(world)
    world.staff = {
        spec.key: _person(world, number, spec, accounts.get(spec.username))
        for number, spec in enumerate(specs, start=1)
    }
    Staff.objects.bulk_create(world.staff.values())
    Employment.objects.bulk_create(row for spec in specs for row in _employments(world, spec, providers))
    StaffCompetence.objects.bulk_create(
        StaffCompetence(staff=world.staff[spec.key], competence=world.competences[key], since=SINCE)
        for spec in specs
        for key in spec.competences
    )
    rows = [(spec, post) for spec in specs for post in spec.posts]
    for number, (spec, post) in enumerate(rows, start=1):
        world.commissions[spec.key, post] = _commission(world, number, spec, post)
    Commission.objects.bulk_create(world.commissions.values())


def _accounts(world: World) -> dict[str, User]:
    """The cast can sign in. One hash for the one password: making it is slow on purpose."""
    hashed = make_password(PASSWORD)
    names = [spec.username for spec in world.staff_specs if spec.username]
    rows = [User(id=world.id("user", name), username=name, password=hashed) for name in names]
    return {row.username: row for row in User.objects.bulk_create(rows)}


def _person(world: World, number: int, spec: StaffSpec, user: User | None) -> Staff:
    """A member of staff."""
    return Staff(
        id=world.id("staff", spec.key),
        user=user,
        given_name=spec.given_name,
        family_name=spec.family_name,
        sort_key=sort_key(spec.family_name, spec.given_name),
        profession=spec.profession,
        hsa_id=hsa_id("P", number),
        phone=spec.phone,
    )


def _employments(world: World, spec: StaffSpec, providers: dict[str, CareProvider]) -> list[Employment]:
    """One employment per employer; a shared post is split evenly."""
    employers = list(dict.fromkeys(world.area.units[post].provider for post in spec.posts))
    percent = 100 // len(employers)
    return [
        Employment(staff=world.staff[spec.key], provider=providers[key], percent=percent, since=SINCE)
        for key in employers
    ]


def _commission(world: World, number: int, spec: StaffSpec, post: str) -> Commission:
    role, purpose = role_of(spec, world.area.units[post])
    return Commission(
        id=world.id("commission", spec.key, post),
        staff=world.staff[spec.key],
        unit=world.units[post],
        role=role,
        purpose=purpose,
        hsa_id=hsa_id("U", number),
        since=SINCE,
        # Somebody at the joint intake puts callers through also to those whose place is hidden (docs/access.md).
        sees_protected=role == Commission.Role.COORDINATOR and bool(spec.username),
    )
