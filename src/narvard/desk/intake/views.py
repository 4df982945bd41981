"""The joint intake's queue, a chosen case, the team's inbox, what a unit has sent."""

from datetime import timedelta
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from narvard.access.pages import CareHttpRequest, Role, page
from narvard.desk.intake import case as cases
from narvard.desk.intake import forms
from narvard.desk.intake.acts import SENDERS, TEAMS
from narvard.intake import queries
from narvard.intake.models import CareRequest
from narvard.ui.parts import Tab

PER_PAGE = 50
SENT_DAYS = timedelta(days=14)
State = CareRequest.State
_FILTERS = {"svar": (State.ASKED,), "mottagna": (State.ACCEPTED,), "alla": (State.NEW, State.ASKED, State.ACCEPTED)}


@page(Role.COORDINATOR, Role.PLANNER)
def inbox(request: CareHttpRequest) -> HttpResponse:
    """What the coordinator must act on, the clock that runs out first at the top; all that is open one click away."""
    unit, shown = request.commission.unit, request.GET.get("visa", "")
    rows = queries.to_do(unit, request.at)
    if shown in _FILTERS:
        rows = queries.inbox(unit).filter(state__in=_FILTERS[shown])
    pages = Paginator(rows, PER_PAGE).get_page(request.GET.get("sida"))
    counts = queries.open_counts(request.at, intake=unit)
    context = {
        "queue": cases.listed(request, list(pages), "intake.inbox"),
        "pages": pages,
        "prefix": f"?visa={shown if shown in _FILTERS else ''}&sida=",
        "counts": counts,
        "tabs": _tabs(shown, counts),
    }
    return render(request, "intake/inbox.html", context)


def _tabs(shown: str, counts: queries.OpenCounts) -> list[Tab]:
    here = reverse("intake:inbox")
    every = counts.to_assign + counts.asked + counts.accepted
    rest = (
        ("svar", _("Väntar på svar"), counts.asked),
        ("mottagna", _("Mottagna"), counts.accepted),
        ("alla", _("Alla öppna"), every),
    )
    tabs = [Tab(label, f"{here}?visa={key}", current=shown == key, count=count) for key, label, count in rest]
    return [Tab(_("Att göra"), here, current=shown not in _FILTERS, count=counts.to_do), *tabs]


@page()
def case(request: CareHttpRequest, pk: UUID) -> HttpResponse:
    """One request, for everybody who takes part in it."""
    return cases.page(request, cases.fetch(request, pk))


@page(*TEAMS)
def team_inbox(request: CareHttpRequest) -> HttpResponse:
    """What waits for the team's answer, and what it has accepted and not begun."""
    unit = request.commission.unit
    asked, accepted = list(queries.team_inbox(unit)[:PER_PAGE]), list(queries.accepted_by(unit)[:PER_PAGE])
    listed = cases.listed(request, [*asked, *accepted], "intake.team_inbox")
    waiting = {row.pk for row in asked}
    context = {
        "asked": [(row, forms.PlainForm(version=row.version, auto_id=False)) for row in listed if row.pk in waiting],
        "accepted": [row for row in listed if row.pk not in waiting],
        "counts": queries.open_counts(request.at, team=unit),
        "start_url": reverse("patient:mine"),
    }
    return render(request, "intake/team_inbox.html", context)


@page(*SENDERS)
def sent(request: CareHttpRequest) -> HttpResponse:
    """What the unit has sent: where it stands, who has it, and the answer."""
    rows = list(queries.sent_by(request.commission.unit, since=request.at - SENT_DAYS)[:PER_PAGE])
    return render(request, "intake/sent.html", {"rows": cases.listed(request, rows, "intake.sent")})
