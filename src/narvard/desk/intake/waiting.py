"""The waiting room: who waits at home for a car, the highest risk first, and when a car is free."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from narvard.access import guard
from narvard.access.guard import OpenPatient
from narvard.access.pages import CareHttpRequest, Role, page
from narvard.desk.intake.acts import KEEPERS
from narvard.flows.cars import FreeCar, car_for, free_cars
from narvard.intake import presenters, queries
from narvard.intake.models import CareRequest, Risk
from narvard.intake.rights import offered
from narvard.intake.states import Act

_BADGES = {Risk.HIGH: "late", Risk.RAISED: "nearly", Risk.LOW: "waiting"}


@dataclass(frozen=True)
class Waiting:
    """One who waits, as the keeper watches them."""

    row: presenters.Row
    badge: str
    risk: str
    since: datetime
    assessed_at: datetime
    look_at: datetime
    car: FreeCar | None
    may_look: bool
    may_send_back: bool


@page(*KEEPERS, Role.PLANNER)
def waiting(request: CareHttpRequest) -> HttpResponse:
    """Everybody whom the unit keeps, watches over or is to visit, the highest risk first."""
    unit = request.commission.unit
    rows = list(queries.waiting(unit))
    keys = [row.patient_id for row in rows]
    opened = guard.open_listed(keys, by=request.commission, at=request.at, what="intake.waiting")
    cars = free_cars(unit.care_area, request.at)
    people = [_waiting(request, row, opened, cars) for row in guard.readable_of(rows, opened)]
    context = {
        "people": people,
        "cars": cars,
        "late": sum(person.look_at < request.at for person in people),
        "risks": [(value, str(label)) for value, label in Risk.choices],
    }
    return render(request, "intake/waiting.html", context)


def _waiting(
    request: CareHttpRequest, row: CareRequest, opened: Mapping[UUID, OpenPatient], cars: Sequence[FreeCar]
) -> Waiting:
    if row.waiting_since is None or row.assessed_at is None or row.reassess_due_at is None or row.risk is None:
        raise ValueError(f"{row} is not in the waiting room")
    acts = offered(row, request.commission)
    # Whom the place is hidden from learns nothing of it from which cars go there.
    sees = opened[row.patient_id].sees_municipality
    return Waiting(
        row=presenters.row(row, request.at),
        badge=_BADGES[Risk(row.risk)],
        risk=str(Risk(row.risk).label),
        since=row.waiting_since,
        assessed_at=row.assessed_at,
        look_at=row.reassess_due_at,
        car=car_for(cars, team=row.team_id, municipality=row.patient.municipality_id if sees else None),
        may_look=Act.REASSESS in acts,
        may_send_back=Act.DETERIORATE in acts,
    )
