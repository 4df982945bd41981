"""The organisation of both operating models: units of every kind, the same people, nobody and no car twice at once."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from narvard.demo import cars, names
from narvard.demo.area import HSA_TEST_PREFIX, MODELS, area, hsa_id, local_unit, umea_district
from narvard.demo.cast import STAFF
from narvard.demo.duty import minutes_on_duty
from narvard.demo.staffing import role_of, shifts, staff
from narvard.organisation.models import CareProvider, CareUnit, Commission, Profession

DAY = date(2026, 11, 23)
WEEK = [DAY + timedelta(days=offset) for offset in range(7)]


@pytest.fixture(params=MODELS)
def model(request):
    return request.param


def test_today_has_the_six_teams_and_joint_two_kinds_of_team():
    assert len(area("today").teams) == 6
    assert len(area("today").programmes) == 6
    assert set(area("joint").programmes) == {"sjukhuskopplat_team", "primarvardsteam"}


def test_the_joint_model_covers_every_municipality_with_both_kinds():
    for kind in ("sjukhuskopplat_team", "primarvardsteam"):
        teams = [unit.team for unit in area("joint").teams if unit.team.programme == kind]
        assert {code for team in teams for code in team.covers} == {"2401", "2403", "2404", "2409", "2460", "2480"}


def test_there_are_units_of_every_kind_and_known_to_the_rooms(model):
    kinds = {unit.kind for unit in area(model).units.values()}
    assert kinds == set(CareUnit.Kind.values)
    assert {provider.kind for provider in area(model).providers} <= set(CareProvider.Kind.values)


def test_phones_and_catalogue_ids_reach_nobody(model):
    phones = [unit.phone for unit in area(model).units.values()]
    assert set(phones) <= names.fictional_phones()
    assert len(set(phones)) == len(phones)
    assert hsa_id("E", 7) == f"{HSA_TEST_PREFIX}-E0007"


def test_who_answers_after_hours_is_always_open(model):
    units = area(model).units
    for unit in units.values():
        if unit.closed_to:
            assert sum(closes - opens for _, opens, closes in units[unit.closed_to].hours) == 8 * 1440


def test_a_municipal_unit_serves_every_point(model):
    for code in ("2401", "2480"):
        for kind in ("nursing", "rehab", "help", "assessment"):
            assert local_unit(kind, code, 63.83, 20.26) in area(model).units
    assert {umea_district(63.80, 20.2), umea_district(63.84, 20.2), umea_district(63.84, 20.3)} == {
        "soder",
        "vast",
        "ost",
    }


def test_both_models_have_the_same_people():
    first, second = ({(p.key, p.given_name, p.family_name, p.profession) for p in staff(1, area(m))} for m in MODELS)
    assert first == second
    assert 100 <= len(first) <= 160


def test_staff_are_the_same_each_time_and_others_with_another_seed(model):
    assert staff(1, area(model)) == staff(1, area(model))
    assert {p.given_name for p in staff(1, area(model))} != {p.given_name for p in staff(2, area(model))}


def test_everybody_has_a_post_profession_role_and_purpose_the_rooms_know(model):
    drawn = area(model)
    for person in staff(1, drawn):
        assert person.profession in Profession.values
        for post in person.posts:
            role, purpose = role_of(person, drawn.units[post])
            assert role in Commission.Role.values
            assert purpose in Commission.Purpose.values


def test_the_cast_has_one_of_each_role_and_shared_posts_exist(model):
    people = {person.username: person for person in staff(1, area(model)) if person.username}
    assert set(people) == set(STAFF)
    assert {person.role for person in people.values()} == set(Commission.Role.values)
    employers = {area(model).units[post].provider for post in people["petra"].posts}
    assert len(employers) == 2


@pytest.mark.parametrize("day", WEEK)
def test_nobody_works_twice_at_once(model, day):
    rows = sorted(shifts(staff(1, area(model)), area(model), day), key=lambda row: (row.staff, row.starts))
    for row, following in pairwise(rows):
        assert row.staff != following.staff or row.ends <= following.starts


@pytest.mark.parametrize("day", WEEK)
def test_no_car_is_in_two_places_at_once(model, day):
    drawn = area(model)
    rows = shifts(staff(1, drawn), drawn, day)
    fleet = cars.with_municipal_cars(drawn)
    chosen = cars.assign(drawn, fleet, rows)
    base_of = {car.label: car.base for car in fleet}
    used = sorted(((label, row) for row, label in chosen.items()), key=lambda pair: (pair[0], pair[1].starts))
    for (label, row), (next_label, following) in pairwise(used):
        assert label != next_label or row.ends <= following.starts
    assert all(base_of[label] == row.base for row, label in chosen.items())
    assert len(chosen) >= 0.97 * len(rows)


def test_the_cast_is_at_work_on_the_demo_day(model):
    at_work = {row.staff for row in shifts(staff(1, area(model)), area(model), DAY)}
    assert {"sara", "johan", "petra", "marie"} <= at_work


def test_capacity_counts_only_posts_that_somebody_has():
    assert "physician" in minutes_on_duty("pv-2460")
    assert "physician" not in minutes_on_duty("nursing-2460")
    assert minutes_on_duty("rehab-2403") == {"occupational_therapist": 480}


def test_an_unknown_model_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="joint, today"):
        area("yesterday")
