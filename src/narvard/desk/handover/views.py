"""The list of waiting hand-overs, and a hand-over's page."""

import uuid
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from narvard.access import guard
from narvard.access.pages import CareHttpRequest, Role, page
from narvard.care import presenters, queries
from narvard.care.actions import read_handover
from narvard.care.models import Handover
from narvard.desk.handover.sheet import ANSWERERS, sheet_of

READERS = (*ANSWERERS, Role.COORDINATOR)
HANDOVERS = Handover.objects.select_related("patient", "giver", "receiver", "episode")
RECENT = timedelta(days=7)


@page(*READERS)
def waiting(request: CareHttpRequest) -> HttpResponse:
    """Hand-overs that wait for us, those we wait for, and those answered lately; by clock."""
    unit = request.commission.unit_id
    groups = {
        "to_us": list(queries.handovers_to(unit)),
        "from_us": list(queries.handovers_from(unit)),
        "prepared": list(queries.prepared_handovers(unit)),
        "answered": list(queries.answered_handovers(unit, request.at - RECENT)),
    }
    everybody = {row.patient_id for rows in groups.values() for row in rows}
    opened = guard.open_listed(everybody, by=request.commission, at=request.at, what="handover.list")
    context = {
        name: [
            (row, presenters.what_is_asked(row), presenters.handover_state(row))
            for row in guard.readable_of(rows, opened)
        ]
        for name, rows in groups.items()
    }
    return render(request, "handover/list.html", context)


@page(*READERS)
def show(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One hand-over; the receiver's first look is noted, so that the giver sees that it was read."""
    handover, opened = guard.fetch(HANDOVERS, pk, by=request.commission, at=request.at, what="handover.page")
    mine = handover.receiver_id == request.commission.unit_id and request.commission.role in ANSWERERS
    if mine and handover.state == Handover.State.PROPOSED and request.method == "GET":
        handover.state = read_handover(handover=handover, by=request.commission, at=request.at).state
    context = {"sheet": sheet_of(handover, opened, request.at), "back": reverse("handover:list")}
    return render(request, "handover/page.html", context)
