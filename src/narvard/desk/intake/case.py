"""The chosen case: what the page shows of one request, and the queue beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.guard import OpenPatient
from narvard.access.pages import CareHttpRequest, Role
from narvard.desk.base import OnceForm
from narvard.desk.intake import forms
from narvard.flows import triage
from narvard.followup.utilisation.queries import offered_facts
from narvard.intake import presenters, queries
from narvard.intake.errors import NotYourRequest
from narvard.intake.models import CareRequest
from narvard.intake.rights import offered
from narvard.intake.states import Act
from narvard.intake.triage import Option, Outlook, Verdict
from narvard.people.facts import REGISTRY
from narvard.people.models import PatientIdentifier
from narvard.people.queries import tells_place

QUEUE_ROLES = frozenset({Role.COORDINATOR, Role.PLANNER})
# How many rows of the queue stand beside a case.
BESIDE = 50


@dataclass(frozen=True)
class Case:
    """One request, opened and lawful to read, with what follows from it for this reader."""

    row: CareRequest
    opened: OpenPatient
    acts: frozenset[Act]
    outlook: Outlook | None = None
    options: Sequence[Option] = field(default_factory=list)


def fetch(request: CareHttpRequest, pk: UUID) -> Case:
    """The case, through the guarded door; suggestions only while a team is sought."""
    row, opened = guard.fetch(queries.requests(), pk, by=request.commission, at=request.at, what="intake.request")
    acts = offered(row, request.commission)
    if row.state == CareRequest.State.CLOSED:
        return Case(row, opened, acts)
    outlook, options = triage.options(opened, row, request.at)
    return Case(row, opened, acts, outlook, options)


def fetch_to_act(request: CareHttpRequest, pk: UUID) -> Case:
    """The case, for an act; a team that it has left since the page was opened is told so, and no more."""
    try:
        return fetch(request, pk)
    except guard.AccessDenied:
        if queries.has_been_asked(pk, request.commission.unit):
            raise NotYourRequest(_("Begäran har gått vidare och ligger inte längre hos er. Inget ändrades.")) from None
        raise


def page(
    request: CareHttpRequest, case: Case, *, step: str = "", bound: OnceForm | None = None, status: int = 200
) -> HttpResponse:
    """The case page; htmx gets the case alone. ``bound`` is the refused form of ``step``, shown open."""
    part = request.htmx and not request.htmx.history_restore_request and request.htmx.target == "case"
    template = "intake/parts/case.html" if part else "intake/request.html"
    context = {**_context(request, case), "forms": _forms(case, step, bound), "refused": step, "part": part}
    if bound is not None and step not in context["acts"] and step != "fact":
        context |= {"refusal": bound.non_field_errors(), "typed": _typed(bound)}
    if not part and request.commission.role in QUEUE_ROLES:
        context["queue"] = queue_rows(request, chosen=case.row.pk)
    return render(request, template, context, status=status)


def queue_rows(request: CareHttpRequest, chosen: UUID | None = None) -> list[presenters.Row]:
    """The first rows of what must be acted on, by clock."""
    rows = list(queries.to_do(request.commission.unit, request.at)[:BESIDE])
    return listed(request, rows, "intake.inbox")


def listed(request: CareHttpRequest, rows: Sequence[CareRequest], what: str) -> list[presenters.Row]:
    """Rows for a list, opened and logged as one read."""
    opened = guard.open_listed([row.patient_id for row in rows], by=request.commission, at=request.at, what=what)
    return presenters.rows(guard.readable_of(rows, opened), request.at)


def _typed(form: OnceForm) -> list[str]:
    """What somebody wrote in a form that the case no longer has room for."""
    return [str(form[field.name].value()) for field in form.visible_fields() if form[field.name].value()]


def _context(request: CareHttpRequest, case: Case) -> dict[str, Any]:
    row, opened = case.row, case.opened
    suggested = presenters.suggested(case.options, case.outlook)
    chosen = row.chosen_by(opened.by.unit_id)
    others = opened.readable(queries.open_of(row.patient).exclude(pk=row.pk))
    return {
        "case": presenters.row(row, request.at),
        "request_row": row,
        "place": row.patient.municipality if opened.sees_municipality else None,
        "hidden": row.patient.hidden,
        "identifier": PatientIdentifier.objects.filter(patient=row.patient).first(),
        "call_sender": _number(row, opened),
        "facts": presenters.known_facts(case.outlook) if case.outlook else [],
        "questions": presenters.open_questions(case.options),
        "offers": [(offer, REGISTRY[offer.name]) for offer in offered_facts(opened)] if case.outlook else [],
        "may_take": [item for item in suggested if item.option.verdict != Verdict.NOT],
        "ruled_out": [item for item in suggested if item.option.verdict == Verdict.NOT],
        "history": presenters.entries(opened.told(each, chosen) for each in queries.history(row)),
        "others": presenters.rows(others, request.at),
        "acts": {act.value for act in case.acts},
        "patient_url": None if opened.narrow else reverse("patient:page", args=[row.patient_id]),
        "chosen": row.pk,
    }


def _number(row: CareRequest, opened: OpenPatient) -> str:
    """The sender's number; none whose area code tells a place that is not shown."""
    own = row.caller_phone
    return own if own and (opened.names_units or not tells_place(own)) else row.sender_unit.phone


_FORMS: dict[str, type[OnceForm]] = {
    "take": forms.TakeForm,
    "decline": forms.NextStepForm,
    "missent": forms.MissentForm,
    "not_ours": forms.NextStepForm,
    "advise": forms.AdviceForm,
    "refuse": forms.NextStepForm,
    "withdraw": forms.ReasonForm,
    "reopen": forms.ReasonForm,
    "acknowledge": forms.PlainForm,
    "wait": forms.PlainForm,
    "reassess": forms.RiskForm,
    "leave": forms.ReasonForm,
    "dispatch": forms.PlainForm,
    "deteriorate": forms.PlainForm,
}


def _forms(case: Case, step: str, bound: OnceForm | None) -> dict[str, OnceForm]:
    """A fresh form for every act that may be done now, and the refused one as it was typed."""
    version = case.row.version
    fresh = {act.value: _fresh(case, act.value, version) for act in case.acts}
    fresh["fact"] = forms.FactForm(version=version, auto_id=False)
    if bound is not None:
        fresh[step] = bound
    return fresh


def _fresh(case: Case, act: str, version: int) -> OnceForm:
    if act == "assign":
        return forms.AssignForm(version=version, options=case.options, auto_id="assign_%s")
    if act == "forward":
        others = [option for option in case.options if option.team != case.row.team_id]
        return forms.ForwardForm(version=version, options=others, auto_id="forward_%s")
    if act == "reassess":
        return forms.RiskForm(version=version, initial={"risk": case.row.risk}, auto_id="reassess_%s")
    return _FORMS[act](version=version, auto_id=f"{act}_%s")
