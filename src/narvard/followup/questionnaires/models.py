"""Rounds of questionnaires, their codes and their answers. No row ties a code to a person or to an answer."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from narvard.core.models import Record, Versioned
from narvard.organisation.models import CareUnit, Commission


class Round(Record, Versioned):
    """A questionnaire put to the people of one unit for some weeks."""

    class To(models.TextChoices):
        PATIENT = "patient", _("patienter")
        RELATIVE = "relative", _("närstående")
        STAFF = "staff", _("medarbetare")

    questionnaire = models.CharField(max_length=20, choices=To.choices)
    unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+")
    opens_on = models.DateField()
    # The first day on which it no longer takes answers; results are shown from then on.
    closes_on = models.DateField()
    # Codes that were printed but never handed out.
    not_handed_out = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    synthetic = models.BooleanField(default=False)
    # The same for rounds that the joint management began together, at units of several providers.
    together = models.UUIDField(null=True, db_index=True)

    class Meta:
        ordering = ["-closes_on", "unit__sort_key"]
        constraints = [models.CheckConstraint(condition=Q(closes_on__gt=F("opens_on")), name="round_has_days")]

    def __str__(self) -> str:
        return f"{self.get_questionnaire_display()} {self.opens_on}"


class Code(models.Model):
    """A code that may be answered with once: kept as a keyed hash, without any time."""

    digest = models.CharField(max_length=64, primary_key=True)
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="codes")
    used = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.digest[:8]


class Response(Record):
    """One answered questionnaire: what was answered, and in which week (its Monday)."""

    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="responses")
    week = models.DateField()
    # Question to step of the scale; a question that was passed over is not there.
    answers = models.JSONField()

    def __str__(self) -> str:
        return str(self.week)


class WrongCode(models.Model):
    """Somebody typed a code that is not there: counted by a keyed hash of the address, for some minutes."""

    address = models.CharField(max_length=64, db_index=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.at)
