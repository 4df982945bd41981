"""``narvard demo``: the synthetic Umeå area, loaded once, its day planned, then served."""

import json
import os
import sys
from argparse import ArgumentParser, BooleanOptionalAction
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Max
from django.utils.translation import override

from narvard.core.calendar import at_local
from narvard.core.errors import NarvardError
from narvard.core.models import AuditEvent
from narvard.demo import loader
from narvard.demo.area import MODELS
from narvard.demo.cast import PASSWORD, STAFF
from narvard.demo.load.world import OPENS_AT
from narvard.demo.models import DemoLoad
from narvard.demo.serve import serve

FIRST_DATE, LAST_DATE = date(2026, 1, 1), date(2027, 12, 31)


def bad_input(message: str) -> CommandError:
    """An argument that cannot be used: one line and code 2, without argparse's usage lines."""
    return CommandError(message, returncode=2)


def demo_date(text: str) -> date:
    """A date that the official test numbers have fitting ages for."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise bad_input(f"{text!r} is not a date; write 2026-11-23") from None
    if not FIRST_DATE <= day <= LAST_DATE:
        raise bad_input(f"the test persons fit dates from {FIRST_DATE} to {LAST_DATE}, not {day}")
    return day


def whole_number(text: str) -> int:
    """A seed or a port: a whole number from 0 up."""
    if not text.isdecimal() or int(text) >= 2**31:
        raise bad_input(f"{text!r} is not a whole number from 0 to {2**31 - 1}")
    return int(text)


def operating_model(text: str) -> str:
    """An operating model that the demo knows."""
    if text not in MODELS:
        raise bad_input(f"unknown operating model {text!r}: choose one of {', '.join(MODELS)}")
    return text


class Command(BaseCommand):
    """Load the area unless it is there, plan its day and serve it."""

    help = "Loads the synthetic Umeå area, plans its day and serves it with one worker."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which area, whether to serve, and how to answer."""
        parser.add_argument("--date", default="2026-11-23", help="the demo day")
        parser.add_argument("--seed", default="1", help="another seed is another area")
        parser.add_argument("--model", default="joint", help=f"operating model: {' or '.join(MODELS)}")
        parser.add_argument("--serve", action=BooleanOptionalAction, default=True, help="serve after loading")
        parser.add_argument("--port", default=os.environ.get("PORT", "8000"), help="where to serve")
        parser.add_argument("--json", action="store_true", help="print one JSON object on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load if needed, tell what there is, serve if asked."""
        if settings.PRODUCTION:
            raise bad_input("The demo is not for production.")
        chosen = demo_date(options["date"]), whole_number(options["seed"]), operating_model(options["model"])
        port = whole_number(options["port"])
        try:
            with override("sv"):
                row = self._loaded(*chosen)
                if options["json"]:
                    self._print_figures(row)
                if options["serve"]:
                    self._serve(row, port)
        except NarvardError as error:
            raise CommandError(str(error), returncode=2) from error

    def _loaded(self, day: date, seed: int, model: str) -> DemoLoad:
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        call_command("migrate", verbosity=0, interactive=False)
        row = loader.present(day, seed, model)
        if row is not None:
            self._tell(1.0, "Området är redan laddat.")
            return row
        row = loader.load(day, seed, model, self._tell)
        self.stderr.write("")
        return row

    def _print_figures(self, row: DemoLoad) -> None:
        self.stdout.write(json.dumps(loader.figures(row)))

    def _tell(self, share: float, message: str) -> None:
        """One line that is written over on a terminal, and one line per step elsewhere."""
        line = f"{share:4.0%}  {message}"
        if sys.stderr.isatty():
            self.stderr.write(f"\r\033[2K{line}", ending="\n" if share >= 1 else "")
        elif message != getattr(self, "_told", None):
            self.stderr.write(line)
        self._told = message

    def _serve(self, row: DemoLoad, port: int) -> None:
        serve(port, clock_start(row), lambda: self.stdout.write(greeting(port)))


def clock_start(row: DemoLoad) -> datetime:
    """Half past seven on the demo date, or the last thing recorded: time never runs backwards."""
    last = AuditEvent.objects.aggregate(last=Max("at"))["last"]
    opens = at_local(row.date, OPENS_AT)
    return max(opens, last) if last else opens


def greeting(port: int) -> str:
    """Where to go and who to sign in as."""
    width = max(len(person.name) for person in STAFF.values())
    names = max(len(person.username) for person in STAFF.values())
    rows = [f"  {person.username:<{names}}  {person.name:<{width}}  {person.who}" for person in STAFF.values()]
    lines = [
        "",
        f"Närvård svarar på http://127.0.0.1:{port}  (Ctrl-C avslutar)",
        "",
        "Välj roll med ett klick på första sidan, eller logga in som:",
        *rows,
        f"Lösenord för alla: {PASSWORD}",
        "",
    ]
    return "\n".join(lines)
