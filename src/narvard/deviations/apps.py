"""The deviations room."""

from django.apps import AppConfig


class DeviationsConfig(AppConfig):
    """Deviations between organisations: reported, answered, counted; apart from the record."""

    name = "narvard.deviations"
    label = "deviations"
