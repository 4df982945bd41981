"""The unit's patients and finding a person."""

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from narvard.access.models import CareRelation
from narvard.access.tests.factories import CareRelationFactory
from narvard.care import actions as care
from narvard.care.tests.factories import AT, Area
from narvard.core.models import AuditEvent
from narvard.people.models import PatientIdentifier
from narvard.people.tests.factories import OLD_NUMBERS, PatientFactory


def mine(client, **query):
    return client.get(reverse("patient:mine"), query)


def find(client, text):
    return client.post(reverse("patient:search"), {"identifier": text})


def more_patients(area: Area, count: int) -> None:
    for _n in range(count):
        patient = PatientFactory()
        area.met(area.team, patient)
        care.start_contact(patient=patient, unit=area.team.unit, form="single_visit", by=area.team, at=AT)


def test_the_list_shows_own_patients_and_who_is_responsible(area, screen):
    area.enrol(nursing=area.home_nursing)
    stranger = PatientFactory(given_name="Främmande")
    html = mine(screen(area.team)).content.decode()
    assert area.patient.name in html
    assert "Hemsjukvården Umeå" in html
    assert stranger.name not in html
    assert AuditEvent.objects.filter(what="patient.mine").count() == 1


def test_the_number_of_queries_does_not_grow_with_patients(area, screen):
    area.enrol()
    more_patients(area, 2)
    client = screen(area.team)
    mine(client, visa="all")
    with CaptureQueriesContext(connection) as few:
        mine(client, visa="all")
    more_patients(area, 12)
    with CaptureQueriesContext(connection) as many:
        answer = mine(client, visa="all")
    assert len(answer.context["rows"]) == 15
    assert len(many) == len(few)
    assert len(few) <= 30


def test_groups_narrow_the_list(area, screen):
    area.enrol()
    more_patients(area, 2)
    client = screen(area.team)
    assert [len(mine(client, visa=group).context["rows"]) for group in ("enrolment", "contact", "all")] == [1, 2, 3]


def test_a_name_is_searched_for_in_the_body_and_never_stands_in_an_address(area, screen):
    area.enrol()
    more_patients(area, 2)
    client = screen(area.team)
    html = mine(client).content.decode()
    assert f'<form method="post" action="{reverse("patient:search")}" role="search"' in html
    assert 'name="identifier"' in html
    assert 'method="get"' not in html
    # A name in the address is not read: the list stays whole.
    assert len(mine(client, visa="all", namn=area.patient.family_name).context["rows"]) == 3
    assert [row.pk for row in find(client, area.patient.family_name).context["found"]] == [area.patient.pk]


def test_a_unit_that_enrols_nobody_sees_all_its_patients_first(area, screen):
    area.enrol(nursing=area.home_nursing)
    answer = mine(screen(area.home_nursing))
    assert (answer.context["group"], [row.patient for row in answer.context["rows"]]) == ("all", [area.patient])


def test_a_protected_persons_place_stands_in_no_list(area, screen):
    area.patient.protection = "marked"
    area.patient.save()
    area.enrol()
    html = mine(screen(area.team)).content.decode()
    assert "skyddad" in html
    assert "<td>Umeå</td>" not in html


def test_an_exact_number_opens_an_own_patient(area, screen):
    area.enrol()
    number = PatientIdentifier.objects.get(patient=area.patient).value
    assert find(screen(area.team), number).url == reverse("patient:page", args=[area.patient.pk])
    assert AuditEvent.objects.filter(what="access.first_contact").count() == 1


def test_an_exact_number_of_a_stranger_gives_identity_only(area, screen):
    stranger = PatientFactory(given_name="Främmande", identifier=OLD_NUMBERS[40], phone="08-465 004 31")
    answer = find(screen(area.team), OLD_NUMBERS[40])
    html = answer.content.decode()
    assert stranger.name in html
    assert "Din enhet har ingen vårdrelation" in html
    assert "08-465 004 31" not in html
    assert "Storgatan" not in html
    assert reverse("patient:page", args=[stranger.pk]) not in html


def test_a_protected_strangers_municipality_is_hidden(area, screen):
    PatientFactory(identifier=OLD_NUMBERS[41], protection="protected")
    main = find(screen(area.team), OLD_NUMBERS[41]).content.decode().split("<main")[1].split("</main")[0]
    assert "Umeå" not in main


def test_a_name_searches_own_patients_only(area, screen):
    area.enrol()
    PatientFactory(family_name="Ångström-Främmande")
    html = find(screen(area.team), area.patient.family_name).content.decode()
    assert "1 av era patienter" in html
    assert "Främmande" not in html
    look = AuditEvent.objects.get(what="patient.search")
    assert [row.patient for row in look.subjects.all()] == [area.patient.pk]


def test_an_impossible_number_is_refused_beside_the_field(area, screen):
    answer = find(screen(area.team), "19380506-0000")
    assert answer.status_code == 422
    assert "Personnumret finns inte" in answer.content.decode()


def test_an_unknown_number_says_what_to_do(area, screen):
    html = find(screen(area.team), OLD_NUMBERS[60]).content.decode()
    assert "Ingen med det numret finns här än" in html


def test_the_number_never_stands_in_an_address(area, screen):
    CareRelationFactory(patient=area.patient, unit=area.team.unit, kind=CareRelation.Kind.REQUEST)
    number = PatientIdentifier.objects.get(patient=area.patient).value
    assert number[:8] not in find(screen(area.team), number).url
    assert screen(area.team).get(reverse("patient:search"), {"identifier": number}).status_code == 200
