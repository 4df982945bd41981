"""A fact is struck out with its reason, and what the patient says is wrong is noted beside it."""

import pytest

from narvard.access.guard import AccessDenied
from narvard.access.models import CareRelation, OwnRecord
from narvard.care import actions
from narvard.care.rules import NotYourRecord
from narvard.care.tests.factories import AT, HOUR, make_area
from narvard.core.models import AuditEvent
from narvard.organisation.tests.factories import CommissionFactory, TeamFactory
from narvard.people.actions import FactNotValid, record_fact
from narvard.people.models import Dispute
from narvard.people.queries import current_facts, disputes_of, facts_named

pytestmark = pytest.mark.django_db


@pytest.fixture
def area():
    found = make_area()
    for commission in (found.team, found.home_nursing):
        found.relate(commission, kind=CareRelation.Kind.VISIT)
    return found


@pytest.fixture
def fact(area):
    return record_fact(patient=area.patient, name="pain", value=True, source="assessment", by=area.team, at=AT)


def void(fact, by, **changes):
    asked = {"reason": "Gällde en annan person", "by": by, "at": AT + HOUR, **changes}
    return actions.void_fact(fact=fact, **asked)


def dispute(fact, by, **changes):
    asked = {"text": " Jag har aldrig haft ont. ", "told_by": "dottern", "by": by, "at": AT + HOUR, **changes}
    return actions.record_dispute(about=fact, **asked)


def test_a_fact_that_is_struck_out_stays_with_who_when_and_why(area, fact):
    void(fact, area.team)
    assert "pain" not in current_facts(area.patient, AT + HOUR)
    [kept] = facts_named(fact)
    assert (kept.voided_by, kept.voided_at, kept.void_reason) == (area.team, AT + HOUR, "Gällde en annan person")
    with pytest.raises(FactNotValid, match="redan struken"):
        void(fact, area.team, reason="igen")
    event = AuditEvent.objects.get(what="care.void_fact")
    # The words stay with the row: the log tells that it was done, to what, and by whom.
    assert (event.object_kind, event.object_id, event.reason) == ("fact", str(fact.pk), "")


def test_striking_out_needs_a_reason(area, fact):
    with pytest.raises(FactNotValid):
        void(fact, area.team, reason=" ")
    assert "pain" in current_facts(area.patient, AT)


def test_the_patients_words_stand_beside_the_row(area, fact):
    row = dispute(fact, area.team)
    assert list(disputes_of(fact)) == [row]
    assert (row.text, row.owner_unit, row.information_kind) == (
        "Jag har aldrig haft ont.",
        fact.owner_unit,
        fact.information_kind,
    )
    assert "pain" in current_facts(area.patient, AT + HOUR)
    assert AuditEvent.objects.get(what="care.record_dispute").object_id == str(fact.pk)


def test_a_dispute_needs_words(area, fact):
    with pytest.raises(actions.DisputeEmpty):
        dispute(fact, area.team, text=" ")
    assert not Dispute.objects.exists()


def test_another_unit_of_the_provider_corrects_when_it_carries_the_patient(area, fact):
    area.relate(area.health_centre, kind=CareRelation.Kind.LISTED)
    area.chosen(area.health_centre)
    dispute(fact, area.health_centre)
    assert Dispute.objects.count() == 1
    void(fact, area.health_centre)
    assert "pain" not in current_facts(area.patient, AT + HOUR)


@pytest.mark.parametrize("act", [void, dispute])
def test_one_that_only_comes_there_does_not_correct_what_others_wrote(area, fact, act):
    visiting = CommissionFactory(unit=TeamFactory(unit__provider=area.team.unit.provider).unit)
    area.relate(visiting, kind=CareRelation.Kind.VISIT)
    area.chosen(visiting)
    with pytest.raises(NotYourRecord, match="Mobila teamet"):
        act(fact, visiting)
    assert "pain" in current_facts(area.patient, AT + HOUR)


@pytest.mark.parametrize("act", [void, dispute])
def test_nor_another_provider_that_may_read_it(area, fact, act):
    area.consent(kind="shared_record")
    area.chosen(area.home_nursing)
    with pytest.raises(NotYourRecord):
        act(fact, area.home_nursing)


@pytest.mark.parametrize("act", [void, dispute])
def test_one_who_may_not_read_it_does_not_correct_it(area, fact, act):
    """No relation any more, no choice made, or the own record."""
    area.relate(area.health_centre, kind=CareRelation.Kind.LISTED)
    with pytest.raises(AccessDenied, match="choice-own-provider"):
        act(fact, area.health_centre)
    CareRelation.objects.filter(unit=area.team.unit).update(until=AT)
    with pytest.raises(AccessDenied, match="no-care-relation"):
        act(fact, area.team)
    CareRelation.objects.filter(unit=area.team.unit).update(until=None)
    OwnRecord.objects.create(staff=area.team.staff, patient=area.patient)
    with pytest.raises(AccessDenied):
        act(fact, area.team)
    assert "pain" in current_facts(area.patient, AT + HOUR)
    assert not Dispute.objects.exists()
