"""Rounds of questionnaires at work: begin, print codes, close, and read what was answered."""

from typing import Any
from uuid import UUID

import segno
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.access.pages import CareHttpRequest, page
from narvard.core import audit, once
from narvard.desk.base import OnceForm, run_once
from narvard.desk.files import csv_attachment
from narvard.desk.followups import READERS, WRITERS, tabs
from narvard.desk.questionnaires import forms, presenters
from narvard.followup.questionnaires import actions
from narvard.followup.questionnaires.definitions import questionnaires, said, scale
from narvard.followup.questionnaires.models import Round
from narvard.followup.questionnaires.results import beside, is_closed, readable, results
from narvard.followup.questionnaires.rules import RoundClosed, WrongRound


def _fetch(request: CareHttpRequest, pk: UUID) -> Round:
    row = readable(request.commission).filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


@page(*READERS, methods=("GET", "POST"))
def listed(request: CareHttpRequest) -> HttpResponse:
    """Every round, the results of all that have closed, and a new one."""
    may_write = request.commission.role in WRITERS
    form = forms.RoundForm(request.POST or None, by=request.commission)
    if request.method == "POST" and may_write and form.is_valid():

        def act() -> object:
            return _begin(request, form.cleaned_data)

        answer = run_once(
            request, form, "survey.open_round", act, then=lambda pk: reverse("questionnaires:round", args=[pk])
        )
        if answer:
            return answer
    rows = list(readable(request.commission))
    context = {
        "tabs": tabs(request, "questionnaires:list"),
        "groups": presenters.groups(rows, request.at),
        "open": [presenters.line(row, request.at) for row in rows if not is_closed(row, request.at)],
        "closed": [presenters.line(row, request.at) for row in rows if is_closed(row, request.at)],
        "form": form if may_write else None,
    }
    return render(request, "questionnaires/list.html", context, status=409 if form.errors else 200)


def _begin(request: CareHttpRequest, told: dict[str, Any]) -> UUID:
    """One round, or one together at several units; the (first) one's id."""
    days = {name: told[name] for name in ("questionnaire", "opens_on", "closes_on")}
    units = list(told["units"])
    if len(units) == 1:
        return actions.open_round(**days, unit=units[0], by=request.commission, at=request.at).pk
    return actions.open_together(**days, units=units, by=request.commission, at=request.at)[0].pk


@page(*READERS)
def asked(request: CareHttpRequest) -> HttpResponse:
    """What is asked, word for word, and how it is reckoned."""
    sheets = [
        (said(each.name), said(each.intro), [said(question.text) for question in each.questions])
        for each in questionnaires().values()
    ]
    steps = [said(step.words) for step in scale()]
    return render(request, "questionnaires/asked.html", {"sheets": sheets, "steps": steps})


@page(*READERS)
def show(request: CareHttpRequest, pk: UUID) -> HttpResponse:
    """One round: how it goes, then what was answered."""
    return _shown(request, _fetch(request, pk))


def _shown(request: CareHttpRequest, row: Round, *, status: int = 200, **bound: OnceForm) -> HttpResponse:
    closed = is_closed(row, request.at)
    context: dict[str, Any] = {
        "row": row,
        "line": presenters.line(row, request.at),
        "closed": closed,
        "name": said(questionnaires()[row.questionnaire].name),
    }
    if closed:
        context["results"] = presenters.shown(results([row], request.at))
    if row.together:
        mine = set(readable(request.commission).values_list("pk", flat=True))
        context["together"] = presenters.together(row, beside(row), mine, request.at)
    if request.commission.role in WRITERS:
        context["count_form"] = bound.get("count_form", forms.CountForm(version=row.version, auto_id="codes_%s"))
        initial = {"count": row.not_handed_out}
        context["unused_form"] = bound.get(
            "unused_form", forms.UnusedForm(version=row.version, initial=initial, auto_id="unused_%s")
        )
        context["close_form"] = bound.get("close_form", OnceForm(version=row.version, auto_id="close_%s"))
    return render(request, "questionnaires/round.html", context, status=status)


@page(*WRITERS, methods=("POST",))
def codes(request: CareHttpRequest, pk: UUID) -> HttpResponse:
    """New codes on cards to print and cut. They are shown this once: only their hashes are kept."""
    row = _fetch(request, pk)
    form = forms.CountForm(request.POST, auto_id="codes_%s")
    made: list[str] = []
    if form.is_valid():

        def act() -> object:
            made.extend(
                actions.make_codes(round_id=pk, count=form.cleaned_data["count"], by=request.commission, at=request.at)
            )
            return pk

        try:
            key = form.cleaned_data["once"]
            once.perform(key, user=request.user, action="survey.make_codes", at=request.at, act=act)
        except (WrongRound, RoundClosed) as error:
            form.add_error(None, str(error))
        else:
            if not made:
                form.add_error(None, _("Lapparna visades nyss och sparas inte. Gör nya om de inte skrevs ut."))
    if not made:
        form.renew()
        return _shown(request, _fetch(request, pk), status=409, count_form=form)
    cards = [presenters.Card(code, *_address(request, code)) for code in made]
    context = {"row": row, "cards": cards, "enter": request.build_absolute_uri(reverse("answer:enter"))}
    return render(request, "questionnaires/cards.html", context)


def _address(request: CareHttpRequest, code: str) -> tuple[str, str]:
    """Where the code is answered, and that address as a picture."""
    url = request.build_absolute_uri(reverse("answer:form", args=[code.replace("-", "")]))
    return url, segno.make(url, error="m").svg_data_uri(scale=3, border=2, dark="#000", light="#fff")


@page(*WRITERS, methods=("POST",))
def unused(request: CareHttpRequest, pk: UUID) -> HttpResponse:
    """Tell how many cards were never handed out."""
    row = _fetch(request, pk)
    form = forms.UnusedForm(request.POST, auto_id="unused_%s")
    if form.is_valid():

        def act() -> object:
            count, version = form.cleaned_data["count"], form.seen_version
            actions.note_unused(round_id=pk, count=count, by=request.commission, at=request.at, version=version)
            return pk

        answer = run_once(request, form, "survey.note_unused", act, then=_to, done=_("Antalet är sparat."))
        if answer:
            return answer
        row = _fetch(request, pk)
        form.renew(row.version)
    return _shown(request, row, status=409, unused_form=form)


@page(*WRITERS, methods=("POST",))
def close(request: CareHttpRequest, pk: UUID) -> HttpResponse:
    """Take no more answers, and show the results."""
    row = _fetch(request, pk)
    form = OnceForm(request.POST, auto_id="close_%s")
    if form.is_valid():

        def act() -> object:
            actions.close_round(round_id=pk, by=request.commission, at=request.at, version=form.seen_version)
            return pk

        answer = run_once(request, form, "survey.close_round", act, then=_to, done=_("Omgången är avslutad."))
        if answer:
            return answer
        row = _fetch(request, pk)
        form.renew(row.version)
    return _shown(request, row, status=409, close_form=form)


def _to(pk: str) -> str:
    return reverse("questionnaires:round", args=[pk])


@page(*READERS)
def export(request: CareHttpRequest, pk: UUID) -> HttpResponse:
    """The round's shares as a file; never single answers."""
    row = _fetch(request, pk)
    if not is_closed(row, request.at):
        raise Http404
    audit.write(
        "survey.export",
        by=request.commission,
        at=request.at,
        action=audit.Action.EXPORT,
        object_kind="surveyround",
        object_id=row.pk,
    )
    name = f"enkat-{row.questionnaire}-{timezone.localdate(request.at)}.csv"
    return csv_attachment(presenters.file_rows(row, beside(row), request.at), name)
