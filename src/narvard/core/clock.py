"""The one clock. Read only in views, commands and tasks; everything below them is given ``at``."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

_started = time.monotonic()
# An instant that this process ticks from instead, and when it began to.
_instead: tuple[datetime, float] | None = None


def _origin() -> datetime | None:
    """The instant ``NARVARD_CLOCK`` names, or None for the real clock."""
    text = settings.NARVARD_CLOCK
    if not text:
        return None
    try:
        origin = datetime.fromisoformat(text)
    except ValueError:
        raise ImproperlyConfigured(f"NARVARD_CLOCK is not an ISO 8601 instant: {text!r}") from None
    return origin if origin.tzinfo else timezone.make_aware(origin)


def now() -> datetime:
    """The current instant (aware, UTC); it ticks from ``NARVARD_CLOCK`` when that is set."""
    if _instead is not None:
        return _ticked(*_instead)
    origin = _origin()
    return timezone.now() if origin is None else _ticked(origin, _started)


@contextmanager
def ticking_from(origin: datetime) -> Iterator[None]:
    """Let this process' clock tick on from ``origin``, as its children do from ``NARVARD_CLOCK``."""
    global _instead
    before, _instead = _instead, (origin, time.monotonic())
    try:
        yield
    finally:
        _instead = before


def _ticked(origin: datetime, started: float) -> datetime:
    return datetime.fromtimestamp(origin.timestamp() + time.monotonic() - started, tz=UTC)


def today() -> date:
    """The current Swedish date."""
    return timezone.localdate(now())
