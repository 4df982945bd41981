"""Journeys in Chromium: people at screens, given/when/then, axe and a clean console at every step.

A journey asks for the fixture ``journey`` and runs once on a phone (360 px) and once on a desk (1280 px)::

    def test_a_team_takes_a_request(journey):
        nurse = journey.person("the mobile team's nurse", CommissionFactory())
        with journey.given("a request from the ward waits in the inbox"):
            nurse.open("/")
        with journey.when("she accepts it"):
            nurse.page.get_by_role("button", name="Ta emot").click()
        with journey.then("the patient is enrolled"):
            expect(nurse.page.get_by_text("Inskriven")).to_be_visible()

Each ``with`` ends by looking at every open page: no axe finding (WCAG 2.2 AA), nothing wider than the screen,
no error in the console, no breach of the content security policy, no answer of 500 or above.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, expect

from narvard.access.queries import SESSION_KEY
from narvard.desk.screenshots import DESK, PHONE, Screen, chromium
from narvard.organisation.models import Commission

WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PICTURES = Path(__file__).resolve().parent.parent / "var" / "journeys"
# Longer than any page may take, shorter than a person's patience with a hanging suite.
TIMEOUT_MS = 15_000
expect.set_options(timeout=TIMEOUT_MS)


def axe(page: Page) -> None:
    """Fail with axe's own report when the page breaks a WCAG 2.2 AA rule that a machine can test."""
    options = {"runOnly": {"type": "tag", "values": WCAG_22_AA}, "resultTypes": ["violations"]}
    results = Axe().run(page, options=options)
    assert results.violations_count == 0, f"{page.url}\n{results.generate_report()}"


def fits(page: Page) -> None:
    """Fail when the page can be scrolled sideways."""
    wide, screen = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= screen, f"{page.url} is {wide} px wide on a screen of {screen} px"


@dataclass
class Watch:
    """Collects what must not happen in a page. ``allowed`` holds patterns of messages that a test expects."""

    problems: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        """Listen to a page from now on."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self._note(f"script error: {error}"))
        page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self._note(f"console: {message.text} ({message.location.get('url', '')})")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self._note(f"answer {response.status}: {response.url}")

    def _note(self, problem: str) -> None:
        if not any(re.search(pattern, problem) for pattern in self.allowed):
            self.problems.append(problem)

    def check(self) -> None:
        """Fail when something was noted since the last check."""
        found, self.problems[:] = list(self.problems), []
        assert not found, "\n".join(found)


# What hands do, told to the test: a script of the browser's own, so the page's security policy does not meet it.
_HANDS = """(() => {
  const written = new WeakMap();
  document.addEventListener("pointerdown", () => narvardHands("clicks", 1), true);
  document.addEventListener("input", ({target: field}) => {
    if (field.matches("select")) { narvardHands("clicks", 2); return; }
    if (!field.matches("textarea, input:not([type=radio], [type=checkbox])")) return;
    const before = written.get(field);
    if (before === undefined) narvardHands("fields", 1);
    written.set(field, field.value.length);
    narvardHands("keys", Math.max(1, field.value.length - (before || 0)));
  }, true);
})()"""


@dataclass
class Hands:
    """What somebody's hands have done at a screen: clicks or taps, fields written in, keys pressed.

    A choice in a drop-down list counts as two clicks.
    """

    clicks: int = 0
    fields: int = 0
    keys: int = 0

    @property
    def seconds(self) -> float:
        """How long that takes by the keystroke-level model of Card, Moran and Newell (1980), for a skilled user.

        To point 1.1 s, to press 0.2 s, a key 0.28 s; before each click or field the hands move, 0.4 s, and one
        makes up one's mind, 1.35 s. What one says on the phone meanwhile is not counted.
        """
        return (self.clicks + self.fields) * (1.1 + 0.2 + 0.4 + 1.35) + self.keys * 0.28

    def note(self, _source: Any, what: str, many: int) -> None:
        """One thing that the hands did."""
        setattr(self, what, getattr(self, what) + many)


@dataclass
class Person:
    """Somebody at a screen of their own, with their own cookies."""

    name: str
    page: Page
    base_url: str
    watch: Watch

    def open(self, path: str) -> Page:
        """Go to an address of the product."""
        self.page.goto(self.base_url + path)
        return self.page

    def hands(self) -> Hands:
        """Count what this person's hands do on the pages that are opened from now on."""
        counted = Hands()
        self.page.context.expose_binding("narvardHands", counted.note)
        self.page.context.add_init_script(_HANDS)
        return counted

    def expect_message(self, pattern: str) -> None:
        """Let a console message pass from now on, such as the 403 that a refused page writes."""
        self.watch.allowed.append(pattern)

    def check(self) -> None:
        """Look at the page as it stands."""
        self.page.wait_for_load_state("networkidle")
        self.watch.check()
        if self.page.url != "about:blank":
            fits(self.page)
            axe(self.page)


class Journey:
    """One story at one screen size, told in given, when and then."""

    def __init__(self, browser: Browser, screen: Screen, base_url: str, name: str) -> None:
        self.screen = screen
        self.people: list[Person] = []
        self._browser = browser
        self._base_url = base_url
        self._name = name

    def person(self, name: str, commission: Commission | None = None, *, path: str = "", **options: Any) -> Person:
        """Seat somebody at a screen, acting under ``commission`` and looking at ``path`` if they are given.

        ``options`` are those of Playwright's ``new_context``, such as ``color_scheme="dark"``.
        """
        context = self._browser.new_context(
            viewport={"width": self.screen.width, "height": self.screen.height},
            has_touch=self.screen.touch,
            is_mobile=self.screen.touch,
            locale="sv-SE",
            timezone_id="Europe/Stockholm",
            **options,
        )
        context.set_default_timeout(TIMEOUT_MS)
        if commission is not None:
            sign_in(context, commission, self._base_url)
        watch = Watch()
        context.on("page", watch.follow)
        person = Person(name, context.new_page(), self._base_url, watch)
        self.people.append(person)
        if path:
            person.open(path)
        return person

    @contextmanager
    def _step(self, kind: str, what: str) -> Iterator[None]:
        try:
            yield
            for person in self.people:
                person.check()
        except BaseException as error:
            error.add_note(f"{kind} {what} ({self.screen.name})")
            self._take_pictures(error)
            raise

    def given(self, what: str) -> Any:
        """The state of things before."""
        return self._step("given", what)

    def when(self, what: str) -> Any:
        """What somebody does."""
        return self._step("when", what)

    def then(self, what: str) -> Any:
        """What is true afterwards."""
        return self._step("then", what)

    def _take_pictures(self, error: BaseException) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        for number, person in enumerate(self.people):
            picture = PICTURES / f"{self._name}-{number}.png"
            person.page.screenshot(path=picture, full_page=True)
            error.add_note(f"{person.name} saw {picture}")

    def close(self) -> None:
        """Close every screen, and fail if one noted something after the last step."""
        for person in self.people:
            person.page.context.close()
        for person in self.people:
            person.watch.check()


def sign_in(context: BrowserContext, commission: Commission, base_url: str) -> None:
    """Give the browser a session that acts under ``commission``, as after the sign-in page."""
    client = Client()
    client.force_login(commission.staff.user)
    session = client.session
    session[SESSION_KEY] = str(commission.pk)
    session.save()
    name = settings.SESSION_COOKIE_NAME
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": base_url}])


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run."""
    # Playwright runs an event loop in this thread, which makes Django refuse every database call in it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with chromium() as running:
        yield running


@pytest.fixture(params=[PHONE, DESK], ids=lambda screen: screen.name)
def screen(request: pytest.FixtureRequest) -> Screen:
    """The two screen sizes, one after the other."""
    return request.param


@pytest.fixture
def journey(browser: Browser, screen: Screen, live_server: Any, request: pytest.FixtureRequest) -> Iterator[Journey]:
    """A story against the live server and its own database."""
    story = Journey(browser, screen, live_server.url, re.sub(r"\W+", "-", request.node.name).strip("-"))
    yield story
    story.close()
