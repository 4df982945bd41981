"""A patient enrolled at a team, with a physician there and a nurse of the municipality, and what they write."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from narvard.access.models import CareRelation
from narvard.access.tests.factories import CareRelationFactory
from narvard.care.plans import actions
from narvard.care.plans.models import Plan
from narvard.care.tests.factories import AT, Area, make_area
from narvard.organisation.models import Commission, Profession
from narvard.organisation.tests.factories import CommissionFactory

STRATEGY: dict[str, dict[str, Any]] = {
    "aim": {"situation": "Spridd cancer, vill vara hemma", "level": "relief"},
    "course": {
        "expected": [
            {"what": "Andnöd", "do": "Morfin ur lådan, öppna fönster", "dont": "Inte 112", "where": "home"},
            {"what": "Smärta", "do": "Dos ur lådan", "dose": "Morfin 5 mg sc", "where": "call", "call": "Teamet"},
        ]
    },
    "wishes": {"place": "home", "unwanted": ["hospital", "cpr"], "agrees": "agrees"},
    "known": {"decided": "Personen, hustrun, läkaren och kommunens sjuksköterska"},
}
SIP_REGION: dict[str, dict[str, Any]] = {
    "person": {"matters": "Komma ut", "goals": "Gå till affären", "present": "Personen och dottern"},
    "efforts": {"rows": [{"what": "Träning", "who": "Teamet", "when": "måndagar"}]},
    "lead": {"responsible": "Anna, 070-174 06 05", "follow_up": "2027-01-15"},
}
SIP_MUNICIPALITY: dict[str, dict[str, Any]] = {
    "efforts": {"rows": [{"what": "Promenad", "who": "Hemsjukvården", "when": "varje dag"}]}
}


@dataclass
class Writers:
    """The area and those who write: the team's physician, the municipality's nurse."""

    area: Area
    physician: Commission
    nurse: Commission

    def start(
        self, kind: str = "strategy", at: datetime = AT, by: Commission | None = None, joint: bool = True
    ) -> Plan:
        """A plan with its first draft, sent to the municipality."""
        units = [self.nurse.unit] if joint else []
        return actions.start_plan(patient=self.area.patient, kind=kind, units=units, by=by or self.physician, at=at)

    def write(self, plan: Plan, texts: dict[str, Any], by: Commission | None = None, at: datetime = AT) -> None:
        """Write in the draft and sign."""
        actions.write_contributions(plan=plan, texts=texts, by=by or self.physician, at=at)
        actions.sign_contributions(plan=plan, by=by or self.physician, at=at)

    def strategy(self, at: datetime = AT, **changes: Any) -> Plan:
        """A strategy in force."""
        plan = self.start(at=at)
        self.write(plan, {**STRATEGY, **changes}, at=at)
        actions.adopt_plan(plan=plan, by=self.physician, at=at)
        return plan


def make_writers() -> Writers:
    """The patient is enrolled at the team, with home nursing."""
    area = make_area()
    area.enrol()
    physician = CommissionFactory(
        unit=area.team.unit, role=Commission.Role.PHYSICIAN, staff__profession=Profession.PHYSICIAN
    )
    nurse = area.home_nursing
    nurse.staff.profession = Profession.NURSE
    nurse.staff.save()
    CareRelationFactory(patient=area.patient, unit=nurse.unit, kind=CareRelation.Kind.HOME_NURSING)
    return Writers(area, physician, nurse)
