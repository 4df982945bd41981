"""What is added to the day: a shift, an activity, a visit, a need for visits."""

import uuid
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.pages import CareHttpRequest, Role, page
from narvard.care.models import Episode
from narvard.core.calendar import at_local
from narvard.desk.base import OnceForm, run_once
from narvard.desk.dates import asked_day
from narvard.desk.planner.forms import ActivityForm, NeedForm, ReasonOnceForm, ShiftForm, VisitForm
from narvard.desk.planner.views import ROLES
from narvard.organisation.models import Commission
from narvard.visits import actions, queries
from narvard.visits.models import VisitNeed

# Those who meet the patient ask for visits; the planner adds acute ones for them.
ASKING = (Role.TEAM, Role.PHYSICIAN, Role.MUNICIPAL, Role.COORDINATOR, Role.PLANNER)


@page(*ROLES, methods=("GET", "POST"))
def new_shift(request: CareHttpRequest) -> HttpResponse:
    """Give a person working time."""
    steps = asked_day(request)
    form = ShiftForm(request.POST or None, care_area=request.commission.unit.care_area, day=steps.day)

    def act() -> uuid.UUID:
        data = form.cleaned_data
        starts, ends = _span(data["date"], data["starts"], data["ends"])
        return actions.add_shift(
            commission=data["commission"],
            starts_at=starts,
            ends_at=ends,
            base=data["base"],
            car=data["car"],
            break_minutes=data["break_minutes"],
            by=request.commission,
            at=request.at,
        ).pk

    title, done = _("Nytt arbetspass"), _("Passet är inlagt.")
    return _page(request, form, title, "visits.add_shift", act, _day_url(steps.day), done)


@page(*ROLES, methods=("GET", "POST"))
def new_activity(request: CareHttpRequest) -> HttpResponse:
    """Add a round, teaching or a meeting for those at work that day."""
    steps = asked_day(request)
    area = request.commission.unit.care_area
    staff = [shift.commission.staff for shift in queries.area_shifts(area, steps.day)]
    form = ActivityForm(request.POST or None, care_area=area, day=steps.day, staff=staff)

    def act() -> uuid.UUID:
        data = form.cleaned_data
        starts, ends = _span(data["date"], data["starts"], data["ends"])
        return actions.add_activity(
            unit=request.commission.unit,
            kind=data["kind"],
            title=data["title"],
            starts_at=starts,
            ends_at=ends,
            base=data["base"],
            participants=list(data["participants"]),
            by=request.commission,
            at=request.at,
        ).pk

    title, done = _("Ny aktivitet utan patient"), _("Aktiviteten är inlagd. Planera om dagen så hålls tiden fri.")
    return _page(request, form, title, "visits.add_activity", act, _day_url(steps.day), done)


@page(*ASKING, methods=("GET", "POST"))
def new_visit(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask for one visit within a contact or an enrolment."""
    episode = _episode(request, pk)
    form = VisitForm(
        request.POST or None, care_area=episode.unit.care_area, own_unit=episode.unit, initial=_soon(request)
    )

    def act() -> uuid.UUID:
        data = form.cleaned_data
        return actions.add_visit(
            episode=episode,
            window_start=_at(data["date"], data["window_from"]),
            window_end=_at(data["date"], data["window_until"]),
            priority=data["priority"],
            acute=data["acute"],
            **form.where(),
            **_what(form),
            by=request.commission,
            at=request.at,
        ).pk

    done = _("Besöket väntar på en plats i planen.")
    title = _("Nytt besök: %(name)s") % {"name": episode.patient.name}
    return _page(request, form, title, "visits.add_visit", act, _back(request, episode), done)


@page(*ASKING, methods=("GET", "POST"))
def new_need(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask for visits that recur within a contact or an enrolment."""
    episode = _episode(request, pk)
    today = timezone.localdate(request.at)
    form = NeedForm(
        request.POST or None, care_area=episode.unit.care_area, own_unit=episode.unit, initial={"first_on": today}
    )

    def act() -> uuid.UUID:
        data = form.cleaned_data
        return actions.add_need(
            episode=episode,
            window_from=_minute(data["window_from"]),
            window_until=_minute(data["window_until"]),
            **{name: data[name] for name in _RECURRING},
            **_what(form),
            by=request.commission,
            at=request.at,
        ).pk

    done = _("Besöken läggs in i dagsplanerna.")
    title = _("Besök som behövs: %(name)s") % {"name": episode.patient.name}
    return _page(request, form, title, "visits.add_need", act, _back(request, episode), done)


_RECURRING = ("first_on", "last_on", "every_days", "weekdays", "times_a_day", "priority")


@page(*ASKING, methods=("GET", "POST"))
def end_need(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Stop asking for visits; those not begun are called off."""
    rows = VisitNeed.objects.filter(_asked_by(request.commission, "owner_unit"))
    rows = rows.select_related("episode__patient", "episode__unit")
    need, _opened = guard.fetch(rows, pk, by=request.commission, at=request.at, what="planner.need")
    form = ReasonOnceForm(request.POST or None, version=need.version)

    def act() -> uuid.UUID:
        reason = form.cleaned_data["reason"]
        return actions.end_need(
            need=need, reason=reason, by=request.commission, at=request.at, expected=form.seen_version
        ).pk

    title = _("Avsluta: %(what)s") % {"what": need.what}
    done = _("Avslutat. Besök som inte har börjat är inställda.")
    return _page(request, form, title, "visits.end_need", act, _back(request, need.episode), done)


def _page(
    request: CareHttpRequest,
    form: OnceForm,
    title: str,
    action: str,
    act: Callable[[], object],
    then: str,
    done: str,
) -> HttpResponse:
    """Show a form; act once when it is sent and right, else say what is wrong with nothing lost."""
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            answer = run_once(request, form, action, act, then=lambda _key: then, done=done)
            if answer is not None:
                return answer
            status = 409
    return render(request, "planner/form.html", {"form": form, "title": title, "back": then}, status=status)


def _episode(request: CareHttpRequest, pk: uuid.UUID) -> Episode:
    rows = Episode.objects.filter(_asked_by(request.commission, "unit")).select_related("patient", "unit")
    episode, _opened = guard.fetch(rows, pk, by=request.commission, at=request.at, what="planner.ask", content=False)
    return episode


def _asked_by(by: Commission, unit: str) -> Q:
    """What ``by`` asks visits for: its own unit's (in field ``unit``), and for who plans, all of the care area.

    Another unit with a care relation reads what is asked for, but changes nothing of it.
    """
    own = Q(**{unit: by.unit_id})
    return own | Q(**{f"{unit}__care_area": by.unit.care_area}) if by.role in ROLES else own


def _what(form: VisitForm | NeedForm) -> dict[str, Any]:
    data = form.cleaned_data
    return {**{name: data[name] for name in ("what", "minutes", "mode", "code", "bring")}, "roles": form.roles()}


def _soon(request: CareHttpRequest) -> dict[str, Any]:
    """A new visit is first thought of for the coming two hours."""
    now = timezone.localtime(request.at)
    return {
        "date": now.date(),
        "window_from": now.strftime("%H:%M"),
        "window_until": min(now + timedelta(hours=2), now.replace(hour=23, minute=59)).strftime("%H:%M"),
    }


def _back(request: CareHttpRequest, episode: Episode) -> str:
    return reverse("patient:page", args=[episode.patient_id])


def _day_url(day: date) -> str:
    return f"{reverse('planner:day')}?dag={day.isoformat()}"


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _at(day: date, at: time) -> datetime:
    return at_local(day, _minute(at))


def _span(day: date, starts: time, ends: time) -> tuple[datetime, datetime]:
    """The instants of two clock times; an end at or before the start is the day after."""
    following = day + timedelta(days=1) if ends < starts else day
    return _at(day, starts), _at(following, ends)
