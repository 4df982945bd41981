"""Road routers: what is asked, what is understood, and the fall-back that says so."""

import json
import math
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import numpy as np
import pytest

from narvard.engines.travel import MatrixCache, Osrm, RouterError, Valhalla, estimate, travel_times

pytestmark = pytest.mark.engine

LAT, LON = [63.8258, 63.9076], [20.2630, 19.7522]


class _FakeRouter(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert self.path.startswith("/table/v1/driving/20.263000,63.825800;19.752200,63.907600?")
        self._answer({"code": "Ok", "durations": [[0, 1680], [None, 0]]})

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        cells = [[{"time": 60 * (i != j)} for j in range(len(asked["targets"]))] for i in range(2)]
        self._answer({"sources_to_targets": cells})

    def _answer(self, content: object) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Keep the tests silent."""


@pytest.fixture
def server() -> Iterator[str]:
    httpd = HTTPServer(("127.0.0.1", 0), _FakeRouter)
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{httpd.server_port}"
    httpd.shutdown()
    httpd.server_close()


def test_osrm_is_asked_and_understood(server: str) -> None:
    travel = travel_times(LAT, LON, router=Osrm(server))
    assert travel.source == "osrm"
    assert travel.fell_back is None
    assert travel.minutes[0, 1] == 28
    assert math.isinf(travel.minutes[1, 0])


def test_valhalla_is_asked_and_understood(server: str) -> None:
    travel = travel_times(LAT, LON, router=Valhalla(server))
    assert travel.source == "valhalla"
    assert travel.minutes.tolist() == [[0, 1], [1, 0]]


def test_a_silent_router_falls_back_and_says_so() -> None:
    travel = travel_times(LAT, LON, router=Osrm("http://127.0.0.1:9", timeout=0.2))
    assert travel.source == "estimate"
    assert travel.fell_back is not None
    assert "127.0.0.1:9" in travel.fell_back
    assert np.array_equal(travel.minutes, estimate(LAT, LON))


@pytest.mark.parametrize(
    "answer",
    [b"<html>", b"{}", b'{"durations": [[0]]}', b'{"durations": [[0, -1], [1, 0]]}', b'{"durations": "no"}'],
)
def test_a_strange_answer_is_an_error(answer: bytes) -> None:
    router = Osrm("http://x", fetch=lambda url, body, timeout: answer)
    with pytest.raises(RouterError):
        router.minutes(np.array(LAT), np.array(LON))


def test_only_web_addresses_are_opened() -> None:
    with pytest.raises(RouterError, match="only http"):
        Osrm("file:///etc").minutes(np.array(LAT), np.array(LON))


def test_a_ferry_in_the_road_network_does_not_reach_holmon() -> None:
    router = Osrm("http://x", fetch=lambda url, body, timeout: b'{"durations": [[0, 60], [60, 0]]}')
    travel = travel_times([63.8258, 63.79], [20.2630, 20.87], router=router)
    assert math.isinf(travel.minutes[0, 1])


def test_the_cache_asks_once_for_each_new_place() -> None:
    cache = MatrixCache(lambda lat, lon: estimate(lat, lon))
    first = cache.minutes(["a", "b"], LAT, LON)
    assert cache.computed == 1
    swapped = cache.minutes(["b", "a"], LAT[::-1], LON[::-1])
    assert cache.computed == 1
    assert np.array_equal(first, swapped[::-1, ::-1])
    cache.minutes(["a", "b", "c"], [*LAT, 64.0], [*LON, 20.5])
    assert cache.computed == 2
    cache.minutes(["a"], [63.9], LON[:1])
    assert cache.computed == 3


def test_the_cache_starts_over_at_its_limit() -> None:
    cache = MatrixCache(lambda lat, lon: estimate(lat, lon), limit=2)
    cache.minutes(["a", "b"], LAT, LON)
    fresh = cache.minutes(["c", "b"], [64.0, LAT[1]], [20.5, LON[1]])
    assert fresh.shape == (2, 2)
    assert np.array_equal(fresh, estimate([64.0, LAT[1]], [20.5, LON[1]]))
