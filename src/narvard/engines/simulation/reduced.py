"""The reduced model: one area, one team, travel and shifts. In the twin's own terms, and a second time in SimPy.

The SimPy twin shares no code with the engine but the formula for road minutes, and draws its own random numbers:
the two agree within intervals (tests), and their speed is compared in one run (`narvard bench simulation`).
"""

import math
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from narvard.engines.simulation._layout import CHANNELS
from narvard.engines.simulation._prepare import Effects
from narvard.engines.simulation.assumptions import Assumptions
from narvard.engines.simulation.errors import RunError
from narvard.engines.simulation.model import Intake, Model, Shift, Team
from narvard.engines.simulation.population import Area, Locality, Population
from narvard.engines.simulation.run import Study
from narvard.engines.travel.estimate import OTHER_DETOUR, road_minutes

DAY = 1440.0
SWITCHED_OFF = (
    "frailty_spread", "season_swing", "sickness_share", "phase_changes_per_year", "days_to_hospital", "days_to_passing",
    "same_day_share", "lunch_minutes", "hospital_share.mest_sjuka", "hospital_share.multisviktande",
    "enrolment_share.mest_sjuka", "enrolment_share.multisviktande", "deaths_per_year.mest_sjuka",
    "deaths_per_year.multisviktande",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reduced:
    """Requests a day, mean minutes of a visit (lognormal, spread of its logarithm), crews, hours, km around base."""

    requests_per_day: float = 30.0
    minutes: float = 50.0
    spread: float = 0.4
    crews: int = 6
    start: float = 8.0
    end: float = 17.0
    radius_km: float = 15.0
    days: int = 365
    warm_up_days: int = 20
    persons: int = 2000


def engine_model(reduced: Reduced) -> Model:
    """The one team."""
    shift = Shift(reduced.crews, reduced.start, reduced.end)
    team = Team("team", "Team", "region", 63.8, 20.2, (shift,))
    doors = dict.fromkeys(CHANNELS, ("team",))
    return Model("reduced", "One team", ("made for a check",), Intake(shared=False), (team,), doors)


def engine_study(reduced: Reduced, assumptions: Assumptions) -> Study:
    """The people and the year; all that SimPy's twin lacks is switched off."""
    values = dict.fromkeys(SWITCHED_OFF, 0.0) | {
        "needs_per_year.mest_sjuka": reduced.requests_per_day * 365.25 / reduced.persons,
        "acute_visit_minutes": reduced.minutes,
        "visit_spread": reduced.spread,
        "winter_factor": 1.0,
        "road_detour": OTHER_DETOUR,
    }
    place = Locality("Here", 63.8, 20.2, 1.0, reduced.radius_km)
    people = Population("here", "made for a check", (Area("2480", "Here", {"mest_sjuka": reduced.persons}, (place,)),))
    return Study(
        people,
        assumptions.edited(values),
        years=reduced.days / 365.0,
        warm_up_days=reduced.warm_up_days,
        effects=Effects(1.0, 0.0),
    )


@dataclass
class _Crew:
    """A crew of the SimPy twin: where it is, its shift, and the event that wakes it when it is idle."""

    x: float = 0.0
    y: float = 0.0
    began: float = 0.0
    ends: float = 0.0
    wake: Any = None
    job: Any = None


@dataclass
class SimpyTwin:
    """The reduced model in SimPy. `waits` are minutes from request to arrival; counts are of the measured days."""

    reduced: Reduced
    seed: int
    waits: list[float] = field(default_factory=list)
    km: float = 0.0
    requests: int = 0
    shifts: int = 0

    def run(self) -> "SimpyTwin":
        """Run warm-up and measured days. Raises `RunError` where SimPy is not installed."""
        try:
            import simpy
        except ImportError as error:
            raise RunError("simpy is not installed: it comes with the extra 'bench'") from error
        self.env = simpy.Environment()
        self.rng = np.random.default_rng(self.seed)
        self.queue: deque[tuple[float, float, float, float]] = deque()
        self.crews = [_Crew() for _ in range(self.reduced.crews)]
        self.begin = self.reduced.warm_up_days * DAY
        self.env.process(self._requests())
        for crew in self.crews:
            self.env.process(self._works(crew))
        self.env.run(until=self.begin + self.reduced.days * DAY)
        return self

    def _requests(self) -> Generator[Any, Any, None]:
        gap, model = DAY / self.reduced.requests_per_day, self.reduced
        log_mean = math.log(model.minutes) - model.spread**2 / 2
        while True:
            yield self.env.timeout(self.rng.exponential(gap))
            angle, away = self.rng.uniform(0, 2 * math.pi), model.radius_km * math.sqrt(self.rng.uniform())
            minutes = self.rng.lognormal(log_mean, model.spread)
            job = (self.env.now, away * math.cos(angle), away * math.sin(angle), minutes)
            self.requests += 1
            able = [crew for crew in self.crews if crew.wake is not None and self._fits(crew, job)]
            if able:
                nearest = min(able, key=lambda crew: math.hypot(crew.x - job[1], crew.y - job[2]))
                nearest.job = job
                wake, nearest.wake = nearest.wake, None
                wake.succeed()
            else:
                self.queue.append(job)

    def _works(self, crew: _Crew) -> Generator[Any, Any, None]:
        model, day = self.reduced, 0
        while True:
            yield self.env.timeout(max(0.0, day * DAY + model.start * 60 - self.env.now))
            crew.began = self.env.now
            crew.ends = day * DAY + model.end * 60
            self.shifts += 1
            while self.env.now < crew.ends:
                if self.queue and self._fits(crew, self.queue[0]):
                    crew.job = self.queue.popleft()
                else:
                    crew.wake = self.env.event()
                    yield crew.wake | self.env.timeout(crew.ends - self.env.now)
                    crew.wake = None
                if crew.job is not None:
                    yield self.env.timeout(self._drives(crew))
            self.km += math.hypot(crew.x, crew.y) * OTHER_DETOUR
            crew.x = crew.y = 0.0
            day += 1

    def _drives(self, crew: _Crew) -> float:
        """Minutes there and with the patient."""
        at, x, y, minutes = crew.job
        crew.job = None
        km = math.hypot(crew.x - x, crew.y - y) * OTHER_DETOUR
        there = _road(km)
        if at >= self.begin:
            self.waits.append(self.env.now + there - at)
        self.km += km
        crew.x, crew.y = x, y
        return there + float(minutes)

    def _fits(self, crew: _Crew, job: tuple[float, float, float, float]) -> bool:
        if self.env.now == crew.began:
            return True
        _, x, y, minutes = job
        there = _road(math.hypot(crew.x - x, crew.y - y) * OTHER_DETOUR)
        back = _road(math.hypot(x, y) * OTHER_DETOUR)
        return self.env.now + there + minutes + back <= crew.ends


def _road(km: float) -> float:
    """`engines.travel.road_minutes` for one number: an array call for each would slow SimPy's twin unfairly."""
    return 2.0 + 60.0 * (min(km, 3.0) / 30.0 + min(max(km - 3.0, 0.0), 4.0) / 50.0 + max(km - 7.0, 0.0) / 84.0)


def road_formula_agrees(km: np.ndarray[Any, Any]) -> bool:
    """Whether the scalar formula is the engine's."""
    return bool(np.allclose([_road(float(value)) for value in km], road_minutes(km)))
