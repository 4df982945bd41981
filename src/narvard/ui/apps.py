"""The ui room."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """The ui room."""

    name = "narvard.ui"
    label = "ui"
