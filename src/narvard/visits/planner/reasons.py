"""Why a visit could not be planned, in plain Swedish with the names of who was missing."""

import uuid

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from narvard.engines.routing import Reason, Unplanned
from narvard.visits import sentences
from narvard.visits.models import Visit, VisitRole
from narvard.visits.planner.day import Day, asked_skills
from narvard.visits.planner.problem import Posed, operation_id

# Reasons are stored as text, in the language of the record.
LANGUAGE = "sv"


def reasons(day: Day, posed: Posed, unplanned: tuple[Unplanned, ...]) -> dict[uuid.UUID, tuple[str, str]]:
    """A reason code and a sentence for each visit (by id) that has no place in the plan."""
    left = {row.operation: row for row in unplanned}
    said: dict[uuid.UUID, tuple[str, str]] = {}
    with override(LANGUAGE):
        for visit in day.visits:
            rows = [(role, left[operation_id(role)]) for role in visit.roles.all() if operation_id(role) in left]
            if visit.pk in posed.unplaceable:
                said[visit.pk] = posed.unplaceable[visit.pk], _own_reason(posed.unplaceable[visit.pk])
            elif rows:
                said[visit.pk] = _of_roles(day, visit, rows)
    return said


def _own_reason(code: str) -> str:
    if code == "no_roles":
        return _("Ingen är vald att komma.")
    return _("Adressen är okänd.")


def _of_roles(day: Day, visit: Visit, rows: list[tuple[VisitRole, Unplanned]]) -> tuple[str, str]:
    """The reason of the role that fails itself, before those that only miss a partner."""
    role, row = min(rows, key=lambda pair: (pair[1].partner not in (None, pair[1].operation), pair[0].position))
    return row.reason.value, _sentence(day, visit, role, row.reason)[:200]


def _sentence(day: Day, visit: Visit, role: VisitRole, reason: Reason) -> str:
    if reason in {Reason.NO_SKILL, Reason.NO_SHIFT}:
        return _who_is_missing(day, visit, role)
    if reason == Reason.NO_CAREGIVER:
        return _("Den person som besöket är låst till kan inte ta det.")
    if reason == Reason.UNREACHABLE:
        return _("Platsen nås inte med bil.")
    if reason == Reason.TIGHT_TRAVEL:
        return sentences.TIGHT % {"window": _window(visit)}
    return _("Dagen är full: andra besök gick före eller låg bättre till.")


def _who_is_missing(day: Day, visit: Visit, role: VisitRole) -> str:
    """Which of unit, profession, competence and hours nobody at work has."""
    unit = role.unit.name
    skills = [day.skills(shift) for crew in day.crews for shift in crew.shifts]
    at_unit = [held for held in skills if f"unit:{role.unit_id}" in held]
    if not at_unit:
        return sentences.NOBODY_AT_UNIT % {"unit": unit}
    if role.profession and not any(f"profession:{role.profession}" in held for held in at_unit):
        return sentences.NO_PROFESSION % {
            "profession": role.get_profession_display(),
            "unit": unit,
        }
    if role.competence is not None and not any(asked_skills(role) <= held for held in at_unit):
        return sentences.NO_COMPETENCE % {
            "competence": role.competence.name,
            "unit": unit,
        }
    return sentences.NO_SHIFT % {"unit": unit, "window": _window(visit)}


def _window(visit: Visit) -> str:
    start, end = timezone.localtime(visit.window_start), timezone.localtime(visit.window_end)
    return f"{start:%H:%M}–{end:%H:%M}"
