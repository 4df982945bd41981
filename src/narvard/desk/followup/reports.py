"""The monthly report: the months there are, one as a page, as a PDF and as a spreadsheet."""

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from narvard.access.pages import CareHttpRequest, Role, page
from narvard.core import audit
from narvard.core.spreadsheets import XLSX, packed
from narvard.desk.files import attachment, inline
from narvard.followup.report.document import pdf_of, sheets_of
from narvard.followup.report.models import MonthlyReport
from narvard.ui.charts import spark

READERS = (Role.MANAGER, Role.SAFETY, Role.COORDINATOR, Role.PLANNER, Role.ADMINISTRATOR)


@page(*READERS)
def newest(request: CareHttpRequest) -> HttpResponse:
    """The newest report, with the ones before it to choose from."""
    rows = list(_of_area(request))
    return _shown(request, rows[0], rows) if rows else render(request, "followup/report_none.html")


@page(*READERS)
def show(request: CareHttpRequest, month: str) -> HttpResponse:
    """One month's report."""
    return _shown(request, _row(request, month), list(_of_area(request)))


def _of_area(request: CareHttpRequest) -> list[MonthlyReport]:
    return list(MonthlyReport.objects.filter(care_area=request.commission.unit.care_area))


def _row(request: CareHttpRequest, month: str) -> MonthlyReport:
    """The report of the month as "2026-10"; there is none of another care area's."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Http404 from None
    row = MonthlyReport.objects.filter(care_area=request.commission.unit.care_area, month=first).first()
    if row is None:
        raise Http404
    return row


def _shown(request: CareHttpRequest, row: MonthlyReport, rows: list[MonthlyReport]) -> HttpResponse:
    parts = [{**part, "lines": [_with_picture(line) for line in part["lines"]]} for part in row.content["parts"]]
    context = {"report": row, "content": row.content, "parts": parts, "others": [each for each in rows if each != row]}
    return render(request, "followup/report.html", context)


def _with_picture(line: dict[str, object]) -> dict[str, object]:
    trend = line["trend"]
    values = [point["value"] for point in trend] if isinstance(trend, list) else []
    known = sum(value is not None for value in values)
    return {**line, "picture": spark(values, _("Utveckling: %(name)s") % line) if known > 1 else ""}


@page(*READERS)
def pdf(request: CareHttpRequest, month: str) -> HttpResponse:
    """The report as a PDF; logged as printed."""
    row = _row(request, month)
    _log(request, row, audit.Action.PRINT)
    return inline(pdf_of(row), "application/pdf", _name(row, "pdf"))


@page(*READERS)
def sheets(request: CareHttpRequest, month: str) -> HttpResponse:
    """The report's figures as a spreadsheet; logged as an export."""
    row = _row(request, month)
    _log(request, row, audit.Action.EXPORT)
    return attachment(packed(sheets_of(row)), XLSX, _name(row, "xlsx"))


def _log(request: CareHttpRequest, row: MonthlyReport, action: str) -> None:
    audit.write(
        "followup.hand_out_report", by=request.commission, at=request.at, action=action,
        object_kind="monthlyreport", object_id=row.pk, reason=str(row),
    )  # fmt: skip


def _name(row: MonthlyReport, kind: str) -> str:
    return f"manadsrapport-{row.care_area}-{row.month:%Y-%m}.{kind}"
