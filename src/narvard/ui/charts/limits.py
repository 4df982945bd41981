"""What chance alone explains: units side by side (funnel), and one unit week by week (control chart)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from narvard.ui.charts.chart import Chart, Origin, canvas, label_row
from narvard.ui.charts.svg import Node, add, markup, percent, ticks
from narvard.ui.parts import Table

ROW = 46
HEAD = 22
AXIS = 26
HEIGHT = 190
Words = Callable[[float], str]
OUTSIDE = ("within", "near", "beyond")


@dataclass(frozen=True)
class Unit:
    """One unit's figure beside what chance allows: within (`low95`, `high95`) and the wider (`low998`, `high998`).

    `outside` is 0 within, 1 beyond 95 %, 2 beyond 99.8 %.
    """

    label: str
    value: float
    low95: float
    high95: float
    low998: float
    high998: float
    outside: int = 0
    note: str = ""

    def __post_init__(self) -> None:
        if self.outside not in (0, 1, 2):
            raise ValueError("outside is 0, 1 or 2")


@dataclass(frozen=True)
class Point:
    """One week (or month): its name, the figure, and the limits of chance around the `centre`."""

    label: str
    value: float
    centre: float
    low: float
    high: float
    outside: bool = False


def funnel(
    title: str, units: Sequence[Unit], target: float, *, says: str, words: Words, origin: Origin | None = None
) -> Chart:
    """Units by size, each with its own band of chance around the common figure: a funnel laid down.

    `words` writes a figure ("14 %").
    """
    scale = _scale([target, *(end for unit in units for end in (unit.value, unit.low95, unit.high95))], words)
    height = ROW * len(units)
    svg = canvas("funnel", height + AXIS, title, says)
    _across(svg, scale, height, words)
    for index, unit in enumerate(units):
        _unit(svg, index * ROW, unit, scale, words)
        x, y = percent(target, scale[0], scale[-1]), index * ROW + HEAD
        add(svg, "line", class_="chart-target", x1=x, x2=x, y1=y - 2, y2=y + 18)
    return Chart(title, says, markup(svg), _funnel_table(title, units, words), origin or Origin())


def _scale(values: Sequence[float], words: Words) -> list[float]:
    return ticks(min(0.0, *values), max(values), most=5)


def _across(svg: Node, scale: list[float], height: float, words: Words) -> None:
    for index, value in enumerate(scale):
        x = percent(value, scale[0], scale[-1])
        add(svg, "line", class_="chart-grid", x1=x, x2=x, y1=0, y2=height)
        anchor = {0: "start", len(scale) - 1: "end"}.get(index, "middle")
        add(svg, "text", words(value), class_="chart-tick", x=x, y=height + 18, text_anchor=anchor)


def _unit(svg: Node, y: float, unit: Unit, scale: list[float], words: Words) -> None:
    label_row(svg, y + 15, unit.label, words(unit.value))
    for low, high, name, size in (
        (unit.low998, unit.high998, "wide", 6),
        (unit.low95, unit.high95, "narrow", 12),
    ):
        left, right = (percent(end, scale[0], scale[-1]) for end in (low, high))
        width = f"{float(right[:-1]) - float(left[:-1]):.2f}%"
        look = f"chart-chance chart-chance--{name}"
        add(svg, "rect", class_=look, x=left, width=width, y=y + HEAD + 8 - size / 2, height=size, rx=2)
    _mark(svg, percent(unit.value, scale[0], scale[-1]), y + HEAD + 8, unit.outside)


def _mark(svg: Node, x: str, y: float, outside: int) -> None:
    """A dot within chance, a square just beyond, a diamond well beyond: the shape says it too."""
    place = add(svg, "svg", x=x, y=y, overflow="visible")
    look = f"chart-point chart-point--{OUTSIDE[outside]}"
    shape = ("M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z", "M-5-5h10v10h-10z", "M0-7.5 7.5 0 0 7.5-7.5 0z")[outside]
    add(place, "path", class_=look, d=shape)


def _funnel_table(title: str, units: Sequence[Unit], words: Words) -> Table:
    said = (_("inom slumpen"), _("utanför 95 %"), _("utanför 99,8 %"))
    rows = [
        [unit.label, words(unit.value), f"{words(unit.low95)}–{words(unit.high95)}", said[unit.outside], unit.note]
        for unit in units
    ]
    head = [_("Namn"), _("Värde"), _("Slumpen ger (95 %)"), _("Utfall"), _("Underlag")]
    return Table(title, head, rows, frozenset({1, 2}))


def control(title: str, points: Sequence[Point], *, says: str, words: Words, origin: Origin | None = None) -> Chart:
    """A unit's figure over time with its centre line and limits; points outside have another shape."""
    ends = [end for point in points for end in (point.value, point.low, point.high)]
    scale = ticks(min(ends), max(ends), most=5)
    svg = canvas("control", HEIGHT + AXIS, title, says)
    for value in scale:
        y = _height(value, scale)
        add(svg, "line", class_="chart-grid", x1=0, x2="100%", y1=y, y2=y)
        add(svg, "text", words(value), class_="chart-tick", x=0, y=y - 4)
    places = [percent(index + 0.5, -1, len(points)) for index in range(len(points))]
    _limits(svg, points, scale)
    spots = [(x, _height(point.value, scale)) for x, point in zip(places, points, strict=True)]
    for (x1, y1), (x2, y2) in pairwise(spots):
        add(svg, "line", class_="chart-run", x1=x1, x2=x2, y1=y1, y2=y2)
    for (x, y), point in zip(spots, points, strict=True):
        _mark(svg, x, y, 2 if point.outside else 0)
    for index in sorted({0, len(points) // 2, len(points) - 1}):
        anchor = "end" if index == len(points) - 1 else "middle"
        add(svg, "text", points[index].label, class_="chart-tick", x=places[index], y=HEIGHT + 20, text_anchor=anchor)
    return Chart(title, says, markup(svg), _control_table(title, points, words), origin or Origin())


def _height(value: float, scale: list[float]) -> float:
    """Where a value lies: the top of the scale a line of text below the edge, so that its tick has room."""
    return HEAD + (HEIGHT - HEAD) * (1 - (value - scale[0]) / (scale[-1] - scale[0]))


def _limits(svg: Node, points: Sequence[Point], scale: list[float]) -> None:
    for index, point in enumerate(points):
        x1, x2 = (percent(index + edge, -1, len(points)) for edge in (0, 1))
        for name, value in (("limit", point.low), ("limit", point.high), ("centre", point.centre)):
            y = _height(value, scale)
            add(svg, "line", class_=f"chart-{name}", x1=x1, x2=x2, y1=y, y2=y)


def _control_table(title: str, points: Sequence[Point], words: Words) -> Table:
    rows = [
        [
            point.label,
            words(point.value),
            words(point.centre),
            f"{words(point.low)}–{words(point.high)}",
            _("utanför") if point.outside else _("inom"),
        ]
        for point in points
    ]
    head = [_("Vecka"), _("Värde"), _("Mitt"), _("Gränser"), _("Utfall")]
    return Table(title, head, rows, frozenset({1, 2, 3}))
