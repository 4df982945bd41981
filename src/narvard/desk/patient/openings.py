"""Pages that open more than the own unit's: an active choice with a reason, and an emergency."""

import uuid

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.actions import choose, open_emergency
from narvard.access.models import ActiveChoice, EmergencyOpening
from narvard.access.pages import CareHttpRequest, Role, page
from narvard.desk.patient.acting import Plan, Sheet, run_form
from narvard.desk.patient.sharing_forms import ChoiceForm, EmergencyForm, StrangerEmergencyForm
from narvard.organisation.models import Commission
from narvard.people.identifiers import Identifier, InvalidIdentifier, read_identifier
from narvard.people.models import Patient

CHOOSERS = (*Commission.CARING, Role.COORDINATOR, Role.SOCIAL, Role.PLANNER)


@page(*CHOOSERS, methods=("GET", "POST"))
def choice(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Say why more is to be read: what other units keep, or a patient who is a colleague."""
    patient = guard.to_choose(pk, by=request.commission, at=request.at)
    form = ChoiceForm(request.POST or None)
    sheet = Sheet(
        _("Visa fler uppgifter om %(name)s") % {"name": patient.name},
        _("Visa"),
        says=[
            _("Du får läsa det som andra enheter har skrivit, om inte patienten har spärrat det."),
            _("Valet gäller dig i tolv timmar och loggas med ditt skäl."),
        ],
    )

    def act() -> object:
        words = form.cleaned_data
        return choose(
            patient=patient,
            why=ActiveChoice.Why(words["why"]),
            note=words["note"],
            by=request.commission,
            at=request.at,
        )

    plan = Plan("patient.choice", act, _("Fler uppgifter visas."), then=_next(request))
    return run_form(request, form, patient, sheet, lambda: plan)


def _next(request: CareHttpRequest) -> str:
    """Where the reader was on the way to, if that is a page of ours."""
    url = request.GET.get("next", "")
    here = url_has_allowed_host_and_scheme(url, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return url if here else ""


@page(*Commission.CARING, methods=("GET", "POST"))
def emergency(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Open, in an emergency, what the reader may otherwise not see of a patient whose page is open."""
    opened = guard.open_patient(pk, by=request.commission, at=request.at, what="patient.emergency")
    return _open(request, opened.patient, EmergencyForm(request.POST or None))


@page(*Commission.CARING, methods=("POST",))
def emergency_stranger(request: CareHttpRequest) -> HttpResponse:
    """Open, in an emergency, a person whom the unit has no care relation to: the exact identifier is the door."""
    identifier = _identifier(request)
    contact = guard.first_contact(identifier, by=request.commission, at=request.at)
    if contact is None:
        raise Http404
    begun = "once" in request.POST
    form = StrangerEmergencyForm(request.POST if begun else None, initial={"identifier": identifier.shown})
    return _open(request, contact.patient, form, stranger=identifier.shown)


def _identifier(request: CareHttpRequest) -> Identifier:
    try:
        return read_identifier(request.POST.get("identifier", ""), today=timezone.localdate(request.at))
    except InvalidIdentifier:
        raise Http404 from None


def _open(request: CareHttpRequest, patient: Patient, form: EmergencyForm, stranger: str = "") -> HttpResponse:
    sheet = Sheet(
        _("Nödöppna uppgifter om %(name)s") % {"name": patient.name},
        _("Nödöppna"),
        _("Bara när liv eller hälsa är i fara och patienten inte kan tillfrågas."),
        says=[
            _("Det loggas med ditt namn, din enhet och ditt skäl, och granskas genast."),
            _("Patienten kan se det i sitt loggutdrag."),
            _("Det gäller dig, de uppgifter du väljer och i 24 timmar. Sedan stängs det av sig självt."),
        ],
        grave=True,
        more={"stranger": stranger},
    )

    def act() -> object:
        words = form.cleaned_data
        return open_emergency(
            patient=patient,
            danger=EmergencyOpening.Danger(words["danger"]),
            kinds=words["kinds"],
            reason=words["reason"],
            by=request.commission,
            at=request.at,
        )

    done = _("Uppgifterna är öppna i 24 timmar. Det är loggat och granskas.")
    plan = Plan("patient.emergency", act, done, then=reverse("patient:page", args=[patient.pk]))
    return run_form(request, form, patient, sheet, lambda: plan)
