"""The organisation room."""

from django.apps import AppConfig


class OrganisationConfig(AppConfig):
    """Care providers, units, programmes and teams, staff, commissions, cars, bases, opening hours."""

    name = "narvard.organisation"
    label = "organisation"
