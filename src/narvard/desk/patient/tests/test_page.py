"""The patient's page: the answer first, nothing more than the reader may see, and a fixed number of queries."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from narvard.access.actions import choose
from narvard.access.models import CareRelation
from narvard.access.tests.factories import CareRelationFactory, ConsentFactory
from narvard.care import actions as care
from narvard.care.tests.factories import AT, HOUR
from narvard.core import audit
from narvard.core.models import AuditEvent
from narvard.flows import life
from narvard.organisation.models import CallingRule
from narvard.organisation.tests.factories import CommissionFactory
from narvard.people.actions import add_relative, record_fact, record_what_matters
from narvard.people.models import InformationKind
from narvard.visits import actions as visits
from narvard.visits.tests.factories import VisitNeedFactory


def page(client, area, **more):
    return client.get(reverse("patient:page", args=[area.patient.pk]), **more)


def fill(area, times: int = 1) -> None:
    """Everything that the page can show, ``times`` over where there may be many."""
    for n in range(times):
        record_what_matters(patient=area.patient, text=f"Att få sova hemma {n}", by=area.team, at=AT - n * HOUR)
        record_fact(
            patient=area.patient, name="heart_failure", value=True, source="journal", by=area.team, at=AT - n * HOUR
        )
        add_relative(patient=area.patient, name=f"Eva {n}", kind="child", by=area.team, at=AT)
        need = VisitNeedFactory(episode=area.patient.episode_set.get(), what=f"Omläggning {n}")
        assert need.pk
        care.designate_contact(
            patient=area.patient,
            kind="contact_person",
            staff=CommissionFactory(unit=area.team.unit).staff,
            unit=area.team.unit,
            by=area.team,
            at=AT,
        )
    visits.generate_day(care_area="umea", date=AT.date(), by=audit.SYSTEM, at=AT)


def test_it_answers_who_is_responsible_and_whom_to_call_tonight(area, screen):
    CallingRule.objects.create(
        unit=area.home_nursing.unit, order=1, when="always", label="Nattpatrullen", phone="08-465 004 12"
    )
    episode = area.enrol(nursing=area.home_nursing)
    fill(area)
    area.propose(episode, area.other_team, kinds=["medical"], at=AT)
    answer = page(screen(area.team), area)
    html = answer.content.decode()
    assert answer.status_code == 200
    for words in (
        area.patient.name,
        "Att få sova hemma 0",
        "Vem ansvarar nu",
        "Ring nu",
        "Ring i natt",
        "tel:0846500412",
        "Ansvaret ligger kvar tills någon tar emot",
        "Omläggning 0",
        "Eva 0",
        "Hjärtsvikt",
        "Storgatan 1",
        reverse("handover:new", args=[area.patient.pk]),
    ):
        assert words in html, words
    assert html.index("Vad är viktigt för dig?") < html.index("Nästa besök")
    event = AuditEvent.objects.get(what="patient.page")
    assert event.subjects.get().patient == area.patient.pk


def test_the_number_of_queries_does_not_grow(area, screen):
    area.enrol(nursing=area.home_nursing)
    fill(area)
    client = screen(area.team)
    page(client, area)
    with CaptureQueriesContext(
        connection,
    ) as few:
        page(client, area)
    fill(area, 4)
    with CaptureQueriesContext(connection) as many:
        page(client, area)
    assert len(many) == len(few)
    assert len(few) <= 66


def test_an_outsider_finds_nothing_and_is_logged(area, screen):
    area.enrol()
    client = screen(area.other_team)
    for key in (area.patient.pk, uuid.uuid4()):
        answer = client.get(reverse("patient:page", args=[key]))
        assert answer.status_code == 404
        assert area.patient.name not in answer.content.decode()
    assert AuditEvent.objects.filter(action="denied").count() == 2


def test_the_wrong_verb_is_refused(area, screen):
    assert screen(area.team).post(reverse("patient:page", args=[area.patient.pk])).status_code == 405


def test_protected_identity_hides_the_place_from_those_who_do_not_go_there(area, screen):
    area.patient.protection = "protected"
    area.patient.save()
    area.enrol(medical=area.health_centre)
    for commission, seen in ((area.team, True), (area.health_centre, False)):
        html = page(screen(commission), area).content.decode()
        assert ("Storgatan 1" in html) is seen
        assert ("Umeå<" in html) is False
        assert "kyddad identitet" in html


def test_another_providers_notes_are_not_shown_without_consent(area, screen):
    area.enrol(nursing=area.home_nursing)
    need = VisitNeedFactory(episode=area.patient.episode_set.get(), roles=[area.home_nursing.unit])
    visits.generate_day(care_area="umea", date=AT.date(), by=audit.SYSTEM, at=AT)
    visit = visits.start_visit(visit=need.visits.get(), by=area.home_nursing, at=AT)
    visit = visits.finish_visit(visit=visit, by=area.home_nursing, at=AT)
    note = visits.write_note(visit=visit, text="Lagt om såret", codes=[], by=area.home_nursing, at=AT)
    visits.sign_note(note=note, by=area.home_nursing, at=AT)
    assert note.information_kind == InformationKind.NURSING
    closed = page(screen(area.team), area).content.decode()
    assert "Lagt om såret" not in closed
    assert "Uppgifter hos andra vårdgivare visas inte" in closed
    ConsentFactory(patient=area.patient, kind="shared_record")
    more = page(screen(area.team), area).content.decode()
    assert "Lagt om såret" not in more
    assert "Fler uppgifter finns hos andra enheter" in more
    choose(patient=area.patient, why="visit", by=area.team, at=AT)
    assert "Lagt om såret" in page(screen(area.team), area).content.decode()


def test_social_services_see_coordination_and_no_medical_facts(area, screen):
    area.enrol()
    fill(area)
    assessor = CommissionFactory(unit=area.home_help.unit, role="social", purpose="social")
    CareRelationFactory(patient=area.patient, unit=assessor.unit, kind=CareRelation.Kind.SOCIAL)
    html = page(screen(assessor), area).content.decode()
    assert "Vem ansvarar nu" in html
    assert "Hjärtsvikt" not in html
    assert "Lämna över" not in html


def test_a_dead_patients_page_says_so_and_what_is_due(area, screen):
    area.enrol(nursing=area.home_nursing)
    life.register_death(patient=area.patient, died_at=AT - HOUR, by=area.team, at=AT)
    html = page(screen(area.home_nursing), area).content.decode()
    assert "avliden" in html
    assert "Återlämna läkemedel" in html
    assert "Ring nu" not in html
    assert reverse("patient:undo-death", args=[area.patient.pk]) in html


def test_a_person_who_is_not_enrolled_has_the_health_centre_to_call(area, screen):
    CareRelationFactory(patient=area.patient, unit=area.team.unit, kind=CareRelation.Kind.REQUEST)
    html = page(screen(area.team), area).content.decode()
    assert "Ingen inskrivning. Ålidhems hälsocentral" in html
    assert "Ring nu" in html
    assert "Inte frågat än" in html


def test_on_a_ward_the_ward_is_the_one_to_call(area, screen):
    area.ward.unit.phone = "08-465 004 77"
    area.ward.unit.save()
    life.admit(patient=area.patient, ward=area.ward.unit, admitted_at=AT, by=area.ward, at=AT)
    html = page(screen(area.ward), area).content.decode()
    assert "Inlagd på Geriatriken" in html
    assert "Geriatriken, så länge personen är inlagd" in html
    assert html.index("tel:0846500477") < html.index("Nästa besök")


@pytest.mark.parametrize("role", ["manager", "safety", "administrator"])
def test_those_who_give_no_care_have_no_patients(area, screen, role):
    area.enrol()
    commission = CommissionFactory(unit=area.team.unit, role=role, purpose="follow_up")
    assert page(screen(commission), area).status_code == 404


def test_a_past_relation_opens_nothing(area, screen):
    episode = care.start_contact(
        patient=area.patient,
        unit=area.team.unit,
        form="advice",
        answer="Drick",
        by=area.team,
        at=AT - timedelta(days=8),
    )
    assert episode.ended_at
    assert page(screen(area.team), area).status_code == 404
