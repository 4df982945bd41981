"""Consents, blocks, choices and representatives are written by a unit that has a care relation, and by no other."""

from datetime import UTC, datetime, timedelta

import pytest

from narvard.access import actions
from narvard.access.guard import AccessDenied
from narvard.access.models import (
    ActiveChoice,
    Block,
    BlockLift,
    CareRelation,
    Consent,
    EmergencyOpening,
    OwnRecord,
    Representative,
)
from narvard.access.signin.actors import NOBODY, PersonActor
from narvard.access.tests.factories import CareRelationFactory, ConsentFactory
from narvard.core.models import AuditEvent
from narvard.organisation.models import Commission
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory
from narvard.people.tests.factories import PatientFactory

AT = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


def record_consent(patient, by):
    actions.record_consent(patient=patient, kind=Consent.Kind.SHARED_RECORD, how=Consent.How.SPOKEN, by=by, at=AT)


def withdraw_consent(patient, by):
    actions.withdraw_consent(consent=ConsentFactory(patient=patient), by=by, at=AT)


def block(patient, by):
    actions.block(patient=patient, scope=Block.Scope.OUTER, by=by, at=AT)


def _blocked(patient, by):
    return Block.objects.create(
        patient=patient, scope=Block.Scope.OUTER, provider=by.unit.provider, since=AT - DAY, recorded_by=by
    )


def lift_block(patient, by):
    until = AT + timedelta(hours=8)
    actions.lift_block(block=_blocked(patient, by), until=until, reason="Patienten sa ja", by=by, at=AT)


def remove_block(patient, by):
    actions.remove_block(block=_blocked(patient, by), reason="Patienten bad om det", by=by, at=AT)


def choose(patient, by):
    actions.choose(patient=patient, why=ActiveChoice.Why.VISIT, by=by, at=AT)


def add_representative(patient, by):
    kind = Representative.Kind.CHOSEN
    actions.add_representative(patient=patient, person_key="key", name="Eva Ek", kind=kind, by=by, at=AT)


def end_representative(patient, by):
    row = Representative.objects.create(
        patient=patient, person_key="key", name="Eva Ek", kind="chosen", since=AT - DAY, recorded_by=by
    )
    actions.end_representative(representative=row, by=by, at=AT)


ACTS = (
    record_consent,
    withdraw_consent,
    block,
    lift_block,
    remove_block,
    choose,
    add_representative,
    end_representative,
)


@pytest.fixture
def patient():
    return PatientFactory()


@pytest.fixture
def by():
    return CommissionFactory()


@pytest.mark.parametrize("act", ACTS)
def test_a_unit_with_a_care_relation_acts(act, patient, by):
    CareRelationFactory(patient=patient, unit=by.unit)
    act(patient, by)
    assert AuditEvent.objects.filter(what=f"access.{act.__name__}", subjects__patient=patient.pk).count() == 1


def never_met(patient, by):
    """No relation at all."""


def ended(patient, by):
    CareRelationFactory(patient=patient, unit=by.unit, until=AT)


def only_sent(patient, by):
    CareRelationFactory(patient=patient, unit=by.unit, kind=CareRelation.Kind.SENT)


def another_unit_of_the_provider(patient, by):
    CareRelationFactory(patient=patient, unit=CareUnitFactory(provider=by.unit.provider))


def opened_in_emergency(patient, by):
    EmergencyOpening.objects.create(
        patient=patient, commission=by, danger="life", kinds=["medical"], reason="Fara", since=AT, until=AT + DAY
    )


def own_record(patient, by):
    CareRelationFactory(patient=patient, unit=by.unit)
    OwnRecord.objects.create(staff=by.staff, patient=patient)


def follow_up(patient, by):
    CareRelationFactory(patient=patient, unit=by.unit)
    by.purpose = Commission.Purpose.FOLLOW_UP
    by.save()


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    "stand", [never_met, ended, only_sent, another_unit_of_the_provider, opened_in_emergency, own_record, follow_up]
)
def test_others_are_refused_and_nothing_is_written(stand, act, patient, by):
    stand(patient, by)
    with pytest.raises(AccessDenied, match="no-care-relation"):
        act(patient, by)
    assert not AuditEvent.objects.exists()
    assert not ActiveChoice.objects.exists()
    assert not BlockLift.objects.exists()
    assert not Consent.objects.exclude(withdrawn_at=None).exists()
    assert not Block.objects.exclude(removed_at=None).exists()


def test_the_patient_needs_no_relation_to_take_back_what_they_gave(patient):
    consent = ConsentFactory(patient=patient)
    with pytest.raises(AccessDenied):
        actions.withdraw_consent(consent=consent, by=NOBODY, at=AT)
    actions.withdraw_consent(consent=consent, by=PersonActor("the patient"), at=AT)
    consent.refresh_from_db()
    assert consent.withdrawn_at == AT
