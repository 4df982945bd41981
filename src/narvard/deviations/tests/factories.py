"""A small world for deviations: a region's team and a municipality's nurses, with those who watch over each."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from narvard.access.models import CareRelation
from narvard.access.tests.factories import CareRelationFactory
from narvard.deviations import actions
from narvard.deviations.actions import Report
from narvard.deviations.models import Deviation
from narvard.organisation.models import CareProvider, CareUnit, Commission
from narvard.organisation.tests.factories import CareProviderFactory, CareUnitFactory, CommissionFactory
from narvard.people.models import Patient
from narvard.people.tests.factories import PatientFactory

AT = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)  # Monday 07:30 in Sweden
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WHAT = "Överlämnad utan läkemedelslista. Örjan Ångström fick vänta på sin dos till i går kväll."


@dataclass
class World:
    """One commission at each place, and a patient whom only the team may open."""

    reporter: Commission
    colleague: Commission
    nurse: Commission
    other_nurse: Commission
    mas: Commission
    chief: Commission
    other_mas: Commission
    outsider: Commission
    administrator: Commission
    patient: Patient

    def report(self, at: datetime = AT, by: Commission | None = None, **fields: object) -> Deviation:
        """Sent from the team to the municipality's nurses."""
        unit = fields.pop("unit", self.nurse.unit)
        patient = fields.pop("patient", self.patient)
        values = {"kind": "handover", "what": WHAT, "happened_at": at - HOUR, **fields}
        return actions.report_deviation(
            unit=unit, report=Report(**values), by=by or self.reporter, at=at, patient=patient
        )

    def answered(self, at: datetime = AT + DAY) -> Deviation:
        """One that has been received and answered."""
        row = actions.receive(deviation=self.report(), by=self.nurse, at=at)
        return actions.answer(
            deviation=row, cause="Listan skrevs ut för tidigt", measures="Ny rutin", by=self.nurse, at=at
        )


def make_world() -> World:
    """A fresh world."""
    region = CareProviderFactory(name="Region Västerbotten")
    municipality = CareProviderFactory(name="Vännäs kommun", kind=CareProvider.Kind.MUNICIPALITY)
    elsewhere = CareProviderFactory(name="Umeå kommun", kind=CareProvider.Kind.MUNICIPALITY)
    kinds, roles = CareUnit.Kind, Commission.Role

    def at_unit(kind, name, role, provider, **fields) -> Commission:
        unit = CareUnitFactory(kind=kind, name=name, provider=provider)
        return CommissionFactory(unit=unit, role=role, **fields)

    reporter = at_unit(kinds.TEAM, "Mobila teamet", roles.TEAM, region)
    patient = PatientFactory(given_name="Örjan", family_name="Ångström")
    CareRelationFactory(patient=patient, unit=reporter.unit, kind=CareRelation.Kind.ENROLMENT)
    return World(
        reporter=reporter,
        colleague=CommissionFactory(unit=reporter.unit, role=roles.TEAM),
        nurse=at_unit(kinds.HOME_NURSING, "Hemsjukvården Vännäs", roles.MUNICIPAL, municipality),
        other_nurse=at_unit(kinds.HOME_NURSING, "Hemsjukvården Umeå", roles.MUNICIPAL, elsewhere),
        mas=at_unit(kinds.SAFETY, "MAS och MAR Vännäs", roles.SAFETY, municipality, purpose="safety"),
        chief=at_unit(kinds.MANAGEMENT, "Gemensam ledning", roles.MANAGER, region, purpose="follow_up"),
        other_mas=at_unit(kinds.SAFETY, "MAS och MAR Umeå", roles.SAFETY, elsewhere, purpose="safety"),
        outsider=at_unit(kinds.WARD, "Kirurgen", roles.WARD, region),
        administrator=at_unit(kinds.MANAGEMENT, "Förvaltningen", roles.ADMINISTRATOR, region, purpose="administration"),
        patient=patient,
    )
