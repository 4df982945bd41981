"""Which car goes with which shift: no car in two places at once. Pure."""

from collections.abc import Iterable

from narvard.demo.area import Area, CarSpec
from narvard.demo.staffing import ShiftSpec


def with_municipal_cars(area: Area, day_shifts: Iterable[ShiftSpec]) -> tuple[CarSpec, ...]:
    """The area's cars and, for each municipal unit, as many as it has people out at once on `day_shifts`."""
    own = [*area.cars]
    for unit in area.units.values():
        if unit.base and unit.provider != "region":
            out = [shift for shift in day_shifts if shift.unit == unit.key]
            own += [CarSpec(f"{unit.name.upper()} {n}", unit.base, unit.key) for n in range(1, _most_at_once(out) + 1)]
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


def _most_at_once(shifts: list[ShiftSpec]) -> int:
    return max((sum(row.starts <= shift.starts < row.ends for row in shifts) for shift in shifts), default=0)
