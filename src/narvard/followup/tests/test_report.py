"""The monthly report: made once from kept figures, by hand or by the clock, and the same as PDF and spreadsheet."""

import json
from datetime import date, datetime
from io import BytesIO, StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from narvard.core import audit
from narvard.core.models import AuditEvent
from narvard.followup.definitions import definitions
from narvard.followup.indicators.actions import keep_figures
from narvard.followup.indicators.figure import Figure
from narvard.followup.indicators.periods import Period
from narvard.followup.report.actions import AlreadyMade, NoFigures, NotYetOver, make_report
from narvard.followup.report.document import pdf_of, sheets_of
from narvard.followup.report.models import MonthlyReport
from narvard.followup.report.tasks import make_due
from narvard.organisation.tests.factories import MunicipalityFactory

pytestmark = pytest.mark.django_db
STOCKHOLM = ZoneInfo("Europe/Stockholm")
AREA, OCTOBER = "umea", date(2026, 10, 1)
AT = datetime(2026, 11, 6, 8, tzinfo=STOCKHOLM)
OUTSIDE = {"value": 0.9, "target": 0.5, "low95": 0.4, "high95": 0.6, "low998": 0.3, "high998": 0.7, "outside": 2}


def kept(*, at: datetime = AT, month: date = OCTOBER, named: float = 0.5) -> None:
    MunicipalityFactory()
    period = Period(AREA, month, date(month.year, month.month + 1, 1), at)
    count = round(named * 100)
    found = [
        Figure("named_physician", count=count, of=100, value=named, low=named - 0.05, high=named + 0.05),
        Figure("named_physician", "2480", count=90, of=100, value=0.9, low=0.8, high=0.95, funnel=OUTSIDE),
        Figure("joint", hidden=True),
        Figure("coverage", count=30, of=100, value=0.3, low=0.2, high=0.4),
    ]
    keep_figures(period=period, span="month", named=month, found=found, by=audit.SYSTEM, at=at)


def made() -> MonthlyReport:
    return make_report(care_area=AREA, month=date(2026, 10, 17), by=audit.SYSTEM, at=AT)


def test_a_report_says_what_changed_who_stands_out_and_what_is_unknown() -> None:
    kept(month=date(2026, 9, 1), named=0.2)
    kept()
    row = made()
    assert row.month == OCTOBER
    assert row.content["month"] == "oktober 2026"
    summary = " ".join(row.content["summary"])
    assert "30 % av dem som behöver mobil vård var inskrivna (30 av uppskattat 100)." in summary
    assert "Bättre än månaden före: fast läkare." in summary
    assert "fast läkare (Umeå)" in summary
    assert "saknar underlag" in summary
    assert [part["key"] for part in row.content["parts"]] == [
        "patient", "staff", "effect", "collaboration", "leadership",
    ]  # fmt: skip
    lines = {line["id"]: line for part in row.content["parts"] for line in part["lines"]}
    assert set(lines) == {definition.id for definition in definitions()}
    assert lines["joint"]["value"] == "för få att visa"
    assert lines["bed_days"]["value"] == "inga vårddata för perioden"
    assert AuditEvent.objects.filter(what="followup.make_report", object_id=str(row.pk)).count() == 1


def test_a_month_has_one_report_and_it_stands() -> None:
    kept()
    row = made()
    kept(named=0.9)
    with pytest.raises(AlreadyMade):
        made()
    assert MonthlyReport.objects.get().content == row.content


def test_a_month_that_runs_has_none_nor_one_without_figures_since_its_end() -> None:
    with pytest.raises(NotYetOver):
        make_report(care_area=AREA, month=date(2026, 11, 1), by=audit.SYSTEM, at=AT)
    with pytest.raises(NoFigures):
        made()
    kept(at=datetime(2026, 10, 20, tzinfo=STOCKHOLM))
    with pytest.raises(NoFigures):
        made()


def test_the_clock_makes_it_once_from_the_fifth() -> None:
    kept()
    assert make_due(datetime(2026, 11, 4, 8, tzinfo=STOCKHOLM)) == 0
    assert [make_due(AT), make_due(AT)] == [1, 0]
    assert MonthlyReport.objects.get().made_by is None


def test_the_clock_waits_for_figures_of_the_whole_month() -> None:
    kept(at=datetime(2026, 10, 20, tzinfo=STOCKHOLM))
    assert make_due(AT) == 0


def test_the_pdf_is_a_pdf_and_the_same_each_time() -> None:
    kept()
    row = made()
    first = pdf_of(row)
    assert first.startswith(b"%PDF-")
    assert pdf_of(row) == first


def test_the_sheets_hold_the_figures_the_places_and_what_is_missing() -> None:
    kept()
    figures, places, gaps = sheets_of(made())
    assert ["Patienten", "Fast läkare", 0.5, 0.45, 0.55, "50 av 100", ""] in [list(row) for row in figures.rows]
    assert ["Fast läkare", 0.9] in [list(row) for row in places.rows]
    assert len(gaps.rows) == 6


def command(*arguments: str) -> tuple[str, str, int]:
    out, err = StringIO(), StringIO()
    code = 0
    try:
        call_command("report", "monthly", *arguments, stdout=out, stderr=err)
    except SystemExit as left:
        code = int(str(left.code))
    return out.getvalue(), err.getvalue(), code


def test_the_command_makes_it_and_writes_both_files(tmp_path, settings) -> None:
    settings.NARVARD_CLOCK = AT.isoformat()
    kept()
    told = json.loads(command("--to", str(tmp_path), "--json")[0].splitlines()[-1])
    assert (told["area"], told["month"], told["made"]) == (AREA, "2026-10", True)
    assert (tmp_path / "manadsrapport-umea-2026-10.pdf").read_bytes().startswith(b"%PDF-")
    book = load_workbook(BytesIO((tmp_path / "manadsrapport-umea-2026-10.xlsx").read_bytes()))
    assert book.sheetnames == ["Indikatorer", "Kommuner", "Registrering"]
    again = command("--month", "2026-10")[0]
    assert again.startswith("kept since 2026-11-06 08:00")


@pytest.mark.parametrize("arguments", [["nowhere"], ["--month", "2026-11"], ["--month", "2026-08"]])
def test_bad_input_is_one_line_and_code_two(arguments, settings) -> None:
    settings.NARVARD_CLOCK = AT.isoformat()
    kept()
    out, err, code = command(*arguments)
    assert (out, code) == ("", 2)
    assert len(err.strip().splitlines()) == 1
