"""What was loaded into this database, so that a second start does not load again."""

from django.db import models


class DemoLoad(models.Model):
    """One finished load of the synthetic area. The rows of a load are the whole database."""

    date = models.DateField()
    seed = models.PositiveIntegerField()
    operating_model = models.CharField(max_length=12)
    # Changes when the loader makes another area of the same seed.
    edition = models.PositiveIntegerField()
    planned = models.BooleanField(default=False)
    seconds = models.FloatField(default=0.0)
    finished_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["date", "seed", "operating_model"], name="one_demo_load_per_area")
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.seed} {self.operating_model}"
