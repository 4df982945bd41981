"""A small care area for the care room's tests: a team, home nursing, a health centre, a ward, and one patient."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from narvard.access.actions import choose
from narvard.access.models import ActiveChoice, CareRelation, Consent
from narvard.access.tests.factories import CareRelationFactory, ConsentFactory
from narvard.care import actions, queries
from narvard.care.actions.handovers import Content
from narvard.care.ledger import MAIN_KINDS
from narvard.care.models import Episode, Handover
from narvard.organisation.models import CareProvider, CareUnit, Commission
from narvard.organisation.tests.factories import (
    CareProviderFactory,
    CareUnitFactory,
    CommissionFactory,
    MunicipalityFactory,
    TeamFactory,
)
from narvard.people.models import Patient
from narvard.people.tests.factories import REGISTERED, PatientFactory

AT = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)  # Monday 07:30 in Sweden
HOUR = timedelta(hours=1)


@dataclass
class Area:
    """One commission at each kind of unit, and the patient."""

    team: Commission
    other_team: Commission
    home_nursing: Commission
    health_centre: Commission
    ward: Commission
    home_help: Commission
    patient: Patient

    def met(self, commission: Commission, patient: Patient | None = None) -> None:
        """The commission's unit has met the patient before, so that care may begin there without a request."""
        CareRelationFactory(
            patient=patient or self.patient,
            unit=commission.unit,
            kind=CareRelation.Kind.CONTACT,
            since=REGISTERED,
            until=REGISTERED + HOUR,
        )

    def relate(self, commission: Commission, **fields: object) -> CareRelation:
        """The commission's unit has a current care relation to the patient."""
        return CareRelationFactory(patient=self.patient, unit=commission.unit, **fields)

    def chosen(self, commission: Commission) -> ActiveChoice:
        """The person has chosen to read beyond the own unit."""
        return choose(patient=self.patient, why=ActiveChoice.Why.VISIT, by=commission, at=AT)

    def consent(self, at: datetime = AT, **fields: object) -> Consent:
        """The patient has said yes to the team."""
        return ConsentFactory(patient=self.patient, recorded_by=self.team, since=at, **fields)

    def enrol(self, at: datetime = AT, by: Commission | None = None, **holders: Commission) -> Episode:
        """The patient enrolled at ``by`` (the team); holders by kind are commissions."""
        by = by or self.team
        if not queries.knows(self.patient, by.unit_id, at):
            self.met(by)
        units = {kind: holders.get(kind, by).unit for kind in MAIN_KINDS}
        return actions.enrol(
            patient=self.patient, unit=by.unit, holders=units, consent=self.consent(min(at, AT)), by=by, at=at
        )

    def propose(self, episode: Episode, receiver: Commission, at: datetime = AT + HOUR, **fields: object) -> Handover:
        values = {"kinds": list(MAIN_KINDS), "content": Content(reason="Stabil, klarar sig hemma"), **fields}
        return actions.propose_handover(episode=episode, receiver=receiver.unit, by=self.team, at=at, **values)


def make_area() -> Area:
    """A fresh area with commissions at every kind of unit; the team has met the patient before."""
    umea = MunicipalityFactory()
    region = CareProviderFactory(name="Region Västerbotten")
    municipality = CareProviderFactory(name="Umeå kommun", kind=CareProvider.Kind.MUNICIPALITY, municipality=umea)

    def at_unit(kind: str, name: str, role: str, provider: CareProvider = region) -> Commission:
        unit = CareUnitFactory(kind=kind, name=name, provider=provider, municipality=umea)
        return CommissionFactory(unit=unit, role=role)

    def at_team(name: str) -> Commission:
        return CommissionFactory(unit=TeamFactory(unit__name=name, unit__provider=region).unit)

    kinds, roles = CareUnit.Kind, Commission.Role
    area = Area(
        team=at_team("Mobila teamet"),
        other_team=at_team("Palliativa teamet"),
        home_nursing=at_unit(kinds.HOME_NURSING, "Hemsjukvården Umeå", roles.MUNICIPAL, municipality),
        health_centre=at_unit(kinds.HEALTH_CENTRE, "Ålidhems hälsocentral", roles.PHYSICIAN),
        ward=at_unit(kinds.WARD, "Geriatriken", roles.WARD),
        home_help=at_unit(kinds.HOME_HELP, "Hemtjänsten Ersboda", roles.SOCIAL, municipality),
        patient=PatientFactory(),
    )
    area.patient.listed_at = area.health_centre.unit
    area.patient.home_nursing = True
    area.patient.save()
    area.met(area.team)
    return area
