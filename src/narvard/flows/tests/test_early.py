"""Early signs make a case for a designated contact: told or found, looked at by a clock, ended with an answer."""

from datetime import timedelta

import pytest

from narvard.access.queries import patients_of
from narvard.access.tests.factories import CareRelationFactory
from narvard.care import rules
from narvard.care.models import DesignatedContact
from narvard.core.calendar import add_working_days, end_of_working_day
from narvard.core.errors import Stale
from narvard.flows import early
from narvard.flows.life import register_death
from narvard.flows.notices import escalate_early_signs
from narvard.intake.early import actions, queries
from narvard.intake.early.actions import CaseEnded, CaseNotValid, NotYourCase
from narvard.intake.early.models import EarlyCase
from narvard.intake.models import CareRequest
from narvard.intake.tests.world import NOW, World, build
from narvard.organisation.models import CareUnit, Commission
from narvard.organisation.notices.queries import notices_of
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory
from narvard.people.actions import record_fact
from narvard.people.models import Fact

LATER = NOW + timedelta(hours=1)
SIGNS = {"early_marker": True}


@pytest.fixture
def world(db: None) -> World:
    return build()


@pytest.fixture
def nurse(world: World) -> Commission:
    """A nurse at the health centre where the patient is listed."""
    centre = CareUnitFactory(kind=CareUnit.Kind.HEALTH_CENTRE, provider=world.ward.provider)
    world.patient.listed_at = centre
    world.patient.save()
    CareRelationFactory(patient=world.patient, unit=centre, kind="listed", since=NOW)
    return CommissionFactory(unit=centre, role="physician")


@pytest.fixture
def helper(world: World) -> Commission:
    """Somebody in the home help that comes to the patient."""
    unit = CareUnitFactory(kind=CareUnit.Kind.HOME_HELP, provider=world.nursing.provider)
    CareRelationFactory(patient=world.patient, unit=unit, kind="social", since=NOW)
    return CommissionFactory(unit=unit, role="social")


def told(world: World, by: Commission, **changes: object) -> EarlyCase:
    values = {"signs": SIGNS, "seen": "Äter sämre", "agreed": True, "at": NOW}
    return early.tell_early_signs(patient=world.patient, by=by, **(values | changes))


def test_home_help_tells_the_health_centre_and_no_car_is_asked_for(
    world: World, nurse: Commission, helper: Commission
) -> None:
    case = told(world, helper)
    assert list(queries.cases_of(nurse.unit)) == [case]
    assert list(queries.told_by(helper.unit, NOW)) == [case]
    assert case.due_at == end_of_working_day(add_working_days(NOW.date(), 5))
    assert Fact.objects.get(name="early_marker").value is True
    assert not CareRequest.objects.exists()


def test_looked_at_then_a_contact_is_named_and_the_case_ends(
    world: World, nurse: Commission, helper: Commission
) -> None:
    case = actions.accept_early_case(case=told(world, helper).pk, by=nurse, at=LATER)
    assert (case.state, case.met_look) == ("accepted", True)
    assert case.due_at == end_of_working_day(add_working_days(NOW.date(), 10))
    ended = early.name_contact(case=case, person=nurse, by=nurse, at=LATER, version=case.version)
    assert (ended.state, ended.met_end, ended.due_at) == ("contact", True, None)
    assert DesignatedContact.objects.get().staff == nurse.staff
    assert not queries.cases_of(nurse.unit)


def test_a_case_is_dismissed_only_with_a_reason(world: World, nurse: Commission, helper: Commission) -> None:
    case = told(world, helper)
    with pytest.raises(CaseNotValid):
        actions.dismiss_early_case(case=case.pk, reason=" ", by=nurse, at=LATER)
    ended = actions.dismiss_early_case(case=case.pk, reason="Har redan en kontakt", by=nurse, at=LATER)
    assert (ended.state, ended.reason) == ("dismissed", "Har redan en kontakt")
    with pytest.raises(CaseEnded):
        actions.accept_early_case(case=case.pk, by=nurse, at=LATER)


def test_more_signs_join_the_open_case(world: World, nurse: Commission, helper: Commission) -> None:
    told(world, helper)
    case = told(world, nurse, signs={"emergency_visits_12_months": 6}, seen="Ringer ofta")
    assert case.markers == {"early_marker": True, "emergency_visits_12_months": 6}
    assert case.seen == "Äter sämre\nRinger ofta"
    assert EarlyCase.objects.count() == 1


@pytest.mark.parametrize("signs", [{}, {"early_marker": False}, {"emergency_visits_12_months": 1}])
def test_what_is_no_sign_makes_no_case(world: World, nurse: Commission, signs: dict[str, object]) -> None:
    with pytest.raises(CaseNotValid):
        told(world, nurse, signs=signs)
    assert not Fact.objects.exists()


def test_social_services_tell_with_the_persons_yes_only(world: World, nurse: Commission, helper: Commission) -> None:
    with pytest.raises(CaseNotValid, match="Fråga personen först"):
        told(world, helper, agreed=False)
    assert told(world, nurse, agreed=False).state == "open"


def test_who_does_not_meet_the_person_tells_nothing_and_an_unlisted_person_has_nobody(
    world: World, nurse: Commission, helper: Commission
) -> None:
    with pytest.raises(rules.NotYourPatient):
        told(world, world.outsider)
    world.patient.listed_at = None
    world.patient.save()
    with pytest.raises(early.NobodyLooks):
        told(world, helper)


def test_only_the_health_centre_answers_and_on_the_case_as_shown(
    world: World, nurse: Commission, helper: Commission
) -> None:
    case = told(world, helper)
    with pytest.raises(NotYourCase):
        actions.accept_early_case(case=case.pk, by=helper, at=LATER)
    with pytest.raises(Stale):
        actions.accept_early_case(case=case.pk, by=nurse, at=LATER, version=case.version + 1)


def test_a_late_case_is_escalated_once_for_each_clock_and_the_unit_is_told(
    world: World, nurse: Commission, helper: Commission
) -> None:
    case = told(world, helper)
    assert case.due_at is not None
    late = case.due_at + timedelta(minutes=1)
    assert [escalate_early_signs(case.due_at), escalate_early_signs(late), escalate_early_signs(late)] == [0, 1, 0]
    assert [row.kind for row in notices_of(nurse.unit, late)] == ["early"]
    accepted = actions.accept_early_case(case=case.pk, by=nurse, at=late)
    assert (accepted.met_look, accepted.escalated_at) == (False, None)
    assert accepted.due_at is not None
    assert escalate_early_signs(accepted.due_at + timedelta(minutes=1)) == 1


def test_frequent_visits_that_are_known_make_a_case_once(world: World, nurse: Commission) -> None:
    visits = {"patient": world.patient, "name": "emergency_visits_12_months", "source": "journal", "by": nurse}
    record_fact(**visits, value=3, at=NOW)
    assert early.find_frequent_visits(NOW) == 0
    record_fact(**visits, value=7, at=LATER)
    assert early.find_frequent_visits(LATER) == 1
    assert early.find_frequent_visits(LATER) == 0
    case = EarlyCase.objects.get()
    assert (case.opened_by, case.markers) == (None, {"emergency_visits_12_months": 7})
    actions.dismiss_early_case(case=case.pk, reason="Känd sedan länge", by=nurse, at=LATER)
    assert early.find_frequent_visits(LATER) == 0


def test_the_case_of_one_who_dies_ends(world: World, nurse: Commission, helper: Commission) -> None:
    told(world, helper)
    register_death(patient=world.patient, died_at=NOW, by=nurse, at=LATER)
    assert EarlyCase.objects.get().state == "dismissed"
    assert not queries.cases_of(nurse.unit)


def test_the_home_help_sees_the_answer_and_nothing_of_the_record(
    world: World, nurse: Commission, helper: Commission
) -> None:
    actions.dismiss_early_case(case=told(world, helper).pk, reason="Har en kontakt", by=nurse, at=LATER)
    assert [row.reason for row in queries.told_by(helper.unit, NOW)] == ["Har en kontakt"]
    assert world.patient in patients_of(helper, LATER)
