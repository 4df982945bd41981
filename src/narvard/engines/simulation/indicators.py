"""What one replication shows: indicators as plain numbers, in natural units."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from narvard.engines.simulation import _layout as layout
from narvard.engines.simulation._prepare import Effects
from narvard.engines.simulation.model import Model, Team
from narvard.engines.simulation.population import Population
from narvard.engines.travel.estimate import road_minutes

LAST_WEEK = 7.0
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Report:
    """One replication of one model. `indicators` are of the whole area; the tables are by what their name says."""

    indicators: Mapping[str, float]
    outcomes: Mapping[str, int]
    by_area: Mapping[str, Mapping[str, float]]
    by_employer: Mapping[str, Mapping[str, float]]
    by_principal: Mapping[str, Mapping[str, float]]
    by_team: Mapping[str, Mapping[str, float]]
    utilisation_by_hour: tuple[float, ...]
    events: int


@dataclass(frozen=True, slots=True)
class _Seen:
    """The measured requests for a visit, acute needs and wards' follow-ups but for those of the last week: one entry
    a request, hours waited for those that were `visited`."""

    at: Floats
    arrived: Floats
    outcome: NDArray[np.int32]
    area: NDArray[np.int32]
    person: NDArray[np.int32]
    visited: NDArray[np.bool_]
    hours: Floats


def report(sim: layout.Sim, model: Model, population: Population, days: int, effects: Effects) -> Report:
    """Read a finished run."""
    requests = sim.request[: sim.g.now[layout.REQUESTS]]
    seen = _seen(sim, requests)
    ends = np.bincount(requests["outcome"], minlength=len(layout.OUTCOMES))
    busy = np.divide(sim.g.busy, sim.g.staffed, out=np.zeros(24), where=sim.g.staffed > 0)
    return Report(
        indicators={
            **_waiting(sim, seen),
            **_care(sim, days),
            **_crews(sim),
            **_equity(sim, seen, population),
            "coverage": float(sim.person["enrolled_days"].sum()) / days / population.persons,
            "admission_ratio": effects.admission_ratio,
            "averted_share": effects.averted_share,
        },
        outcomes={name: int(n) for name, n in zip(layout.OUTCOMES, ends, strict=True)},
        by_area=_by_area(sim, seen, population, days),
        by_employer=_by_employer(sim, model, lambda team: team.employer),
        by_principal=_by_principal(sim, model, days),
        by_team=_by_team(sim, model, days),
        utilisation_by_hour=tuple(float(value) for value in busy),
        events=int(sim.g.now[layout.EVENTS]),
    )


def _seen(sim: layout.Sim, requests: NDArray[np.void]) -> _Seen:
    begin = sim.g.number[layout.N_FROM]
    end = max(sim.g.number[layout.N_TO] - LAST_WEEK * layout.DAY, begin + 1)
    when = requests["at"]
    chosen = (when >= begin) & (when < end) & (requests["kind"] != layout.HANDOVER)
    names = ("at", "arrived", "outcome", "area", "person")
    at, arrived, outcome, area, person = (requests[name][chosen] for name in names)
    visited = outcome == layout.VISITED
    return _Seen(at, arrived, outcome, area, person, visited, (arrived - at) / 60.0)


def next_weekday_end(days: NDArray[np.int64]) -> NDArray[np.float64]:
    """For each day the last minute of the next weekday after it."""
    ends = np.full(len(days), np.inf)
    following = np.inf
    for day in range(len(days) - 1, -1, -1):
        ends[day] = following
        if days[day] == 0:
            following = (day + 1) * layout.DAY
    return ends


def _waiting(sim: layout.Sim, seen: _Seen) -> dict[str, float]:
    hours, n = seen.hours[seen.visited], len(seen.at)
    ends = next_weekday_end(sim.day_class)
    in_time = seen.visited & (seen.arrived < ends[(seen.at / layout.DAY).astype(np.int64)])
    measured = sim.g.number[layout.N_TO] - sim.g.number[layout.N_FROM]
    median, p90 = np.quantile(hours, [0.5, 0.9]) if len(hours) else (np.nan, np.nan)
    return {
        "wait_median_h": float(median),
        "wait_p90_h": float(p90),
        "wait_mean_h": float(hours.mean()) if len(hours) else np.nan,
        "next_weekday_share": float(in_time.mean()) if n else np.nan,
        "visited_share": len(hours) / n if n else np.nan,
        "no_team_share": float((seen.outcome == layout.NO_TEAM).mean()) if n else np.nan,
        "waiting_mean": float(sim.g.clock[layout.WAIT_INTEGRAL] / measured),
    }


def _care(sim: layout.Sim, days: int) -> dict[str, float]:
    """Counts a year, and the readmitted share."""
    year = 365.0 / days
    names = {
        "requests": layout.C_REQUESTS, "sudden": layout.C_SUDDEN, "ambulances": layout.C_AMBULANCE,
        "emergency_visits": layout.C_EMERGENCY, "emergency_visits_home": layout.C_EMERGENCY_HOME,
        "admissions": layout.C_ADMISSIONS, "bed_days": layout.C_BED_DAYS, "deaths": layout.C_DEATHS,
        "enrolments": layout.C_ENROLLED, "handovers": layout.C_HANDOVERS, "wrong_doors": layout.C_WRONG_DOOR,
        "averted": layout.C_AVERTED,
    }  # fmt: skip
    count = sim.g.count
    ended = count[layout.C_LEFT]
    handed, left = count[layout.C_HANDOVERS_DONE], count[layout.C_ROOM_LEFT]
    discharged = count[layout.C_DISCHARGES]
    return {name: float(count[place]) * year for name, place in names.items()} | {
        "readmission_30d_share": float(count[layout.C_READMISSIONS] / discharged) if discharged else np.nan,
        "handover_mean_h": float(count[layout.C_HANDOVER_HOURS] / handed) if handed else np.nan,
        "waiting_room_mean_h": float(count[layout.C_ROOM_HOURS] / left) if left else np.nan,
        "stay_mean_days": float(count[layout.C_STAY_DAYS] / ended) if ended else np.nan,
        "waiting_room_end": float(sim.team["room"].sum()),
    }


def _crews(sim: layout.Sim) -> dict[str, float]:
    teams, measured = sim.team, (sim.g.number[layout.N_TO] - sim.g.number[layout.N_FROM]) / layout.DAY
    year = 365.0 / measured
    shifts, staffed = float(teams["shifts"].sum()), float(teams["staffed"].sum())
    planned = float((teams["visits"] - teams["acute_visits"]).sum())
    return {
        "visits": float(teams["visits"].sum()) * year,
        "acute_visits": float(teams["acute_visits"].sum()) * year,
        "planned_visits": planned * year,
        "joint_visits": float(teams["joint"].sum()) * year,
        "wasted_journeys": float(teams["wasted"].sum()) * year,
        "planned_late_days": float(teams["late_days"].sum()) / planned if planned else np.nan,
        "km": float(teams["km"].sum()) * year,
        "visits_per_shift": float(teams["visits"].sum()) / shifts if shifts else np.nan,
        "travel_min_per_shift": float(teams["travel"].sum()) / shifts if shifts else np.nan,
        "staffed_hours": staffed / 60.0 * year,
        "overtime_hours": float(teams["overtime"].sum()) / 60.0 * year,
        "utilisation": float(sim.g.busy.sum() / sim.g.staffed.sum()) if sim.g.staffed.sum() else np.nan,
    }


def _equity(sim: layout.Sim, seen: _Seen, population: Population) -> dict[str, float]:
    """The lowest municipality's visited share against the highest's, and what ten minutes more from the nearest base
    do to the visited share (least squares)."""
    asked = np.bincount(seen.area, minlength=len(population.areas))
    met = np.bincount(seen.area, seen.visited, len(population.areas))[asked > 0] / asked[asked > 0]
    dx, dy = (np.subtract.outer(sim.person[axis], sim.team[axis]) for axis in ("x", "y"))
    away = road_minutes(np.hypot(dx, dy).min(axis=1) * sim.g.number[layout.N_DETOUR])[seen.person]
    spread = float(away.var()) if len(away) else 0.0
    slope = float(np.mean((away - away.mean()) * (seen.visited - seen.visited.mean()))) / spread if spread else np.nan
    return {
        "visited_lowest_to_highest": float(met.min() / met.max()) if len(met) and met.max() else np.nan,
        "visited_share_per_10_min": 10.0 * slope,
    }


def _by_area(sim: layout.Sim, seen: _Seen, population: Population, days: int) -> dict[str, dict[str, float]]:
    enrolled = np.bincount(sim.person["area"], sim.person["enrolled_days"], len(population.areas))
    overall = 1000.0 * float(seen.visited.sum()) / population.persons * 365.0 / days
    table = {}
    for number, area in enumerate(population.areas):
        mine = seen.area == number if len(population.areas) > 1 else slice(None)
        visited, persons = seen.visited[mine], max(1, area.persons)
        hours = seen.hours[mine][visited]
        table[area.code] = {
            "coverage": float(enrolled[number]) / days / persons,
            "wait_median_h": float(np.median(hours)) if len(hours) else np.nan,
            "visited_share": float(visited.mean()) if len(visited) else np.nan,
            "visited_per_1000": (rate := 1000.0 * len(hours) / persons * 365.0 / days),
            "rate_ratio": rate / overall if overall else np.nan,
        }
    return table


def _by_principal(sim: layout.Sim, model: Model, days: int) -> dict[str, dict[str, float]]:
    """Natural units a year of those who pay: the region has ambulances and hospital care besides its teams; the
    patient what fees are taken for. Nothing is priced here (`costs`)."""
    table = _by_employer(sim, model, lambda team: team.principal)
    count, year = sim.g.count, 365.0 / days
    hospital = {
        "ambulances": float(count[layout.C_AMBULANCE]) * year,
        "emergency_visits": float(count[layout.C_EMERGENCY]) * year,
        "bed_days": float(count[layout.C_BED_DAYS]) * year,
    }
    table.setdefault("region", {}).update(hospital)
    visits = float(sim.team["visits"].sum()) * year
    return {**table, "patient": {"visits": visits, **hospital}}


def _by_team(sim: layout.Sim, model: Model, days: int) -> dict[str, dict[str, float]]:
    """What each team does, a year; `helped` are joint visits that another team led."""
    year, table = 365.0 / days, {}
    for row, team in zip(sim.team, model.teams, strict=True):
        staffed = float(row["staffed"])
        planned = float(row["visits"] - row["acute_visits"])
        table[team.key] = {
            "visits": float(row["visits"]) * year,
            "acute_visits": float(row["acute_visits"]) * year,
            "joint_visits": float(row["joint"]) * year,
            "helped": float(row["helped"]) * year,
            "km": float(row["km"]) * year,
            "enrolled": float(row["enrolled_days"]) / days,
            "places": float(team.places),
            "waiting_room_end": float(row["room"]),
            "planned_late_days": float(row["late_days"]) / planned if planned else np.nan,
            "utilisation": float(row["work"] + row["travel"]) / staffed if staffed else np.nan,
        }
    return table


def _by_employer(sim: layout.Sim, model: Model, payer: Callable[[Team], str]) -> dict[str, dict[str, float]]:
    """Visits, km and hours by payer and profession, a year: natural units, no prices. A joint visit is a visit of
    each team that came."""
    year = 365.0 * layout.DAY / float(sim.g.number[layout.N_TO] - sim.g.number[layout.N_FROM])
    table: dict[str, dict[str, float]] = {}
    for k, team in enumerate(model.teams):
        row = table.setdefault(payer(team), {"visits": 0.0, "km": 0.0})
        crew_hours = float(sim.team[k]["staffed"]) / 60.0 * year
        row["visits"] += float(sim.team[k]["visits"] + sim.team[k]["helped"]) * year
        row["km"] += float(sim.team[k]["km"]) * year
        for profession, share in team.staff.items():
            row[f"{profession}_hours"] = row.get(f"{profession}_hours", 0.0) + share * crew_hours
    return table
