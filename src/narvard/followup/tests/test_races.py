"""Two clocks reckon at once, the first time ever: the second waits, and figures stand there once. Both databases."""

import threading

import pytest
from django.db import connection, transaction

from narvard.core import audit
from narvard.followup.indicators import actions
from narvard.followup.indicators.figure import Figure
from narvard.followup.indicators.models import KeptChart, KeptFigure, Snapshot
from narvard.followup.indicators.periods import Period, Span
from narvard.followup.tests.test_kept_figures import AREA, AT, NOVEMBER
from narvard.organisation.tests.factories import MunicipalityFactory

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 15


def keep() -> None:
    """What a tick keeps."""
    period = Period(AREA, NOVEMBER, AT.date(), AT)
    with transaction.atomic():
        actions.keep_figures(
            period=period,
            span=Span.MONTH,
            named=NOVEMBER,
            found=[Figure("joint", count=40, of=100, value=0.4)],
            by=audit.SYSTEM,
            at=AT,
        )
        chart = KeptChart(
            care_area=AREA, indicator="joint", points=[], longest_run=0, longest_run_limit=1, crossings=1,
            crossings_limit=0, reckoned_at=AT,
        )  # fmt: skip
        actions.keep_charts(care_area=AREA, charts=[chart], by=audit.SYSTEM, at=AT)


def test_two_first_reckonings_at_once_leave_one(monkeypatch):
    MunicipalityFactory(care_area=AREA)
    locked, tried = threading.Event(), threading.Event()
    failed: list[BaseException] = []
    real, first = actions._one_writer, []

    def one_writer(care_area):
        if threading.get_ident() not in first:
            tried.set()
        real(care_area)
        if threading.get_ident() in first and not locked.is_set():
            locked.set()
            assert tried.wait(PATIENCE)

    def run(place):
        if place == 0:
            first.append(threading.get_ident())
        else:
            assert locked.wait(PATIENCE)
            # A database with one writer lets nobody so far.
            tried.set()
        try:
            keep()
        except BaseException as error:
            failed.append(error)
            raise
        finally:
            connection.close()

    monkeypatch.setattr(actions, "_one_writer", one_writer)
    threads = [threading.Thread(target=run, args=(place,)) for place in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE * 2)
    assert failed == []
    assert (Snapshot.objects.count(), KeptFigure.objects.count(), KeptChart.objects.count()) == (1, 1, 1)
