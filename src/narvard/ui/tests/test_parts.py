"""The parts: what they say, to whom, and that they refuse what they cannot show."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from narvard.ui.parts import Entry, Holder, Phone, Progress, Tab, Table

NOW = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def swedish():
    with translation.override("sv"):
        yield


def draw(source, **context):
    return Template("{% load ui %}" + source).render(Context({"now": NOW, **context}))


def test_a_state_has_a_word_a_shape_and_a_class():
    html = draw('{% state "nearly" %}')
    assert "Snart försenad" in html
    assert "state--nearly" in html
    assert "<svg" in html


def test_an_unknown_state_is_refused():
    with pytest.raises(ValueError, match="unknown state"):
        draw('{% state "red" %}')


def test_a_moment_carries_its_exact_time_for_hover_and_print():
    html = draw("{% say at %}", at=NOW + timedelta(minutes=40))
    assert "om 40 min" in html
    assert 'title="må 23 nov 2026 08:10"' in html
    assert '<span class="exact">må 23 nov 2026 08:10</span>' in html


def test_the_unknown_is_shown_as_unknown():
    assert "okänt" in draw("{% say at %}", at=None)
    assert "okänt" in draw("{{ value|number }}", value=None)
    assert draw("{{ value|duration }}", value=None) == "okänt"


def test_time_is_not_spoken_without_a_present():
    with pytest.raises(ValueError, match="now"):
        Template("{% load ui %}{% say at %}").render(Context({"at": NOW}))


def test_a_clock_warns_as_early_as_it_is_told():
    at = NOW + timedelta(minutes=90)
    assert "state--waiting" in draw("{% due at %}", at=at)
    assert "state--nearly" in draw("{% due at warn_minutes=120 %}", at=at)


def test_numbers_are_written_as_the_language_writes_them():
    assert draw("{{ value|number:1 }}", value=-12345.67) == "−12\xa0345,7"
    with translation.override("en"):
        assert draw("{{ value|number }}", value=12345) == "12,345"


def test_a_phone_number_is_dialled_without_its_spaces():
    html = draw("{% phone item %}", item=Phone("Ring nu", "+46 (0)90-785 00 00", when="till 21"))
    assert 'href="tel:+460907850000"' in html
    assert "+46 (0)90-785 00 00" in html
    assert draw("{{ number|dialable }}", number="090-785 00 00") == "0907850000"


def test_the_responsibility_card_says_who_since_when_and_what_comes_next():
    holders = [
        Holder("Medicinskt", "Mobilt team", NOW - timedelta(days=1), "Lämnas i morgon", url="/team/"),
        Holder("Rehabilitering", None),
        Holder("Dialys", "Njurmedicin", scoped=True),
    ]
    html = draw("{% responsibility holders %}", holders=holders)
    assert "Vem ansvarar nu" in html
    assert '<a href="/team/">Mobilt team</a>' in html
    assert "i går 07:30" in html
    assert "Lämnas i morgon" in html
    assert "Ingen ansvarar" in html
    assert html.index("Rehabilitering") < html.index("Ansvarar också") < html.index("Dialys")


def test_a_timeline_keeps_its_order():
    entries = [Entry(NOW, "Sist", url="/a/"), Entry(NOW - timedelta(days=2), "Först", "Text", "Team", "done")]
    html = draw("{% timeline entries %}", entries=entries)
    assert html.index("Sist") < html.index("Först")
    assert "timeline-item--done" in html


def test_tabs_mark_the_current_one_and_count():
    html = draw('{% tabs items "Listor" %}', items=[Tab("Öppna", "/a/", True, 3), Tab("Alla", "/b/")])
    assert '<a href="/a/" aria-current="page">Öppna <span class="count">3</span></a>' in html
    assert html.count("aria-current") == 1


def test_pagination_keeps_the_rest_of_the_question_and_vanishes_when_not_needed():
    request = RequestFactory().get("/", {"town": "Umeå", "page": "2"})
    page = Paginator(range(50), 20).page(2)
    html = draw("{% pages page %}", page=page, request=request)
    assert 'href="?town=Ume%C3%A5&amp;page=1"' in html
    assert 'href="?town=Ume%C3%A5&amp;page=3"' in html
    assert "21–40 av 50" in html
    single = draw("{% pages page %}", page=Paginator(range(5), 20).page(1), request=request)
    assert "<nav" not in single


def test_a_run_asks_again_only_while_it_runs():
    running = draw("{% progress run %}", run=Progress("Planerar", True, 0.424, "Bil 3", poll_url="/run/1/"))
    assert 'hx-get="/run/1/"' in running
    assert "42 %" in running
    ended = draw("{% progress run %}", run=Progress("Klart", False, 1.0, "Allt planerat", poll_url="/run/1/"))
    assert "hx-get" not in ended
    assert "Allt planerat" in ended


def test_a_table_marks_numbers_and_links_rows():
    table = Table("Behov", ["Kommun", "Antal"], [["Umeå", "12"]], frozenset({1}), ["/umea/"])
    html = draw("{% table table %}", table=table)
    assert "<caption>Behov</caption>" in html
    assert '<th scope="row"><a href="/umea/">Umeå</a></th>' in html
    assert '<td class="num">12</td>' in html


def test_a_table_wants_one_address_per_row():
    with pytest.raises(ValueError, match="one address per row"):
        Table("Behov", ["Kommun"], [["Umeå"], ["Vännäs"]], urls=["/a/"])


def test_an_estimate_says_so():
    html = draw('{% stat "Behov" "3 120" interval="2 800–3 400" estimate=True definition_url="/def/" %}')
    assert "Uppskattning" in html
    assert "2 800–3 400" in html
    assert 'href="/def/"' in html


def test_parts_escape_what_they_are_given():
    html = draw("{% notice 'late' text text %}{% empty text %}{% consequence text %}", text="<b>&")
    assert "<b>" not in html
    assert html.count("&lt;b&gt;&amp;") == 4


def test_a_criterion_says_its_outcome_in_a_word_and_unknown_is_not_no():
    assert "okänt" in draw('{% criterion "unknown" "Fler än tio läkemedel" %}')
    assert "ej uppfyllt" in draw('{% criterion "unmet" "Bor i Umeå" "Vännäs" %}')
    with pytest.raises(ValueError, match="unknown outcome"):
        draw('{% criterion "no" "Bor i Umeå" %}')


def holder_in(html):
    """The item that the bar shows as responsible."""
    return next(item for item in html.split("<li") if "is-holder" in item)


def test_the_giver_is_responsible_until_the_receiver_accepts():
    offered = draw('{% handover_bar "Mobilt team" "Hemsjukvård" %}')
    assert "Mobilt team" in holder_in(offered)
    assert "Ansvarar när de tar emot" in offered
    declined = draw('{% handover_bar "Mobilt team" "Hemsjukvård" declined=True %}')
    assert "Mobilt team" in holder_in(declined)
    assert "Avböjde" in declined
    accepted = draw('{% handover_bar "Mobilt team" "Hemsjukvård" accepted_at=at %}', at=NOW)
    assert "Hemsjukvård" in holder_in(accepted)
