"""Bars: one figure for each of a few names, alike in unit."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from narvard.ui.charts.chart import Chart, Origin, canvas, label_row
from narvard.ui.charts.svg import Node, add, markup, percent
from narvard.ui.figures import figure
from narvard.ui.parts import STATES, Table

ROW = 44
BAR = 12


@dataclass(frozen=True)
class Bar:
    """One bar. `value` None is unknown; `of` draws the whole it is part of; `state` colours by meaning."""

    label: str
    value: float | None
    of: float | None = None
    state: str = ""

    def __post_init__(self) -> None:
        if (self.value or 0) < 0 or (self.of or 0) < 0:
            raise ValueError("a bar shows a figure from zero up")
        if self.state and self.state not in STATES:
            raise ValueError(f"unknown state {self.state!r}")


def bars(
    title: str,
    items: Sequence[Bar],
    *,
    says: str,
    unit: str = "",
    decimals: int = 0,
    heads: tuple[str, str, str] | None = None,
    origin: Origin | None = None,
) -> Chart:
    """Bars from zero, in the order given, on one scale. `heads` names the table's columns (name, value, of)."""
    top = max((number for item in items for number in (item.value, item.of) if number is not None), default=0.0)
    svg = canvas("bars", ROW * len(items), title, says)
    for row, item in enumerate(items):
        _bar(svg, row * ROW, item, top or 1.0, _words(item, unit, decimals))
    table = _table(title, items, heads or (_("Namn"), _("Värde"), _("Av")), decimals)
    return Chart(title, says, markup(svg), table, origin or Origin())


def _bar(svg: Node, y: float, item: Bar, top: float, text: str) -> None:
    label_row(svg, y + 16, item.label, text)
    if item.of is not None:
        add(svg, "rect", class_="chart-track", x=0, y=y + 23, width=percent(item.of, 0, top), height=BAR, rx=2)
    if item.value is not None:
        look = f"chart-bar chart-bar--{item.state}" if item.state else "chart-bar"
        add(svg, "rect", class_=look, x=0, y=y + 23, width=percent(item.value, 0, top), height=BAR, rx=2)


def _words(item: Bar, unit: str, decimals: int) -> str:
    value = figure(item.value, decimals)
    if item.of is not None:
        value = _("%(value)s av %(of)s") % {"value": value, "of": figure(item.of, decimals)}
    return f"{value} {unit}".rstrip()


def _table(title: str, items: Sequence[Bar], heads: tuple[str, str, str], decimals: int) -> Table:
    whole = any(item.of is not None for item in items)
    rows = [
        [item.label, figure(item.value, decimals), *([figure(item.of, decimals)] if whole else [])] for item in items
    ]
    return Table(title, heads if whole else heads[:2], rows, frozenset({1, 2}))
