"""Registering people and what is known of them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from narvard.core.errors import Stale
from narvard.core.models import AuditEvent
from narvard.organisation.tests.factories import CommissionFactory, MunicipalityFactory
from narvard.people import actions, queries
from narvard.people.identifiers import read_identifier
from narvard.people.models import Address, Fact, Segment
from narvard.people.tests.factories import OLD_NUMBERS, PatientFactory

AT = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def register(number=OLD_NUMBERS[5], **changes):
    values = {"given_name": "Örjan", "family_name": "Åkerlund", "sex": "male", **changes}
    identifier = read_identifier(number, today=date(2026, 11, 23))
    return actions.register_patient(identifier=identifier, by=CommissionFactory(), at=AT, **values)


def test_a_person_is_registered_with_birth_date_from_the_number():
    patient = register()
    assert patient.birth_date.year == int(OLD_NUMBERS[5][:4])
    assert AuditEvent.objects.filter(what="people.register_patient").count() == 1


def test_the_same_number_cannot_be_registered_twice():
    register()
    with pytest.raises(actions.AlreadyRegistered):
        register()


def test_a_person_needs_a_name():
    with pytest.raises(actions.PatientNotValid):
        register(given_name=" ", family_name="")


def test_an_address_outside_sweden_is_refused():
    with pytest.raises(actions.PatientNotValid):
        register(place=actions.Place("Storgatan 1", "Oslo", 59.9, 5.3))


def test_moving_ends_the_earlier_address():
    patient, by = PatientFactory(), CommissionFactory()
    place = actions.Place("Nygatan 2", "Vännäs", 63.9, 19.75)
    vannas = MunicipalityFactory(code="2460", name="Vännäs")
    actions.change_address(patient=patient, place=place, municipality=vannas, by=by, at=AT, version=1)
    assert queries.current_address(patient, AT).street == "Nygatan 2"
    assert queries.current_address(patient, AT - timedelta(seconds=1)).street == "Storgatan 1"
    assert Address.objects.filter(patient=patient).count() == 2
    with pytest.raises(Stale):
        actions.change_address(patient=patient, place=place, municipality=vannas, by=by, at=AT, version=1)


def test_facts_are_appended_and_the_newest_counts():
    patient, by = PatientFactory(), CommissionFactory()
    common = {"patient": patient, "name": "standing_medicines", "source": "journal", "by": by}
    actions.record_fact(value=4, at=AT, **common)
    actions.record_fact(value=7, at=AT + timedelta(hours=1), **common)
    assert queries.current_facts(patient, AT)["standing_medicines"].value == 4
    newest = queries.current_facts(patient, AT + timedelta(days=1))["standing_medicines"]
    assert newest.value == 7
    Fact.objects.filter(pk=newest.pk).update(voided_at=AT, voided_by=by, void_reason="fel patient")
    assert queries.current_facts(patient, AT + timedelta(days=1))["standing_medicines"].value == 4
    assert Fact.objects.count() == 2


@pytest.mark.parametrize(("name", "value"), [("okänd", 1), ("standing_medicines", True), ("standing_medicines", -1)])
def test_a_fact_must_be_known_and_have_its_type(name, value):
    with pytest.raises(actions.FactNotValid):
        actions.record_fact(
            patient=PatientFactory(), name=name, value=value, source="journal", by=CommissionFactory(), at=AT
        )


def test_segments_have_a_history():
    patient, by = PatientFactory(), CommissionFactory()
    actions.assign_segment(patient=patient, segment=Segment.FRAIL, by=by, at=AT)
    actions.assign_segment(patient=patient, segment=Segment.MOST_SICK, by=by, at=AT + timedelta(days=1))
    assert queries.newest_segment(patient, AT).get().segment == Segment.FRAIL
    assert queries.newest_segment(patient, AT + timedelta(days=2)).get().segment == Segment.MOST_SICK
    assert not queries.newest_segment(PatientFactory(), AT)


def test_names_are_found_by_their_beginning_and_swedish_letters_told_apart():
    wanted, other = PatientFactory(family_name="Åberg"), PatientFactory(family_name="Aberg", given_name="Anna")
    everybody = type(wanted).objects.all()
    assert list(queries.named_like(everybody, "åb")) == [wanted]
    assert list(queries.named_like(everybody, "anna aberg")) == [other]


def test_death_cannot_be_in_the_future_and_can_be_undone():
    patient, by = PatientFactory(), CommissionFactory()
    with pytest.raises(actions.PatientNotValid):
        actions.record_death(patient=patient, died_at=AT + timedelta(hours=1), by=by, at=AT)
    actions.record_death(patient=patient, died_at=AT, by=by, at=AT)
    with pytest.raises(actions.PatientNotValid):
        actions.undo_death(patient=patient, reason=" ", by=by, at=AT)
    actions.undo_death(patient=patient, reason="fel person", by=by, at=AT)
    patient.refresh_from_db()
    assert patient.died_at is None
