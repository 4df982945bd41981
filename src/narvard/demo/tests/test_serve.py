"""Serving: both children run together, stop together, and a child that dies is not passed over in silence."""

import os
import signal
import socket
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from narvard.demo import serve as serving
from narvard.demo.serve import CannotServe, Child, serve

CLOCK = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
WEB = "import http.server,sys; http.server.HTTPServer(('127.0.0.1', int(sys.argv[1])), http.server.BaseHTTPRequestHandler).serve_forever()"  # noqa: E501
STAYS, ENDS = "import time; time.sleep(60)", "raise SystemExit(3)"


@pytest.fixture
def port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def children(monkeypatch):
    """Stand-ins for web and worker, with their programs; all are ended afterwards."""
    started = []

    def use(web, worker):
        def start(port, _clock):
            for name, program in (("webben", web), ("arbetaren", worker)):
                process = subprocess.Popen([sys.executable, "-c", program, str(port)])
                started.append(Child(name, process))
            return list(started)

        monkeypatch.setattr(serving, "_start", start)
        return started

    yield use
    for child in started:
        if child.process.poll() is None:
            child.process.kill()
        child.process.wait()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_stops_both(port, children, number):
    started = children(WEB, STAYS)
    serve(port, CLOCK, lambda: os.kill(os.getpid(), number))
    assert all(child.process.poll() is not None for child in started)


def test_it_is_ready_only_when_the_web_answers(port, children):
    children(WEB, STAYS)
    answered = []

    def ready():
        answered.append(serving._answers(port))
        raise KeyboardInterrupt

    serve(port, CLOCK, ready)
    assert answered == [True]


def test_a_worker_that_dies_stops_the_web_too_and_is_named(port, children):
    started = children(WEB, ENDS)
    with pytest.raises(CannotServe, match=r"arbetaren .* kod 3"):
        serve(port, CLOCK, lambda: None)
    assert all(child.process.poll() is not None for child in started)


def test_a_web_that_does_not_start_is_told(port, children):
    children(ENDS, STAYS)
    with pytest.raises(CannotServe, match="webben"):
        serve(port, CLOCK, lambda: pytest.fail("the web never answered"))


def test_a_port_in_use_is_refused_before_anything_starts(port, children):
    taken = subprocess.Popen([sys.executable, "-c", WEB, str(port)])
    try:
        while not serving._answers(port):
            assert taken.poll() is None
        started = children(WEB, STAYS)
        with pytest.raises(CannotServe, match="annan port"):
            serve(port, CLOCK, lambda: None)
        assert started == []
    finally:
        taken.kill()
        taken.wait()


def test_the_children_get_the_demos_clock_and_a_session_of_their_own(monkeypatch, port):
    asked = []
    monkeypatch.setattr(subprocess, "Popen", lambda arguments, **how: asked.append((arguments, how)))
    serving._start(port, CLOCK)
    for _arguments, how in asked:
        assert how["env"]["NARVARD_CLOCK"] == "2026-11-23T07:30:00+01:00"
        assert how["env"]["NARVARD_DEMO"] == "true"
        assert how["start_new_session"]
    assert [("granian" in arguments, "db_worker" in arguments) for arguments, _how in asked] == [
        (True, False),
        (False, True),
    ]
