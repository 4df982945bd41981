"""Asking for a bed as an act of a team, and the person's arrival there."""

import uuid

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.pages import CareHttpRequest, page
from narvard.care.actions import ask_for_bed
from narvard.care.actions.beds import BED_UNITS
from narvard.care.models import Episode, Handover
from narvard.desk.base import run_once
from narvard.desk.handover.forms import ArrivedForm, BedForm
from narvard.desk.handover.sheet import ANSWERERS, sheet_of
from narvard.desk.handover.views import HANDOVERS
from narvard.desk.patient.acting import Plan, Sheet, run_form
from narvard.desk.patient.menu import CARERS
from narvard.flows.beds import arrive
from narvard.organisation.queries import in_service
from narvard.ui.spoken import speak

Bed = Handover.Bed
EPISODES = Episode.objects.select_related("patient", "unit__provider")


@page(*CARERS, methods=("GET", "POST"))
def new(request: CareHttpRequest, pk: uuid.UUID, bed: str) -> HttpResponse:
    """Ask a ward or the short-term places for a bed."""
    kind = Bed(bed)
    own = EPISODES.filter(unit=request.commission.unit_id)
    episode, opened = guard.fetch(own, pk, by=request.commission, at=request.at, what="handover.bed")
    units = in_service(timezone.localdate(request.at)).filter(kind=BED_UNITS[kind])
    near = units.filter(Q(care_area=episode.unit.care_area) | Q(care_area="")).order_by("sort_key")
    returns = kind == Bed.SHORT_TERM_PLACE
    form = BedForm(request.POST or None, now=request.at, units=near, returns=returns)
    words = {"what": kind.label, "name": opened.patient.name, "giver": episode.unit.name}
    sheet = Sheet(_("Begär %(what)s för %(name)s") % words, _("Granska"))

    def act() -> Handover:
        given = form.cleaned_data
        return ask_for_bed(
            episode=episode,
            bed=kind,
            receiver=given["receiver"],
            content=form.content,
            wished_at=given["wished_at"],
            hand_back_on=given.get("hand_back_on"),
            by=request.commission,
            at=request.at,
        )

    def plan() -> Plan:
        given = form.cleaned_data
        told = {**words, "receiver": given["receiver"].name}
        says = [
            _("%(receiver)s får frågan om en plats: %(what)s.") % told,
            _("%(giver)s ansvarar tills personen är på plats.") % told,
            _("%(receiver)s får läsa patientens sida från och med nu.") % told,
        ]
        if given["wished_at"]:
            says.append(_("Personen kommer %(when)s.") % {"when": speak(given["wished_at"], request.at).text})
        return Plan("handover.bed", act, _("%(receiver)s har fått frågan och ska svara i tid.") % told, says)

    return run_form(request, form, opened.patient, sheet, plan)


@page(*ANSWERERS, methods=("POST",))
def arrived(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The person is there: admitted to the ward, or cared for at the short-term place."""
    handover, opened = guard.fetch(HANDOVERS, pk, by=request.commission, at=request.at, what="handover.arrived")
    form = ArrivedForm(request.POST)
    status = 422
    if form.is_valid():
        here = reverse("handover:page", args=[pk])

        def act() -> Handover:
            return arrive(handover=handover, by=request.commission, at=request.at, version=form.seen_version)

        done = _("Personen är på plats hos %(unit)s.") % {"unit": handover.receiver.name}
        answer = run_once(request, form, "handover.arrived", act, then=lambda _result: here, done=done)
        if answer is not None:
            return answer
        status = 409
        handover, opened = guard.fetch(HANDOVERS, pk, by=request.commission, at=request.at, what="handover.arrived")
        form.renew(handover.version)
    sheet = sheet_of(handover, opened, request.at, arrived=form)
    return render(request, "handover/page.html", {"sheet": sheet, "back": reverse("handover:list")}, status=status)
