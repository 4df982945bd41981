"""A visit as the planner sees it: when, who, why not, and what can be done about it."""

import uuid
from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.guard import OpenPatient
from narvard.access.pages import CareHttpRequest, page
from narvard.desk.base import OnceForm, run_once
from narvard.desk.planner.forms import PinForm, ReasonOnceForm
from narvard.desk.planner.views import ROLES
from narvard.visits import actions, queries
from narvard.visits.models import Visit
from narvard.visits.presenters import stops as present


def open_visit(request: CareHttpRequest, pk: uuid.UUID) -> tuple[Visit, OpenPatient]:
    """The visit of the planner's care area and its patient, guarded and logged."""
    here = Visit.objects.filter(owner_unit__care_area=request.commission.unit.care_area)
    rows = queries.with_roles(here.select_related("owner_unit", "need"))
    return guard.fetch(rows, pk, by=request.commission, at=request.at, what="planner.visit")


@page(*ROLES)
def visit(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One visit of the day."""
    row, opened = open_visit(request, pk)
    return render_visit(request, row, opened)


def render_visit(
    request: CareHttpRequest, row: Visit, opened: OpenPatient, status: int = 200, **refused: OnceForm
) -> HttpResponse:
    """The visit's page; give the form that was refused, to show why."""
    known = present.know({row.patient_id: opened}, request.at)
    roles = list(row.roles.all())
    pinned = bool(roles) and all(role.pinned for role in roles)
    context = {
        "stop": present.stop(row, known, me=request.commission.staff, at=request.at),
        "roles": roles,
        "pinned": pinned,
        "may_pin": row.state == Visit.State.PLANNED,
        "may_cancel": row.state in queries.OPEN_STATES,
        "patient_url": reverse("patient:page", args=[row.patient_id]),
        "pin_form": refused.get("pin_form") or PinForm(version=row.version, initial={"pinned": not pinned}),
        "cancel_form": refused.get("cancel_form") or ReasonOnceForm(version=row.version, prefix="stall-in"),
    }
    return render(request, "planner/visit.html", context, status=status)


@page(*ROLES, methods=("POST",))
def pin(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Hold the planned people to the visit, or let them go."""
    row, opened = open_visit(request, pk)
    form = PinForm(request.POST)

    def act() -> uuid.UUID:
        pinned = form.cleaned_data["pinned"]
        return actions.pin_visit(
            visit=row, pinned=pinned, by=request.commission, at=request.at, expected=form.seen_version
        ).pk

    return _act(
        request, row, opened, form, "pin_form", "visits.pin_visit", act, _("Sparat. Nästa plan håller fast vid det.")
    )


@page(*ROLES, methods=("POST",))
def cancel(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Call the visit off."""
    row, opened = open_visit(request, pk)
    form = ReasonOnceForm(request.POST, prefix="stall-in")

    def act() -> uuid.UUID:
        reason = form.cleaned_data["reason"]
        return actions.cancel_visit(
            visit=row, reason=reason, by=request.commission, at=request.at, expected=form.seen_version
        ).pk

    return _act(request, row, opened, form, "cancel_form", "visits.cancel_visit", act, _("Besöket är inställt."))


def _act(
    request: CareHttpRequest,
    row: Visit,
    opened: OpenPatient,
    form: OnceForm,
    name: str,
    action: str,
    act: Callable[[], object],
    done: str,
) -> HttpResponse:
    status = 422
    if form.is_valid():
        then = reverse("planner:visit", args=[row.pk])
        answer = run_once(request, form, action, act, then=lambda _key: then, done=done)
        if answer is not None:
            return answer
        status = 409
        row, opened = open_visit(request, row.pk)
        form.renew(row.version)
    return render_visit(request, row, opened, status, **{name: form})
