"""Estimated need, as cells: never rounded, never added up from rounded numbers."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# Scenarios have a folder of their own; Django finds a room's models here.
from narvard.capacity.scenarios.models import Scenario  # noqa: F401
from narvard.organisation.models import Municipality


class NeedCell(models.Model):
    """Estimated persons of a municipality, age band and segment under a named scenario of share assumptions."""

    class Segment(models.TextChoices):
        """As ``capacity.needs.Segment``."""

        MOST_SICK = "mest_sjuka", _("mest sjuka")
        PERIODICALLY_FRAIL = "multisviktande", _("multisviktande")
        FRAIL = "sviktande", _("sviktande")
        OTHER = "ovriga", _("övriga 65 år och äldre")

    scenario = models.CharField(max_length=40)
    municipality = models.ForeignKey(Municipality, on_delete=models.CASCADE, related_name="need_cells")
    age_band = models.CharField(max_length=10)
    segment = models.CharField(max_length=16, choices=Segment.choices)
    persons = models.FloatField()
    # Of ``persons``, how many need a mobile team.
    in_need = models.FloatField()
    source = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["scenario", "municipality", "age_band", "segment"], name="one_need_cell_per_place"
            ),
            models.CheckConstraint(
                condition=Q(persons__gte=0, in_need__gte=0, in_need__lte=models.F("persons")),
                name="need_within_persons",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scenario} {self.municipality_id} {self.age_band} {self.segment}"
