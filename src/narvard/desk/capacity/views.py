"""Scenarios: all that one may see, one with its result, and what is done with it."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from narvard.access.pages import CareHttpRequest, Role, page
from narvard.capacity.scenarios import packaged, people, presenters, tasks, words
from narvard.capacity.scenarios.actions import cancel_run
from narvard.capacity.scenarios.conclusion import headline
from narvard.capacity.scenarios.definition import read
from narvard.capacity.scenarios.described import changes, crew_hours
from narvard.capacity.scenarios.models import Scenario
from narvard.capacity.scenarios.queries import latest_run, latest_runs, visible
from narvard.core import runs
from narvard.core.models import Run
from narvard.core.sentences import read_again
from narvard.desk.base import OnceForm, run_once
from narvard.ui.figures import figure
from narvard.ui.parts import Progress

READERS = (Role.MANAGER, Role.SAFETY)


@dataclass(frozen=True)
class Line:
    """A scenario in the list."""

    row: Scenario
    headline: str
    state: str
    word: str


@dataclass(frozen=True)
class Start:
    """A model to start from."""

    name: str
    title: str
    says: str
    facts: str


@page(*READERS)
def listed(request: CareHttpRequest) -> HttpResponse:
    """Every scenario that one may see, newest first, and the models to start from."""
    rows = list(visible(request.commission)[:100])
    found = latest_runs(rows)
    population = people.of_area(request.commission.unit.care_area)
    context = {
        "lines": [_line(row, found.get(str(row.pk))) for row in rows],
        "starts": [_start(name) for name in packaged.edited(population)],
        "writes": request.commission.role == Role.MANAGER,
    }
    return render(request, "capacity/list.html", context)


def _line(row: Scenario, run: Run | None) -> Line:
    if row.result is not None:
        return Line(row, headline(read(row.definition), row.result), "done", _("klar"))
    if run is not None and run.is_live:
        return Line(row, "", "waiting", _("körs"))
    return Line(row, "", "neutral", _("inte körd"))


def _start(name: str) -> Start:
    if name in packaged.MADE:
        return Start(name, words.model_name(name), str(words.MODEL_SAYS[name]), "")
    model = packaged.model(name)
    facts = _("%(teams)s team, %(hours)s biltimmar i veckan")
    hours = figure(crew_hours(model))
    return Start(
        name,
        words.model_name(name),
        str(words.MODEL_SAYS[name]),
        facts % {"teams": len(model["teams"]), "hours": hours},
    )


def opened(request: CareHttpRequest, pk: uuid.UUID) -> Scenario:
    """A scenario that the reader may see; missing and closed look alike."""
    row = visible(request.commission).filter(pk=pk).first()
    if row is None:
        raise Http404(pk)
    return row


@page(*READERS)
def scenario(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One scenario: what came out beside what it is compared with, or how far the run has come."""
    return _show(request, opened(request, pk))


def _show(request: CareHttpRequest, row: Scenario, form: OnceForm | None = None, status: int = 200) -> HttpResponse:
    definition, run = read(row.definition), latest_run(row.pk)
    context: dict[str, Any] = {
        "row": row,
        "facts": presenters.facts(definition),
        "shown": presenters.shown(row) if row.result is not None else None,
        "changes": changes(definition),
        "progress": _progress(run) if row.result is None else None,
        "live": run is not None and run.is_live,
        "writes": request.commission.role == Role.MANAGER,
        "form": form or OnceForm(),
    }
    return render(request, "capacity/scenario.html", context, status=status)


def _progress(run: Run | None) -> Progress | None:
    if run is None:
        return None
    if run.is_live:
        text = read_again(run.message, [tasks.DONE_OF]) if run.message else _("Väntar på att arbetet börjar.")
        return Progress(
            _("Scenariot körs"), True, run.progress, text, poll_url=reverse("capacity:progress", args=[run.key])
        )
    return Progress(_("Körningen blev inte klar"), False, 1.0, _failure(run), failed=True)


def _failure(run: Run) -> str:
    known = {
        runs.CANCELLED: _("Den avbröts. Inget har sparats av den."),
        "worker-lost": _("Arbetet avbröts flera gånger. Pröva igen eller ring förvaltningen."),
        "internal": _("Ett fel i systemet. Pröva igen eller ring förvaltningen."),
    }
    return known.get(run.error) or _("Modellen går inte att köra: %(why)s") % {"why": run.error}


@page(*READERS)
def progress(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """How the run stands; the page that asks is renewed when it has ended."""
    row = opened(request, pk)
    run = latest_run(row.pk)
    if not request.htmx or run is None:
        return HttpResponseRedirect(reverse("capacity:scenario", args=[pk]))
    response = render(request, "capacity/_progress.html", {"progress": _progress(run)})
    if not run.is_live:
        response["HX-Refresh"] = "true"
    return response


@page(Role.MANAGER, methods=("POST",))
def start(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Run it again after a run that did not end well."""
    row, form = opened(request, pk), OnceForm(request.POST)
    here = reverse("capacity:scenario", args=[pk])

    def act() -> str:
        return str(tasks.start_run(scenario=row, by=request.commission, at=request.at).pk)

    return _act(request, row, form, "capacity.request_run", act, here)


@page(Role.MANAGER, methods=("POST",))
def cancel(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Call the run off."""
    row, form = opened(request, pk), OnceForm(request.POST)
    here = reverse("capacity:scenario", args=[pk])

    def act() -> str:
        cancel_run(scenario=row, by=request.commission, at=request.at)
        return ""

    return _act(request, row, form, "capacity.cancel_run", act, here)


def _act(request: CareHttpRequest, row: Scenario, form: OnceForm, action: str, act: Any, here: str) -> HttpResponse:
    if not form.is_valid():
        return _show(request, row, status=422)
    answer = run_once(request, form, action, act, then=lambda _result: here)
    return answer or _show(request, row, form, status=409)
