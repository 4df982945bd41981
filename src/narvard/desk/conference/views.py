"""Pages of conferences and consult rounds: those of the unit, who waits to be discussed, and what was held."""

import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.pages import CareHttpRequest, page
from narvard.care.conference import actions, queries
from narvard.care.conference.models import Conference, ConferenceCase
from narvard.desk.base import OnceForm, run_once
from narvard.desk.conference.forms import ConferenceForm, HoldForm
from narvard.desk.patient.forms import TextForm
from narvard.desk.patient.menu import CARERS, WITNESSES
from narvard.organisation.models import Commission

READERS = (*WITNESSES, Commission.Role.COORDINATOR)
HOLDERS = (*CARERS, Commission.Role.WARD)
USUAL_DAYS = 28


@page(*READERS)
def mine(request: CareHttpRequest) -> HttpResponse:
    """The conferences that the unit holds, and the patients whom it has put up."""
    by = request.commission
    waiting, answered = list(queries.put_up_by(by.unit_id)), list(queries.answered_to(by.unit_id, request.at))
    patients = {row.patient_id for row in (*waiting, *answered)}
    opened = guard.open_listed(patients, by=by, at=request.at, what="conference.mine")
    context = {
        "conferences": queries.conferences_of(by.unit_id),
        "closed": queries.closed_of(by.unit_id),
        "put_up": _listed(waiting, opened),
        "answered": _listed(answered, opened),
        "holds": by.role in HOLDERS,
    }
    return render(request, "conference/list.html", context)


@page(*HOLDERS, methods=("GET", "POST"))
def new(request: CareHttpRequest) -> HttpResponse:
    """Begin to hold a conference."""
    form = ConferenceForm(request.POST or None)

    def act() -> object:
        said = form.cleaned_data
        return actions.open_conference(
            programme=said["programme"],
            name=said["name"],
            next_on=said["next_on"],
            by=request.commission,
            at=request.at,
        ).pk

    return _form(
        request,
        form,
        "conference.new",
        act,
        title=_("Ny konferens eller rond"),
        lead=_("Enheter som vårdar en person kan sedan ta upp personen hos er, med personens ja."),
        button=_("Börja"),
        home=reverse("conference:mine"),
        done=_("Konferensen finns nu att välja för dem som vårdar."),
    )


def _listed(rows: Iterable[ConferenceCase], opened: Mapping[uuid.UUID, guard.OpenPatient]) -> list[ConferenceCase]:
    """Those that may be read; what somebody wrote may tell where a protected person lives, and waits for the page."""
    read = guard.readable_of(rows, opened)
    for row in read:
        if not opened[row.patient_id].names_units:
            row.question = row.decision = ""
    return read


def _form(
    request: CareHttpRequest,
    form: OnceForm,
    action: str,
    act: Callable[[], object],
    *,
    home: str,
    done: str,
    **words: str,
) -> HttpResponse:
    """A form that is no patient's: show it, act once, go home."""
    status = 200
    if form.is_bound and form.is_valid():
        answer = run_once(request, form, action, act, then=lambda _result: home, done=done)
        if answer is not None:
            return answer
        status = 409
    elif form.is_bound:
        status = 422
    return render(request, "conference/form.html", {"form": form, "home": home, **words}, status=status)


def _own(request: CareHttpRequest, pk: uuid.UUID) -> Conference:
    """A conference of the own unit; one that is closed, to read."""
    rows = Conference.objects.select_related("unit", "programme", "closed_by__staff")
    row = rows.filter(pk=pk, unit=request.commission.unit_id).first()
    if row is None:
        raise guard.AccessDenied("missing", object_kind="conference", object_id=pk)
    return row


@page(*READERS)
def show(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Who is to be discussed next, and the conferences that were held with their decisions."""
    conference, by = _own(request, pk), request.commission
    rows, meetings = list(queries.waiting_at(conference)), list(queries.meetings_of(conference))
    decided = queries.decided_at(meetings)
    patients = {row.patient_id for row in (*rows, *(case for cases in decided.values() for case in cases))}
    opened = guard.open_listed(patients, by=by, at=request.at, what="conference.page")
    context = {
        "conference": conference,
        "cases": _listed(rows, opened),
        "meetings": [(row, _listed(decided.get(row.pk, []), opened)) for row in meetings],
        "holds": by.role in HOLDERS and conference.closed_at is None,
    }
    return render(request, "conference/page.html", context)


@page(*HOLDERS, methods=("GET", "POST"))
def hold(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The conference was held."""
    conference, today = _own(request, pk), timezone.localdate(request.at)
    form = HoldForm(request.POST or None, initial={"held_on": today, "next_on": today + timedelta(USUAL_DAYS)})

    def act() -> object:
        said = form.cleaned_data
        return actions.hold_conference(
            conference=conference,
            held_on=said["held_on"],
            participants=said["participants"],
            next_on=said["next_on"],
            by=request.commission,
            at=request.at,
        ).pk

    return _form(
        request,
        form,
        "conference.hold",
        act,
        title=_("%(name)s är hållen") % {"name": conference.name},
        lead=_("Skriv sedan beslutet för var och en på listan. De som inte hanns med står kvar till nästa gång."),
        button=_("Spara"),
        home=reverse("conference:page", args=[pk]),
        done=_("Konferensen är sparad. Skriv besluten."),
    )


@page(*HOLDERS, methods=("GET", "POST"))
def close(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The conference is not held any more."""
    conference = _own(request, pk)
    form = TextForm(request.POST or None, label=_("Varför hålls den inte längre?"))

    def act() -> object:
        text = form.cleaned_data["text"]
        return actions.close_conference(conference=conference, reason=text, by=request.commission, at=request.at).pk

    return _form(
        request,
        form,
        "conference.close",
        act,
        title=_("Stäng %(name)s") % {"name": conference.name},
        lead=_("Ingen kan längre ta upp personer på den. Det som är beslutat står kvar, och uppgifterna gäller."),
        button=_("Stäng konferensen"),
        home=reverse("conference:page", args=[pk]),
        done=_("Konferensen är stängd."),
    )
