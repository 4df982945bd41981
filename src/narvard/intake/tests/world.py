"""A small joint area for tests: an intake, teams with their programmes in force, and the people who send requests."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from narvard.core import audit
from narvard.intake.actions import Suggestion, assign_request, load_programmes, register_request, take_request
from narvard.intake.definitions import packaged, read
from narvard.intake.models import CareRequest
from narvard.organisation.models import CareProvider, CareUnit, Commission, Profession, Programme
from narvard.organisation.tests.factories import (
    CareProviderFactory,
    CareUnitFactory,
    CommissionFactory,
    MunicipalityFactory,
    TeamFactory,
)
from narvard.people.models import Patient
from narvard.people.tests.factories import PatientFactory

# Monday 2026-11-23 08:00 in Sweden.
NOW = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
Role = Commission.Role


@dataclass
class World:
    """Who and what the tests speak of."""

    patient: Patient
    intake: CareUnit
    got: CareUnit
    primar: CareUnit
    palliative: CareUnit
    ward: CareUnit
    nursing: CareUnit
    alarm: CareUnit
    coordinator: Commission
    got_nurse: Commission
    primar_nurse: Commission
    ward_nurse: Commission
    municipal_nurse: Commission
    operator: Commission
    outsider: Commission

    def send(self, **changes: Any) -> CareRequest:
        """A request from the ward about the patient, at ``NOW``."""
        values: dict[str, Any] = {
            "patient": self.patient,
            "intake": self.intake,
            "sender_unit": self.ward,
            "channel": "ward",
            "urgency": "acute",
            "question": "Utskrivning i dag, behöver uppföljning hemma",
            "by": self.ward_nurse,
            "at": NOW,
        }
        return register_request(**(values | changes))

    def asked(self, **changes: Any) -> CareRequest:
        """A request that GÖT has been asked about."""
        row = self.send(**changes)
        return assign_request(
            request=row.pk, team=self.got, suggestion=Suggestion("eligible"), by=self.coordinator, at=NOW
        )

    def accepted(self, **changes: Any) -> CareRequest:
        """A request that GÖT has accepted."""
        return take_request(request=self.asked(**changes).pk, by=self.got_nurse, at=NOW)


def build() -> World:
    """Make the world; call it in a test that has a database."""
    region = CareProviderFactory(name="Region Västerbotten")
    vannas = CareProviderFactory(name="Vännäs kommun", kind=CareProvider.Kind.MUNICIPALITY)
    umea, robertsfors = MunicipalityFactory(), MunicipalityFactory(code="2409", name="Robertsfors")
    load_programmes(decided_by="Gemensam ledning", valid_from=date(2026, 1, 1), by=audit.SYSTEM, at=NOW)
    kind = CareUnit.Kind
    units = {
        "intake": CareUnitFactory(name="Gemensamt intag", provider=region, kind=kind.INTAKE),
        "ward": CareUnitFactory(name="Medicinavdelning", provider=region, kind=kind.WARD),
        "nursing": CareUnitFactory(name="Hemsjukvården", provider=vannas, kind=kind.HOME_NURSING),
        "alarm": CareUnitFactory(name="Vårdlarmcentralen", provider=region, kind=kind.ALARM_CENTRE),
        "got": _team(region, "GÖT", "got", umea, robertsfors),
        "primar": _team(region, "PrimÄR Teg", "primar", umea),
        "palliative": _team(region, "Palliativt team", "palliativ_vasterbotten", umea, robertsfors),
    }
    return World(
        patient=PatientFactory(municipality=umea),
        coordinator=_at_work(units["intake"], Role.COORDINATOR),
        got_nurse=_at_work(units["got"], Role.TEAM),
        primar_nurse=_at_work(units["primar"], Role.TEAM),
        ward_nurse=_at_work(units["ward"], Role.WARD),
        municipal_nurse=_at_work(units["nursing"], Role.MUNICIPAL),
        operator=_at_work(units["alarm"], Role.SENDER, Profession.OPERATOR),
        outsider=_at_work(CareUnitFactory(name="Annan klinik", provider=region), Role.WARD),
        **units,
    )


def _team(provider: CareProvider, name: str, programme: str, *places: Any) -> CareUnit:
    team = TeamFactory(
        unit__name=name,
        unit__provider=provider,
        programme=Programme.objects.get(key=programme),
        base__municipality=places[0],
        municipalities=places,
    )
    return team.unit


def _at_work(unit: CareUnit, role: str, profession: str = Profession.NURSE) -> Commission:
    return CommissionFactory(unit=unit, role=role, staff__profession=profession)


def pace(key: str, clocks: str) -> None:
    """Give the programme ``key`` times of its own: ``call_back_minutes: {advice: 30}``."""
    text = next(row for row in packaged() if row.key == key).text
    source = "  clocks: {basis: operational, why: {sv: prövas, en: tried}}"
    assert text.count("\nevidence:\n") == 1
    definition = read(text.replace("\nevidence:\n", f"\nclocks: {{{clocks}}}\nevidence:\n{source}\n"), f"{key}.yaml")
    load_programmes(
        decided_by="Gemensam ledning", valid_from=date(2026, 6, 1), by=audit.SYSTEM, at=NOW, definitions=[definition]
    )
