"""A share by hour of the day for one series or two: lines on one scale from nothing to all."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from narvard.ui.charts.chart import Chart, Origin, canvas
from narvard.ui.charts.svg import Node, add, markup, percent
from narvard.ui.figures import percentage
from narvard.ui.parts import Table

HEIGHT = 200
AXIS = 26
HOURS = 24
SHAPES = ("circle", "square")
_TICKS = (0, 6, 12, 18, 24)
_LEVELS = (0.0, 0.5, 1.0)


def hours(
    title: str, series: Sequence[tuple[str, Sequence[float]]], *, says: str, origin: Origin | None = None
) -> Chart:
    """Steps of the 24 hours of a day, each a share from 0 to 1; the series differ by stroke as well as colour."""
    if not 1 <= len(series) <= len(SHAPES) or any(len(values) != HOURS for _name, values in series):
        raise ValueError(f"give one or {len(SHAPES)} series of {HOURS} shares")
    svg = canvas("hours", HEIGHT + AXIS, title, says)
    _axes(svg)
    for shape, (_name, values) in zip(SHAPES, series, strict=False):
        _steps(svg, values, shape)
    rows = [
        [_("%(start)02d–%(end)02d") % {"start": hour, "end": hour + 1}, *(percentage(v[hour]) for _n, v in series)]
        for hour in range(HOURS)
    ]
    table = Table(title, [_("Timme"), *(name for name, _values in series)], rows, frozenset({1, 2}))
    legend = tuple((shape, name) for shape, (name, _v) in zip(SHAPES, series, strict=False)) if len(series) > 1 else ()
    return Chart(title, says, markup(svg), table, origin or Origin(), legend)


def _axes(svg: Node) -> None:
    for share in _LEVELS:
        add(svg, "line", class_="chart-grid", x1=0, x2="100%", y1=_y(share), y2=_y(share))
        add(svg, "text", percentage(share), class_="chart-tick", x=0, y=_y(share) - 4)
    for hour in _TICKS:
        anchor = {0: "start", HOURS: "end"}.get(hour, "middle")
        add(
            svg, "text", f"{hour:02}", class_="chart-tick", x=percent(hour, 0, HOURS), y=HEIGHT + 20, text_anchor=anchor
        )


def _y(share: float) -> float:
    """Pixels from the top; a little room is left over the highest for its words."""
    return round(HEIGHT - (HEIGHT - 20) * min(1.0, max(0.0, share)), 1)


def _steps(svg: Node, values: Sequence[float], shape: str) -> None:
    look = f"chart-step chart-step--{shape}"
    for hour, value in enumerate(values):
        left, right, y = percent(hour, 0, HOURS), percent(hour + 1, 0, HOURS), _y(value)
        add(svg, "line", class_=look, x1=left, x2=right, y1=y, y2=y)
        if hour:
            add(svg, "line", class_=look, x1=left, x2=left, y1=_y(values[hour - 1]), y2=y)
