"""The follow-up room."""

from django.apps import AppConfig


class FollowupConfig(AppConfig):
    """The follow-up room."""

    name = "narvard.followup"
    label = "followup"
