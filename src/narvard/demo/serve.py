"""Web and one worker as child processes of the demo command; both stop with it."""

import http.client
import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic, sleep
from types import FrameType

from django.core.management import call_command
from django.utils import timezone

from narvard.core.clock import ticking_from
from narvard.core.errors import NarvardError

HOST = "127.0.0.1"
_TICK_SECONDS = 60.0
_START_SECONDS = 30.0
_STOP_SECONDS = 10.0


class CannotServe(NarvardError):
    """The web or the worker did not start, or stopped by itself."""


def serve(port: int, clock: datetime, ready: Callable[[], None]) -> None:
    """Serve until interrupted; the demo's clock ticks from ``clock``. ``ready`` is called once the web answers.

    Raises :class:`CannotServe` when a child process ends by itself.
    """
    if _answers(port):
        raise CannotServe(f"Något annat svarar redan på http://{HOST}:{port}. Välj en annan port med --port.")
    children = _start(port, clock)
    # Also where the shell that started us in the background told us to ignore Ctrl-C.
    previous = {number: signal.signal(number, _interrupt) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        _wait_for_web(port, children)
        ready()
        with ticking_from(clock):
            _watch(children)
    except KeyboardInterrupt:
        pass
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
        _stop(children)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@dataclass(frozen=True)
class Child:
    """A process that the demo has started."""

    name: str
    process: subprocess.Popen[bytes]


def _start(port: int, clock: datetime) -> list[Child]:
    environment = {**os.environ, "NARVARD_DEMO": "true", "NARVARD_CLOCK": timezone.localtime(clock).isoformat()}
    web = ["-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port), "--workers", "1"]
    web += ["--blocking-threads", "4", "--no-ws", "--log-level", "warning", "narvard.config.wsgi:application"]
    worker = ["-m", "narvard", "db_worker", "--interval", "0.5", "--verbosity", "0"]
    # In a session of their own: Ctrl-C reaches this process only, which then stops both in order.
    return [
        Child(name, subprocess.Popen([sys.executable, *arguments], env=environment, start_new_session=True))
        for name, arguments in (("webben", web), ("arbetaren", worker))
    ]


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/health")
        connection.getresponse()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _wait_for_web(port: int, children: list[Child]) -> None:
    until = monotonic() + _START_SECONDS
    while not _answers(port):
        _refuse_ended(children)
        if monotonic() > until:
            raise CannotServe(f"Webben svarade inte inom {_START_SECONDS:.0f} sekunder.")
        sleep(0.1)


def _watch(children: list[Child]) -> None:
    """Stay until a child ends; do each minute what must happen though nobody looks."""
    next_tick = monotonic() + _TICK_SECONDS
    while True:
        _refuse_ended(children)
        if monotonic() >= next_tick:
            call_command("tick", stdout=io.StringIO())
            next_tick += _TICK_SECONDS
        sleep(0.5)


def _refuse_ended(children: list[Child]) -> None:
    for child in children:
        if child.process.poll() is not None:
            raise CannotServe(f"Processen {child.name} slutade av sig själv med kod {child.process.returncode}.")


def _stop(children: list[Child]) -> None:
    running = [child.process for child in children if child.process.poll() is None]
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
