"""The people room."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Patients, identifiers, addresses, relatives, facts."""

    name = "narvard.people"
    label = "people"
