"""An operating model: its teams with crews, hours, criteria and places, and how requests find them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import inf, isfinite

from narvard.engines.simulation._layout import CHANNELS, CONDITIONS, SEGMENTS
from narvard.engines.simulation.errors import HoursError, NumberError, UnknownNameError
from narvard.engines.simulation.population import Population
from narvard.engines.simulation.triage import Programme, Rule

DAYS = ("weekday", "saturday", "sunday")
"""Classes of day; holidays and the eves that are days off count as sundays."""


@dataclass(frozen=True, slots=True)
class Shift:
    """So many crews from `start` to `end` (hours of the day) on the classes of day named. 0 to 24 every day is
    "always": no shift ends, no lunch."""

    crews: int
    start: float
    end: float
    days: tuple[str, ...] = DAYS

    def __post_init__(self) -> None:
        if self.crews < 0:
            raise NumberError("shift", f"{self.crews} crews: staff cannot be below zero")
        if not (0 <= self.start < 24 and self.start < self.end <= self.start + 24):
            raise HoursError("shift", f"{self.start:g} to {self.end:g} is no shift of at most 24 hours")
        if strange := sorted(set(self.days) - set(DAYS)):
            raise UnknownNameError("shift", f"day {strange[0]!r} is none of {', '.join(DAYS)}")

    @property
    def always(self) -> bool:
        """Whether it never ends."""
        return self.end - self.start == 24 and set(self.days) == set(DAYS)


@dataclass(frozen=True, slots=True)
class Accepts:
    """Whom a team may take: all that is named must hold; nothing named takes everybody."""

    areas: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    home_nursing: bool | None = None
    public_listing: bool | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """One team. `employer` pays the crews, `staff` is hours by profession for each crew hour; `places` is how many
    it can have enrolled, `stay_days` the mean enrolment and `gap_days` the mean time between planned visits; it
    answers from `opens` to `closes` on weekdays, and on weekends when `weekends`.

    `programme` names the programme whose criteria decide, besides `accepts`, whom it may take; `joint_with` are the
    teams that come along on its joint visits, the first one that works in the person's municipality.
    """

    key: str
    name: str
    employer: str
    lat: float
    lon: float
    shifts: tuple[Shift, ...]
    accepts: Accepts = Accepts()
    programme: str = ""
    joint_with: tuple[str, ...] = ()
    staff: Mapping[str, float] = field(default_factory=dict)
    acute: bool = True
    places: int = 0
    stay_days: float = inf
    gap_days: float = inf
    opens: float = 0.0
    closes: float = 24.0
    weekends: bool = True

    def __post_init__(self) -> None:
        if not (abs(self.lat) <= 90 and abs(self.lon) <= 180):
            raise NumberError(self.key, f"latitude {self.lat}, longitude {self.lon} is no place on earth")
        if self.places < 0 or min(self.staff.values(), default=0.0) < 0:
            raise NumberError(self.key, "places and staff cannot be below zero")
        if not (self.stay_days > 0 and self.gap_days > 0):
            raise NumberError(self.key, "stay_days and gap_days must be above zero")
        if not 0 <= self.opens < self.closes <= 24:
            raise HoursError(self.key, f"answers from {self.opens:g} to {self.closes:g}")
        _known(self.key, "segment", self.accepts.segments, SEGMENTS)
        _known(self.key, "condition", self.accepts.conditions, CONDITIONS)

    @property
    def crews(self) -> int:
        """Crews over all shifts."""
        return sum(shift.crews for shift in self.shifts)

    @property
    def principal(self) -> str:
        """Who pays: the employer without the municipality's code."""
        return self.employer.split(maxsplit=1)[0] if self.employer else ""

    def works_in(self, area: str) -> bool:
        """Whether it takes people of a municipality (code)."""
        return not self.accepts.areas or area in self.accepts.areas


@dataclass(frozen=True, slots=True)
class Intake:
    """How requests find a team. `shared`: one intake answers between its hours and sends each request to the best
    team that may take it. Else the sender knows doors, in order, and tries one after the other.

    `answer_hours` is the mean time until intake or team has answered, `handover_hours` what a hand-over between
    teams takes before that; `keeps_until_taken` lets the old team go on until the new one has come.
    """

    shared: bool
    answer_hours: float = 0.0
    handover_hours: float = 0.0
    keeps_until_taken: bool = False
    opens: float = 0.0
    closes: float = 24.0
    weekends: bool = True

    def __post_init__(self) -> None:
        for hours in (self.answer_hours, self.handover_hours):
            if not (isfinite(hours) and hours >= 0):
                raise NumberError("intake", "hours cannot be below zero")
        if not 0 <= self.opens < self.closes <= 24:
            raise HoursError("intake", f"answers from {self.opens:g} to {self.closes:g}")


@dataclass(frozen=True, slots=True)
class Model:
    """An operating model of a care area. `doors` gives the teams that a channel knows, in order; `rules` what the
    teams' programmes decide, by key (`ruled` sets them)."""

    name: str
    title: str
    sources: tuple[str, ...]
    intake: Intake
    teams: tuple[Team, ...]
    doors: Mapping[str, tuple[str, ...]]
    rules: Mapping[str, Rule] = field(default_factory=dict)

    def __post_init__(self) -> None:
        keys = [team.key for team in self.teams]
        if not keys:
            raise NumberError(self.name, "a model needs a team")
        if len(set(keys)) < len(keys):
            raise UnknownNameError(self.name, "a team stands there twice")
        if not sum(team.crews for team in self.teams):
            raise NumberError(self.name, "a model needs a crew")
        _known(self.name, "channel", self.doors, CHANNELS)
        for channel, doors in self.doors.items():
            _known(f"{self.name}, {channel}", "team", doors, keys)
        for team in self.teams:
            _known(f"{self.name}, {team.key}", "team", team.joint_with, [key for key in keys if key != team.key])

    @property
    def programmes(self) -> tuple[str, ...]:
        """The programmes whose criteria the teams follow."""
        return tuple(sorted({team.programme for team in self.teams if team.programme}))

    def ruled(self, programmes: Mapping[str, Programme]) -> "Model":
        """A copy whose teams follow these programmes, by key; raises `UnknownNameError` when one is missing."""
        for team in self.teams:
            _known(team.key, "programme", [team.programme] if team.programme else [], programmes)
        return replace(self, rules={key: Rule.of(programmes[key]) for key in self.programmes})

    def rule_of(self, team: Team) -> Rule | None:
        """What the team's programme decides; None when it follows none."""
        if not team.programme:
            return None
        _known(team.key, "programme", [team.programme], self.rules)
        return self.rules[team.programme]

    def check(self, population: Population) -> None:
        """Raise `UnknownNameError` when a team takes people of a municipality that the population lacks, or follows a
        programme without rules."""
        for team in self.teams:
            self.rule_of(team)
            _known(team.key, "municipality", team.accepts.areas, population.codes)


def _known(record: str, what: str, names: Iterable[str], known: Iterable[str]) -> None:
    """Raise `UnknownNameError` for the first name that is not known."""
    allowed = list(known)
    for name in names:
        if name not in allowed:
            if not allowed:
                raise UnknownNameError(record, f"{what} {name!r} is not known: none was given")
            shown = ", ".join(allowed[:12]) + (" …" if len(allowed) > 12 else "")
            raise UnknownNameError(record, f"{what} {name!r} is none of {shown}")
