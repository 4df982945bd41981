"""Where criteria and capacity are wrong: choices against the criteria, and requests that no team took; counted."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from narvard.intake.models import RequestEvent
from narvard.intake.queries import unmet


@dataclass(frozen=True)
class Misfit:
    """One happening. ``provider`` is the care provider whose intake decided, ``place`` empty when it is not told.

    Of an override: the ``team`` that was chosen, ``against`` what stood in the way then (in the words of the one who
    chose), and the team that was ``suggested`` first. Of a refusal: ``next_step``.
    """

    request: UUID
    reference: str
    patient: UUID
    provider: UUID
    at: datetime
    override: bool
    team: str
    against: str
    suggested: str
    reason: str
    next_step: str
    place: str
    hidden: bool


def misfits(care_area: str, *, since: datetime) -> list[Misfit]:
    """Everything of the kind since ``since`` in the area, the newest first."""
    rows = unmet(since=since).filter(request__owner_unit__care_area=care_area)
    return [
        _misfit(row) for row in rows.select_related("request__owner_unit", "request__patient__municipality", "team")
    ]


def _misfit(row: RequestEvent) -> Misfit:
    request, options = row.request, row.options or []
    chosen = next((option for option in options if row.team_id and option["team"] == str(row.team_id)), None)
    patient = request.patient
    return Misfit(
        request=request.pk,
        reference=request.reference,
        patient=patient.pk,
        provider=request.owner_unit.provider_id,
        at=row.at,
        override=row.override,
        team=row.team.name if row.team and row.override else "",
        against=chosen["explanation"] if chosen and row.override else "",
        suggested=_first(options) if row.override else "",
        reason=row.reason,
        next_step=row.next_step,
        place=patient.municipality.name if patient.municipality and not patient.hidden else "",
        hidden=patient.hidden,
    )


def _first(options: Sequence[dict[str, Any]]) -> str:
    """The team that was suggested first, unless none might take it."""
    return str(options[0]["name"]) if options and options[0]["verdict"] != "not" else ""


def by_team(rows: Iterable[Misfit]) -> list[tuple[str, int, int]]:
    """(team, overrides to it, how many of them with another team suggested), the most first."""
    overrides = [row for row in rows if row.override]
    counts, others = Counter(row.team for row in overrides), Counter(row.team for row in overrides if row.suggested)
    return [(team, many, others[team]) for team, many in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


def by_place(rows: Iterable[Misfit]) -> list[tuple[str, int]]:
    """(municipality, requests that no team took), the most first; an empty name where the place is not told."""
    counts = Counter(row.place for row in rows if not row.override)
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
