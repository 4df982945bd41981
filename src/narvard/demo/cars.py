"""Which car goes with which shift: no car in two places at once. Pure."""

from collections.abc import Iterable

from narvard.demo.area import Area, CarSpec, from_base
from narvard.demo.duty import pattern
from narvard.demo.staffing import ShiftSpec


def with_municipal_cars(area: Area) -> tuple[CarSpec, ...]:
    """The area's cars and, for each municipal unit, as many as it has people out at once on a weekday."""
    own = [*area.cars]
    for unit in area.units.values():
        if unit.base and unit.provider != "region":
            own += [from_base(unit.base, unit.key, len(own) + n) for n in range(1, _most_at_once(unit.key) + 1)]
    return tuple(own)


def assign(area: Area, cars: Iterable[CarSpec], day_shifts: Iterable[ShiftSpec]) -> dict[ShiftSpec, str]:
    """Label of the car by shift: the unit's own first, then a pool car at the base; none when all are out."""
    free_from = {car.label: 0 for car in cars}
    by_label = {car.label: car for car in cars}
    chosen: dict[ShiftSpec, str] = {}
    for shift in sorted(day_shifts, key=lambda row: (row.starts, row.unit, row.staff)):
        usable = [
            label for label, since in free_from.items() if since <= shift.starts and _may_use(by_label[label], shift)
        ]
        if usable:
            label = min(usable, key=lambda name: (by_label[name].team != shift.unit, name))
            chosen[shift], free_from[label] = label, shift.ends
    return chosen


def _may_use(car: CarSpec, shift: ShiftSpec) -> bool:
    return car.team == shift.unit or (not car.team and car.base == shift.base)


def _most_at_once(unit: str) -> int:
    rows = pattern(unit)
    return max((sum(n for _, n, start, end in rows if start <= begins < end) for _, _, begins, _ in rows), default=0)
