"""Pictures of the main pages, taken from a running demonstration: what the README and ``docs/pages.md`` show.

Whoever adds a page adds a line to :data:`SHOTS` and a row to ``docs/pages.md``. Playwright and Chromium are needed
only here and in the tests, so both are looked for when a picture is to be taken.
"""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from django.urls import reverse

from narvard.core.errors import NarvardError
from narvard.organisation.models import Commission

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# No GPU, no sandbox (a container runs as root) and no traffic of the browser's own.
CHROMIUM_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class CannotTakePictures(NarvardError):
    """Something that the pictures need is missing; the message says what."""


@dataclass(frozen=True)
class Shot:
    """One page as one of the cast sees it: their user name, the page's name, the links to follow from there."""

    name: str
    who: str
    page: str
    follow: tuple[str, ...] = ()
    dark: bool = False


SHOTS = (
    Shot("intake", "anneli", "intake:inbox", dark=True),
    Shot("request-new", "anneli", "intake:new"),
    Shot("request", "anneli", "intake:inbox", follow=("main .worklist-title a",)),
    Shot("team-inbox", "sara", "intake:team-inbox"),
    Shot("day", "sara", "team:day"),
    Shot("patient", "sara", "patient:mine", follow=("main table a.worklist-title",)),
    Shot("handovers", "sara", "handover:list"),
    Shot("plan", "jonas", "planner:day"),
    Shot("area", "kristina", "management:overview"),
    Shot("effect", "kristina", "effect:list", follow=("main .worklist-title a",)),
    Shot("questionnaires", "kristina", "questionnaires:list"),
    Shot("payment", "kristina", "payment:list", follow=("main .worklist-title a",)),
    Shot("answer", "kristina", "answer:enter"),
    Shot("deviation-new", "sara", "deviations:new"),
    Shot("deviations", "ulrika", "deviations:list"),
    Shot("deviation", "ulrika", "deviations:list", follow=("main .worklist-title a",)),
)


@dataclass(frozen=True)
class Screen:
    """A size that the product promises to work at, in CSS pixels."""

    name: str
    width: int
    height: int
    touch: bool


PHONE = Screen("phone", 360, 800, touch=True)
DESK = Screen("desk", 1280, 900, touch=False)


@contextmanager
def chromium() -> Iterator["Browser"]:
    """A headless Chromium of this machine."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise CannotTakePictures("The Python package playwright is missing; `make test` installs it.") from None
    program = shutil.which("chromium")
    if program is None:
        raise CannotTakePictures("The program chromium is missing (the package chromium on Debian and Ubuntu).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(CHROMIUM_FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def take_all(url: str, folder: Path, commissions: dict[str, Commission], tell: Callable[[str], None]) -> int:
    """Take every picture from the demonstration at ``url`` into ``folder``; ``tell`` hears each file's name."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = 0
    with chromium() as browser:
        for name, shot, screen, dark in _pictures():
            _take(browser, url, shot, commissions[shot.who], screen, dark, folder / name)
            tell(name)
            taken += 1
    return taken


def picture_names() -> list[str]:
    """The files that :func:`take_all` writes."""
    return [name for name, *_ in _pictures()]


def _pictures() -> Iterator[tuple[str, Shot, Screen, bool]]:
    """Each picture's file, page and screen, and whether it is dark."""
    for shot in SHOTS:
        for screen, dark in ((PHONE, False), (DESK, False), *(((DESK, True),) if shot.dark else ())):
            yield f"{shot.name}-{screen.width}{'-dark' if dark else ''}.png", shot, screen, dark


def _take(
    browser: "Browser", url: str, shot: Shot, commission: Commission, screen: Screen, dark: bool, path: Path
) -> None:
    context = browser.new_context(
        viewport={"width": screen.width, "height": screen.height},
        has_touch=screen.touch,
        is_mobile=screen.touch,
        color_scheme="dark" if dark else "light",
        locale="sv-SE",
        timezone_id="Europe/Stockholm",
    )
    page = context.new_page()
    _sign_in(page, url, commission)
    _go(page, url + reverse(shot.page))
    for link in shot.follow:
        _follow(page, url, link)
    page.screenshot(path=path)
    context.close()


def _sign_in(page: "Page", url: str, commission: Commission) -> None:
    """Step into one of the cast, as a person does on the sign-in page."""
    _go(page, url + reverse("account:sign-in"))
    form = page.locator("form", has=page.locator(f'input[name="commission"][value="{commission.pk}"]')).first
    form.get_by_role("button").click()
    page.wait_for_load_state("networkidle")


def _follow(page: "Page", url: str, link: str) -> None:
    """Open the first link that ``link`` selects as a page of its own (in use htmx would fetch a part of it)."""
    found = page.locator(link)
    if not found.count():
        raise CannotTakePictures(f"{page.url} has no link {link!r} to follow.")
    _go(page, url + (found.first.get_attribute("href") or ""))


def _go(page: "Page", address: str) -> None:
    answer = page.goto(address, wait_until="networkidle")
    if answer is None or not answer.ok:
        raise CannotTakePictures(f"{address} did not answer with a page.")
