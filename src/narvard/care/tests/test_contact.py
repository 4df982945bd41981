"""Contacts that are not enrolments: advice, single visit, dated order with an answer, consult; and how they end."""

import pytest

from narvard.access import guard
from narvard.care import actions, rules
from narvard.care.actions.episodes import AFTERWARDS, AnswerMissing, EpisodeEnded, FormNotKnown, StillResponsible
from narvard.care.models import Episode
from narvard.care.tests.factories import AT, HOUR
from narvard.core.errors import Stale


def contact(area, form, **fields) -> Episode:
    return actions.start_contact(patient=area.patient, unit=area.team.unit, form=form, by=area.team, at=AT, **fields)


def test_advice_is_given_and_ended_in_one_act(area):
    episode = contact(area, "advice", answer="Öka vätskan, ring i morgon")
    assert (episode.ended_at, episode.answer) == (AT, "Öka vätskan, ring i morgon")
    guard.open_patient(area.patient.pk, by=area.team, at=AT + AFTERWARDS - HOUR)
    with pytest.raises(guard.AccessDenied):
        guard.open_patient(area.patient.pk, by=area.team, at=AT + AFTERWARDS)


def test_advice_without_words_is_refused(area):
    with pytest.raises(rules.ReasonMissing):
        contact(area, "advice", answer="  ")
    assert not Episode.objects.exists()


@pytest.mark.parametrize("form", ["enrolment", "hotel", ""])
def test_a_contact_has_a_form(area, form):
    with pytest.raises(FormNotKnown):
        contact(area, form)


def test_a_dated_order_ends_only_when_the_orderer_has_been_answered(area):
    episode = contact(area, "dated_order", goal="Antibiotika intravenöst i tre dagar")
    with pytest.raises(AnswerMissing):
        actions.end_episode(episode=episode, reason="klart", by=area.team, at=AT + HOUR)
    answered = actions.answer_order(episode=episode, answer="Tre doser givna", by=area.team, at=AT + HOUR)
    ended = actions.end_episode(
        episode=episode, reason="klart", by=area.team, at=AT + 2 * HOUR, version=answered.version
    )
    assert ended.ended_at == AT + 2 * HOUR


def test_ending_needs_a_reason_the_right_unit_and_the_page_as_it_is(area):
    episode = contact(area, "single_visit")
    end = actions.end_episode
    with pytest.raises(rules.ReasonMissing):
        end(episode=episode, reason=" ", by=area.team, at=AT + HOUR)
    with pytest.raises(rules.NotYourUnit):
        end(episode=episode, reason="klart", by=area.other_team, at=AT + HOUR)
    with pytest.raises(Stale):
        end(episode=episode, reason="klart", by=area.team, at=AT + HOUR, version=7)
    end(episode=episode, reason="klart", by=area.team, at=AT + HOUR)
    with pytest.raises(EpisodeEnded):
        end(episode=episode, reason="klart", by=area.team, at=AT + HOUR)


def test_an_enrolment_does_not_end_while_the_unit_is_responsible(area):
    episode = area.enrol()
    with pytest.raises(StillResponsible):
        actions.end_episode(episode=episode, reason="utskriven", by=area.team, at=AT + HOUR)
    handover = area.propose(episode, area.health_centre, kinds=["medical"], ends_episode=False)
    with pytest.raises(StillResponsible):
        actions.end_episode(episode=episode, reason="utskriven", by=area.team, at=AT + 2 * HOUR)
    actions.accept_handover(handover=handover, by=area.health_centre, at=AT + 2 * HOUR)
    rest = area.propose(
        episode, area.home_nursing, kinds=["nursing", "rehabilitation", "coordination"], ends_episode=False
    )
    actions.accept_handover(handover=rest, by=area.home_nursing, at=AT + 3 * HOUR)
    ended = actions.end_episode(episode=episode, reason="utskriven", by=area.team, at=AT + 4 * HOUR)
    assert ended.ended_at == AT + 4 * HOUR
