"""Sending a notice: by the mail server, or through a gateway for text messages. Neither is told of any person."""

import logging
from datetime import datetime, timedelta
from uuid import UUID

import requests
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from narvard.core import audit
from narvard.organisation.notices.models import Channel, Delivery

logger = logging.getLogger(__name__)

State = Delivery.State
TIMEOUT_SECONDS = 10
# A redirect is no yes: the text would go to somebody else.
_TAKEN = range(200, 300)
# Tried again after 1, 2, 4, 8, 16 and 32 minutes; then it has failed, which /health tells.
MOST_ATTEMPTS = 7
# A worker that has had it for longer has died: the longest that a sending takes, many times over.
_STALE = timedelta(minutes=2)
# A task that was lost before a worker took it is asked for again after this.
_ASK_AGAIN = timedelta(minutes=5)


def due(at: datetime) -> list[UUID]:
    """The deliveries to ask a worker for now; each is told of once, unless its task or its worker is lost."""
    with transaction.atomic():
        Delivery.objects.filter(state=State.SENDING, claimed_at__lt=timezone.now() - _STALE).update(
            state=State.WAITING, next_at=at
        )
        rows = Delivery.objects.select_for_update().filter(state=State.WAITING, next_at__lte=at)
        keys = list(rows.order_by("next_at", "pk").values_list("pk", flat=True))
        Delivery.objects.filter(pk__in=keys).update(next_at=at + _ASK_AGAIN)
    return keys


def send(delivery: UUID, link: str, at: datetime) -> None:
    """Send it unless somebody has. The id goes along, so that a server that is asked twice can tell.

    A failure is kept and tried again with ever longer waits; no answer to one try is ever a reason to lose it.
    """
    taken = Delivery.objects.filter(pk=delivery, state=State.WAITING)
    if not taken.update(state=State.SENDING, claimed_at=timezone.now(), attempts=F("attempts") + 1):
        return
    row = Delivery.objects.select_related("notice__unit", "address").get(pk=delivery)
    try:
        with translation.override("sv"):
            _WAYS[Channel(row.address.channel)](row, link)
    except (OSError, requests.RequestException) as error:
        _failed(row, error, at)
    else:
        _end(row, State.SENT, at)


def _by_email(row: Delivery, link: str) -> None:
    subject = _("Närvård: ett ärende väntar hos %(unit)s") % {"unit": row.notice.unit.name}
    host = settings.NARVARD_EMAIL_FROM.rpartition("@")[2]
    EmailMessage(
        subject,
        _("%(what)s\n\nÖppna: %(link)s\n") % {"what": subject, "link": link},
        settings.NARVARD_EMAIL_FROM,
        [row.address.address],
        headers={"Message-ID": f"<{row.pk}@{host}>", "Auto-Submitted": "auto-generated"},
    ).send()


def _by_sms(row: Delivery, link: str) -> None:
    text = _("Närvård: ett ärende väntar hos %(unit)s. %(link)s") % {"unit": row.notice.unit.name, "link": link}
    headers = {"Idempotency-Key": str(row.pk)}
    if settings.NARVARD_SMS_TOKEN:
        headers["Authorization"] = f"Bearer {settings.NARVARD_SMS_TOKEN}"
    body = {"id": str(row.pk), "to": row.address.address, "text": text, "from": settings.NARVARD_SMS_FROM}
    answer = requests.post(
        settings.NARVARD_SMS_URL, json=body, headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False
    )
    if answer.status_code not in _TAKEN:
        raise requests.HTTPError(f"{answer.status_code}")


_WAYS = {Channel.EMAIL: _by_email, Channel.SMS: _by_sms}


def _failed(row: Delivery, error: Exception, at: datetime) -> None:
    # Only the kind of fault: a server's own words may repeat the address.
    row.error = f"{type(error).__name__} {error if isinstance(error, requests.HTTPError) else ''}".strip()[:200]
    if row.attempts >= MOST_ATTEMPTS:
        logger.error("Notice %s by %s was not sent: %s", row.notice_id, row.address.channel, row.error)
        _end(row, State.FAILED, at)
        return
    logger.warning("Notice %s by %s is tried again: %s", row.notice_id, row.address.channel, row.error)
    row.state, row.next_at = State.WAITING, at + timedelta(minutes=2 ** (row.attempts - 1))
    row.save(update_fields=["state", "next_at", "error"])


@transaction.atomic
def _end(row: Delivery, state: str, at: datetime) -> None:
    row.state, row.ended_at = State(state), at
    row.save(update_fields=["state", "ended_at", "error"])
    audit.write(
        "organisation.send_notice", by=audit.SYSTEM, at=at, object_kind="notice", object_id=row.notice_id,
        reason=f"{row.address.channel} {row.state}",
    )  # fmt: skip
