"""What is told about a patient: own words and facts, only by those who take part."""

import pytest

from narvard.access.models import CareRelation
from narvard.access.tests.factories import CareRelationFactory
from narvard.care.rules import NotYourPatient
from narvard.care.tests.factories import AT, HOUR, Area, make_area
from narvard.flows.telling import tell_fact, tell_what_matters
from narvard.intake.actions import register_request
from narvard.intake.errors import NotYourRequest
from narvard.organisation.models import CareUnit
from narvard.organisation.tests.factories import CareUnitFactory
from narvard.people.models import Fact, InformationKind, WhatMatters


@pytest.fixture
def area(db) -> Area:
    return make_area()


def test_own_words_are_told_to_a_unit_with_a_care_relation(area):
    with pytest.raises(NotYourPatient):
        tell_what_matters(patient=area.patient, text="Sova hemma", by=area.other_team, at=AT)
    CareRelationFactory(patient=area.patient, unit=area.other_team.unit, kind=CareRelation.Kind.VISIT, until=AT + HOUR)
    tell_what_matters(patient=area.patient, text="Sova hemma", by=area.other_team, at=AT)
    with pytest.raises(NotYourPatient):
        tell_what_matters(patient=area.patient, text="Sova", by=area.other_team, at=AT + HOUR)
    assert WhatMatters.objects.get().owner_unit == area.other_team.unit


def test_a_fact_is_told_by_a_party_of_the_request(area):
    request = register_request(
        patient=area.patient,
        intake=CareUnitFactory(kind=CareUnit.Kind.INTAKE),
        sender_unit=area.health_centre.unit,
        channel="health_centre",
        urgency="planned",
        question="Bedömning i hemmet",
        by=area.health_centre,
        at=AT,
    )
    with pytest.raises(NotYourRequest):
        tell_fact(request=request, name="pain", value=True, by=area.other_team, at=AT)
    tell_fact(request=request, name="pain", value=True, by=area.health_centre, at=AT)
    assert Fact.objects.get().information_kind == InformationKind.COORDINATION
