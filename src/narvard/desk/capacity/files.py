"""The files of a scenario: CSV, workbook, report and model. Numbers only; each is logged as an export."""

import uuid

from django.http import Http404, HttpResponse
from django.utils.text import slugify

from narvard.access.pages import CareHttpRequest, page
from narvard.capacity.scenarios import files
from narvard.capacity.scenarios.models import Scenario
from narvard.capacity.scenarios.report import pdf_of
from narvard.core import audit
from narvard.core.spreadsheets import CSV, XLSX
from narvard.desk.capacity.views import READERS, opened
from narvard.desk.files import attachment


def _answered(request: CareHttpRequest, pk: uuid.UUID) -> Scenario:
    """A scenario with its result; one without has no files."""
    row = opened(request, pk)
    if row.result is None:
        raise Http404(pk)
    return row


def _sent(request: CareHttpRequest, row: Scenario, content: bytes | str, kind: str, ending: str) -> HttpResponse:
    audit.write(
        "capacity.export_scenario", by=request.commission, at=request.at, action=audit.Action.EXPORT,
        object_kind="scenario", object_id=row.pk, reason=ending,
    )  # fmt: skip
    answer = attachment(content, kind, f"{slugify(row.title) or 'scenario'}.{ending}")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@page(*READERS)
def table(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """All tables as one CSV file."""
    row = _answered(request, pk)
    return _sent(request, row, files.csv_of(row), CSV, "csv")


@page(*READERS)
def workbook(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """All tables as a workbook."""
    row = _answered(request, pk)
    return _sent(request, row, files.xlsx_of(row), XLSX, "xlsx")


@page(*READERS)
def report(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The report as a PDF."""
    row = _answered(request, pk)
    return _sent(request, row, pdf_of(row), "application/pdf", "pdf")


@page(*READERS)
def people(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The people as the command line reads them."""
    row = opened(request, pk)
    return _sent(request, row, files.people_of(row), "application/yaml; charset=utf-8", "people.yaml")


@page(*READERS)
def model(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The model as the command line reads it."""
    row = opened(request, pk)
    return _sent(request, row, files.yaml_of(row), "application/yaml; charset=utf-8", "yaml")
