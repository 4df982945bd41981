"""The one clock."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from narvard.core import clock

MONDAY = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


def test_a_process_may_tick_from_an_instant_and_goes_back_to_its_own_clock(monkeypatch):
    moments = iter([100.0, 103.5])
    monkeypatch.setattr("time.monotonic", lambda: next(moments))
    with clock.ticking_from(MONDAY):
        assert clock.now() == MONDAY + timedelta(seconds=3.5)
    assert abs(clock.now() - timezone.now()) < timedelta(seconds=5)


def test_it_goes_back_also_after_an_error():
    with pytest.raises(ZeroDivisionError), clock.ticking_from(MONDAY):
        raise ZeroDivisionError
    assert abs(clock.now() - timezone.now()) < timedelta(seconds=5)
