"""Ten weeks before and the week after: shifts of everybody, visits made; the last week's notes signed."""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from narvard.core.audit import Act, write_all
from narvard.core.calendar import at_local
from narvard.demo import sources
from narvard.demo.cars import assign, with_municipal_cars
from narvard.demo.load.care import Stock, open_needs
from narvard.demo.load.world import World
from narvard.demo.needs import NeedSpec, RoleSpec
from narvard.demo.staffing import ShiftSpec, shifts
from narvard.organisation.models import Car
from narvard.people.models import InformationKind
from narvard.visits.models import Shift, Visit, VisitNeed, VisitNote, VisitRole
from narvard.visits.rules import kind_of_note

_BATCH = 500
# Ten whole weeks, as control charts ask for; notes of the last one.
DAYS_BACK, NOTES_BACK, DAYS_AHEAD = 70, 7, 6
_FAILED, _UNSIGNED, _WITHOUT_CODE = 0.02, 0.05, 0.006
_BETWEEN = 14
_FAILURES = ("Ingen öppnade.", "Patienten åkte in till sjukhus.", "Patienten avböjde i dag.")


@dataclass
class Diary:
    """One past day while it is filled: each shift's route so far, and the rows it gives."""

    day: date
    shifts: dict[ShiftSpec, Shift]
    route: dict[ShiftSpec, list[Visit]] = field(default_factory=lambda: defaultdict(list))
    free_at: dict[ShiftSpec, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.free_at = {spec: spec.starts for spec in self.shifts}

    def find(self, role: RoleSpec, earliest: int, minutes: int, taken: set[str]) -> ShiftSpec | None:
        """The fitting shift that can start first, at ``earliest`` or later, without going over its end."""
        fitting = [
            spec
            for spec in self.shifts
            if spec.unit == role.unit
            and spec.profession == role.profession
            and spec.staff not in taken
            and max(self.free_at[spec], earliest) + minutes <= spec.ends
        ]
        return min(fitting, key=lambda spec: (max(self.free_at[spec], earliest), spec.staff), default=None)


def load_history(world: World, stock: Stock) -> None:
    """Past and coming shifts, the visits of ten weeks, and the notes of the last one."""
    cars = {car.label: car for car in Car.objects.all()}
    stored: dict[date, dict[ShiftSpec, Shift]] = {}
    for offset in (*range(-DAYS_BACK, 0), *range(1, DAYS_AHEAD + 1)):
        day = world.date + timedelta(days=offset)
        stored[day] = dict(shift_rows(world, day, cars))
    Shift.objects.bulk_create((row for rows in stored.values() for row in rows.values()), batch_size=_BATCH)
    rng = sources.stream(world.seed, f"history-{world.model}")
    visits: list[Visit] = []
    roles: list[VisitRole] = []
    for offset in range(-DAYS_BACK, 0):
        day = world.date + timedelta(days=offset)
        for visit, took_part in _past_day(world, stock, rng, Diary(day, stored[day])):
            visits.append(visit)
            roles += took_part
    Visit.objects.bulk_create(visits, batch_size=_BATCH)
    VisitRole.objects.bulk_create(roles, batch_size=_BATCH)
    _notes(world, stock, rng, visits, roles)


def shift_rows(world: World, day: date, cars: dict[str, Car]) -> Iterator[tuple[ShiftSpec, Shift]]:
    """The shifts of a day as rows, with their cars."""
    specs = shifts(world.staff_specs, world.area, day)
    labels = assign(world.area, with_municipal_cars(world.area), specs)
    for spec in specs:
        label = labels.get(spec, "")
        breaks = _break(spec)
        yield (
            spec,
            Shift(
                id=world.id("shift", day, spec.staff, spec.unit, spec.starts),
                commission=world.commissions[spec.staff, spec.unit],
                date=day,
                starts_at=at_local(day, spec.starts),
                ends_at=at_local(day, spec.ends),
                base=world.bases[spec.base],
                car=cars.get(label),
                break_minutes=30 if breaks else 0,
                break_from=at_local(day, breaks[0]) if breaks else None,
                break_until=at_local(day, breaks[1]) if breaks else None,
            ),
        )


def _break(spec: ShiftSpec) -> tuple[int, int] | None:
    """Between which minutes the break lies: lunch, an evening break, or none in a short shift."""
    if spec.ends - spec.starts < 300:
        return None
    if spec.starts < 660:
        return 660, 810
    middle = (spec.starts + spec.ends) // 2
    return middle - 60, middle + 60


def _past_day(world: World, stock: Stock, rng: random.Random, diary: Diary) -> Iterator[tuple[Visit, list[VisitRole]]]:
    due = [(need, spec) for need, spec in open_needs(stock) if spec.due_on(diary.day)]
    for need, spec in sorted(due, key=lambda row: (row[1].window, str(row[0].pk))):
        made = _made(world, rng, diary, need, spec)
        if made:
            yield made


def _made(
    world: World, rng: random.Random, diary: Diary, need: VisitNeed, spec: NeedSpec
) -> tuple[Visit, list[VisitRole]] | None:
    """The visit that was made, by those who could come first; None on a day when nobody could."""
    minutes = spec.story.minutes
    chosen: list[ShiftSpec] = []
    start = spec.window[0]
    for role in spec.roles:
        shift = diary.find(role, start, minutes, {row.staff for row in chosen})
        if shift is None:
            return None
        chosen.append(shift)
        start = max(start, diary.free_at[shift])
    start += rng.randint(0, 9)
    visit = _visit(world, rng, diary.day, need, spec, start)
    roles = []
    for position, (role, shift) in enumerate(zip(spec.roles, chosen, strict=True), start=1):
        diary.free_at[shift] = start + minutes + _BETWEEN
        diary.route[shift].append(visit)
        order = len(diary.route[shift])
        roles.append(_role(world, visit, position, role, diary.shifts[shift], order))
    return visit, roles


def visit_row(world: World, day: date, need: VisitNeed, spec: NeedSpec) -> Visit:
    """The visit that a need asks for on `day`, to be planned."""
    return Visit(
        id=world.id("visit", need.pk, day),
        patient_id=need.patient_id,
        owner_unit_id=need.owner_unit_id,
        information_kind=InformationKind.COORDINATION,
        episode_id=need.episode_id,
        need=need,
        date=day,
        what=need.what,
        code=need.code,
        mode=need.mode,
        minutes=need.minutes,
        priority=need.priority,
        window_start=at_local(day, spec.window[0]),
        window_end=at_local(day, spec.window[1]),
        bring=need.bring,
    )


def _visit(world: World, rng: random.Random, day: date, need: VisitNeed, spec: NeedSpec, start: int) -> Visit:
    """The same, as it went."""
    failed = rng.random() < _FAILED
    visit = visit_row(world, day, need, spec)
    visit.code = "" if rng.random() < _WITHOUT_CODE else visit.code
    visit.state = Visit.State.FAILED if failed else Visit.State.DONE
    visit.reason = rng.choice(_FAILURES) if failed else ""
    visit.starts_at = at_local(day, start)
    visit.ends_at = at_local(day, start + need.minutes)
    return visit


def _role(world: World, visit: Visit, position: int, role: RoleSpec, shift: Shift, order: int) -> VisitRole:
    return VisitRole(
        visit=visit,
        position=position,
        unit=world.units[role.unit],
        profession=role.profession,
        competence=world.competences[role.competence] if role.competence else None,
        shift=shift,
        order=order,
        travel_minutes=float(_BETWEEN),
    )


def _notes(world: World, stock: Stock, rng: random.Random, visits: list[Visit], roles: list[VisitRole]) -> None:
    """Each care provider's own note of a visit that was made, most of them signed and copied."""
    by_visit: dict[object, list[VisitRole]] = defaultdict(list)
    for role in roles:
        by_visit[role.visit_id].append(role)
    notes: list[VisitNote] = []
    acts: list[Act] = []
    noted = world.date - timedelta(days=NOTES_BACK)
    for visit in visits:
        own = {role.unit.provider_id: role for role in reversed(by_visit[visit.pk])}
        for role in own.values():
            if visit.state != Visit.State.DONE or visit.date < noted or role.shift is None or visit.ends_at is None:
                continue
            signed = rng.random() >= _UNSIGNED
            notes.append(_note(world, stock, visit, role, visit.ends_at + timedelta(minutes=4), signed=signed))
            acts += _note_acts(notes[-1])
        acts.append(_end_act(visit, by_visit[visit.pk][0]))
    VisitNote.objects.bulk_create(notes, batch_size=_BATCH)
    write_all(acts)


def _note(world: World, stock: Stock, visit: Visit, role: VisitRole, at: datetime, *, signed: bool) -> VisitNote:
    if role.shift is None:
        raise ValueError("a note is written by somebody who came")
    author = role.shift.commission
    return VisitNote(
        id=world.id("note", visit.pk, author.unit.provider_id),
        patient_id=visit.patient_id,
        owner_unit=author.unit,
        information_kind=kind_of_note(author),
        visit=visit,
        provider_id=author.unit.provider_id,
        author=author,
        text=stock.specs[visit.need_id].story.note,
        codes=[visit.code] if visit.code else [],
        written_at=at,
        signed_at=at + timedelta(minutes=1) if signed else None,
        copied_at=at + timedelta(minutes=2) if signed else None,
    )


def _note_acts(note: VisitNote) -> Iterator[Act]:
    patients = (note.patient_id,)
    yield Act("visits.write_note", note.author, note.written_at, patients, "visitnote", note.pk)
    if note.signed_at:
        yield Act("visits.sign_note", note.author, note.signed_at, patients, "visitnote", note.pk, "sign")


def _end_act(visit: Visit, role: VisitRole) -> Act:
    what = "visits.finish_visit" if visit.state == Visit.State.DONE else "visits.fail_visit"
    if role.shift is None or visit.ends_at is None:
        raise ValueError("a visit that happened has somebody who came")
    return Act(what, role.shift.commission, visit.ends_at, (visit.patient_id,), "visit", visit.pk, reason=visit.reason)
