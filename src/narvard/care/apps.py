"""The care room."""

from django.apps import AppConfig


class CareConfig(AppConfig):
    """Episodes, the responsibility ledger, hand-overs, designated contacts."""

    name = "narvard.care"
    label = "care"
