"""``narvard bench``: measure the engines against published results, into docs/benchmarks.md. Needs no database."""

import json
import sys
from argparse import ArgumentParser
from importlib import import_module
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string

from narvard.engines.benchmarks import KeptRunsError, load, write_section

SETS = ("mankowska", "kummer", "uhhc", "area-day")
# Engines beside routing: each module has run(store, tell, factor) and section(kept).
OTHERS = {"evidence": "narvard.engines.evidence.bench", "simulation": "narvard.engines.simulation.bench"}
PROTOCOL = ("factor", "every", "seeds", "processor")


class Command(BaseCommand):
    """Run what is missing of a protocol and write the tables. Break it off and start it again as you like."""

    help = "Measure the engines; resumable. `narvard bench routing --set mankowska` runs one set."
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which engine and set, how much of it, where the data is and the tables go."""
        parser.add_argument("engine", nargs="?", default="routing", choices=["routing", *OTHERS])
        parser.add_argument("--set", dest="sets", action="append", choices=SETS, help="one set (all)")
        parser.add_argument("--data", type=Path, help="the folder with data/routing (NARVARD_SHARED, else ../shared)")
        parser.add_argument("--factor", type=float, default=1.0, help="share of the protocol's seconds or studies (1)")
        parser.add_argument("--every", type=int, default=1, help="take every n-th instance only (1)")
        parser.add_argument("--seeds", type=int, help="seeds for each instance (the protocol's)")
        parser.add_argument(
            "--processor", action="store_true", help="count the thread's processor time, not the wall's"
        )
        parser.add_argument("--check", metavar="MODULE.FUNCTION", help="hold every plan to this checker")
        parser.add_argument("--out", type=Path, default=Path("docs"), help="folder for benchmarks.md and JSON (docs)")
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run, keep, write; what cannot be read gives one line and exit code 2."""
        from narvard.engines.routing import bench, bench_area
        from narvard.engines.routing.errors import RoutingError

        if options["engine"] in OTHERS:
            self._other(options)
            return
        store = options["out"] / "benchmarks-routing.json"
        made: dict[str, int] = {}
        if options["factor"] <= 0:
            self._end("--factor must be above zero")
        try:
            protocol = bench.Protocol(**{name: options[name] for name in PROTOCOL})
            folder = bench.shared_data(options["data"])
            check = import_string(options["check"]) if options["check"] else None
            for kind in options["sets"] or SETS:
                if kind == "area-day":
                    bench_area.run_area(store, self._tell, protocol, check)
                    self._draw(store, options["out"] / bench.PICTURE)
                    continue
                made[kind] = bench.run(folder, kind, store, self._tell, protocol, check)
            write_section(options["out"] / "benchmarks.md", "routing", bench.tables(folder, load(store)))
        except (RoutingError, KeptRunsError, ImportError) as error:
            self._end(str(error))
        if options["json"]:
            self.stdout.write(json.dumps({"made": made, "store": str(store)}))

    def _draw(self, store: Path, picture: Path) -> None:
        """Draw the growth with size, where the extra 'bench' is installed."""
        from narvard.engines.routing import bench_plot

        try:
            bench_plot.draw_growth(load(store)["area-day"].values(), picture)
        except ImportError as error:
            self._tell(f"{picture}: not drawn, {error.name} is not installed (the extra 'bench')")

    def _other(self, options: dict[str, Any]) -> None:
        engine, out = options["engine"], options["out"]
        bench = import_module(OTHERS[engine])
        store = out / f"benchmarks-{engine}.json"
        if options["factor"] <= 0:
            self._end("--factor must be above zero")
        try:
            section = bench.section(bench.run(store, self._tell, options["factor"]))
            write_section(out / "benchmarks.md", engine, section)
        except (ValueError, OSError) as error:
            self._end(str(error))
        if options["json"]:
            self.stdout.write(json.dumps({"engine": engine, "store": str(store)}))

    def _tell(self, line: str) -> None:
        self.stderr.write(line)

    def _end(self, line: str) -> None:
        self.stderr.write(line.replace("\n", " "))
        sys.exit(2)
