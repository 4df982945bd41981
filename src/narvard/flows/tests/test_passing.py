"""Care begins, passes on and ends across rooms, each in one transaction."""

from datetime import date, timedelta

import pytest

from narvard.care import actions as care
from narvard.care import queries
from narvard.care.actions.episodes import HolderHasNotAccepted
from narvard.care.actions.handovers import AlreadyAnswered
from narvard.care.ledger import MAIN_KINDS
from narvard.care.models import DesignatedContact, Episode
from narvard.care.tests.factories import AT, HOUR, Area, make_area
from narvard.core import audit
from narvard.core.calendar import at_local
from narvard.flows.beginning import Yes, begin_contact, begin_enrolment
from narvard.flows.passing import accept_handover, end_care
from narvard.flows.registering import register
from narvard.intake.models import CareRequest
from narvard.organisation.models import CareUnit
from narvard.organisation.tests.factories import CareUnitFactory
from narvard.visits import actions as visits
from narvard.visits.models import Visit, VisitNeed
from narvard.visits.queries import open_needs
from narvard.visits.tests.factories import VisitNeedFactory

MONDAY = date(2026, 11, 23)


@pytest.fixture
def area(db) -> Area:
    return make_area()


@pytest.fixture
def request_taken(area) -> CareRequest:
    return register(
        patient=area.patient,
        intake=CareUnitFactory(kind=CareUnit.Kind.INTAKE, name="Intaget"),
        sender_unit=area.health_centre.unit,
        channel="health_centre",
        urgency="planned",
        question="Bedömning i hemmet",
        facts={},
        take=True,
        by=area.team,
        at=AT - HOUR,
    )


def holders(area, **kinds) -> dict:
    return {kind: kinds.get(kind, area.team).unit for kind in MAIN_KINDS}


def need_for(episode, **fields) -> VisitNeed:
    need = VisitNeedFactory(episode=episode, **fields)
    visits.generate_day(care_area="umea", date=MONDAY, by=audit.SYSTEM, at=AT)
    return need


def test_an_accepted_request_becomes_an_enrolment_and_ends(area, request_taken):
    episode = begin_enrolment(
        patient=area.patient,
        yes=Yes(how="spoken", share=True),
        holders=holders(area, nursing=area.home_nursing),
        request=request_taken,
        goal="Klara sig hemma",
        contacts=[("care_contact", area.team)],
        by=area.team,
        at=AT,
    )
    request_taken.refresh_from_db()
    assert (request_taken.state, request_taken.outcome) == ("closed", "episode")
    assert episode.request == request_taken
    assert set(area.patient.consents.values_list("kind", flat=True)) == {"enrolment", "shared_record"}
    assert DesignatedContact.objects.get().staff == area.team.staff
    assert episode.programme == area.team.unit.team.programme


def test_a_refused_enrolment_leaves_nothing_behind(area, request_taken):
    with pytest.raises(HolderHasNotAccepted):
        begin_enrolment(
            patient=area.patient,
            yes=Yes(how="spoken"),
            holders=holders(area, medical=area.other_team),
            request=request_taken,
            by=area.team,
            at=AT,
        )
    request_taken.refresh_from_db()
    assert request_taken.state == "accepted"
    assert not area.patient.consents.exists()
    assert not Episode.objects.exists()


def test_an_accepted_request_becomes_a_contact_and_ends(area, request_taken):
    episode = begin_contact(patient=area.patient, form="consult", request=request_taken, by=area.team, at=AT)
    request_taken.refresh_from_db()
    assert (episode.kind, request_taken.outcome) == ("contact", "episode")
    assert list(queries.to_start(area.team.unit_id)) == []


def test_the_receiver_takes_the_visits_too(area):
    need = need_for(area.enrol())
    handover = area.propose(need.episode, area.other_team)
    accept_handover(handover=handover, takes_visits=True, by=area.other_team, at=AT + 2 * HOUR)
    giver, receiver = Episode.objects.order_by("started_at")
    assert giver.ended_at == AT + 2 * HOUR
    assert (receiver.unit, receiver.consent, receiver.kind) == (area.other_team.unit, giver.consent, "enrolment")
    visit = Visit.objects.get()
    assert (visit.episode, visit.roles.get().unit, visit.state) == (receiver, area.other_team.unit, "to_plan")
    need.refresh_from_db()
    assert (need.episode, need.ended_at) == (receiver, None)


def test_visits_end_with_the_givers_episode_when_the_receiver_does_not_take_them(area):
    need = need_for(area.enrol())
    handover = area.propose(need.episode, area.other_team)
    accept_handover(handover=handover, takes_visits=False, by=area.other_team, at=AT + 2 * HOUR)
    need.refresh_from_db()
    assert need.ended_at == AT + 2 * HOUR
    assert Visit.objects.get().state == "cancelled"


def test_a_partial_handover_leaves_visits_with_the_giver(area):
    need = need_for(area.enrol())
    handover = area.propose(need.episode, area.home_nursing, kinds=["nursing"])
    accept_handover(handover=handover, takes_visits=False, by=area.home_nursing, at=AT + 2 * HOUR)
    need.refresh_from_db()
    assert need.ended_at is None
    assert Episode.objects.get().ended_at is None


def test_visits_move_on_the_day_that_the_responsibility_does(area):
    need = need_for(area.enrol(), every_days=2)
    friday = at_local(date(2026, 11, 27), 8 * 60)
    for offset in (2, 4, 6):
        visits.generate_day(care_area="umea", date=MONDAY + timedelta(days=offset), by=audit.SYSTEM, at=AT)
    handover = area.propose(need.episode, area.other_team, wished_at=friday)
    accept_handover(handover=handover, takes_visits=True, by=area.other_team, at=AT + 2 * HOUR)
    units = {visit.date.day: visit.roles.get().unit for visit in Visit.objects.all()}
    mine, theirs = area.team.unit, area.other_team.unit
    assert units == {23: mine, 25: mine, 27: theirs, 29: theirs}
    need.refresh_from_db()
    assert need.last_on == date(2026, 11, 26)
    continued = VisitNeed.objects.get(episode__unit=theirs)
    assert (continued.first_on, continued.every_days) == (date(2026, 11, 27), 2)
    for day, expected in ((25, [need]), (27, [continued])):
        assert list(open_needs("umea", date(2026, 11, day))) == expected


def test_a_health_centre_that_takes_over_ends_the_enrolment(area):
    area.enrol(nursing=area.home_nursing)
    episode = Episode.objects.get()
    handover = area.propose(episode, area.health_centre, kinds=["medical", "rehabilitation", "coordination"])
    accept_handover(handover=handover, takes_visits=False, by=area.health_centre, at=AT + 2 * HOUR)
    episode.refresh_from_db()
    assert episode.ended_at == AT + 2 * HOUR
    assert not queries.enrolments_at(area.patient, AT + 3 * HOUR).exists()
    with pytest.raises(AlreadyAnswered):
        accept_handover(handover=handover, takes_visits=False, by=area.health_centre, at=AT + 3 * HOUR)


def test_ending_care_ends_what_it_asked_of_the_visits(area):
    episode = care.start_contact(patient=area.patient, unit=area.team.unit, form="single_visit", by=area.team, at=AT)
    need = need_for(episode)
    end_care(episode=episode, reason="Klart", by=area.team, at=AT + HOUR)
    need.refresh_from_db()
    assert need.ended_at == AT + HOUR
    assert Visit.objects.get().reason == "Klart"
