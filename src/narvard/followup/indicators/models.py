"""Figures as they were reckoned: numbers only, and none that would tell of too few."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from narvard.core.models import Record


class Snapshot(Record):
    """The figures of one care area and period, as reckoned at an instant. A later reckoning replaces its figures."""

    class Span(models.TextChoices):
        """As ``periods.Span``."""

        MONTH = "month", _("månad")
        YEAR = "year", _("tolv månader")
        WEEK = "week", _("vecka")

    care_area = models.CharField(max_length=40)
    span = models.CharField(max_length=6, choices=Span.choices)
    # What names the span (for a year: its last month), and the days [start, end) that are counted.
    named = models.DateField()
    start = models.DateField()
    end = models.DateField()
    scenario = models.CharField(max_length=40)
    reckoned_at = models.DateTimeField()

    class Meta:
        ordering = ["care_area", "span", "-named"]
        constraints = [
            models.UniqueConstraint(fields=["care_area", "span", "named"], name="one_snapshot_per_span"),
            models.CheckConstraint(condition=models.Q(end__gt=models.F("start")), name="snapshot_period"),
        ]

    def __str__(self) -> str:
        return f"{self.care_area} {self.span} {self.named}"


class KeptFigure(models.Model):
    """One indicator of a snapshot: for a programme, municipality and segment, or for all of each."""

    ALL = "*"

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="figures")
    indicator = models.SlugField(max_length=40, db_index=False)
    # The programme's key and the municipality's code; empty is all of them.
    programme = models.SlugField(max_length=60, blank=True, default="", db_index=False)
    municipality = models.CharField(max_length=4, blank=True, default="")
    # "*" is everybody; empty is those not assessed.
    segment = models.CharField(max_length=16, blank=True, default=ALL)
    count = models.IntegerField(null=True)
    of = models.FloatField(null=True)
    value = models.FloatField(null=True)
    low = models.FloatField(null=True)
    high = models.FloatField(null=True)
    # Too few to be shown: then the five above are empty.
    hidden = models.BooleanField(default=False)
    # What chance allows: target, low95, high95, low998, high998, outside (0, 1, 2); empty where there is no funnel.
    funnel = models.JSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["snapshot", "indicator", "programme", "municipality", "segment"],
                name="one_figure_per_place",
            )
        ]
        indexes = [models.Index(fields=["snapshot", "segment", "indicator"])]

    def __str__(self) -> str:
        return f"{self.indicator} {self.snapshot_id}"


class KeptChart(models.Model):
    """The control chart of one indicator by week, for all, a municipality or a programme."""

    care_area = models.CharField(max_length=40)
    indicator = models.SlugField(max_length=40, db_index=False)
    # The programme's key and the municipality's code; empty is all of them.
    programme = models.SlugField(max_length=60, blank=True, default="", db_index=False)
    municipality = models.CharField(max_length=4, blank=True, default="")
    # Rows of start, value, centre, low, high, outside; then how long the longest run and how many the crossings are.
    points = models.JSONField()
    longest_run = models.PositiveSmallIntegerField()
    longest_run_limit = models.PositiveSmallIntegerField()
    crossings = models.PositiveSmallIntegerField()
    crossings_limit = models.PositiveSmallIntegerField()
    reckoned_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["care_area", "indicator", "programme", "municipality"],
                name="one_chart_per_place",
            )
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.care_area}"

    @property
    def signal(self) -> bool:
        """Whether chance hardly explains it: a point outside, a run too long, or too few crossings."""
        shifted = self.longest_run > self.longest_run_limit or self.crossings < self.crossings_limit
        return shifted or any(point["outside"] for point in self.points)
