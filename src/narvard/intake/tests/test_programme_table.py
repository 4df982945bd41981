"""The table: each team takes a request that it should and refuses one that it should not; the others do their part."""

import json
import uuid
from importlib import resources
from typing import Any

import pytest
import yaml
from django.utils import translation

from narvard.engines.criteria import Facts, Truth, evaluate
from narvard.intake.definitions import Definition, packaged
from narvard.intake.tests.world import NOW
from narvard.intake.triage import Candidate, Option, Outlook, rank
from narvard.intake.vocabulary import vocabulary

DEFINITIONS: dict[str, Definition] = {row.key: row for row in packaged()}
CASES: list[dict[str, Any]] = yaml.safe_load(
    resources.files("narvard.intake.tests").joinpath("programme_cases.yaml").read_text(encoding="utf-8")
)
ANYWHERE = "2480"


def option(key: str, case: dict[str, Any]) -> Option:
    """What triage says of one team of the programme, which goes to Umeå."""
    definition = DEFINITIONS[key]
    team = Candidate(
        team=uuid.NAMESPACE_OID, name=definition.name, programme=uuid.NAMESPACE_OID, definition=definition,
        covers=frozenset({ANYWHERE}), opens=NOW,
    )  # fmt: skip
    facts = Facts(vocabulary(), case["facts"])
    place = case.get("municipality", ANYWHERE)
    asked = Outlook(NOW, case.get("channel", "ward"), case.get("urgency", "acute"), facts, place, "Umeå", (team,))
    with translation.override("sv"):
        (only,) = rank(asked)
    return only


def test_every_team_is_in_the_table() -> None:
    teams = {key for key, row in DEFINITIONS.items() if row.kind == "team"}
    assert len(teams) == 20
    assert {case["programme"] for case in CASES} == teams


@pytest.mark.parametrize("case", CASES, ids=[case["programme"] for case in CASES])
def test_it_takes_whom_it_should_and_refuses_whom_it_should_not(case: dict[str, Any]) -> None:
    taken, refused = option(case["programme"], case["takes"]), option(case["programme"], case["refuses"])
    assert (taken.verdict, taken.explanation) == ("eligible", case["takes"]["says"])
    assert (refused.verdict, refused.explanation) == ("not", case["refuses"]["says"])


@pytest.mark.parametrize("case", CASES, ids=[case["programme"] for case in CASES])
def test_the_seed_sentence_stands_in_the_definition(case: dict[str, Any]) -> None:
    assert case["seed"] in json.dumps(DEFINITIONS[case["programme"]].data, ensure_ascii=False)


def test_a_consult_visits_and_advises_and_enrols_nobody() -> None:
    data = DEFINITIONS["palliativt_konsultteam"].data
    rounds = [(row["every"]["count"], row["every"]["unit"]) for row in data["activities"] if "every" in row]
    assert rounds == [(14, "day"), (4, "week")]
    assert "criteria" not in data
    assert "consult_line" in DEFINITIONS["palliativt_konsultteam"].abilities


def test_a_conference_meets_decides_and_finds_candidates_for_a_team() -> None:
    data = DEFINITIONS["andningsstodteam"].data
    assert data["meets"] == {"unit": "month"}
    assert "trakeostomi" in data["decides"]["sv"]
    assert DEFINITIONS[data["finds_for"]].kind == "team"


def test_a_contact_is_for_the_frail_without_home_nursing_found_by_markers() -> None:
    contact = DEFINITIONS["fast_vardkontakt"]
    assert contact.target is not None
    frail = {"segment": "sviktande", "home_nursing": False}
    assert evaluate(contact.target, Facts(vocabulary(), frail)).truth is Truth.MET
    nursed = frail | {"home_nursing": True}
    assert evaluate(contact.target, Facts(vocabulary(), nursed)).truth is Truth.NOT_MET
    assert "early_marker" in contact.markers
    assert contact.data["may_ask_for_visits"] == "yes"


def test_governance_has_principles_reports_and_two_approaches() -> None:
    system = DEFINITIONS["mobilt_samverkanssystem"]
    assert [row["en"] for row in system.data["principles"]] == [
        "person-centred",
        "continuity",
        "true teamwork",
        "effectiveness",
    ]
    assert system.data["reports"] == {"unit": "month"}
    umea, vannas = system.approach_in("2480"), system.approach_in("2460")
    assert umea is not None
    assert vannas is not None
    assert umea.name != vannas.name


def test_an_alarm_centre_asks_whether_the_person_is_stable_and_an_ambulance_asks_within_its_rights() -> None:
    key, acute = "nsvt_sahlgrenska", {"needs_acute_care": True}
    unknown = option(key, {"channel": "alarm_centre", "facts": acute})
    assert (unknown.verdict, unknown.wanting) == ("unknown", ("stable",))
    assert option(key, {"channel": "alarm_centre", "facts": acute | {"stable": False}}).verdict == "not"
    assert option(key, {"channel": "ambulance", "facts": acute}).verdict == "eligible"
    planned = option(key, {"channel": "ambulance", "urgency": "planned", "facts": acute})
    assert planned.verdict == "not"
    assert planned.explanation.startswith("ambulanssjuksköterska på plats får bara be om:")
    assert option(key, {"channel": "patient", "facts": acute}).verdict == "not"
