"""The guarded fetch and the first contact."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest

from narvard.access import actions, guard
from narvard.access.models import ActiveChoice, CareRelation, Consent
from narvard.access.queries import patients_of
from narvard.access.tests.factories import CareRelationFactory, ConsentFactory
from narvard.core.models import AuditEvent
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory
from narvard.people.actions import record_what_matters
from narvard.people.identifiers import read_identifier
from narvard.people.models import InformationKind, WhatMatters
from narvard.people.tests.factories import OLD_NUMBERS, PatientFactory

AT = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return CommissionFactory()


@pytest.fixture
def patient():
    return PatientFactory()


def test_a_related_unit_opens_the_patient_and_is_logged(by, patient):
    CareRelationFactory(patient=patient, unit=by.unit)
    assert guard.open_patient(patient.pk, by=by, at=AT).patient == patient
    event = AuditEvent.objects.get(action="read")
    assert (event.staff, event.subjects.get().patient) == (by.staff_id, patient.pk)


def test_missing_and_forbidden_look_alike(by, patient):
    for pk in (patient.pk, uuid.uuid4()):
        with pytest.raises(guard.AccessDenied):
            guard.open_patient(pk, by=by, at=AT)
    assert not AuditEvent.objects.filter(action="read").exists()


def test_a_relation_ends_at_the_second(by, patient):
    relation = CareRelationFactory(patient=patient, unit=by.unit)
    actions.end_relations(source_id=relation.source_id, by=by, at=AT)
    guard.open_patient(patient.pk, by=by, at=AT - timedelta(seconds=1))
    with pytest.raises(guard.AccessDenied):
        guard.open_patient(patient.pk, by=by, at=AT)


def test_another_providers_record_opens_with_consent_and_closes_when_it_is_withdrawn(by, patient):
    CareRelationFactory(patient=patient, unit=by.unit)
    writer = CommissionFactory()
    row = record_what_matters(patient=patient, text="Att få vara hemma", by=writer, at=AT)
    WhatMatters.objects.filter(pk=row.pk).update(information_kind=InformationKind.NURSING)
    rows = WhatMatters.objects.all()
    with pytest.raises(guard.AccessDenied):
        guard.fetch(rows, row.pk, by=by, at=AT, what="test")
    consent = ConsentFactory(patient=patient, kind=Consent.Kind.SHARED_RECORD)
    actions.choose(patient=patient, why=ActiveChoice.Why.VISIT, by=by, at=AT)
    assert guard.fetch(rows, row.pk, by=by, at=AT, what="test")[0] == row
    actions.withdraw_consent(consent=consent, by=by, at=AT)
    with pytest.raises(guard.AccessDenied):
        guard.fetch(rows, row.pk, by=by, at=AT, what="test")


def test_only_own_units_patients_can_be_listed(by, patient):
    CareRelationFactory(patient=patient, unit=by.unit)
    CareRelationFactory(unit=CareUnitFactory())
    assert list(patients_of(by, AT)) == [patient]


def test_first_contact_gives_identity_by_exact_number_and_is_logged(by):
    patient = PatientFactory(identifier=OLD_NUMBERS[7])
    found = guard.first_contact(read_identifier(OLD_NUMBERS[7], today=date(2026, 11, 23)), by=by, at=AT)
    assert found.patient == patient
    assert guard.first_contact(read_identifier(OLD_NUMBERS[8], today=date(2026, 11, 23)), by=by, at=AT) is None
    assert AuditEvent.objects.filter(what="access.first_contact").count() == 2


def test_first_contact_is_for_care(by):
    manager = CommissionFactory(purpose="follow_up", role="manager")
    with pytest.raises(guard.AccessDenied):
        guard.first_contact(read_identifier(OLD_NUMBERS[7], today=date(2026, 11, 23)), by=manager, at=AT)


def test_relating_twice_keeps_one_relation(by, patient):
    source = uuid.uuid4()
    values = {"patient": patient, "unit": by.unit, "kind": CareRelation.Kind.REQUEST, "source_kind": "carerequest"}
    first = actions.relate(source_id=source, by=by, at=AT, **values)
    assert actions.relate(source_id=source, by=by, at=AT + timedelta(hours=1), **values) == first


def test_a_person_who_cannot_consent_needs_the_documented_assessment(by, patient):
    CareRelationFactory(patient=patient, unit=by.unit)
    with pytest.raises(actions.ConsentNotRecorded):
        actions.record_consent(
            patient=patient, kind=Consent.Kind.ENROLMENT, how=Consent.How.CANNOT, by=by, at=AT, assessment=" "
        )


def test_a_list_opens_those_it_may_and_is_logged_once(by, patient, django_assert_num_queries):
    mine = [patient, PatientFactory(protection="marked")]
    for row in mine:
        CareRelationFactory(patient=row, unit=by.unit, kind=CareRelation.Kind.VISIT)
    others = [PatientFactory() for _n in range(3)]
    with django_assert_num_queries(15):
        opened = guard.open_listed([row.pk for row in (*mine, *others)], by=by, at=AT, what="test.list")
    assert set(opened) == {row.pk for row in mine}
    assert opened[mine[1].pk].sees_place == guard.open_patient(mine[1].pk, by=by, at=AT).sees_place
    event = AuditEvent.objects.get(what="test.list")
    assert {row.patient for row in event.subjects.all()} == {row.pk for row in mine}


def test_a_list_of_strangers_is_empty_and_leaves_no_trace(by, patient):
    assert guard.open_listed([patient.pk], by=by, at=AT, what="test.list") == {}
    assert not AuditEvent.objects.exists()
