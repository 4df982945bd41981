import pytest

from narvard.engines.criteria import Facts, Truth, describe, evaluate, explain, lines, parse, value_text, wanting
from narvard.engines.criteria.tests.vocabulary import CODES, FOUR_OF_SIX, HOUSING, VOCABULARY


def finding(data: object, **values: object):
    return evaluate(parse(data, VOCABULARY), Facts(VOCABULARY, values))


def test_four_of_six_names_what_is_unknown() -> None:
    found = finding(FOUR_OF_SIX, diagnoses=3, admissions=4, personal_care=False, age=84, home_nursing=False)
    assert found.truth is Truth.MET
    assert explain(found) == "4 av 6 uppfyllda; okänt: stående läkemedel"
    assert explain(found, "en") == "4 of 6 met; unknown: standing medicines"


def test_too_few_says_how_many_are_needed() -> None:
    found = finding(FOUR_OF_SIX, diagnoses=1, admissions=0, personal_care=True, age=84, home_nursing=True)
    assert found.truth is Truth.NOT_MET
    assert explain(found) == "2 av 6 uppfyllda; minst 4 krävs; okänt: stående läkemedel"


def test_unknown_is_not_no() -> None:
    found = finding(FOUR_OF_SIX, diagnoses=3, age=84, personal_care=False)
    assert found.truth is Truth.UNKNOWN
    assert [fact.name for fact in wanting(found)] == ["admissions", "medicines", "home_nursing"]


def test_all_names_what_is_not_met() -> None:
    rule = {"all": [{"fact": "housing", "is": "ordinary"}, {"fact": "age", "at_least": 65}]}
    assert explain(finding(rule, housing="special", age=70)) == "1 av 2 uppfyllda; ej uppfyllt: boende: ordinärt"


def test_any_names_what_is_met() -> None:
    rule = {"any": [{"fact": "home_nursing", "is": True}, {"fact": "age", "at_least": 65}]}
    assert explain(finding(rule, age=70)) == "uppfyllt: ålder minst 65 år"
    assert explain(finding(rule, age=20)) == "0 av 2 uppfyllda; ej uppfyllt: ålder minst 65 år; okänt: hemsjukvård"


@pytest.mark.parametrize(
    ("value", "text"),
    [(80, "uppfyllt: ålder minst 75 år"), (60, "ej uppfyllt: ålder minst 75 år"), (None, "okänt: ålder minst 75 år")],
)
def test_a_single_criterion(value: int | None, text: str) -> None:
    assert explain(finding({"fact": "age", "at_least": 75}, age=value)) == text


def test_own_words_come_first_and_fall_back_to_swedish() -> None:
    rule = parse({"fact": "personal_care", "is": False, "text": {"sv": "behöver hjälp med personlig vård"}}, VOCABULARY)
    assert describe(rule) == "behöver hjälp med personlig vård"
    assert describe(rule, "en") == "behöver hjälp med personlig vård"


def test_lines_stand_under_their_group() -> None:
    rule = {"all": [{"not": {"fact": "home_nursing", "is": True}}, FOUR_OF_SIX]}
    shown = lines(finding(rule, age=80))
    assert [line.depth for line in shown] == [0, 1, 2, 1, *[2] * 6]
    assert shown[1].text == "inte (hemsjukvård)"
    assert shown[3].text == "minst 4 av 6"
    assert shown[2].facts == ("home_nursing",)


def test_values_in_words() -> None:
    assert value_text(HOUSING, "special", "en") == "special"
    assert value_text(HOUSING, "special") == "särskilt"
    assert value_text(CODES, frozenset({"J44", "I50"})) == "I50, J44"
    assert value_text(VOCABULARY["age"], 84, "en") == "84 years"
    assert value_text(VOCABULARY["home_nursing"], value=False) == "nej"


def test_a_part_that_is_settled_asks_for_nothing() -> None:
    rule = {"all": [{"any": [{"fact": "home_nursing", "is": True}, {"fact": "age", "at_least": 65}]}, FOUR_OF_SIX]}
    found = finding(rule, home_nursing=True, diagnoses=3, medicines=6, personal_care=False)
    assert explain(found) == "2 av 2 uppfyllda"
    assert wanting(finding(rule, age=70, diagnoses=3, medicines=6))[0].name == "admissions"
