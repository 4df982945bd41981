"""Facts that the utilisation data offer of the patient: shown beside the case, taken in with a click."""

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from narvard.access.pages import CareHttpRequest, Role, page
from narvard.desk.base import OnceForm, run_once
from narvard.desk.intake import case as cases
from narvard.flows.telling import take_offer


class OfferForm(OnceForm):
    """Which of the offered facts is taken in."""

    name = forms.CharField(max_length=60, widget=forms.HiddenInput)


@page(Role.COORDINATOR, Role.TEAM, Role.PHYSICIAN, methods=("POST",))
def take(request: CareHttpRequest, pk: UUID) -> HttpResponse:
    """Take an offered fact into the record, with its source."""
    case = cases.fetch_to_act(request, pk)
    form = OfferForm(request.POST)
    if form.is_valid():

        def act() -> Any:
            name = form.cleaned_data["name"]
            return take_offer(opened=case.opened, request=case.row, name=name, by=request.commission, at=request.at).pk

        here = reverse("intake:request", args=[pk])
        answer = run_once(request, form, "intake.offer", act, then=lambda _pk: here, done=_("Uppgiften är intagen."))
        if answer:
            return answer
    return cases.page(request, cases.fetch(request, pk), step="offer", bound=form, status=409)
