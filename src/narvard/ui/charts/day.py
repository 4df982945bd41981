"""The day's timeline: one lane per crew, 08 to 22, with travel, visits, activities and lunch."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from narvard.ui.charts.svg import Node, add, markup, node, percent
from narvard.ui.parts import Table

KINDS = ("visit", "travel", "lunch", "activity")
FIRST_HOUR = 8
LAST_HOUR = 22
HEIGHT = 48
# Pixels: the least width of a track (44rem in data.css), a letter, and the space around a word.
NARROWEST = 704
LETTER = 8
MARGIN = 12


@dataclass(frozen=True)
class Block:
    """A stretch [start, end) of a crew's day. `kind` is one of KINDS.

    `label` is the few signs drawn on it (the same as on the map), `title` says all in words. `state` late marks a
    broken time window, done what is finished; `joint` marks that another crew comes too. `key` ties it to the map.
    """

    start: datetime
    end: datetime
    kind: str
    title: str
    label: str = ""
    url: str = ""
    key: str = ""
    state: str = ""
    joint: bool = False

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown kind {self.kind!r}, expected one of {', '.join(KINDS)}")
        if self.end <= self.start:
            raise ValueError("a block ends after it starts")


@dataclass(frozen=True)
class Lane:
    """One crew's day: its name, who they are, the blocks in order, and the shift [start, end) if known.

    Lanes of the same `group` (a unit's name) that follow on each other stand under one heading.
    """

    key: str
    name: str
    blocks: Sequence[Block]
    detail: str = ""
    url: str = ""
    shift: tuple[datetime, datetime] | None = None
    group: str = ""


@dataclass(frozen=True)
class DrawnLane:
    """A lane and its picture."""

    lane: Lane
    svg: SafeString


@dataclass(frozen=True)
class Day:
    """A timeline ready for `{% day %}`: what is shown runs from `start` to `end`."""

    title: str
    start: datetime
    end: datetime
    axis: SafeString
    lanes: Sequence[DrawnLane]
    table: Table


@dataclass(frozen=True)
class _Span:
    """The hours shown."""

    start: datetime
    end: datetime

    def x(self, at: datetime) -> str:
        return percent((at - self.start).total_seconds(), 0, (self.end - self.start).total_seconds())

    def width(self, start: datetime, end: datetime) -> str:
        first, last = max(start, self.start), min(end, self.end)
        return percent((last - first).total_seconds(), 0, (self.end - self.start).total_seconds())

    def hours(self) -> list[datetime]:
        count = round((self.end - self.start) / timedelta(hours=1))
        return [self.start + timedelta(hours=hour) for hour in range(count + 1)]


def day(title: str, lanes: Sequence[Lane], date_at: datetime, now: datetime | None = None) -> Day:
    """The timeline of the local day that holds `date_at`; `now` draws the present on it.

    08 to 22 is shown, and more when something lies outside.
    """
    span = _span(lanes, timezone.localtime(date_at))
    drawn = [DrawnLane(lane, _lane(lane, span, now)) for lane in lanes]
    return Day(title, span.start, span.end, _axis(span, now), drawn, _table(title, lanes))


def _span(lanes: Sequence[Lane], local: datetime) -> _Span:
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
    starts = [timezone.localtime(block.start) for lane in lanes for block in lane.blocks]
    ends = [timezone.localtime(block.end) for lane in lanes for block in lane.blocks]
    first = min([midnight.replace(hour=FIRST_HOUR), *starts]).replace(minute=0)
    last = max([midnight.replace(hour=LAST_HOUR), *(end + timedelta(minutes=59) for end in ends)]).replace(minute=0)
    return _Span(first, last)


def _axis(span: _Span, now: datetime | None) -> SafeString:
    svg = node("svg", class_="day-axis", width="100%", height=24, aria_hidden="true")
    for hour in span.hours()[:-1]:
        add(svg, "text", f"{timezone.localtime(hour):%H}", class_="chart-tick", x=span.x(hour), dx=3, y=17)
    if now is not None and span.start <= now < span.end:
        place = add(svg, "svg", x=span.x(now), y=24, overflow="visible")
        add(place, "path", class_="day-now-mark", d="M0 0-5-7H5z")
    return markup(svg)


def _lane(lane: Lane, span: _Span, now: datetime | None) -> SafeString:
    svg = node("svg", class_="day-lane", width="100%", height=HEIGHT, role="group")
    svg.set("aria-label", lane.name)
    if lane.shift:
        start, end = lane.shift
        add(svg, "rect", class_="day-shift", x=span.x(start), y=0, width=span.width(start, end), height="100%")
    for hour in span.hours():
        add(svg, "line", class_="day-hour", x1=span.x(hour), x2=span.x(hour), y1=0, y2="100%")
    # A lane grows with the words beside it; the blocks stay in its middle.
    middle = add(svg, "svg", y="50%", overflow="visible")
    for block in lane.blocks:
        _block(middle, lane, block, span)
    if now is not None and span.start <= now < span.end:
        add(svg, "line", class_="day-now", x1=span.x(now), x2=span.x(now), y1=0, y2="100%")
    return markup(svg)


def _block(svg: Node, lane: Lane, block: Block, span: _Span) -> None:
    """Draw one block: travel as a thin line, the rest as boxes; a box with an address is a link."""
    box = add(svg, "svg", x=span.x(block.start), y=-HEIGHT / 2, height=HEIGHT)
    box.set("width", span.width(block.start, block.end))
    holder = add(box, "a", href=block.url) if block.url else add(box, "g")
    words = f"{_clock(block)} {block.title}"
    for name, value in _marks(lane, block, words).items():
        if value:
            holder.set(name, value)
    add(holder, "title", words)
    _shape(holder, block, span)


def _marks(lane: Lane, block: Block, words: str) -> dict[str, str]:
    """What styles a block, ties it to the map and names it as a link."""
    looks = ["day-block", f"day-block--{block.kind}", "day-block--joint" if block.joint else ""]
    looks.append(f"day-block--{block.state}" if block.state else "")
    return {
        "class": " ".join(filter(None, looks)),
        "data-lane": lane.key,
        "data-key": block.key,
        "aria-label": words if block.url else "",
    }


def _shape(holder: Node, block: Block, span: _Span) -> None:
    if block.kind == "travel":
        add(holder, "rect", class_="day-box", x=0, y=HEIGHT / 2 - 2, width="100%", height=4)
        return
    add(holder, "rect", class_="day-box", x=1, y=5, width="100%", height=HEIGHT - 10, rx=3)
    if block.joint:
        add(holder, "rect", class_="day-joint", x=1, y=5, width="100%", height=4)
    if block.state == "late":
        add(holder, "path", class_="day-late", d="M4 38 9 29l5 9z")
    if block.label and (block.kind == "visit" or _fits(block, span)):
        add(holder, "text", block.label, class_="day-text", x="50%", y=HEIGHT / 2 + 5, text_anchor="middle")


def _fits(block: Block, span: _Span) -> bool:
    """Whether the label fits the block where the track is narrowest. A half-drawn word is worse than none."""
    share = (block.end - block.start) / (span.end - span.start)
    return NARROWEST * share >= MARGIN + LETTER * len(block.label)


def _clock(block: Block) -> str:
    return f"{timezone.localtime(block.start):%H:%M}–{timezone.localtime(block.end):%H:%M}"


def _table(title: str, lanes: Sequence[Lane]) -> Table:
    names = {"visit": _("Besök"), "travel": _("Resa"), "lunch": _("Lunch"), "activity": _("Aktivitet")}
    rows = [[lane.name, _clock(block), names[block.kind], block.title] for lane in lanes for block in lane.blocks]
    return Table(title, [_("Bil"), _("Tid"), _("Vad"), _("Uppgift")], rows)
