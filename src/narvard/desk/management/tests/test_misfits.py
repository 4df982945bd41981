"""Overrides and refusals for the joint management: counted, explained, and no person told."""

from datetime import timedelta

import pytest
from django.urls import reverse

from narvard.access.guard import open_patient
from narvard.core.models import AuditEvent
from narvard.flows import triage
from narvard.intake.actions import refuse_request
from narvard.intake.tests.world import NOW, build
from narvard.organisation.models import CareUnit, Commission
from narvard.organisation.tests.factories import CareProviderFactory, CareUnitFactory, CommissionFactory
from narvard.people.actions import record_fact
from narvard.people.models import Patient

AREA = "umea"


@pytest.fixture
def world(db, settings):
    settings.NARVARD_CLOCK = (NOW + timedelta(hours=1)).isoformat()
    made = build()
    CareUnit.objects.update(care_area=AREA)
    for unit in (made.intake, made.got, made.primar, made.palliative):
        unit.refresh_from_db()
    return made


@pytest.fixture
def manager(world, client):
    def at(provider):
        unit = CareUnitFactory(kind="management", provider=provider, care_area=AREA)
        commission = CommissionFactory(unit=unit, role="manager", purpose="follow_up")
        client.force_login(commission.staff.user)
        session = client.session
        session["commission"] = str(commission.pk)
        session.save()
        return client

    return at


def override(world):
    row = world.send()
    record_fact(
        patient=world.patient, name="palliative_need", value=False, source="journal", by=world.coordinator, at=NOW
    )
    opened = open_patient(world.patient.pk, by=world.coordinator, at=NOW)
    return triage.assign(
        opened=opened, request=row, team=world.palliative, by=world.coordinator, at=NOW, reason="Bäst bemannat i dag"
    )


def refuse(world):
    row = world.send()
    return refuse_request(
        request=row.pk, reason="Alla team är fulla", next_step="Avdelningen behåller", by=world.coordinator, at=NOW
    )


def page(client, days=""):
    answer = client.get(reverse("management:misfits"), {"dagar": days})
    assert answer.status_code == 200
    return answer.content.decode()


def test_an_override_is_counted_with_its_team_what_stood_in_the_way_and_why(world, manager):
    override(world)
    html = page(manager(world.intake.provider))
    assert "1 val mot kraven, 0 begäran som inget team tog" in html
    assert "Palliativt team" in html
    assert "behov av specialiserad palliativ vård" in html
    assert "föreslaget: PrimÄR Teg" in html
    assert "Bäst bemannat i dag" in html


def test_a_refusal_is_counted_by_municipality_with_its_next_step(world, manager):
    refuse(world)
    html = page(manager(world.intake.provider))
    assert "0 val mot kraven, 1 begäran som inget team tog" in html
    assert "Alla team är fulla" in html
    assert "Avdelningen behåller" in html


def test_no_person_is_shown_and_the_reading_is_logged_on_the_patient(world, manager):
    refuse(world)
    html = page(manager(world.intake.provider))
    assert world.patient.family_name not in html
    assert "Utskrivning i dag" not in html
    event = AuditEvent.objects.get(what="management.misfits")
    assert [subject.patient for subject in event.subjects.all()] == [world.patient.pk]


def test_another_provider_counts_but_reads_no_reason(world, manager):
    refuse(world)
    html = page(manager(CareProviderFactory(name="Annan vårdgivare")))
    assert "1 begäran som inget team tog" in html
    assert "Alla team är fulla" not in html
    assert "räknas men visas inte" in html


def test_a_protected_identity_is_counted_without_place_or_reason(world, manager):
    refuse(world)
    Patient.objects.filter(pk=world.patient.pk).update(protection="protected")
    html = page(manager(world.intake.provider))
    assert "okänd eller skyddad" in html
    assert "Alla team är fulla" not in html


def test_an_empty_period_and_another_area(world, manager):
    refuse(world)
    CareUnit.objects.filter(pk=world.intake.pk).update(care_area="annat")
    assert "Varje begäran i perioden togs av ett team" in page(manager(world.intake.provider), "30")


def test_queries_do_not_grow(world, manager, django_assert_max_num_queries):
    for _each in range(8):
        refuse(world)
    client = manager(world.intake.provider)
    with django_assert_max_num_queries(14):
        page(client)


def test_a_nurse_has_no_such_page_and_it_is_only_read(world, manager):
    client = manager(world.intake.provider)
    assert client.post(reverse("management:misfits")).status_code == 405
    Commission.objects.filter(role="manager").update(role="team")
    assert client.get(reverse("management:misfits")).status_code == 404
