"""Dots with intervals: differences between models, and how sure one can be of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from narvard.ui.charts.chart import Chart, Origin, canvas
from narvard.ui.charts.svg import Node, add, markup, percent, ticks
from narvard.ui.figures import figure
from narvard.ui.parts import Table

HEAD = 22
LINE = 22
GAP = 10
AXIS = 26
SHAPES = ("circle", "square", "triangle")


@dataclass(frozen=True)
class Mark:
    """One estimate with its interval [low, high]; without an interval it is a bare dot."""

    value: float
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        low = self.value if self.low is None else self.low
        high = self.value if self.high is None else self.high
        if not low <= self.value <= high:
            raise ValueError("an interval holds its own estimate")


@dataclass(frozen=True)
class DotRow:
    """One line of the picture: a name, and one mark per series (None where there is none)."""

    label: str
    marks: Sequence[Mark | None]


def dots(
    title: str,
    rows: Sequence[DotRow],
    series: Sequence[str],
    *,
    says: str,
    unit: str = "",
    decimals: int = 1,
    origin: Origin | None = None,
) -> Chart:
    """Dots and intervals on one axis that always shows zero; the series differ by shape as well as colour."""
    if len(series) > len(SHAPES) or any(len(row.marks) != len(series) for row in rows):
        raise ValueError(f"give every row one mark per series, and at most {len(SHAPES)} series")
    scale = _scale(rows)
    step = HEAD + LINE * len(series) + GAP
    height = step * len(rows)
    svg = canvas("dots", height + AXIS, title, says)
    _axis(svg, scale, height, unit, decimals)
    for index, row in enumerate(rows):
        _row(svg, index * step, row, scale)
    legend = tuple((SHAPES[index], name) for index, name in enumerate(series)) if len(series) > 1 else ()
    return Chart(title, says, markup(svg), _table(title, rows, series, unit, decimals), origin or Origin(), legend)


def _scale(rows: Sequence[DotRow]) -> list[float]:
    """The axis: round numbers around every dot, every interval end and zero."""
    ends = [
        end
        for row in rows
        for mark in row.marks
        if mark is not None
        for end in (mark.value, mark.low, mark.high)
        if end is not None
    ]
    return ticks(min([0.0, *ends]), max([0.0, *ends]))


def _axis(svg: Node, scale: list[float], height: float, unit: str, decimals: int) -> None:
    places = 0 if all(value == int(value) for value in scale) else decimals
    for index, value in enumerate(scale):
        x = percent(value, scale[0], scale[-1])
        add(svg, "line", class_="chart-zero" if value == 0 else "chart-grid", x1=x, x2=x, y1=0, y2=height)
        anchor = {0: "start", len(scale) - 1: "end"}.get(index, "middle")
        text = figure(value, places) + (f" {unit}" if unit and index == len(scale) - 1 else "")
        add(svg, "text", text, class_="chart-tick", x=x, y=height + 18, text_anchor=anchor)


def _row(svg: Node, y: float, row: DotRow, scale: list[float]) -> None:
    add(svg, "text", row.label, class_="chart-label", x=0, y=y + 15)
    for index, mark in enumerate(row.marks):
        if mark is not None:
            _mark(svg, y + HEAD + LINE * (index + 0.5), mark, SHAPES[index], scale)


def _mark(svg: Node, y: float, mark: Mark, shape: str, scale: list[float]) -> None:
    if mark.low is not None and mark.high is not None:
        ends = {"x1": percent(mark.low, scale[0], scale[-1]), "x2": percent(mark.high, scale[0], scale[-1])}
        add(svg, "line", class_=f"chart-interval chart-interval--{shape}", y1=y, y2=y, **ends)
    # A nested picture carries the shape to its percentage without stretching it.
    place = add(svg, "svg", x=percent(mark.value, scale[0], scale[-1]), y=y, overflow="visible")
    add(place, "path", class_=f"chart-dot chart-dot--{shape}", d=OUTLINES[shape])


OUTLINES = {
    "circle": "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0z",
    "square": "M-5.5-5.5h11v11h-11z",
    "triangle": "M0-7 7 5.5H-7z",
}


def _table(title: str, rows: Sequence[DotRow], series: Sequence[str], unit: str, decimals: int) -> Table:
    def cell(mark: Mark | None) -> str:
        if mark is None:
            return _("okänt")
        value = figure(mark.value, decimals)
        if mark.low is None or mark.high is None:
            return value
        ends = {"low": figure(mark.low, decimals), "high": figure(mark.high, decimals)}
        return f"{value} ({_('%(low)s till %(high)s') % ends})"

    heads = [_("Mått"), *(f"{name}, {unit}" if unit else name for name in series)]
    return Table(title, heads, [[row.label, *map(cell, row.marks)] for row in rows], frozenset({1, 2, 3}))
