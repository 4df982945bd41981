"""Pages where a contact or an enrolment is answered and ended."""

import uuid

from django.http import HttpResponse
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.pages import CareHttpRequest, page
from narvard.care import actions as care
from narvard.care.models import Episode
from narvard.desk.patient.acting import Plan, Sheet, run_form
from narvard.desk.patient.forms import TextForm
from narvard.desk.patient.menu import CARERS
from narvard.flows.passing import end_care

EPISODES = Episode.objects.select_related("patient", "unit", "request__sender_unit")


@page(*CARERS, methods=("GET", "POST"))
def answer(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Answer whoever ordered."""
    episode, opened = guard.fetch(EPISODES, pk, by=request.commission, at=request.at, what="patient.answer")
    form = TextForm(request.POST or None, version=episode.version, label=_("Svar"), initial={"text": episode.answer})
    orderer = episode.request.sender_unit.name if episode.request else ""
    says = [_("%(unit)s kan läsa svaret på patientens sida.") % {"unit": orderer}] if orderer else []
    sheet = Sheet(_("Svara den som frågade"), _("Skicka svaret"), episode.goal, says)

    def act() -> Episode:
        return care.answer_order(
            episode=episode,
            answer=form.cleaned_data["text"],
            version=form.seen_version,
            by=request.commission,
            at=request.at,
        )

    plan = Plan("patient.answer", act, _("Svaret är skickat."))
    return run_form(request, form, opened.patient, sheet, lambda: plan, episode.version)


@page(*CARERS, methods=("GET", "POST"))
def end(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """End a contact or an enrolment; what it asked of the visits ends too."""
    episode, opened = guard.fetch(EPISODES, pk, by=request.commission, at=request.at, what="patient.end")
    form = TextForm(request.POST or None, version=episode.version, label=_("Varför avslutas den?"))
    what = {"what": episode.get_form_display(), "unit": episode.unit.name}
    says = [
        _("%(unit)s avslutar: %(what)s.") % what,
        _("Besök som inte har börjat ställs in."),
        _("Det går bara om %(unit)s inte längre bär något ansvar.") % what,
    ]
    if episode.kind == Episode.Kind.CONTACT:
        says.pop()
    sheet = Sheet(_("Avsluta hos %(unit)s") % what, _("Avsluta"), says=says)

    def act() -> Episode:
        return end_care(
            episode=episode,
            reason=form.cleaned_data["text"],
            version=form.seen_version,
            by=request.commission,
            at=request.at,
        )

    plan = Plan("patient.end", act, _("Avslutad."))
    return run_form(request, form, opened.patient, sheet, lambda: plan, episode.version)
