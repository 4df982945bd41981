"""A team asks for a bed: who may, who answers by the clock, and what the person's arrival does."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest

from narvard.access.queries import patients_of
from narvard.access.tests.factories import CareRelationFactory, ConsentFactory
from narvard.care import actions as care
from narvard.care import queries, rules
from narvard.care.actions.beds import AlreadyInBed, BedNotGiven, NoSuchBed, ProgrammeCannot
from narvard.care.actions.handovers import AlreadyAnswered, AlreadyProposed
from narvard.care.models import Episode, Handover, HospitalStay
from narvard.core.errors import Stale
from narvard.flows.beds import arrive
from narvard.flows.life import register_death
from narvard.flows.notices import escalate_handovers
from narvard.flows.passing import accept_handover
from narvard.intake.tests.world import NOW, World, build
from narvard.organisation.models import CareUnit, Commission, Programme
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory, TeamFactory

LATER = NOW + timedelta(minutes=20)
WHY = care.Content("Svårt andfådd, behöver inneliggande vård")


@dataclass
class Beds:
    """A team whose programme may ask for a bed, the unit that has it, and the person's enrolment at the team."""

    world: World
    bed: str
    team: Commission
    receiver: Commission
    episode: Episode

    def ask(self, **changes: object) -> Handover:
        values = {"receiver": self.receiver.unit, "bed": self.bed, "content": WHY, "by": self.team, "at": NOW}
        return care.ask_for_bed(episode=self.episode, **(values | changes))

    def given(self) -> Handover:
        return accept_handover(handover=self.ask(), takes_visits=False, by=self.receiver, at=LATER)


def beds(programme: str, bed: str, kind: str) -> Beds:
    world = build()
    unit = TeamFactory(
        unit__name="Närsjukvårdsteam",
        unit__provider=world.ward.provider,
        programme=Programme.objects.get(key=programme),
        base__municipality=world.patient.municipality,
        municipalities=[world.patient.municipality],
    ).unit
    team = CommissionFactory(unit=unit, role="team")
    provider = world.ward.provider if kind == "ward" else world.nursing.provider
    receiver = CommissionFactory(
        unit=CareUnitFactory(kind=kind, provider=provider, care_area="umea"),
        role="ward" if kind == "ward" else "municipal",
    )
    consent = ConsentFactory(patient=world.patient, kind="enrolment", since=NOW)
    CareRelationFactory(patient=world.patient, unit=unit, kind="contact", since=NOW)
    holders = {"nursing": unit, "medical": unit, "rehabilitation": unit, "coordination": unit}
    episode = care.enrol(patient=world.patient, unit=unit, holders=holders, consent=consent, by=team, at=NOW)
    return Beds(world, bed, team, receiver, episode)


@pytest.fixture
def ward(db: None) -> Beds:
    return beds("nsvt_sahlgrenska", "direct_admission", "ward")


@pytest.fixture
def place(db: None) -> Beds:
    return beds("trakteam", "short_term_place", "short_term")


def holder(beds: Beds, kind: str, at: datetime = LATER) -> CareUnit | None:
    return queries.main_holders([beds.world.patient.pk], at).get((beds.world.patient.pk, kind))


def test_the_ward_answers_within_half_an_hour_and_the_team_keeps_until_the_person_is_there(ward: Beds) -> None:
    row = ward.given()
    assert (row.due_at, row.state, row.kinds) == (None, "accepted", [])
    assert holder(ward, "medical") == ward.team.unit
    assert ward.world.patient in patients_of(ward.receiver, LATER)
    arrive(handover=row, by=ward.receiver, at=LATER, version=row.version)
    assert HospitalStay.objects.get().ward == ward.receiver.unit
    assert holder(ward, "medical", LATER + timedelta(minutes=1)) == ward.receiver.unit
    assert Handover.objects.get().arrived_at == LATER


def test_the_nursing_goes_to_the_short_term_place_and_the_care_goes_on_there(place: Beds) -> None:
    row = place.ask(hand_back_on=date(2026, 12, 7))
    assert (row.kinds, row.due_at) == (["nursing"], datetime(2026, 11, 24, 15, tzinfo=UTC))
    accept_handover(handover=row, takes_visits=False, by=place.receiver, at=LATER)
    row.refresh_from_db()
    assert (holder(place, "nursing"), holder(place, "medical")) == (place.receiver.unit, place.team.unit)
    arrive(handover=row, by=place.receiver, at=LATER, version=row.version)
    assert Episode.objects.filter(unit=place.receiver.unit, ended_at=None).exists()
    assert place.episode.ended_at is None


def test_only_a_team_whose_programme_says_so_asks(ward: Beds) -> None:
    with pytest.raises(ProgrammeCannot):
        ward.ask(bed="short_term_place")
    Programme.objects.get(teams=ward.team.unit_id).teams.update(programme=Programme.objects.get(key="got"))
    with pytest.raises(ProgrammeCannot):
        ward.ask()


def test_only_a_unit_with_such_beds_is_asked_and_by_the_episodes_own_unit(ward: Beds) -> None:
    with pytest.raises(NoSuchBed):
        ward.ask(receiver=ward.world.nursing)
    with pytest.raises(rules.NotYourUnit):
        ward.ask(by=ward.world.got_nurse)
    with pytest.raises(rules.ReasonMissing):
        ward.ask(content=care.Content("  "))


def test_one_question_at_a_time_and_none_for_one_on_a_ward(ward: Beds) -> None:
    arrive(handover=ward.given(), by=ward.receiver, at=LATER)
    with pytest.raises(AlreadyInBed):
        ward.ask()
    HospitalStay.objects.update(discharged_at=LATER, discharged_by=ward.receiver)
    ward.ask()
    with pytest.raises(AlreadyProposed):
        ward.ask()


def test_an_unanswered_question_is_escalated_and_still_waits(ward: Beds) -> None:
    row = ward.ask()
    assert row.due_at == NOW + timedelta(minutes=30)
    assert escalate_handovers(NOW + timedelta(minutes=31)) == 1
    row.refresh_from_db()
    assert (row.escalated_at, row.state) == (NOW + timedelta(minutes=31), "proposed")


def test_a_no_leaves_everything_with_the_team(ward: Beds) -> None:
    care.decline_handover(handover=ward.ask(), reason="Fullt", by=ward.receiver, at=LATER)
    assert holder(ward, "medical") == ward.team.unit
    with pytest.raises(AlreadyAnswered):
        arrive(handover=Handover.objects.get(), by=ward.receiver, at=LATER)


def test_nobody_arrives_before_a_yes_or_twice_or_by_another_unit(ward: Beds) -> None:
    with pytest.raises(BedNotGiven):
        arrive(handover=ward.ask(), by=ward.receiver, at=LATER)
    row = accept_handover(handover=Handover.objects.get(), takes_visits=False, by=ward.receiver, at=LATER)
    with pytest.raises(rules.NotYourUnit):
        arrive(handover=row, by=ward.team, at=LATER)
    with pytest.raises(Stale):
        arrive(handover=row, by=ward.receiver, at=LATER, version=row.version - 1)
    arrive(handover=row, by=ward.receiver, at=LATER)
    with pytest.raises(AlreadyAnswered):
        arrive(handover=row, by=ward.receiver, at=LATER)


def test_a_question_about_one_who_has_died_is_withdrawn(ward: Beds) -> None:
    ward.ask()
    register_death(patient=ward.world.patient, died_at=NOW, by=ward.team, at=LATER)
    assert Handover.objects.get().state == "withdrawn"
