"""``narvard indicators``: the follow-up figures of a care area and period, from what the work has registered."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict, replace
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand

from narvard.core import clock
from narvard.followup.definitions import definitions
from narvard.followup.indicators.figure import Figure
from narvard.followup.indicators.figures import base, figures
from narvard.followup.indicators.periods import SCENARIO, Period, WrongPeriod
from narvard.organisation.models import Municipality


class Command(BaseCommand):
    """Reckon the indicators by municipality; figures that would tell of too few are left out."""

    help = "Reckon the follow-up indicators of a care area and period, by municipality."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which area, which days, which scenario of need."""
        parser.add_argument("area", nargs="?", help="the care area (the only one there is)")
        parser.add_argument("--from", dest="start", type=_day, required=True, help="first day, e.g. 2026-10-01")
        parser.add_argument("--until", dest="end", type=_day, required=True, help="the day after the last")
        parser.add_argument("--scenario", default=SCENARIO, help=f"scenario of need ({SCENARIO})")
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Reckon and print; a wrong area or period gives one line and exit code 2."""
        areas = sorted(set(Municipality.objects.exclude(care_area="").values_list("care_area", flat=True)))
        area = options["area"] or (areas[0] if len(areas) == 1 else "")
        if area not in areas:
            self._end(f"no such care area; there are: {', '.join(areas) or 'none'}")
        try:
            every = figures(Period(area, options["start"], options["end"], clock.now(), options["scenario"]))
        except WrongPeriod as error:
            self._end(str(error))
        names = dict(Municipality.objects.filter(care_area=area).values_list("code", "name"))
        found = [replace(row, place=names.get(row.place, "")) for row in base(every)]
        if options["json"]:
            self.stdout.write(json.dumps({"area": area, "figures": [_row(figure) for figure in found]}))
            return
        for definition in definitions():
            self.stdout.write(definition.name["en"])
            for figure in found:
                if figure.indicator == definition.id:
                    self.stdout.write(f"  {figure.place or area}: {_told(figure)}")

    def _end(self, line: str) -> None:
        self.stderr.write(line.replace("\n", " "))
        sys.exit(2)


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _row(figure: Figure) -> dict[str, Any]:
    """The figure as JSON: a time that has not been reached is null."""
    row = asdict(figure)
    return {name: row[name] for name in ("indicator", "place", "count", "of", "value", "low", "high", "hidden")}


def _told(figure: Figure) -> str:
    if figure.hidden:
        return "too few to be shown"
    if figure.value is None:
        return "nothing to reckon from"
    interval = "" if figure.low is None or figure.high is None else f" ({figure.low:.3g}-{figure.high:.3g})"
    among = (
        ""
        if figure.of is None
        else f", {figure.of:.6g}"
        if figure.count is None
        else f", {figure.count} of {figure.of:.6g}"
    )
    return f"{figure.value:.3g}{interval}{among}"
