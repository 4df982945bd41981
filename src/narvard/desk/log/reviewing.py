"""The review queue and one review: why it was picked, what else happened that day, the decision."""

import uuid
from datetime import timedelta
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.access import logbook
from narvard.access.pages import CareHttpRequest, page
from narvard.access.review import actions, door, queries
from narvard.access.review.models import LogReview
from narvard.core import calendar
from narvard.desk.base import OnceForm, run_once
from narvard.desk.log import presenters
from narvard.desk.log.forms import DECISIONS, DecideForm
from narvard.ui.parts import Tab

PER_PAGE = 50
# Of the person's day, beside what is reviewed.
MOST_LINES = 200


@page(*door.REVIEWERS)
def queue(request: CareHttpRequest) -> HttpResponse:
    """Emergencies at once, then what waits for a reviewer, gravest first; how much has been reviewed."""
    by = request.commission
    group = request.GET.get("visa", queries.TO_DECIDE)
    if group not in queries.GROUPS:
        group = queries.TO_DECIDE
    shown = Paginator(queries.queue(by, group), PER_PAGE).get_page(request.GET.get("page"))
    emergencies = queries.new_emergencies(by, request.at)
    elsewhere = queries.emergencies_past_our_blocks(by, request.at)
    patients = [row.patient_id for row in shown if row.patient_id]
    patients += [row.patient.pk for row in (*emergencies, *elsewhere)]
    door.saw("access.log_queue", by=by, at=request.at, patients=patients)
    counts = queries.counts(by)
    context = {
        "page": shown,
        "items": [presenters.item(row) for row in shown],
        "tabs": _tabs(group, counts),
        "group": group,
        "waiting": counts[queries.TO_DECIDE] + len(emergencies),
        "emergencies": [
            (row, line, OnceForm(auto_id=f"take-{place}-%s"))
            for place, (row, line) in enumerate(
                zip(emergencies, logbook.lines([row.event for row in emergencies]), strict=True)
            )
        ],
        "elsewhere": list(zip(elsewhere, logbook.lines([row.event for row in elsewhere]), strict=True)),
        "coverage": presenters.coverage(queries.coverage(by.provider_id, timezone.localdate(request.at))),
    }
    return render(request, "log/queue.html", context)


def _tabs(group: str, counts: dict[str, int]) -> list[Tab]:
    names = {
        queries.TO_DECIDE: _("Att granska"),
        queries.FOLLOWED_UP: _("Följs upp"),
        queries.CLOSED: _("Avslutade"),
    }
    here = reverse("log:queue")
    return [Tab(label, f"{here}?visa={key}", key == group, counts[key]) for key, label in names.items()]


@page(*door.REVIEWERS, methods=("POST",))
def take_up(request: CareHttpRequest, event: uuid.UUID, patient: uuid.UUID) -> HttpResponse:
    """Begin to review an emergency opening that the day's going-through has not come to yet."""
    found, person = door.find_emergency(event, patient, by=request.commission)
    form = OnceForm(request.POST)
    if not form.is_valid():
        return redirect("log:queue")

    def act() -> uuid.UUID:
        return actions.take_up(event=found, patient=person, by=request.commission, at=request.at).pk

    answer = run_once(request, form, f"log.take_up.{event}", act, then=lambda key: reverse("log:review", args=[key]))
    return answer or redirect("log:queue")


@page(*door.REVIEWERS, methods=("GET", "POST"))
def review(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """One review; POST decides."""
    row, status = door.open_review(pk, by=request.commission), 200
    form = DecideForm(version=row.version, today=timezone.localdate(request.at))
    if request.method == "POST":
        form, status = DecideForm(request.POST), 422
        if form.is_valid():
            answer = _decide(request, row, form)
            if answer is not None:
                return answer
            status, row = 409, door.open_review(pk, by=request.commission)
            form.renew(row.version)
    return render(request, "log/review.html", _context(request, row, form), status=status)


def _decide(request: CareHttpRequest, row: LogReview, form: DecideForm) -> HttpResponse | None:
    _words, outcome, closes = DECISIONS[form.cleaned_data["decision"]]

    def act() -> uuid.UUID:
        actions.decide_review(
            review=row,
            outcome=outcome,
            note=form.cleaned_data["note"],
            follow_up_on=form.cleaned_data["follow_up_on"],
            closes=closes,
            by=request.commission,
            at=request.at,
            expected=form.seen_version,
        )
        return row.pk

    home = reverse("log:queue")
    done = _("Granskningen är avslutad.") if closes else _("Granskningen följs upp.")
    return run_once(request, form, f"log.decide.{row.pk}", act, then=lambda _key: home, done=done)


def _context(request: CareHttpRequest, row: LogReview, form: DecideForm) -> dict[str, Any]:
    start = calendar.at_local(row.day)
    span = logbook.Span(start, calendar.at_local(row.day + timedelta(days=1)))
    events = list(logbook.of_staff(row.staff_id, row.provider_id, span)[: MOST_LINES + 1])
    lines = logbook.lines(events[:MOST_LINES])
    named = {person.pk for line in lines for person in line.subjects}
    patients = named | ({row.patient_id} if row.patient_id else set())
    door.saw("access.log_review", by=request.commission, at=request.at, patients=patients, key=row.pk)
    return {
        "item": presenters.item(row),
        "review": row,
        "form": form,
        "lines": lines,
        "more_lines": len(events) > MOST_LINES,
        "history": presenters.history(queries.decisions_of(row)),
    }
