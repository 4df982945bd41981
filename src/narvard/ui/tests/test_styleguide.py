"""The style guide renders whole, in both languages' markup, within the content security policy and weight."""

import gzip
import itertools
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from narvard.ui import styleguide

STATIC = Path(__file__).parent.parent / "static" / "ui"
TEMPLATES = Path(__file__).parent.parent / "templates"
ERRORS = ("400", "403", "403_csrf", "404", "409", "500")


class Reader(HTMLParser):
    """Gathers what the checks ask for."""

    def __init__(self):
        super().__init__()
        self.tags, self.ids, self.headings, self.references, self.attributes = [], [], [], [], []

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.tags.append((tag, values))
        self.attributes += [name for name, _value in attrs]
        if "id" in values:
            self.ids.append(values["id"])
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        for name in ("for", "aria-labelledby", "aria-describedby"):
            self.references += (values.get(name) or "").split()


def read(html):
    reader = Reader()
    reader.feed(html)
    return reader


@pytest.fixture(params=["sv", "en"])
def guide(request):
    with translation.override(request.param):
        page = RequestFactory().get("/styleguide/")
        return render_to_string("ui/styleguide.html", styleguide.context(), page)


def test_the_page_obeys_the_content_security_policy(guide):
    reader = read(guide)
    assert "style" not in reader.attributes
    assert not [name for name in reader.attributes if name.startswith(("on", "hx-on", "hx-vals"))]
    for tag, values in reader.tags:
        assert tag != "style"
        if tag == "script":
            assert values.get("src") or values.get("type") == "application/json"
        for name in ("src", "href"):
            assert not (values.get(name) or "").startswith(("http:", "https:", "//"))


def test_ids_are_single_and_every_reference_finds_its_id(guide):
    reader = read(guide)
    assert len(reader.ids) == len(set(reader.ids))
    assert set(reader.references) <= set(reader.ids)


def test_headings_start_at_one_and_never_skip(guide):
    headings = read(guide).headings
    assert headings.count(1) == 1
    assert headings[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(headings))


def test_the_theme_comes_from_the_cookie_and_only_known_ones_count():
    def opening(cookie):
        request = RequestFactory().get("/")
        request.COOKIES["narvard_theme"] = cookie
        return render_to_string("ui/styleguide.html", styleguide.context(), request)[:200]

    assert 'data-theme="dark"' in opening("dark")
    assert "data-theme" not in opening('"><script>')


def test_the_frame_hides_what_has_no_address():
    html = render_to_string("ui/base.html", {"now": styleguide.NOW}, RequestFactory().get("/"))
    assert 'role="search"' not in html
    assert "Logga ut" not in html
    assert 'id="main"' in html


@pytest.mark.parametrize("name", ERRORS)
def test_error_pages_stand_alone_in_plain_words(name):
    html = render_to_string(f"{name}.html", {"message": "Någon annan hann före."})
    reader = read(html)
    assert reader.headings == [1]
    assert not [tag for tag, _values in reader.tags if tag == "script"]
    assert 'href="/"' in html


def test_a_refused_act_says_why():
    assert "Någon annan hann före." in render_to_string("409.html", {"message": "Någon annan hann före."})


def test_our_own_files_are_light():
    own = [*STATIC.glob("css/*.css"), *STATIC.glob("js/*.js")]
    assert own
    assert sum(len(gzip.compress(path.read_bytes())) for path in own) < 40_000
    background = list(STATIC.glob("geo/*.json"))
    assert len(background) == 3
    assert sum(len(gzip.compress(path.read_bytes())) for path in background) < 100_000


def test_the_background_knows_the_six_municipalities():
    towns = json.loads((STATIC / "geo" / "municipalities.json").read_text("utf-8"))["features"]
    codes = {feature["properties"]["code"] for feature in towns}
    assert codes == {"2401", "2403", "2404", "2409", "2460", "2480"}
    for feature in towns:
        lat, lon = feature["properties"]["label"]
        assert 63.2 < lat < 64.9
        assert 18.4 < lon < 21.5


def test_every_class_in_our_templates_is_styled():
    """A class nobody styles is a slip of the pen."""
    styled = set()
    for path in STATIC.glob("css/*.css"):
        styled |= set(re.findall(r"\.([a-z][\w-]*)", path.read_text("utf-8")))
    used = set()
    for path in TEMPLATES.rglob("*.html"):
        for value in re.findall(r'class="([^"{}]*)"', path.read_text("utf-8")):
            used |= set(value.split())
    assert not used - styled
