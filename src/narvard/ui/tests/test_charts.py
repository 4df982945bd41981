"""Charts: the right figure at the right place, the same figures in the table, nothing inline."""

import itertools
import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from narvard.ui.charts import (
    Bar,
    Block,
    DotRow,
    Lane,
    Mark,
    Point,
    Unit,
    bars,
    control,
    day,
    dots,
    funnel,
    hours,
    spark,
)
from narvard.ui.charts.svg import percent, ticks

EIGHT = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)  # 08:00 in Sweden


@pytest.fixture(autouse=True)
def swedish():
    with translation.override("sv"):
        yield


def parse(svg):
    """Parse the picture, as a strict reader of SVG would."""
    return ET.fromstring(f"<div>{svg}</div>")  # noqa: S314 - our own markup


def all_of(tree, tag, name):
    return [e for e in tree.iter(tag) if name in e.get("class", "").split()]


def test_bars_are_in_proportion_and_the_table_says_the_same():
    chart = bars("Inskrivna", [Bar("Umeå", 50, of=200), Bar("Vännäs", 20, of=40)], says="Flest i Umeå.", unit="st")
    tree = parse(chart.svg)
    assert [e.get("width") for e in all_of(tree, "rect", "chart-bar")] == ["25%", "10%"]
    assert [e.get("width") for e in all_of(tree, "rect", "chart-track")] == ["100%", "20%"]
    assert [e.text for e in all_of(tree, "text", "chart-value")] == ["50 av 200 st", "20 av 40 st"]
    assert list(chart.table.rows) == [["Umeå", "50", "200"], ["Vännäs", "20", "40"]]


def test_an_unknown_figure_is_no_bar_and_not_zero():
    chart = bars("Inskrivna", [Bar("Umeå", None), Bar("Vännäs", 0)], says="")
    assert len(all_of(parse(chart.svg), "rect", "chart-bar")) == 1
    assert list(chart.table.rows) == [["Umeå", "okänt"], ["Vännäs", "0"]]


def test_bars_do_not_go_below_zero():
    with pytest.raises(ValueError, match="from zero up"):
        Bar("Umeå", -1)


def test_dots_stand_on_a_common_axis_that_shows_zero():
    rows = [DotRow("Dygn", [Mark(-40, -80, 20), Mark(-20, -30, -10)]), DotRow("Besök", [Mark(10), None])]
    chart = dots("Jämförelse", rows, ["A", "B"], says="Osäkert.", decimals=0)
    tree = parse(chart.svg)
    assert [e.text for e in all_of(tree, "text", "chart-tick")] == ["−80", "−60", "−40", "−20", "0", "20"]
    first = all_of(tree, "line", "chart-interval")[0]
    assert (first.get("x1"), first.get("x2")) == ("0%", "100%")
    assert all_of(tree, "line", "chart-zero")[0].get("x1") == "80%"
    assert len(all_of(tree, "path", "chart-dot")) == 3
    assert list(chart.table.rows) == [
        ["Dygn", "−40 (−80 till 20)", "−20 (−30 till −10)"],
        ["Besök", "10", "okänt"],
    ]
    assert [shape for shape, _name in chart.legend] == ["circle", "square"]


def test_an_interval_holds_its_estimate_and_each_row_all_series():
    with pytest.raises(ValueError, match="holds its own estimate"):
        Mark(5, 6, 7)
    with pytest.raises(ValueError, match="one mark per series"):
        dots("Jämförelse", [DotRow("Dygn", [Mark(1)])], ["A", "B"], says="")


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e6))
def test_ticks_are_few_even_and_around_the_figures(low, width):
    high = low + width
    values = ticks(low, high)
    slack = 1e-6 * max(1.0, abs(low), abs(high))
    assert values[0] <= low + slack
    assert values[-1] >= high - slack
    assert 2 <= len(values) <= 8
    steps = [b - a for a, b in itertools.pairwise(values)]
    assert max(steps) - min(steps) <= slack


def test_a_place_on_the_page_stays_on_the_page():
    assert percent(5, 0, 10) == "50%"
    assert percent(-5, 0, 10) == "0%"
    assert percent(15, 0, 10) == "100%"
    assert percent(5, 3, 3) == "0%"


def test_a_sparkline_breaks_where_a_figure_is_unknown():
    tree = parse(spark([1, 2, None, 3, 4], "Från 1 till 4"))
    assert len(all_of(tree, "polyline", "spark-line")) == 2
    assert len(all_of(tree, "circle", "spark-end")) == 1
    assert tree.find("svg").get("aria-label") == "Från 1 till 4"
    assert not all_of(parse(spark([], "Inget")), "circle", "spark-end")


def block(first, last, kind="visit", **more):
    return Block(EIGHT + timedelta(hours=first), EIGHT + timedelta(hours=last), kind, "Hembesök", **more)


def test_the_day_runs_from_eight_to_twenty_two_and_longer_when_needed():
    hours = [e.text for e in parse(day("Dagen", [Lane("a", "Bil 1", [block(0, 1)])], EIGHT).axis).iter("text")]
    assert (hours[0], hours[-1]) == ("08", "21")
    early = day("Dagen", [Lane("a", "Bil 1", [block(-1.5, 1), block(13.5, 14.25)])], EIGHT)
    hours = [e.text for e in parse(early.axis).iter("text")]
    assert (hours[0], hours[-1]) == ("06", "22")


def test_a_block_stands_at_its_time_and_is_a_link_with_words():
    lanes = [Lane("a", "Bil 1", [block(7, 10.5, url="/v/1/", key="1", label="A1", state="late", joint=True)])]
    drawn = day("Dagen", lanes, EIGHT)
    tree = parse(drawn.lanes[0].svg)
    link = next(tree.iter("a"))
    assert link.get("aria-label") == "15:00–18:30 Hembesök"
    assert link.get("href") == "/v/1/"
    assert {"day-block--late", "day-block--joint"} <= set(link.get("class").split())
    box = next(e for e in tree.iter("svg") if link in list(e))
    assert (box.get("x"), box.get("width")) == ("50%", "25%")
    assert list(drawn.table.rows) == [["Bil 1", "15:00–18:30", "Besök", "Hembesök"]]


def test_the_present_is_drawn_only_on_its_own_day():
    lanes = [Lane("a", "Bil 1", [block(0, 1)])]
    today = day("Dagen", lanes, EIGHT, now=EIGHT + timedelta(hours=3.5))
    assert all_of(parse(today.lanes[0].svg), "line", "day-now")[0].get("x1") == "25%"
    other = day("Dagen", lanes, EIGHT, now=EIGHT + timedelta(days=1))
    assert not all_of(parse(other.lanes[0].svg), "line", "day-now")


def test_a_word_that_does_not_fit_is_not_drawn_but_a_visit_keeps_its_sign():
    blocks = [block(0, 0.25, kind="activity", label="Undervisning"), block(1, 1.25, label="A1")]
    texts = [e.text for e in parse(day("Dagen", [Lane("a", "Bil 1", blocks)], EIGHT).lanes[0].svg).iter("text")]
    assert texts == ["A1"]


def test_a_block_is_of_a_known_kind_and_takes_time():
    with pytest.raises(ValueError, match="unknown kind"):
        block(0, 1, kind="nap")
    with pytest.raises(ValueError, match="ends after it starts"):
        block(1, 1)


def test_pictures_carry_no_inline_style_and_escape_their_words():
    nasty = '<script>"&'
    chart = bars(nasty, [Bar(nasty, 1)], says=nasty)
    lanes = [Lane(nasty, nasty, [Block(EIGHT, EIGHT + timedelta(hours=1), "visit", nasty, nasty, url=nasty)])]
    for svg in (chart.svg, day(nasty, lanes, EIGHT).lanes[0].svg, spark([1, 2], nasty)):
        parse(svg)
        assert "<script" not in svg
        assert not re.search(r"\bstyle=", svg)


def unit(label, value, outside=0):
    return Unit(label, value, low95=20, high95=40, low998=10, high998=50, outside=outside, note="8 av 10")


def test_a_funnel_gives_each_unit_its_own_band_and_says_who_is_outside():
    chart = funnel(
        "Bredvid varandra", [unit("Umeå", 30), unit("Vännäs", 45, 1), unit("Vindeln", 60, 2)], 30, says="Två utanför.",
        words=lambda value: f"{value:g} st",
    )  # fmt: skip
    tree = parse(chart.svg)
    assert [e.get("width") for e in all_of(tree, "rect", "chart-chance--narrow")] == ["33.34%"] * 3
    assert [e.get("x") for e in all_of(tree, "rect", "chart-chance--wide")] == ["16.67%"] * 3
    looks = ["chart-point--within", "chart-point--near", "chart-point--beyond"]
    assert [len(all_of(tree, "path", look)) for look in looks] == [1, 1, 1]
    # A different shape for each: colour is not alone in saying it.
    assert len({e.get("d") for e in all_of(tree, "path", "chart-point")}) == 3
    assert list(chart.table.rows[1]) == ["Vännäs", "45 st", "20 st–40 st", "utanför 95 %", "8 av 10"]


def test_a_control_chart_draws_its_limits_and_its_table_says_the_same():
    points = [Point("v. 1", 30, 30, 20, 40), Point("v. 2", 55, 30, 20, 40, outside=True), Point("v. 3", 25, 30, 20, 40)]
    chart = control("Vecka för vecka", points, says="En utanför.", words=lambda value: f"{value:g}")
    tree = parse(chart.svg)
    assert len(all_of(tree, "line", "chart-run")) == 2
    assert len(all_of(tree, "line", "chart-limit")) == 6
    assert len(all_of(tree, "line", "chart-centre")) == 3
    assert len(all_of(tree, "path", "chart-point--beyond")) == 1
    assert [list(row) for row in chart.table.rows] == [
        ["v. 1", "30", "30", "20–40", "inom"],
        ["v. 2", "55", "30", "20–40", "utanför"],
        ["v. 3", "25", "30", "20–40", "inom"],
    ]
    heights = [float(e.get("y")) for e in tree.iter("svg") if e.get("y")]
    # What is more stands higher.
    assert heights[1] < heights[0] < heights[2]


def test_a_unit_is_within_just_beyond_or_well_beyond():
    with pytest.raises(ValueError, match="outside"):
        unit("Umeå", 30, 3)


def test_hours_are_steps_from_nothing_to_all_with_the_table_behind():
    chart = hours("Beläggning", [("Scenariot", [0.5] * 12 + [1.0] * 12), ("I dag", [0.0] * 24)], says="Halva dagen.")
    lines = all_of(parse(chart.svg), "line", "chart-step--circle")
    steps = [line for line in lines if line.get("x1") != line.get("x2")]
    assert [len(steps), steps[0].get("y1"), steps[-1].get("y1"), steps[-1].get("x2")] == [24, "110", "20", "100%"]
    assert chart.table.rows[0] == ["00–01", "50 %", "0 %"]
    assert len(chart.table.rows) == 24


def test_hours_refuse_a_day_of_another_length():
    with pytest.raises(ValueError, match="24 shares"):
        hours("Beläggning", [("Scenariot", [0.5] * 23)], says="")
