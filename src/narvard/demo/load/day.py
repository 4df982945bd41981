"""The demo day itself: today's shifts, activities and the visits that the needs ask for, through the rooms' actions."""

from narvard.core import audit
from narvard.demo.area import CARE_AREA
from narvard.demo.load.history import shift_rows
from narvard.demo.load.world import World
from narvard.organisation.models import Car
from narvard.visits.actions import add_activity, add_shift, generate_day
from narvard.visits.models import Activity, Shift

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


def load_day(world: World) -> int:
    """Shifts, activities and visits of the demo day; gives the number of visits."""
    at = world.clock(0, 6 * 60)
    cars = {car.label: car for car in Car.objects.all()}
    for _spec, row in shift_rows(world, world.date, cars):
        add_shift(
            commission=row.commission,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            base=row.base,
            car=row.car,
            break_minutes=row.break_minutes,
            break_from=row.break_from,
            break_until=row.break_until,
            by=audit.SYSTEM,
            at=at,
        )
    _activities(world)
    return len(generate_day(care_area=CARE_AREA, date=world.date, by=audit.SYSTEM, at=at))


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
