"""After advice or a consult the team calls back, where its programme says so, and is told when it forgets."""

from datetime import timedelta

import pytest

from narvard.access.tests.factories import CareRelationFactory
from narvard.care.actions import do_duty
from narvard.care.models import Duty
from narvard.flows.beginning import begin_contact
from narvard.flows.life import register_death
from narvard.flows.notices import escalate_duties
from narvard.flows.registering import advise, register
from narvard.intake.actions import reopen_request, take_request
from narvard.intake.tests.world import NOW, World, build, pace

LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def world(db: None) -> World:
    return build()


def test_advice_makes_a_call_back_due_by_the_programme(world: World) -> None:
    pace("got", "call_back_minutes: {acute: 30}")
    row = world.asked()
    advise(request=row.pk, advice="Drick mer, ring om det blir värre", by=world.got_nurse, at=LATER)
    duty = Duty.objects.get()
    assert (duty.kind, duty.unit, duty.patient) == ("call_back", world.got, world.patient)
    assert duty.due_at == LATER + timedelta(minutes=30)


def test_advice_on_the_phone_too(world: World) -> None:
    pace("got", "call_back_minutes: {advice: 60}")
    row = world.send(urgency="advice", channel="municipal_nurse", sender_unit=world.nursing, by=world.municipal_nurse)
    reopened = advise(request=row.pk, advice="Avvakta", by=world.coordinator, at=NOW)
    assert not Duty.objects.exists(), "the intake has no programme"
    assert reopened.outcome == "advice"
    told = {
        "patient": world.patient,
        "intake": world.intake,
        "sender_unit": world.nursing,
        "channel": "municipal_nurse",
    }
    register(
        **told, urgency="advice", question="Fråga", take=True, advice="Avvakta", facts={}, by=world.got_nurse, at=NOW
    )
    assert Duty.objects.get().due_at == NOW + timedelta(minutes=60)


def test_a_second_advice_in_the_same_request_is_a_second_call(world: World) -> None:
    pace("got", "call_back_minutes: {acute: 30}")
    row = world.asked()
    advise(request=row.pk, advice="Drick mer", by=world.got_nurse, at=NOW)
    reopen_request(request=row.pk, reason="Hjälpte inte", by=world.ward_nurse, at=NOW)
    take_request(request=row.pk, by=world.got_nurse, at=LATER)
    advise(request=row.pk, advice="Drick ännu mer", by=world.got_nurse, at=LATER)
    assert Duty.objects.filter(kind="call_back").count() == 2


@pytest.mark.parametrize(("form", "calls"), [("consult", 1), ("advice", 1), ("single_visit", 0)])
def test_a_contact_without_a_visit_too(world: World, form: str, calls: int) -> None:
    pace("got", "call_back_minutes: {advice: 60}")
    CareRelationFactory(patient=world.patient, unit=world.got, kind="contact", since=NOW)
    begin_contact(patient=world.patient, form=form, answer="Råd", by=world.got_nurse, at=NOW)
    assert Duty.objects.filter(kind="call_back").count() == calls


def test_a_programme_that_promises_no_call_owes_none(world: World) -> None:
    advise(request=world.asked().pk, advice="Drick mer", by=world.got_nurse, at=NOW)
    assert not Duty.objects.exists()


def test_a_call_that_is_late_is_escalated_once_and_stays_due(world: World) -> None:
    pace("got", "call_back_minutes: {acute: 30}")
    advise(request=world.asked().pk, advice="Drick mer", by=world.got_nurse, at=NOW)
    assert escalate_duties(NOW + timedelta(minutes=29)) == 0
    assert escalate_duties(NOW + timedelta(minutes=31)) == 1
    assert escalate_duties(NOW + timedelta(minutes=32)) == 0
    duty = Duty.objects.get()
    assert (duty.escalated_at, duty.done_at) == (NOW + timedelta(minutes=31), None)
    do_duty(duty=duty, by=world.got_nurse, at=NOW + timedelta(minutes=40), version=duty.version)


def test_nobody_is_called_who_has_died(world: World) -> None:
    pace("got", "call_back_minutes: {acute: 30}")
    advise(request=world.asked().pk, advice="Drick mer", by=world.got_nurse, at=NOW)
    CareRelationFactory(patient=world.patient, unit=world.got, kind="visit", since=NOW)
    register_death(patient=world.patient, died_at=NOW, by=world.got_nurse, at=LATER)
    assert Duty.objects.get(kind="call_back").voided_at == LATER
