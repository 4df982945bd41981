"""Effect studies: what was asked, the de-identified table, and what was found."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from narvard.core.models import Record, Run
from narvard.organisation.models import CareProvider, Commission, Programme


class EffectStudy(Record):
    """One programme against what was without it: people enrolled in [since, until), or the whole months there are data
    of. Never changed once reckoned."""

    class Design(models.TextChoices):
        MATCHED = "matched", _("matchade personer")
        SERIES = "series", _("avbruten tidsserie")
        STEPPED = "stepped", _("stegvis införande")

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    # Whose utilisation data, and who may read it.
    provider = models.ForeignKey(CareProvider, on_delete=models.PROTECT, related_name="+")
    design = models.CharField(max_length=8, choices=Design.choices, default=Design.MATCHED)
    # Of series and steps: municipality to the day on which the programme started there; the others never did.
    starts = models.JSONField(default=dict)
    since = models.DateField()
    until = models.DateField()
    # Days before the index stay and after it.
    window = models.PositiveSmallIntegerField()
    run = models.OneToOneField(Run, on_delete=models.PROTECT, related_name="+")
    made_by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    # CSV, as it was analysed; empty when no comparison could be made.
    table = models.TextField(blank=True)
    result = models.JSONField(default=dict)

    class Meta:
        ordering = ["-made_at"]
        constraints = [models.CheckConstraint(condition=Q(until__gt=F("since")), name="study_has_days")]

    def __str__(self) -> str:
        return f"{self.programme_id} {self.since}"
