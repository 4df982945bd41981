"""The plan's page, the sheet to print, the person's plans, and what the unit has to write, read and look over."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from narvard.access import guard
from narvard.access.guard import OpenPatient
from narvard.access.pages import CareHttpRequest, page
from narvard.care.kits import queries as kit_queries
from narvard.care.plans import queries
from narvard.care.plans.models import Plan
from narvard.core import audit
from narvard.desk.patient.menu import ASKERS
from narvard.desk.plans.door import PLAN_READERS, plan_veiled, veil_of
from narvard.desk.plans.lines import kit_line, lines_of
from narvard.desk.plans.sheet import PlanSheet, sheet_of
from narvard.people.queries import age, shown_identifier


def fetch(request: CareHttpRequest, pk: uuid.UUID, what: str) -> tuple[Plan, OpenPatient]:
    """The plan and its patient, if the reader may read it; logged."""
    rows = queries.with_versions(Plan.objects.all())
    plan, opened = guard.fetch(rows, pk, by=request.commission, at=request.at, what=what)
    return plan_veiled(plan, veil_of(opened)), opened


def _sheet(request: CareHttpRequest, pk: uuid.UUID, what: str) -> tuple[PlanSheet, OpenPatient]:
    plan, opened = fetch(request, pk, what)
    number = request.GET.get("version", "")
    sheet = sheet_of(plan, opened, int(number) if number.isdecimal() and len(number) < 5 else None, request.at)
    if sheet is None:
        raise Http404
    return sheet, opened


def _context(request: CareHttpRequest, sheet: PlanSheet, opened: OpenPatient) -> dict[str, object]:
    return {
        "sheet": sheet,
        "plan": sheet.plan,
        "read_key": uuid.uuid4(),
        "patient": opened.patient,
        "opened": opened,
        "years": age(opened.patient, timezone.localdate(request.at)),
        "identifier": shown_identifier(opened.patient),
    }


@page(*PLAN_READERS)
def show(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The plan as it stands, or an older version."""
    sheet, opened = _sheet(request, pk, "plan.page")
    return render(request, "plans/page.html", _context(request, sheet, opened))


@page(*PLAN_READERS)
def print_plan(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The plan as a sheet of paper; logged as a print."""
    sheet, opened = _sheet(request, pk, "plan.print")
    audit.write(
        "plan.print",
        by=request.commission,
        at=request.at,
        action=audit.Action.PRINT,
        patients=[opened.patient.pk],
        object_kind="plan",
        object_id=pk,
        reason=f"version {sheet.version.number}",
    )
    return render(request, "plans/print.html", _context(request, sheet, opened))


@page(*ASKERS)
def mine(request: CareHttpRequest) -> HttpResponse:
    """What the unit has to write in, read and look over, and the kits that it has to see to."""
    unit = request.commission.unit_id
    lists = [
        queries.to_write(unit),
        queries.to_read(unit),
        queries.to_look_over(unit, request.at),
        queries.withdrawn_at(unit),
    ]
    found = [list(rows) for rows in lists]
    kits = [row.kit for row in kit_queries.to_see_to(unit, request.at)]
    patients = {row.patient_id for rows in found for row in rows} | {kit.patient_id for kit in kits}
    opened = guard.open_listed(patients, by=request.commission, at=request.at, what="plan.mine")
    write, read, look_over, withdrawn = (lines_of(guard.readable_of(rows, opened), request.at) for rows in found)
    context = {
        "write": write,
        "read": read,
        "look_over": look_over,
        "withdrawn": withdrawn,
        "kits": [kit_line(kit, request.at) for kit in guard.readable_of(kits, opened)],
    }
    return render(request, "plans/list.html", context)
