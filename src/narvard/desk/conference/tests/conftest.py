"""Fixtures of the conferences' pages: who puts up, who holds, and the conference."""

from datetime import timedelta

import pytest
from django.utils import timezone

from narvard.care.conference import actions
from narvard.care.plans.tests.factories import make_writers
from narvard.care.tests.factories import AT
from narvard.desk.patient.tests.conftest import _clock, screen
from narvard.organisation.models import Commission, Profession, Programme
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory

__all__ = ["_clock", "screen"]
TODAY = timezone.localdate(AT)
LATER = TODAY + timedelta(days=28)


@pytest.fixture
def writers(db):
    return make_writers()


@pytest.fixture
def host(writers):
    """A physician at a hospital unit that has never met the patient."""
    return CommissionFactory(
        unit=CareUnitFactory(name="Lungkliniken", kind="ward"),
        role=Commission.Role.PHYSICIAN,
        staff__profession=Profession.PHYSICIAN,
    )


@pytest.fixture
def programme(db):
    return Programme.objects.create(key="andning", name="Andningsstödteamet", kind=Programme.Kind.CONFERENCE)


@pytest.fixture
def conference(host, programme):
    return actions.open_conference(programme=programme, name="Andningsronden", next_on=TODAY, by=host, at=AT)


@pytest.fixture
def case(writers, conference):
    return actions.put_up(
        patient=writers.area.patient,
        conference=conference,
        question="Ska hon erbjudas hemventilator?",
        documents="pCO2 8,1",
        how="spoken",
        by=writers.physician,
        at=AT,
    )
