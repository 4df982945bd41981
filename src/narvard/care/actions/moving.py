"""A move to another municipality: those who work only where the person lived cannot go on, and somebody is asked.

Nothing in the ledger moves by the fact itself: the holder stays responsible until the receiver has accepted, so there
is never a gap. What is due begins, and a move registered by mistake is taken back with the reason.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.care import asking, book, ledger, queries, rules
from narvard.care.actions import duties
from narvard.care.actions.life import InTheFuture
from narvard.care.models import Duty, Handover, Move
from narvard.core import audit, calendar
from narvard.core.errors import Refused
from narvard.organisation.models import CareUnit, Commission, Municipality
from narvard.organisation.queries import is_closed_down
from narvard.people.models import Patient

# What a move makes due, and within what time of registering; our own working times, to be agreed by each area.
RELIST_WITHIN, REVIEW_WITHIN, AIDS_WITHIN = timedelta(days=14), timedelta(days=3), timedelta(days=7)
State = Handover.State


class SameMunicipality(Refused):
    """The person lives in that municipality already: an address is changed, nobody's responsibility is."""


class OnWardNow(Refused):
    """The person lies on a ward: the move is registered when they have gone home."""


class MovedSince(Refused):
    """A later move is registered already."""


class NoMove(Refused):
    """There is no registered move to take back."""


class MoveFollowed(Refused):
    """Somebody in the new municipality has accepted the responsibility since."""


@transaction.atomic
def register_move(
    *,
    patient: Patient,
    to: Municipality | None,
    to_name: str,
    moved_at: datetime,
    by: Commission,
    at: datetime,
) -> Move:
    """The person lives in another municipality from ``moved_at``; ``to`` is None where nobody here works.

    Called before the address is changed: the municipality on the patient's row is the one they leave.
    """
    opened = book.open_book(patient)
    _refuse_move(opened.patient, to, moved_at, by, at)
    row = Move.objects.create(
        patient=opened.patient,
        owner_unit=by.unit,
        from_municipality=opened.patient.municipality,
        to_municipality=to,
        to_name=to_name[:60],
        moved_at=moved_at,
        registered_at=at,
        registered_by=by,
        lived_as=opened.patient.housing,
        had_home_nursing=opened.patient.home_nursing,
        lived_at=opened.patient.lives_at if _is_local(opened.patient.lives_at, opened.patient) else None,
    )
    left = {unit.pk: unit for unit in _left_behind(opened)}
    _withdraw_to(left, row, by, at)
    for (giver, scope), kinds in ledger.held_among(opened.ledger, left).items():
        _ask(opened, row, left[giver], scope, kinds, by, at)
    _impose(opened, row, left.values(), by, at)
    _log("care.register_move", row, by, at)
    return row


def _refuse_move(patient: Patient, to: Municipality | None, moved_at: datetime, by: Commission, at: datetime) -> None:
    rules.refuse_dead(patient)
    if by.unit.kind == CareUnit.Kind.INTAKE:
        rules.refuse_unrelated(patient, by, at)
    else:
        rules.refuse_not_carrying(patient, by, at)
    if moved_at > at:
        raise InTheFuture(_("Flytten kan inte ha skett i framtiden. Registrera den när personen har flyttat."))
    if to is not None and to.pk == patient.municipality_id:
        raise SameMunicipality(_("Personen bor redan i den kommunen."))
    if queries.open_stay(patient) is not None:
        raise OnWardNow(_("Personen ligger på sjukhus. Registrera flytten när personen är utskriven."))
    if Move.objects.filter(patient=patient, undone_at=None, moved_at__gte=moved_at).exists():
        raise MovedSince(_("En senare flytt är redan registrerad."))


def _is_local(unit: CareUnit | None, patient: Patient) -> bool:
    return unit is not None and rules.works_only_in(unit, patient.municipality_id)


def _left_behind(opened: book.Book) -> list[CareUnit]:
    """Units with a part in the care that work only in the municipality that the person leaves."""
    last = (opened.ledger.last_holder(*line) for line in opened.ledger.lines)
    holders = {holder for holder in last if holder is not None}
    asked = Handover.objects.filter(patient=opened.patient, state__in=Handover.OPEN_STATES)
    known = holders | set(asked.values_list("receiver", flat=True))
    return [unit for unit in CareUnit.objects.filter(pk__in=known) if _is_local(unit, opened.patient)]


def _withdraw_to(left: Iterable[uuid.UUID], move: Move, by: Commission, at: datetime) -> None:
    """Nobody who cannot follow the person takes anything more over."""
    waiting = Handover.objects.filter(patient=move.patient, receiver__in=left, state__in=Handover.OPEN_STATES)
    for handover in waiting:
        asking.withdraw(handover, _("Personen har flyttat till en annan kommun."), by, at)


def _ask(
    opened: book.Book, move: Move, giver: CareUnit, scope: str, held: Sequence[str], by: Commission, at: datetime
) -> None:
    """Ask the new municipality to take over; without anybody to ask the giver owes to find somebody."""
    waiting = Handover.objects.filter(
        patient=move.patient, giver=giver, scope=scope, state__in=Handover.OPEN_STATES
    ).values_list("kinds", flat=True)
    kinds = [kind for kind in held if not any(kind in row for row in waiting)]
    receiver = _receiver(giver, kinds, move, at)
    episode = queries.episode_to_hand_over(move.patient, giver.pk, at)
    if not kinds:
        return
    if receiver is None or episode is None:
        due_at = calendar.end_of_next_working_day(at)
        duties.impose_after_move(move=move, unit=giver, kind=Duty.Kind.FIND_RECEIVER, due_at=due_at, by=by, at=at)
        return
    starts = max(row.starts_at for kind in kinds if (row := opened.ledger.last(kind, scope)))
    handover = Handover.objects.create(
        patient=move.patient,
        owner_unit=giver,
        bundle=move.pk,
        episode=episode,
        giver=giver,
        receiver=receiver,
        kinds=kinds,
        scope=scope,
        reason=_("Personen har flyttat till en annan kommun."),
        wished_at=starts if starts > at else None,
        ends_episode=episode.unit_id == giver.pk,
        state=State.PROPOSED,
        due_at=calendar.end_of_next_working_day(at),
        created_at=at,
        sent_at=at,
    )
    asking.begin(handover, by, at)


def _receiver(giver: CareUnit, kinds: Sequence[str], move: Move, at: datetime) -> CareUnit | None:
    """The new municipality's unit of the giver's kind, else its home nursing: the first by name that may hold it."""
    found = CareUnit.objects.filter(
        municipality=move.to_municipality, kind__in=[giver.kind, CareUnit.Kind.HOME_NURSING]
    ).select_related("provider")
    able = [
        unit
        for unit in found.order_by("sort_key", "pk")
        if move.to_municipality is not None
        and not is_closed_down(unit, timezone.localdate(at))
        and all(rules.can_hold(unit, kind) for kind in kinds)
    ]
    return min(able, key=lambda unit: unit.kind != giver.kind, default=None)


def _impose(opened: book.Book, move: Move, left: Iterable[CareUnit], by: Commission, at: datetime) -> None:
    """Tell those who are concerned, each by what it owes: listing, the care seen over, aids and kit, a receiver."""
    kinds, local = Duty.Kind, {unit.pk for unit in left}
    patient = opened.patient
    owed: list[tuple[CareUnit, Duty.Kind, datetime]] = []
    if patient.listed_at is not None:
        owed.append((patient.listed_at, kinds.RELIST, at + RELIST_WITHIN))
    for episode in queries.enrolments_at(patient, at):
        if episode.unit_id not in local:
            owed.append((episode.unit, kinds.REVIEW_CARE, at + REVIEW_WITHIN))
    nursing = opened.ledger.last_holder("nursing")
    if nursing is not None:
        owed.append((CareUnit.objects.get(pk=nursing), kinds.MOVE_AIDS, at + AIDS_WITHIN))
    elif patient.home_nursing:
        # Home nursing without an enrolment holds nothing in the ledger, and nobody can be asked in it.
        units = CareUnit.objects.filter(kind=CareUnit.Kind.HOME_NURSING, municipality=move.from_municipality)
        owed += [
            (unit, kinds.FIND_RECEIVER, calendar.end_of_next_working_day(at))
            for unit in units
            if move.from_municipality_id
        ]
    for unit, kind, due_at in owed:
        duties.impose_after_move(move=move, unit=unit, kind=kind, due_at=due_at, by=by, at=at)


@transaction.atomic
def undo_move(*, patient: Patient, reason: str, by: Commission, at: datetime) -> Move:
    """The person never moved: what was asked is withdrawn and what was due lapses; the history stays."""
    opened = book.open_book(patient)
    rules.refuse_dead(opened.patient)
    row = queries.latest_move(opened.patient)
    if row is None:
        raise NoMove(_("Det finns ingen registrerad flytt att ta tillbaka."))
    if row.owner_unit_id != by.unit_id:
        rules.refuse_not_carrying(opened.patient, by, at)
    reason = rules.required(reason, _("Skriv varför registreringen var fel."))[:200]
    asked = Handover.objects.filter(patient=patient, bundle=row.pk)
    if asked.filter(state=State.ACCEPTED).exists():
        raise MoveFollowed(_("Den nya kommunen har redan tagit över. Be den lämna tillbaka ansvaret i stället."))
    for handover in asked.filter(state__in=Handover.OPEN_STATES):
        asking.withdraw(handover, _("Flytten registrerades av misstag."), by, at)
    row.undone_at, row.undone_by, row.undo_reason = at, by, reason
    row.save(update_fields=["undone_at", "undone_by", "undo_reason"])
    duties.lapse_with_move(move=row, by=by, at=at)
    _log("care.undo_move", row, by, at)
    return row


def _log(what: str, move: Move, by: Commission, at: datetime) -> None:
    audit.write(what, by=by, at=at, patients=[move.patient_id], object_kind="move", object_id=move.pk)
