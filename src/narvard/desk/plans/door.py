"""Plans, kits and binders of a person with protected identity, for those who may not know where the person lives.

Such a reader reads what the care needs. Units are called by what kind they are (access.naming), and what somebody
wrote is shown without the names of places and units that would lead there. What leaves as paper, or names new units,
is for those who may know them.
"""

import re
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from narvard.access.guard import AccessDenied, OpenPatient
from narvard.care.kits.models import NeedsKit
from narvard.care.plans import queries
from narvard.care.plans.models import Contribution, Plan, PlanEvent, PlanVersion
from narvard.organisation.models import CareUnit, Commission

Role = Commission.Role
# Who opens plans, kits and binders. Whoever plans the day needs the visit and the place, not what is written in them.
PLAN_READERS = (Role.COORDINATOR, Role.TEAM, Role.PHYSICIAN, Role.WARD, Role.MUNICIPAL, Role.SOCIAL, Role.SENDER)
SHORTEST = 3


def refuse_unnamed(opened: OpenPatient) -> None:
    """Refuse what names units on paper, or sends to more of them."""
    if not opened.names_units:
        patient = opened.patient.pk
        raise AccessDenied("protected-identity", patient=patient, object_kind="plan", object_id=patient)


@dataclass(frozen=True)
class Veil:
    """Takes the names that lead to the person's home out of what people wrote."""

    pattern: re.Pattern[str] | None

    def over(self, value: Any) -> Any:
        """The text, or the texts of a list or a mapping, without the names."""
        if self.pattern is None:
            return value
        if isinstance(value, str):
            return self.pattern.sub(_("[dold plats]"), value)
        if isinstance(value, list):
            return [self.over(each) for each in value]
        return {key: self.over(each) for key, each in value.items()} if isinstance(value, dict) else value


def veil_of(opened: OpenPatient) -> Veil:
    """What must not be read by this reader of this person; nothing for one who may know the place."""
    if opened.names_units:
        return Veil(None)
    patient = opened.patient
    units = CareUnit.objects.filter(care_relations__patient=patient).values_list("name", "provider__name")
    words = {name for row in units for name in row}
    words |= {name for row in patient.addresses.values_list("street", "place") for name in row}
    words |= {str(row.name) for row in (patient.municipality, patient.listed_at, patient.lives_at) if row}
    own = {opened.by.unit.name, opened.by.unit.provider.name}
    told = sorted((row for row in words - own if len(row) >= SHORTEST), key=len, reverse=True)
    return Veil(re.compile("|".join(rf"\b{re.escape(row)}\w*" for row in told), re.IGNORECASE)) if told else Veil(None)


def plan_veiled(plan: Plan, veil: Veil) -> Plan:
    """The plan (as told) with what was written about it without the names."""
    if veil.pattern is not None:
        plan.end_reason = veil.over(plan.end_reason)
        for version in plan.versions.all():
            version.why, version.despite = veil.over(version.why), veil.over(version.despite)
    return plan


def kit_veiled(kit: NeedsKit, veil: Veil) -> NeedsKit:
    """The kit (as told) with what was written about it without the names."""
    if veil.pattern is not None:
        kit.place, kit.return_reason = veil.over(kit.place), veil.over(kit.return_reason)
        for event in kit.events.all():
            event.note = veil.over(event.note)
    return kit


def parts_of(version: PlanVersion, opened: OpenPatient, veil: Veil) -> list[Contribution]:
    """What stands in a version, as the reader may read it."""
    parts = opened.readable(queries.contributions_of(version))
    if veil.pattern is not None:
        for part in parts:
            part.content = veil.over(part.content)
    return parts


def events_of(plan: Plan, opened: OpenPatient, veil: Veil) -> list[PlanEvent]:
    """What has happened to the plan, as the reader may read it."""
    events = [opened.told(row) for row in queries.events_of(plan)]
    if veil.pattern is not None:
        for event in events:
            event.note = veil.over(event.note)
    return events
