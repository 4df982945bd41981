"""The kernels' arrays of one replication of one model. Private to the engine."""

from datetime import date, timedelta
from math import inf

import numpy as np
from numpy.typing import NDArray

from narvard.engines.simulation import _layout as layout
from narvard.engines.simulation._prepare import Effects, People, accepted, centre, project
from narvard.engines.simulation.assumptions import Assumptions
from narvard.engines.simulation.model import DAYS, Model
from narvard.engines.simulation.population import Population
from narvard.engines.simulation.triage import know

HOUR = 60.0


def suitability(model: Model, population: Population, assumptions: Assumptions, people: People) -> NDArray[np.uint8]:
    """Which team may take whom, by condition: shape (condition, person, team)."""
    suits = np.zeros((len(layout.CONDITIONS), len(people.x), len(model.teams)), np.uint8)
    met = _by_programme(model, assumptions, people)
    for k, team in enumerate(model.teams):
        model.rule_of(team)
        for condition in range(len(layout.CONDITIONS)):
            taken = accepted(team, population, people.facts, condition)
            suits[condition, :, k] = taken & met[team.programme][condition] if team.programme else taken
    return suits


def _by_programme(model: Model, assumptions: Assumptions, people: People) -> dict[str, list[NDArray[np.bool_]]]:
    """Who meets each programme's criteria, by condition."""
    if not model.rules:
        return {}
    known = know(people.key, people.facts.segment, people.facts.home_nursing, assumptions)
    conditions = range(len(layout.CONDITIONS))
    return {key: [known.met(key, rule, condition) for condition in conditions] for key, rule in model.rules.items()}


def build(
    model: Model,
    population: Population,
    assumptions: Assumptions,
    people: People,
    suits: NDArray[np.uint8],
    effects: Effects,
    days: NDArray[np.int64],
    first: date,
    warm_up: int,
    room: int,
) -> layout.Sim:
    """Everything that a run reads and writes. `room` scales the tables of requests and events."""
    teams, cars = _teams(model, centre(population))
    numbers = _numbers(model, population, assumptions, effects)
    numbers[layout.N_FROM], numbers[layout.N_TO] = warm_up * layout.DAY, len(days) * layout.DAY
    numbers[layout.N_FIRST_DAY] = first.timetuple().tm_yday - 1
    expected = _expected_requests(population, assumptions) * len(days) / 365.0
    # Large tables are left as they come: the kernels write each row before they read it.
    requests = np.empty(int(room * (200 + 1.5 * expected)), layout.REQUEST)
    heap = np.empty(room * (2 * population.persons + 4 * len(cars) + 2000 + int(expected / 4)), layout.EVENT)
    foreseen = np.empty(len(requests), layout.AHEAD)
    return layout.Sim(
        g=_global(population, assumptions, people, numbers),
        person=_persons(people),
        team=teams,
        car=cars,
        request=requests,
        heap=heap,
        foreseen=foreseen,
        draft=np.empty(len(requests), layout.AHEAD),
        bucket=np.empty(len(requests) + 1, np.int64),
        suits=suits,
        doors=_doors(model),
        partner=_partners(model, population),
        day_class=days,
        slow=_roads(first, len(days), assumptions["winter_factor"]),
    )


def _global(population: Population, assumptions: Assumptions, people: People, numbers: NDArray[np.float64]) -> np.void:
    table = np.zeros(1, layout.GLOBAL)
    table["key"], table["number"] = people.key, numbers
    table["mix"], table["profile"] = _mix(assumptions), _profile(population)
    table["conditions"] = np.cumsum([assumptions[f"condition.{name}"] for name in layout.CONDITIONS])
    table["by_segment"] = _by_segment(assumptions)
    record: np.void = table.view(np.recarray)[0]
    return record


def _expected_requests(population: Population, assumptions: Assumptions) -> float:
    """Requests a year, roughly."""
    return sum(
        n * (assumptions[f"needs_per_year.{segment}"] * 1.3 + 2.0)
        for area in population.areas
        for segment, n in area.need.items()
    )


def _persons(people: People) -> NDArray[np.void]:
    persons = np.zeros(len(people.x), layout.PERSON)
    persons["area"], persons["segment"], persons["condition"] = (
        people.facts.area,
        people.facts.segment,
        people.condition,
    )
    persons["x"], persons["y"] = people.x, people.y
    for name in ("team", "waits_for", "first", "due_prev", "due_next", "room_prev", "room_next"):
        persons[name] = layout.NONE
    persons["home"] = -inf
    return persons


def _teams(model: Model, home: tuple[float, float]) -> tuple[NDArray[np.void], NDArray[np.void]]:
    teams = np.zeros(len(model.teams), layout.TEAM)
    cars = np.zeros(sum(team.crews for team in model.teams), layout.CAR)
    c = 0
    for k, team in enumerate(model.teams):
        row = teams[k]
        row["x"], row["y"] = project(team.lat, team.lon, home)
        row["car0"], row["cars"] = c, team.crews
        row["acute"], row["enrols"], row["places"] = team.acute, team.places > 0, team.places
        row["stay"], row["gap"] = team.stay_days * layout.DAY, team.gap_days * layout.DAY
        row["opens"], row["closes"], row["weekends"] = team.opens * HOUR, team.closes * HOUR, team.weekends
        row["head"] = row["tail"] = layout.NONE
        row["asks"] = bool(team.joint_with)
        row["helps"] = any(team.key in other.joint_with for other in model.teams)
        row["due_head"] = row["due_tail"] = row["room_head"] = row["room_tail"] = layout.NONE
        for shift in team.shifts:
            for _crew in range(shift.crews):
                cars[c]["team"], cars[c]["always"] = k, shift.always
                cars[c]["lunch"] = 1 if shift.always else 0
                cars[c]["mate"] = layout.NONE
                cars[c]["x"], cars[c]["y"] = row["x"], row["y"]
                cars[c]["began"] = -inf
                cars[c]["ends"] = inf if shift.always else -inf
                for n, day in enumerate(DAYS):
                    cars[c]["start"][n] = shift.start * HOUR if day in shift.days else layout.NONE
                    cars[c]["stop"][n] = shift.end * HOUR
                c += 1
    return teams, cars


def _partners(model: Model, population: Population) -> NDArray[np.int64]:
    """The team that comes along on a team's joint visits in a municipality, or NONE: shape (team, municipality)."""
    teams = {team.key: (k, team) for k, team in enumerate(model.teams)}
    table = np.full((len(model.teams), len(population.areas)), layout.NONE, np.int64)
    for k, team in enumerate(model.teams):
        for place, code in enumerate(population.codes):
            for number, partner in (teams[key] for key in reversed(team.joint_with)):
                if partner.works_in(code):
                    table[k, place] = number
    return table


def _open_doors(model: Model) -> dict[str, list[str]]:
    """The doors by channel, without those that a programme closes to it: some take requests of few senders only."""
    rules = {team.key: model.rule_of(team) for team in model.teams}
    closed = {key: rule.only_senders for key, rule in rules.items() if rule and rule.only_senders}
    return {
        channel: [key for key in doors if key not in closed or channel in closed[key]]
        for channel, doors in model.doors.items()
    }


def _doors(model: Model) -> NDArray[np.int64]:
    """Teams by channel and rank; a last column of NONE ends every row."""
    number = {team.key: k for k, team in enumerate(model.teams)}
    opened = _open_doors(model)
    width = 1 + max((len(doors) for doors in model.doors.values()), default=0)
    table = np.full((len(layout.CHANNELS), width), layout.NONE, np.int64)
    for channel, doors in opened.items():
        table[layout.CHANNELS.index(channel), : len(doors)] = [number[key] for key in doors]
    return table


def _mix(assumptions: Assumptions) -> NDArray[np.float64]:
    rows = [[assumptions[f"channel_{when}.{name}"] for name in layout.CHANNELS] for when in ("other", "office")]
    return np.cumsum(rows, axis=1)


def _roads(first: date, days: int, winter: float) -> NDArray[np.float64]:
    """What a day's roads do to minutes: winter from November to March."""
    months = [(first + timedelta(days=n)).month for n in range(days + 1)]
    return np.where(np.isin(months, (11, 12, 1, 2, 3)), winter, 1.0)


def _profile(population: Population) -> NDArray[np.float64]:
    """Rates by class of day and hour, scaled so that an ordinary week has the mean 1."""
    rows = np.array(population.profile, dtype=float)
    return rows * 168.0 / float(5 * rows[0].sum() + rows[1].sum() + rows[2].sum())


def _by_segment(assumptions: Assumptions) -> NDArray[np.float64]:
    names = ("needs_per_year", "hospital_share", "admitted_share", "bed_days", "deaths_per_year", "enrolment_share")
    return np.array([[assumptions[f"{name}.{segment}"] for name in names] for segment in layout.SEGMENTS])


def _numbers(model: Model, population: Population, assumptions: Assumptions, effects: Effects) -> NDArray[np.float64]:
    a, n = assumptions, np.zeros(layout.NUMBERS)
    n[layout.N_SHARED], n[layout.N_BRIDGED] = model.intake.shared, model.intake.keeps_until_taken
    n[layout.N_TRIAGE] = n[layout.N_ANSWER] = model.intake.answer_hours * HOUR
    n[layout.N_HANDOVER] = model.intake.handover_hours * HOUR
    n[layout.N_INTAKE_OPENS], n[layout.N_INTAKE_CLOSES] = model.intake.opens * HOUR, model.intake.closes * HOUR
    n[layout.N_INTAKE_WEEKENDS] = model.intake.weekends
    n[layout.N_RATE_TOP] = (1.0 + a["season_swing"]) * float(_profile(population).max())
    n[layout.N_RATIO], n[layout.N_AVERTED] = effects.admission_ratio, effects.averted_share
    n[layout.N_HOSPITAL_DAYS] = a["days_to_hospital"] or inf
    n[layout.N_PASSING_DAYS] = a["days_to_passing"] or inf
    n[layout.N_LUNCH], n[layout.N_LUNCH_AFTER] = a["lunch_minutes"], a["lunch_after_hours"] * HOUR
    n[layout.N_TRAVEL] = 0.0 if a["road_detour"] == 0.0 else 1.0
    for place, name in (
        (layout.N_SEASON, "season_swing"),         (layout.N_ACUTE_MIN, "acute_visit_minutes"),
        (layout.N_PLANNED_MIN, "planned_visit_minutes"), (layout.N_SPREAD, "visit_spread"),
        (layout.N_SICK, "sickness_share"), (layout.N_LOOK, "nearest_of"), (layout.N_SUDDEN, "sudden_share"),
        (layout.N_SAME_DAY, "same_day_share"), (layout.N_FOLLOWED, "follow_up_share"),
        (layout.N_BED_SPREAD, "bed_days_spread"), (layout.N_PHASES, "phase_changes_per_year"),
        (layout.N_FRAILTY, "frailty_spread"), (layout.N_DETOUR, "road_detour"), (layout.N_JOINT, "joint_visit_share"),
    ):  # fmt: skip
        n[place] = a[name]
    return n
