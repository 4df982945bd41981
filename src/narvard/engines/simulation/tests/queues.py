"""A queue in the twin's clothes: one team, people who all ask alike, no roads, no shifts; for theory to check."""

from math import factorial

import numpy as np
from numpy.typing import NDArray

from narvard.engines.simulation import (
    CHANNELS,
    Area,
    Intake,
    Locality,
    Model,
    Population,
    Shift,
    Study,
    Team,
    load_assumptions,
    load_model,
)
from narvard.engines.simulation import _layout as layout
from narvard.engines.simulation._prepare import Effects
from narvard.intake.definitions import packaged

PERSONS = 2000
NO_EFFECT = Effects(1.0, 0.0)
PLAIN = {
    "frailty_spread": 0.0, "season_swing": 0.0, "sickness_share": 0.0, "phase_changes_per_year": 0.0,
    "days_to_hospital": 0.0, "days_to_passing": 0.0, "same_day_share": 0.0, "road_detour": 0.0, "winter_factor": 1.0,
    "hospital_share.mest_sjuka": 0.0, "hospital_share.multisviktande": 0.0, "enrolment_share.mest_sjuka": 0.0,
    "enrolment_share.multisviktande": 0.0, "deaths_per_year.mest_sjuka": 0.0, "deaths_per_year.multisviktande": 0.0,
    "visit_spread": -1.0, "lunch_minutes": 0.0,
}  # fmt: skip


def shipped(name: str) -> Model:
    """A packaged model whose teams follow the packaged programmes."""
    return load_model(name).ruled({one.key: one for one in packaged()})


def people(persons: int = PERSONS, **localities: float) -> Population:
    place = Locality("Here", 63.8, 20.2, 1.0, localities.get("radius_km", 5.0))
    return Population("one place", "made for a test", (Area("2480", "Here", {"mest_sjuka": persons}, (place,)),))


def team(crews: int, shift: tuple[float, float] = (0, 24), **fields: object) -> Model:
    """One team whose door everybody knows."""
    one = Team("team", "Team", "region", 63.8, 20.2, (Shift(crews, *shift),), **fields)  # type: ignore[arg-type]
    return Model("queue", "A queue", ("test",), Intake(shared=False), (one,), dict.fromkeys(CHANNELS, ("team",)))


def study(
    needs_per_hour: float, minutes: float, *, years: float = 1.0, persons: int = PERSONS, **values: float
) -> Study:
    edited = PLAIN | {
        "needs_per_year.mest_sjuka": needs_per_hour * 24 * 365.25 / persons,
        "acute_visit_minutes": minutes,
    }
    assumptions = load_assumptions().edited(edited | values)
    return Study(people(persons), assumptions, years=years, warm_up_days=20, effects=NO_EFFECT)


def erlang_c(servers: int, load: float) -> float:
    """The probability that an arrival waits in M/M/c, with `load` = arrival rate x mean service."""
    last = load**servers / factorial(servers) * servers / (servers - load)
    return last / (sum(load**k / factorial(k) for k in range(servers)) + last)


def waits(sim: layout.Sim) -> NDArray[np.float64]:
    """Hours from request to arrival of the measured requests that were visited."""
    rows = sim.request[: sim.g.now[layout.REQUESTS]]
    rows = rows[(rows["outcome"] == layout.VISITED) & (rows["at"] >= sim.g.number[layout.N_FROM])]
    return (rows["arrived"] - rows["at"]) / 60.0
