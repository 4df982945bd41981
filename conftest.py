"""What every test shares: markers by place, a realistic SQLite, the browser."""

import os
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections
from hypothesis import settings as hypothesis_settings

from narvard.core import clock

pytest_plugins = ["tests.browser"]

ROOT = Path(__file__).parent
ENGINES = ROOT / "src" / "narvard" / "engines"
# Run once and not per database: the shape of the source, and the walk over every address.
ARCHITECTURE = (ROOT / "tests" / "architecture", ROOT / "tests" / "walk")

# A busy machine is slow, not wrong. CI draws the same examples each time; elsewhere new ones are tried.
hypothesis_settings.register_profile("narvard", deadline=None, print_blob=True, derandomize="CI" in os.environ)
hypothesis_settings.load_profile("narvard")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by where it stands and what it asks for, so that nobody has to remember to.

    First in line, so that ``-m`` sees the marks.
    """
    for item in items:
        if ENGINES in item.path.parents:
            item.add_marker("engine")
        if set(ARCHITECTURE) & set(item.path.parents):
            item.add_marker("architecture")
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Keep SQLite's test database in a file: write-ahead log and locks then work as they do in use.

    The usual one in memory shares one connection between threads, which hides every race.
    """
    for database in connections.settings.values():
        if database["ENGINE"] == "django.db.backends.sqlite3":
            database.setdefault("TEST", {})["NAME"] = str(tmp_path_factory.mktemp("sqlite") / "test.sqlite3")


@pytest.fixture(autouse=True)
def _heads_of_its_own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let no test read or write the heads of another test's audit log; nothing is made until one is exported."""
    folder = Path(tempfile.gettempdir()) / f"narvard-heads-{os.getpid()}"
    monkeypatch.setattr(settings, "AUDIT_HEADS", str(folder / f"{uuid.uuid4()}.json"))
    yield
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(autouse=True)
def _clock_starts_with_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the ticking clock start at each test's beginning, not at the run's."""
    monkeypatch.setattr(clock, "_started", time.monotonic())
