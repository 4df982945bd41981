"""Factories of the organisation room: one line makes a unit, a person at work, a commission."""

from datetime import date

import factory
from factory.django import DjangoModelFactory

from narvard.core.models import User
from narvard.core.sorting import sort_key
from narvard.organisation.models import (
    Base,
    Car,
    CareProvider,
    CareUnit,
    Commission,
    Competence,
    Employment,
    Municipality,
    Profession,
    Programme,
    Staff,
    Team,
)


class MunicipalityFactory(DjangoModelFactory[Municipality]):
    class Meta:
        model = Municipality
        django_get_or_create = ("code",)

    code = "2480"
    name = "Umeå"
    sort_key = factory.LazyAttribute(lambda row: sort_key(row.name))
    care_area = "umea"
    latitude = 63.8258
    longitude = 20.2630


class CareProviderFactory(DjangoModelFactory[CareProvider]):
    class Meta:
        model = CareProvider

    name = factory.Sequence(lambda n: f"Region {n}")
    kind = CareProvider.Kind.REGION
    hsa_id = factory.Sequence(lambda n: f"SE-P{n:06}")


class CareUnitFactory(DjangoModelFactory[CareUnit]):
    class Meta:
        model = CareUnit

    name = factory.Sequence(lambda n: f"Enhet {n}")
    provider = factory.SubFactory(CareProviderFactory)
    kind = CareUnit.Kind.CLINIC
    hsa_id = factory.Sequence(lambda n: f"SE-U{n:06}")
    care_area = "umea"
    phone = "08-465 004 00"
    latitude = 63.8176
    longitude = 20.298


class ProgrammeFactory(DjangoModelFactory[Programme]):
    class Meta:
        model = Programme

    key = factory.Sequence(lambda n: f"program-{n}")
    name = factory.Sequence(lambda n: f"Program {n}")


class BaseFactory(DjangoModelFactory[Base]):
    class Meta:
        model = Base

    name = factory.Sequence(lambda n: f"Bas {n}")
    municipality = factory.SubFactory(MunicipalityFactory)
    latitude = 63.8176
    longitude = 20.298


class TeamFactory(DjangoModelFactory[Team]):
    """A team with its unit; it covers the municipality of its base."""

    class Meta:
        model = Team
        skip_postgeneration_save = True

    unit = factory.SubFactory(CareUnitFactory, kind=CareUnit.Kind.TEAM)
    programme = factory.SubFactory(ProgrammeFactory)
    base = factory.SubFactory(BaseFactory)

    @factory.post_generation
    def municipalities(self, create, extracted, **kwargs):
        self.municipalities.set(extracted or [self.base.municipality])


class CarFactory(DjangoModelFactory[Car]):
    class Meta:
        model = Car

    base = factory.SubFactory(BaseFactory)
    label = factory.Sequence(lambda n: f"Bil {n}")


class CompetenceFactory(DjangoModelFactory[Competence]):
    class Meta:
        model = Competence
        django_get_or_create = ("key",)

    key = factory.Sequence(lambda n: f"kompetens-{n}")
    name = factory.LazyAttribute(lambda row: row.key)


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user{n}")


class StaffFactory(DjangoModelFactory[Staff]):
    class Meta:
        model = Staff

    user = factory.SubFactory(UserFactory)
    given_name = "Åsa"
    family_name = factory.Sequence(lambda n: f"Öberg{n}")
    profession = Profession.NURSE
    hsa_id = factory.Sequence(lambda n: f"SE-S{n:06}")


class EmploymentFactory(DjangoModelFactory[Employment]):
    class Meta:
        model = Employment

    staff = factory.SubFactory(StaffFactory)
    provider = factory.SubFactory(CareProviderFactory)
    since = date(2020, 1, 1)


class CommissionFactory(DjangoModelFactory[Commission]):
    """A person at work at a unit; ``unit=``, ``role=`` and ``staff__profession=`` are what tests vary."""

    class Meta:
        model = Commission

    staff = factory.SubFactory(StaffFactory)
    unit = factory.SubFactory(CareUnitFactory)
    role = Commission.Role.TEAM
    hsa_id = factory.Sequence(lambda n: f"SE-C{n:06}")
    since = date(2020, 1, 1)
