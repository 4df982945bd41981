"""The synthetic population: official numbers only, the real proportions, the same every time."""

from collections import Counter
from datetime import date

import pytest

from narvard.demo import geography, homes, names, need, sources
from narvard.demo.cast import PATIENTS
from narvard.demo.residents import PROTECTED_PERSONS, Resident, largest_remainder, residents

DAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def people() -> tuple[Resident, ...]:
    return residents(1, DAY)


def test_same_seed_gives_the_same_persons_and_another_seed_others(people):
    assert residents(1, DAY) == people
    assert residents(2, DAY) != people


def test_about_a_thousand_persons_each_with_an_official_number_of_their_own(people):
    assert 990 <= len(people) <= 1030
    assert len({person.number for person in people}) == len(people)
    assert {person.number for person in people} <= set(sources.official_numbers())


def test_ages_fit_the_demo_date_and_some_are_children(people):
    assert sum(person.age < 18 for person in people) >= 15
    assert sum(person.age >= 65 for person in people) / len(people) > 0.9
    assert all(1 <= person.age <= 101 for person in people)
    assert all(person.born == sources.birth_date(person.number) for person in people)


def test_municipalities_follow_need(people):
    lived = Counter(person.home.municipality for person in people if not person.key)
    total = sum(lived.values())
    wanted = need.mobile_team_need()
    for code, persons in wanted.items():
        assert lived[code] == pytest.approx(total * persons / sum(wanted.values()), abs=1)


@pytest.mark.parametrize("code", sorted(homes.OUTSIDE_SHARE))
def test_the_real_share_lives_outside_localities(people, code):
    there = [person.home for person in people if person.home.municipality == code and not person.key]
    outside = sum(home.outside for home in there) / len(there)
    assert outside == pytest.approx(homes.OUTSIDE_SHARE[code], abs=0.5 / len(there) + 1e-9)


def test_every_home_is_on_land_in_its_own_municipality(people):
    for person in people:
        home = person.home
        assert geography.habitable(home.municipality, home.lat, home.lon), person
        if not person.key:
            assert geography.inside_a_locality(home.lat, home.lon) is not home.outside


def test_listed_at_the_nearest_health_centre(people):
    clinics = sources.facilities("clinic")
    for person in people:
        here = (person.home.lat, person.home.lon)
        by_name = {clinic.name: geography.distance_km(here, (clinic.lat, clinic.lon)) for clinic in clinics}
        assert by_name[person.health_centre] == min(by_name.values())


def test_phones_reach_nobody(people):
    shown = {person.phone for person in people} | {kin.phone for person in people for kin in person.kin}
    assert shown - {""} <= names.fictional_phones()


def test_children_have_guardians_and_few_identities_are_protected(people):
    assert all(any(kin.kind == "guardian" for kin in person.kin) for person in people if person.age < 18)
    assert sum(bool(person.protection) for person in people) == PROTECTED_PERSONS + 1
    assert sum(person.interpreter for person in people) >= 10


def test_the_cast_comes_first_with_what_its_stories_say(people):
    for person, story in zip(people, PATIENTS.values(), strict=False):
        assert (person.key, person.number, person.name) == (story.key, story.number, story.name)
        assert str(person.age) in story.story.split()[0]
        assert all(getattr(person, field) == value for field, value in story.told.items())


def test_largest_remainder_keeps_the_sum():
    assert largest_remainder({"a": 1.4, "b": 1.4, "c": 0.2}) == {"a": 2, "b": 1, "c": 0}


def test_a_point_at_sea_is_not_habitable():
    assert geography.contains("legal", "2480", 63.60, 20.60)
    assert not geography.habitable("2480", 63.60, 20.60)
