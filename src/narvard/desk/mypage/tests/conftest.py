"""A patient enrolled at a team, a relative, and their own screens."""

import time

import pytest
from django.test import Client

from narvard.access.actions import add_representative
from narvard.access.models import Representative
from narvard.access.signin.eid import person_key, recognise
from narvard.access.signin.sessions import PERSON
from narvard.access.tests.factories import CareRelationFactory
from narvard.care.tests.factories import AT, make_area
from narvard.people.identifiers import Identifier
from narvard.people.models import PatientIdentifier
from narvard.people.tests.factories import OLD_NUMBERS

RELATIVE = Identifier("personnummer", OLD_NUMBERS[-1], None)


@pytest.fixture(autouse=True)
def _clock(settings):
    settings.NARVARD_CLOCK = "2026-11-23T07:30:00+01:00"


@pytest.fixture
def area():
    """A small care area with one patient, enrolled at the team."""
    found = make_area()
    found.enrol()
    return found


def signed_in(person):
    """A screen where this person has signed in."""
    client = Client()
    session = client.session
    session[PERSON] = person.for_session()
    session["began_at"] = session["seen_at"] = time.time()
    session.save()
    client.cookies["sessionid"] = session.session_key
    return client


def number_of(patient):
    row = PatientIdentifier.objects.get(patient=patient)
    return Identifier(row.system, row.value, None)


@pytest.fixture
def screen(area):
    """The patient's own screen."""
    return signed_in(recognise(number_of(area.patient), "", at=AT))


@pytest.fixture
def represent(area):
    """Make the relative a representative of a patient; give their row and their screen."""

    def make(patient=None, kind=Representative.Kind.CHOSEN, **more):
        if patient is not None:
            CareRelationFactory(patient=patient, unit=area.team.unit)
        row = add_representative(
            patient=patient or area.patient,
            person_key=person_key(RELATIVE),
            name="Eva Anhörig",
            kind=kind,
            by=area.team,
            at=AT,
            **more,
        )
        return row, signed_in(recognise(RELATIVE, "Eva Anhörig", at=AT))

    return make
