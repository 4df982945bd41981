"""The patient's log extract: the sheet, the table and the text."""

import csv
import io

import pytest
from django.urls import reverse

from narvard.access.tests.log_world import Action
from narvard.core.models import AuditEvent
from narvard.organisation.models import CareUnit
from narvard.organisation.tests.factories import CommissionFactory

PERIOD = {"fran": "2026-11-01", "tom": "2026-11-30"}


def get(client, name, patient, **query):
    return client.get(reverse(f"log:{name}", args=[patient.pk]), query or PERIOD)


@pytest.fixture
def patient(world):
    patient = world.patient()
    world.did(patient)
    world.did(patient, by=CommissionFactory(unit__name="Annan vårdgivares enhet"))
    return patient


@pytest.mark.parametrize(
    ("name", "action"), [("extract", Action.PRINT), ("extract-text", Action.EXPORT), ("extract-csv", Action.EXPORT)]
)
def test_it_tells_unit_and_time_of_the_own_provider_and_no_names(world, screen, patient, name, action):
    answer = get(screen(world.reviewer), name, patient)
    text = answer.content.decode()
    assert "2026-11-23 12:00" in text
    assert "Hälsocentral Centrum" in text
    assert "läste: patientens sida" in text
    assert world.nurse.staff.family_name not in text
    assert "Annan vårdgivares enhet" not in text
    issued = AuditEvent.objects.get(what="access.issue_extract")
    assert (issued.action, issued.subjects.get().patient) == (action, patient.pk)
    assert issued.object_id == "2026-11-01 2026-11-30"


@pytest.mark.parametrize(("name", "file"), [("extract-text", "loggutdrag.txt"), ("extract-csv", "loggutdrag.csv")])
def test_the_name_of_a_file_tells_of_nobody(world, screen, patient, name, file):
    answer = get(screen(world.reviewer), name, patient)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{file}"'


def test_the_table_is_read_by_a_spreadsheet(world, screen, patient):
    text = get(screen(world.reviewer), "extract-csv", patient).content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    row = next(row for row in rows if row["Vad som gjordes"] == "läste: patientens sida")
    assert (row["Från"], row["Gånger"], row["Enhet"]) == ("2026-11-23 12:00:00", "1", "Hälsocentral Centrum")
    assert row["Vårdgivare"] == "Region Norr"
    CareUnit.objects.filter(name="Hälsocentral Centrum").update(name="=1+1")
    assert ";'=1+1;" in get(screen(world.reviewer), "extract-csv", patient).content.decode("utf-8-sig")


@pytest.mark.parametrize("name", ["patient", "extract", "extract-text", "extract-csv"])
def test_one_of_a_person_with_protected_identity_is_marked_and_whole(world, screen, patient, name):
    client = screen(world.reviewer)
    assert "Skyddade personuppgifter" not in get(client, name, patient).content.decode()
    patient.protection = "marked"
    patient.save()
    text = get(client, name, patient).content.decode()
    assert "Skyddade personuppgifter" in text
    assert "Hälsocentral Centrum" in text
    assert ("sheet--protected" in text) is (name == "extract")


def test_the_sheet_explains_itself_and_says_when_there_is_nothing(world, screen, patient):
    html = get(screen(world.reviewer), "extract", patient, fran="2025-01-01", tom="2025-01-31").content.decode()
    assert "patientdatalagen 8 kap. 5 §" in html
    assert "Ingen hos Region Norr har öppnat dina uppgifter" in html


def test_the_wrong_verb(world, screen, patient):
    for name in ("extract", "extract-csv", "extract-text"):
        assert screen(world.reviewer).post(reverse(f"log:{name}", args=[patient.pk])).status_code == 405
    assert not AuditEvent.objects.filter(what="access.issue_extract").exists()
