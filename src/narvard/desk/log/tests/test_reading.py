"""Reading the log: by patient, by person, by unit and day; and the doors that stay shut."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from narvard.access.tests.log_world import NOON, Action
from narvard.core.models import AuditEvent
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory


def patient_log(client, patient, **query):
    return client.get(reverse("log:patient", args=[patient.pk]), query)


def body(answer):
    return answer.content.decode()


def test_a_patients_log_says_who_when_what_and_why(world, screen):
    patient = world.patient()
    world.did(patient)
    html = body(patient_log(screen(world.reviewer), patient))
    for words in ("Mia Falk", "Hälsocentral Centrum", "2026-11-23 12:00:00", "läste", "enheten har en vårdrelation"):
        assert words in html
    look = AuditEvent.objects.get(what="access.patient_log")
    assert (look.staff, look.subjects.get().patient) == (world.reviewer.staff_id, patient.pk)


def test_period_unit_and_person_narrow_it(world, screen):
    patient, colleague = world.patient(), CommissionFactory(unit=world.unit)
    world.did(patient)
    world.did(patient, by=colleague)
    world.did(patient, at=NOON - timedelta(days=200))
    client = screen(world.reviewer)

    def count(**query):
        return len(
            [
                line
                for line in patient_log(client, patient, **query).context["lines"]
                if line.thing != "logg över åtkomst"
            ]
        )

    days = {"fran": "2026-11-20", "tom": "2026-11-23"}
    assert count() == 2
    assert count(fran="2026-01-01", tom="2026-11-23") == 3
    assert count(**days, person=world.nurse.staff_id) == 1
    assert count(**days, enhet=world.unit.pk) == 2
    assert count(fran="2026-11-20", tom="2026-11-22") == 0


@pytest.mark.parametrize("query", [{"fran": "x", "tom": ""}, {"fran": "2026-11-23", "tom": "2026-11-01"}])
def test_a_period_that_cannot_be_read_says_so_and_shows_the_latest(world, screen, query):
    patient = world.patient()
    world.did(patient)
    answer = patient_log(screen(world.reviewer), patient, **query)
    assert answer.context["asked"].form.errors
    assert len(answer.context["lines"]) >= 1


def test_a_persons_and_a_units_log_name_the_patients_and_are_logged_with_them(world, screen):
    patient = world.patient()
    world.did(patient)
    client = screen(world.reviewer)
    for name, key, what in (
        ("log:staff", world.nurse.staff_id, "access.staff_log"),
        ("log:unit", world.unit.pk, "access.unit_log"),
    ):
        assert patient.name in body(client.get(reverse(name, args=[key])))
        assert AuditEvent.objects.get(what=what).subjects.get().patient == patient.pk


def test_a_units_day_is_that_day(world, screen):
    world.did(world.patient(), at=NOON - timedelta(days=1))
    client, url = screen(world.reviewer), reverse("log:unit", args=[world.unit.pk])
    assert [len(client.get(url, {"dag": day}).context["lines"]) for day in ("2026-11-22", "2026-11-23")] == [1, 0]


@pytest.mark.parametrize("name", ["log:patient", "log:staff", "log:unit"])
def test_the_number_of_queries_does_not_grow_with_rows(world, screen, name):
    patient = world.patient()
    key = {"log:patient": patient.pk, "log:staff": world.nurse.staff_id, "log:unit": world.unit.pk}[name]
    client = screen(world.reviewer)

    def queries(rows):
        for n in range(rows):
            world.did(patient, at=NOON + timedelta(minutes=n))
            world.did(world.patient(), at=NOON + timedelta(minutes=n))
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse(name, args=[key])).status_code == 200
        return len(found)

    queries(1)
    few, many = queries(1), queries(12)
    assert many == few
    assert few <= 25


def test_the_log_is_shown_in_pages(world, screen):
    patient = world.patient()
    for n in range(60):
        world.did(patient, at=NOON + timedelta(minutes=n))
    client = screen(world.reviewer)
    assert len(patient_log(client, patient).context["lines"]) == 50
    assert len(patient_log(client, patient, page=2).context["lines"]) >= 10


def test_a_patient_is_found_by_exact_number_in_the_own_log_only(world, screen):
    patient, stranger = world.patient(), world.patient()
    world.did(patient)
    client = screen(world.reviewer)

    def find(text):
        return client.post(reverse("log:find"), {"identifier": text})

    assert find(patient.identifiers.get().value).url == reverse("log:patient", args=[patient.pk])
    unknown = find(stranger.identifiers.get().value)
    assert unknown.context["nothing"]
    assert stranger.name not in body(unknown)
    assert find("inget nummer").status_code == 422


def test_a_member_of_staff_is_found_by_name_at_the_own_provider_only(world, screen):
    other = CommissionFactory(staff__family_name="Falk")
    html = body(screen(world.reviewer).get(reverse("log:find"), {"namn": "falk"}))
    assert reverse("log:staff", args=[world.nurse.staff_id]) in html
    assert reverse("log:staff", args=[other.staff_id]) not in html


def test_a_unit_and_a_day_lead_to_its_page(world, screen):
    client = screen(world.reviewer)
    answer = client.get(reverse("log:find"), {"unit": str(world.unit.pk), "day": "2026-11-20"})
    assert answer.url == f"{reverse('log:unit', args=[world.unit.pk])}?dag=2026-11-20"
    stranger = client.get(reverse("log:find"), {"unit": str(CareUnitFactory().pk), "day": "2026-11-20"})
    assert stranger.context["unit_form"].errors


PAGES = ("log:patient", "log:staff", "log:unit", "log:review", "log:extract", "log:extract-csv", "log:extract-text")


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("who", ["another provider", "carer"])
def test_outsiders_find_nothing(world, screen, name, who):
    patient = world.patient()
    review = world.review(patient)
    keys = {"log:staff": world.nurse.staff_id, "log:unit": world.unit.pk, "log:review": review.pk}
    outsider = CommissionFactory(role="safety") if who == "another provider" else CommissionFactory(unit=world.unit)
    answer = screen(outsider).get(reverse(name, args=[keys.get(name, patient.pk)]))
    assert answer.status_code == 404
    assert patient.name not in body(answer)
    assert AuditEvent.objects.filter(action=Action.DENIED, staff=outsider.staff_id).count() == 1
    assert not AuditEvent.objects.filter(action__in=[Action.READ, Action.PRINT], staff=outsider.staff_id).exists()


def test_a_carer_has_no_log_in_the_navigation(world, screen):
    nurse, reviewer = (body(screen(who).get(reverse("account:directory"))) for who in (world.nurse, world.reviewer))
    assert reverse("log:queue") not in nurse
    assert reverse("log:queue") in reviewer
