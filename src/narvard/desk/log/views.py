"""Who saw what: one patient's accesses, one person's, one unit's day. Only for reviewers, of their own provider."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from narvard.access import logbook
from narvard.access.pages import CareHttpRequest, page
from narvard.access.review import door
from narvard.core import calendar
from narvard.core.models import AuditEvent, AuditSubject
from narvard.desk.dates import asked_day
from narvard.desk.log.forms import Choice, PatientForm, UnitForm
from narvard.desk.log.spans import asked_span
from narvard.organisation.models import CareUnit, Staff

PER_PAGE = 50
PATIENT_DAYS = 90
STAFF_DAYS = 14
MOST_NAMES = 30


@page(*door.REVIEWERS, methods=("GET", "POST"))
def find(request: CareHttpRequest) -> HttpResponse:
    """Choose what to look at: a patient by exact number, a colleague by name, a unit and a day."""
    today = timezone.localdate(request.at)
    units = [(row.pk, row.name) for row in door.units_of(request.commission)]
    context: dict[str, Any] = {
        "patient_form": PatientForm(today=today),
        "unit_form": UnitForm(units=units, initial={"day": today}),
        "text": request.GET.get("namn", "").strip()[:80],
    }
    if request.method == "GET":
        if "unit" in request.GET:
            context["unit_form"] = form = UnitForm(request.GET, units=units)
            if form.is_valid():
                url = reverse("log:unit", args=[form.cleaned_data["unit"]])
                return redirect(f"{url}?dag={form.cleaned_data['day']}")
        if context["text"]:
            context["people"] = door.staff_named(context["text"], by=request.commission)[:MOST_NAMES]
        return render(request, "log/find.html", context)
    return _find_patient(request, context, today)


def _find_patient(request: CareHttpRequest, context: dict[str, Any], today: date) -> HttpResponse:
    form = PatientForm(request.POST, today=today)
    if not form.is_valid():
        return render(request, "log/find.html", {**context, "patient_form": form}, status=422)
    found = door.find_patient(form.cleaned_data["identifier"], by=request.commission, at=request.at)
    if found is None:
        return render(request, "log/find.html", {**context, "patient_form": form, "nothing": True})
    return redirect("log:patient", found.pk)


@page(*door.REVIEWERS)
def patient(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Who has had access to one patient's record."""
    person = door.open_patient_log(pk, by=request.commission, at=request.at)
    provider = request.commission.provider_id
    units, people = _who_and_where(pk, provider)
    asked = asked_span(request, PATIENT_DAYS, units=units, people=people)
    shown: Page[AuditSubject] = _page(request, logbook.of_patient(pk, provider, asked.span))
    lines = logbook.lines([row.event for row in shown])
    return render(request, "log/patient.html", {"patient": person, "asked": asked, "page": shown, "lines": lines})


def _who_and_where(patient: uuid.UUID, provider: uuid.UUID) -> tuple[list[Choice], list[Choice]]:
    """The units and the people of the provider that the patient's log names."""
    rows = AuditSubject.objects.filter(patient=patient, event__provider=provider, event__staff__isnull=False)
    units = CareUnit.objects.filter(pk__in=rows.values("event__unit"))
    people = Staff.objects.filter(pk__in=rows.values("event__staff"))
    return [(row.pk, row.name) for row in units], [(row.pk, row.name) for row in people]


@page(*door.REVIEWERS)
def staff(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What one member of staff has done for the reviewer's care provider."""
    person = door.open_staff_log(pk, by=request.commission)
    asked = asked_span(request, STAFF_DAYS)
    shown = _page(request, logbook.of_staff(pk, request.commission.provider_id, asked.span))
    lines = _seen(request, "access.staff_log", shown, pk)
    return render(request, "log/staff.html", {"person": person, "asked": asked, "page": shown, "lines": lines})


@page(*door.REVIEWERS)
def unit(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What one unit did on one day."""
    row = door.open_unit_log(pk, by=request.commission)
    steps = asked_day(request)
    span = logbook.Span(calendar.at_local(steps.day), calendar.at_local(steps.day + timedelta(days=1)))
    shown = _page(request, logbook.of_unit(pk, request.commission.provider_id, span))
    lines = _seen(request, "access.unit_log", shown, pk)
    return render(request, "log/unit.html", {"unit": row, "steps": steps, "page": shown, "lines": lines})


def _seen(request: CareHttpRequest, what: str, events: Iterable[AuditEvent], key: uuid.UUID) -> Sequence[logbook.Line]:
    """The events in words; the look is logged with the patients that the page names."""
    lines = logbook.lines(events)
    patients = [person.pk for line in lines for person in line.subjects]
    door.saw(what, by=request.commission, at=request.at, patients=patients, key=key)
    return lines


def _page(request: CareHttpRequest, rows: "QuerySet[Any]") -> "Page[Any]":
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
