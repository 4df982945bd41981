"""Notices: a unit is told that something waits for it, on its page and, where it wants, by e-mail and text message.

A notice says nothing of a person: which thing waits is found behind the sign-in.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from narvard.core.models import Record


class Channel(models.TextChoices):
    """How a notice leaves the system."""

    EMAIL = "email", _("e-post")
    SMS = "sms", _("sms")


class NoticeAddress(Record):
    """Where a unit's notices go, in force during [since, until): a mailbox or a phone that whoever is on duty has."""

    unit = models.ForeignKey("organisation.CareUnit", on_delete=models.PROTECT, related_name="notice_addresses")
    channel = models.CharField(max_length=6, choices=Channel.choices)
    address = models.CharField(max_length=120)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "channel"], condition=Q(until__isnull=True), name="one_notice_address_per_channel"
            ),
        ]

    def __str__(self) -> str:
        return self.get_channel_display()


class Notice(Record):
    """A unit is told once that something waits: ``key`` names the event that it tells of."""

    class Kind(models.TextChoices):
        REQUEST = "request", _("en vårdbegäran vars klocka har gått ut")
        HANDOVER = "handover", _("en överlämning utan svar i tid")
        DUTY = "duty", _("något att göra som är försenat")
        EARLY = "early", _("tidiga tecken som ingen har svarat på i tid")
        HAND_BACK = "hand_back", _("ett tillfälligt övertagande som inte har lämnats tillbaka i tid")

    key = models.CharField(max_length=80, unique=True)
    unit = models.ForeignKey("organisation.CareUnit", on_delete=models.PROTECT, related_name="notices")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    # Told by name: the manager whom an escalation calls in. Empty: whoever works at the unit.
    told = models.ForeignKey(
        "organisation.Commission", on_delete=models.PROTECT, null=True, blank=True, related_name="notices"
    )
    # The row that waits; its page asks who one is.
    object_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["unit", "-at"])]

    def __str__(self) -> str:
        return self.get_kind_display()


class Delivery(Record):
    """One notice to one address: sent once, tried again until it has left or given up."""

    class State(models.TextChoices):
        WAITING = "waiting", _("väntar")
        SENDING = "sending", _("skickas")
        SENT = "sent", _("skickad")
        FAILED = "failed", _("kunde inte skickas")

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="deliveries")
    address = models.ForeignKey(NoticeAddress, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    # When the tick asks a worker for it next.
    next_at = models.DateTimeField()
    # By the machine's clock: whether the worker that has it lives.
    claimed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [models.UniqueConstraint(fields=["notice", "address"], name="one_delivery_per_address")]
        indexes = [models.Index(fields=["state", "next_at"])]

    def __str__(self) -> str:
        return self.get_state_display()
