"""Proposing a hand-over: filled in, read through in words, then sent."""

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.guard import OpenPatient
from narvard.access.pages import CareHttpRequest, Role, page
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
from narvard.people.models import Patient
from narvard.ui.spoken import speak

PROPOSERS = (*CARERS, Role.WARD)
HANDOVERS = Handover.objects.select_related("patient", "giver", "receiver")


@page(*PROPOSERS, methods=("GET", "POST"))
def new(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Propose that other units take over what the acting unit is responsible for, for good or for a time."""
    opened = guard.open_patient(pk, by=request.commission, at=request.at, what="handover.new")
    opened.refuse_unrelated()
    giver = request.commission.unit
    episode = queries.episode_to_hand_over(opened.patient, giver.pk, request.at)
    held = [kind for kind, scope in queries.ledger_of(opened.patient).held_by(giver.pk) if not scope]
    returns = _returned(request, opened) if episode else None
    form = ProposeForm(
        request.POST or None,
        now=request.at,
        held=held if episode else [],
        groups=_groups(opened, giver, request.at),
        initial=_initial(request, opened, episode, returns, held),
    )

    def act() -> uuid.UUID | None:
        return _propose(form, episode, returns, request) if episode else None

    nothing = _("Er enhet bär inget ansvar för patienten nu, så det finns inget att lämna över.")
    title = _("Lämna över %(name)s") % {"name": opened.patient.name}
    sheet = Sheet(title, _("Granska"), "" if held and episode else nothing, draft=_draft(opened.patient))
    return run_form(request, form, opened.patient, sheet, lambda: _plan(form, giver, act, request.at))


def _propose(form: ProposeForm, episode: Episode, returns: Handover | None, request: CareHttpRequest) -> uuid.UUID:
    """One hand-over for each receiver, in one bundle; returns the bundle."""
    given, bundle = form.cleaned_data, uuid.uuid4()
    for receiver, kinds in form.parts:
        propose_handover(
            episode=episode,
            receiver=receiver,
            kinds=kinds,
            content=form.content,
            wished_at=given["wished_at"],
            hand_back_on=given["hand_back_on"],
            due_at=given["due_at"],
            ends_episode=given["ends_episode"],
            bundle=bundle,
            returns=returns if returns and receiver.pk == returns.giver_id else None,
            by=request.commission,
            at=request.at,
        )
    return bundle


def _returned(request: CareHttpRequest, opened: OpenPatient) -> Handover | None:
    """The temporary take-over that is given back, when the page was opened from it."""
    try:
        key = uuid.UUID(request.GET.get("tillbaka", ""))
    except ValueError:
        return None
    rows = HANDOVERS.filter(patient=opened.patient, receiver=request.commission.unit_id)
    row = rows.filter(pk=key, state=Handover.State.ACCEPTED).first()
    return row if row and queries.is_to_hand_back(row) else None


def _draft(patient: Patient) -> str:
    return f"handover:new {patient.pk}"


def _initial(
    request: CareHttpRequest,
    opened: OpenPatient,
    episode: Episode | None,
    returns: Handover | None,
    held: Sequence[str],
) -> dict[str, Any]:
    """What was typed and not sent, else what is given back, else the goal of an episode that may be read."""
    if returns is not None:
        return {
            "receiver": str(returns.giver_id),
            "kinds": [kind for kind in returns.kinds if kind in held],
            "reason": _("Tillbaka som vi kom överens om."),
            "goals": "".join(row.goals for row in opened.readable([returns])),
        }
    kept = draft_of(user=request.user, by=request.commission, form=_draft(opened.patient), at=request.at)
    several = {"kinds", "kinds_2", "kinds_3"}
    typed = {name: values if name in several else values[-1] for name, values in kept.items() if values}
    return typed or {"goals": "".join(row.goal for row in opened.readable([episode] if episode else []))}


def _plan(form: ProposeForm, giver: CareUnit, act: Callable[[], uuid.UUID | None], at: datetime) -> Plan:
    given, parts = form.cleaned_data, form.parts
    words = {
        "giver": giver.name,
        "receiver": parts[0][0].name,
        "when": speak(given["wished_at"], at).text if given["wished_at"] else "",
        "day": speak(given["hand_back_on"], at).text if given["hand_back_on"] else "",
    }
    says = [
        _("%(receiver)s får frågan om att ta över: %(kinds)s.")
        % {"receiver": unit.name, "kinds": kinds_in_words(kinds)}
        for unit, kinds in parts
    ]
    says.append(_("Ansvaret ligger kvar hos %(giver)s tills någon tar emot.") % words)
    reads = _("%(receiver)s får läsa patientens sida från och med nu.")
    says += [reads % {"receiver": unit.name} for unit, _kinds in parts]
    if len(parts) > 1:
        says.append(_("Alla mottagare ser varandra och vem som har svarat. Ansvaret flyttas del för del."))
    if given["wished_at"]:
        says.append(_("Tar de emot flyttas ansvaret %(when)s.") % words)
    if given["hand_back_on"]:
        says.append(_("Det är tillfälligt: %(day)s ska det lämnas tillbaka till %(giver)s.") % words)
    elif given["ends_episode"]:
        says.append(_("När %(giver)s inte längre har något ansvar avslutas inskrivningen där.") % words)
    done = _("%(receiver)s har fått frågan. Ansvaret ligger kvar hos er tills de tar emot.") % words
    if len(parts) > 1:
        done = _("%(count)d enheter har fått frågan. Ansvaret ligger kvar hos er tills de tar emot.") % {
            "count": len(parts)
        }
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
