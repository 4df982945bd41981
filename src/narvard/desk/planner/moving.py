"""Taking a visit in, or moving it: who could, when, and whose visits would move, before anything is done."""

import re
import uuid
from urllib.parse import urlencode

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.guard import OpenPatient
from narvard.access.pages import CareHttpRequest, page
from narvard.desk.base import OnceForm, run_once
from narvard.desk.planner.views import ROLES
from narvard.desk.planner.visits import open_visit
from narvard.visits import actions, queries
from narvard.visits.models import Visit
from narvard.visits.planner import insert
from narvard.visits.presenters import moving as present
from narvard.visits.presenters import stops

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


class ChoiceForm(OnceForm):
    """One of the ways that the page showed."""

    token = forms.CharField(widget=forms.HiddenInput, max_length=20_000)


@page(*ROLES)
def move(request: CareHttpRequest) -> HttpResponse:
    """Where a dragged visit was dropped: asks what that would change."""
    try:
        visit = uuid.UUID(request.GET.get("visit", ""))
    except ValueError:
        return HttpResponseRedirect(reverse("planner:day"))
    query = urlencode({"tur": request.GET.get("lane", ""), "start": request.GET.get("start", "")})
    return HttpResponseRedirect(f"{reverse('planner:options', args=[visit])}?{query}")


@page(*ROLES, methods=("GET", "POST"))
def options(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The ways to take a visit in; POST chooses one."""
    row, opened = open_visit(request, pk)
    form, status = ChoiceForm(version=row.version), 200
    if request.method == "POST":
        form, status = ChoiceForm(request.POST), 422
        if form.is_valid():
            answer = _choose(request, row, form)
            if answer is not None:
                return answer
            status = 409
            row, opened = open_visit(request, pk)
    return _page(request, row, opened, form, status)


def _choose(request: CareHttpRequest, row: Visit, form: ChoiceForm) -> HttpResponse | None:
    def act() -> uuid.UUID:
        actions.place_visit(
            visit=row,
            token=form.cleaned_data["token"],
            by=request.commission,
            at=request.at,
            expected=form.seen_version,
        )
        return row.pk

    done = _("Besöket har fått sin plats och är låst till dem som kommer.")
    then = reverse("planner:visit", args=[row.pk])
    return run_once(request, form, "visits.place_visit", act, then=lambda _key: then, done=done)


def _page(request: CareHttpRequest, row: Visit, opened: OpenPatient, form: ChoiceForm, status: int) -> HttpResponse:
    wish = _wish(request)
    ways = insert.options(row, at=request.at, wish=wish) if row.state in queries.OPEN_STATES else []
    moved = {change.visit.patient_id for way in ways for change in way.moved}
    others = guard.open_listed(moved, by=request.commission, at=request.at, what="planner.options")
    known = stops.know({row.patient_id: opened}, request.at)
    context = {
        "stop": stops.stop(row, known, me=request.commission.staff, at=request.at),
        "ways": [(present.way(each, others), _form(row, each)) for each in ways],
        "form": form,
        "wished": bool(wish.crew or wish.minute is not None),
        "is_open": row.state in queries.OPEN_STATES,
    }
    return render(request, "planner/options.html", context, status=status)


def _form(row: Visit, way: insert.Option) -> ChoiceForm:
    return ChoiceForm(version=row.version, initial={"token": way.token}, auto_id=False)


def _wish(request: CareHttpRequest) -> insert.Wish:
    """The crew and the time that the address names; what cannot be read is left open."""
    clock = _CLOCK.fullmatch(request.GET.get("start", ""))
    minute = 60.0 * int(clock[1]) + int(clock[2]) if clock else None
    return insert.Wish(request.GET.get("tur") or None, minute)
