"""Answers to a hand-over: accept, decline, withdraw, escalate. A refused answer shows the page with the reason."""

import uuid
from collections.abc import Callable

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.guard import OpenPatient
from narvard.access.pages import CareHttpRequest, page
from narvard.care import actions as care
from narvard.care.models import Handover
from narvard.care.presenters import what_is_asked
from narvard.desk.base import run_once
from narvard.desk.handover.forms import AcceptForm, AnswerForm, DropForm, HandBackDayForm
from narvard.desk.handover.sheet import ANSWERERS, AnyForm, sheet_of
from narvard.desk.handover.views import HANDOVERS
from narvard.flows.notices import escalate_handover
from narvard.flows.passing import accept_handover
from narvard.visits.models import VisitNeed


def _fetch(request: CareHttpRequest, pk: uuid.UUID, what: str) -> tuple[Handover, OpenPatient]:
    return guard.fetch(HANDOVERS, pk, by=request.commission, at=request.at, what=what)


def _answer(
    request: CareHttpRequest,
    handover: Handover,
    opened: OpenPatient,
    name: str,
    form: AnyForm,
    act: Callable[[], object],
    done: str,
    then: str = "",
) -> HttpResponse:
    """Act once and go on; else show the page as it is now, with what went wrong and nothing lost."""
    status = 422
    if form.is_valid():
        home = then or reverse("handover:page", args=[handover.pk])
        answer = run_once(request, form, f"handover.{name}", act, then=lambda _result: home, done=done)
        if answer is not None:
            return answer
        status = 409
        handover, opened = _fetch(request, handover.pk, f"handover.{name}")
        form.renew(handover.version)
    context = {"sheet": sheet_of(handover, opened, request.at, {name: form}), "back": reverse("handover:list")}
    return render(request, "handover/page.html", context, status=status)


@page(*ANSWERERS, methods=("POST",))
def accept(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The receiver takes over."""
    handover, opened = _fetch(request, pk, "handover.accept")
    own = handover.episode.unit_id == handover.giver_id
    has_visits = own and VisitNeed.objects.filter(episode=handover.episode_id, ended_at=None).exists()
    form = AcceptForm(request.POST, has_visits=has_visits, auto_id="accept_%s")

    def act() -> Handover:
        return accept_handover(
            handover=handover,
            takes_visits=bool(form.cleaned_data.get("takes_visits")),
            version=form.seen_version,
            by=request.commission,
            at=request.at,
        )

    words = {"unit": handover.receiver.name, "kinds": what_is_asked(handover)}
    done = _("%(unit)s har tagit emot: %(kinds)s.") % words
    return _answer(request, handover, opened, "accept", form, act, done)


@page(*ANSWERERS, methods=("POST",))
def decline(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The receiver says no, with the reason."""
    handover, opened = _fetch(request, pk, "handover.decline")
    form = AnswerForm(request.POST, auto_id="decline_%s")

    def act() -> Handover:
        return care.decline_handover(
            handover=handover,
            reason=form.cleaned_data["reason"],
            version=form.seen_version,
            by=request.commission,
            at=request.at,
        )

    done = _("Överlämningen är avböjd. Ansvaret ligger kvar hos %(unit)s.") % {"unit": handover.giver.name}
    return _answer(request, handover, opened, "decline", form, act, done, then=reverse("handover:list"))


@page(*ANSWERERS, methods=("POST",))
def withdraw(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The giver takes the proposal back."""
    handover, opened = _fetch(request, pk, "handover.withdraw")
    form = AnswerForm(request.POST, auto_id="withdraw_%s")

    def act() -> Handover:
        return care.withdraw_handover(
            handover=handover,
            reason=form.cleaned_data["reason"],
            version=form.seen_version,
            by=request.commission,
            at=request.at,
        )

    return _answer(request, handover, opened, "withdraw", form, act, _("Överlämningen är återtagen."))


@page(*ANSWERERS, methods=("POST",))
def drop(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The giver throws away what it prepared."""
    handover, opened = _fetch(request, pk, "handover.drop")
    form = DropForm(request.POST, auto_id="drop_%s")

    def act() -> Handover:
        return care.drop_prepared(handover=handover, version=form.seen_version, by=request.commission, at=request.at)

    done = _("Det förberedda är kastat.")
    return _answer(request, handover, opened, "drop", form, act, done, then=reverse("handover:list"))


@page(*ANSWERERS, methods=("POST",))
def escalate(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Either side calls in both managers."""
    handover, opened = _fetch(request, pk, "handover.escalate")
    form = AnswerForm(request.POST, auto_id="escalate_%s")

    def act() -> Handover:
        return escalate_handover(
            handover=handover,
            reason=form.cleaned_data["reason"],
            version=form.seen_version,
            by=request.commission,
            at=request.at,
        )

    done = _("Eskalerad. Ansvaret ligger kvar hos %(unit)s så länge.") % {"unit": handover.giver.name}
    return _answer(request, handover, opened, "escalate", form, act, done)


@page(*ANSWERERS, methods=("POST",))
def hand_back_day(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Either side moves the day on which a temporary take-over is given back."""
    handover, opened = _fetch(request, pk, "handover.hand-back-day")
    form = HandBackDayForm(request.POST, auto_id="day_%s")

    def act() -> Handover:
        return care.change_hand_back(
            handover=handover,
            on=form.cleaned_data["on"],
            reason=form.cleaned_data["reason"],
            version=form.seen_version,
            by=request.commission,
            at=request.at,
        )

    return _answer(request, handover, opened, "hand-back-day", form, act, _("Dagen är ändrad. Båda sidor ser det."))
