"""The one clock. Read only in views, commands and tasks; everything below them is given ``at``."""

import time
from datetime import UTC, date, datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

_started = time.monotonic()


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
    origin = _origin()
    if origin is None:
        return timezone.now()
    return datetime.fromtimestamp(origin.timestamp() + time.monotonic() - _started, tz=UTC)


def today() -> date:
    """The current Swedish date."""
    return timezone.localdate(now())
