"""An escalation calls in both chiefs in person, once each; of a late hand-back the giver is told too."""

from datetime import timedelta

import pytest

from narvard.care import actions as care
from narvard.care.tests.factories import AT, HOUR, Area, make_area
from narvard.flows.notices import escalate_duties, escalate_handover, escalate_handovers
from narvard.organisation.models import CareUnit
from narvard.organisation.notices.models import Notice
from narvard.organisation.notices.queries import chiefs_told, notices_of
from narvard.organisation.queries import managers_of
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory

LATER = AT + timedelta(days=9)


@pytest.fixture
def area(db) -> Area:
    return make_area()


def manager(unit: CareUnit, **fields):
    return CommissionFactory(unit=unit, role="manager", **fields)


def test_a_late_answer_is_told_to_both_units_and_to_the_manager_of_each(area):
    givers, receivers = manager(area.team.unit), manager(area.other_team.unit)
    handover = area.propose(area.enrol(), area.other_team, kinds=["medical"])
    assert escalate_handovers(LATER) == 1
    assert {row.pk for row in chiefs_told(handover.pk)} == {givers.pk, receivers.pk}
    assert Notice.objects.filter(object_id=handover.pk, told=None).count() == 2
    assert escalate_handovers(LATER + HOUR) == 0
    assert Notice.objects.count() == 4


def test_what_is_told_by_name_is_read_by_that_person_alone(area):
    chief, colleague = manager(area.team.unit), CommissionFactory(unit=area.team.unit)
    area.propose(area.enrol(), area.other_team, kinds=["medical"])
    escalate_handovers(LATER)
    assert notices_of(area.team.unit, LATER, chief).count() == 2
    assert [row.told for row in notices_of(area.team.unit, LATER, colleague)] == [None]


def test_who_escalates_by_hand_calls_in_both_chiefs_at_once(area):
    chiefs = {manager(area.team.unit).pk, manager(area.other_team.unit).pk}
    handover = area.propose(area.enrol(), area.other_team, kinds=["medical"])
    escalate_handover(handover=handover, reason="Ingen svarar", by=area.team, at=AT + 2 * HOUR)
    assert {row.pk for row in chiefs_told(handover.pk)} == chiefs
    escalate_handover(handover=handover, reason="Fortfarande", by=area.team, at=AT + 3 * HOUR)
    assert len(chiefs_told(handover.pk)) == 2


def test_of_a_late_hand_back_the_giver_is_told_and_both_chiefs(area):
    chiefs = {manager(area.team.unit).pk, manager(area.other_team.unit).pk}
    handover = area.propose(
        area.enrol(), area.other_team, kinds=["nursing"], hand_back_on=(AT + timedelta(days=3)).date()
    )
    care.accept_handover(handover=handover, by=area.other_team, at=AT + 2 * HOUR)
    assert escalate_duties(LATER) == 1
    told = Notice.objects.filter(kind="hand_back", object_id=handover.pk)
    assert {row.unit_id for row in told.filter(told=None)} == {area.team.unit_id, area.other_team.unit_id}
    assert {row.told_id for row in told.exclude(told=None)} == chiefs


def test_a_unit_without_a_manager_has_the_one_above_it_or_the_joint_management(area):
    unit = area.team.unit
    assert managers_of(unit, AT.date()) == []
    unit.care_area = "Umeå"
    joint = manager(CareUnitFactory(kind=CareUnit.Kind.MANAGEMENT, care_area="Umeå"))
    manager(CareUnitFactory(kind=CareUnit.Kind.MANAGEMENT, care_area="Lycksele"))
    assert managers_of(unit, AT.date()) == [joint]
    unit.part_of = CareUnitFactory()
    above = manager(unit.part_of)
    assert managers_of(unit, AT.date()) == [above]
    own = manager(unit)
    manager(unit, until=AT.date())
    assert managers_of(unit, AT.date()) == [own]
