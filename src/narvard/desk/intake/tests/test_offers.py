"""What the utilisation data offer of the patient: shown with source, taken in once, by those who handle the case."""

import uuid
from datetime import date

import pytest
from django.urls import reverse

from narvard.followup.utilisation.tests.factories import deliver, make_management, row
from narvard.people.models import Fact
from narvard.people.tests.factories import OLD_NUMBERS


@pytest.fixture
def case(world):
    """A request about somebody whom the data of the region know."""
    world.patient.identifiers.update(value=OLD_NUMBERS[0])
    by = make_management()
    by.unit.provider = world.intake.provider
    by.unit.save()
    days = (date(2025, 11, 1), date(2026, 11, 1))
    deliver(by, row(id="1"), row(id="2", start="2026-03-01", end="2026-03-02"), days=days)
    return world.send()


def take(client, case, name="admissions_12_months"):
    return client.post(reverse("intake:offer", args=[case.pk]), {"once": uuid.uuid4(), "name": name})


def test_the_coordinator_sees_it_with_its_source_and_takes_it_in(world, as_, case):
    client = as_(world.coordinator)
    page = client.get(reverse("intake:request", args=[case.pk])).content.decode()
    assert "Vårddata säger" in page
    assert "vårddata till och med 2026-10-31" in page
    assert take(client, case).status_code == 302
    fact = Fact.objects.get(name="admissions_12_months")
    assert (fact.value, fact.source, fact.owner_unit.name) == (2, "register", "Gemensam ledning")
    page = client.get(reverse("intake:request", args=[case.pk])).content.decode()
    assert page.count("Ta in uppgiften") == 1  # the emergency visits


def test_what_is_taken_in_already_or_never_offered_is_refused(world, as_, case):
    client = as_(world.coordinator)
    take(client, case)
    for name in ("admissions_12_months", "stable"):
        answer = take(client, case, name)
        assert (answer.status_code, "redan intagen" in answer.content.decode()) == (409, True)
    assert Fact.objects.filter(name="admissions_12_months").count() == 1


def test_an_outsider_finds_no_case(world, as_, case):
    assert take(as_(world.outsider), case).status_code == 404
    assert take(as_(world.got_nurse), case).status_code == 404
    assert not Fact.objects.exists()


def test_it_is_no_page_to_look_at(world, as_, case):
    assert as_(world.coordinator).get(reverse("intake:offer", args=[case.pk])).status_code == 405
