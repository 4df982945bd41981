"""Factories of the people room. Identifiers are Skatteverket's official test numbers, never made up."""

from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from narvard.organisation.tests.factories import MunicipalityFactory
from narvard.people.identifiers import official_test_numbers
from narvard.people.models import Address, Patient, PatientIdentifier

REGISTERED = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
OLD_NUMBERS = sorted(n for n in official_test_numbers() if n.startswith("193"))


class PatientFactory(DjangoModelFactory[Patient]):
    """An old person at an address in Umeå, with an official test number."""

    class Meta:
        model = Patient
        skip_postgeneration_save = True

    given_name = "Örjan"
    family_name = factory.Sequence(lambda n: f"Ångström{n}")
    birth_date = date(1938, 5, 6)
    sex = Patient.Sex.MALE
    municipality = factory.SubFactory(MunicipalityFactory)
    registered_at = REGISTERED

    @factory.post_generation
    def identifier(self, create, extracted, **kwargs):
        value = extracted or OLD_NUMBERS[PatientIdentifier.objects.count() % len(OLD_NUMBERS)]
        PatientIdentifier.objects.create(patient=self, system=PatientIdentifier.System.PERSONNUMMER, value=value)

    @factory.post_generation
    def address(self, create, extracted, **kwargs):
        values = {"street": "Storgatan 1", "place": "Umeå", "latitude": 63.825, "longitude": 20.26, **(extracted or {})}
        Address.objects.create(patient=self, since=REGISTERED, **values)
