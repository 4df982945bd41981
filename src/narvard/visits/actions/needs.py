"""Writes to visit needs: what an episode asks for."""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.care.models import Episode
from narvard.core import audit, once
from narvard.core.errors import Refused
from narvard.organisation.models import Commission
from narvard.people.models import InformationKind
from narvard.visits import codes, queries, relations
from narvard.visits.actions.visits import cancel_open_visits
from narvard.visits.models import Mode, NeedRole, Priority, VisitNeed
from narvard.visits.roles import RoleSpec, check_roles, role_rows
from narvard.visits.rows import locked, release
from narvard.visits.rules import check_asks, check_length


class BadNeed(Refused):
    """What is asked for contradicts itself; nobody could plan it."""


class NeedEnded(Refused):
    """The need, or its episode, has already ended."""


@transaction.atomic
def add_need(
    *,
    episode: Episode,
    what: str,
    minutes: int,
    first_on: date,
    roles: Sequence[RoleSpec],
    by: Commission,
    at: datetime,
    last_on: date | None = None,
    every_days: int | None = None,
    weekdays: Sequence[int] = (),
    times_a_day: int = 1,
    window_from: int = 8 * 60,
    window_until: int = 16 * 60,
    mode: str = Mode.HOME,
    priority: int = Priority.NORMAL,
    code: str = "",
    bring: str = "",
) -> VisitNeed:
    """Ask for visits within an episode. ``window_from`` and ``window_until`` (minutes from midnight, local) hold
    the start of the visit.

    Raises :class:`BadNeed`, :class:`NeedEnded`, ``LongerThanShifts`` and ``BadRoles``.
    """
    if episode.ended_at is not None:
        raise NeedEnded(_("Kontakten är avslutad. Öppna en ny innan du planerar besök."))
    check_asks(episode.unit, by)
    check_roles(roles, first_on)
    need = VisitNeed(
        patient_id=episode.patient_id,
        owner_unit=episode.unit,
        information_kind=InformationKind.COORDINATION,
        episode=episode,
        what=what.strip(),
        code=code,
        mode=mode,
        minutes=minutes,
        priority=priority,
        first_on=first_on,
        last_on=last_on,
        every_days=every_days,
        weekdays=sorted(set(weekdays)),
        times_a_day=times_a_day,
        window_from=window_from,
        window_until=window_until,
        bring=bring.strip(),
    )
    _check(need)
    check_length(minutes, roles, timezone.localdate(at))
    _store(need, roles, by=by, at=at)
    return need


def _check(need: VisitNeed) -> None:
    if not need.what:
        raise BadNeed(_("Skriv vad besöket gäller."))
    if not 5 <= need.minutes <= 600:
        raise BadNeed(_("Ett besök tar mellan 5 minuter och 10 timmar."))
    if not 0 <= need.window_from < need.window_until <= 24 * 60:
        raise BadNeed(_("Tiden måste sluta efter att den börjar."))
    if need.last_on is not None and need.last_on < need.first_on:
        raise BadNeed(_("Sista dagen kommer före den första."))
    if not all(0 <= day <= 6 for day in need.weekdays) or (need.every_days is not None and need.every_days < 1):
        raise BadNeed(_("Hur ofta besöket ska göras går inte att läsa."))
    if not 1 <= need.times_a_day <= 8 or need.window_until - need.window_from < need.times_a_day:
        raise BadNeed(_("Så många besök på en dag ryms inte i tiden."))
    if need.code:
        codes.check([need.code])


def _store(need: VisitNeed, roles: Sequence[RoleSpec], *, by: Commission, at: datetime) -> None:
    need.save(force_insert=True)
    NeedRole.objects.bulk_create(role_rows(NeedRole, roles, need=need))
    relations.relate_need(need, [role.unit for role in roles], by=by, at=at)
    audit.write(
        "visits.add_need",
        by=by,
        at=at,
        patients=[need.patient_id],
        object_kind="visitneed",
        object_id=need.pk,
    )


@transaction.atomic
def end_need(*, need: VisitNeed, reason: str, by: Commission, at: datetime, expected: int | None = None) -> VisitNeed:
    """Stop asking for visits; those not begun are cancelled with the reason. Raises :class:`NeedEnded`."""
    check_asks(need.owner_unit, by)
    return stop_need(need=need, reason=reason, by=by, at=at, expected=expected)


@transaction.atomic
def stop_need(*, need: VisitNeed, reason: str, by: Commission, at: datetime, expected: int | None = None) -> VisitNeed:
    """End a need because of what became of its episode, whoever did that. Raises :class:`NeedEnded`."""
    row = once.lock(VisitNeed.objects.select_related("patient", "owner_unit"), need.pk, expected)
    if row.ended_at is not None:
        raise NeedEnded(_("Behovet är redan avslutat."))
    row.ended_at, row.end_reason = at, reason.strip()[:200]
    once.save(row, "ended_at", "end_reason")
    cancel_open_visits(visits=row.visits.all(), reason=reason, by=by, at=at)
    relations.end_need(row, by=by, at=at)
    audit.write(
        "visits.end_need",
        by=by,
        at=at,
        patients=[row.patient_id],
        object_kind="visitneed",
        object_id=row.pk,
    )
    return row


@transaction.atomic
def move_needs(*, giver: Episode, receiver: Episode, by: Commission, at: datetime) -> list[VisitNeed]:
    """Hand the open needs of one episode over to another, with their visits that have not begun.

    People asked for from the giving unit are asked for from the receiving one; the giver's preferred person does
    not follow. Roles of other units stay as they are. Visits that had a time are planned anew.
    """
    needs = list(VisitNeed.objects.filter(episode=giver, ended_at=None).select_related("patient"))
    return [_move(need, giver, receiver, by=by, at=at) for need in needs]


def _move(need: VisitNeed, giver: Episode, receiver: Episode, *, by: Commission, at: datetime) -> VisitNeed:
    row = once.lock(VisitNeed.objects.select_related("patient", "owner_unit"), need.pk)
    relations.end_need(row, by=by, at=at)
    row.episode, row.owner_unit = receiver, receiver.unit
    once.save(row, "episode", "owner_unit")
    row.roles.filter(unit=giver.unit_id).update(unit=receiver.unit, preferred_staff=None)
    for visit in locked(row.visits.filter(state__in=queries.OPEN_STATES)):
        visit.episode, visit.owner_unit = receiver, receiver.unit
        visit.roles.filter(unit=giver.unit_id).update(
            unit=receiver.unit, preferred_staff=None, shift=None, pinned=False
        )
        release(visit, "episode", "owner_unit")
    relations.relate_need(row, [role.unit for role in row.roles.select_related("unit")], by=by, at=at)
    audit.write(
        "visits.move_needs",
        by=by,
        at=at,
        patients=[row.patient_id],
        object_kind="visitneed",
        object_id=row.pk,
        reason=f"{giver.pk} > {receiver.pk}",
    )
    return row
