"""Writes of notices: a unit is told, and says where it wants to be told."""

import re
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from narvard.core import audit
from narvard.core.errors import Refused
from narvard.organisation.models import CareUnit, Commission
from narvard.organisation.notices.models import Channel, Delivery, Notice, NoticeAddress
from narvard.organisation.notices.queries import enabled_channels

_PHONE = re.compile(r"\+?\d{6,15}")


class AddressNotValid(Refused):
    """What was written is no e-mail address, or no phone number."""


@transaction.atomic
def notify(
    *,
    unit: CareUnit,
    kind: str,
    object_id: UUID,
    key: str,
    by: audit.Actor,
    at: datetime,
    told: Commission | None = None,
) -> Notice:
    """Tell ``unit``, or ``told`` by name, that something waits; the same ``key`` tells once, however often called.

    Call it in the transaction of what it tells of: then neither is there without the other.
    """
    notice, new = Notice.objects.get_or_create(
        key=key, defaults={"unit": unit, "told": told, "kind": Notice.Kind(kind), "object_id": object_id, "at": at}
    )
    if new:
        addresses = NoticeAddress.objects.filter(unit=unit, until=None, channel__in=enabled_channels())
        Delivery.objects.bulk_create(Delivery(notice=notice, address=row, next_at=at) for row in addresses)
    audit.write("organisation.notify", by=by, at=at, object_kind="notice", object_id=notice.pk, reason=notice.kind)
    return notice


@transaction.atomic
def set_notice_address(
    *, unit: CareUnit, channel: str, address: str, by: Commission, at: datetime
) -> NoticeAddress | None:
    """From ``at`` the unit's notices go to ``address``; an empty one ends it. Returns the one in force."""
    written = _checked(Channel(channel), address.strip())
    current = NoticeAddress.objects.select_for_update().filter(unit=unit, channel=channel, until=None).first()
    if current is not None and current.address == written:
        return current
    if current is not None:
        current.until = at
        current.save(update_fields=["until"])
    row = None
    if written:
        row = NoticeAddress.objects.create(unit=unit, channel=Channel(channel), address=written, since=at)
    audit.write(
        "organisation.set_notice_address", by=by, at=at, object_kind="careunit", object_id=unit.pk, reason=channel
    )
    return row


def _checked(channel: Channel, address: str) -> str:
    if not address:
        return ""
    if channel == Channel.SMS:
        number = re.sub(r"[\s()-]", "", address)
        if not _PHONE.fullmatch(number):
            raise AddressNotValid(_("Skriv telefonnumret med siffror, till exempel 070-174 06 05."))
        return number
    try:
        validate_email(address)
    except ValidationError:
        raise AddressNotValid(_("Skriv en e-postadress, till exempel jour@regionen.se.")) from None
    return address
