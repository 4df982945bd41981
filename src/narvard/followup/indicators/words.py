"""Figures in words: what one says, how sure one can be, and how it has moved."""

from collections.abc import Callable, Sequence
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from narvard.followup.definitions import Better, Definition, Kind, said
from narvard.followup.indicators.models import KeptFigure, Snapshot
from narvard.ui.figures import figure, percentage

Trend = Sequence[tuple[date, KeptFigure | None]]
DAY = 24
HOURS_ALONE = 48
SMALL_SHARE = 0.1


def value_words(definition: Definition, value: float) -> str:
    """A figure with its unit."""
    return _VALUES[definition.kind](definition, value)


def _share(definition: Definition, value: float) -> str:
    if 0 < value < SMALL_SHARE:
        return _("%(n)s %%") % {"n": figure(100 * value, 1)}
    return percentage(value)


def _mean(definition: Definition, value: float) -> str:
    return figure(value, 2 if definition.most is not None else 1)


def _hours(definition: Definition, value: float) -> str:
    if value < HOURS_ALONE:
        return _("%(n)s timmar") % {"n": figure(value, 0 if value >= 10 else 1)}
    return _("%(n)s dygn") % {"n": figure(value / DAY, 1)}


_VALUES: dict[Kind, Callable[[Definition, float], str]] = {
    Kind.SHARE: _share,
    Kind.COVERAGE: _share,
    Kind.RATE: lambda definition, value: figure(value, 1),
    Kind.DAYS: lambda definition, value: figure(value, 1),
    Kind.MEAN: _mean,
    Kind.HOURS: _hours,
    Kind.RATIO: lambda definition, value: figure(value, 2),
}


def told(definition: Definition, row: KeptFigure | None) -> str:
    """The figure, or why there is none."""
    if row is None or (row.value is None and not row.hidden and not row.of):
        return _("inga vårddata för perioden") if definition.of_hospital else _("inget att räkna på")
    if row.hidden:
        return _("för få att visa")
    if row.value is None:
        return _("färre än hälften har fått besök") if definition.kind is Kind.HOURS else _("inget att räkna på")
    return value_words(definition, row.value)


def interval_words(definition: Definition, row: KeptFigure | None) -> str:
    """Between which figures the truth lies, in words; nothing where there is no interval."""
    if row is None or row.hidden or row.value is None or row.low is None:
        return ""
    low = value_words(definition, row.low)
    if row.high is None:
        return _("troligen minst %(low)s") % {"low": low}
    high = value_words(definition, row.high)
    # Ends that round to the same would only say the figure once more.
    return "" if low == high else _("troligen mellan %(low)s och %(high)s") % {"low": low, "high": high}


def among(definition: Definition, row: KeptFigure | None) -> str:
    """What the figure is made of: "450 av 2 977"."""
    if row is None or row.hidden or not row.of:
        return ""
    of = figure(row.of)
    if definition.per is not None:
        per = said(definition.per)
        return _("%(count)s på %(of)s × %(per)s") % {"count": figure(row.count), "of": figure(row.of, 1), "per": per}
    if definition.kind is Kind.RATIO:
        return _("%(of)s kommuner") % {"of": of}
    if definition.kind is Kind.MEAN:
        return _("%(of)s patienter") % {"of": of}
    if definition.kind is Kind.COVERAGE:
        return _("%(count)s av uppskattat %(of)s") % {"count": figure(row.count), "of": of}
    return _("%(count)s av %(of)s") % {"count": figure(row.count), "of": of}


def moved(definition: Definition, trend: Trend) -> str:
    """How the last month compares with the one before: said as a change only where the intervals part."""
    pair = _last_two(trend)
    if pair is None:
        return ""
    month, before, now = pair
    name = date_format(month, "F")
    said_before = {"month": name, "value": told(definition, before)}
    if said_before["value"] == told(definition, now):
        return _("Som i %(month)s.") % said_before
    if not _apart(before, now):
        return _("%(month)s: %(value)s. Skillnaden kan vara slump.") % said_before
    found = change(definition, trend)
    if found:
        better = found == "better"
        text = _("Bättre än i %(month)s (%(value)s).") if better else _("Sämre än i %(month)s (%(value)s).")
    else:
        rose = (now.value or 0) > (before.value or 0)
        text = _("Högre än i %(month)s (%(value)s).") if rose else _("Lägre än i %(month)s (%(value)s).")
    return text % said_before


def change(definition: Definition, trend: Trend) -> str:
    """ "better" or "worse" than the month before, where chance hardly gives it and one way is better; else nothing."""
    pair = _last_two(trend)
    if pair is None or definition.better is Better.NEITHER or not _apart(pair[1], pair[2]):
        return ""
    rose = (pair[2].value or 0) > (pair[1].value or 0)
    return "better" if rose == (definition.better is Better.UP) else "worse"


def _last_two(trend: Trend) -> tuple[date, KeptFigure, KeptFigure] | None:
    """The month before the last with its figure, and the last one's; None where either is unknown."""
    if len(trend) < 2:
        return None
    (month, before), (_last, now) = trend[-2:]
    if before is None or now is None or before.value is None or now.value is None:
        return None
    return month, before, now


def _apart(one: KeptFigure, other: KeptFigure) -> bool:
    ends = (one.low, one.high, other.low, other.high)
    if any(end is None for end in ends):
        return False
    low, high, low_other, high_other = (float(end) for end in ends if end is not None)
    return high < low_other or high_other < low


def period_words(snapshot: Snapshot) -> str:
    """The span's name: "november 2026", "tolv månader till och med november 2026"."""
    month = date_format(snapshot.named, "F Y")
    if snapshot.span == Snapshot.Span.YEAR:
        return _("tolv månader till och med %(month)s") % {"month": month}
    return month
