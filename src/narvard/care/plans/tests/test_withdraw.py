"""The person takes the yes to a plan back: each unit reads its own, and a new yes brings it back."""

import pytest

from narvard.access import guard
from narvard.access.guard import AccessDenied
from narvard.access.models import CareRelation
from narvard.access.signin.actors import PersonActor
from narvard.access.tests.factories import CareRelationFactory
from narvard.care.binder.contents import gather
from narvard.care.plans import actions, errors, queries
from narvard.care.plans.models import Plan, PlanEvent
from narvard.care.plans.tests.factories import SIP_MUNICIPALITY, SIP_REGION
from narvard.care.tests.factories import AT, HOUR
from narvard.core.models import AuditEvent

SELF = PersonActor("patient on own page")


@pytest.fixture
def sip(writers):
    plan = writers.start("sip")
    writers.write(plan, SIP_REGION)
    writers.write(plan, SIP_MUNICIPALITY, by=writers.nurse)
    actions.record_plan_consent(plan=plan, yes=actions.Yes("spoken"), by=writers.physician, at=AT)
    actions.adopt_plan(plan=plan, by=writers.physician, at=AT)
    return plan


def stored(plan):
    return queries.with_versions(Plan.objects.filter(pk=plan.pk)).get()


def read_by(writers, plan, by):
    opened = guard.open_patient(writers.area.patient.pk, by=by, at=AT + HOUR, what="test")
    parts = opened.readable(queries.contributions_of(queries.latest_of(stored(plan))))
    return {(row.section, row.owner_unit_id) for row in parts}


def test_it_is_not_in_force_and_each_unit_reads_its_own(writers, sip):
    assert len(read_by(writers, sip, writers.nurse)) == 4
    actions.withdraw_plan_consent(plan=sip, by=writers.physician, at=AT + HOUR, note="Vill inte")
    row = stored(sip)
    assert queries.current_of(row) is None
    assert queries.latest_of(row).number == 1
    assert read_by(writers, sip, writers.nurse) == {("efforts", writers.nurse.unit_id)}
    opened = guard.open_patient(writers.area.patient.pk, by=writers.physician, at=AT + HOUR, what="test")
    assert gather(opened, AT + HOUR).content["efforts"] == []
    assert queries.on_own_page(writers.area.patient.pk) == []
    for unit in (writers.physician.unit_id, writers.nurse.unit_id):
        assert list(queries.withdrawn_at(unit)) == [sip]
        assert not queries.to_read(unit).exists()
    event = AuditEvent.objects.get(what="care.withdraw_plan_consent")
    assert "Vill inte" not in event.reason


def test_a_new_yes_brings_it_back(writers, sip):
    actions.withdraw_plan_consent(plan=sip, by=writers.nurse, at=AT)
    with pytest.raises(errors.NothingWritten):
        actions.read_plan(plan=sip, by=writers.nurse, at=AT)
    actions.record_plan_consent(plan=sip, yes=actions.Yes("written"), by=writers.physician, at=AT + HOUR)
    assert queries.current_of(stored(sip)).number == 1
    assert len(read_by(writers, sip, writers.nurse)) == 4
    assert not queries.withdrawn_at(writers.nurse.unit_id).exists()


def test_a_new_version_waits_for_a_new_yes(writers, sip):
    actions.withdraw_plan_consent(plan=sip, by=writers.physician, at=AT)
    actions.renew_plan(plan=sip, why="Nytt möte", by=writers.physician, at=AT)
    with pytest.raises(errors.NoConsentToPlan):
        actions.adopt_plan(plan=sip, by=writers.physician, at=AT)


def test_the_person_does_it_alone_and_twice_is_once(writers, sip):
    for _time in range(2):
        actions.withdraw_plan_consent(plan=sip, by=SELF, at=AT + HOUR)
    event = PlanEvent.objects.get(kind="withdrawn")
    assert event.by is None


def test_refusals(writers, sip):
    with pytest.raises(AccessDenied):
        actions.withdraw_plan_consent(plan=sip, by=writers.area.other_team, at=AT)
    CareRelationFactory(patient=sip.patient, unit=writers.area.ward.unit, kind=CareRelation.Kind.WARD)
    with pytest.raises(errors.NotInPlan):
        actions.withdraw_plan_consent(plan=sip, by=writers.area.ward, at=AT)
    strategy = writers.strategy()
    with pytest.raises(errors.NoConsentToPlan):
        actions.withdraw_plan_consent(plan=strategy, by=writers.physician, at=AT)
    actions.end_plan(plan=sip, reason="Klart", by=writers.physician, at=AT)
    with pytest.raises(errors.PlanEnded):
        actions.withdraw_plan_consent(plan=sip, by=writers.physician, at=AT)
    with pytest.raises(errors.NoConsentToPlan):
        actions.withdraw_plan_consent(plan=sip, by=SELF, at=AT)
