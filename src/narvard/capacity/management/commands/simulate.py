"""``narvard simulate``: what an operating model would do against another, with intervals. Needs no database."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand

from narvard.capacity.residents import SOURCE, is_region, residents
from narvard.capacity.scenarios import results
from narvard.intake.definitions import packaged

if TYPE_CHECKING:
    from collections.abc import Iterable

    from narvard.engines.simulation import Case, Comparison, Costs, Influence, Population, Region


class Command(BaseCommand):
    """Run two models with common random numbers and show them side by side."""

    help = "Simulates an operating model of mobile care against another: waiting, coverage, visits, bed days."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which models, whose people, which assumptions, how long and how often."""
        parser.add_argument(
            "--model",
            default="joint",
            help="today, joint, joint-2023, joint-norm, norm or norm-apart (made to the need), or a .yaml file (joint)",
        )
        parser.add_argument("--against", default="today", help="the model to compare with (today)")
        parser.add_argument(
            "--population",
            default="umea",
            help="umea, vasterbotten, sweden, a county by two digits, or a .yaml file (umea)",
        )
        parser.add_argument(
            "--areas", default="", metavar="NAME,NAME", help="only these care areas of the population (all)"
        )
        parser.add_argument("--assumptions", default="assumptions", help="a .yaml file (the packaged ones)")
        parser.add_argument(
            "--set", dest="values", action="append", default=[], metavar="NAME=NUMBER", help="edit an assumption"
        )
        parser.add_argument("--years", type=float, default=1.0, help="years, after 60 days of warm-up (1)")
        parser.add_argument("--replications", type=int, default=100, help="how many, or at most how many (100)")
        parser.add_argument(
            "--until", metavar="INDICATOR=HALF-WIDTH", help="stop when the difference's interval is that narrow"
        )
        parser.add_argument(
            "--break-even", type=float, metavar="HOURS", help="crew hours that you hold a bed day to be worth"
        )
        parser.add_argument(
            "--unit-cost",
            dest="unit_costs",
            action="append",
            default=[],
            metavar="UNIT=SEK",
            help="price a natural unit, such as region.bed_days=9300 or km=25; nothing is priced without",
        )
        parser.add_argument(
            "--sensitivity",
            metavar="INDICATOR",
            help="rank assumptions by what they do to an indicator's difference",
        )
        parser.add_argument("--paths", type=int, default=6, help="paths through the assumptions for --sensitivity (6)")
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same figures (1)")
        parser.add_argument("--jobs", type=int, default=1, help="processes (1)")
        parser.add_argument(
            "--cluster", default="", metavar="ADDRESS", help="run on a Ray cluster instead of local processes (auto)"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run; what cannot be run gives one line and exit code 2."""
        from narvard.engines.simulation import SimulationError, on_cluster

        try:
            with on_cluster(options["cluster"]):
                cases = _cases(options)
                if len(cases) > 1:
                    self._show_region(self._region(cases, options), options["json"])
                else:
                    self._show(*self._compare(cases[0], options), options["json"])
        except SimulationError as error:
            self.stderr.write(" ".join(str(error).split()))
            sys.exit(2)

    def _show_region(self, region: "Region", as_json: bool) -> None:
        from narvard.engines.simulation import ADDITIVE

        for name, found in region.areas.items():
            for line in found.warnings:
                self.stderr.write(f"{name}: {line}")
        model, against = next(iter(region.areas.values())).models
        if as_json:
            self.stdout.write(json.dumps(_region_data(region, model, against), ensure_ascii=False))
            return
        self.stdout.write(_table(region, ADDITIVE, model, against))
        self.stdout.write(f"{len(region.areas)} care areas, {region.events} events in {region.seconds:.1f} s")

    def _show(self, found: "Comparison", extra: dict[str, Any], as_json: bool) -> None:
        model, against = found.models
        for line in found.warnings:
            self.stderr.write(line)
        if as_json:
            self.stdout.write(json.dumps(_data(found, model, against) | extra, ensure_ascii=False))
        else:
            self.stdout.write(_table(found, found.reports[model][0].indicators, model, against))
            self.stdout.write(f"{found.replications} replications, {found.events} events in {found.seconds:.1f} s")
            for name, part in extra.items():
                if part is not None:
                    self.stdout.write(f"{name}: {json.dumps(part, ensure_ascii=False)}")

    def _region(self, cases: "list[Case]", options: dict[str, Any]) -> "Region":
        """Several care areas: each compared by itself, and summed."""
        from narvard.engines.simulation import RunError, Until, compare_areas

        for name in ("break_even", "unit_costs", "sensitivity", "until"):
            if options[name]:
                raise RunError(f"--{name.replace('_', '-')} is for one care area: choose it with --areas")
        return compare_areas(cases, Until(options["replications"]), options["seed"], options["jobs"], self._tell)

    def _compare(self, case: "Case", options: dict[str, Any]) -> "tuple[Comparison, dict[str, Any]]":
        """The comparison, and what else was asked for: break-even effect, costs, sensitivity."""
        from narvard.engines.simulation import Until, break_even, compare, price, sensitivity

        (model, against), study = case.models, case.study
        name, width = _pair(options["until"]) if options["until"] else ("", 0.0)
        until = Until(options["replications"], name, width)
        found = compare((model, against), study, until, options["seed"], options["jobs"], self._tell)
        seed, jobs = options["seed"], options["jobs"]
        extra: dict[str, Any] = {"break_even": None, "costs": None, "sensitivity": None}
        if options["break_even"] is not None:
            fixed = Until(found.replications)
            extra["break_even"] = results.balance(
                break_even(model, against, study, options["break_even"], fixed, seed, jobs)
            )
        if options["unit_costs"]:
            extra["costs"] = _costs(price(found, dict(_pair(text) for text in options["unit_costs"])))
        if options["sensitivity"]:
            indicator, paths = options["sensitivity"], options["paths"]
            ranked = sensitivity((model, against), study, indicator, paths, seed=seed, jobs=jobs, tell=self._tell_path)
            extra["sensitivity"] = {"indicator": indicator, "paths": paths, "assumptions": _ranked(ranked)}
        return found, extra

    def _tell(self, done: int, of: int) -> None:
        self.stderr.write(f"{done}/{of} replications")

    def _tell_path(self, done: int, of: int) -> None:
        self.stderr.write(f"{done}/{of} paths through the assumptions")


def _cases(options: dict[str, Any]) -> "list[Case]":
    """The care areas asked for, each with its two models: packaged, from a file, or made for its people."""
    from narvard.engines.simulation import (
        MADE,
        Case,
        Model,
        Population,
        RunError,
        Study,
        dimensioned,
        load_assumptions,
        load_model,
        load_population,
    )

    programmes = {one.key: one for one in packaged()}

    def model_of(name: str, people: Population) -> Model:
        return dimensioned(name, people) if name in MADE else load_model(name).ruled(programmes)

    assumptions = load_assumptions(options["assumptions"])
    if options["values"]:
        assumptions = assumptions.edited(dict(_pair(text) for text in options["values"]))
    asked = options["population"]
    population = _people(asked) if is_region(asked) else load_population(asked)
    if options["areas"]:
        population = population.only([name.strip() for name in options["areas"].split(",")])
    cases = []
    for name, people in population.care_areas().items():
        model, against = (model_of(options[which], people) for which in ("model", "against"))
        if model.name == against.name:
            raise RunError(f"{model.name}: a model cannot be compared with itself; give the copy another name")
        cases.append(Case(name, (model, against), Study(people, assumptions, years=options["years"])))
    return cases


def _people(name: str) -> "Population":
    """The people of Sweden or of a county. The day's and week's shape is that of the packaged Umeå."""
    from narvard.engines.simulation import UnknownNameError, load_population, population_of

    rows = residents(name)
    if not rows:
        raise UnknownNameError(name, "there is no county with this code")
    people = population_of({"name": name, "source": SOURCE, "areas": rows})
    return replace(people, profile=load_population().profile)


def _pair(text: str) -> tuple[str, float]:
    """NAME=NUMBER."""
    from narvard.engines.simulation import RunError

    name, _, number = text.partition("=")
    try:
        return name, float(number)
    except ValueError as error:
        raise RunError(f"{text!r} is not NAME=NUMBER") from error


def _data(found: "Comparison", model: str, against: str) -> dict[str, Any]:
    """What scripts read: every indicator as [mean, low, high] of both models and of the paired difference."""
    names = found.reports[model][0].indicators
    return {
        "model": model,
        "against": against,
        "replications": found.replications,
        "seed": found.seed,
        "events": found.events,
        "seconds": round(found.seconds, 3),
        "indicators": results.compared(found, names, model, against),
        "municipalities": {name: _means(found, name, "by_area") for name in found.models},
        "employers": {name: _means(found, name, "by_employer") for name in found.models},
        "principals": {name: _means(found, name, "by_principal") for name in found.models},
        "teams": {name: _means(found, name, "by_team") for name in found.models},
        "utilisation_by_hour": {name: _by_hour(found, name) for name in found.models},
        "warnings": list(found.warnings),
    }


def _region_data(region: "Region", model: str, against: str) -> dict[str, Any]:
    """Sums over the care areas of what can be added up, and each care area's own figures."""
    from narvard.engines.simulation import ADDITIVE

    first = next(iter(region.areas.values()))
    return {
        "model": model,
        "against": against,
        "replications": first.replications,
        "seed": first.seed,
        "events": region.events,
        "seconds": round(region.seconds, 3),
        "indicators": results.compared(region, ADDITIVE, model, against),
        "areas": {name: _area_data(found, model, against) for name, found in region.areas.items()},
    }


def _area_data(found: "Comparison", model: str, against: str) -> dict[str, Any]:
    names = found.reports[model][0].indicators
    return {
        "indicators": results.compared(found, names, model, against),
        "municipalities": {name: _means(found, name, "by_area") for name in found.models},
        "warnings": list(found.warnings),
    }


def _means(found: "Comparison", model: str, table: str) -> dict[str, dict[str, list[float | None]]]:
    """A table of the reports as [mean, low, high] over the replications."""
    from narvard.engines.simulation import interval

    return results.means(found, model, table, interval)


def _by_hour(found: "Comparison", model: str) -> list[list[float | None]]:
    """Share of the staffed minutes that are visit or road, by hour of the day."""
    from narvard.engines.simulation import interval

    hours = zip(*(report.utilisation_by_hour for report in found.reports[model]), strict=True)
    return [interval(values).as_list() for values in hours]


def _costs(priced: "Costs") -> dict[str, Any]:
    told = results.costs(priced)
    return {"unit": "SEK a year", **told.pop("by_model"), **told}


def _ranked(rows: "Iterable[Influence]") -> list[dict[str, Any]]:
    return [
        {
            "assumption": row.assumption,
            "interval": [row.low, row.high],
            "effect": round(row.effect, 6),
            "size": row.size.as_list(),
            "spread": round(row.spread, 6),
        }
        for row in rows
    ]


def _table(found: "Comparison | Region", names: "Iterable[str]", model: str, against: str) -> str:
    lines = [f"{'':24}{model:>30}{against:>30}{'difference':>30}"]
    for name in names:
        three = (found.of(model, name), found.of(against, name), found.difference(model, against, name))
        cells = "".join(f"{f'{i.mean:.2f} ({i.low:.2f} to {i.high:.2f})':>30}" for i in three)
        lines.append(f"{name:24}{cells}")
    return "\n".join(lines)
