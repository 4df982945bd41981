"""The demo day itself: today's shifts, activities and the visits that the needs ask for."""

from collections import defaultdict
from datetime import date, timedelta

from narvard.core import audit
from narvard.core.audit import Act, write_all
from narvard.demo.area import CARE_AREA
from narvard.demo.load.care import Stock, open_needs
from narvard.demo.load.history import DAYS_AHEAD, shift_rows, visit_row
from narvard.demo.load.world import World
from narvard.organisation.models import Car
from narvard.visits.actions import add_activity, generate_day
from narvard.visits.models import Activity, NeedRole, Shift, Visit, VisitRole
from narvard.visits.queries import plan_key

# Unit (the first that the model has), kind, title, from and until (minutes), professions.
_ACTIVITIES = (
    (("palliativ",), "round", "Rond, palliativa hemsjukvården", 480, 510, ("nurse", "physician")),
    (("primar", "pv-umea-ost"), "round", "Morgonrond", 480, 505, ("nurse", "physician")),
    (("pv-umea-vast",), "round", "Morgonrond", 480, 505, ("nurse", "physician")),
    (("pv-umea-soder",), "round", "Morgonrond", 480, 505, ("nurse", "physician")),
    (("demens", "sk-umea-norr"), "meeting", "Teammöte", 840, 870, ("nurse", "physiotherapist", "counsellor")),
    (("nursing-2460",), "teaching", "Undervisning: behovslådan hemma", 810, 855, ("nurse",)),
    (("rehab-2480",), "meeting", "Hjälpmedelsmöte", 780, 810, ("physiotherapist", "occupational_therapist")),
)


def load_day(world: World, stock: Stock) -> int:
    """Shifts and activities of the demo day, visits of it and the coming days; gives the number of today's visits.

    Shifts and visits get ids of their own making, because the planner works in the order of ids: the same area
    then has the same plan. That `generate_day` has nothing to add shows that they are what it would have made.
    """
    at = world.clock(0, 6 * 60)
    cars = {car.label: car for car in Car.objects.all()}
    shifts = [row for _spec, row in shift_rows(world, world.date, cars)]
    Shift.objects.bulk_create(shifts)
    _activities(world)
    write_all([Act("visits.add_shift", audit.SYSTEM, at, (), "shift", row.pk) for row in shifts])
    today = _generate(world, stock, world.date)
    for ahead in range(1, DAYS_AHEAD + 1):
        _generate(world, stock, world.date + timedelta(days=ahead))
    return today


def _generate(world: World, stock: Stock, day: date) -> int:
    """The visits of a day, today's or a coming one's; gives how many."""
    at = world.clock(0, 6 * 60)
    visits, roles = _visits(world, stock, day)
    Visit.objects.bulk_create(visits)
    VisitRole.objects.bulk_create(roles)
    patients = tuple(row.patient_id for row in visits)
    key = plan_key(CARE_AREA, day)[:64]
    write_all([Act("visits.generate_day", audit.SYSTEM, at, patients, "day", key)])
    forgotten = generate_day(care_area=CARE_AREA, date=day, by=audit.SYSTEM, at=at)
    if forgotten:
        raise LookupError(f"{len(forgotten)} of the visits of {day} were not drawn")
    return len(visits)


def _visits(world: World, stock: Stock, day: date) -> tuple[list[Visit], list[VisitRole]]:
    """What the open needs ask for on `day`, to be planned."""
    asked: dict[object, list[NeedRole]] = defaultdict(list)
    for role in stock.roles:
        asked[role.need_id].append(role)
    due = [(need, spec) for need, spec in open_needs(stock) if spec.due_on(day)]
    visits = {need.pk: visit_row(world, day, need, spec) for need, spec in due}
    roles = [
        VisitRole(
            visit=visits[need.pk],
            position=role.position,
            unit=role.unit,
            profession=role.profession,
            competence=role.competence,
            preferred_staff=role.preferred_staff,
        )
        for need, _spec in due
        for role in asked[need.pk]
    ]
    return list(visits.values()), roles


def _activities(world: World) -> None:
    """Rounds, teaching and meetings of those at work then."""
    at = world.clock(-3, 14 * 60)
    for units, kind, title, start, end, professions in _ACTIVITIES:
        unit = next((world.units[key] for key in units if key in world.units), None)
        if unit is None:
            continue
        begins, ends = world.clock(0, start), world.clock(0, end)
        on_duty = Shift.objects.filter(
            commission__unit=unit,
            commission__staff__profession__in=professions,
            date=world.date,
            starts_at__lte=begins,
            ends_at__gte=ends,
        ).select_related("commission__staff", "base")
        rows = list(on_duty.order_by("starts_at", "commission__staff__sort_key"))
        if rows:
            add_activity(
                unit=unit,
                kind=Activity.Kind(kind),
                title=title,
                starts_at=begins,
                ends_at=ends,
                base=rows[0].base,
                participants=[row.commission.staff for row in rows],
                by=audit.SYSTEM,
                at=at,
            )
