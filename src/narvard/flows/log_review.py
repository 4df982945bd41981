"""Log review across rooms: each provider's log of a day, beside the working times that were planned."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone

from narvard.access.review.actions import pick_reviews
from narvard.access.review.daylog import Key, Period
from narvard.access.review.models import LogPicking
from narvard.core import audit
from narvard.organisation.models import CareProvider
from narvard.visits.models import Shift

# A log that nobody has gone through for longer than this is gone through by hand, day by day, with the command.
CATCH_UP_DAYS = 7


def working_times(people: Collection[Key], day: date) -> Mapping[Key, Sequence[Period]]:
    """When those ``people`` were planned to work on ``day``, by person."""
    rows = Shift.objects.filter(commission__staff__in=people, date=day, cancelled_at=None)
    found: dict[Key, list[Period]] = defaultdict(list)
    for person, start, end in rows.values_list("commission__staff", "starts_at", "ends_at"):
        found[person].append((start, end))
    return found


def go_through(day: date, *, at: datetime) -> list[LogPicking]:
    """Go through every provider's log of a whole day; a log that has been gone through is left as it is."""
    known = set(LogPicking.objects.filter(day=day).values_list("provider", flat=True))
    return [
        pick_reviews(provider=provider, day=day, working=working_times, by=audit.SYSTEM, at=at)
        for provider in CareProvider.objects.exclude(pk__in=known)
    ]


def go_through_due(at: datetime) -> int:
    """Go through the logs of the whole days that have passed; returns how many. A part of ``narvard tick``."""
    today = timezone.localdate(at)
    days = [today - timedelta(days=back) for back in range(CATCH_UP_DAYS, 0, -1)]
    return sum(len(go_through(day, at=at)) for day in days)
