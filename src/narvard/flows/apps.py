"""The flows room."""

from django.apps import AppConfig


class FlowsConfig(AppConfig):
    """The flows room."""

    name = "narvard.flows"
    label = "flows"
