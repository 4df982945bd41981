"""What one replication shows: indicators as plain numbers, in natural units."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from narvard.engines.simulation import _layout as layout
from narvard.engines.simulation._prepare import Effects
from narvard.engines.simulation.model import Model
from narvard.engines.simulation.population import Population

LAST_WEEK = 7.0


@dataclass(frozen=True, slots=True)
class Report:
    """One replication of one model. `indicators` are of the whole area; the tables are by what their name says."""

    indicators: Mapping[str, float]
    outcomes: Mapping[str, int]
    by_area: Mapping[str, Mapping[str, float]]
    by_employer: Mapping[str, Mapping[str, float]]
    utilisation_by_hour: tuple[float, ...]
    events: int


def report(sim: layout.Sim, model: Model, population: Population, days: int, effects: Effects) -> Report:
    """Read a finished run."""
    requests = sim.request[: sim.g.now[layout.REQUESTS]]
    seen = _acute(sim, requests)
    outcomes = {name: int((requests["outcome"] == n).sum()) for n, name in enumerate(layout.OUTCOMES)}
    with np.errstate(divide="ignore", invalid="ignore"):
        busy = np.where(sim.g.staffed > 0, sim.g.busy / np.maximum(sim.g.staffed, 1e-9), 0.0)
    return Report(
        indicators={
            **_waiting(sim, seen),
            **_care(sim, days),
            **_crews(sim),
            "coverage": float(sim.person["enrolled_days"].sum()) / days / population.persons,
            "admission_ratio": effects.admission_ratio,
            "averted_share": effects.averted_share,
        },
        outcomes=outcomes,
        by_area=_by_area(sim, seen, population, days),
        by_employer=_by_employer(sim, model),
        utilisation_by_hour=tuple(float(value) for value in busy),
        events=int(sim.g.now[layout.EVENTS]),
    )


def _acute(sim: layout.Sim, requests: NDArray[np.void]) -> NDArray[np.void]:
    """The measured requests for a visit: acute needs and wards' follow-ups, but for those of the last week."""
    end = sim.g.number[layout.N_TO] - LAST_WEEK * layout.DAY
    chosen = (requests["at"] >= sim.g.number[layout.N_FROM]) & (requests["kind"] != layout.HANDOVER)
    kept: NDArray[np.void] = requests[chosen & (requests["at"] < max(end, sim.g.number[layout.N_FROM] + 1))]
    return kept


def next_weekday_end(days: NDArray[np.int64]) -> NDArray[np.float64]:
    """For each day the last minute of the next weekday after it."""
    ends = np.full(len(days), np.inf)
    following = np.inf
    for day in range(len(days) - 1, -1, -1):
        ends[day] = following
        if days[day] == 0:
            following = (day + 1) * layout.DAY
    return ends


def _waiting(sim: layout.Sim, seen: NDArray[np.void]) -> dict[str, float]:
    visited = seen[seen["outcome"] == layout.VISITED]
    hours = (visited["arrived"] - visited["at"]) / 60.0
    ends = next_weekday_end(sim.day_class)
    day = (seen["at"] // layout.DAY).astype(np.int64)
    in_time = (seen["outcome"] == layout.VISITED) & (seen["arrived"] < ends[day])
    measured = sim.g.number[layout.N_TO] - sim.g.number[layout.N_FROM]
    return {
        "wait_median_h": float(np.median(hours)) if len(hours) else np.nan,
        "wait_p90_h": float(np.quantile(hours, 0.9)) if len(hours) else np.nan,
        "wait_mean_h": float(hours.mean()) if len(hours) else np.nan,
        "next_weekday_share": float(in_time.mean()) if len(seen) else np.nan,
        "visited_share": len(visited) / len(seen) if len(seen) else np.nan,
        "no_team_share": float((seen["outcome"] == layout.NO_TEAM).mean()) if len(seen) else np.nan,
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
    handed, left = count[layout.C_HANDOVERS_DONE], count[layout.C_ROOM_LEFT]
    discharged = count[layout.C_DISCHARGES]
    return {name: float(count[place]) * year for name, place in names.items()} | {
        "readmission_30d_share": float(count[layout.C_READMISSIONS] / discharged) if discharged else np.nan,
        "handover_mean_h": float(count[layout.C_HANDOVER_HOURS] / handed) if handed else np.nan,
        "waiting_room_mean_h": float(count[layout.C_ROOM_HOURS] / left) if left else np.nan,
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
        "wasted_journeys": float(teams["wasted"].sum()) * year,
        "planned_late_days": float(teams["late_days"].sum()) / planned if planned else np.nan,
        "km": float(teams["km"].sum()) * year,
        "visits_per_shift": float(teams["visits"].sum()) / shifts if shifts else np.nan,
        "travel_min_per_shift": float(teams["travel"].sum()) / shifts if shifts else np.nan,
        "staffed_hours": staffed / 60.0 * year,
        "overtime_hours": float(teams["overtime"].sum()) / 60.0 * year,
        "utilisation": float(sim.g.busy.sum() / sim.g.staffed.sum()) if sim.g.staffed.sum() else np.nan,
    }


def _by_area(sim: layout.Sim, seen: NDArray[np.void], population: Population, days: int) -> dict[str, dict[str, float]]:
    table = {}
    for number, area in enumerate(population.areas):
        mine = seen[seen["area"] == number]
        visited = mine[mine["outcome"] == layout.VISITED]
        hours = (visited["arrived"] - visited["at"]) / 60.0
        table[area.code] = {
            "coverage": float(sim.person["enrolled_days"][sim.person["area"] == number].sum()) / days / area.persons
            if area.persons
            else np.nan,
            "wait_median_h": float(np.median(hours)) if len(hours) else np.nan,
            "visited_share": len(visited) / len(mine) if len(mine) else np.nan,
            "visited_per_1000": 1000.0 * len(visited) / area.persons * 365.0 / days if area.persons else np.nan,
        }
    return table


def _by_employer(sim: layout.Sim, model: Model) -> dict[str, dict[str, float]]:
    """Visits, km and hours by employer and profession, a year: natural units, no prices."""
    year = 365.0 * layout.DAY / (sim.g.number[layout.N_TO] - sim.g.number[layout.N_FROM])
    table: dict[str, dict[str, float]] = {}
    for k, team in enumerate(model.teams):
        row = table.setdefault(team.employer, {"visits": 0.0, "km": 0.0})
        crew_hours = float(sim.team[k]["staffed"]) / 60.0 * year
        row["visits"] += float(sim.team[k]["visits"]) * year
        row["km"] += float(sim.team[k]["km"]) * year
        for profession, share in team.staff.items():
            row[f"{profession}_hours"] = row.get(f"{profession}_hours", 0.0) + share * crew_hours
    return table
