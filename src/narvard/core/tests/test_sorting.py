"""Swedish order."""

from narvard.core.sorting import sort_key


def test_swedish_letters_come_last_in_their_own_order():
    names = ["Öberg", "Ärlig", "Åberg", "Zetterlund", "Andersson", "Édouard", "Eriksson"]
    assert sorted(names, key=sort_key) == ["Andersson", "Édouard", "Eriksson", "Zetterlund", "Åberg", "Ärlig", "Öberg"]


def test_case_and_composition_do_not_matter():
    assert sort_key("ÅSA") == sort_key("a\u030asa")


def test_a_shorter_family_name_comes_first_whatever_follows():
    assert sort_key("Berg", "Östen") < sort_key("Bergman", "Anna")
