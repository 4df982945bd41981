"""Utilisation data: what was delivered, about whom, and the rows that could not be read."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from narvard.core.models import Record
from narvard.organisation.models import CareUnit, Commission, Municipality
from narvard.people.models import Patient, PatientIdentifier


class Delivery(Record):
    """One file that was imported: by whom, for which days, and what became of its rows."""

    # Whose data it is: access asks as if its rows were this unit's.
    unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=160)
    sha256 = models.CharField(max_length=64, db_index=True)
    # The days [covers_from, covers_until) that it tells everything about.
    covers_from = models.DateField()
    covers_until = models.DateField()
    rows = models.PositiveIntegerField()
    added = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    unchanged = models.PositiveIntegerField()
    quarantined = models.PositiveIntegerField()
    # Nobody: the command, or a demonstration.
    imported_by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    # Made up for a demonstration or a test; every page that reads it says so.
    synthetic = models.BooleanField(default=False)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(condition=Q(covers_until__gt=F("covers_from")), name="delivery_covers_days"),
            models.CheckConstraint(
                condition=Q(rows=F("added") + F("changed") + F("unchanged") + F("quarantined")),
                name="delivery_loses_no_row",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class Person(Record):
    """Somebody in the utilisation data, by personal identity; a patient of ours, or not."""

    system = models.CharField(max_length=20, choices=PatientIdentifier.System.choices)
    value = models.CharField(max_length=24)
    birth_date = models.DateField(null=True)
    patient = models.ForeignKey(Patient, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "value"], name="one_utilisation_person")]

    def __str__(self) -> str:
        return str(self.pk)


class UtilisationEvent(Record):
    """A stay, a visit, a death or a move, as its source told it last."""

    class Kind(models.TextChoices):
        INPATIENT = "inpatient", _("slutenvård")
        EMERGENCY = "emergency", _("akutbesök")
        OUTPATIENT = "outpatient", _("öppenvårdsbesök")
        DEATH = "death", _("dödsfall")
        MOVE = "move", _("flytt")

    # The sending system and its own id of the event: the same pair is the same event.
    source = models.CharField(max_length=60)
    source_id = models.CharField(max_length=80)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    starts_at = models.DateTimeField()
    # Of a stay; none while it goes on.
    ends_at = models.DateTimeField(null=True)
    place = models.CharField(max_length=120, blank=True)
    clinic = models.CharField(max_length=120, blank=True)
    acute = models.BooleanField(null=True)
    # Whether the stay ended with death.
    died = models.BooleanField(default=False)
    # Where the person lived; of a move where to, none outside the register.
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, null=True, related_name="+")
    # The source has taken it back: kept, never counted.
    cancelled = models.BooleanField(default=False)
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="events")

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["source", "source_id"], name="one_event_per_source_id"),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")), name="utilisation_ends_after_start"
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "starts_at"], name="utilisation_kind_start"),
            models.Index(fields=["person", "kind", "starts_at"], name="utilisation_person"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.source_id}"


class QuarantinedRow(Record):
    """A row that could not be taken in, as it was sent, with the reasons; settled when a right one has come."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="quarantine")
    line = models.PositiveIntegerField()
    source = models.CharField(max_length=60, blank=True)
    source_id = models.CharField(max_length=80, blank=True)
    content = models.JSONField()
    reasons = models.JSONField()
    # Of the content: the same bad row sent again stands here once.
    fingerprint = models.CharField(max_length=64, unique=True)
    settled_by = models.ForeignKey(Delivery, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["delivery", "line"]
        indexes = [models.Index(fields=["source", "source_id"], name="quarantine_source_id")]

    def __str__(self) -> str:
        return str(self.line)
