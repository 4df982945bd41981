"""Pages where a plan is begun, written, signed, brought into force and renewed."""

import uuid
from datetime import datetime

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.pages import CareHttpRequest, page
from narvard.access.queries import related_units
from narvard.care import queries as care
from narvard.care.plans import actions, contents, queries
from narvard.care.plans.definitions import Definition, kinds
from narvard.care.plans.models import Plan, PlanVersion
from narvard.desk.base import OnceForm, run_once
from narvard.desk.patient.acting import Plan as Doing
from narvard.desk.patient.acting import Sheet, run_form
from narvard.desk.patient.forms import TextForm
from narvard.desk.patient.menu import ASKERS, WITNESSES
from narvard.desk.plans.door import parts_of, refuse_unnamed, veil_of
from narvard.desk.plans.forms import AdoptForm, UnitsForm, WriteForm
from narvard.desk.plans.sheet import sections_of
from narvard.desk.plans.views import fetch
from narvard.organisation.models import CareUnit
from narvard.people.models import Patient


def _url(name: str, plan: Plan) -> str:
    return reverse(f"plans:{name}", args=[plan.pk])


def candidates(patient: Patient, but: set[uuid.UUID], at: datetime) -> list[CareUnit]:
    """Units that care for the person now and are not in the plan."""
    related = CareUnit.objects.filter(related_units(patient.pk, at))
    carrying = CareUnit.objects.filter(pk__in=care.units_carrying(patient, at))
    rows: QuerySet[CareUnit] = (related | carrying).exclude(pk__in=but).order_by("sort_key").distinct()
    return [unit for unit in rows if care.meets(patient, unit.pk, at)]


@page(*WITNESSES, methods=("GET",))
def choose(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Which kind of plan to begin."""
    opened = guard.open_patient(pk, by=request.commission, at=request.at, what="plan.choose")
    opened.refuse_unrelated()
    context = {"patient": opened.patient, "kinds": list(kinds().values())}
    return render(request, "plans/choose.html", context)


@page(*WITNESSES, methods=("GET", "POST"))
def start(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Begin a plan, and say who takes part."""
    opened = guard.open_patient(pk, by=request.commission, at=request.at, what="plan.start")
    opened.refuse_unrelated()
    refuse_unnamed(opened)
    kind = request.GET.get("slag", "")
    definition = kinds().get(kind)
    if definition is None:
        raise Http404
    shown = definition.is_joint and opened.sees_place
    units = candidates(opened.patient, {request.commission.unit_id}, request.at) if shown else []
    form = UnitsForm(request.POST or None, units=units, chosen=True)
    says = [_("Ett utkast börjar. Planen gäller först när den är signerad och fastställd.")]
    if definition.needs:
        says.append(_("Regionen och kommunen signerar var sin del."))
    if definition.asks_consent:
        says.append(_("Personens ja till planen registreras innan den fastställs."))
    if not definition.is_joint:
        says.append(_("Planen är er enhets egen. Andra läser den som journalen: med samtycke och ett aktivt val."))

    def act() -> object:
        return actions.start_plan(
            patient=opened.patient, kind=kind, units=form.units, by=request.commission, at=request.at
        ).pk

    sheet = Sheet(definition.name, _("Börja"), definition.lead, says=says)
    context = {"form": form, "patient": opened.patient, "sheet": sheet}
    if form.is_bound and form.is_valid():
        answer = run_once(request, form, "plan.start", act, then=lambda key: reverse("plans:write", args=[key]))
        if answer is not None:
            return answer
        form.renew()
        return render(request, "patient/form.html", context, status=409)
    return render(request, "patient/form.html", context, status=422 if form.errors else 200)


def _draft(plan: Plan) -> PlanVersion:
    draft = queries.draft_of(plan)
    if draft is None or plan.ended_at is not None:
        raise Http404
    return draft


@page(*ASKERS, methods=("GET", "POST"))
def write(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Write the own unit's part of the draft."""
    plan, opened = fetch(request, pk, "plan.write")
    draft = _draft(plan)
    definition, parts = Definition(draft.definition), parts_of(draft, opened, veil_of(opened))
    own = {part.section: part.content for part in parts if part.owner_unit_id == request.commission.unit_id}
    others = [part for part in parts if part.owner_unit_id != request.commission.unit_id]
    more = "more" in request.POST
    form = WriteForm(request.POST or None, definition=definition, written=own, more=more, version=draft.version)
    status = 200
    if form.is_bound and not more:
        status = 422
        if form.is_valid():
            answer = _save(request, plan, form)
            if answer is not None:
                return answer
            status = 409
            form.renew(_draft(fetch(request, pk, "plan.write")[0]).version)
    context = {
        "form": form,
        "patient": opened.patient,
        "plan": plan,
        "definition": definition,
        "others": [row for row in sections_of(definition, others) if row.parts],
        "signs": request.commission.staff.profession,
    }
    return render(request, "plans/write.html", context, status=status)


def _save(request: CareHttpRequest, plan: Plan, form: WriteForm) -> HttpResponse | None:
    then = _url("sign" if "sign" in request.POST else "page", plan)

    def act() -> object:
        return actions.write_contributions(
            plan=plan, texts=form.texts, version=form.seen_version, by=request.commission, at=request.at
        ).pk

    draft_page = then if "sign" in request.POST else f"{then}?version={_draft(plan).number}"
    return run_once(request, form, "plan.write", act, then=lambda _result: draft_page, done=_("Utkastet är sparat."))


@page(*ASKERS, methods=("GET", "POST"))
def sign(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Sign the own unit's part; one who decides brings the plan into force at the same time, when all is there."""
    plan, opened = fetch(request, pk, "plan.sign")
    draft = _draft(plan)
    definition = Definition(draft.definition)
    parts = parts_of(draft, opened, veil_of(opened))
    unit = request.commission.unit_id
    decides = request.commission.staff.profession in definition.deciders
    adopts = decides and "only_sign" not in request.POST
    against = contents.conflicts(definition, parts)
    form: OnceForm = OnceForm(request.POST or None, version=draft.version)
    if adopts:
        today = timezone.localdate(request.at)
        form = AdoptForm(
            request.POST or None,
            against=bool(against),
            today=today,
            days=definition.review_days,
            version=draft.version,
        )
    unsigned = [part for part in parts if part.signed_at is None and part.owner_unit_id == unit]
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            answer = _sign(request, plan, form, bool(unsigned))
            if answer is not None:
                return answer
            status = 409
            form.renew(_draft(fetch(request, pk, "plan.sign")[0]).version)
    context = {
        "form": form,
        "patient": opened.patient,
        "plan": plan,
        "definition": definition,
        "version": draft,
        "sections": sections_of(definition, parts),
        "missing": contents.missing(definition, parts),
        "against": against,
        "unsigned": unsigned,
        "waiting": sorted(
            {part.owner_unit.name for part in parts if part.signed_at is None and part.owner_unit_id != unit}
        ),
        "decides": decides,
    }
    return render(request, "plans/sign.html", context, status=status)


def _sign(request: CareHttpRequest, plan: Plan, form: OnceForm, unsigned: bool) -> HttpResponse | None:
    by, at = request.commission, request.at

    def act() -> object:
        if unsigned or not isinstance(form, AdoptForm):
            actions.sign_contributions(plan=plan, version=form.seen_version, by=by, at=at)
        if isinstance(form, AdoptForm):
            words = form.cleaned_data
            despite = words.get("despite", "")
            actions.adopt_plan(plan=plan, review_on=words["review_on"], despite=despite, by=by, at=at)
        return plan.pk

    adopts = isinstance(form, AdoptForm)
    done = _("Planen är fastställd och gäller nu.") if adopts else _("Er del är signerad.")
    home = _url("page", plan) if adopts else f"{_url('page', plan)}?version={_draft(plan).number}"
    return run_once(request, form, "plan.sign", act, then=lambda _result: home, done=done)


@page(*ASKERS, methods=("GET", "POST"))
def renew(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Begin a new version of the plan."""
    plan, opened = fetch(request, pk, "plan.renew")
    form = TextForm(request.POST or None, label=_("Vad är det som har ändrats?"))
    says = [
        _("Utkastet börjar som planen är nu. Det som gäller fortsätter att gälla tills den nya är fastställd."),
        _("Delar som ingen ändrar behåller sina signaturer."),
    ]
    title = _("Ny version av %(plan)s") % {"plan": Definition(plan.versions.all()[0].definition).name}
    sheet = Sheet(title, _("Börja"), says=says)

    def act() -> object:
        text = form.cleaned_data["text"]
        return actions.renew_plan(plan=plan, why=text, by=request.commission, at=request.at).pk

    doing = Doing("plan.renew", act, _("Ett utkast har börjat."), then=_url("write", plan))
    return run_form(request, form, opened.patient, sheet, lambda: doing)


@page(*ASKERS, methods=("GET", "POST"))
def drop(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Throw the draft away."""
    plan, opened = fetch(request, pk, "plan.drop")
    _draft(plan)
    form = OnceForm(request.POST or None)
    sheet = Sheet(_("Kasta utkastet"), _("Kasta"), says=[_("Den version som gäller fortsätter att gälla.")], grave=True)

    def act() -> object:
        return actions.drop_draft(plan=plan, by=request.commission, at=request.at).pk

    doing = Doing("plan.drop", act, _("Utkastet är kastat."), then=_url("page", plan))
    return run_form(request, form, opened.patient, sheet, lambda: doing)
