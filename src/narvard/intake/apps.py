"""The intake room."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Care requests, programme versions with criteria, triage."""

    name = "narvard.intake"
    label = "intake"
