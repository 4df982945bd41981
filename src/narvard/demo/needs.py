"""Which visits an episode needs: what, who, how often, within which hours, who together. Pure."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from narvard.demo.area import UnitSpec, local_unit
from narvard.demo.duty import evening_share, minutes_on_duty
from narvard.demo.residents import Resident
from narvard.demo.stories import VisitStory, visit_stories

MORNING, DAY, AFTERNOON, EVENING = (450, 660), (480, 930), (720, 930), (975, 1260)
MUST, HIGH, NORMAL = 1, 2, 3
CANDIDATES = 4
# Municipalities have one nurse out in the evening.
EVENING_INSULIN, EVENING_MEDICINE = 0.35, 0.2
# How often, as (visits per weekday, every n days, how many weekdays a week).
_LEVELS = ((0.025, 56, 0), (0.05, 28, 0), (0.1, 14, 0), (0.2, 7, 0), (0.4, 1, 2), (0.6, 1, 3), (1.0, 1, 5))
_WEEKDAYS = {
    2: ((0, 3), (1, 4), (0, 2), (2, 4), (1, 3)),
    3: ((0, 2, 4), (0, 1, 3), (1, 2, 4), (0, 2, 3), (1, 3, 4)),
    5: ((0, 1, 2, 3, 4),),
}
_MUNICIPAL = (
    ("Omläggning av bensår", 26, 0.5),
    ("Insulin och blodsocker", 12, 1.35),
    ("Läkemedelsöverlämnande", 18, 1.0),
    ("Kontroll av vikt och blodtryck", 30, 0.2),
    ("Kateterskötsel", 10, 0.2),
    ("Intravenös behandling", 4, 1.0),
)
MUNICIPAL_RATE = sum(weight * rate for _, weight, rate in _MUNICIPAL) / sum(weight for _, weight, _ in _MUNICIPAL)


@dataclass(frozen=True, slots=True)
class RoleSpec:
    """One who must come: from `unit`, of `profession`, with `competence` (empty is any)."""

    unit: str
    profession: str
    competence: str = ""


@dataclass(frozen=True, slots=True)
class NeedSpec:
    """A visit need; `every_days` None is once. `weekdays` empty is any day. `window` in minutes from midnight."""

    story: VisitStory
    mode: str
    roles: tuple[RoleSpec, ...]
    first_on: date
    last_on: date | None
    every_days: int | None
    weekdays: tuple[int, ...]
    window: tuple[int, int]
    priority: int

    def due_on(self, day: date) -> bool:
        """Whether a visit of the need falls on `day`."""
        if day < self.first_on or (self.last_on and day > self.last_on):
            return False
        if self.every_days is None:
            return day == self.first_on
        turn = (day - self.first_on).days % self.every_days == 0
        return turn and (not self.weekdays or day.weekday() in self.weekdays)


class Diary:
    """Booked minutes by unit, profession and day, so that a week of visits is spread as a planner would spread it."""

    HORIZON = 28

    def __init__(self, day: date) -> None:
        self._days = [day + timedelta(days=ahead) for ahead in range(self.HORIZON)]
        self._booked: Counter[tuple[str, str, date]] = Counter()

    def choose(self, candidates: Sequence[NeedSpec]) -> NeedSpec:
        """Book and give the candidate whose days are the least busy; the earlier one when equal."""
        chosen = min(candidates, key=self._crowding)
        for day in self._due(chosen):
            for role in chosen.roles:
                self._booked[role.unit, role.profession, day] += chosen.story.minutes
        return chosen

    def _due(self, need: NeedSpec) -> list[date]:
        return [day for day in self._days if need.due_on(day)]

    def _crowding(self, need: NeedSpec) -> float:
        days = self._due(need)
        booked = sum(self._booked[role.unit, role.profession, day] for role in need.roles for day in days)
        return booked / max(1, len(days))


@dataclass(frozen=True, slots=True)
class Period:
    """From the enrolment to the demo day, and the diary that visits are booked in."""

    start: date
    day: date
    diary: Diary


def team_needs(
    rng: random.Random, person: Resident, team: str, period: Period, rates: Mapping[str, float]
) -> Iterator[NeedSpec]:
    """The team's own visits: one profession's round by `rates["team"]`, the physician's by `rates["physician"]`."""
    minutes = minutes_on_duty(team)
    stories = [row for row in visit_stories(_story_kind(person, team)) if row.profession in minutes]
    others = [row for row in stories if row.profession != "physician"]
    own = rng.choices(others, weights=[_share(row, others, minutes) for row in others])[0]
    yield _recurring(rng, own, team, period, rates["team"], _window(rng, team, own.profession))
    physician = [row for row in stories if row.profession == "physician"]
    if physician:
        yield _recurring(rng, physician[0], team, period, rates["physician"], _physician_window(team), HIGH)
    if rng.random() < 0.12:
        call = VisitStory("Uppföljning på distans", 15, "nurse", "Samtal enligt plan, läget oförändrat.")
        yield _recurring(rng, call, team, period, 0.2, DAY, mode=rng.choice(("phone", "phone", "video")))


def municipal_needs(rng: random.Random, person: Resident, period: Period, rate: float) -> Iterator[NeedSpec]:
    """What the municipality's nurses come for, `rate` visits per person and day on average."""
    unit = local_unit("nursing", person.home.municipality, person.home.lat, person.home.lon)
    by_name = {row.what: row for row in visit_stories("municipal")}
    wanted = int(rate / MUNICIPAL_RATE) + (rng.random() < rate / MUNICIPAL_RATE % 1)
    left = [row[:2] for row in _MUNICIPAL]
    for _ in range(min(wanted, 3)):
        kind = rng.choices([name for name, _ in left], weights=[weight for _, weight in left])[0]
        left = [row for row in left if row[0] != kind]
        yield from _municipal(rng, by_name[kind], unit, period)


def _municipal(rng: random.Random, story: VisitStory, unit: str, period: Period) -> Iterator[NeedSpec]:
    twice, in_the_evening = rng.random() < EVENING_INSULIN, rng.random() < EVENING_MEDICINE
    every_day: dict[str, tuple[tuple[tuple[int, int], ...], int]] = {
        "Insulin och blodsocker": (((450, 600), (975, 1200)) if twice else ((450, 600),), MUST),
        "Läkemedelsöverlämnande": (((960, 1260),) if in_the_evening else ((450, 660),), HIGH),
        "Intravenös behandling": (((480, 780),), MUST),
    }
    if story.what in every_day:
        windows, priority = every_day[story.what]
        for window in windows:
            yield period.diary.choose([_need(story, unit, period.start, 1, (), window, priority)])
    else:
        often = story.what == "Omläggning av bensår"
        yield _recurring(rng, story, unit, period, rng.choice((0.4, 0.6)) if often else 0.2, DAY)


def rehab_needs(rng: random.Random, person: Resident, period: Period) -> Iterator[NeedSpec]:
    """Training or aids from the municipality's therapists, once a week."""
    unit = f"rehab-{person.home.municipality}"
    wanted = any(condition.leaning == "orthopaedic" for condition in person.conditions)
    stories = [row for row in visit_stories("rehab") if row.profession in minutes_on_duty(unit)]
    if wanted and stories and rng.random() < (0.3 if person.home.municipality == "2480" else 0.7):
        yield _recurring(rng, rng.choice(stories), unit, period, 0.2, (480, 960))


def joint_needs(rng: random.Random, person: Resident, team: str, period: Period) -> Iterator[NeedSpec]:
    """Two employers, or two professions of one, at the same time."""
    if rng.random() > 0.25:
        return
    story = rng.choice(visit_stories("joint"))
    first = "physician" if "physician" in minutes_on_duty(team) and rng.random() < 0.4 else "nurse"
    roles = [RoleSpec(team, first)]
    if person.home_nursing:
        nursing = local_unit("nursing", person.home.municipality, person.home.lat, person.home.lon)
        roles.append(RoleSpec(nursing, "nurse"))
    elif first != "nurse":
        roles.append(RoleSpec(team, "nurse"))
    if len(roles) == 2:
        window = _physician_window(team) if first == "physician" else DAY
        firsts = [_phased(rng, period, 14) for _ in range(CANDIDATES)]
        candidates = [NeedSpec(story, "home", tuple(roles), first, None, 14, (), window, HIGH) for first in firsts]
        yield period.diary.choose(candidates)


def contact_need(rng: random.Random, unit: UnitSpec, form: str, period: Period) -> NeedSpec:
    """A dated order (once a day for a week from the start) or a single visit on the demo day."""
    if form == "dated_order":
        story = next(row for row in visit_stories("municipal") if row.competence == "iv")
        role, last = RoleSpec(unit.key, "nurse", "iv"), period.start + timedelta(days=6)
        return NeedSpec(story, "home", (role,), period.start, last, 1, (), (480, 720), MUST)
    story = rng.choice([row for row in visit_stories("geriatric") if row.profession == "nurse"])
    return NeedSpec(story, "home", (RoleSpec(unit.key, "nurse"),), period.day, period.day, None, (), DAY, HIGH)


def _share(story: VisitStory, stories: list[VisitStory], minutes: Mapping[str, int]) -> float:
    """Weight of a story: its profession's working time, shared with the other stories of the profession."""
    same = sum(row.profession == story.profession for row in stories)
    return minutes[story.profession] / same / story.minutes


def _window(rng: random.Random, team: str, profession: str) -> tuple[int, int]:
    """When nurses come follows who is on duty then; others come in the daytime."""
    if profession != "nurse":
        return DAY
    if rng.random() < evening_share(team, profession):
        return EVENING
    return rng.choice((DAY, DAY, MORNING, AFTERNOON))


def _physician_window(team: str) -> tuple[int, int]:
    """Health-centre physicians go out before noon."""
    small = team.startswith("pv-") and not team.startswith("pv-umea")
    return (480, 700) if small else DAY


def _story_kind(person: Resident, team: str) -> str:
    leanings = {condition.leaning for condition in person.conditions}
    fixed = {"demens": "dementia", "ogh": "orthopaedic", "got": "geriatric", "primar": "geriatric"}
    if team in fixed:
        return fixed[team]
    if person.age < 18:
        return "child"
    return "palliative" if "palliative" in leanings or team == "palliativ" else "geriatric"


def _recurring(
    rng: random.Random,
    story: VisitStory,
    unit: str,
    period: Period,
    rate: float,
    window: tuple[int, int],
    priority: int = NORMAL,
    *,
    mode: str = "home",
) -> NeedSpec:
    """A need on weekdays whose expected number of visits per weekday is `rate` (0.025 to 1)."""
    _, every, times = _level(rng, rate)
    candidates = []
    for _ in range(CANDIDATES):
        weekdays = rng.choice(_WEEKDAYS[times]) if times else ()
        first_on = period.start if times else _phased(rng, period, every)
        candidates.append(_need(story, unit, first_on, every, weekdays, window, priority, mode=mode))
    return period.diary.choose(candidates)


def _level(rng: random.Random, rate: float) -> tuple[float, int, int]:
    """One of the two levels about `rate`, so that the mean over many draws is `rate`."""
    wanted = min(max(rate, _LEVELS[0][0]), _LEVELS[-1][0])
    above = next(place for place, level in enumerate(_LEVELS) if level[0] >= wanted)
    low, high = _LEVELS[max(above - 1, 0)], _LEVELS[above]
    span = high[0] - low[0]
    return high if not span or rng.random() < (wanted - low[0]) / span else low


def _phased(rng: random.Random, period: Period, every: int) -> date:
    """A first day so that visits fall on a weekday, spread evenly over the `every` days."""
    offsets = [offset for offset in range(every) if (period.day + timedelta(days=offset)).weekday() < 5]
    ahead = period.day + timedelta(days=rng.choice(offsets))
    periods = max(0, ((ahead - period.start).days - 1) // every)
    return ahead - timedelta(days=periods * every)


def _need(
    story: VisitStory,
    unit: str,
    first_on: date,
    every_days: int,
    weekdays: tuple[int, ...],
    window: tuple[int, int],
    priority: int = NORMAL,
    *,
    mode: str = "home",
) -> NeedSpec:
    role = RoleSpec(unit, story.profession, story.competence)
    return NeedSpec(story, mode, (role,), first_on, None, every_days, weekdays, window, priority)
