"""The browser harness itself: it must be able to fail."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import Watch, axe, fits

GOOD = "<!doctype html><html lang=sv><title>Bra</title><main><h1>Bra</h1><p>Text</p></main>"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 360, "height": 800})
    yield context.new_page()
    context.close()


def test_a_good_page_passes(page: Page) -> None:
    page.set_content(GOOD)
    axe(page)
    fits(page)


def test_axe_finds_a_picture_without_text(page: Page) -> None:
    page.set_content(GOOD.replace("Text", "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>"))
    with pytest.raises(AssertionError, match="image-alt"):
        axe(page)


def test_axe_finds_too_weak_contrast(page: Page) -> None:
    page.set_content(GOOD.replace("<p>", "<p style='color:#999;background:#fff'>"))
    with pytest.raises(AssertionError, match="color-contrast"):
        axe(page)


def test_a_page_wider_than_the_screen_is_found(page: Page) -> None:
    page.set_content(GOOD.replace("<p>", "<p style='width:500px'>"))
    with pytest.raises(AssertionError, match="px wide on a screen of 360 px"):
        fits(page)


@pytest.mark.parametrize(
    ("event", "script", "message"),
    [("console", "console.error('tappad')", "tappad"), ("pageerror", "saknas()", "saknas")],
)
def test_an_error_in_a_script_is_found(page: Page, event: str, script: str, message: str) -> None:
    watch = Watch()
    watch.follow(page)
    with page.expect_event(event):
        page.set_content(f"{GOOD}<script>{script}</script>")
    with pytest.raises(AssertionError, match=message):
        watch.check()
    watch.check()


def test_a_breach_of_the_content_security_policy_is_found(page: Page) -> None:
    watch = Watch()
    watch.follow(page)
    policy = "<meta http-equiv=Content-Security-Policy content=\"style-src 'none'\">"
    with page.expect_event("console"):
        page.set_content(GOOD.replace("<title>", f"{policy}<title>").replace("<p>", "<p style='color:red'>"))
    with pytest.raises(AssertionError, match="Content Security Policy"):
        watch.check()


def test_an_expected_message_passes(page: Page) -> None:
    watch = Watch(allowed=["väntad"])
    watch.follow(page)
    with page.expect_event("console"):
        page.set_content(f"{GOOD}<script>console.error('en väntad rad')</script>")
    watch.check()
