"""Figures are reckoned when due, kept, replaced while they can change, and then stand."""

from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from narvard.core import audit
from narvard.core.models import AuditEvent
from narvard.followup.definitions import definitions
from narvard.followup.indicators.actions import keep_figures
from narvard.followup.indicators.control import charts
from narvard.followup.indicators.figure import Figure
from narvard.followup.indicators.models import KeptChart, KeptFigure, Snapshot
from narvard.followup.indicators.periods import Period, Span, bounds, wanted
from narvard.followup.indicators.tasks import due, reckon_due
from narvard.followup.indicators.words import interval_words, moved, told
from narvard.organisation.tests.factories import MunicipalityFactory
from narvard.people.tests.factories import PatientFactory
from narvard.visits.models import Visit
from narvard.visits.tests.factories import EpisodeFactory, VisitFactory, clock

pytestmark = pytest.mark.django_db
STOCKHOLM = ZoneInfo("Europe/Stockholm")
AT = datetime(2026, 11, 24, 9, 0, tzinfo=STOCKHOLM)
AREA = "umea"


def begun(on: date = date(2026, 11, 2)) -> None:
    """The area's first person was registered on a day."""
    PatientFactory(registered_at=datetime(on.year, on.month, on.day, 8, tzinfo=STOCKHOLM))


def test_spans_are_named_by_their_first_day_and_a_year_by_its_last_month() -> None:
    assert bounds(Span.MONTH, date(2026, 11, 1)) == (date(2026, 11, 1), date(2026, 12, 1))
    assert bounds(Span.YEAR, date(2026, 11, 1)) == (date(2025, 12, 1), date(2026, 12, 1))
    assert bounds(Span.WEEK, date(2026, 11, 23)) == (date(2026, 11, 23), date(2026, 11, 30))
    first = list(islice(wanted(date(2027, 1, 5)), 3))
    assert first == [(Span.MONTH, date(2027, 1, 1)), (Span.MONTH, date(2026, 12, 1)), (Span.WEEK, date(2027, 1, 4))]


def test_nothing_is_due_before_anybody_is_registered() -> None:
    MunicipalityFactory()
    assert list(due(AREA, AT)) == []
    assert reckon_due(AT) == 0


def test_a_little_is_reckoned_at_each_tick_until_all_is() -> None:
    begun()
    # A month, four weeks and two years hold the time since the second of November; one year ends before it.
    wanted_now = list(due(AREA, AT))
    assert wanted_now[0] == (Span.MONTH, date(2026, 11, 1))
    assert [reckon_due(AT, 2) for _ in range(4)] == [2, 2, 2, 0]
    assert Snapshot.objects.count() == len(wanted_now) == 6
    assert AuditEvent.objects.filter(what="followup.keep_figures").count() == 6


def test_a_month_that_runs_is_reckoned_each_hour_and_stands_two_weeks_after_its_end() -> None:
    begun()
    while reckon_due(AT):
        pass
    soon, later = AT + timedelta(minutes=50), AT + timedelta(hours=2)
    assert list(due(AREA, soon)) == []
    running = {(Span.MONTH, date(2026, 11, 1)), (Span.WEEK, date(2026, 11, 23))}
    assert set(due(AREA, later)) == running
    settled = datetime(2026, 12, 16, tzinfo=STOCKHOLM)
    november = Snapshot.objects.get(span="month", named=date(2026, 11, 1))
    assert (Span.MONTH, date(2026, 11, 1)) in list(due(AREA, settled))
    Snapshot.objects.filter(pk=november.pk).update(reckoned_at=settled)
    assert (Span.MONTH, date(2026, 11, 1)) not in list(due(AREA, settled + timedelta(days=2)))


def test_what_was_registered_since_replaces_the_figures() -> None:
    begun()
    period = Period(AREA, date(2026, 11, 1), date(2026, 12, 1), AT)
    for count in (30, 40):
        found = [Figure("joint", count=count, of=100, value=count / 100)]
        keep_figures(period=period, span="month", named=period.start, found=found, by=audit.SYSTEM, at=AT)
    assert [row.count for row in KeptFigure.objects.all()] == [40]
    assert Snapshot.objects.count() == 1


def test_a_tick_counts_what_was_made() -> None:
    begun()
    for _ in range(6):
        VisitFactory(
            episode=EpisodeFactory(patient=PatientFactory()),
            state=Visit.State.DONE,
            starts_at=clock(9, day=date(2026, 11, 23)),
            date=date(2026, 11, 23),
        )
    reckon_due(AT, 1)
    row = KeptFigure.objects.get(indicator="visits_per_patient", municipality="2480", programme="", segment="*")
    assert (row.count, row.of, row.value) == (6, 6, 1)


def weeks(values: list[int]) -> None:
    for number, count in enumerate(values):
        start = date(2026, 8, 31) + timedelta(weeks=number)
        period = Period(AREA, start, start + timedelta(days=7), AT)
        found = [Figure("joint", count=count, of=100, value=count / 100), Figure("joint", "2480", hidden=True)]
        keep_figures(period=period, span="week", named=start, found=found, by=audit.SYSTEM, at=AT)


def test_weeks_make_a_control_chart_that_sees_a_shift() -> None:
    weeks([30, 31, 29, 30, 32, 28, 30, 31, 29, 90])
    (chart,) = charts(AREA, AT)
    assert (chart.indicator, chart.municipality) == ("joint", "")
    assert chart.signal
    assert [point["outside"] for point in chart.points] == [False] * 9 + [True]


def test_fewer_than_ten_weeks_are_no_chart() -> None:
    weeks([30] * 9)
    assert list(charts(AREA, AT)) == []
    assert not KeptChart.objects.exists()


JOINT = next(row for row in definitions() if row.id == "joint")
NAMED = next(row for row in definitions() if row.id == "named_physician")
OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)


def share(value: float, low: float, high: float) -> KeptFigure:
    return KeptFigure(indicator="joint", count=40, of=100, value=value, low=low, high=high)


def test_a_figure_in_words() -> None:
    assert told(JOINT, None) == "inget att räkna på"
    assert told(JOINT, KeptFigure(hidden=True)) == "för få att visa"
    assert told(JOINT, share(0.034, 0.03, 0.04)) == "3,4 %"
    assert interval_words(JOINT, share(0.4, 0.31, 0.5)) == "troligen mellan 31 % och 50 %"
    assert interval_words(JOINT, share(0.4, 0.4, 0.4)) == ""


def test_only_what_chance_hardly_gives_is_called_a_change() -> None:
    low, alike, high = share(0.2, 0.15, 0.25), share(0.22, 0.17, 0.27), share(0.4, 0.31, 0.5)
    assert moved(JOINT, [(OCTOBER, low), (NOVEMBER, alike)]) == "oktober: 20 %. Skillnaden kan vara slump."
    assert moved(JOINT, [(OCTOBER, low), (NOVEMBER, high)]) == "Högre än i oktober (20 %)."
    assert moved(NAMED, [(OCTOBER, low), (NOVEMBER, high)]) == "Bättre än i oktober (20 %)."
    assert moved(NAMED, [(OCTOBER, high), (NOVEMBER, low)]) == "Sämre än i oktober (40 %)."
    assert moved(JOINT, [(OCTOBER, low), (NOVEMBER, low)]) == "Som i oktober."
    assert moved(NAMED, [(OCTOBER, None), (NOVEMBER, low)]) == ""
