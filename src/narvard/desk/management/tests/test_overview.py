"""The area overview: right numbers, no persons, few queries."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from narvard.access.tests.factories import ConsentFactory
from narvard.capacity.models import NeedCell
from narvard.care.models import Episode
from narvard.intake.models import CareRequest
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory, MunicipalityFactory
from narvard.people.tests.factories import PatientFactory

pytestmark = pytest.mark.django_db
BEFORE, AFTER = datetime(2026, 11, 23, 6, 0, tzinfo=UTC), datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _clock(settings):
    settings.NARVARD_CLOCK = "2026-11-23T07:30:00+01:00"


@pytest.fixture
def manager(client):
    commission = CommissionFactory(role="manager", purpose="follow_up")
    client.force_login(commission.staff.user)
    session = client.session
    session["commission"] = str(commission.pk)
    session.save()
    return commission


def a_request(patient, due_at, **changes):
    unit = CareUnitFactory()
    return CareRequest.objects.create(
        patient=patient,
        owner_unit=unit,
        reference=f"R{CareRequest.objects.count():04}",
        channel="ward",
        urgency="acute",
        question="Hemlig fråga om bensåret",
        sender_unit=unit,
        keeper=unit,
        registered_by=CommissionFactory(unit=unit),
        registered_at=BEFORE,
        due_at=due_at,
        step_due_at=due_at,
        first_contact_due_at=due_at,
        **changes,
    )


def an_enrolment(patient):
    unit, by = CareUnitFactory(), CommissionFactory()
    return Episode.objects.create(
        patient=patient,
        owner_unit=unit,
        unit=unit,
        kind="enrolment",
        form="enrolment",
        consent=ConsentFactory(patient=patient),
        started_at=BEFORE,
        started_by=by,
    )


@pytest.fixture
def area():
    umea = MunicipalityFactory()
    NeedCell.objects.create(
        scenario="seed001", municipality=umea, age_band="85+", segment="mest_sjuka", persons=10, in_need=4, source="SCB"
    )
    patient = PatientFactory(municipality=umea, family_name="Hemligsson")
    an_enrolment(patient)
    a_request(patient, BEFORE)
    a_request(PatientFactory(municipality=umea), AFTER)
    return umea


def page(client):
    answer = client.get(reverse("management:overview"))
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_title_is_the_answer(client, manager, area):
    assert "2 vårdbegäran väntar, 1 är sen" in page(client)


def test_need_enrolled_and_coverage_by_municipality(client, manager, area):
    shown = client.get(reverse("management:overview")).context["area"].map
    assert [place.title for place in shown.areas] == ["Umeå: 1 inskrivna av uppskattat 4, 2 väntar"]
    assert shown.table.rows[0] == ["Umeå", "10", "4", "1", "25 %", "2"]
    assert "25 %" in page(client)


def test_no_person_and_no_question_is_shown(client, manager, area):
    text = page(client)
    assert "Hemligsson" not in text
    assert "bensåret" not in text


def test_an_empty_area_says_so(client, manager):
    assert "Ingen väntar just nu" in page(client)


def test_queries_do_not_grow_with_requests(client, manager, area, django_assert_max_num_queries):
    for _each in range(15):
        a_request(PatientFactory(municipality=area), BEFORE)
    with django_assert_max_num_queries(18):
        page(client)


def test_every_figure_opens_its_definition(client, manager, area):
    text = page(client)
    definitions = client.get(reverse("management:definitions")).content.decode()
    for key in ("need", "coverage", "waiting", "handovers", "planned"):
        assert f"#{key}" in text
        assert f'id="{key}"' in definitions


def test_a_nurse_has_no_such_page(client, manager, area):
    manager.role = "team"
    manager.save()
    assert client.get(reverse("management:overview")).status_code == 404
