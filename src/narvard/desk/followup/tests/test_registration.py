"""What registration lacks: each unit its own with a way to mend it, managers only numbers; and the notice."""

import uuid
from datetime import date, timedelta

import pytest
from django.urls import reverse

from narvard.access.models import CareRelation
from narvard.access.tests.factories import CareRelationFactory, ConsentFactory
from narvard.care.models import Episode
from narvard.core.models import AuditEvent
from narvard.followup.registration.models import HomeNursingNotice
from narvard.organisation.models import Programme
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory
from narvard.people.tests.factories import PatientFactory
from narvard.visits.models import Shift, Visit
from narvard.visits.tests.factories import EpisodeFactory, ShiftFactory, VisitFactory, clock

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)
AT = clock(15, day=DAY)
AREA = "umea"


@pytest.fixture(autouse=True)
def now(settings):
    settings.NARVARD_CLOCK = AT.isoformat()


def sign_in(client, commission):
    client.force_login(commission.staff.user)
    session = client.session
    session["commission"] = str(commission.pk)
    session.save()
    return client


@pytest.fixture
def team():
    unit = CareUnitFactory(kind="team", care_area=AREA)
    return CommissionFactory(unit=unit, role="team")


def made(team, **fields):
    """A visit that the team made to somebody it knows."""
    patient = PatientFactory(family_name=fields.pop("family_name", "Lind"))
    CareRelationFactory(patient=patient, unit=team.unit, kind=CareRelation.Kind.CONTACT)
    programme, _ = Programme.objects.get_or_create(name="Program", key="program")
    programme = fields.pop("programme", programme)
    episode = EpisodeFactory(patient=patient, unit=team.unit, programme=programme)
    whole = {"code": "NV102", "state": Visit.State.DONE, "starts_at": clock(9), "date": DAY}
    visit = VisitFactory(episode=episode, roles=[team.unit], **{**whole, **fields})
    if fields.get("shifted", True):
        visit.roles.update(shift=Shift.objects.filter(commission=team).first() or ShiftFactory(commission=team))
    return visit


def shown(client):
    answer = client.get(reverse("followup:registration"))
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_visit_without_code_is_shown_to_its_unit_with_the_way_to_mend_it(team, client):
    visit = made(team, code="")
    made(team, family_name="Komplett")
    text = shown(sign_in(client, team))
    assert "1 uppgift att komplettera" in text
    assert reverse("team:visit", args=[visit.pk]) in text
    assert "Komplett" not in text
    assert AuditEvent.objects.filter(what="followup.registration").exists()


def test_each_gap_has_its_own_heading(team, client):
    made(team, mode="other_place", place="")
    made(team, programme=None)
    text = shown(sign_in(client, team))
    assert "Besök på annan plats utan uppgift om var: 1" in text
    assert "Besök utan program: 1" in text


def test_an_enrolment_without_a_named_physician_leads_to_naming_one(team, client):
    patient = PatientFactory()
    CareRelationFactory(patient=patient, unit=team.unit, kind=CareRelation.Kind.ENROLMENT)
    EpisodeFactory(
        patient=patient, unit=team.unit, kind=Episode.Kind.ENROLMENT, form=Episode.Form.ENROLMENT,
        consent=ConsentFactory(patient=patient),
    )  # fmt: skip
    text = shown(sign_in(client, team))
    assert "Inskrivna utan fast läkare: 1" in text
    assert reverse("patient:designate", args=[patient.pk]) in text


def test_another_unit_sees_nothing_of_it(team, client):
    made(team, code="")
    other = CommissionFactory(unit=CareUnitFactory(kind="team", care_area=AREA), role="team")
    assert "Registreringen är komplett" in shown(sign_in(client, other))


def test_managers_see_numbers_by_unit_and_no_person(team, client):
    made(team, code="", family_name="Ovanligtnamn")
    chief = CommissionFactory(
        unit=CareUnitFactory(kind="management", care_area=AREA), role="manager", purpose="follow_up"
    )
    text = shown(sign_in(client, chief))
    assert "1 uppgift saknas i registreringen" in text
    assert team.unit.name in text
    assert "Ovanligtnamn" not in text


def test_few_persons_at_a_unit_are_not_told_to_managers_and_few_visits_are(team, client):
    made(team, code="")
    patient = PatientFactory()
    EpisodeFactory(
        unit=team.unit, patient=patient, kind="enrolment", form="enrolment", consent=ConsentFactory(patient=patient)
    )
    chief = CommissionFactory(
        unit=CareUnitFactory(kind="management", care_area=AREA), role="manager", purpose="follow_up"
    )
    text = shown(sign_in(client, chief))
    assert "färre än 5" in text
    assert "Minst 1 uppgifter saknas" in text


@pytest.mark.parametrize("role", ["ward", "social", "sender"])
def test_others_have_no_such_page(client, role):
    answer = sign_in(client, CommissionFactory(role=role)).get(reverse("followup:registration"))
    assert answer.status_code in (403, 404)


@pytest.fixture
def nurse():
    return CommissionFactory(unit=CareUnitFactory(kind="home_nursing", care_area=AREA), role="municipal")


@pytest.fixture
def nursed(nurse):
    centre = CareUnitFactory(kind="health_centre", care_area=AREA)
    patient = PatientFactory(home_nursing=True, listed_at=centre, given_name="Greta", family_name="Hemsjuk")
    CareRelationFactory(patient=patient, unit=nurse.unit, kind=CareRelation.Kind.HOME_NURSING)
    CareRelationFactory(patient=patient, unit=centre, kind=CareRelation.Kind.LISTED)
    return patient


def send(client, patient):
    return client.post(reverse("followup:send-notice", args=[patient.pk]), {"once": uuid.uuid4()})


def test_home_nursing_tells_the_health_centre_and_it_says_that_it_has_read(nurse, nursed, client):
    sign_in(client, nurse)
    assert "Greta Hemsjuk" in shown(client)
    assert send(client, nursed).status_code == 302
    notice = HomeNursingNotice.objects.get()
    assert (notice.owner_unit, notice.health_centre) == (nurse.unit, nursed.listed_at)
    assert "Registreringen är komplett" in shown(client)
    doctor = CommissionFactory(unit=nursed.listed_at, role="physician")
    sign_in(client, doctor)
    assert "Nya i kommunens hemsjukvård" in shown(client)
    read = reverse("followup:read-notice", args=[notice.pk])
    assert client.post(read, {"once": uuid.uuid4()}).status_code == 302
    notice.refresh_from_db()
    assert notice.read_by == doctor
    assert "Nya i kommunens hemsjukvård" not in shown(client)
    told = set(AuditEvent.objects.filter(object_kind="homenursingnotice").values_list("what", flat=True))
    assert {"followup.send_notice", "followup.read_notice"} <= told


def test_a_notice_is_sent_once(nurse, nursed, client):
    sign_in(client, nurse)
    send(client, nursed)
    again = send(client, nursed)
    assert again.status_code == 409
    assert "Hälsocentralen vet det redan" in again.content.decode()
    assert HomeNursingNotice.objects.count() == 1


def test_another_municipalitys_nurse_finds_nobody_to_send(nursed, client):
    other = CommissionFactory(unit=CareUnitFactory(kind="home_nursing"), role="municipal")
    assert send(sign_in(client, other), nursed).status_code == 404
    assert not HomeNursingNotice.objects.exists()


def test_another_health_centre_cannot_confirm(nurse, nursed, client):
    send(sign_in(client, nurse), nursed)
    notice = HomeNursingNotice.objects.get()
    other = CommissionFactory(unit=CareUnitFactory(kind="health_centre"), role="physician")
    read = reverse("followup:read-notice", args=[notice.pk])
    assert sign_in(client, other).post(read, {"once": uuid.uuid4()}).status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None


def test_sending_takes_a_post(nurse, nursed, client):
    assert sign_in(client, nurse).get(reverse("followup:send-notice", args=[nursed.pk])).status_code == 405


def test_the_number_of_queries_does_not_grow_with_what_is_missing(team, client, django_assert_num_queries):
    made(team, code="")
    sign_in(client, team)
    shown(client)
    with django_assert_num_queries(QUERIES):
        shown(client)
    for number in range(5):
        made(team, code="", starts_at=clock(10) + timedelta(minutes=number))
    with django_assert_num_queries(QUERIES):
        shown(client)


QUERIES = 22
