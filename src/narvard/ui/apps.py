"""Django's entry for the design system."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """The app `ui`: templates, static files and template tags; no models."""

    name = "narvard.ui"
    label = "ui"
