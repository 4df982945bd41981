"""Factories of the visits room, and a small area to plan: a team, a municipality, a planner, a base."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import factory
from factory.django import DjangoModelFactory

from narvard.access.models import CareRelation
from narvard.access.tests.factories import CareRelationFactory
from narvard.care.models import Episode
from narvard.core.calendar import at_local
from narvard.organisation.models import Base, CareUnit, Commission, Profession
from narvard.organisation.tests.factories import BaseFactory, CareUnitFactory, CommissionFactory
from narvard.people.models import Patient
from narvard.people.tests.factories import PatientFactory
from narvard.visits.models import NeedRole, Shift, Visit, VisitNeed, VisitRole

MONDAY = date(2026, 11, 23)
AT = datetime(2026, 11, 23, 5, 30, tzinfo=UTC)
"""06:30 in Umeå, before the day begins."""


def clock(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
    """The instant of a local wall-clock time."""
    return at_local(day, hour * 60 + minute)


class EpisodeFactory(DjangoModelFactory[Episode]):
    class Meta:
        model = Episode

    patient = factory.SubFactory(PatientFactory)
    unit = factory.SubFactory(CareUnitFactory, kind=CareUnit.Kind.TEAM)
    owner_unit = factory.SelfAttribute("unit")
    kind = Episode.Kind.CONTACT
    form = Episode.Form.SINGLE_VISIT
    started_at = AT
    started_by = factory.SubFactory(CommissionFactory, unit=factory.SelfAttribute("..unit"))


class VisitNeedFactory(DjangoModelFactory[VisitNeed]):
    class Meta:
        model = VisitNeed
        skip_postgeneration_save = True

    episode = factory.SubFactory(EpisodeFactory)
    patient = factory.SelfAttribute("episode.patient")
    owner_unit = factory.SelfAttribute("episode.unit")
    what = "Omläggning av bensår"
    minutes = 30
    first_on = MONDAY
    every_days = 1

    @factory.post_generation
    def roles(self, create, extracted, **kwargs):
        for position, unit in enumerate(extracted or [self.owner_unit], start=1):
            NeedRole.objects.create(need=self, position=position, unit=unit)


class ShiftFactory(DjangoModelFactory[Shift]):
    """A day shift without a break; give ``break_minutes`` where the break matters."""

    class Meta:
        model = Shift

    commission = factory.SubFactory(CommissionFactory)
    date = factory.LazyAttribute(lambda row: row.starts_at.date())
    starts_at = clock(8)
    ends_at = clock(16)
    base = factory.SubFactory(BaseFactory)
    break_minutes = 0


class VisitFactory(DjangoModelFactory[Visit]):
    """A visit to plan; ``roles=[unit, …]`` says who must come, one from the owner's unit when not given."""

    class Meta:
        model = Visit
        skip_postgeneration_save = True

    episode = factory.SubFactory(EpisodeFactory)
    patient = factory.SelfAttribute("episode.patient")
    owner_unit = factory.SelfAttribute("episode.unit")
    date = MONDAY
    what = "Omläggning av bensår"
    minutes = 30
    window_start = clock(8)
    window_end = clock(15)

    @factory.post_generation
    def roles(self, create, extracted, **kwargs):
        for position, unit in enumerate(extracted or [self.owner_unit], start=1):
            VisitRole.objects.create(visit=self, position=position, unit=unit)


@dataclass
class Area:
    """A small care area: a mobile team and a municipality's home nursing of different providers, and a planner."""

    planner: Commission
    nurse: Commission
    colleague: Commission
    municipal: Commission
    base: Base

    @property
    def team(self) -> CareUnit:
        """The mobile team's unit."""
        return self.nurse.unit

    def episode(self, **patient: object) -> Episode:
        """A patient with a contact with the team."""
        return EpisodeFactory(unit=self.team, started_by=self.nurse, patient=PatientFactory(**patient))

    def visit(self, *units: CareUnit, patient: Patient | None = None, **fields: object) -> Visit:
        """A visit of the team's, to be made by the team or by ``units`` together."""
        episode = self.episode() if patient is None else EpisodeFactory(unit=self.team, patient=patient)
        return VisitFactory(episode=episode, roles=list(units) or [self.team], **fields)

    def shift(self, commission: Commission, **fields: object) -> Shift:
        """A day shift from the area's base."""
        return ShiftFactory(commission=commission, base=self.base, **fields)

    def relate(self, commission: Commission, to: Visit | Patient) -> CareRelation:
        """What a visit gives the unit of those who come; with a patient, what another visit gave."""
        patient, source = (to.patient, {"source_id": to.pk}) if isinstance(to, Visit) else (to, {})
        return CareRelationFactory(patient=patient, unit=commission.unit, kind=CareRelation.Kind.VISIT, **source)


def make_area() -> Area:
    """The area that most tests of this room start from."""
    team = CareUnitFactory(name="Närsjukvårdsteamet", kind=CareUnit.Kind.TEAM)
    home_nursing = CareUnitFactory(name="Hemsjukvården Vännäs", kind=CareUnit.Kind.HOME_NURSING)
    intake = CareUnitFactory(name="Gemensamt intag", kind=CareUnit.Kind.INTAKE)
    return Area(
        planner=CommissionFactory(unit=intake, role=Commission.Role.PLANNER, staff__profession=Profession.PLANNER),
        nurse=CommissionFactory(unit=team),
        colleague=CommissionFactory(unit=team),
        municipal=CommissionFactory(
            unit=home_nursing, role=Commission.Role.MUNICIPAL, staff__profession=Profession.DISTRICT_NURSE
        ),
        base=BaseFactory(),
    )
