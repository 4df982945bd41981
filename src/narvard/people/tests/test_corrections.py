"""A fact is struck out with its reason, and what the patient says is wrong is noted beside it."""

import pytest

from narvard.care.tests.factories import AT, HOUR, make_area
from narvard.core.models import AuditEvent
from narvard.people import actions
from narvard.people.models import Dispute
from narvard.people.queries import current_facts, disputes_of, facts_named

pytestmark = pytest.mark.django_db


@pytest.fixture
def area():
    return make_area()


@pytest.fixture
def fact(area):
    return actions.record_fact(patient=area.patient, name="pain", value=True, source="assessment", by=area.team, at=AT)


def test_a_fact_that_is_struck_out_stays_with_who_when_and_why(area, fact):
    actions.void_fact(fact=fact, reason="Gällde en annan person", by=area.team, at=AT + HOUR)
    assert "pain" not in current_facts(area.patient, AT + HOUR)
    [kept] = facts_named(fact)
    assert (kept.voided_by, kept.voided_at, kept.void_reason) == (area.team, AT + HOUR, "Gällde en annan person")
    with pytest.raises(actions.FactNotValid, match="redan struken"):
        actions.void_fact(fact=fact, reason="igen", by=area.team, at=AT + 2 * HOUR)
    assert AuditEvent.objects.filter(what="people.void_fact").count() == 1


def test_striking_out_needs_a_reason_and_the_provider_that_keeps_it(area, fact):
    with pytest.raises(actions.FactNotValid):
        actions.void_fact(fact=fact, reason=" ", by=area.team, at=AT)
    with pytest.raises(actions.NotYourRecord):
        actions.void_fact(fact=fact, reason="fel", by=area.home_nursing, at=AT)
    assert "pain" in current_facts(area.patient, AT)


def test_the_patients_words_stand_beside_the_row(area, fact):
    row = actions.record_dispute(
        about=fact, text=" Jag har aldrig haft ont. ", told_by="dottern", by=area.team, at=AT + HOUR
    )
    assert list(disputes_of(fact)) == [row]
    assert (row.text, row.owner_unit, row.information_kind) == (
        "Jag har aldrig haft ont.",
        fact.owner_unit,
        fact.information_kind,
    )
    assert "pain" in current_facts(area.patient, AT + HOUR)
    assert AuditEvent.objects.get(what="people.record_dispute").object_id == str(fact.pk)


def test_a_dispute_needs_words_and_the_provider_that_keeps_the_row(area, fact):
    with pytest.raises(actions.PatientNotValid):
        actions.record_dispute(about=fact, text=" ", by=area.team, at=AT)
    with pytest.raises(actions.NotYourRecord):
        actions.record_dispute(about=fact, text="fel", by=area.home_nursing, at=AT)
    assert not Dispute.objects.exists()
