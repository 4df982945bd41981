"""What is done from the patient's page: each act by its form, refused in words, closed to outsiders, done once."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse

from narvard.access.models import CareRelation, Consent
from narvard.access.tests.factories import CareRelationFactory, ConsentFactory
from narvard.care import actions as care
from narvard.care import queries
from narvard.care.ledger import MAIN_KINDS
from narvard.care.models import DesignatedContact, Duty, Episode, HospitalStay
from narvard.care.tests.factories import AT, HOUR
from narvard.flows import life
from narvard.flows.registering import register
from narvard.organisation.models import CareUnit
from narvard.organisation.tests.factories import CareUnitFactory
from narvard.people.models import WhatMatters
from narvard.people.tests.factories import OLD_NUMBERS

WARDS = ["admit", "discharge", "undo-admission", "undo-discharge"]
LOCAL = "%Y-%m-%dT%H:%M"


@pytest.fixture
def related(area):
    """The team may meet the patient, who is not enrolled."""
    CareRelationFactory(patient=area.patient, unit=area.team.unit, kind=CareRelation.Kind.REQUEST)
    return area


@pytest.fixture
def taken(area):
    return register(
        patient=area.patient,
        intake=CareUnitFactory(kind=CareUnit.Kind.INTAKE, name="Intaget"),
        sender_unit=area.health_centre.unit,
        channel="health_centre",
        urgency="planned",
        question="Bedömning i hemmet",
        facts={},
        take=True,
        by=area.team,
        at=AT - HOUR,
    )


def send(client, name, key, **data):
    return client.post(reverse(f"patient:{name}", args=[key]), {"once": uuid.uuid4(), **data})


def enrolment(area, **changes):
    holders = dict.fromkeys(MAIN_KINDS, area.team.unit_id)
    return {"how": "spoken", "goal": "Klara sig hemma", **holders, "confirmed": "1", **changes}


def test_what_will_happen_is_read_before_the_enrolment(related, screen):
    client = screen(related.team)
    data = enrolment(related, nursing=related.home_nursing.unit_id, confirmed="")
    answer = send(client, "enrol", related.patient.pk, **data)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "Hemsjukvården Umeå ansvarar: omvårdnad." in html
    assert "Mobila teamet ansvarar: medicinskt, rehabilitering och samordning." in html
    assert not Episode.objects.exists()
    assert not Consent.objects.exists()
    done = send(client, "enrol", related.patient.pk, **{**data, "confirmed": "1"})
    assert done.url == reverse("patient:page", args=[related.patient.pk])
    assert Episode.objects.get().kind == "enrolment"


def test_a_double_click_enrols_once(related, screen):
    client, key = screen(related.team), uuid.uuid4()
    for _ in range(2):
        answer = send(client, "enrol", related.patient.pk, **enrolment(related, once=key))
        assert answer.status_code == 302
    assert Episode.objects.count() == 1
    assert Consent.objects.count() == 1


def test_without_a_yes_nothing_is_saved_and_nothing_typed_is_lost(related, screen):
    answer = send(screen(related.team), "enrol", related.patient.pk, **enrolment(related, how="cannot"))
    assert answer.status_code == 422
    assert "Klara sig hemma" in answer.content.decode()
    assert not Episode.objects.exists()


def test_a_refused_enrolment_says_why_and_asks_to_be_read_again(related, screen):
    client = screen(related.team)
    send(client, "enrol", related.patient.pk, **enrolment(related))
    answer = send(client, "enrol", related.patient.pk, **enrolment(related))
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "redan inskriven" in html
    assert 'name="confirmed" value="1"' not in html


def test_an_accepted_request_is_begun_from_the_list(area, taken, screen):
    client = screen(area.team)
    listed = client.get(reverse("patient:mine")).content.decode()
    assert "Att påbörja" in listed
    assert "Bedömning i hemmet" in listed
    url = f"{reverse('patient:enrol', args=[area.patient.pk])}?begaran={taken.pk}"
    assert url in client.get(reverse("patient:page", args=[area.patient.pk])).content.decode()
    assert "Bedömning i hemmet" in client.get(url).content.decode()
    answer = client.post(url, {"once": uuid.uuid4(), "version": taken.version, **enrolment(area)})
    assert answer.status_code == 302
    taken.refresh_from_db()
    assert taken.outcome == "episode"
    assert "Att påbörja" not in client.get(reverse("patient:mine")).content.decode()


def test_somebody_elses_request_cannot_be_begun(area, taken, screen):
    CareRelationFactory(patient=area.patient, unit=area.other_team.unit, kind=CareRelation.Kind.ENROLMENT)
    url = f"{reverse('patient:contact', args=[area.patient.pk])}?begaran={taken.pk}"
    assert screen(area.other_team).get(url).status_code == 404
    assert screen(area.team).get(url.replace(str(taken.pk), "x")).status_code == 404


def test_a_stale_request_is_refused(area, taken, screen):
    url = f"{reverse('patient:contact', args=[area.patient.pk])}?begaran={taken.pk}"
    data = {"once": uuid.uuid4(), "version": taken.version + 1, "form": "consult"}
    answer = screen(area.team).post(url, data)
    assert answer.status_code == 409
    assert not Episode.objects.exists()


def test_a_contact_is_begun_answered_and_ended(related, screen):
    client = screen(related.team)
    assert send(client, "contact", related.patient.pk, form="advice").status_code == 422
    assert send(client, "contact", related.patient.pk, form="dated_order", goal="Dropp").status_code == 302
    episode = Episode.objects.get()
    refused = send(client, "end", episode.pk, text="Klart", version=1)
    assert refused.status_code == 409
    assert "Svara den som ordinerade" in refused.content.decode()
    assert send(client, "answer", episode.pk, text="Tre doser", version=1).status_code == 302
    assert send(client, "end", episode.pk, text="Klart", version=2).status_code == 302
    episode.refresh_from_db()
    assert (episode.answer, episode.end_reason) == ("Tre doser", "Klart")


def test_own_words_consent_and_a_named_contact_are_written(related, screen):
    related.enrol()
    client, key = screen(related.team), related.patient.pk
    assert send(client, "matters", key, text="Att få sova hemma").status_code == 302
    assert send(client, "consent", key, kind="shared_record", how="written").status_code == 302
    assert send(client, "consent", key, kind="enrolment", how="guardian").status_code == 422
    assert send(client, "designate", key, kind="care_contact", staff=related.team.staff_id).status_code == 302
    refused = send(client, "designate", key, kind="pal", staff=related.team.staff_id)
    assert refused.status_code == 409
    assert "är inte läkare" in refused.content.decode()
    assert WhatMatters.objects.get().text == "Att få sova hemma"
    assert Consent.objects.filter(kind="shared_record", how="written").count() == 1
    assert DesignatedContact.objects.get().staff == related.team.staff


def test_a_death_is_read_through_registered_and_taken_back(area, screen):
    area.enrol(at=AT - 9 * HOUR)
    client, key = screen(area.team), area.patient.pk
    when = AT.strftime(LOCAL)  # an hour ago: local time is one hour ahead
    review = send(client, "death", key, happened_at=when)
    assert "registreras som avliden" in review.content.decode()
    area.patient.refresh_from_db()
    assert area.patient.died_at is None
    assert send(client, "death", key, happened_at=when, confirmed="1").status_code == 302
    area.patient.refresh_from_db()
    assert area.patient.died_at == AT - HOUR
    duty = Duty.objects.get(kind="talk_with_relatives")
    assert send(client, "duty", duty.pk, text="Ringde dottern", version=1).status_code == 302
    assert send(client, "undo-death", key, text="Fel person").status_code == 302
    area.patient.refresh_from_db()
    assert area.patient.died_at is None


def test_nobody_dies_in_the_future(area, screen):
    area.enrol()
    when = (AT + 5 * HOUR).strftime(LOCAL)
    answer = send(screen(area.team), "death", area.patient.pk, happened_at=when, confirmed="1")
    assert answer.status_code == 422
    assert "Tiden ligger i framtiden" in answer.content.decode()


def test_a_ward_admits_plans_and_discharges(area, screen):
    area.enrol(at=AT - 9 * HOUR)
    CareRelationFactory(patient=area.patient, unit=area.ward.unit, kind=CareRelation.Kind.REQUEST)
    client, key = screen(area.ward), area.patient.pk
    now = (AT + HOUR).strftime(LOCAL)
    assert send(client, "discharge", key, happened_at=now).status_code == 404
    assert send(client, "admit", key, happened_at=now, confirmed="1").status_code == 302
    day = (AT + timedelta(days=2)).date().isoformat()
    assert send(client, "plan-discharge", key, on=day, version=1).status_code == 302
    assert "Planerad utskrivning 25 november" in client.get(reverse("patient:page", args=[key])).content.decode()
    stay = HospitalStay.objects.get()
    assert send(client, "discharge", key, happened_at=now, confirmed="1", version=1).status_code == 409
    assert send(client, "discharge", key, happened_at=now, confirmed="1", version=stay.version).status_code == 302
    assert queries.open_stay(area.patient) is None


def test_a_ward_takes_back_a_discharge_and_an_admission_that_were_mistakes(area, screen):
    area.enrol(at=AT - 9 * HOUR)
    CareRelationFactory(patient=area.patient, unit=area.ward.unit, kind=CareRelation.Kind.REQUEST)
    client, key = screen(area.ward), area.patient.pk
    page = reverse("patient:page", args=[key])
    life.admit(patient=area.patient, ward=area.ward.unit, admitted_at=AT - 3 * HOUR, by=area.ward, at=AT - HOUR)
    stay = HospitalStay.objects.get()
    assert send(client, "undo-discharge", key, text="Fel person", version=stay.version).status_code == 404
    life.discharge(stay=stay, discharged_at=AT - HOUR, by=area.ward, at=AT)
    assert "Utskrivningen registrerades av misstag" in client.get(page).content.decode()
    stay.refresh_from_db()
    told = client.get(reverse("patient:undo-discharge", args=[key])).content.decode()
    assert "Geriatriken ansvarar igen" in told
    assert send(client, "undo-discharge", key, text="", version=stay.version).status_code == 422
    assert send(client, "undo-discharge", key, text="Fel person", version=stay.version - 1).status_code == 409
    assert send(client, "undo-discharge", key, text="Fel person", version=stay.version).url == page
    history = " ".join(client.get(page).content.decode().split())
    assert "Utskrivning från Geriatriken registrerad av misstag, återtagen" in history
    assert "Fel person" in history
    stay.refresh_from_db()
    assert stay.discharged_at is None
    assert "Inläggningen registrerades av misstag" in client.get(page).content.decode()
    done = send(client, "undo-admission", key, text="Fel person", version=stay.version)
    assert done.url == reverse("discharge:list")
    assert queries.latest_stay(area.patient) is None
    assert "registrerad av misstag, återtagen" in screen(area.team).get(page).content.decode()


def test_a_team_enrols_one_who_lies_on_a_ward_and_reads_who_is_responsible_when(area, screen):
    area.relate(area.team, kind=CareRelation.Kind.CONTACT)
    life.admit(patient=area.patient, ward=area.ward.unit, admitted_at=AT - HOUR, by=area.ward, at=AT - HOUR)
    client = screen(area.team)
    url = reverse("patient:enrol", args=[area.patient.pk])
    page = client.get(url).content.decode()
    assert "Mobila teamet" in page
    assert f'value="{area.ward.unit_id}"' not in page, "the ward is not who holds at home"
    read = send(client, "enrol", area.patient.pk, **enrolment(area, confirmed="")).content.decode()
    assert "Geriatriken ansvarar medicinskt, för omvårdnad och för rehabilitering tills patienten skrivs ut" in read
    assert send(client, "enrol", area.patient.pk, **enrolment(area)).status_code == 302
    held = queries.main_holders([area.patient.pk], AT)
    assert [held[area.patient.pk, kind] for kind in MAIN_KINDS] == [area.ward.unit] * 3 + [area.team.unit]


def test_a_yes_is_taken_back_and_the_page_says_what_to_do(area, screen):
    consent = area.enrol().consent
    client = screen(area.team)
    assert (
        reverse("patient:withdraw-consent", args=[consent.pk])
        in client.get(reverse("patient:consent", args=[area.patient.pk])).content.decode()
    )
    assert send(screen(area.other_team), "withdraw-consent", consent.pk).status_code == 404
    assert send(client, "withdraw-consent", consent.pk).status_code == 302
    html = client.get(reverse("patient:page", args=[area.patient.pk])).content.decode()
    assert "Patienten har tagit tillbaka sitt ja" in html
    assert client.get(reverse("patient:withdraw-consent", args=[uuid.uuid4()])).status_code == 404


def test_a_ward_admits_somebody_it_knows_nothing_of(area, screen):
    area.enrol(at=AT - 9 * HOUR)
    number = area.patient.identifiers.get().value
    client, now = screen(area.ward), (AT + HOUR).strftime(LOCAL)
    found = client.post(reverse("patient:search"), {"identifier": number}).content.decode()
    url = reverse("patient:admit-stranger")
    assert url in found
    opened = client.post(url, {"identifier": number})
    assert opened.status_code == 200
    assert reverse("patient:page", args=[area.patient.pk]) not in opened.content.decode()
    data = {"identifier": number, "happened_at": now, "once": uuid.uuid4()}
    assert "Geriatriken ansvarar medicinskt" in client.post(url, data).content.decode()
    assert not HospitalStay.objects.exists()
    done = client.post(url, {**data, "confirmed": "1"})
    assert done.url == reverse("patient:page", args=[area.patient.pk])
    assert client.get(done.url).status_code == 200
    assert HospitalStay.objects.get().ward == area.ward.unit


@pytest.mark.parametrize("text", ["", "19380506-0000", OLD_NUMBERS[50]])
def test_an_unknown_number_is_not_admitted(area, screen, text):
    assert screen(area.ward).post(reverse("patient:admit-stranger"), {"identifier": text}).status_code == 404
    assert screen(area.team).post(reverse("patient:admit-stranger"), {"identifier": text}).status_code == 404


def test_a_units_episode_is_its_own(area, screen):
    episode = area.enrol(nursing=area.home_nursing)
    other = screen(area.home_nursing)
    assert send(other, "end", episode.pk, text="Klart", version=1).status_code == 404
    CareRelationFactory(patient=area.patient, unit=area.home_nursing.unit, source_id=episode.pk)
    refused = send(other, "end", episode.pk, text="Klart", version=1)
    assert refused.status_code == 409
    assert "Bara den enhet som det gäller" in refused.content.decode()


@pytest.mark.parametrize(
    "name",
    ["enrol", "contact", "consent", "matters", "designate", "death", "undo-death", *WARDS],
)
def test_an_outsider_finds_no_form(area, screen, name):
    area.enrol()
    client = screen(area.ward if name in WARDS else area.other_team)
    assert client.get(reverse(f"patient:{name}", args=[area.patient.pk])).status_code == 404
    assert send(client, name, area.patient.pk, text="x", confirmed="1").status_code == 404


@pytest.mark.parametrize("name", ["enrol", "contact", "consent", "matters", "designate", "death", "undo-death"])
def test_every_form_opens_for_its_unit(related, screen, name):
    related.enrol()
    answer = screen(related.team).get(reverse(f"patient:{name}", args=[related.patient.pk]))
    assert answer.status_code == 200
    assert related.patient.name in answer.content.decode()
    assert screen(related.team).put(reverse(f"patient:{name}", args=[related.patient.pk])).status_code == 405


def test_duties_wait_in_the_list(area, screen):
    area.enrol(at=AT - 9 * HOUR, nursing=area.home_nursing)
    life.register_death(patient=area.patient, died_at=AT - HOUR, by=area.team, at=AT)
    html = screen(area.home_nursing).get(reverse("patient:mine")).content.decode()
    assert "Återlämna läkemedel" in html
    duty = Duty.objects.get(kind="return_medicines")
    care.do_duty(duty=duty, by=area.home_nursing, at=AT)
    page = screen(area.home_nursing).get(reverse("patient:mine")).content.decode()
    assert "Att göra efter råd, utskrivning eller dödsfall" not in page


def test_a_consent_taken_back_twice_stopped_the_first_time(area, screen):
    area.enrol()
    consent = ConsentFactory(patient=area.patient, withdrawn_at=AT - HOUR)
    assert send(screen(area.team), "withdraw-consent", consent.pk).status_code == 302
    consent.refresh_from_db()
    assert consent.withdrawn_at == AT - HOUR


@pytest.mark.parametrize("name", ["enrol", "contact", "designate", "death", "undo-death"])
def test_who_was_only_asked_about_a_request_is_told_so(area, screen, name):
    area.enrol(at=AT - HOUR)
    CareRelationFactory(patient=area.patient, unit=area.other_team.unit, kind=CareRelation.Kind.REQUEST)
    if name == "undo-death":
        life.register_death(patient=area.patient, died_at=AT - HOUR, by=area.team, at=AT)
    client, url = screen(area.other_team), reverse(f"patient:{name}", args=[area.patient.pk])
    assert f'href="{url}"' not in client.get(reverse("patient:page", args=[area.patient.pk])).content.decode()
    answer = send(client, name, area.patient.pk, text="Fel person")
    assert answer.status_code == 409
    assert "Er enhet har inte mött" in answer.content.decode() or "Bara en enhet" in answer.content.decode()
    area.patient.refresh_from_db()
    assert (area.patient.died_at is not None) is (name == "undo-death")
    assert not Episode.objects.filter(unit=area.other_team.unit).exists()


def test_an_accepted_request_is_found_without_being_named(area, taken, screen):
    html = screen(area.team).get(reverse("patient:contact", args=[area.patient.pk])).content.decode()
    assert "Ålidhems hälsocentral ser att begäran har lett till en kontakt." in html
