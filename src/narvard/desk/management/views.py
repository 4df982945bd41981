"""The area overview: one map, five figures, three lists. Numbers and clocks, never persons."""

from django.http import HttpResponse
from django.shortcuts import render

from narvard.access.pages import CareHttpRequest, Role, page
from narvard.desk.management import misfits, presenters

READERS = (Role.MANAGER, Role.SAFETY, Role.COORDINATOR, Role.PLANNER, Role.ADMINISTRATOR)


@page(*READERS)
def overview(request: CareHttpRequest) -> HttpResponse:
    """Need, enrolled, coverage and waiting by municipality, and what is late."""
    shown = presenters.overview(request.commission.unit.care_area, at=request.at)
    reads = request.commission.role in misfits.READERS
    return render(request, "management/overview.html", {"area": shown, "reads_misfits": reads})


@page(*READERS)
def definitions(request: CareHttpRequest) -> HttpResponse:
    """What each figure of the overview means: formula, numerator, denominator and source."""
    return render(request, "management/definitions.html", {"figures": presenters.definitions()})
