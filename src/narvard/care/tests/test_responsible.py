"""Who is responsible at an instant, and whom to call then and in the coming night."""

from datetime import datetime, timedelta

import pytest

from narvard.care import actions, presenters, queries, rules
from narvard.care.ledger import AlreadyHolder
from narvard.care.tests.factories import AT, HOUR
from narvard.core.calendar import at_local
from narvard.organisation.models import CallingRule, OpeningHours


@pytest.fixture
def hours(area):
    """The team is open on weekdays 08-16 with a line of its own; home nursing answers for it when it is closed."""
    unit = area.team.unit
    for day in range(5):
        OpeningHours.objects.create(unit=unit, day=str(day), opens_minute=480, closes_minute=960)
    CallingRule.objects.create(unit=unit, order=1, when="open", label="Teamets telefon", phone="08-465 004 21")
    CallingRule.objects.create(
        unit=unit,
        order=2,
        when="closed",
        label="Nattpatrullen",
        phone="08-465 004 22",
        answered_by=area.home_nursing.unit,
    )
    return area


def shown(area, at: datetime, waiting=()):
    answers = queries.responsible(area.patient, at)
    found = presenters.calls(answers, None, None)
    return presenters.holder_lines(answers, waiting, at), found


def test_the_number_follows_the_hour(hours):
    hours.enrol()
    day, night = at_local(AT.date(), 9 * 60), at_local(AT.date(), 3 * 60)
    assert [phone.number for phone in shown(hours, day)[1].now] == ["08-465 004 21"]
    assert [phone.number for phone in shown(hours, day)[1].night] == ["08-465 004 22"]
    hours_before = [phone.number for phone in shown(hours, night + timedelta(days=1))[1].now]
    assert hours_before == ["08-465 004 22"]


@pytest.mark.parametrize(("minute", "day"), [(7 * 60, 24), (23 * 60, 24), (60, 23), (119, 23), (120, 24), (180, 24)])
def test_the_coming_night_is_the_next_two_oclock(minute, day):
    at = at_local(AT.date(), minute)
    assert queries.next_night(at) == at_local(AT.date().replace(day=day), 120)


def test_tonight_is_answered_by_the_one_who_has_taken_over_by_then(area):
    area.other_team.unit.phone = "08-465 004 33"
    area.other_team.unit.save()
    handover = area.propose(area.enrol(), area.other_team, wished_at=at_local(AT.date(), 18 * 60))
    actions.accept_handover(handover=handover, by=area.other_team, at=AT + HOUR)
    lines, found = shown(area, AT + HOUR)
    assert [phone.answers for phone in found.now] == ["Mobila teamet"]
    assert [phone.number for phone in found.night] == ["08-465 004 33"]
    assert lines[0].upcoming == "Palliativa teamet tar över i dag 18:00"


def test_one_number_is_one_button_however_much_it_answers_for(area):
    area.enrol(nursing=area.home_nursing)
    CallingRule.objects.create(
        unit=area.home_nursing.unit, order=1, when="always", label="Hemsjukvården", phone="08-465 004 44"
    )
    found = shown(area, AT)[1].now
    assert [(phone.answers, phone.when, phone.primary) for phone in found] == [
        ("Hemsjukvården", "omvårdnad", True),
        ("Mobila teamet", "medicinskt, rehabilitering och samordning", False),
    ]


def test_a_waiting_handover_says_that_the_responsibility_stays(area):
    handover = area.propose(area.enrol(), area.other_team, kinds=["nursing"])
    lines = {line.kind: line.upcoming for line in shown(area, AT + HOUR, [handover])[0]}
    assert lines["Omvårdnad"] == "Erbjuden Palliativa teamet. Ansvaret ligger kvar tills någon tar emot."
    assert lines["Medicinskt"] == ""


def test_a_scoped_holder_stands_beside(area):
    area.enrol()
    share = actions.share_responsibility
    share(patient=area.patient, kind="nursing", scope="dialys", unit=area.ward.unit, by=area.ward, at=AT)
    lines = shown(area, AT)[0]
    assert [(line.kind, line.holder) for line in lines if line.scoped] == [("Omvårdnad: dialys", "Geriatriken")]
    with pytest.raises(AlreadyHolder):
        share(patient=area.patient, kind="nursing", scope="dialys", unit=area.ward.unit, by=area.ward, at=AT)
    with pytest.raises(rules.NotYourUnit):
        share(patient=area.patient, kind="nursing", scope="sår", unit=area.ward.unit, by=area.team, at=AT)
    with pytest.raises(rules.NotYourUnit):
        share(patient=area.patient, kind="nursing", scope="dialys", unit=None, by=area.other_team, at=AT + HOUR)
    share(patient=area.patient, kind="nursing", scope="dialys", unit=None, by=area.team, at=AT + HOUR)
    assert not any(line.scoped for line in shown(area, AT + HOUR)[0])


def test_nobody_is_responsible_in_words_when_nobody_is_enrolled(area):
    assert queries.responsible(area.patient, AT) == []
    assert presenters.calls([], None, None) == presenters.Calls([], [])
