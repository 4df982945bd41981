"""``narvard screenshots``: the pictures in ``docs/images``, from a running demonstration."""

import json
import urllib.error
import urllib.request
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from narvard.core import clock
from narvard.desk import screenshots
from narvard.desk.account.cast import cast
from narvard.organisation.models import Commission


class Command(BaseCommand):
    """Signs in as the cast of the demonstration and takes a picture of each main page, on a phone and on a desk."""

    help = "Takes pictures of the main pages of a running demonstration into docs/images."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where the demonstration answers and where the pictures go."""
        parser.add_argument("--url", default="http://127.0.0.1:8000", help="where the demonstration answers")
        parser.add_argument("--folder", type=Path, default=Path("docs/images"), help="where the pictures go")
        parser.add_argument("--json", action="store_true", help="end with one line of JSON")

    def handle(self, *args: Any, url: str, folder: Path, json: bool, **options: Any) -> None:
        """Take them all; what is missing ends the command with one line and exit code 2."""
        url = url.rstrip("/")
        try:
            _expect_answer(url)
            taken = screenshots.take_all(url, folder, _cast(), self.stdout.write)
        except screenshots.CannotTakePictures as error:
            raise CommandError(str(error), returncode=2) from None
        self.stdout.write(_as_json(taken, folder) if json else f"{taken} pictures in {folder}")


def _as_json(taken: int, folder: Path) -> str:
    return json.dumps({"pictures": taken, "folder": str(folder)})


def _expect_answer(url: str) -> None:
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=10):  # noqa: S310 - the operator's own address
            return
    except urllib.error.HTTPError:
        return  # it answers, though something in it is not well
    except OSError:
        raise screenshots.CannotTakePictures(f"Nothing answers on {url}. Start it with `make demo`.") from None


def _cast() -> dict[str, Commission]:
    """The first commission of each of the cast, by user name."""
    found = {str(member.commissions[0].staff.user): member.commissions[0] for member in cast(clock.now())}
    missing = {shot.who for shot in screenshots.SHOTS} - found.keys()
    if missing:
        raise screenshots.CannotTakePictures(f"The demonstration has nobody called {', '.join(sorted(missing))}.")
    return found
