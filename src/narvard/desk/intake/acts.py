"""What may be done with a case: one address per act, each sent once and on the case as it was shown."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from narvard.access.pages import CareHttpRequest, Role, page
from narvard.desk.base import OnceForm, run_once
from narvard.desk.intake import case as cases
from narvard.desk.intake import forms
from narvard.desk.intake.case import Case
from narvard.flows import registering, triage
from narvard.flows.telling import tell_fact
from narvard.intake import actions
from narvard.organisation.models import CareUnit

SENDERS = (
    Role.COORDINATOR,
    Role.TEAM,
    Role.PHYSICIAN,
    Role.WARD,
    Role.MUNICIPAL,
    Role.SOCIAL,
    Role.SENDER,
)
TEAMS = (Role.TEAM, Role.PHYSICIAN)
# Who may keep somebody in the waiting room: the intake, a team, the alarm centre.
KEEPERS = (Role.COORDINATOR, *TEAMS, Role.SENDER)

Act = Callable[[CareHttpRequest, Case, OnceForm], object]


@dataclass(frozen=True)
class Step:
    """An act on a case: who may ask for it, its form, what it does, what is said afterwards, where one lands."""

    name: str
    roles: tuple[str, ...]
    make: Callable[[CareHttpRequest, Case], OnceForm]
    act: Act
    done: Callable[[OnceForm], str]
    then: str


def view(step: Step) -> Callable[..., HttpResponse]:
    """The page of ``step``: the case is fetched and read before anything is done with it."""

    def act_page(request: CareHttpRequest, pk: UUID) -> HttpResponse:
        case = cases.fetch_to_act(request, pk)
        form = step.make(request, case)
        if not form.is_valid():
            return cases.page(request, case, step=step.name, bound=form, status=422)
        answer = run_once(
            request,
            form,
            f"intake.{step.name}.{pk}",
            partial(step.act, request, case, form),
            then=lambda _result: reverse(step.then) if step.then != "intake:request" else _here(pk),
            done=step.done(form),
        )
        if answer is not None:
            return answer
        fresh = cases.fetch(request, pk)
        form.renew(fresh.row.version)
        return cases.page(request, fresh, step=step.name, bound=form, status=409)

    act_page.__name__ = step.name
    return page(*step.roles, methods=("POST",))(act_page)


def _here(pk: UUID) -> str:
    return reverse("intake:request", args=[pk])


def _simple(form: type[OnceForm], name: str) -> Callable[[CareHttpRequest, Case], OnceForm]:
    return lambda request, _case: form(request.POST, auto_id=f"{name}_%s")


def _act(action: Callable[..., object], *words: str, **renamed: str) -> Act:
    """An action of the intake room, given the form's words by name."""

    def run(request: CareHttpRequest, case: Case, form: OnceForm) -> object:
        told = {name: form.cleaned_data[name] for name in words}
        told |= {name: form.cleaned_data[source] for name, source in renamed.items()}
        action(request=case.row.pk, by=request.commission, at=request.at, version=form.seen_version, **told)
        return case.row.pk

    return run


def _assign_form(request: CareHttpRequest, case: Case) -> OnceForm:
    return forms.AssignForm(request.POST, options=case.options, auto_id="assign_%s")


def _forward_form(request: CareHttpRequest, case: Case) -> OnceForm:
    return forms.ForwardForm(request.POST, options=case.options, auto_id="forward_%s")


def _assign(request: CareHttpRequest, case: Case, form: OnceForm) -> object:
    data = form.cleaned_data
    team = CareUnit.objects.get(pk=data["team"])
    triage.assign(
        opened=case.opened,
        request=case.row,
        team=team,
        by=request.commission,
        at=request.at,
        reason=data["reason"],
        version=form.seen_version,
    )
    return case.row.pk


def _take(request: CareHttpRequest, case: Case, form: OnceForm) -> object:
    reason, version = form.cleaned_data["reason"], form.seen_version
    triage.take(request=case.row, by=request.commission, at=request.at, reason=reason, version=version)
    return case.row.pk


def _forward(request: CareHttpRequest, case: Case, form: OnceForm) -> object:
    data = form.cleaned_data
    actions.forward_request(
        request=case.row.pk,
        team=CareUnit.objects.get(pk=data["team"]),
        reason=data["reason"],
        by=request.commission,
        at=request.at,
        version=form.seen_version,
    )
    return case.row.pk


def _fact(request: CareHttpRequest, case: Case, form: OnceForm) -> object:
    told = {"name": form.cleaned_data["name"], "value": form.cleaned_data["value"]}
    tell_fact(request=case.row, **told, by=request.commission, at=request.at)
    return case.row.pk


def _asked(form: OnceForm) -> str:
    assert isinstance(form, forms.TeamForm)  # noqa: S101 - the steps that use this choose a team
    return _("%(team)s har fått frågan. Ärendet ligger kvar hos den som har det tills teamet tar emot.") % {
        "team": form.team_name
    }


def _said(text: object) -> Callable[[OnceForm], str]:
    return lambda _form: str(text)


_BACK = gettext_lazy("Begäran är tillbaka hos intaget med ert skäl.")
STEPS = (
    # The alarm centre asks a team when a clock has been escalated to it.
    Step("assign", (Role.COORDINATOR, Role.SENDER), _assign_form, _assign, _asked, "intake:inbox"),
    Step(
        "take",
        TEAMS,
        _simple(forms.TakeForm, "take"),
        _take,
        _said(gettext_lazy("Ni har tagit emot begäran och har ärendet nu.")),
        "intake:request",
    ),
    Step(
        "decline",
        TEAMS,
        _simple(forms.NextStepForm, "decline"),
        _act(actions.decline_request, "reason", "next_step"),
        _said(_BACK),
        "intake:team-inbox",
    ),
    Step("forward", TEAMS, _forward_form, _forward, _asked, "intake:team-inbox"),
    Step(
        "missent",
        TEAMS,
        _simple(forms.MissentForm, "missent"),
        _act(actions.mark_missent, "reason", "next_step"),
        _said(_BACK),
        "intake:team-inbox",
    ),
    Step(
        "not_ours",
        (Role.COORDINATOR,),
        _simple(forms.NextStepForm, "not_ours"),
        _act(actions.mark_missent, "reason", "next_step"),
        _said(gettext_lazy("Avsändaren har fått tillbaka begäran med nästa steg.")),
        "intake:inbox",
    ),
    Step(
        "refuse",
        (Role.COORDINATOR,),
        _simple(forms.NextStepForm, "refuse"),
        _act(actions.refuse_request, "reason", "next_step"),
        _said(gettext_lazy("Avsändaren ser skälet och nästa steg. Behovet räknas som inte mött.")),
        "intake:inbox",
    ),
    Step(
        "advise",
        SENDERS,
        _simple(forms.AdviceForm, "advise"),
        _act(registering.advise, advice="reason"),
        _said(gettext_lazy("Begäran är avslutad med råd.")),
        "intake:request",
    ),
    Step(
        "withdraw",
        SENDERS,
        _simple(forms.ReasonForm, "withdraw"),
        _act(actions.withdraw_request, "reason"),
        _said(gettext_lazy("Begäran är återtagen.")),
        "intake:request",
    ),
    Step(
        "reopen",
        SENDERS,
        _simple(forms.ReasonForm, "reopen"),
        _act(actions.reopen_request, "reason"),
        _said(gettext_lazy("Begäran är öppen igen och ligger hos intaget.")),
        "intake:request",
    ),
    Step(
        "acknowledge",
        KEEPERS,
        _simple(forms.PlainForm, "acknowledge"),
        _act(actions.acknowledge_request),
        _said(gettext_lazy("Att ni har läst är noterat. Klockan går.")),
        "intake:request",
    ),
    Step(
        "wait",
        KEEPERS,
        _simple(forms.PlainForm, "wait"),
        _act(actions.place_in_waiting_room),
        _said(gettext_lazy("Personen är i väntrummet och bedöms igen i tid.")),
        "intake:request",
    ),
    Step(
        "reassess",
        KEEPERS,
        _simple(forms.RiskForm, "reassess"),
        _act(actions.reassess, "risk", "reason"),
        _said(gettext_lazy("Bedömningen är noterad och nästa är bokad.")),
        "intake:waiting",
    ),
    Step(
        "leave",
        KEEPERS,
        _simple(forms.ReasonForm, "leave"),
        _act(actions.leave_waiting_room, "reason"),
        _said(gettext_lazy("Personen väntar inte längre på bil. Begäran är öppen.")),
        "intake:request",
    ),
    Step(
        "dispatch",
        KEEPERS,
        _simple(forms.PlainForm, "dispatch"),
        _act(actions.dispatch_car),
        _said(gettext_lazy("Bilen är på väg.")),
        "intake:request",
    ),
    Step(
        "deteriorate",
        SENDERS,
        _simple(forms.PlainForm, "deteriorate"),
        _act(actions.return_to_ambulance),
        _said(gettext_lazy("Försämringen är noterad. Ring 112 nu, om ambulansen inte redan är på väg.")),
        "intake:request",
    ),
    Step(
        "fact",
        SENDERS,
        _simple(forms.FactForm, "fact"),
        _fact,
        _said(gettext_lazy("Uppgiften är noterad och förslagen är räknade om.")),
        "intake:request",
    ),
)
