"""Fifty requests in a minute to a served demonstration, and the waiting room with two hundred who wait.

    NARVARD_LOOKUPS=1000 narvard demo              # in another window, on the database that DATABASE_URL names
    PYTHONPATH=src python tests/benchmarks/rush.py [--url http://127.0.0.1:8000] [--requests 50] [--seconds 60]
                                                   [--waiting 200] [--looks 40]

Ten browsers of one ambulance nurse (hence the raised limit) write requests by the page's own form, evenly over the
minute, every second one sent twice; then two hundred stand in the waiting room and the coordinator opens
it. Prints a table in Markdown: the times
are the whole answer as a browser on the same machine waits for it. The figures in docs/intake.md come from it.
It fills the demonstration with requests: load it anew afterwards.
"""

import argparse
import re
import statistics
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.cookiejar import CookieJar
from itertools import islice

from narvard.demo.sources import official_numbers

BROWSERS = 10
PATIENCE = 120
CREW, COORDINATOR = "Oskar Lundgren", "Anneli Hedlund"


def say(text: str) -> None:
    """Print at once."""
    print(text, flush=True)  # noqa: T201 - this is a command line tool


@dataclass(frozen=True)
class Answer:
    """What came back, and after how many seconds."""

    url: str
    text: str
    seconds: float


class Browser:
    """One of the cast, signed in by a click on the sign-in page."""

    def __init__(self, url: str, name: str) -> None:
        self._url = url
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar())).open
        page = self.get("/logga-in/").text
        form = next(part for part in page.split("<form")[1:] if f"<strong>{name}</strong>" in part)
        self.post("/logga-in/demo/", {"commission": _value(form, "commission"), "next": ""}, form)

    def get(self, path: str) -> Answer:
        """A page."""
        return self._ask(urllib.request.Request(self._url + path))  # noqa: S310 - the address is one's own

    def post(self, path: str, told: dict[str, str], page: str) -> Answer:
        """Send a form that stood on ``page``."""
        data = urllib.parse.urlencode(told | {"csrfmiddlewaretoken": _value(page, "csrfmiddlewaretoken")}).encode()
        headers = {"Referer": self._url + path}
        return self._ask(urllib.request.Request(self._url + path, data, headers))  # noqa: S310

    def _ask(self, request: urllib.request.Request) -> Answer:
        began = time.perf_counter()
        with self._open(request, timeout=PATIENCE) as response:
            text = response.read().decode()
            return Answer(response.geturl(), text, time.perf_counter() - began)


def _value(form: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', form)
    if found is None:
        raise ValueError(f"no field {name} in the form")
    return found.group(1)


def write_down(browser: Browser, number: str, *, twice: bool) -> tuple[float, set[str]]:
    """One acute request by the form; the time until the case stands on the screen, and the cases there are of it."""
    page = browser.get("/intag/ny/").text
    told = {
        "once": str(uuid.uuid4()),
        "identifier": number,
        "given_name": "Okänd",
        "family_name": "Okänd",
        "place": "Umeå",
        "question": f"Belastningsprov {uuid.uuid4()}",
        "urgency": "acute",
        "fact_stable": "yes",
    }
    answer = browser.post("/intag/ny/", told, page)
    cases = {answer.url}
    if twice:
        cases.add(browser.post("/intag/ny/", told, page).url)
    return answer.seconds, cases


def at_pace(seconds: float, acts: Sequence[Callable[[], tuple[float, set[str]]]]) -> list[tuple[float, set[str]]]:
    """Begin the acts evenly over so many seconds, and wait for all."""
    began, step = time.perf_counter(), seconds / len(acts)

    def begin(turn: int) -> tuple[float, set[str]]:
        time.sleep(max(0.0, began + turn * step - time.perf_counter()))
        return acts[turn]()

    with ThreadPoolExecutor(BROWSERS) as pool:
        return list(pool.map(begin, range(len(acts))))


def row(what: str, seconds: Sequence[float]) -> str:
    """A line of the table, in milliseconds."""
    ordered = sorted(1000 * each for each in seconds)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    return f"| {what} | {len(ordered)} | {statistics.median(ordered):.0f} | {p95:.0f} | {ordered[-1]:.0f} |"


def main() -> int:
    """Run and print; 1 when something was lost or doubled."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--requests", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--waiting", type=int, default=200)
    parser.add_argument("--looks", type=int, default=40)
    asked = parser.parse_args()
    crews = [Browser(asked.url, CREW) for _each in range(BROWSERS)]
    numbers = list(islice(official_numbers(), max(asked.requests, asked.waiting)))

    def one(turn: int) -> tuple[float, set[str]]:
        return write_down(crews[turn % BROWSERS], numbers[turn], twice=turn % 2 == 0)

    rush = at_pace(asked.seconds, [lambda turn=turn: one(turn) for turn in range(asked.requests)])
    cases = [case for _seconds, found in rush for case in found if "/intag/ny/" not in case]
    lost, doubled = asked.requests - len(set(cases)), len(cases) - len(set(cases)) + sum(len(f) > 1 for _s, f in rush)
    for turn in range(asked.requests, asked.waiting):
        one(turn)
    coordinator = Browser(asked.url, COORDINATOR)
    looks = [coordinator.get("/intag/vantrum/") for _each in range(asked.looks)]
    waiting = re.search(r"<h1[^>]*>[^<]*?(\d+)", looks[-1].text)
    say("| what | n | p50 ms | p95 ms | max ms |\n|---|--:|--:|--:|--:|")
    say(row(f"a request by the form, {asked.requests} in {asked.seconds:g} s", [seconds for seconds, _found in rush]))
    say(row(f"the waiting room, {waiting.group(1) if waiting else '?'} wait", [look.seconds for look in looks]))
    say(row("the coordinator's queue", [coordinator.get("/intag/").seconds for _each in range(asked.looks)]))
    say(f"\n{lost} lost, {doubled} doubled.")
    return 1 if lost or doubled else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, ValueError) as error:
        sys.exit(f"The demonstration does not answer as it should: {error}")
