"""The patient's log extract: to print, as a table and as plain text. Each that is handed out is logged."""

import uuid
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.access import logbook
from narvard.access.pages import CareHttpRequest, page
from narvard.access.review import actions, door
from narvard.core.models import AuditEvent
from narvard.desk.files import attachment, csv_attachment
from narvard.desk.log.spans import Asked, asked_span
from narvard.people.models import Patient
from narvard.people.queries import shown_identifier

EXTRACT_DAYS = 365
# Tells nothing about the patient.
NAME = "loggutdrag"
Action = AuditEvent.Action


@page(*door.REVIEWERS)
def sheet(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The extract as a sheet to print and hand to the patient."""
    return render(request, "log/extract.html", _context(request, *_issue(request, pk, Action.PRINT)))


@page(*door.REVIEWERS)
def text(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The extract as plain text."""
    context = _context(request, *_issue(request, pk, Action.EXPORT))
    return attachment(render_to_string("log/extract.txt", context), "text/plain; charset=utf-8", f"{NAME}.txt")


@page(*door.REVIEWERS)
def table(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The extract as a table for a spreadsheet: semicolons and a byte order mark, as Swedish ones read it."""
    patient, _asked, found = _issue(request, pk, Action.EXPORT)
    # Each row carries the mark: rows are what is copied out of a spreadsheet.
    title, mark = ([_("Märkning")], [_("Skyddade personuppgifter")]) if patient.hidden else ([], [])
    head = [_("Från"), _("Till"), _("Gånger"), _("Vårdgivare"), _("Enhet"), _("Vad som gjordes"), *title]
    rows = [
        [_clock(row.at), _clock(row.last), row.times, part.provider, row.unit, row.kind, *mark]
        for part in found.providers
        for row in part.rows
    ]
    return csv_attachment([head, *rows], f"{NAME}.csv")


def _issue(request: CareHttpRequest, pk: uuid.UUID, action: Action) -> tuple[Patient, Asked, logbook.Extract]:
    """The patient, the period and the own provider's part of the extract; logged as handed out."""
    patient = door.open_patient_log(pk, by=request.commission, at=request.at, what="access.extract_of")
    asked = asked_span(request, EXTRACT_DAYS)
    provider = request.commission.unit.provider
    found = logbook.extract(patient, asked.span.since, asked.span.until, provider)
    actions.issue_extract(
        patient=patient, since=asked.first, until=asked.last, by=request.commission, at=request.at, action=action
    )
    return patient, asked, found


def _context(request: CareHttpRequest, patient: Patient, asked: Asked, found: logbook.Extract) -> dict[str, object]:
    return {
        "patient": patient,
        "identifier": shown_identifier(patient),
        "asked": asked,
        "extract": found,
        "provider": request.commission.unit.provider,
        "unit": request.commission.unit,
    }


def _clock(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"
