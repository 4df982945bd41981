"""Who is enrolled where, who answers for what, which visits are needed and what is asked on the demo morning."""

from collections import Counter
from datetime import date, timedelta

import pytest

from narvard.care.models import Episode, ResponsibilityKind
from narvard.demo.area import MODELS, area
from narvard.demo.caseload import ENROLLED, caseload
from narvard.demo.duty import minutes_on_duty
from narvard.demo.requests import PATHS, requests
from narvard.demo.residents import residents
from narvard.intake.models import Channel, Urgency

DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def people():
    return residents(1, DAY)


@pytest.fixture(scope="module", params=MODELS)
def drawn(request, people):
    return area(request.param), caseload(1, DAY, area(request.param), people)


def test_the_same_seed_gives_the_same_caseload(people, drawn):
    assert caseload(1, DAY, drawn[0], people) == drawn[1]


def test_450_persons_are_enrolled_in_both_models(drawn):
    assert len(drawn[1].enrolments) == ENROLLED == len(drawn[1].enrolled)


def test_nobody_is_enrolled_by_a_team_that_does_not_go_there(people, drawn):
    units, load = drawn[0].units, drawn[1]
    for row in load.enrolments:
        assert people[row.person].home.municipality in units[row.team].team.covers


def test_the_joint_model_is_spread_more_evenly_than_today(people):
    shares = {}
    for model in MODELS:
        rows = caseload(1, DAY, area(model), people).enrolments
        shares[model] = Counter(people[row.person].home.municipality for row in rows)["2480"] / len(rows)
    assert shares["today"] > shares["joint"]
    assert shares["joint"] == pytest.approx(2310.7 / 3122.7, abs=0.06)


def test_hospital_connected_teams_have_20_to_25_active(people):
    rows = caseload(1, DAY, area("joint"), people).enrolments
    sizes = Counter(row.team for row in rows if row.team.startswith("sk-"))
    assert len(sizes) == 4
    assert all(20 <= size <= 25 for size in sizes.values())


def test_every_kind_has_a_holder_that_may_hold_it(drawn):
    units, load = drawn[0].units, drawn[1]
    for row in load.enrolments:
        assert set(row.holders) == set(ResponsibilityKind.values)
        assert units[row.holders["medical"]].provider == "region"
        assert all(holder in units for holder in row.holders.values())


def test_guardians_say_yes_for_children(people, drawn):
    children = [row for row in drawn[1].enrolments if people[row.person].age < 18]
    assert children
    assert {row.consent_how for row in children} == {"guardian"}


def test_visits_are_asked_of_professions_that_the_unit_sends_out(drawn):
    for row in (*drawn[1].enrolments, *drawn[1].contacts):
        for need in row.needs:
            for role in need.roles:
                assert role.profession in minutes_on_duty(role.unit), (role, need.story.what)


def test_the_day_has_over_400_visits_and_some_of_two_employers(drawn):
    units, load = drawn[0].units, drawn[1]
    rows = (*load.enrolments, *load.contacts)
    due = [need for row in rows for need in row.needs if need.due_on(DAY)]
    assert 400 <= len(due) <= 600
    assert any(len({units[role.unit].provider for role in need.roles}) == 2 for need in due)


def test_weekdays_are_alike_and_no_office_team_is_asked_for_a_weekend(drawn):
    load = drawn[1]
    due = {
        day: sum(need.due_on(day) for row in load.enrolments for need in row.needs)
        for day in (DAY + timedelta(days=offset) for offset in range(14))
    }
    weekdays = [count for day, count in due.items() if day.weekday() < 5]
    assert max(weekdays) < 1.25 * min(weekdays)
    office = [row for row in load.enrolments if row.team in {"got", "ogh", "demens"} or row.team.startswith("pv-24")]
    needs = [need for row in office for need in row.needs for role in need.roles if role.unit == row.team]
    weekend = [day for day in due if day.weekday() >= 5]
    assert not any(need.due_on(day) for need in needs for day in weekend)


def test_contacts_are_of_every_form_and_nobodys_who_is_enrolled(drawn):
    load = drawn[1]
    assert {row.form for row in load.contacts} == {
        Episode.Form.ADVICE,
        Episode.Form.SINGLE_VISIT,
        Episode.Form.DATED_ORDER,
    }
    assert not load.enrolled & {row.person for row in load.contacts}


def test_requests_come_through_every_channel_and_to_every_end(people, drawn):
    rows = requests(1, drawn[0], people, drawn[1])
    assert rows == requests(1, drawn[0], people, drawn[1])
    assert {row.channel for row in rows} == set(Channel.values)
    assert {row.path for row in rows} == set(PATHS)
    assert {row.urgency for row in rows} == set(Urgency.values)
    assert all(row.minutes_ago > 0 for row in rows)
    assert all("{" not in row.question + row.background for row in rows)


def test_the_casts_patients_are_asked_about_as_their_stories_say(people, drawn):
    asked = {people[row.person].key: row for row in requests(1, drawn[0], people, drawn[1]) if people[row.person].key}
    assert set(asked) == {"gunvor", "majbritt", "per", "arne", "rune", "birgitta"}
    assert (asked["gunvor"].path, asked["birgitta"].path) == ("new", "new")
    assert asked["rune"].path == "declined"
