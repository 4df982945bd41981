"""Pages about a plan that stands: read it, send it to more, look it over, the person's yes, and the end."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.access.pages import CareHttpRequest, page
from narvard.care.plans import actions
from narvard.care.plans.definitions import kinds
from narvard.desk.base import OnceForm, run_once
from narvard.desk.patient.acting import Plan as Doing
from narvard.desk.patient.acting import Sheet, run_form
from narvard.desk.patient.forms import TextForm
from narvard.desk.patient.menu import ASKERS
from narvard.desk.plans.forms import PlanConsentForm, ReviewForm, UnitsForm
from narvard.desk.plans.views import fetch
from narvard.desk.plans.writing import candidates


def _page(pk: uuid.UUID) -> str:
    return reverse("plans:page", args=[pk])


@page(*ASKERS, methods=("POST",))
def read(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The reader has read the version in force."""
    plan, _opened = fetch(request, pk, "plan.read")
    form = OnceForm(request.POST)
    if form.is_valid():

        def act() -> object:
            return actions.read_plan(plan=plan, by=request.commission, at=request.at).pk

        done = _("Det syns nu för de andra att du har läst.")
        answer = run_once(request, form, "plan.read", act, then=lambda _result: _page(pk), done=done)
        if answer is not None:
            return answer
    return redirect(_page(pk))


@page(*ASKERS, methods=("GET", "POST"))
def share(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Send the plan to more units."""
    plan, opened = fetch(request, pk, "plan.share")
    units = candidates(opened.patient, set(plan.parties()), request.at) if opened.sees_place else []
    form = UnitsForm(request.POST or None, units=units)
    says = [_("Enheterna läser planen, också tidigare versioner, och kan skriva sin del.")]
    if not units:
        says = [_("Alla enheter som vårdar personen nu är redan med.")]
    sheet = Sheet(_("Skicka planen till fler"), _("Skicka"), says=says)

    def act() -> object:
        return actions.share_plan(plan=plan, units=form.units, by=request.commission, at=request.at).pk

    doing = Doing("plan.share", act, _("Planen är skickad."), then=_page(pk))
    return run_form(request, form, opened.patient, sheet, lambda: doing)


@page(*ASKERS, methods=("GET", "POST"))
def review(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The plan has been looked over and stands as it is."""
    plan, opened = fetch(request, pk, "plan.review")
    today = timezone.localdate(request.at)
    form = ReviewForm(request.POST or None, today=today, days=kinds()[plan.kind].review_days)
    sheet = Sheet(_("Planen är sedd över"), _("Spara"), says=[_("Planen gäller som den är till nästa gång.")])

    def act() -> object:
        words = form.cleaned_data
        return actions.review_plan(
            plan=plan, next_on=words["next_on"], note=words["note"], by=request.commission, at=request.at
        ).pk

    doing = Doing("plan.review", act, _("Sparat."), then=_page(pk))
    return run_form(request, form, opened.patient, sheet, lambda: doing)


@page(*ASKERS, methods=("GET", "POST"))
def consent(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The person's yes to the plan."""
    plan, opened = fetch(request, pk, "plan.consent")
    form = PlanConsentForm(request.POST or None)
    says = [_("Samtycket gäller planen. Journalen öppnas inte av det.")]
    sheet = Sheet(_("Säger %(name)s ja till planen?") % {"name": opened.patient.name}, _("Spara"), says=says)

    def act() -> object:
        said = form.said
        yes = actions.Yes(str(said["how"]), said["given_by"], said["assessment"], said["attitude"])
        return actions.record_plan_consent(plan=plan, yes=yes, by=request.commission, at=request.at).pk

    doing = Doing("plan.consent", act, _("Samtycket är sparat."), then=_page(pk))
    return run_form(request, form, opened.patient, sheet, lambda: doing)


@page(*ASKERS, methods=("GET", "POST"))
def withdraw(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The person takes back the yes to the plan."""
    plan, opened = fetch(request, pk, "plan.withdraw")
    form = TextForm(request.POST or None, label=_("Vad sa personen?"))
    says = [
        _("Planen gäller inte längre. Den finns kvar i historiken, och var och en läser bara det den själv skrev."),
        _("Enheterna i planen ser det i sin lista."),
        _("Vården fortsätter. Var och en ger det den ansvarar för, och ett nytt ja gör att planen gäller igen."),
    ]
    sheet = Sheet(_("%(name)s tar tillbaka sitt ja") % {"name": opened.patient.name}, _("Spara"), says=says)

    def act() -> object:
        text = form.cleaned_data["text"]
        return actions.withdraw_plan_consent(plan=plan, by=request.commission, at=request.at, note=text).pk

    doing = Doing("plan.withdraw", act, _("Samtycket är återtaget. Planen gäller inte."), then=_page(pk))
    return run_form(request, form, opened.patient, sheet, lambda: doing)


@page(*ASKERS, methods=("GET", "POST"))
def end(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The plan is no longer followed."""
    plan, opened = fetch(request, pk, "plan.end")
    form = TextForm(request.POST or None, label=_("Varför avslutas planen?"))
    says = [_("Planen gäller inte längre. Den finns kvar att läsa.")]
    sheet = Sheet(_("Avsluta planen"), _("Avsluta"), says=says, grave=True)

    def act() -> object:
        text = form.cleaned_data["text"]
        return actions.end_plan(plan=plan, reason=text, by=request.commission, at=request.at).pk

    doing = Doing("plan.end", act, _("Planen är avslutad."), then=_page(pk))
    return run_form(request, form, opened.patient, sheet, lambda: doing)
