"""A month's report as it was made: its words and figures are never altered."""

from django.db import models

from narvard.core.models import Record
from narvard.organisation.models import Commission


class MonthlyReport(Record):
    """The report of one care area and month. ``content`` is all that stands in it."""

    care_area = models.CharField(max_length=40)
    # The first day of the month that it tells of.
    month = models.DateField()
    content = models.JSONField()
    made_at = models.DateTimeField()
    # Nobody when the clock made it.
    made_by = models.ForeignKey(Commission, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["care_area", "-month"]
        constraints = [models.UniqueConstraint(fields=["care_area", "month"], name="one_report_per_month")]

    def __str__(self) -> str:
        return f"{self.care_area} {self.month:%Y-%m}"
