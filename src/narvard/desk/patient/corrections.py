"""A note or a fact by itself: what it says, what it said before, and what the patient says is wrong in it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from narvard.access import guard
from narvard.access.guard import OpenPatient
from narvard.access.pages import CareHttpRequest, Role, page
from narvard.care import actions as care
from narvard.care import rules
from narvard.desk.base import OnceForm
from narvard.desk.patient.acting import Plan, Sheet, run_form
from narvard.desk.patient.menu import WITNESSES
from narvard.desk.patient.record import shown_value
from narvard.desk.patient.views import READERS
from narvard.desk.team.forms import NoteForm
from narvard.organisation.models import Commission
from narvard.people.facts import REGISTRY
from narvard.people.models import ClinicalRecord, Fact
from narvard.people.queries import disputes_of, facts_named
from narvard.visits import actions as visits
from narvard.visits.codes import labels
from narvard.visits.models import VisitNote

CORRECTORS = (*WITNESSES, Role.SOCIAL)


@dataclass(frozen=True)
class Wording:
    """What a note said from an instant on: its text, codes, writer, and why it was written when it corrects."""

    text: str
    codes: list[str]
    who: Commission
    at: datetime
    reason: str = ""


class CorrectForm(NoteForm):
    """The note as it should have been, and why."""

    reason = forms.CharField(
        label=gettext_lazy("Varför rättas den?"),
        help_text=gettext_lazy("Till exempel: fel sida, förväxlade läkemedel. Visas bredvid den första texten."),
        max_length=400,
    )
    field_order = ("text", "codes", "reason")


class VoidForm(OnceForm):
    """Why a fact is wrong."""

    reason = forms.CharField(label=gettext_lazy("Varför är uppgiften fel?"), max_length=200)


class DisputeForm(OnceForm):
    """What the patient says is wrong, in the patient's words."""

    text = forms.CharField(
        label=gettext_lazy("Vad säger patienten är fel?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    told_by = forms.CharField(
        label=gettext_lazy("Vem berättade, om inte patienten själv"), required=False, max_length=120
    )


def _note(request: CareHttpRequest, pk: uuid.UUID, what: str) -> tuple[VisitNote, OpenPatient]:
    rows = VisitNote.objects.filter(signed_at__isnull=False).select_related("author__staff", "visit")
    rows = rows.prefetch_related("corrections__author__staff", "corrections__author__unit")
    return guard.fetch(rows, pk, by=request.commission, at=request.at, what=what)


def _fact(request: CareHttpRequest, pk: uuid.UUID, what: str) -> tuple[Fact, OpenPatient]:
    rows = Fact.objects.filter(name__in=REGISTRY).select_related("recorded_by__staff", "voided_by__staff")
    return guard.fetch(rows, pk, by=request.commission, at=request.at, what=what)


@page(*READERS)
def note(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A signed note: the wording that holds, then the earlier ones with who, when and why."""
    row, opened = _note(request, pk, "patient.note")
    wordings = [Wording(row.text, labels(row.codes), row.author, row.signed_at or row.written_at)]
    wordings += [
        Wording(each.text, labels(each.codes), each.author, each.at, each.reason) for each in row.corrections.all()
    ]
    context = {
        "patient": opened.patient,
        "note": row,
        "valid": wordings[-1],
        "earlier": wordings[-2::-1],
        "disputes": [opened.told(each) for each in disputes_of(row)],
        "may_correct": _may(request, row) and row.owner_unit_id == request.commission.unit_id,
        "may_dispute": _may(request, row),
    }
    return render(request, "patient/note.html", context)


def _may(request: CareHttpRequest, row: ClinicalRecord) -> bool:
    return request.commission.role in CORRECTORS and rules.keeps(row, request.commission, request.at)


@page(*CORRECTORS, methods=("GET", "POST"))
def correct_note(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Correct a signed note: a new wording with a reason; the earlier one stays."""
    row, opened = _note(request, pk, "patient.correct_note")
    initial = {"text": row.valid_text, "codes": row.valid_codes}
    form = CorrectForm(request.POST or None, initial=initial, version=row.version)
    sheet = Sheet(
        _("Rätta anteckningen"),
        _("Signera rättelsen"),
        says=[
            _("Den nya texten gäller. Den tidigare finns kvar på sidan, med ditt namn, tiden och skälet."),
            _("Kopiera anteckningen till journalen igen efteråt."),
        ],
    )

    def act() -> object:
        return visits.correct_note(
            note=row,
            text=form.cleaned_data["text"],
            codes=form.cleaned_data["codes"],
            reason=form.cleaned_data["reason"],
            by=request.commission,
            at=request.at,
            expected=form.seen_version,
        ).pk

    then = reverse("patient:note", args=[row.pk])
    plan = Plan("visits.correct_note", act, _("Anteckningen är rättad."), then=then)
    return run_form(request, form, opened.patient, sheet, lambda: plan, row.version)


@page(*READERS)
def fact(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """A fact with every earlier one of its name, also those struck out, and who wrote what, when and why."""
    row, opened = _fact(request, pk, "patient.fact")
    kind = REGISTRY[row.name]
    history = [(shown_value(each.value, str(kind.unit)), each) for each in opened.readable(facts_named(row))]
    context = {
        "patient": opened.patient,
        "fact": row,
        "label": capfirst(str(kind.label)),
        "value": shown_value(row.value, str(kind.unit)),
        "earlier": [(value, each) for value, each in history if each.pk != row.pk],
        "disputes": [opened.told(each) for each in disputes_of(row)],
        "may_void": _may(request, row) and row.voided_at is None,
        "may_dispute": _may(request, row),
    }
    return render(request, "patient/fact.html", context)


@page(*CORRECTORS, methods=("GET", "POST"))
def void_fact(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Strike out a fact that is wrong; it stays in the history with the reason."""
    row, opened = _fact(request, pk, "patient.void_fact")
    form = VoidForm(request.POST or None)
    label = capfirst(str(REGISTRY[row.name].label))
    sheet = Sheet(
        _("Stryk uppgiften: %(what)s") % {"what": label},
        _("Stryk uppgiften"),
        says=[_("Uppgiften räknas inte längre. Den finns kvar i historiken med ditt namn, tiden och skälet.")],
        grave=True,
    )

    def act() -> object:
        care.void_fact(fact=row, reason=form.cleaned_data["reason"], by=request.commission, at=request.at)
        return row.pk

    plan = Plan("care.void_fact", act, _("Uppgiften är struken."), then=reverse("patient:fact", args=[row.pk]))
    return run_form(request, form, opened.patient, sheet, lambda: plan)


@page(*CORRECTORS, methods=("GET", "POST"))
def dispute_note(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Note in the record that the patient says that a note is wrong."""
    row, opened = _note(request, pk, "patient.dispute_note")
    return _dispute(request, row, opened, reverse("patient:note", args=[row.pk]))


@page(*CORRECTORS, methods=("GET", "POST"))
def dispute_fact(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Note in the record that the patient says that a fact is wrong."""
    row, opened = _fact(request, pk, "patient.dispute_fact")
    return _dispute(request, row, opened, reverse("patient:fact", args=[row.pk]))


def _dispute(request: CareHttpRequest, row: ClinicalRecord, opened: OpenPatient, then: str) -> HttpResponse:
    form = DisputeForm(request.POST or None)
    sheet = Sheet(
        _("Patienten anser att uppgiften är fel"),
        _("Skriv in"),
        says=[_("Patientens ord visas tillsammans med uppgiften. Uppgiften själv ändras inte.")],
    )
    act: Callable[[], Any] = partial(_record_dispute, request, row, form)
    plan = Plan("care.record_dispute", act, _("Patientens ord är inskrivna."), then=then)
    return run_form(request, form, opened.patient, sheet, lambda: plan)


def _record_dispute(request: CareHttpRequest, row: ClinicalRecord, form: DisputeForm) -> uuid.UUID:
    told = {"text": form.cleaned_data["text"], "told_by": form.cleaned_data["told_by"]}
    return care.record_dispute(about=row, by=request.commission, at=request.at, **told).pk
