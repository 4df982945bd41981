"""A death, a death taken back and a ward stay, through every room at once."""

from datetime import date, timedelta

import pytest

from narvard.care import queries
from narvard.care.actions.life import AlreadyOnWard, DeathRegistered
from narvard.care.models import Duty, Episode, Handover
from narvard.care.tests.factories import AT, HOUR, Area, make_area
from narvard.core import audit
from narvard.flows import life
from narvard.intake.actions import register_request
from narvard.intake.models import CareRequest
from narvard.organisation.models import CareUnit
from narvard.organisation.tests.factories import CareUnitFactory
from narvard.people.actions import PatientNotValid
from narvard.people.models import Patient
from narvard.visits import actions as visits
from narvard.visits.models import Visit, VisitNeed
from narvard.visits.queries import open_needs
from narvard.visits.tests.factories import VisitNeedFactory

MONDAY = date(2026, 11, 23)


@pytest.fixture
def area(db) -> Area:
    """An enrolled patient with a daily visit, a hand-over on its way and an open request."""
    found = make_area()
    episode = found.enrol(nursing=found.home_nursing)
    VisitNeedFactory(episode=episode)
    visits.generate_day(care_area="umea", date=MONDAY, by=audit.SYSTEM, at=AT)
    found.propose(episode, found.other_team, kinds=["medical"], at=AT)
    register_request(
        patient=found.patient,
        intake=CareUnitFactory(kind=CareUnit.Kind.INTAKE, name="Intaget"),
        sender_unit=found.health_centre.unit,
        channel="health_centre",
        urgency="planned",
        question="Sjukgymnast",
        by=found.health_centre,
        at=AT,
    )
    return found


def test_death_stops_everything_and_says_what_is_due(area):
    life.register_death(patient=area.patient, died_at=AT + HOUR, by=area.team, at=AT + 2 * HOUR)
    assert Patient.objects.get().died_at == AT + HOUR
    assert CareRequest.objects.get().outcome == "died"
    assert Handover.objects.get().state == "withdrawn"
    assert Visit.objects.get().state == "cancelled"
    assert VisitNeed.objects.get().ended_at is not None
    assert Episode.objects.get().ended_at == AT + HOUR
    assert queries.main_holders([area.patient.pk], AT + 2 * HOUR) == {}
    assert Duty.objects.count() == 3


def test_a_death_that_is_refused_changes_nothing(area):
    with pytest.raises(PatientNotValid):
        life.register_death(patient=area.patient, died_at=AT + 9 * HOUR, by=area.team, at=AT)
    life.register_death(patient=area.patient, died_at=AT, by=area.team, at=AT)
    with pytest.raises(DeathRegistered):
        life.register_death(patient=area.patient, died_at=AT + HOUR, by=area.team, at=AT + HOUR)
    assert Patient.objects.get().died_at == AT


def test_a_death_by_mistake_is_undone_in_every_room(area):
    life.register_death(patient=area.patient, died_at=AT + HOUR, by=area.team, at=AT + HOUR)
    life.take_back_death(patient=area.patient, reason="Fel person", by=area.team, at=AT + 2 * HOUR)
    assert Patient.objects.get().died_at is None
    request = CareRequest.objects.get()
    assert (request.state, request.outcome, request.keeper.name) == ("new", "", "Intaget")
    assert VisitNeed.objects.get().ended_at is None
    assert Visit.objects.get().state == "to_plan"
    assert Episode.objects.get().ended_at is None
    assert queries.main_holders([area.patient.pk], AT + 3 * HOUR)[area.patient.pk, "nursing"] == area.home_nursing.unit
    assert list(open_needs("umea", MONDAY)) == list(VisitNeed.objects.all())


def test_nobody_drives_home_to_one_on_a_ward_and_the_visits_come_back(area):
    stay = life.admit(patient=area.patient, ward=area.ward.unit, admitted_at=AT, by=area.ward, at=AT + HOUR)
    assert Visit.objects.get().state == "cancelled"
    tomorrow = MONDAY + timedelta(days=1)
    assert not open_needs("umea", tomorrow).exists()
    with pytest.raises(AlreadyOnWard):
        life.admit(patient=area.patient, ward=area.ward.unit, admitted_at=AT + HOUR, by=area.ward, at=AT + HOUR)
    life.discharge(stay=stay, discharged_at=AT + 5 * HOUR, by=area.ward, at=AT + 5 * HOUR)
    assert open_needs("umea", tomorrow).count() == 1
    holder = queries.main_holders([area.patient.pk], AT + 6 * HOUR)[area.patient.pk, "medical"]
    assert holder == area.team.unit
