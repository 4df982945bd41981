"""The twin sorts people by the programmes' own criteria: as one by one, with unknown facts met by a share."""

from dataclasses import replace

import numpy as np
import pytest

from narvard.engines.criteria import Expression, Facts, Truth, evaluate, facts_of
from narvard.engines.simulation import (
    CONDITIONS,
    SIMULATED,
    Model,
    Rule,
    Study,
    UnknownNameError,
    load_assumptions,
    load_model,
    load_population,
    replicate,
)
from narvard.engines.simulation import _layout as layout
from narvard.engines.simulation._prepare import draw_people
from narvard.engines.simulation.run import runs
from narvard.engines.simulation.tests.queues import shipped
from narvard.engines.simulation.triage import Known, know, poisson
from narvard.intake.definitions import packaged
from narvard.intake.vocabulary import vocabulary

KEY = np.uint64(0x9E3779B97F4A7C15)
PROGRAMMES = {one.key: one for one in packaged()}


@pytest.fixture(scope="module")
def known() -> Known:
    people = draw_people(load_population(), load_assumptions(), KEY)
    return know(KEY, people.facts.segment, people.facts.home_nursing, load_assumptions())


def _facts(known: Known, person: int, condition: int) -> Facts:
    columns = known._columns(condition)
    found = {}
    for name, column in columns.items():
        value = column.values[person].item()
        found[name] = column.items[value] if column.items else value
    return Facts(vocabulary(), found)


def test_the_simulated_facts_are_intakes_own(known: Known) -> None:
    assert set(known._columns(0)) == set(SIMULATED) <= set(vocabulary())


@pytest.mark.parametrize("key", [key for key in sorted(PROGRAMMES) if PROGRAMMES[key].criteria])
def test_everybody_is_judged_as_intake_judges_one_by_one(known: Known, key: str) -> None:
    criteria = PROGRAMMES[key].criteria
    assert criteria is not None
    rule = Rule.of(PROGRAMMES[key])
    for condition in range(len(CONDITIONS)):
        sure = replace(known, unknown_met=0.0).met(key, rule, condition)
        hopeful = replace(known, unknown_met=1.0).met(key, rule, condition)
        for person in range(0, known.size, 97):
            truth = evaluate(criteria, _facts(known, person, condition)).truth
            assert sure[person] == (truth is Truth.MET)
            assert hopeful[person] == (truth is not Truth.NOT_MET)


def test_a_share_of_what_is_unknown_is_met(known: Known) -> None:
    wishes: Expression | None = PROGRAMMES["primarvardsteam"].criteria
    assert wishes is not None
    assert "wishes_home_care" in set(facts_of(wishes)) - set(SIMULATED)
    shares = [
        replace(known, unknown_met=share).met("primarvardsteam", Rule(wishes), 0).mean() for share in (1.0, 0.6, 0.0)
    ]
    assert shares[0] > 0.5
    assert shares[1] == pytest.approx(0.6 * shares[0], rel=0.05)
    assert shares[2] == 0.0


def test_counts_are_poisson() -> None:
    u = (np.arange(20_000) + 0.5) / 20_000
    drawn = poisson(u, np.full(20_000, 2.5))
    assert (drawn.mean(), drawn.var()) == (pytest.approx(2.5, rel=0.01), pytest.approx(2.5, rel=0.01))


def test_a_model_needs_the_criteria_that_its_teams_follow() -> None:
    plan = Study(load_population(), load_assumptions(), years=0.05)
    with pytest.raises(UnknownNameError, match="primar: programme 'primar' is not known"):
        replicate([load_model("today")], plan, 1, 0)
    with pytest.raises(UnknownNameError, match="'palliativ_vasterbotten' is none of primar"):
        load_model("today").ruled({"primar": Rule()})


def test_stricter_criteria_leave_more_people_without_a_team() -> None:
    def left(model: Model) -> float:
        return replicate([model], plan, 1, 0)[0].indicators["no_team_share"]

    plan = Study(load_population(), load_assumptions(), years=0.2)
    joint = shipped("joint")
    open_doors = replace(joint, rules={key: Rule() for key in joint.rules})
    assert left(open_doors) == 0.0 < 0.02 < left(joint)


def test_a_programme_that_only_one_sender_may_use_is_closed_to_others() -> None:
    plan = Study(load_population(), load_assumptions(), years=0.2)
    today = shipped("today")
    assert today.rules["bedomningsbil"].only_senders == {"sos"}
    sim = runs([today], plan, 1, 0)[1][0]
    car = [team.key for team in today.teams].index("bedomningsbil")
    rows = sim.request[: sim.g.now[layout.REQUESTS]]
    assert set(rows["channel"][rows["team"] == car]) == {layout.CHANNELS.index("sos")}
