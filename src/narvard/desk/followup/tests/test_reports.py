"""The monthly report as a page, a PDF and a spreadsheet, and who reads it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from narvard.core import audit
from narvard.core.models import AuditEvent
from narvard.desk.followup.tests.test_overview import AREA, joint, kept, sign_in
from narvard.followup.report.actions import make_report
from narvard.organisation.tests.factories import MunicipalityFactory

pytestmark = pytest.mark.django_db
OCTOBER = date(2026, 10, 1)
AT = datetime(2026, 11, 23, 8, tzinfo=ZoneInfo("Europe/Stockholm"))


@pytest.fixture
def report():
    MunicipalityFactory()
    kept(OCTOBER, joint())
    return make_report(care_area=AREA, month=OCTOBER, by=audit.SYSTEM, at=AT)


@pytest.fixture
def reader(client):
    return sign_in(client, "manager", AREA)


def test_the_page_shows_the_newest_in_five_perspectives(report, reader):
    text = reader.get(reverse("followup:report")).content.decode()
    assert "Månadsrapport oktober 2026" in text
    for title in ("Patienten", "Medarbetarna", "Effekten", "Samverkan", "Ledningen"):
        assert f">{title}</h2>" in text
    assert "Siffrorna är okontrollerade" in text
    month = reader.get(reverse("followup:report-month", args=["2026-10"]))
    assert month.status_code == 200


@pytest.mark.parametrize("month", ["2026-09", "oktober"])
def test_a_month_without_a_report(report, reader, month):
    assert reader.get(reverse("followup:report-month", args=[month])).status_code == 404


def test_none_made_says_when_it_will_be(reader):
    assert "Ingen månadsrapport är gjord än" in reader.get(reverse("followup:report")).content.decode()


def test_the_files_are_handed_out_and_logged(report, reader):
    pdf = reader.get(reverse("followup:report-pdf", args=["2026-10"]))
    assert pdf.content.startswith(b"%PDF-")
    sheet = reader.get(reverse("followup:report-xlsx", args=["2026-10"]))
    assert sheet.content.startswith(b"PK")
    logged = AuditEvent.objects.filter(what="followup.hand_out_report").values_list("action", flat=True)
    assert sorted(logged) == ["export", "print"]


def test_another_care_area_has_no_such_report(report, client):
    other = sign_in(client, "manager", "skelleftea")
    assert other.get(reverse("followup:report-pdf", args=["2026-10"])).status_code == 404


@pytest.mark.parametrize("role", ["team", "ward", "municipal"])
def test_those_who_give_care_read_it_not(report, client, role):
    assert sign_in(client, role, AREA).get(reverse("followup:report")).status_code in (403, 404)
