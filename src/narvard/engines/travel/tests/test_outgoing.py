"""Calls out: a hostile or broken router gets nothing more than it was asked, and cannot hold us up."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from narvard.engines.travel import Osrm, RouterError, travel_times
from narvard.engines.travel.outgoing import fetch

pytestmark = pytest.mark.engine

METADATA = "http://169.254.169.254/latest/meta-data/"


class Hostile(ThreadingHTTPServer):
    """A router that redirects, drips or floods, by the first part of the path; it remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[str] = []
        self.over = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Hostile

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        kind = self.path.split("/")[1]
        if kind == "redirect":
            self._answer(302, Location=METADATA)
        elif kind == "elsewhere":
            self._answer(307, Location=f"{self.server.url}/inside")
        elif kind == "error":
            self._answer(500)
        else:
            self._answer(200)
            (self._drip if kind == "drip" else self._flood)()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def _answer(self, code: int, **headers: str) -> None:
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _drip(self) -> None:
        """A byte every 50 ms, each within the socket's own limit."""
        self._write_until(b" ", 0.05)

    def _flood(self) -> None:
        self._write_until(b" " * 65536, 0)

    def _write_until(self, piece: bytes, pause: float) -> None:
        try:
            while not self.server.over.wait(pause):
                self.wfile.write(piece)
                self.wfile.flush()
        except OSError:
            return  # the caller hung up, as it should

    def log_message(self, format: str, *args: object) -> None:
        """Keep the tests silent."""


@pytest.fixture
def hostile() -> Iterator[Hostile]:
    server = Hostile()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.over.set()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(("path", "body"), [("redirect", None), ("redirect", b"{}"), ("elsewhere", None)])
def test_no_redirect_is_followed(hostile: Hostile, path: str, body: bytes | None) -> None:
    with pytest.raises(RouterError, match="answered 30"):
        fetch(f"{hostile.url}/{path}", body, 5)
    assert hostile.asked == [f"/{path}"]


def test_an_answer_that_drips_ends_in_time(hostile: Hostile) -> None:
    start = time.monotonic()
    with pytest.raises(RouterError, match="too long"):
        fetch(f"{hostile.url}/drip", None, 0.4)
    assert time.monotonic() - start < 5


def test_an_answer_without_end_is_cut_off(hostile: Hostile) -> None:
    with pytest.raises(RouterError, match="larger than 1000000 bytes"):
        fetch(f"{hostile.url}/flood", None, 30, most=1_000_000)


def test_an_error_names_the_host_and_not_where_people_live(hostile: Hostile) -> None:
    travel = travel_times([63.8258, 63.9076], [20.2630, 19.7522], router=Osrm(f"{hostile.url}/error"))
    assert travel.source == "estimate"
    assert travel.fell_back == f"router 127.0.0.1:{hostile.server_port}: answered 500"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/a", "gopher://x", "data:,a"])
def test_only_web_addresses_are_opened(url: str) -> None:
    with pytest.raises(RouterError, match="only http"):
        fetch(url, None, 1)
