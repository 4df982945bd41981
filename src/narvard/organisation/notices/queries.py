"""Reads of notices: what a unit has been told lately, and how the sending goes."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet

from narvard.organisation.models import CareUnit
from narvard.organisation.notices.models import Channel, Delivery, Notice, NoticeAddress

# How long a notice stands on the unit's page, and a failure in the health report.
SHOWN = timedelta(days=3)


def enabled_channels() -> list[str]:
    """The ways out that this installation has set up."""
    ways = {Channel.EMAIL: settings.NARVARD_EMAIL, Channel.SMS: settings.NARVARD_SMS_URL}
    return [channel.value for channel, way in ways.items() if way]


def notices_of(unit: CareUnit, at: datetime) -> QuerySet[Notice]:
    """What the unit has been told, the newest first."""
    return Notice.objects.filter(unit=unit, at__gt=at - SHOWN, at__lte=at).prefetch_related("deliveries__address")


def addresses_of(unit: CareUnit) -> dict[str, str]:
    """Where the unit's notices go, by channel."""
    return dict(NoticeAddress.objects.filter(unit=unit, until=None).values_list("channel", "address"))


def failed_since(since: datetime) -> int:
    """How many notices could not be sent since an instant."""
    return Delivery.objects.filter(state=Delivery.State.FAILED, ended_at__gte=since).count()
