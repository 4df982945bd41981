"""Scenarios that the joint management has kept; the worker runs them when the demo starts, the quick one first."""

from dataclasses import replace

from narvard.capacity.scenarios import packaged
from narvard.capacity.scenarios.actions import keep_scenario
from narvard.capacity.scenarios.definition import Definition
from narvard.capacity.scenarios.tasks import start_run
from narvard.demo.load.world import World

_KEPT_AT = 7 * 60 + 10
# Enough for intervals that say something, few enough to be done in seconds.
_REPLICATIONS = 40
_TEAM = "pv-2460"


def load_scenarios(world: World) -> None:
    """One more car in Vännäs, in the joint model against today's; and the working groups' model against the joint."""
    by = next(row for row in world.at_unit("management", "manager"))
    model = packaged.model("joint")
    team = next(row for row in model["teams"] if row["key"] == _TEAM)
    team["shifts"][0]["crews"] += 1
    at = world.clock(0, _KEPT_AT)
    definition = Definition("joint", "today", model, replications=_REPLICATIONS, seed=world.seed)
    row = keep_scenario(
        title="Gemensamt, med en bil till i Vännäs", definition=definition, seen_by="area", by=by, at=at
    )
    start_run(scenario=row, by=by, at=at)
    later = world.clock(0, _KEPT_AT + 5)
    definition = replace(
        definition, base="joint-2023", model=packaged.model("joint-2023"), against="joint", rank="wait_median_h"
    )
    row = keep_scenario(
        title="Två sätt enligt 2023 mot gemensamt", definition=definition, seen_by="area", by=by, at=later
    )
    start_run(scenario=row, by=by, at=later)
