"""A death takes the person off the conferences' lists."""

import datetime as dt

import pytest

from narvard.care.conference import actions
from narvard.care.plans.tests.factories import make_writers
from narvard.care.tests.factories import AT, HOUR
from narvard.flows import life
from narvard.organisation.models import Programme


@pytest.mark.django_db
def test_the_dead_are_not_discussed():
    writers = make_writers()
    programme = Programme.objects.create(key="andning", name="Andning", kind=Programme.Kind.CONFERENCE)
    conference = actions.open_conference(
        programme=programme, name="Ronden", next_on=dt.date(2026, 12, 1), by=writers.area.ward, at=AT
    )
    case = actions.put_up(
        patient=writers.area.patient,
        conference=conference,
        question="Mask?",
        documents="",
        how="spoken",
        by=writers.physician,
        at=AT,
    )
    life.register_death(patient=writers.area.patient, died_at=AT, by=writers.physician, at=AT + HOUR)
    case.refresh_from_db()
    assert case.remove_reason == actions.DIED
