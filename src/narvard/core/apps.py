"""The core room."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Ids, time, errors, once-only, runs and the audit writer."""

    name = "narvard.core"
    label = "core"
