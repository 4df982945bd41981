"""Conferences and consult rounds: the patients to discuss, the meetings, and what was decided about each."""

import uuid

from django.db import models
from django.db.models import Q

from narvard.access.models import Consent
from narvard.core.models import Record, Versioned
from narvard.organisation.models import CareUnit, Commission, Programme
from narvard.people.models import ClinicalRecord


class Conference(Record, Versioned):
    """A conference or a round that a unit holds again and again, by a programme of that kind."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="conferences")
    unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="conferences")
    name = models.CharField(max_length=120)
    next_on = models.DateField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    close_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["next_on", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | (Q(closed_by__isnull=False) & ~Q(close_reason="")),
                name="closed_conference_has_closer_and_reason",
            ),
            models.UniqueConstraint(
                fields=["unit", "name"], condition=Q(closed_at__isnull=True), name="one_open_conference_per_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ConferenceMeeting(Record):
    """A conference that was held, with those who took part."""

    conference = models.ForeignKey(Conference, on_delete=models.PROTECT, related_name="meetings")
    held_on = models.DateField()
    participants = models.TextField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-held_on"]
        constraints = [models.UniqueConstraint(fields=["conference", "held_on"], name="one_meeting_a_day")]

    def __str__(self) -> str:
        return f"{self.held_on:%Y-%m-%d}"


class ConferenceCase(ClinicalRecord, Versioned):
    """A patient put up for a conference with the person's yes; off the list when decided or taken back.

    It is sent to the unit that holds the conference, and the decision to ``units``, which have something to do by it.
    """

    dated_by = "put_at"

    conference = models.ForeignKey(Conference, on_delete=models.PROTECT, related_name="cases")
    units = models.ManyToManyField(CareUnit, related_name="+")
    question = models.CharField(max_length=400)
    documents = models.TextField(blank=True)
    consent_how = models.CharField(max_length=10, choices=Consent.How.choices)
    consent_given_by = models.CharField(max_length=120, blank=True)
    put_at = models.DateTimeField()
    put_by = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")
    meeting = models.ForeignKey(
        ConferenceMeeting, on_delete=models.PROTECT, null=True, blank=True, related_name="cases"
    )
    decision = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    remove_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ["put_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["conference", "patient"],
                condition=Q(decided_at__isnull=True, removed_at__isnull=True),
                name="one_open_case_per_conference",
            ),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, meeting__isnull=True, decided_by__isnull=True)
                | (Q(decided_at__isnull=False, meeting__isnull=False, decided_by__isnull=False) & ~Q(decision="")),
                name="decision_is_signed_at_a_meeting",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True) | Q(decided_at__isnull=True), name="decided_or_taken_back"
            ),
        ]
        indexes = [models.Index(fields=["patient", "-put_at"])]

    def __str__(self) -> str:
        return f"{self.put_at:%Y-%m-%d}"

    @property
    def waits(self) -> bool:
        """Whether it is still to be discussed."""
        return self.decided_at is None and self.removed_at is None

    def parties(self) -> frozenset[uuid.UUID]:
        """Who put it up, who holds the conference, who has to act on it (fetch ``conference`` and ``units``)."""
        return frozenset({self.owner_unit_id, self.conference.unit_id, *(unit.pk for unit in self.units.all())})
