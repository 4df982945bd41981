"""What programmes owe one who is discharged or got advice, by their definitions in force: a call, a visit at home."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from django.utils import timezone

from narvard.access.guard import OpenPatient
from narvard.access.queries import circumstances
from narvard.care.actions import impose_after_discharge, impose_call_back
from narvard.care.models import Duty, HospitalStay
from narvard.care.queries import enrolled_at
from narvard.core import calendar
from narvard.engines.criteria import Facts, Truth, evaluate
from narvard.intake import clocks, definitions
from narvard.intake.models import Urgency
from narvard.intake.queries import definitions_in_force, pace_of
from narvard.intake.vocabulary import vocabulary
from narvard.organisation.models import Commission, Team
from narvard.organisation.queries import in_service
from narvard.people.models import ClinicalRecord, Patient
from narvard.people.queries import current_facts

# Where a definition gives no time: our own.
_WORKING_DAYS = 5
_KINDS = frozenset(Duty.AFTER_DISCHARGE)


def after_discharge(*, stay: HospitalStay, facts: Facts, by: Commission, at: datetime) -> list[Duty]:
    """Make due what the area's teams owe the person after a stay; one of a kind for each team and stay.

    A duty with a rule is owed everybody for whom it is met ("alla som skrivs ut följs upp med ett telefonsamtal"),
    by teams of the ward's own provider; one without a rule is owed those whom the team has in its care.
    """
    return [
        impose_after_discharge(stay=stay, unit=team.unit, kind=duty.kind, due_at=due(duty.within, at), by=by, at=at)
        for team, duty in _owed(stay, facts, at)
    ]


def after_advice(
    *, told: ClinicalRecord, by: Commission, at: datetime, urgency: str = Urgency.ADVICE, turn: int = 0
) -> Duty | None:
    """Make due that the acting unit calls back, where its programme says within how many minutes."""
    due_at = clocks.call_back_due(urgency, at, pace_of(by.unit_id, timezone.localdate(at)))
    if due_at is None:
        return None
    return impose_call_back(told=told, unit=by.unit, due_at=due_at, by=by, at=at, turn=turn)


def known_facts(patient: Patient, by: Commission, at: datetime) -> Facts:
    """What the ward itself may read of the person, so that no team learns more from a duty than the ward may tell."""
    opened = OpenPatient(patient, by, circumstances(patient, by=by, at=at))
    kinds = vocabulary()
    values = {fact.name: fact.value for fact in opened.readable(current_facts(patient, at).values())}
    return Facts(kinds, {name: value for name, value in values.items() if name in kinds})


def due(within: Mapping[str, int], at: datetime) -> datetime:
    """When a duty is due that is to be done ``within`` minutes, hours, days or working days of ``at``."""
    if "minutes" in within or "hours" in within:
        return at + timedelta(minutes=within.get("minutes", 0), hours=within.get("hours", 0))
    day = timezone.localdate(at)
    if "days" in within:
        return calendar.end_of_working_day(day + timedelta(days=within["days"]))
    return calendar.end_of_working_day(calendar.add_working_days(day, within.get("working_days", _WORKING_DAYS)))


def _owed(stay: HospitalStay, facts: Facts, at: datetime) -> Iterator[tuple[Team, definitions.Duty]]:
    day = timezone.localdate(at)
    teams = Team.objects.filter(unit__in=in_service(day)).select_related("unit")
    near = list(teams.filter(municipalities=stay.patient.municipality_id)) if stay.patient.municipality_id else []
    in_force = definitions_in_force(day, {team.programme_id for team in near})
    for team in near:
        definition = in_force.get(team.programme_id)
        for duty in definition.duties if definition else ():
            if duty.after == "discharge" and duty.kind in _KINDS and _is_owed(team, duty, stay, facts, at):
                yield team, duty


def _is_owed(team: Team, duty: definitions.Duty, stay: HospitalStay, facts: Facts, at: datetime) -> bool:
    in_care = enrolled_at(team.unit_id, at).filter(patient=stay.patient).exists()
    if duty.rule is None:
        return in_care
    own = team.unit.provider_id == stay.ward.provider_id
    return (in_care or own) and evaluate(duty.rule, facts).truth is Truth.MET
