"""The visits room."""

from django.apps import AppConfig


class VisitsConfig(AppConfig):
    """Visit needs, activities, shifts, day plans, documentation."""

    name = "narvard.visits"
    label = "visits"
