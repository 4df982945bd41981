"""Measure the engine against published results: the work behind ``narvard bench routing``.

One JSON file keeps every finished run, so a broken-off bench goes on where it stopped; the tables in
docs/benchmarks.md are made from it. Protocol: one thread, compiling excluded, fixed seconds by size: by the clock
on the wall or, on a machine that others use too, the thread's own processor time (a run keeps both).
"""

import csv
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from time import perf_counter
from typing import Any

from narvard.engines.benchmarks import load, machine, save
from narvard.engines.routing.bench_proof import impossible
from narvard.engines.routing.errors import InstanceError
from narvard.engines.routing.instances import MISSING, read
from narvard.engines.routing.problem import Problem
from narvard.engines.routing.result import Result, Stop
from narvard.engines.routing.solver import solve, warm_up

Tell = Callable[[str], None]
Check = Callable[[Problem, Result], object]
"""Raises when a plan breaks a rule of its problem."""

SETS = {"mankowska": "mankowska2014", "kummer": "kummer2021", "uhhc": "uhhc2026"}
SECONDS = ((10, 5.0), (25, 20.0), (50, 30.0))
"""Seconds by number of patients: up to ten 5, up to 25 20, up to 50 30, more 60."""
CLASSES = {10: "A", 25: "B", 50: "C", 75: "D", 100: "E", 200: "F", 300: "G"}
MUST = {"A": 225.3, "B": 409.7, "C": 615.0, "D": 760.0, "E": 806.0, "F": 1195.0, "G": 1580.0, "all": 800.0}
PICTURE = "images/routing-growth.svg"
"""The picture of the area day, beside benchmarks.md."""


@dataclass(frozen=True, slots=True)
class Protocol:
    """How much of a set to run: a share of the seconds, every n-th instance, so many seeds (3, and 10 on classes F
    and G of Mankowska), by which clock."""

    factor: float = 1.0
    every: int = 1
    seeds: int | None = None
    processor: bool = False


@dataclass(frozen=True, slots=True)
class Job:
    """One run of the protocol."""

    path: Path
    name: str
    patients: int
    seed: int
    seconds: float
    processor: bool = False

    @property
    def key(self) -> str:
        """What the run is kept under; shorter runs never mix with full ones, nor one clock with the other."""
        return f"{self.name}|{self.seed}|{self.seconds:g}" + ("|processor" if self.processor else "")


def shared_data(given: Path | None) -> Path:
    """Where the benchmark sets are: `given`, NARVARD_SHARED, or ../shared beside the working directory."""
    root = given or Path(os.environ.get("NARVARD_SHARED") or "../shared")
    folder = root / "data" / "routing"
    if not folder.is_dir():
        raise InstanceError(f"{folder}: no benchmark sets there; name the folder with --data or NARVARD_SHARED")
    return folder


def jobs(folder: Path, kind: str, protocol: Protocol) -> list[Job]:
    """The runs of a set, one seed of all instances before the next."""
    found = sorted((folder / SETS[kind]).rglob("*.json.gz"))
    if not found:
        raise InstanceError(f"{folder / SETS[kind]}: no instances there")
    todo = []
    for path in found[:: max(1, protocol.every)]:
        patients = _patients(path)
        seconds = next((s for size, s in SECONDS if patients <= size), 60.0) * protocol.factor
        runs = protocol.seeds or (10 if kind == "mankowska" and patients >= 200 else 3)
        name = path.name.removesuffix(".json.gz")
        todo += [Job(path, name, patients, seed, seconds, protocol.processor) for seed in range(1, runs + 1)]
    return sorted(todo, key=lambda j: (j.seed, j.patients, j.name))


def _patients(path: Path) -> int:
    size = re.search(r"HCSRP_(\d+)_|HHCRSP_(\d+)_", path.name)
    if size:
        return int(size.group(1) or size.group(2))
    return len({o.patient for o in read(path).problem.operations})


def run(
    folder: Path, kind: str, store: Path, tell: Tell, protocol: Protocol | None = None, check: Check | None = None
) -> int:
    """Run what `store` lacks of a set; returns how many runs were made. Safe to break off at any time.

    `check` is shown every plan, and raises when it breaks a rule.
    """
    kept = load(store)
    todo = jobs(folder, kind, protocol or Protocol())
    missing = [j for j in todo if j.key not in kept.setdefault(kind, {})]
    tell(f"{kind}: {len(todo) - len(missing)} of {len(todo)} runs kept, {len(missing)} to make")
    warm_up()
    for n, job in enumerate(missing, start=1):
        problem, began = read(job.path).problem, perf_counter()
        result = solve(problem, Stop(seconds=job.seconds, processor=job.processor), job.seed)
        elapsed = perf_counter() - began
        if check:
            check(problem, result)
        kept[kind][job.key] = {
            "instance": job.name,
            "patients": job.patients,
            "seed": job.seed,
            "seconds": job.seconds,
            "clock": "processor" if job.processor else "wall",
            "elapsed": round(elapsed, 1),
            "checked": check is not None,
            "cost": round(result.cost, 4),
            "evaluations": result.evaluations,
            "unplanned": len(result.unplanned),
            "machine": machine(),
        }
        if result.cost >= MISSING:
            kept[kind][job.key]["impossible"] = impossible(problem, MISSING)
        save(store, kept)
        tell(f"{n}/{len(missing)} {job.name} seed {job.seed}: {result.cost:.3f}")
    return len(missing)


def published(folder: Path, kind: str) -> dict[str, float]:
    """The best published value by instance (UHHC: by the file's name without its ending)."""
    if kind == "uhhc":
        return _published_uhhc(folder / SETS[kind] / "published-costs.csv")
    with (folder / SETS[kind] / "best-known.csv").open(encoding="utf-8", newline="") as lines:
        column = "BKS" if kind == "mankowska" else "MNSA2024_best"
        return {row["instance"]: float(row[column]) for row in csv.DictReader(lines) if row.get(column)}


def _published_uhhc(path: Path) -> dict[str, float]:
    values: dict[str, float] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            name = re.search(r"sol-(.+)-\d+\.json$", row["file"])
            if name and row["objective"]:
                values[name.group(1)] = min(float(row["objective"]), values.get(name.group(1), float("inf")))
    return values


def tables(folder: Path, kept: dict[str, Any]) -> str:
    """The section of docs/benchmarks.md, from the runs kept. Shortened runs are told apart by their seconds."""
    lines = ["## Routing", "", "Made by `narvard bench routing`; cost is the published objective, lower is better.", ""]
    for kind in SETS:
        runs = list(kept.get(kind, {}).values())
        if runs:
            lines += _mankowska(folder, runs) if kind == "mankowska" else _against(folder, kind, runs)
    if kept.get("area-day"):
        lines += _area(kept["area-day"])
    return "\n".join(lines) + "\n"


def _by_instance(runs: list[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Runs by instance, of the longest time that instance has been given."""
    for name in sorted({r["instance"] for r in runs}):
        mine = [r for r in runs if r["instance"] == name]
        longest = max(r["seconds"] for r in mine)
        yield name, [r for r in mine if r["seconds"] == longest]


def _head(title: str, runs: list[dict[str, Any]]) -> list[str]:
    machines = sorted({r["machine"] for r in runs})
    clocks = " and ".join(sorted({r.get("clock", "wall") for r in runs}))
    checked = sum(bool(r.get("checked")) for r in runs)
    lines = [f"Machine: {'; '.join(machines)}. One thread, seconds by {clocks} clock."]
    return [f"### {title}", "", *lines, f"Held by the independent checker: {checked} of {len(runs)} runs.", ""]


def _mankowska(folder: Path, runs: list[dict[str, Any]]) -> list[str]:
    best = published(folder, "mankowska")
    lines = _head("Mankowska, Meisel and Bierwirth (2014)", runs)
    lines += [
        "| class | instances | seeds | seconds | mean over seeds | best over seeds | best known of these | must |",
        "|---|---|---|---|---|---|---|---|",
    ]
    rows = []
    for name, mine in _by_instance(runs):
        costs = [r["cost"] for r in mine]
        rows.append((mine[0]["patients"], len(mine), mine[0]["seconds"], mean(costs), min(costs), best[name]))
    groups = [(CLASSES[size], [r for r in rows if r[0] == size]) for size in CLASSES]
    if all(group for _, group in groups):
        groups.append(("all", rows))
    for label, group in groups:
        if group:
            seeds = "-".join(str(s) for s in sorted({min(r[1] for r in group), max(r[1] for r in group)}))
            seconds = "-".join(f"{s:g}" for s in sorted({min(r[2] for r in group), max(r[2] for r in group)}))
            lines.append(
                f"| {label} | {len(group)} | {seeds} | {seconds} | {mean(r[3] for r in group):.3f} "
                f"| {min_mean(group):.3f} | {mean(r[5] for r in group):.3f} | {MUST[label]:g} |"
            )
    return [*lines, ""]


def min_mean(group: list[tuple[int, int, float, float, float, float]]) -> float:
    """The mean of the best costs of a class."""
    return mean(r[4] for r in group)


def _against(folder: Path, kind: str, runs: list[dict[str, Any]]) -> list[str]:
    known = published(folder, kind)
    title = "Kummer et al. (2022)" if kind == "kummer" else "UHHC, Da Ros et al. (2026)"
    gaps, met, planned, count = [], 0, 0, 0
    proved = sorted({r["instance"] for r in runs if r.get("impossible")})
    for name, mine in _by_instance(runs):
        count += 1
        planned += all(r["cost"] < MISSING for r in mine)
        if name in known:
            gaps += [(r["cost"] - known[name]) / max(known[name], 1.0) for r in mine]
            met += min(r["cost"] for r in mine) <= known[name] + 1e-3
    seconds = sorted({r["seconds"] for r in runs})
    compared = sum(1 for name, _ in _by_instance(runs) if name in known)
    lines = _head(title, runs)
    lines += [
        f"- instances run: {count}, seconds {', '.join(f'{s:g}' for s in seconds)}",
        f"- everything that must be visited is visited: {planned} of {count}",
        *(
            [f"- cannot be visited by any plan, proved by CP-SAT: {len(proved)} ({', '.join(proved)})"]
            if proved
            else []
        ),
        f"- with a published value: {compared}; at or below it with the best seed: {met}",
    ]
    if gaps:
        lines.append(f"- mean gap to the published value over all runs: {100 * mean(gaps):+.2f} %")
    return [*lines, ""]


def _area(runs: dict[str, Any]) -> list[str]:
    """The area day: the whole model, and what all three solvers can be given, by size."""
    kept = sorted(runs.values(), key=lambda r: (r["set"], r["visits"], r["seconds"], r["solver"]))
    clocks = " and ".join(sorted({r.get("clock", "wall") for r in kept}))
    lines = ["### A care area's day", "", f"Machine: {'; '.join(sorted({r['machine'] for r in kept}))}."]
    lines += [
        f"One thread each, seconds by {clocks} clock. *full* is the whole model; *common* is what PyVRP and OR-Tools",
        "can express of it (skills, hard windows, shifts, optional visits): minutes of road, and 4,000 for each visit",
        "left out.",
        "",
        f"![Cost and the time of one question, from 50 to 2,000 visits]({PICTURE})",
        "",
        "| visits | staff | solver | seconds | cost | unplanned |",
        "|---|---|---|---|---|---|",
    ]
    for r in kept:
        cost = f"{r['cost']:.1f}" if r["unplanned"] < r["visits"] else "no plan in time"
        lines.append(
            f"| {r['visits']} ({r['set']}) | {r['staff']} | {r['solver']} | {r['seconds']:g} | {cost} "
            f"| {r['unplanned']} |"
        )
    lines += _against_reference(kept)
    timed = {r["visits"]: r["insertion_ms"] for r in kept if r["set"] == "full"}
    if timed:
        asked = ", ".join(f"{timed[n]:.0f} ms at {n}" for n in sorted(timed))
        lines += ["", f"One question where an acute visit fits, the plan laid out anew (median): {asked} visits."]
    return [*lines, ""]


def _against_reference(kept: list[dict[str, Any]]) -> list[str]:
    """How far the whole model's plan is from that of a much longer run on the same day."""
    lines = []
    for long in (r for r in kept if r["set"] == "reference"):
        short = next((r for r in kept if r["set"] == "full" and r["visits"] == long["visits"]), None)
        if short:
            gap = 100 * (short["cost"] / long["cost"] - 1)
            lines += ["", f"The whole model at {long['visits']} visits after {short['seconds']:g} s is {gap:+.1f} % "]
            lines[-1] += f"from the plan after {long['seconds']:g} s, the *reference* of the table."
    return lines
