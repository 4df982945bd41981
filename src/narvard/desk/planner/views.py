"""The planner's day: plan it, watch it, see what has no place."""

import uuid
from datetime import date

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from narvard.access import guard
from narvard.access.guard import AccessDenied
from narvard.access.pages import CareHttpRequest, Role, page
from narvard.core.models import Run
from narvard.desk.base import OnceForm, run_once
from narvard.desk.dates import DaySteps, asked_day
from narvard.organisation.models import Commission
from narvard.visits import actions, queries, tasks
from narvard.visits.actions.plans import PLAN_DAY
from narvard.visits.planner.day import crews_of, places
from narvard.visits.presenters import board as present

ROLES = (Role.PLANNER, Role.COORDINATOR)
NOBODY = uuid.UUID(int=0)


def read_rows(request: CareHttpRequest, on: date, unit: str = "", what: str = "planner.day") -> present.DayRows:
    """A day of the planner's care area in a fixed number of queries; the look is logged with every patient."""
    area = request.commission.unit.care_area
    # Who is at work is read once, with the crews: the roles name shifts, and units are few.
    rows = list(queries.area_visits(area, on).exclude(state="cancelled").prefetch_related("roles", "owner_unit"))
    crews = crews_of(queries.area_shifts(area, on).order_by("commission__unit__sort_key", "starts_at", "pk"))
    return present.DayRows(
        date=on,
        visits=rows,
        crews=crews,
        activities=list(queries.area_activities(area, on)),
        plan=queries.latest_plan(area, on),
        opened=guard.open_listed([row.patient_id for row in rows], by=request.commission, at=request.at, what=what),
        places=places(rows, request.at),
        unit=next((u for u in present.units_of(crews) if str(u.pk) == unit), None),
    )


@page(*ROLES)
def day(request: CareHttpRequest) -> HttpResponse:
    """The day's tours on a timeline and a map, what has no place, and the button that plans."""
    steps = asked_day(request)
    rows = read_rows(request, steps.day, request.GET.get("enhet", ""))
    shown = present.board(
        rows, request.at, reverse("planner:visit", args=[NOBODY]), reverse("planner:shift", args=[NOBODY])
    )
    return render(request, "planner/day.html", _context(request, steps, rows, shown))


def _context(
    request: CareHttpRequest, steps: DaySteps, rows: present.DayRows, shown: present.Board
) -> dict[str, object]:
    run = queries.latest_run(request.commission.unit.care_area, steps.day)
    return {
        "steps": steps,
        "rows": rows,
        "board": shown,
        "units": present.units_of(rows.crews),
        "keep": f"&enhet={rows.unit.pk}" if rows.unit else "",
        "form": OnceForm(),
        "progress": _progress(run),
        "may_plan": steps.day >= steps.today and not (run and run.is_live),
    }


def _progress(run: Run | None) -> object:
    return present.progress(run, reverse("planner:run", args=[run.pk])) if run else None


@page(*ROLES)
def unplanned(request: CareHttpRequest) -> HttpResponse:
    """Every visit of the day without a place, with its reason."""
    steps = asked_day(request)
    rows = read_rows(request, steps.day, request.GET.get("enhet", ""), "planner.unplanned")
    context = {"steps": steps, "waiting": present.waiting(rows), "keep": ""}
    return render(request, "planner/unplanned.html", context)


@page(*ROLES, methods=("POST",))
def plan(request: CareHttpRequest) -> HttpResponse:
    """Make the day's visits from the needs and ask for the day to be planned."""
    steps, form = asked_day(request), OnceForm(request.POST)
    then = f"{reverse('planner:day')}?dag={steps.day.isoformat()}"
    if not form.is_valid():
        return HttpResponseRedirect(then)
    answer = run_once(
        request, form, "visits.request_plan", lambda: _ask(request.commission, steps.day, request), then=lambda _r: then
    )
    if answer is not None:
        return answer
    message = " ".join(str(error) for error in form.non_field_errors())
    return render(request, "409.html", {"message": message}, status=409)


def _ask(by: Commission, on: date, request: CareHttpRequest) -> uuid.UUID:
    actions.generate_day(care_area=by.unit.care_area, date=on, by=by, at=request.at)
    return tasks.start_plan(care_area=by.unit.care_area, date=on, by=by, at=request.at).pk


@page(*ROLES)
def run(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """How a planning run stands; the page that asks is renewed when it has ended."""
    row = Run.objects.filter(pk=pk, kind=PLAN_DAY).first()
    if row is None or row.params.get("care_area") != request.commission.unit.care_area:
        raise AccessDenied("missing", object_kind="run", object_id=pk)
    if not request.htmx:
        return HttpResponseRedirect(f"{reverse('planner:day')}?dag={row.params['date']}")
    response = render(request, "planner/_progress.html", {"progress": _progress(row)})
    if not row.is_live:
        response["HX-Refresh"] = "true"
    return response
