"""The design system in a browser: the style guide at both sizes, and what the small scripts promise."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.django_db(transaction=True)

GUIDE = "/styleguide/"


@pytest.fixture(params=["light", "dark"])
def reader(journey, request):
    person = journey.person("a reader", color_scheme=request.param)
    with journey.given("the style guide is open"):
        person.open(GUIDE)
    return person


def test_every_part_is_accessible_in_light_and_dark_and_the_map_is_drawn(journey, reader):
    with journey.then("both maps have their background, areas and points"):
        expect(reader.page.locator(".map[data-ready]")).to_have_count(2)
        expect(reader.page.locator("#area-map .map-area--4").first).to_be_attached()
        expect(reader.page.locator("#day-map .map-point")).to_have_count(6)
    with journey.when("the tables behind the pictures are opened"):
        for summary in reader.page.locator(".table-as summary").all():
            summary.click()
    with journey.then("the figures can be read"):
        expect(reader.page.get_by_role("rowheader", name="Bjurholm").last).to_be_visible()


def test_a_point_on_the_map_is_reached_by_keyboard_and_says_what_it_is(journey, reader):
    with journey.when("a point has the focus"):
        reader.page.get_by_role("link", name="A1 hembesök, klart").first.focus()
    with journey.then("it says what it is, and its crew stands out in the timeline"):
        expect(reader.page.locator("[data-map-line]")).to_contain_text("A1 hembesök")
        expect(reader.page.locator(".day [data-key=A1]")).to_have_class(re.compile("is-shown"))
        expect(reader.page.locator(".day [data-key=B1]")).to_have_class(re.compile("is-dimmed"))
    with journey.when("its page is opened from there"):
        reader.page.locator("[data-map-line] a").click()
    with journey.then("one is there"):
        expect(reader.page).to_have_url(re.compile("#besok"))


def test_a_form_with_errors_leads_to_them(journey):
    person = journey.person("a reader", path=GUIDE)
    with journey.when("an empty form is sent"):
        person.expect_message("422")
        person.page.get_by_role("button", name="Ta emot").click()
    with journey.then("the summary has the focus and leads to the field"):
        summary = person.page.locator("[data-error-summary]")
        expect(summary).to_be_focused()
        summary.get_by_role("link", name=re.compile("Vad behövs")).click()
        expect(person.page.get_by_label("Vad behövs?")).to_be_focused()


def test_a_double_click_sends_once(journey):
    person = journey.person("a reader", path=GUIDE)
    sent = []
    person.page.route(f"**{GUIDE}", lambda route: (sent.append(route.request.method), route.fulfill(status=204)))
    with journey.when("the button is clicked twice"):
        person.page.get_by_role("button", name="Ta emot").dblclick()
        person.page.wait_for_function("document.querySelector('form[data-sent]') !== null")
    with journey.then("one request went out and the button is quiet"):
        expect(person.page.get_by_role("button", name="Ta emot")).to_have_attribute("aria-disabled", "true")
        assert sent == ["POST"]


def test_what_is_typed_is_kept_as_a_draft(journey):
    person = journey.person("a reader", path=GUIDE)
    kept = []
    person.page.route("**/keep", lambda route: (kept.append(route.request.post_data), route.fulfill(status=204)))
    with journey.given("the form keeps drafts"):
        person.page.evaluate("document.querySelector('main form').dataset.draft = '/keep'")
    with journey.when("something is typed"):
        person.page.get_by_label("Vad behövs?").fill("dropp")
        person.page.wait_for_event("response", lambda answer: answer.url.endswith("/keep"))
    with journey.then("the server has got it, without the token"):
        assert "question=dropp" in kept[0]
        assert "csrfmiddlewaretoken" not in kept[0]


def test_the_theme_is_chosen_in_the_menu_and_kept(journey):
    person = journey.person("a reader", path=GUIDE)
    menu = person.page.locator("details[data-menu]")
    with journey.when("dark is chosen"):
        menu.locator("summary").click()
        person.page.get_by_role("button", name="Mörkt").click()
    with journey.then("the page is dark, also when it comes anew, and Escape closes the menu"):
        person.page.keyboard.press("Escape")
        expect(menu).not_to_have_attribute("open", "")
        person.page.reload()
        expect(person.page.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_refusal_to_htmx_is_shown_where_the_reader_is(journey):
    person = journey.person("a reader", path=GUIDE)
    page = "<main><h1>Det gick inte att göra</h1><p class='lead'>Någon annan hann före.</p></main>"
    person.page.route("**/act", lambda route: route.fulfill(status=409, body=page, content_type="text/html"))
    person.expect_message("409")
    with journey.when("an act is refused"):
        person.page.evaluate("htmx.ajax('POST', '/act', {target: '#main'})")
    with journey.then("the reason stands on the page and nothing else has gone"):
        expect(person.page.locator("#messages")).to_contain_text("Någon annan hann före.")
        expect(person.page.get_by_role("heading", level=1)).to_be_visible()


def test_a_map_that_cannot_be_drawn_says_so_and_the_table_remains(journey):
    person = journey.person("a reader")
    person.page.route("**/geo/land*.json", lambda route: route.abort())
    person.expect_message("land")
    with journey.when("the background cannot be fetched"):
        person.open(GUIDE)
    with journey.then("the page says where the figures are"):
        expect(person.page.locator("#area-map")).to_contain_text("Tabellen nedanför")


def test_nothing_but_the_script_parts_is_missing_without_scripts(journey):
    person = journey.person("somebody without scripts", java_script_enabled=False)
    person.expect_message("422")
    with journey.given("a browser without scripts"):
        person.page.goto(f"{person.base_url}{GUIDE}")
        person.page.get_by_role("button", name="Ta emot").click()
        expect(person.page.locator("[data-error-summary]")).to_be_visible()
        expect(person.page.get_by_role("button", name="Kopiera")).to_be_hidden()
        person.page.goto("about:blank")


def test_a_visit_is_dragged_to_another_crew_and_time(journey):
    if journey.screen.touch:
        pytest.skip("a finger scrolls the timeline; on a phone the form moves a visit")
    person = journey.person("a planner", path=GUIDE)
    visit = person.page.locator(".day [data-key=A1] .day-box")
    other = person.page.locator(".day-row[data-row=c] .day-lane")
    with journey.when("A1 is dragged to the evening car's noon"):
        visit.scroll_into_view_if_needed()
        grip, track = visit.bounding_box(), other.bounding_box()
        person.page.mouse.move(grip["x"] + 4, grip["y"] + 10)
        person.page.mouse.down()
        noon = track["x"] + track["width"] * 4 / 14 + 4
        person.page.mouse.move(noon, track["y"] + 20, steps=5)
        expect(person.page.locator(".day-drag")).to_have_text("A1 12:00")
        with person.page.expect_navigation():
            person.page.mouse.up()
    with journey.then("the form has asked what that would change"):
        expect(person.page).to_have_url(re.compile(r"visit=A1&lane=c&start=12%3A00"))


def test_nothing_is_sent_without_coverage_and_nothing_typed_is_lost(journey):
    person = journey.person("a nurse in a car", path=GUIDE)
    with journey.given("something is typed where there is no coverage"):
        person.page.get_by_label("Vad behövs?").fill("dropp i morgon")
        person.page.context.set_offline(True)
    with journey.when("it is sent"):
        person.page.get_by_role("button", name="Ta emot").click()
    with journey.then("the page stays, says why, and keeps the words"):
        expect(person.page.get_by_text("Ingen kontakt")).to_be_visible()
        expect(person.page.get_by_label("Vad behövs?")).to_have_value("dropp i morgon")
    with journey.when("coverage returns"):
        person.page.context.set_offline(False)
    with journey.then("the note goes away and it can be sent"):
        expect(person.page.get_by_text("Ingen kontakt")).to_be_hidden()
