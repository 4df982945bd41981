"""The patient's page, the unit's patients, and finding a person."""

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.pages import CareHttpRequest, Role, page
from narvard.access.queries import patients_of
from narvard.care import queries
from narvard.care.binder.contents import STRATEGY
from narvard.care.kits.queries import all_kits_of
from narvard.care.models import Episode
from narvard.care.plans.queries import current_of, plans_of, with_events
from narvard.desk.patient.forms import FindForm
from narvard.desk.patient.history import timeline_of
from narvard.desk.patient.lists import PER_PAGE, own_patients, rows_of
from narvard.desk.patient.menu import ASKERS, menu_of
from narvard.desk.patient.record import record_of
from narvard.desk.plans.door import PLAN_READERS, kit_veiled, plan_veiled, veil_of
from narvard.desk.plans.lines import kit_line, lines_of
from narvard.people.identifiers import Identifier, InvalidIdentifier, read_identifier
from narvard.people.models import Patient
from narvard.people.queries import age, named_like
from narvard.ui.parts import Tab

READERS = (*PLAN_READERS, Role.PLANNER)
MOST_NAMES = 30
ALL = "all"
FEWEST_DIGITS = 6


@page(*READERS)
def show(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The patient's page: who is responsible now, whom to call tonight, what matters, what comes next."""
    opened = guard.open_patient(pk, by=request.commission, at=request.at, what="patient.page")
    record, veil = record_of(opened, request.at), veil_of(opened)
    reads = request.commission.role in PLAN_READERS
    plans = [plan_veiled(row, veil) for row in opened.readable(with_events(plans_of(pk)) if reads else ())]
    kits = [kit_veiled(row, veil) for row in opened.readable(all_kits_of(pk) if reads else ())]
    standing = [row for row in plans if row.ended_at is None]
    context = {
        "opened": opened,
        "strategy": next((row for row in standing if row.kind == STRATEGY and current_of(row)), None),
        "own_unit": request.commission.unit_id,
        "may_ask": record.part.relates and request.commission.role in ASKERS,
        "may_open": record.part.relates and request.commission.gives_care,
        "record": record,
        "patient": record.patient,
        "menu": menu_of(record, request.commission, request.at),
        "timeline": timeline_of(opened, request.at, plans=plans, kits=kits, veil=veil, reads=reads),
        "kits": [kit_line(row, request.at) for row in kits if row.returned_at is None],
        "plans": lines_of(plans, request.at),
        "requests": [(row, reverse("intake:request", args=[row.pk])) for row in record.requests],
    }
    return render(request, "patient/page.html", context)


@page(*READERS)
def mine(request: CareHttpRequest) -> HttpResponse:
    """The unit's patients, what waits to be begun, and what is due after a death."""
    counts = _counts(request)
    usual = Episode.Kind.ENROLMENT.value if counts[Episode.Kind.ENROLMENT.value] else ALL
    group = request.GET.get("visa", usual)
    patients = own_patients(request.commission, request.at, group=group)
    shown = Paginator(patients, PER_PAGE).get_page(request.GET.get("page"))
    unit = request.commission.unit_id
    to_start, duties = list(queries.to_start(unit)), list(queries.duties_of(unit))
    listed = {row.pk for row in shown} | {row.patient_id for row in [*to_start, *duties]}
    opened = guard.open_listed(listed, by=request.commission, at=request.at, what="patient.mine")
    context = {
        "page": shown,
        "rows": rows_of([opened[row.pk] for row in shown if row.pk in opened], request.commission, request.at),
        "tabs": _tabs(group, counts),
        "group": group,
        "to_start": guard.readable_of(to_start, opened),
        "duties": guard.readable_of(duties, opened),
    }
    return render(request, "patient/mine.html", context)


def _counts(request: CareHttpRequest) -> dict[str, int]:
    """How many patients each group holds."""
    groups = (Episode.Kind.ENROLMENT.value, Episode.Kind.CONTACT.value, ALL)
    return {key: own_patients(request.commission, request.at, group=key).count() for key in groups}


def _tabs(group: str, counts: dict[str, int]) -> list[Tab]:
    names = {
        Episode.Kind.ENROLMENT.value: _("Inskrivna"),
        Episode.Kind.CONTACT.value: _("Kontakter"),
        ALL: _("Alla med vårdrelation"),
    }
    here, current = reverse("patient:mine"), group if group in names else ALL
    return [Tab(label, f"{here}?visa={key}", key == current, counts[key]) for key, label in names.items()]


@page(*READERS, methods=("GET", "POST"))
def search(request: CareHttpRequest) -> HttpResponse:
    """Find a person: an exact identifier finds anybody, logged; a name only among the unit's own patients."""
    form = FindForm(request.POST or None)
    context: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["identifier"].strip()
        if _is_name(text):
            found = _own(request, text)
            return render(request, "patient/search.html", {**context, "found": found, "text": text})
        try:
            identifier = read_identifier(text, today=timezone.localdate(request.at))
        except InvalidIdentifier as error:
            form.add_error("identifier", str(error))
        else:
            return _by_identifier(request, form, identifier)
    return render(request, "patient/search.html", context, status=422 if form.errors else 200)


def _is_name(text: str) -> bool:
    """Whether the text is a name: letters, and fewer digits than any identifier has."""
    return any(map(str.isalpha, text)) and sum(map(str.isdigit, text)) < FEWEST_DIGITS


def _own(request: CareHttpRequest, text: str) -> list[Patient]:
    """The unit's own patients with that name; the look is logged with every one of them.

    A name does not find a colleague whom the reader has not chosen to look at: that would tell who is a patient.
    """
    rows = patients_of(request.commission, request.at).select_related("municipality").order_by("sort_key", "pk")
    found = list(named_like(rows, text)[:MOST_NAMES])
    keys = [row.pk for row in found]
    opened = guard.open_listed(keys, by=request.commission, at=request.at, what="patient.search")
    return [row for row in found if row.pk in opened and not opened[row.pk].awaits_choice]


def _by_identifier(request: CareHttpRequest, form: FindForm, identifier: Identifier) -> HttpResponse:
    contact = guard.first_contact(identifier, by=request.commission, at=request.at)
    if contact is not None and patients_of(request.commission, request.at).filter(pk=contact.patient.pk).exists():
        return redirect("patient:page", contact.patient.pk)
    context = {
        "form": form,
        "stranger": contact,
        "years": age(contact.patient, timezone.localdate(request.at)) if contact else None,
        "identifier": identifier.shown,
        "new_url": reverse("intake:new"),
        "unknown": contact is None,
        "may_open": contact is not None and request.commission.gives_care,
        "is_ward": request.commission.role == Role.WARD,
    }
    return render(request, "patient/search.html", context)
