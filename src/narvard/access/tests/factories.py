"""Factories of the access room."""

import uuid

import factory
from factory.django import DjangoModelFactory

from narvard.access.models import CareRelation, Consent
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory
from narvard.people.tests.factories import REGISTERED, PatientFactory


class CareRelationFactory(DjangoModelFactory[CareRelation]):
    class Meta:
        model = CareRelation

    patient = factory.SubFactory(PatientFactory)
    unit = factory.SubFactory(CareUnitFactory)
    kind = CareRelation.Kind.ENROLMENT
    since = REGISTERED
    source_kind = "test"
    source_id = factory.LazyFunction(uuid.uuid4)


class ConsentFactory(DjangoModelFactory[Consent]):
    class Meta:
        model = Consent

    patient = factory.SubFactory(PatientFactory)
    kind = Consent.Kind.ENROLMENT
    how = Consent.How.SPOKEN
    since = REGISTERED
    recorded_by = factory.SubFactory(CommissionFactory)
