"""Places named on the phone."""

import pytest

from narvard.people.places import UnknownPlace, find_locality, localities

UMEA = (63.83, 20.26)


def test_a_place_is_found_whatever_the_case():
    assert find_locality("vännäsby").municipality == "Vännäs"


def test_namesakes_ask_for_the_municipality_or_take_the_nearest():
    with pytest.raises(UnknownPlace, match="Flera"):
        find_locality("Lund")
    namesakes = [row for row in localities() if row.name == "Lund"]
    for row in namesakes:
        assert find_locality("Lund", nearest_to=(row.latitude, row.longitude)) == row
    assert {find_locality(f"Lund ({row.municipality})") for row in namesakes if row.municipality != "Lund"} <= {
        *namesakes
    }


def test_an_unknown_place_is_refused_in_words():
    with pytest.raises(UnknownPlace, match="finns inte"):
        find_locality("Ankeborg")


def test_every_place_lies_in_sweden():
    assert len(localities()) > 2000
    assert all(55 < row.latitude < 70 and 10 < row.longitude < 25 for row in localities())
