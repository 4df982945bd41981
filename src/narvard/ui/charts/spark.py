"""A sparkline: how one figure has moved, small enough to stand in a row."""

from collections.abc import Sequence

from django.utils.safestring import SafeString

from narvard.ui.charts.svg import add, markup, node

WIDTH = 96
HEIGHT = 24
EDGE = 3


def spark(values: Sequence[float | None], label: str) -> SafeString:
    """A line through `values`, evenly spaced, broken where one is unknown, with a dot at the last known.

    The scale is the line's own; `label` says in words what the line shows.
    """
    svg = node("svg", class_="spark", viewBox=f"0 0 {WIDTH} {HEIGHT}", width=WIDTH, height=HEIGHT, role="img")
    svg.set("aria-label", label)
    points = _points(values)
    for run in _runs(points):
        add(svg, "polyline", class_="spark-line", points=" ".join(f"{x:.1f},{y:.1f}" for x, y in run))
    known = [point for point in points if point is not None]
    if known:
        add(svg, "circle", class_="spark-end", cx=known[-1][0], cy=known[-1][1], r=2.5)
    return markup(svg)


def _points(values: Sequence[float | None]) -> list[tuple[float, float] | None]:
    known = [value for value in values if value is not None]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    step = (WIDTH - 2 * EDGE) / max(1, len(values) - 1)

    def height(value: float) -> float:
        share = 0.5 if high == low else (value - low) / (high - low)
        return HEIGHT - EDGE - share * (HEIGHT - 2 * EDGE)

    return [None if value is None else (EDGE + index * step, height(value)) for index, value in enumerate(values)]


def _runs(points: list[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    """The unbroken stretches of the line."""
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if len(run) > 1]
