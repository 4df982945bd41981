"""Agreements, what has been decided of their outcome parts, and the statements that have been settled."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from narvard.core.models import Record, Run
from narvard.organisation.models import CareProvider, Commission, Programme


class Agreement(Record):
    """Who pays whom by which rule, [since, until). New terms are a new agreement."""

    class Rule(models.TextChoices):
        OUTCOME = "outcome", _("fast del och utfallsdelar")
        DAYS = "days", _("per patient och dag hemma")
        PERSONNEL = "personnel", _("del av personalkostnaden")
        SERVICE = "service", _("tjänsteköp per besök")

    name = models.CharField(max_length=120)
    rule = models.CharField(max_length=10, choices=Rule.choices)
    payer = models.ForeignKey(CareProvider, on_delete=models.PROTECT, related_name="+")
    payee = models.ForeignKey(CareProvider, on_delete=models.PROTECT, related_name="+")
    # Whose patients; none means every programme.
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, null=True, related_name="+")
    # Sums in kronor and shares as text, read by `terms.read`.
    terms = models.JSONField()
    since = models.DateField()
    until = models.DateField(null=True)
    made_by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    synthetic = models.BooleanField(default=False)
    # What an outcome rule pays where there is no effect: kept as long as the agreement is.
    payout_run = models.ForeignKey(Run, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["name", "since"]
        constraints = [
            models.CheckConstraint(condition=~Q(payer=F("payee")), name="nobody_pays_oneself"),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gt=F("since")), name="agreement_has_days"),
        ]

    def __str__(self) -> str:
        return self.name


class PartDecision(Record):
    """Whether an outcome part is paid for a month, and why. The newest counts; the earlier stay."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="decisions")
    part = models.CharField(max_length=20)
    # The first day of the month.
    month = models.DateField()
    met = models.BooleanField()
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return f"{self.part} {self.month}"


class Settled(Record):
    """A month's statement as it was settled: its lines never change afterwards."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="settled")
    month = models.DateField()
    lines = models.JSONField()
    total = models.DecimalField(max_digits=14, decimal_places=2)
    by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agreement", "month"], name="one_statement_per_month")]

    def __str__(self) -> str:
        return str(self.month)
