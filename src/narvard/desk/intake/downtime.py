"""The downtime pack on a page that prints, and as a file to keep."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.pages import CareHttpRequest, Role, page
from narvard.desk.intake.acts import KEEPERS
from narvard.flows import downtime
from narvard.people.models import ClinicalRecord


@page(*KEEPERS, Role.PLANNER)
def pack(request: CareHttpRequest) -> HttpResponse:
    """Who waits, who is responsible and whom to call, for the unit that one works at."""
    return render(request, "intake/downtime.html", {"pack": _gather(request)})


@page(*KEEPERS, Role.PLANNER)
def pack_file(request: CareHttpRequest) -> HttpResponse:
    """The same as a PDF."""
    made = _gather(request)
    answer = HttpResponse(downtime.as_pdf(made), content_type="application/pdf")
    answer.headers["Content-Disposition"] = content_disposition_header(True, f"{_('reservrutin')}.pdf") or "attachment"
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _gather(request: CareHttpRequest) -> downtime.Pack:
    """The unit's pack of what this reader may see, logged as an export."""

    def readable(rows: Sequence[ClinicalRecord]) -> Sequence[ClinicalRecord]:
        keys = [row.patient_id for row in rows]
        opened = guard.open_listed(keys, by=request.commission, at=request.at, what="flows.downtime_pack")
        return guard.readable_of(rows, opened)

    unit = request.commission.unit
    made = downtime.gather(unit, request.at, readable)
    downtime.log(unit, made, by=request.commission, at=request.at)
    return made
