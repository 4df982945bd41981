"""A shift: its tour in order, and cancelling it."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.guard import AccessDenied
from narvard.access.pages import CareHttpRequest, page
from narvard.desk.base import run_once
from narvard.desk.planner.forms import ReasonOnceForm
from narvard.desk.planner.views import ROLES
from narvard.visits import actions, queries
from narvard.visits.models import Shift
from narvard.visits.presenters import stops as present


@page(*ROLES, methods=("GET", "POST"))
def shift(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A person's tour; POST cancels the shift."""
    row = _shift(request, pk)
    form, status = ReasonOnceForm(version=row.version), 200
    if request.method == "POST":
        form, status = ReasonOnceForm(request.POST), 422
        if form.is_valid():
            answer = _cancel(request, row, form)
            if answer is not None:
                return answer
            status, row = 409, _shift(request, pk)
            form.renew(row.version)
    return render(request, "planner/shift.html", _context(request, row, form), status=status)


def _shift(request: CareHttpRequest, pk: uuid.UUID) -> Shift:
    rows = Shift.objects.select_related("commission__staff", "commission__unit", "base", "car")
    row = rows.filter(pk=pk, commission__unit__care_area=request.commission.unit.care_area).first()
    if row is None:
        raise AccessDenied("missing", object_kind="shift", object_id=pk)
    return row


def _context(request: CareHttpRequest, row: Shift, form: ReasonOnceForm) -> dict[str, object]:
    visits = list(queries.visits_of_shift(row))
    opened = guard.open_listed(
        [visit.patient_id for visit in visits], by=request.commission, at=request.at, what="planner.shift"
    )
    known = present.know(opened, request.at)
    stops = [
        present.stop(visit, known, me=row.commission.staff, at=request.at)
        for visit in visits
        if visit.patient_id in opened
    ]
    day = present.my_day(
        row.date,
        shifts=[row],
        stops=stops,
        activities=list(queries.activities_of(row.commission.staff, row.date, row.date)),
        plan=queries.latest_plan(row.commission.unit.care_area, row.date),
        at=row.starts_at,
    )
    return {"shift": row, "tour": present.in_order(day), "form": form, "open_stops": day.left}


def _cancel(request: CareHttpRequest, row: Shift, form: ReasonOnceForm) -> HttpResponse | None:
    def act() -> uuid.UUID:
        actions.cancel_shift(
            shift=row,
            reason=form.cleaned_data["reason"],
            by=request.commission,
            at=request.at,
            expected=form.seen_version,
        )
        return row.pk

    then = f"{reverse('planner:day')}?dag={row.date.isoformat()}"
    done = _("Passet är inställt. Besöken väntar på ny plan.")
    return run_once(request, form, "visits.cancel_shift", act, then=lambda _key: then, done=done)
