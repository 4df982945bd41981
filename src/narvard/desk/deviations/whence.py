"""Where the reporter was: the page that the link was on, the patient there, and the units that it may concern."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.guard import AccessDenied, ChoiceNeeded, OpenPatient
from narvard.access.middleware import log_denied
from narvard.access.models import CareRelation
from narvard.access.pages import CareHttpRequest
from narvard.access.queries import current
from narvard.care.models import Handover
from narvard.care.queries import units_carrying
from narvard.deviations.models import Source
from narvard.intake.models import CareRequest
from narvard.organisation.models import CareUnit
from narvard.organisation.queries import in_service
from narvard.people.models import ClinicalRecord
from narvard.visits.models import Visit

# They have to do with many patients and care for none.
_PASSING = (CareUnit.Kind.INTAKE, CareUnit.Kind.MANAGEMENT, CareUnit.Kind.SAFETY)
# Choices of a select, in groups.
Groups = list[tuple[str, list[tuple[str, str]]]]


@dataclass(frozen=True)
class Whence:
    """The page and what it was about, as far as the reporter may open it; nothing is an answer too."""

    path: str = ""
    source: str = Source.NONE
    source_id: uuid.UUID | None = None
    opened: OpenPatient | None = None
    suggested: tuple[uuid.UUID, ...] = ()
    """The units that it probably concerns, the likeliest first."""
    other_side: bool = False
    """Whether the first of them is the other side of what the page showed, and not only one of many."""

    @property
    def likely(self) -> uuid.UUID | None:
        """The unit to choose beforehand: the other side, or the only one there is. A guess would be missent."""
        return self.suggested[0] if self.suggested and (self.other_side or len(self.suggested) == 1) else None


def whence(request: CareHttpRequest, path: str) -> Whence:
    """What the page at ``path`` was about. A page that tells of nothing the reporter may open gives nothing."""
    try:
        match = resolve(path)
    except Resolver404:
        return Whence()
    find = _PAGES.get(match.view_name) or (_patient if match.view_name.startswith("patient:") else None)
    key = match.kwargs.get("pk")
    if find is None or key is None:
        return Whence()
    try:
        return find(request, key, path)
    except AccessDenied as error:
        # The link only carries on what the reporter was looking at; an address of something else was typed.
        log_denied(request, error)
        return Whence()
    except ChoiceNeeded:
        # Nothing was denied: the reporter stands before the choice, and a report is no reason to make it.
        return Whence()


def _patient(request: CareHttpRequest, key: uuid.UUID, path: str) -> Whence:
    opened = guard.open_patient(key, by=request.commission, at=request.at, what="deviations.new")
    return Whence(path, Source.PATIENT, key, opened, _followers(request, opened))


def _handover(request: CareHttpRequest, key: uuid.UUID, path: str) -> Whence:
    row, opened = guard.fetch(Handover.objects.all(), key, by=request.commission, at=request.at, what="deviations.new")
    return Whence(path, Source.HANDOVER, key, opened, _others(opened, row, row.giver_id, row.receiver_id), True)


def _request(request: CareHttpRequest, key: uuid.UUID, path: str) -> Whence:
    row, opened = guard.fetch(
        CareRequest.objects.all(), key, by=request.commission, at=request.at, what="deviations.new"
    )
    units = _others(opened, row, row.team_id, row.keeper_id, row.sender_unit_id)
    return Whence(path, Source.REQUEST, key, opened, units, other_side=True)


def _visit(request: CareHttpRequest, key: uuid.UUID, path: str) -> Whence:
    row, opened = guard.fetch(Visit.objects.all(), key, by=request.commission, at=request.at, what="deviations.new")
    comers = row.roles.values_list("unit", flat=True)
    units = _others(opened, row, *comers, row.owner_unit_id)
    return Whence(path, Source.VISIT, key, opened, tuple(dict.fromkeys([*units, *_followers(request, opened)])))


_PAGES: dict[str, Callable[[CareHttpRequest, uuid.UUID, str], Whence]] = {
    "handover:page": _handover,
    "intake:request": _request,
    "team:visit": _visit,
    "planner:visit": _visit,
    # These take the id of something else than the patient.
    **dict.fromkeys(
        ("patient:withdraw-consent", "patient:duty", "patient:answer", "patient:end"), lambda *_any: Whence()
    ),
}


def _others(opened: OpenPatient, row: ClinicalRecord, *units: uuid.UUID | None) -> tuple[uuid.UUID, ...]:
    """The other units of a row; of those whose names are kept from the reader only whom its unit has chosen itself."""
    chosen = row.chosen_by(opened.by.unit_id)
    return _but_own(opened, *(unit for unit in units if opened.names_units or unit in chosen))


def _but_own(opened: OpenPatient, *units: uuid.UUID | None) -> tuple[uuid.UUID, ...]:
    return tuple(dict.fromkeys(unit for unit in units if unit and unit != opened.by.unit_id))


def _followers(request: CareHttpRequest, opened: OpenPatient) -> tuple[uuid.UUID, ...]:
    """The units that the patient's page names: the responsible ones, and those in the reader's own cases.

    That any other unit follows the patient may be blocked, or not consented to. A hidden person's would tell the place.
    """
    if not opened.sees_place:
        return ()
    named = Q(kind=CareRelation.Kind.RESPONSIBILITY) | Q(source_id__in=opened.about.sources)
    related = CareRelation.objects.filter(named, current(request.at), patient=opened.patient)
    related = related.exclude(unit__kind__in=_PASSING)
    units = related.order_by("-since").values_list("unit", flat=True)
    return _but_own(opened, *units, *units_carrying(opened.patient, request.at))


def unit_groups(request: CareHttpRequest, suggested: tuple[uuid.UUID, ...], *left_out: uuid.UUID) -> Groups:
    """Units that exist, the suggested ones first, then the area's by kind; ``left_out`` cannot be chosen."""
    rows: Any = in_service(timezone.localdate(request.at)).exclude(pk__in=left_out).order_by("sort_key")
    area = [unit for unit in rows if unit.care_area == request.commission.unit.care_area or unit.pk in suggested]
    by_key = {unit.pk: unit for unit in area}
    first = [by_key[key] for key in suggested if key in by_key]
    groups = [(_("Föreslagna"), [(str(unit.pk), unit.name) for unit in first])]
    for kind, label in CareUnit.Kind.choices:
        rest = [(str(unit.pk), unit.name) for unit in area if unit.kind == kind and unit not in first]
        groups.append((capfirst(str(label)), rest))
    return [group for group in groups if group[1]]
