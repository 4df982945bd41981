"""Designated contacts: named, one at a time, real."""

from datetime import date

import pytest

from narvard.care import actions, queries, rules
from narvard.care.actions.contacts import DesignationEnded, NotAtUnit, NotPhysician
from narvard.care.tests.factories import AT, HOUR
from narvard.organisation.models import Profession
from narvard.organisation.tests.factories import CommissionFactory


def designate(area, commission, kind="care_contact", at=AT):
    return actions.designate_contact(
        patient=area.patient, kind=kind, staff=commission.staff, unit=commission.unit, by=area.team, at=at
    )


def test_a_new_contact_ends_the_earlier_one(area):
    designate(area, area.team)
    second = designate(area, area.home_nursing, at=AT + HOUR)
    assert [row.staff for row in queries.contacts_of(area.patient, AT)] == [area.team.staff]
    assert list(queries.contacts_of(area.patient, AT + HOUR)) == [second]


def test_two_contact_persons_stand_side_by_side(area):
    for commission in (area.team, area.home_nursing):
        designate(area, commission, kind="contact_person")
    assert queries.contacts_of(area.patient, AT).count() == 2


def test_a_physician_contact_is_a_physician_with_a_commission(area):
    with pytest.raises(NotPhysician):
        designate(area, area.team, kind="pal")
    physician = CommissionFactory(unit=area.health_centre.unit, staff__profession=Profession.PHYSICIAN)
    assert designate(area, physician, kind="pal").staff == physician.staff
    gone = CommissionFactory(
        unit=area.health_centre.unit, staff__profession=Profession.PHYSICIAN, until=date(2026, 11, 1)
    )
    with pytest.raises(NotAtUnit):
        designate(area, gone, kind="pal")


def test_a_contact_ends_once(area):
    contact = designate(area, area.team)
    actions.end_designation(contact=contact, by=area.team, at=AT + HOUR)
    assert not queries.contacts_of(area.patient, AT + HOUR).exists()
    with pytest.raises(DesignationEnded):
        actions.end_designation(contact=contact, by=area.team, at=AT + 2 * HOUR)


def test_the_dead_get_no_contacts(area):
    area.patient.died_at = AT
    area.patient.save()
    with pytest.raises(rules.PatientHasDied):
        designate(area, area.team, at=AT + HOUR)
