"""Proposing a hand-over: filled in, read through in words, then sent."""

import uuid
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.guard import OpenPatient
from narvard.access.pages import CareHttpRequest, page
from narvard.care import queries, rules
from narvard.care.actions import propose_handover
from narvard.care.models import Episode, Handover
from narvard.care.presenters import kinds_in_words
from narvard.desk.account.drafts import draft_of
from narvard.desk.handover.forms import ProposeForm
from narvard.desk.patient.acting import Plan, Sheet, run_form
from narvard.desk.patient.menu import CARERS
from narvard.organisation.models import CareUnit
from narvard.organisation.queries import in_service
from narvard.ui.spoken import speak

EPISODES = Episode.objects.select_related("patient", "unit__provider")


@page(*CARERS, methods=("GET", "POST"))
def new(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Propose that another unit takes over what the acting unit is responsible for."""
    episode, opened = guard.fetch(
        EPISODES.filter(unit=request.commission.unit_id), pk, by=request.commission, at=request.at, what="handover.new"
    )
    held = [kind for kind, scope in queries.ledger_of(opened.patient).held_by(episode.unit_id) if not scope]
    form = ProposeForm(
        request.POST or None,
        now=request.at,
        held=held,
        groups=_groups(opened, episode.unit, request.at),
        initial=_initial(request, episode),
    )

    def act() -> Handover:
        given = form.cleaned_data
        return propose_handover(
            episode=episode,
            receiver=form.chosen,
            kinds=given["kinds"],
            content=form.content,
            wished_at=given["wished_at"],
            due_at=given["due_at"],
            ends_episode=given["ends_episode"],
            by=request.commission,
            at=request.at,
        )

    lead = "" if held else _("Er enhet bär inget ansvar för patienten nu, så det finns inget att lämna över.")
    title = _("Lämna över %(name)s") % {"name": opened.patient.name}
    sheet = Sheet(title, _("Granska"), lead, draft=_draft(episode))
    return run_form(request, form, opened.patient, sheet, lambda: _plan(form, episode, act, request.at))


def _draft(episode: Episode) -> str:
    return f"handover:new {episode.pk}"


def _initial(request: CareHttpRequest, episode: Episode) -> dict[str, Any]:
    """What was typed and not sent, else the episode's goal."""
    kept = draft_of(user=request.user, by=request.commission, form=_draft(episode), at=request.at)
    typed = {name: values if name == "kinds" else values[-1] for name, values in kept.items() if values}
    return typed or {"goals": episode.goal}


def _plan(form: ProposeForm, episode: Episode, act: Callable[[], Handover], at: datetime) -> Plan:
    given = form.cleaned_data
    words = {
        "giver": episode.unit.name,
        "receiver": form.chosen.name,
        "kinds": kinds_in_words(given["kinds"]),
        "when": speak(given["wished_at"], at).text if given["wished_at"] else "",
    }
    says = [
        _("%(receiver)s får frågan om att ta över: %(kinds)s.") % words,
        _("Ansvaret ligger kvar hos %(giver)s tills någon tar emot.") % words,
        _("%(receiver)s får läsa patientens sida från och med nu.") % words,
    ]
    if given["wished_at"]:
        says.append(_("Tar de emot flyttas ansvaret %(when)s.") % words)
    if given["ends_episode"]:
        says.append(_("När %(giver)s inte längre har något ansvar avslutas inskrivningen där.") % words)
    done = _("%(receiver)s har fått frågan. Ansvaret ligger kvar hos er tills de tar emot.") % words
    return Plan("handover.new", act, done, says)


def _groups(opened: OpenPatient, giver: CareUnit, at: datetime) -> list[tuple[str, QuerySet[CareUnit]]]:
    """Receivers that exist: those who carry the patient first, then the area's units by kind.

    Whom the names are kept from gets all the area's units alike: which of them carry the patient is not told.
    """
    able = in_service(timezone.localdate(at)).exclude(kind__in=rules.NEVER_HOLDS).exclude(pk=giver.pk)
    rows = able.select_related("provider").order_by("sort_key")
    known = queries.units_carrying(opened.patient, at) if opened.names_units else set()
    groups = [(_("Följer redan patienten"), rows.filter(pk__in=known))]
    area = rows.filter(care_area=giver.care_area).exclude(pk__in=known)
    return groups + [(capfirst(str(label)), area.filter(kind=kind)) for kind, label in CareUnit.Kind.choices]
