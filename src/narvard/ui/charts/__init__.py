"""Small pictures drawn on the server, each with a sentence, a source, a date and the table behind it.

Positions along the page are percentages and heights are pixels, so a picture fills its column and its text keeps
its size on a phone. Looks come from classes in `data.css`: no inline style, right in dark mode and in print.
"""

from narvard.ui.charts.bars import Bar, bars
from narvard.ui.charts.chart import Chart, Origin
from narvard.ui.charts.day import Block, Day, Lane, day
from narvard.ui.charts.dots import DotRow, Mark, dots
from narvard.ui.charts.hours import hours
from narvard.ui.charts.limits import Point, Unit, control, funnel
from narvard.ui.charts.spark import spark

__all__ = [
    "Bar",
    "Block",
    "Chart",
    "Day",
    "DotRow",
    "Lane",
    "Mark",
    "Origin",
    "Point",
    "Unit",
    "bars",
    "control",
    "day",
    "dots",
    "funnel",
    "hours",
    "spark",
]
