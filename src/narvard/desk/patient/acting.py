"""How forms about a patient act: show, review where responsibility changes, act once, tell what happened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from narvard.access.pages import CareHttpRequest
from narvard.desk.account.drafts import drop_draft
from narvard.desk.base import OnceForm, run_once
from narvard.desk.patient.forms import ReviewedForm
from narvard.people.models import Patient


@dataclass(frozen=True)
class Sheet:
    """A form's page: its words. ``says`` is what will happen, when that does not depend on what is filled in.

    ``draft`` names the draft that is kept on the server while a long form is typed.
    """

    title: str
    button: str
    lead: str = ""
    says: Sequence[str] = ()
    grave: bool = False
    draft: str = ""
    more: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """What a valid form will do: the act, what it is called, and the words before and after it.

    ``then`` is the page afterwards; the patient's page when empty. What changes nothing for others need not be
    ``reviewed`` first.
    """

    action: str
    act: Callable[[], object]
    done: str
    says: Sequence[str] = ()
    then: str = ""
    reviewed: bool = True


def run_form(
    request: CareHttpRequest,
    form: OnceForm,
    patient: Patient,
    sheet: Sheet,
    plan: Callable[[], Plan],
    version: int | None = None,
) -> HttpResponse:
    """Show the form; when it is valid and, for a reviewed form, confirmed, act once and go on.

    ``plan`` is asked for only when the form is valid, so that it may speak of what was chosen. ``version`` is the
    row's present version, for the next try after a refusal.
    """
    context = {"form": form, "patient": patient, "sheet": sheet, **sheet.more}
    if not form.is_bound or "change" in request.POST:
        return render(request, "patient/form.html", context)
    if not form.is_valid():
        return render(request, "patient/form.html", context, status=422)
    planned = plan()
    if planned.reviewed and isinstance(form, ReviewedForm) and not form.is_confirmed:
        return render(request, "patient/review.html", {**context, "plan": planned})
    home = planned.then or reverse("patient:page", args=[patient.pk])
    answer = run_once(request, form, planned.action, planned.act, then=lambda _result: home, done=planned.done)
    if answer is not None:
        drop_draft(user=request.user, by=request.commission, form=sheet.draft)
        return answer
    form.renew(version)
    return render(request, "patient/form.html", context, status=409)
