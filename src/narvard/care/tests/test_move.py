"""A move to another municipality: who is asked, what is due, what is refused, and a move taken back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from narvard.access.models import CareRelation
from narvard.access.queries import patients_of
from narvard.care import actions, queries, rules
from narvard.care.actions.life import InTheFuture
from narvard.care.actions.moving import MovedSince, MoveFollowed, NoMove, OnWardNow, SameMunicipality
from narvard.care.ledger import WorksElsewhere
from narvard.care.models import Duty, Handover, HandoverEvent, Move
from narvard.care.queries import check_ledgers
from narvard.care.tests.factories import AT, HOUR
from narvard.core import audit
from narvard.core.models import AuditEvent
from narvard.flows import life
from narvard.organisation.models import CareProvider, CareUnit, Commission
from narvard.organisation.tests.factories import (
    CareProviderFactory,
    CareUnitFactory,
    CommissionFactory,
    MunicipalityFactory,
)
from narvard.people.actions import PatientNotValid, Place
from narvard.people.models import Address, Patient
from narvard.people.tests.factories import PatientFactory
from narvard.visits import actions as visits
from narvard.visits.models import Visit, VisitNeed
from narvard.visits.tests.factories import VisitNeedFactory

NEW_HOME = Place("Kyrkogatan 2", "Vännäs", 63.907, 19.751)


@pytest.fixture
def vannas(db):
    return MunicipalityFactory(code="2460", name="Vännäs")


@pytest.fixture
def receiver(vannas) -> Commission:
    """Home nursing in the municipality that the person moves to."""
    provider = CareProviderFactory(name="Vännäs kommun", kind=CareProvider.Kind.MUNICIPALITY, municipality=vannas)
    unit = CareUnitFactory(
        kind=CareUnit.Kind.HOME_NURSING, name="Hemsjukvården Vännäs", provider=provider, municipality=vannas
    )
    return CommissionFactory(unit=unit, role=Commission.Role.MUNICIPAL)


@pytest.fixture
def area(area):
    area.episode = area.enrol(nursing=area.home_nursing)
    return area


def move(area, municipality, by=None, moved_at=AT + HOUR, at=AT + 2 * HOUR, place=NEW_HOME):
    area.patient.refresh_from_db()
    return life.move(
        patient=area.patient, place=place, municipality=municipality, municipality_name="Vännäs", moved_at=moved_at,
        by=by or area.home_nursing, at=at,
    )  # fmt: skip


def undo(area, by=None, at=AT + 3 * HOUR, reason="Förväxlad person"):
    return life.take_back_move(patient=area.patient, reason=reason, by=by or area.home_nursing, at=at)


def nursing(area, at):
    return queries.main_holders([area.patient.pk], at)[area.patient.pk, "nursing"]


def owed():
    return {(row.kind, row.unit.name) for row in Duty.objects.filter(voided_at=None)}


def test_the_new_municipality_is_asked_and_the_old_one_is_responsible_until_it_accepts(area, vannas, receiver):
    row = move(area, vannas)
    asked = Handover.objects.get()
    assert (asked.giver, asked.receiver) == (area.home_nursing.unit, receiver.unit)
    assert (asked.kinds, asked.state, asked.bundle) == (["nursing"], "proposed", row.pk)
    assert nursing(area, AT + 3 * HOUR) == area.home_nursing.unit
    assert patients_of(receiver, AT + 3 * HOUR).filter(pk=area.patient.pk).exists()
    actions.accept_handover(handover=asked, by=receiver, at=AT + 5 * HOUR)
    assert nursing(area, AT + 5 * HOUR) == receiver.unit
    assert queries.main_holders([area.patient.pk], AT + 5 * HOUR)[area.patient.pk, "medical"] == area.team.unit
    assert check_ledgers()[1] == []


def test_an_answer_that_is_late_is_escalated(area, vannas, receiver):
    move(area, vannas)
    assert Handover.objects.get().due_at < AT + timedelta(days=2)
    actions.escalate_unanswered(by=audit.SYSTEM, at=AT + timedelta(days=3))
    assert Handover.objects.get().escalated_at == AT + timedelta(days=3)
    assert nursing(area, AT + timedelta(days=3)) == area.home_nursing.unit


def test_what_a_move_makes_due_and_what_it_ends(area, vannas, receiver):
    VisitNeedFactory(episode=area.episode)
    visits.generate_day(care_area="umea", date=AT.date(), by=audit.SYSTEM, at=AT)
    move(area, vannas)
    assert owed() == {
        ("relist", "Ålidhems hälsocentral"),
        ("review_care", "Mobila teamet"),
        ("move_aids", "Hemsjukvården Umeå"),
    }
    patient = Patient.objects.get()
    assert (patient.municipality, patient.home_nursing) == (vannas, False)
    old, new = Address.objects.order_by("since")
    assert (old.until, new.since, new.street) == (AT + HOUR, AT + HOUR, "Kyrkogatan 2")
    assert Visit.objects.get().state == "cancelled"
    assert VisitNeed.objects.get().ended_at is None
    assert AuditEvent.objects.filter(what="care.register_move", object_kind="move").count() == 1


def test_without_anybody_to_ask_the_old_one_owes_to_find_somebody(area, vannas):
    move(area, vannas)
    assert not Handover.objects.exists()
    assert ("find_receiver", "Hemsjukvården Umeå") in owed()
    assert nursing(area, AT + 3 * HOUR) == area.home_nursing.unit


def test_a_move_out_of_the_area_does_too(area):
    assert move(area, None).to_municipality is None
    assert ("find_receiver", "Hemsjukvården Umeå") in owed()
    assert Patient.objects.get().municipality is None


def test_home_nursing_of_somebody_who_is_not_enrolled_owes_to_find_somebody(area, vannas, receiver):
    area.patient = PatientFactory(listed_at=area.health_centre.unit, home_nursing=True)
    move(area, vannas)
    assert not Handover.objects.exists()
    assert owed() == {("relist", "Ålidhems hälsocentral"), ("find_receiver", "Hemsjukvården Umeå")}
    assert patients_of(area.home_nursing, AT + 3 * HOUR).filter(pk=area.patient.pk).exists(), "it may still see to it"


def test_who_cannot_follow_takes_nothing_over_from_that_instant(area, vannas, receiver):
    waiting = area.propose(area.episode, area.home_nursing, kinds=["rehabilitation"], at=AT)
    move(area, vannas)
    waiting.refresh_from_db()
    assert (waiting.state, HandoverEvent.objects.filter(handover=waiting).last().state) == ("withdrawn", "withdrawn")
    with pytest.raises(WorksElsewhere):
        area.propose(area.episode, area.home_nursing, kinds=["rehabilitation"], at=AT + 3 * HOUR)
    with pytest.raises(WorksElsewhere):
        area.enrol(by=area.other_team, at=AT + 3 * HOUR, medical=area.team, nursing=area.home_nursing,
                   rehabilitation=area.home_nursing, coordination=area.team)  # fmt: skip
    area.propose(area.episode, receiver, kinds=["rehabilitation"], at=AT + 3 * HOUR)


def test_what_is_handed_over_already_is_not_asked_twice(area, vannas, receiver):
    actions.propose_handover(
        episode=area.episode, receiver=area.team.unit, kinds=["nursing"], content=actions.Content(reason="Flyttar"),
        by=area.home_nursing, at=AT,
    )  # fmt: skip
    move(area, vannas)
    assert Handover.objects.count() == 1


def test_the_health_centre_and_the_intake_may_and_an_outsider_may_not(area, vannas, receiver):
    for by in (area.other_team, area.home_help, receiver):
        with pytest.raises(rules.NotYourPatient):
            move(area, vannas, by=by)
    intake = CommissionFactory(unit=CareUnitFactory(kind=CareUnit.Kind.INTAKE), role=Commission.Role.COORDINATOR)
    with pytest.raises(rules.NotYourPatient):
        move(area, vannas, by=intake)
    area.relate(intake, kind=CareRelation.Kind.REQUEST, since=AT - HOUR)
    move(area, vannas, by=intake)
    undo(area, by=area.health_centre)
    move(area, vannas, by=area.health_centre, moved_at=AT + 4 * HOUR, at=AT + 4 * HOUR)


def test_what_is_refused(area, vannas, receiver):
    with pytest.raises(InTheFuture):
        move(area, vannas, moved_at=AT + 3 * HOUR)
    with pytest.raises(SameMunicipality):
        move(area, area.patient.municipality)
    with pytest.raises(PatientNotValid):
        move(area, vannas, moved_at=AT - timedelta(days=400))
    with pytest.raises(PatientNotValid):
        move(area, vannas, place=replace(NEW_HOME, latitude=40.0))
    assert (Move.objects.count(), Handover.objects.count(), Duty.objects.count()) == (0, 0, 0)
    stay = actions.admit_patient(patient=area.patient, ward=area.ward.unit, admitted_at=AT, by=area.ward, at=AT)
    with pytest.raises(OnWardNow):
        move(area, vannas)
    actions.discharge_patient(stay=stay, discharged_at=AT + HOUR, by=area.ward, at=AT + HOUR)
    move(area, vannas)
    with pytest.raises(MovedSince):
        move(area, None, at=AT + 3 * HOUR)
    life.register_death(patient=area.patient, died_at=AT + 4 * HOUR, by=area.team, at=AT + 4 * HOUR)
    with pytest.raises(rules.PatientHasDied):
        move(area, None, moved_at=AT + 5 * HOUR, at=AT + 6 * HOUR)


def test_a_move_by_mistake_is_taken_back_with_the_reason(area, vannas, receiver):
    home = area.patient.municipality
    with pytest.raises(NoMove):
        undo(area)
    move(area, vannas)
    with pytest.raises(rules.ReasonMissing):
        undo(area, reason=" ")
    with pytest.raises(rules.NotYourPatient):
        undo(area, by=area.other_team)
    row = undo(area)
    assert (row.undo_reason, row.undone_by) == ("Förväxlad person", area.home_nursing)
    assert Handover.objects.get().state == "withdrawn"
    assert owed() == set()
    patient = Patient.objects.get()
    assert (patient.municipality, patient.home_nursing) == (home, True)
    assert [row.street for row in Address.objects.order_by("since")] == ["Storgatan 1", "Kyrkogatan 2", "Storgatan 1"]
    assert not [reason for reason in AuditEvent.objects.values_list("reason", flat=True) if "Förväxlad" in reason]
    area.propose(area.episode, area.home_nursing, kinds=["rehabilitation"], at=AT + 4 * HOUR)


def test_a_move_that_the_new_municipality_has_answered_is_not_taken_back(area, vannas, receiver):
    move(area, vannas)
    actions.accept_handover(handover=Handover.objects.get(), by=receiver, at=AT + 2 * HOUR)
    with pytest.raises(MoveFollowed):
        undo(area)
    assert nursing(area, AT + 4 * HOUR) == receiver.unit
