"""What every picture carries with it."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from narvard.ui.charts.svg import Node, add, node
from narvard.ui.parts import Table


@dataclass(frozen=True)
class Origin:
    """Where the figures come from, as of when, and whether they are estimates."""

    source: str = ""
    as_of: str = ""
    estimate: bool = False


@dataclass(frozen=True)
class Chart:
    """A picture ready for `{% chart %}`: `says` is one sentence of what it shows, `table` the figures behind it.

    `legend` is (class, name) per series, empty when there is one.
    """

    title: str
    says: str
    svg: SafeString
    table: Table
    origin: Origin
    legend: tuple[tuple[str, str], ...] = ()


def canvas(kind: str, height: float, title: str, says: str) -> Node:
    """An empty picture as wide as its column and `height` pixels high, with its title and description."""
    svg = node("svg", class_=f"chart chart--{kind}", width="100%", height=height, role="img")
    svg.set("aria-label", f"{title}. {says}" if says else title)
    return svg


def label_row(svg: Node, y: float, label: str, value: str) -> None:
    """A line of text over a mark: the name at the left edge, the figure at the right."""
    add(svg, "text", label, class_="chart-label", x=0, y=y)
    add(svg, "text", value, class_="chart-value", x="100%", y=y, text_anchor="end")
