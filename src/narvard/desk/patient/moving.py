"""Pages for a move to another municipality, and for one that was registered by mistake."""

import uuid

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.guard import OpenPatient
from narvard.access.pages import CareHttpRequest, page
from narvard.care import queries
from narvard.desk.patient.acting import Plan, Sheet, run_form
from narvard.desk.patient.forms import MoveForm, TextForm
from narvard.desk.patient.menu import MOVERS
from narvard.flows import life
from narvard.organisation.models import Municipality
from narvard.people.actions import Place
from narvard.ui.spoken import speak


def _opened(request: CareHttpRequest, pk: uuid.UUID, what: str) -> OpenPatient:
    """Whoever may not know where the person lives registers no move."""
    opened = guard.open_patient(pk, by=request.commission, at=request.at, what=what)
    if not opened.sees_place:
        raise Http404
    return opened


@page(*MOVERS, methods=("GET", "POST"))
def move(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The person has moved to another municipality."""
    patient = _opened(request, pk, "patient.move").patient
    form = MoveForm(request.POST or None, now=request.at, label=_("När flyttade personen?"), home=patient.municipality)
    lead = _("Bara till en annan kommun. Den nya kommunen tillfrågas, och ingen blir utan ansvarig.")
    sheet = Sheet(_("%(name)s har flyttat") % {"name": patient.name}, _("Granska"), lead)

    def act() -> object:
        locality = form.cleaned_data["place"]
        place = Place(
            street=form.cleaned_data["street"].strip(),
            postal_code=form.cleaned_data["postal_code"].strip(),
            place=locality.name,
            latitude=locality.latitude,
            longitude=locality.longitude,
        )
        return life.move(
            patient=patient,
            place=place,
            municipality=Municipality.objects.filter(code=locality.municipality_code).first(),
            municipality_name=locality.municipality,
            moved_at=form.cleaned_data["happened_at"],
            by=request.commission,
            at=request.at,
        )

    def plan() -> Plan:
        when = speak(form.cleaned_data["happened_at"], request.at).exact
        words = {"name": patient.name, "municipality": form.cleaned_data["place"].municipality, "when": when}
        says = [
            _("%(name)s bor i %(municipality)s kommun från %(when)s.") % words,
            _("De som bara arbetar i kommunen som lämnas ansvarar tills någon i den nya har tagit emot."),
            _("Frågan går nu. Finns ingen att fråga får de i uppgift att hitta någon."),
            _("Hälsocentralen och teamet får uppgifter. Besöken planeras till den nya adressen."),
            _("En registrering av misstag kan tas tillbaka, med skäl."),
        ]
        return Plan("patient.move", act, _("Flytten är registrerad."), says)

    return run_form(request, form, patient, sheet, plan)


@page(*MOVERS, methods=("GET", "POST"))
def undo_move(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Take back a move that was registered by mistake."""
    patient = _opened(request, pk, "patient.undo_move").patient
    if queries.latest_move(patient) is None:
        raise Http404
    form = TextForm(request.POST or None, label=_("Varför var registreringen fel?"))
    says = [
        _("Personen bor på den tidigare adressen. Frågor om att ta över dras tillbaka."),
        _("Det som flytten gav andra att göra behövs inte längre."),
    ]
    sheet = Sheet(_("Ta tillbaka registreringen av flytten"), _("Ta tillbaka"), says=says)

    def act() -> object:
        reason = form.cleaned_data["text"]
        return life.take_back_move(patient=patient, reason=reason, by=request.commission, at=request.at)

    plan = Plan("patient.undo-move", act, _("Registreringen är tillbakatagen."))
    return run_form(request, form, patient, sheet, lambda: plan)
