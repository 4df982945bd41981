"""The binder in the home: each version that was printed, what stood in it, and which one lies there."""

import uuid

from django.db import models

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
