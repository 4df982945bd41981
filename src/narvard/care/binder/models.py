"""The binder in the home: each version that was printed, what stood in it, and which one lies there."""

import uuid

from django.db import models
from django.db.models import Q

from narvard.access.models import Consent
from narvard.core.models import StoredFile
from narvard.organisation.models import CareUnit, Commission
from narvard.people.models import ClinicalRecord


class Binder(ClinicalRecord):
    """One printed version of a person's binder (pärm). ``content`` is all that stands in it, and is never altered."""

    dated_by = "made_at"

    number = models.PositiveIntegerField()
    units = models.ManyToManyField(CareUnit, related_name="+")
    content = models.JSONField()
    # What it was made from: when this differs from what holds now, the paper is out of date.
    basis = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")
    # When it was put in the home; the one put there last lies there.
    placed_at = models.DateTimeField(null=True, blank=True)
    placed_by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["patient", "number"], name="one_binder_per_number")]

    def __str__(self) -> str:
        return f"{self.number}"

    def parties(self) -> frozenset[uuid.UUID]:
        """The units whose plans and kits stand in it (fetch ``units`` beforehand)."""
        return frozenset({self.owner_unit_id, *(unit.pk for unit in self.units.all())})


class BinderPicture(ClinicalRecord, StoredFile):
    """A photo or drawing that shows how something is done at home, taken with the person's yes.

    It is sent to ``units``, as a joint plan is. One that is removed stands in no binder any more, printed again or new.
    """

    dated_by = "added_at"

    units = models.ManyToManyField(CareUnit, related_name="+")
    title = models.CharField(max_length=120)
    text = models.CharField(max_length=400, blank=True)
    consent_how = models.CharField(max_length=10, choices=Consent.How.choices)
    consent_given_by = models.CharField(max_length=120, blank=True)
    added_by = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["added_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True) | Q(removed_by__isnull=False), name="removed_picture_has_remover"
            )
        ]

    def __str__(self) -> str:
        return f"{self.added_at:%Y-%m-%d}"

    def parties(self) -> frozenset[uuid.UUID]:
        """The units that it has been sent to (fetch ``units`` beforehand)."""
        return frozenset({self.owner_unit_id, *(unit.pk for unit in self.units.all())})
