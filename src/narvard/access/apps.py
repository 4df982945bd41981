"""The access room."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Care relations, consent, the access decision and the guarded fetch."""

    name = "narvard.access"
    label = "access"
