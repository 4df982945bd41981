"""Reads of notices: what a unit has been told lately, and how the sending goes."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from narvard.organisation.models import CareUnit, Commission
from narvard.organisation.notices.models import Channel, Delivery, Notice, NoticeAddress

# How long a notice stands on the unit's page, and a failure in the health report.
SHOWN = timedelta(days=3)


def enabled_channels() -> list[str]:
    """The ways out that this installation has set up."""
    ways = {Channel.EMAIL: settings.NARVARD_EMAIL, Channel.SMS: settings.NARVARD_SMS_URL}
    return [channel.value for channel, way in ways.items() if way]


def notices_of(unit: CareUnit, at: datetime, reader: Commission | None = None) -> QuerySet[Notice]:
    """What the unit has been told, the newest first, and what ``reader`` has been told by name there."""
    rows = Notice.objects.filter(Q(told=None) | Q(told=reader), unit=unit, at__gt=at - SHOWN, at__lte=at)
    return rows.prefetch_related("deliveries__address")


def chiefs_told(object_id: UUID) -> list[Commission]:
    """The managers who have been told by name of what waits."""
    rows = Notice.objects.filter(object_id=object_id, told__isnull=False).select_related("told__staff", "told__unit")
    return [row.told for row in rows.order_by("at", "key") if row.told is not None]


def addresses_of(unit: CareUnit) -> dict[str, str]:
    """Where the unit's notices go, by channel."""
    return dict(NoticeAddress.objects.filter(unit=unit, until=None).values_list("channel", "address"))


def failed_since(since: datetime) -> int:
    """How many notices could not be sent since an instant."""
    return Delivery.objects.filter(state=Delivery.State.FAILED, ended_at__gte=since).count()
