"""The stays that a unit takes part in, and the page of a stay."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render

from narvard.access import guard
from narvard.access.pages import CareHttpRequest, page
from narvard.care.models import HospitalStay
from narvard.care.stays import queries
from narvard.desk.discharge.sheet import READERS, sheet_of

STAYS = HospitalStay.objects.select_related("patient__listed_at", "ward", "owner_unit")


@page(*READERS)
def mine(request: CareHttpRequest) -> HttpResponse:
    """Stays that the unit takes part in, the next to go home first, with what its own part is."""
    unit = request.commission.unit_id
    stays = list(queries.stays_of(unit, request.at))
    opened = guard.open_listed(
        {row.patient_id for row in stays}, by=request.commission, at=request.at, what="discharge.list"
    )
    own = queries.owed_in([row.pk for row in stays], unit)
    rows = [(row, own.get(row.pk, [])) for row in guard.readable_of(stays, opened)]
    return render(request, "discharge/list.html", {"rows": rows})


@page(*READERS)
def show(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One stay: who has confirmed, what is missing, and what to do next."""
    stay, opened = guard.fetch(STAYS, pk, by=request.commission, at=request.at, what="discharge.page")
    return render(request, "discharge/page.html", {"sheet": sheet_of(stay, opened, request.at)})
