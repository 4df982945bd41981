"""The ranking: pure, explained, three-valued."""

import uuid
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from narvard.engines.criteria import Facts
from narvard.intake.definitions import Definition, packaged
from narvard.intake.models import Channel, Urgency
from narvard.intake.tests.world import NOW
from narvard.intake.triage import Candidate, Option, Outlook, rank
from narvard.intake.vocabulary import vocabulary

DEFINITIONS: dict[str, Definition] = {row.key: row for row in packaged()}
UMEA = frozenset({"2480"})


@pytest.fixture(autouse=True)
def swedish() -> Iterator[None]:
    with translation.override("sv"):
        yield


def candidate(key: str, **changes: object) -> Candidate:
    values = {
        "team": uuid.uuid5(uuid.NAMESPACE_OID, key),
        "name": DEFINITIONS[key].name,
        "programme": uuid.uuid5(uuid.NAMESPACE_URL, key),
        "definition": DEFINITIONS[key],
        "covers": UMEA,
        "opens": NOW,
    }
    return Candidate(**(values | changes))


def ranked(
    *candidates: Candidate, municipality: str | None = "2480", channel: str = "ward", **facts: object
) -> list[Option]:
    return rank(Outlook(NOW, channel, "acute", Facts(vocabulary(), facts), municipality, "Umeå", candidates))


GOT_FACTS = {"age": 84, "chronic_diagnoses": 3, "housing": "ordinary"}


def test_eligible_with_the_explanation_and_the_reasons() -> None:
    (option,) = ranked(candidate("got", known=True), **GOT_FACTS)
    assert (option.verdict, option.explanation) == ("eligible", "3 av 3 uppfyllda")
    texts = [reason.text for reason in option.reasons]
    assert texts[0] == "inom teamets område: Umeå"
    assert "känner personen sedan tidigare" in texts
    assert "får oftast uppdrag från vårdavdelning" in texts


def test_unknown_names_the_facts_it_waits_for() -> None:
    (option,) = ranked(candidate("got"), age=84, housing="ordinary")
    assert (option.verdict, option.wanting) == ("unknown", ("chronic_diagnoses",))
    assert option.explanation == "2 av 3 uppfyllda; okänt: kroniska diagnoser"


def test_outside_the_area_comes_first_in_the_explanation() -> None:
    (option,) = ranked(candidate("primar"), municipality="2403", age=80)
    assert option.verdict == "not"
    assert option.explanation.startswith("utanför teamets område")


def test_an_unknown_place_is_not_outside() -> None:
    assert ranked(candidate("primar"), municipality=None)[0].verdict == "unknown"


def test_a_hidden_place_is_not_told_by_which_teams_go_there() -> None:
    teams = (candidate("primar"), candidate("got", covers=frozenset({"2403"})))
    options = rank(Outlook(NOW, "ward", "acute", Facts(vocabulary(), {}), None, "", teams, place_hidden=True))
    assert {option.verdict for option in options} == {"unknown"}
    assert all("skyddad plats" in option.reasons[0].text for option in options)


def test_only_112_sends_the_assessment_car() -> None:
    car = candidate("bedomningsbil")
    (from_ward,) = ranked(car, ambulance_priority=2)
    assert (from_ward.verdict, from_ward.explanation.split(";")[0]) == (
        "not",
        "bara ambulansledning, SOS Alarm får skicka",
    )
    assert ranked(car, channel="sos", ambulance_priority=2)[0].verdict == "eligible"


def test_no_criteria_in_the_sources_says_so() -> None:
    (option,) = ranked(candidate("primar"), age=80, chronic_diagnoses=3)
    assert (option.verdict, option.explanation) == ("eligible", "källorna ger inga krav; området stämmer")
    assert "personen hör till målgruppen" in [reason.text for reason in option.reasons]


def test_the_order_known_then_room_then_soonest_then_target() -> None:
    later = NOW + timedelta(hours=10)
    known, plain = candidate("got", name="B", known=True, opens=later), candidate("primar", name="A")
    assert [option.name for option in ranked(plain, known, **GOT_FACTS)] == ["B", "A"]
    full = candidate("sjukhuskopplat_team", name="Fullt", active=25)
    free = candidate("sjukhuskopplat_team", name="Ledigt", active=24, opens=later)
    facts = {"age": 84, "home_nursing": True, "admissions_12_months": 3, "chronic_diagnoses": 4}
    options = ranked(full, free, **facts)
    assert [option.name for option in options] == ["Ledigt", "Fullt"]
    assert "fullt: 25 inskrivna av 25" in [reason.text for reason in options[1].reasons]


def test_a_team_that_may_comes_before_one_that_may_not_even_if_known() -> None:
    options = ranked(candidate("palliativ_vasterbotten", known=True), candidate("primar"), palliative_need=False)
    assert [option.verdict for option in options] == ["eligible", "not"]


def test_the_revision_is_told_where_it_holds() -> None:
    (option,) = ranked(candidate("sjukhuskopplat_team", covers=frozenset({"2460"})), municipality="2460")
    assert "Specialiststöd till kranskommunerna" in [reason.text for reason in option.reasons]


def test_closed_for_long_has_no_earliest() -> None:
    (option,) = ranked(candidate("got", opens=None), **GOT_FACTS)
    assert (option.open_now, option.earliest) == (False, None)


def test_plain_data_for_history_and_command_line() -> None:
    (option,) = ranked(candidate("got"), **GOT_FACTS)
    data = option.as_data()
    assert data["earliest"] == NOW.isoformat()
    assert {"team", "programme", "verdict", "explanation", "reasons", "name", "earliest", "by_plan"} == data.keys()


facts = st.fixed_dictionaries(
    {},
    optional={
        "age": st.integers(0, 110),
        "housing": st.sampled_from(["ordinary", "special", "lss", "short_term"]),
        "segment": st.sampled_from(["mest_sjuka", "multisviktande", "sviktande"]),
        "home_nursing": st.booleans(),
        "palliative_need": st.booleans(),
        "chronic_diagnoses": st.integers(0, 9),
        "ambulance_priority": st.integers(1, 4),
        "manages_personal_care": st.booleans(),
    },
)


@given(facts, st.sampled_from(Channel.values), st.sampled_from(Urgency.values), st.sampled_from(["2480", "2403", None]))
def test_every_team_gets_a_verdict_in_words_and_the_order_is_by_verdict(
    known: dict[str, object], channel: str, urgency: str, municipality: str | None
) -> None:
    teams = tuple(candidate(key) for key in DEFINITIONS)
    with translation.override("sv"):
        options = rank(Outlook(NOW, channel, urgency, Facts(vocabulary(), known), municipality, "Umeå", teams))
    assert {option.team for option in options} == {team.team for team in teams}
    assert all(option.explanation for option in options)
    order = ["eligible", "unknown", "not"]
    assert [option.verdict for option in options] == sorted((o.verdict for o in options), key=order.index)


@pytest.mark.parametrize("urgency", Urgency.values)
@pytest.mark.parametrize("channel", Channel.values)
def test_with_nothing_known_nobody_is_refused_but_by_who_sends(channel: str, urgency: str) -> None:
    """What is not known is no reason to refuse; that a programme takes nothing from this sender is."""
    teams = tuple(candidate(key) for key in DEFINITIONS)
    options = rank(Outlook(NOW, channel, urgency, Facts(vocabulary(), {}), None, "Umeå", teams))
    closed = {team.team for team in teams if not _may_send(team.definition, channel, urgency)}
    assert {option.team for option in options if option.verdict == "not"} == closed


def _may_send(definition: Definition, channel: str, urgency: str) -> bool:
    way = definition.way_of(channel)
    asks = way is None or not way.urgencies or urgency in way.urgencies
    return asks and (not definition.only_senders or channel in definition.only_senders)
