"""The capacity room."""

from django.apps import AppConfig


class CapacityConfig(AppConfig):
    """The capacity room."""

    name = "narvard.capacity"
    label = "capacity"
