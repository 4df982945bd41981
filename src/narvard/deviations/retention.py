"""Which deviations have been closed so long that an archive may decide to cull them."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from narvard.deviations.models import Deviation


def closed_before(limit: datetime) -> QuerySet[Deviation]:
    """Closed deviations with nothing done, and nothing promised, at or after ``limit``."""
    rows = Deviation.objects.filter(state=Deviation.State.CLOSED, reported_at__lt=limit)
    return rows.exclude(events__at__gte=limit).exclude(answers__measures_by__gte=timezone.localdate(limit))
