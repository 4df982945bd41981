"""A saved scenario: what was asked and what came out. A changed scenario is a new one, so a link stays true."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from narvard.core.models import Record
from narvard.organisation.models import CareUnit, Commission


class Scenario(Record):
    """An edited copy of an operating model and what the twin made of it. Numbers only, never persons."""

    class SeenBy(models.TextChoices):
        AREA = "area", _("ledningen i region och kommuner")
        UNIT = "unit", _("bara vår enhet")

    title = models.CharField(max_length=120)
    care_area = models.CharField(max_length=40, db_index=True)
    owner_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(Commission, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    seen_by = models.CharField(max_length=4, choices=SeenBy.choices, default=SeenBy.AREA)
    copy_of = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="copies")
    # A `Definition` as plain data: all that a run needs.
    definition = models.JSONField()
    # What `results.plain` gave; null until a run is done.
    result = models.JSONField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(result=None, finished_at=None) | (~Q(result=None) & ~Q(finished_at=None)),
                name="scenario_result_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title
