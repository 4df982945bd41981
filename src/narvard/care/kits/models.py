"""The needs kit: medicines that lie in the home, prescribed for the person, and every dose with who and effect."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from narvard.core.models import Record, Versioned
from narvard.organisation.models import CareUnit, Commission
from narvard.people.models import ClinicalRecord


class NeedsKit(ClinicalRecord, Versioned):
    """A kit in a person's home (behovslåda). ``units`` are those who open it: it is disclosed to them."""

    dated_by = "created_at"

    template = models.SlugField(max_length=40)
    units = models.ManyToManyField(CareUnit, related_name="kits")
    # Where in the home it lies.
    place = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")
    returned_at = models.DateTimeField(null=True, blank=True)
    returned_by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    return_reason = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "template"], condition=Q(returned_at__isnull=True), name="one_open_kit_of_a_kind"
            )
        ]
        indexes = [models.Index(fields=["patient", "-created_at"])]

    def __str__(self) -> str:
        return self.template

    def parties(self) -> frozenset[uuid.UUID]:
        """The units that open it (fetch ``units`` beforehand)."""
        return frozenset({self.owner_unit_id, *(unit.pk for unit in self.units.all())})


class KitItem(Record):
    """A medicine prescribed when needed for this person; a changed prescription is a new row."""

    kit = models.ForeignKey(NeedsKit, on_delete=models.PROTECT, related_name="items")
    key = models.SlugField(max_length=40)
    drug = models.CharField(max_length=80)
    strength = models.CharField(max_length=40)
    # What one dose is, how it is given and how often: in the prescriber's words.
    dose = models.CharField(max_length=200)
    most_per_day = models.PositiveSmallIntegerField(null=True, blank=True)
    # Relatives who have been taught may give a single dose that is drawn up beforehand.
    relatives = models.BooleanField(default=False)
    prescribed_at = models.DateTimeField()
    prescribed_by = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["prescribed_at", "drug"]
        constraints = [
            models.UniqueConstraint(
                fields=["kit", "key"], condition=Q(stopped_at__isnull=True), name="one_prescription_per_medicine"
            )
        ]

    def __str__(self) -> str:
        return f"{self.drug} {self.strength}"


class KitEvent(Record):
    """One thing that happened to a kit. The amount that lies in it is the sum of the events."""

    class Kind(models.TextChoices):
        FILLED = "filled", _("påfylld")
        OPENED = "opened", _("öppnad")
        GIVEN = "given", _("dos given")
        EFFECT = "effect", _("effekt")
        DISCARDED = "discarded", _("kasserad")
        TAUGHT = "taught", _("närstående lärd")
        RETURNED = "returned", _("återlämnad")

    class Flag(models.TextChoices):
        """What was not as it ought to be; a dose that was given can always be recorded."""

        EXPIRED = "expired", _("utgånget läkemedel")
        TOO_MANY = "too_many", _("fler doser på ett dygn än ordinerat")
        NOT_TAUGHT = "not_taught", _("gavs av någon som inte var lärd")
        NONE_LEFT = "none_left", _("lådan var tom enligt listan")
        STOPPED = "stopped", _("ordinationen hade upphört")

    kit = models.ForeignKey(NeedsKit, on_delete=models.PROTECT, related_name="events")
    item = models.ForeignKey(KitItem, on_delete=models.PROTECT, null=True, blank=True, related_name="events")
    # The dose that an effect is about.
    about = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="effects")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")
    # Whole ampoules (or tablets): into the kit above zero, out of it below.
    amount = models.SmallIntegerField(default=0)
    batch = models.CharField(max_length=40, blank=True)
    expires_on = models.DateField(null=True, blank=True)
    dose = models.CharField(max_length=120, blank=True)
    # The relative who gave the dose or was taught.
    person = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=400, blank=True)
    # Values of Flag.
    flags = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["happened_at", "recorded_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(kind="filled") | Q(amount__gt=0, item__isnull=False), name="fill_adds"),
            models.CheckConstraint(
                condition=~Q(kind__in=["given", "discarded"]) | Q(amount__lt=0, item__isnull=False),
                name="dose_takes_out",
            ),
        ]
        indexes = [models.Index(fields=["kit", "happened_at"])]

    def __str__(self) -> str:
        return self.get_kind_display()
