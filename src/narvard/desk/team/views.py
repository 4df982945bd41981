"""My day, my week, and a visit with its three acts: begun, done, could not."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.guard import OpenPatient
from narvard.access.pages import CareHttpRequest, Role, page
from narvard.care.kits.queries import to_see_to
from narvard.care.stays.queries import to_bring
from narvard.core.calendar import at_local
from narvard.desk.base import OnceForm, run_once
from narvard.desk.dates import asked_day
from narvard.desk.team.forms import ActForm, FailForm
from narvard.organisation.models import Commission
from narvard.visits import actions, queries
from narvard.visits.models import Visit
from narvard.visits.presenters import stops as present


@dataclass(frozen=True)
class Load:
    """One thing for the car, how much, and for whom."""

    patient: str
    what: str
    amount: str


ROLES = (Role.TEAM, Role.PHYSICIAN, Role.MUNICIPAL)


@page(*ROLES)
def day(request: CareHttpRequest) -> HttpResponse:
    """My stops on a day: now, next, later."""
    steps = asked_day(request)
    mine = present_day(request.commission, steps.day, request.at)
    context = {
        "mine": mine,
        "steps": steps,
        "next_form": _act_form(mine.now or mine.next),
        "load": [*_load(request.commission, mine), *_refills(request.commission, mine, request.at)],
    }
    return render(request, "team/day.html", context)


def _left(mine: present.MyDay) -> dict[uuid.UUID, str]:
    """Those whom the person has left to visit, by name."""
    stops = [row for row in present.in_order(mine) if isinstance(row, present.Stop) and not row.is_over]
    return {row.patient.pk: row.patient.name for row in stops if row.readable}


def _load(by: Commission, mine: present.MyDay) -> list[Load]:
    """What must lie in the car today: what the unit brings to those whom the person has left to visit."""
    names = _left(mine)
    return [Load(names[row.patient_id], row.what, row.amount) for row in to_bring(names, by.unit_id)]


def _refills(by: Commission, mine: present.MyDay, at: datetime) -> list[Load]:
    """What the needs kits of those left to visit lack."""
    names = _left(mine)
    lacks = {row.kit.pk: row for row in to_see_to(by.unit_id, at) if row.lacking and row.kit.patient_id in names}
    if not lacks:
        return []
    kits = [row.kit for row in lacks.values()]
    opened = guard.open_listed({kit.patient_id for kit in kits}, by=by, at=at, what="team.day")
    return [
        Load(names[kit.patient_id], _("påfyllning av %(drug)s") % {"drug": row.item}, _("%(n)d kvar") % {"n": row.left})
        for kit in guard.readable_of(kits, opened)
        for row in lacks[kit.pk].lacking
    ]


def present_day(by: Commission, on: date, at: datetime) -> present.MyDay:
    """A person's day under a commission, in a fixed number of queries; the look is logged."""
    rows = list(queries.stops_of(by.staff, on, on))
    here = [row for row in rows if _is_under(row, by)]
    opened = guard.open_listed([row.patient_id for row in here], by=by, at=at, what="team.day")
    known = present.know(opened, at)
    stops = [present.stop(row, known, me=by.staff, at=at) for row in here if row.patient_id in opened]
    return present.my_day(
        on,
        shifts=[shift for shift in queries.shifts_of(by.staff, on) if shift.commission_id == by.pk],
        stops=stops,
        activities=list(queries.activities_of(by.staff, on, on)),
        plan=queries.latest_plan(by.unit.care_area, on),
        at=at,
        elsewhere=len(rows) - len(here),
    )


def _is_under(visit: Visit, by: Commission) -> bool:
    """Whether the person goes to the visit under this commission, not another of theirs."""
    return any(role.shift is not None and role.shift.commission_id == by.pk for role in visit.roles.all())


def _act_form(stop: present.Stop | None) -> ActForm | None:
    return ActForm(version=stop.visit.version) if stop else None


@page(*ROLES)
def week(request: CareHttpRequest) -> HttpResponse:
    """My coming seven days: hours, visits, what else. No patient is named."""
    steps = asked_day(request)
    by, last = request.commission, steps.day + timedelta(days=6)
    visits = [row for row in queries.stops_of(by.staff, steps.day, last) if _is_under(row, by)]
    shifts = queries.shifts_between(by, steps.day, last)
    days = present.week(steps.day, list(shifts), visits, list(queries.activities_of(by.staff, steps.day, last)))
    earlier, later = steps.day - timedelta(days=7), steps.day + timedelta(days=7)
    return render(request, "team/week.html", {"days": days, "steps": steps, "earlier": earlier, "later": later})


def open_visit(request: CareHttpRequest, pk: uuid.UUID, what: str) -> tuple[Visit, OpenPatient]:
    """The visit and its patient, guarded and logged."""
    rows = queries.with_roles(Visit.objects.select_related("owner_unit", "need"))
    return guard.fetch(rows, pk, by=request.commission, at=request.at, what=what)


@page(*ROLES)
def visit(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One visit: where, who, what to bring, and the three acts."""
    row, opened = open_visit(request, pk, "team.visit")
    return render_visit(request, row, opened)


def render_visit(
    request: CareHttpRequest, row: Visit, opened: OpenPatient, status: int = 200, **forms: OnceForm
) -> HttpResponse:
    """The visit's page; give the form that was refused, to show why."""
    known = present.know({row.patient_id: opened}, request.at)
    context: dict[str, Any] = {
        "stop": present.stop(row, known, me=request.commission.staff, at=request.at, at_the_door=True),
        "may_act": present.may_act(row, request.commission.unit),
        # A relative often lives at the same address, and can be looked up.
        "relatives": list(opened.patient.relatives.all()) if opened.sees_place else [],
        "notes": opened.readable(queries.notes_of(opened.patient).filter(visit=row)),
        "patient_url": reverse("patient:page", args=[row.patient_id]),
        "load": opened.readable(to_bring([row.patient_id], request.commission.unit_id)),
        "act_form": forms.get("act_form") or ActForm(version=row.version),
        "fail_form": forms.get("fail_form") or FailForm(version=row.version, prefix="gick-inte"),
    }
    return render(request, "team/visit.html", context, status=status)


@page(*ROLES, methods=("POST",))
def start(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Begin the visit."""
    row, opened = open_visit(request, pk, "team.visit")
    form = ActForm(request.POST)

    def act() -> uuid.UUID:
        return actions.start_visit(visit=row, **_when(request, row, form)).pk

    return _act(request, row, opened, form, "visits.start_visit", act, then="team:visit", done=_("Besöket har börjat."))


@page(*ROLES, methods=("POST",))
def finish(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """End the visit; what comes next is to write."""
    row, opened = open_visit(request, pk, "team.visit")
    form = ActForm(request.POST)

    def act() -> uuid.UUID:
        return actions.finish_visit(visit=row, **_when(request, row, form)).pk

    return _act(request, row, opened, form, "visits.finish_visit", act, then="team:note", done=_("Besöket är klart."))


def _when(request: CareHttpRequest, row: Visit, form: ActForm) -> dict[str, Any]:
    """Who, when, and when it really happened."""
    said = form.cleaned_data["happened"]
    happened = at_local(row.date, said.hour * 60 + said.minute) if said else None
    return {"by": request.commission, "at": request.at, "happened_at": happened, "expected": form.seen_version}


def _act(
    request: CareHttpRequest,
    row: Visit,
    opened: OpenPatient,
    form: ActForm,
    action: str,
    act: Callable[[], object],
    *,
    then: str,
    done: str,
) -> HttpResponse:
    status = 422
    if form.is_valid():
        answer = run_once(request, form, action, act, then=lambda _key: reverse(then, args=[row.pk]), done=done)
        if answer is not None:
            return answer
        status = 409
        row, opened = open_visit(request, row.pk, "team.visit")
        form.renew(row.version)
    return render_visit(request, row, opened, status, act_form=form)


@page(*ROLES, methods=("POST",))
def fail(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The visit could not be made."""
    row, opened = open_visit(request, pk, "team.visit")
    form, status = FailForm(request.POST, prefix="gick-inte"), 422
    if form.is_valid():
        answer = run_once(
            request,
            form,
            "visits.fail_visit",
            lambda: (
                actions.fail_visit(
                    visit=row,
                    reason=form.cleaned_data["reason"],
                    by=request.commission,
                    at=request.at,
                    expected=form.seen_version,
                ).pk
            ),
            then=lambda _key: reverse("team:day"),
            done=_("Noterat att besöket inte gick. Planeraren ser skälet."),
        )
        if answer is not None:
            return answer
        status = 409
        row, opened = open_visit(request, pk, "team.visit")
        form.renew(row.version)
    return render_visit(request, row, opened, status, fail_form=form)
