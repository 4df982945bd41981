"""Proposing a hand-over: filled in, read through in words, then sent."""

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.guard import OpenPatient
from narvard.access.pages import CareHttpRequest, Role, page
from narvard.care import actions as care
from narvard.care import queries, rules
from narvard.care.actions import Content
from narvard.care.models import Episode, Handover, ResponsibilityKind
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
    prepared = opened.readable(queries.prepared_handovers(giver.pk).filter(patient=opened.patient))
    held = _offered(opened.patient, giver, request.at)
    returns = _returned(request, opened) if episode else None
    prepares = "prepare" in request.POST
    form = ProposeForm(
        request.POST or None,
        now=request.at,
        held=held if episode else [],
        groups=_groups(opened, giver, request.at),
        initial=_initial(request, opened, episode, returns, prepared, held),
    )

    def act() -> object:
        return _keep(form, episode, returns, request, prepares=prepares) if episode else None

    nothing = _("Er enhet bär inget ansvar för patienten nu, så det finns inget att lämna över.")
    lead = _told_of(prepared) if held and episode else nothing
    title = _("Lämna över %(name)s") % {"name": opened.patient.name}
    second = ("prepare", _("Spara som förberedd")) if held and episode and not returns else None
    sheet = Sheet(title, _("Granska"), lead, draft=_draft(opened.patient), more={"second": second})

    def plan() -> Plan:
        return _kept(act) if prepares else _plan(form, giver, act, request.at)

    return run_form(request, form, opened.patient, sheet, plan)


def _offered(patient: Patient, giver: CareUnit, at: datetime) -> list[str]:
    """What the unit holds, and what it will hold when the patient has come home from the ward: that can be prepared."""
    held = {kind for kind, scope in queries.ledger_of(patient).held_by(giver.pk) if not scope}
    held |= {kind for kind, unit in queries.home_holders(patient, at).items() if unit.pk == giver.pk}
    return [kind for kind in ResponsibilityKind.values if kind in held]


def _keep(
    form: ProposeForm, episode: Episode, returns: Handover | None, request: CareHttpRequest, *, prepares: bool
) -> object:
    """Keep it for one's colleagues, or ask: one hand-over for each receiver, in one bundle."""
    given = form.cleaned_data
    common: dict[str, Any] = {
        "episode": episode,
        "parts": form.parts,
        "content": form.content,
        "by": request.commission,
        "at": request.at,
        **{name: given[name] for name in ("wished_at", "hand_back_on", "ends_episode")},
    }
    if prepares:
        return care.prepare_handover(**common)
    return care.propose_prepared(**common, due_at=given["due_at"], returns=returns)


def _kept(act: Callable[[], object]) -> Plan:
    done = _("Förberedd. Era kollegor ser den och kan gå vidare. Ingen annan ser den, och inget ansvar flyttas.")
    return Plan("handover.prepare", act, done, then=reverse("handover:list"), reviewed=False)


def _told_of(prepared: Sequence[Handover]) -> str:
    """Who prepared it, and when."""
    events = [row.events.filter(state=Handover.State.PREPARED).select_related("by__staff").last() for row in prepared]
    latest = max((event for event in events if event), key=lambda event: event.at, default=None)
    if latest is None or latest.by is None:
        return ""
    words = {"name": latest.by.staff.name, "day": timezone.localtime(latest.at).strftime("%Y-%m-%d %H:%M")}
    return _("Förberedd av %(name)s %(day)s.") % words


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
    prepared: Sequence[Handover],
    held: Sequence[str],
) -> dict[str, Any]:
    """What is given back, else what was typed and not sent, else what was prepared, else the goal of an episode that
    may be read."""
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
    goals = "".join(row.goal for row in opened.readable([episode] if episode else []))
    return typed or _as_prepared(prepared) or {"goals": goals}


def _as_prepared(prepared: Sequence[Handover]) -> dict[str, Any]:
    """The prepared hand-overs as the form shows them: one receiver in each place."""
    found: dict[str, Any] = {}
    for row, (receiver, kinds) in zip(prepared, [("receiver", "kinds"), *ProposeForm.MORE], strict=False):
        found |= {receiver: str(row.receiver_id), kinds: row.kinds}
    names = (*Content.__dataclass_fields__, "wished_at", "hand_back_on", "ends_episode")
    return found | {name: getattr(prepared[0], name) for name in names} if prepared else {}


def _plan(form: ProposeForm, giver: CareUnit, act: Callable[[], object], at: datetime) -> Plan:
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
