"""From the tally to figures with intervals: what may not be shown is left out here, once for all readers.

This opens the evidence engine, so only tasks and commands load it.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from math import isfinite, sqrt
from typing import Any

import pandas as pd

from narvard.engines.evidence import (
    Estimate,
    EvidenceError,
    coverage,
    funnel,
    may_show,
    rate,
    share,
    time_to_event,
)
from narvard.engines.evidence.intervals import LEAST_SHOWN
from narvard.followup.definitions import Definition, Kind, definitions
from narvard.followup.indicators.counting.enrolled import count_enrolled
from narvard.followup.indicators.counting.hospital import count_hospital
from narvard.followup.indicators.counting.requests import count_handovers, count_requests
from narvard.followup.indicators.counting.visits import count_continuity, count_visits
from narvard.followup.indicators.equity import equity
from narvard.followup.indicators.figure import ALL, Cell, Figure
from narvard.followup.indicators.periods import Period
from narvard.followup.indicators.tally import Sums, Tally, municipalities

COUNTERS: tuple[Callable[[Tally], None], ...] = (
    count_enrolled,
    count_requests,
    count_handovers,
    count_visits,
    count_continuity,
    count_hospital,
)


def figures(period: Period) -> list[Figure]:
    """Every indicator, in the order of the definitions: each municipality and then the area, by programme and segment.

    For all programmes and segments there is a figure for every place, also where nothing was counted.
    """
    tally = Tally(period)
    for count in COUNTERS:
        count(tally)
    places = [row.code for row in municipalities(period.care_area)]
    found: list[Figure] = []
    for definition in definitions():
        if definition.kind is Kind.RATIO:
            found += equity(definition.id, period, found)
        else:
            sums = _cells(tally, definition.id, places)
            found += _with_funnels(definition, _covered([_figure(definition, *item) for item in sums.items()]))
    return found


def _cells(tally: Tally, indicator: str, places: list[str]) -> dict[Cell, Sums]:
    """The sums by programme, municipality and segment, with those of all added up."""
    cells: dict[Cell, Sums] = {("", place, ALL): Sums() for place in (*places, "")}
    for (name, programme, place, segment), sums in tally.sums.items():
        if name == indicator:
            for cell in ((programme, at, of) for at in (place, "") for of in (segment, ALL)):
                cells.setdefault(cell, Sums()).add(sums)
    return cells


def _figure(definition: Definition, cell: Cell, sums: Sums) -> Figure:
    programme, place, segment = cell
    bare = Figure(definition.id, place, programme, segment)
    read = _READ[definition.kind](definition, sums)
    return replace(bare, hidden=True) if read is None else replace(bare, **read)


def _values(result: Estimate, count: int | None, of: float) -> dict[str, Any]:
    ends = (result.estimate, result.interval.low, result.interval.high)
    value, low, high = (end if isfinite(end) else None for end in ends)
    return {"count": count, "of": of, "value": value, "low": low, "high": high}


Values = dict[str, Any] | None


def _share(definition: Definition, sums: Sums) -> Values:
    if not sums.of:
        return {"count": 0, "of": 0}
    return _values(share(sums.count, int(sums.of)), sums.count, sums.of) if may_show(sums.count, int(sums.of)) else None


def _coverage(definition: Definition, sums: Sums) -> Values:
    if 0 < sums.count < LEAST_SHOWN:
        return None
    if sums.of <= 0:
        return {"count": sums.count}
    return _values(coverage(sums.count, (sums.of,))[0], sums.count, sums.of)


def _rate(definition: Definition, sums: Sums) -> Values:
    if not sums.of:
        return {"count": 0, "of": 0}
    few = 0 < sums.count < LEAST_SHOWN or 0 < sums.people < LEAST_SHOWN
    return None if few else _values(rate(sums.count, sums.of), sums.count, sums.of)


def _days(definition: Definition, sums: Sums) -> Values:
    """Days of persons hang together: there is no interval that would not be too narrow."""
    if not sums.of:
        return {"count": 0, "of": 0}
    return (
        None if 0 < sums.people < LEAST_SHOWN else {"count": sums.count, "of": sums.of, "value": sums.count / sums.of}
    )


def _mean(definition: Definition, sums: Sums) -> Values:
    """The mean over patients, and 1.96 standard errors: patients, not visits, are taken as independent."""
    if not sums.of:
        return {"of": 0}
    if sums.of < LEAST_SHOWN:
        return None
    value = sums.total / sums.of
    spread = max(0.0, sums.squares - sums.total * value) / (sums.of - 1)
    error = 1.96 * sqrt(spread / sums.of)
    found = {"of": sums.of, "value": value, "low": max(0.0, value - error), "high": value + error}
    if definition.most is not None:
        found["high"] = min(definition.most, found["high"])
    return found | {"count": sums.count or None}


def _hours(definition: Definition, sums: Sums) -> Values:
    waited = [(hours, came) for (hours, came), times in sums.times.items() for _ in range(times)]
    came = sum(came for _, came in waited)
    if not waited:
        return {"count": 0, "of": 0}
    if came < LEAST_SHOWN:
        return None
    table = pd.DataFrame(waited, columns=["hours", "came"]).astype({"came": int})
    return _values(time_to_event(table, "hours", "came").median, came, len(waited))


_READ: Mapping[Kind, Callable[[Definition, Sums], Values]] = {
    Kind.SHARE: _share,
    Kind.COVERAGE: _coverage,
    Kind.RATE: _rate,
    Kind.DAYS: _days,
    Kind.MEAN: _mean,
    Kind.HOURS: _hours,
}


def _covered(found: list[Figure]) -> list[Figure]:
    """Where one alone is hidden among those that add up to a shown whole, the smallest of the others is hidden too.

    Otherwise it could be reckoned from the whole. Municipalities add up, segments do, and so do programmes.
    """
    known = {row.cell: row for row in found}
    while single := _single(known):
        known[single] = Figure(known[single].indicator, single[1], single[0], single[2], hidden=True)
    return list(known.values())


def _single(known: Mapping[Cell, Figure]) -> Cell | None:
    """A figure that must be hidden because it gives another one away."""
    for axis, whole in enumerate(("", "", ALL)):
        groups: dict[Cell, list[Cell]] = defaultdict(list)
        for cell in known:
            if cell[axis] != whole:
                groups[(*cell[:axis], whole, *cell[axis + 1 :])].append(cell)  # type: ignore[index]
        for parent, cells in groups.items():
            others = [cell for cell in cells if not known[cell].hidden and known[cell].of]
            alone = sum(known[cell].hidden for cell in cells) == 1
            if alone and others and parent in known and not known[parent].hidden:
                return min(others, key=lambda cell: (known[cell].of or 0, cell))
    return None


def _with_funnels(definition: Definition, found: list[Figure]) -> list[Figure]:
    """What chance allows: municipalities side by side for each programme and segment, and programmes side by side."""
    if definition.kind not in (Kind.SHARE, Kind.RATE):
        return found
    groups: dict[tuple[str, ...], list[Figure]] = defaultdict(list)
    for row in found:
        key = ("place", row.programme, row.segment) if row.place else ("programme", row.segment)
        if (row.place or row.programme) and row.count is not None and row.of:
            groups[key].append(row)
    limits = {row.cell: limit for rows in groups.values() if len(rows) > 1 for row, limit in _funnel(definition, rows)}
    return [replace(row, funnel=limits.get(row.cell)) for row in found]


def _funnel(definition: Definition, rows: list[Figure]) -> Iterator[tuple[Figure, dict[str, Any]]]:
    table = pd.DataFrame([{"count": row.count, "of": row.of} for row in rows])
    try:
        limits = funnel(table, "count", "of", "share" if definition.kind is Kind.SHARE else "rate")
    except EvidenceError:
        return  # Nothing counted anywhere, or everything: chance has no width.
    for row, line in zip(rows, limits.to_dict("records"), strict=True):
        yield row, {name: float(value) for name, value in line.items()}


def base(found: Iterable[Figure]) -> list[Figure]:
    """Those of all programmes and segments."""
    return [row for row in found if (row.programme, row.segment) == ("", ALL)]
