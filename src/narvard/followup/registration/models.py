"""The notice that a person has been enrolled in municipal home nursing, from the municipality to the health centre.

Västra Götaland's report (seed 004): nothing told the health centre, so the target group could not be identified.
"""

import uuid

from django.db import models

from narvard.organisation.models import CareUnit, Commission
from narvard.people.models import ClinicalRecord


class HomeNursingNotice(ClinicalRecord):
    """Sent once to the health centre where the person is listed; ``owner_unit`` is the home nursing unit."""

    dated_by = "sent_at"
    open_to_all_related = True

    health_centre = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    sent_by = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField(null=True, blank=True)
    read_by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-sent_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "owner_unit", "health_centre"], name="one_notice_per_health_centre"
            )
        ]
        indexes = [models.Index(fields=["health_centre", "read_at"])]

    def __str__(self) -> str:
        return f"{self.sent_at:%Y-%m-%d}"

    def parties(self) -> frozenset[uuid.UUID]:
        """The unit that sent it and the one that it was sent to."""
        return frozenset({self.owner_unit_id, self.health_centre_id})
