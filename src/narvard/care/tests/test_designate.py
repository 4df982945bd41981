"""Designated contacts: named, one at a time, real."""

from datetime import date

import pytest

from narvard.access.models import CareRelation
from narvard.access.tests.factories import CareRelationFactory
from narvard.care import actions, queries, rules
from narvard.care.actions.contacts import DesignationEnded, NotAtUnit, NotPhysician
from narvard.care.tests.factories import AT, HOUR
from narvard.organisation.models import Profession
from narvard.organisation.tests.factories import CommissionFactory


@pytest.fixture
def area(area):
    area.enrol(nursing=area.home_nursing)
    return area


def designate(area, commission, kind="care_contact", at=AT):
    return actions.designate_contact(
        patient=area.patient, kind=kind, staff=commission.staff, unit=commission.unit, by=commission, at=at
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


def test_only_a_unit_that_carries_the_patient_names_contacts_and_among_its_own(area):
    CareRelationFactory(patient=area.patient, unit=area.other_team.unit, kind=CareRelation.Kind.REQUEST)
    with pytest.raises(rules.NotYourPatient):
        designate(area, area.other_team)
    contact = designate(area, area.team)
    with pytest.raises(rules.NotYourPatient):
        actions.end_designation(contact=contact, by=area.other_team, at=AT)
    with pytest.raises(rules.NotYourUnit):
        actions.designate_contact(
            patient=area.patient,
            kind="care_contact",
            staff=area.home_nursing.staff,
            unit=area.home_nursing.unit,
            by=area.team,
            at=AT,
        )
