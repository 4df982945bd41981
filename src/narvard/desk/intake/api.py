"""The same as the pages, as JSON: which teams may take a person, and registering a request.

A caller is somebody signed in, under their commission: same rights, same log, same form. See docs/intake.md.
"""

import json
from typing import Any

from django.http import JsonResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.access.guard import AccessDenied, OpenPatient, first_contact, open_patient
from narvard.access.pages import CareHttpRequest, page
from narvard.core import once
from narvard.core.errors import Refused, Stale
from narvard.desk.intake.acts import SENDERS
from narvard.desk.intake.forms import IdentifierForm, RequestForm, TriageForm
from narvard.desk.intake.registering import look_up, register
from narvard.flows.triage import FirstLook, outlook
from narvard.intake.models import CareRequest
from narvard.intake.triage import rank
from narvard.organisation.queries import intake_unit

_MOST_BYTES = 20_000


@page(*SENDERS, methods=("POST",))
def triage(request: CareHttpRequest) -> JsonResponse:
    """The teams for ``identifier``, ``channel`` and ``urgency``, best first, as ``narvard triage --json`` has them."""
    data = _body(request)
    form = TriageForm(data, today=timezone.localdate(request.at))
    if data is None or not form.is_valid():
        return _faults(form, data)
    contact = first_contact(form.cleaned_data["identifier"], by=request.commission, at=request.at)
    if contact is None:
        return JsonResponse({"errors": {"identifier": [_("Ingen med det numret finns här än.")]}}, status=404)
    place = contact.patient.municipality
    intake = intake_unit(place.care_area) if place else None
    if intake is None:
        return JsonResponse(
            {"errors": {"identifier": [_("Inget gemensamt intag svarar för personens kommun.")]}}, status=422
        )
    told = {name: form.cleaned_data[name] for name in ("channel", "urgency")}
    try:
        seen: OpenPatient | FirstLook = open_patient(
            contact.patient.pk, by=request.commission, at=request.at, what="intake.api_triage"
        )
    except AccessDenied:
        seen = FirstLook(contact.patient)
    ranked = rank(outlook(seen, intake=intake, at=request.at, **told))
    return JsonResponse({"options": [option.as_answer() for option in ranked]})


@page(*SENDERS, methods=("POST",))
def new(request: CareHttpRequest) -> JsonResponse:
    """Register a request; the fields are the page's, ``once`` a UUID of the caller's own: sent twice it is one."""
    data = _body(request)
    form = RequestForm(data, by=request.commission, today=timezone.localdate(request.at))
    if data is None or not form.is_valid():
        return _faults(form, data)
    identifier = form.cleaned_data["identifier"]
    patient, _found = look_up(request, identifier)
    if patient is None and not form.names_person:
        form.add_error("given_name", _("Ingen med det numret finns här än. Skriv namnet, eller Okänd."))
        return _faults(form, data)
    try:
        outcome = once.perform(
            form.cleaned_data["once"], user=request.user, action="intake.new", at=request.at,
            act=lambda: register(request, form, identifier, patient),
        )  # fmt: skip
    except (Refused, Stale) as error:
        return JsonResponse({"refused": str(error)}, status=409)
    row = CareRequest.objects.get(pk=outcome.result)
    answer = {"id": str(row.pk), "reference": row.reference, "url": reverse("intake:request", args=[row.pk])}
    return JsonResponse(answer, status=200 if outcome.repeated else 201)


def _body(request: CareHttpRequest) -> QueryDict | None:
    """The JSON object as form data; None when it is none."""
    try:
        told: Any = json.loads(request.body[:_MOST_BYTES])
    except ValueError:
        return None
    if not isinstance(told, dict) or not all(isinstance(value, str | int | bool) for value in told.values()):
        return None
    data = QueryDict(mutable=True)
    words = {True: "on", False: ""}
    data.update({name: words[value] if isinstance(value, bool) else str(value) for name, value in told.items()})
    return data


def _faults(form: IdentifierForm, data: QueryDict | None) -> JsonResponse:
    if data is None:
        return JsonResponse(
            {"errors": {"": [_("Skicka ett JSON-objekt med text, tal eller sant och falskt.")]}}, status=400
        )
    return JsonResponse({"errors": form.errors.get_json_data()}, status=422)
