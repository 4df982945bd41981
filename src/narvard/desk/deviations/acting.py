"""Steps of an inquiry, each by its own address, once, on the deviation as it was shown."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from narvard.access.pages import CareHttpRequest, page
from narvard.desk.base import OnceForm, run_once
from narvard.desk.deviations.sheet import form_for, sheet_of
from narvard.deviations import actions, guard
from narvard.deviations.guard import OpenDeviation
from narvard.deviations.models import Deviation
from narvard.organisation.models import CareUnit

# What an act is given besides the deviation, who, when and the version, from the filled in form.
Given = Callable[[Mapping[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Step:
    """One step: its name, its place in the address, the act, what the form gives it, and the words afterwards.

    ``keeps_page`` is false where one may have no part in the deviation afterwards.
    """

    name: str
    path: str
    act: Callable[..., object]
    done: Any
    given: Given
    versioned: bool = True
    keeps_page: bool = True


def _same(*names: str) -> Given:
    return lambda filled: {name: filled[name] for name in names}


def _to(filled: Mapping[str, Any]) -> dict[str, Any]:
    return {"to": CareUnit.objects.get(pk=filled["to"]), "reason": filled["reason"]}


def _law(filled: Mapping[str, Any]) -> dict[str, Any]:
    law: str = filled["law"]
    return {"law": law.removeprefix("-"), "on": not law.startswith("-"), "reason": filled["reason"]}


def _file(filled: Mapping[str, Any]) -> dict[str, Any]:
    return {"file": filled["file"], "shows_person": not filled["file_hides_person"]}


STEPS = (
    Step("receive", "ta-emot", actions.receive, _("Avvikelsen är mottagen. Nu ska den utredas."), _same()),
    Step("inquire", "utred", actions.inquire, _("Utredningen är påbörjad."), _same("note")),
    Step(
        "answer", "svara", actions.answer, _("Svaret är skickat till den som rapporterade."),
        _same("cause", "measures", "measures_by"),
    ),
    Step("forward", "skicka-vidare", actions.forward, _("Avvikelsen är skickad vidare."), _to, keeps_page=False),
    Step("close", "avsluta", actions.close, _("Avvikelsen är avslutad."), _same("note")),
    Step("reopen", "oppna", actions.reopen, _("Avvikelsen är öppen igen."), _same("reason")),
    Step("attach", "bifoga", actions.attach, _("Filen är bifogad."), _file, versioned=False),
    Step("mark", "mark", actions.mark, _("Märkningen är ändrad. Inget har skickats till IVO."), _law),
)  # fmt: skip


def view(step: Step) -> Callable[..., HttpResponse]:
    """The page that takes the step."""

    @page(methods=("POST",))
    def take(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
        found = guard.open_deviation(pk, by=request.commission, at=request.at, what=f"deviations.{step.name}-page")
        form = form_for(request, found, step.name, data=request.POST, files=request.FILES)
        return _take(request, step, found, form)

    return take


def _take(request: CareHttpRequest, step: Step, found: OpenDeviation, form: OnceForm) -> HttpResponse:
    """Act once and go on; else show the page as it is now, with what went wrong and nothing lost."""
    status, row = 422, found.deviation
    if form.is_valid():
        home = reverse("deviations:page", args=[row.pk]) if step.keeps_page else reverse("deviations:list")
        answer = run_once(
            request,
            form,
            f"deviations.{step.name}",
            lambda: _act(request, step, row, form),
            then=lambda _result: home,
            done=str(step.done),
        )
        if answer is not None:
            return answer
        status = 409
        found = guard.open_deviation(row.pk, by=request.commission, at=request.at, what="deviations.page")
        form.renew(found.deviation.version)
    context = {"sheet": sheet_of(request, found, {step.name: form})}
    return render(request, "deviations/page.html", context, status=status)


def _act(request: CareHttpRequest, step: Step, row: Deviation, form: OnceForm) -> object:
    given = step.given(form.cleaned_data)
    if step.versioned:
        given["version"] = form.seen_version
    step.act(deviation=row, by=request.commission, at=request.at, **given)
    return row.pk
