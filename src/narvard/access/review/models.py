"""The review queue: what was picked, for which reasons, and what the reviewers decided."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from narvard.core.models import Record, Versioned
from narvard.organisation.models import CareProvider, CareUnit, Commission, Staff
from narvard.people.models import Patient


class Outcome(models.TextChoices):
    """What a reviewer makes of an access."""

    IN_ORDER = "in_order", _("i sin ordning")
    ASK = "ask", _("personen ska frågas")
    BREACH = "breach", _("misstänkt intrång")


class LogPicking(models.Model):
    """That a provider's log of a day has been gone through, and how much it held."""

    provider = models.ForeignKey(CareProvider, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    at = models.DateTimeField()
    # Pairs of person at work and patient whose record was opened that day.
    accesses = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "day"], name="one_log_picking_per_day")]

    def __str__(self) -> str:
        return f"{self.day}"


class LogReview(Record, Versioned):
    """One person's access to one patient's record on one day (or all of the person's day) that is to be judged.

    Who, where and when are copied from the audit event, which is named by its ``event_id``: the log has rules of
    retention of its own.
    """

    provider = models.ForeignKey(CareProvider, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    # None: the whole day is to be judged.
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    day = models.DateField()
    event = models.UUIDField()
    at = models.DateTimeField()
    picked_at = models.DateTimeField()
    # The place of its gravest reason in ``rules.RULES``.
    rank = models.PositiveSmallIntegerField()
    # The latest decision; its history stands in LogDecision.
    outcome = models.CharField(max_length=8, choices=Outcome.choices, blank=True)
    follow_up_on = models.DateField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["rank", "at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "staff", "day", "patient"],
                condition=Q(patient__isnull=False),
                name="one_review_per_access",
            ),
            models.UniqueConstraint(
                fields=["provider", "staff", "day"], condition=Q(patient__isnull=True), name="one_review_per_whole_day"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(outcome__in=[Outcome.IN_ORDER, Outcome.BREACH]),
                name="closed_review_has_conclusion",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.IN_ORDER) | Q(closed_at__isnull=False), name="in_order_closes_review"
            ),
            models.CheckConstraint(
                condition=~Q(closed_at__isnull=True, outcome__in=[Outcome.ASK, Outcome.BREACH])
                | Q(follow_up_on__isnull=False),
                name="open_question_has_follow_up",
            ),
        ]
        indexes = [
            models.Index(fields=["provider", "closed_at", "rank", "at"]),
            models.Index(fields=["provider", "day"]),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.staff_id}"


class ReviewReason(models.Model):
    """Why an access was picked: the rule and the figures that fill in its words."""

    review = models.ForeignKey(LogReview, on_delete=models.CASCADE, related_name="reasons")
    rule = models.CharField(max_length=16)
    params = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["review", "rule"], name="one_reason_per_rule")]

    def __str__(self) -> str:
        return self.rule


class LogDecision(Record):
    """What a reviewer decided, and when; append-only, the newest holds."""

    review = models.ForeignKey(LogReview, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    note = models.TextField(blank=True)
    follow_up_on = models.DateField(null=True, blank=True)
    closes = models.BooleanField()
    at = models.DateTimeField()
    decided_by = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return self.get_outcome_display()
