"""Hand-overs: the giver stays responsible until the receiver has accepted."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from narvard.access.actions import end_relations
from narvard.care import asking, book, ledger, queries, rules
from narvard.care.actions import duties
from narvard.care.actions.episodes import AFTERWARDS, EpisodeEnded
from narvard.care.models import Episode, Handover, ResponsibilityKind
from narvard.core import audit, calendar, once
from narvard.core.errors import Refused
from narvard.organisation.models import CareUnit, Commission

State = Handover.State


class NothingToHandOver(Refused):
    """No kind of responsibility was chosen."""


class HandoverToSelf(Refused):
    """The receiver is the giver."""


class AlreadyProposed(Refused):
    """The same responsibility already waits for an answer."""


class AlreadyAnswered(Refused):
    """The hand-over has been accepted, declined or withdrawn."""


class NotSent(Refused):
    """The hand-over is being prepared: nobody has been asked yet."""


class HandBackTooEarly(Refused):
    """The day of the hand-back is not after the day of the take-over."""


class NotTemporary(Refused):
    """There is no temporary take-over to give back, or it goes to another unit."""


class ListedPatient(Refused):
    """A health centre cannot decline its own listed patient."""


@dataclass(frozen=True)
class Content:
    """What the giver tells: what was done, the goals, what remains, medicines and kit, risks, who was told."""

    reason: str
    done: str = ""
    goals: str = ""
    remains: str = ""
    medicines: str = ""
    risks: str = ""
    told: str = ""


@transaction.atomic
def propose_handover(
    *,
    episode: Episode,
    receiver: CareUnit,
    kinds: Sequence[str],
    content: Content,
    by: Commission,
    at: datetime,
    scope: str = "",
    wished_at: datetime | None = None,
    hand_back_on: date | None = None,
    due_at: datetime | None = None,
    ends_episode: bool = True,
    bundle: uuid.UUID | None = None,
    returns: Handover | None = None,
    prepared: Handover | None = None,
) -> Handover:
    """Ask ``receiver`` to take over ``kinds``; an answer is due by the end of the next working day if not said.

    The giver is the acting unit, which holds what it offers, with an episode of its own or within another unit's.
    With ``hand_back_on`` it is temporary: the giver's episode goes on, and the receiver owes to hand back that day.
    ``returns`` is the temporary take-over that this one gives back; ``prepared`` becomes the question.
    """
    opened = book.open_book(episode.patient)
    _refuse_proposal(opened, episode, receiver, kinds, scope, by, at)
    rules.required(content.reason, _("Skriv varför du lämnar över."))
    if hand_back_on is not None:
        _refuse_day(hand_back_on, wished_at or at)
    if returns is not None and (returns.receiver_id, returns.giver_id) != (by.unit_id, receiver.pk):
        raise NotTemporary(_("Det som lämnas tillbaka går till den som lämnade över det."))
    fields = dict(
        episode=episode,
        kinds=[kind for kind in ResponsibilityKind.values if kind in kinds],
        scope=scope,
        wished_at=wished_at,
        hand_back_on=hand_back_on,
        returns=returns,
        ends_episode=ends_episode and hand_back_on is None and episode.unit_id == by.unit_id,
        state=State.PROPOSED,
        due_at=due_at or calendar.end_of_next_working_day(at),
        sent_at=at,
        **{name: text.strip() for name, text in vars(content).items()},
    )
    handover = _asked(prepared, fields, receiver, bundle or uuid.uuid4(), by, at)
    asking.begin(handover, by, at)
    asking.log("care.propose_handover", handover, by, at)
    return handover


def _asked(
    prepared: Handover | None,
    fields: dict[str, Any],
    receiver: CareUnit,
    bundle: uuid.UUID,
    by: Commission,
    at: datetime,
) -> Handover:
    if prepared is None:
        return Handover.objects.create(
            patient=fields["episode"].patient,
            owner_unit=by.unit,
            giver=by.unit,
            receiver=receiver,
            bundle=bundle,
            created_at=at,
            **fields,
        )
    row = once.lock(Handover.objects.all(), prepared.pk)
    if row.state != State.PREPARED or row.giver_id != by.unit_id or row.receiver_id != receiver.pk:
        raise AlreadyProposed(_("Det som förbereddes har redan skickats eller kastats."))
    for name, value in fields.items():
        setattr(row, name, value)
    once.save(row, *fields)
    return row


def _refuse_proposal(
    opened: book.Book,
    episode: Episode,
    receiver: CareUnit,
    kinds: Sequence[str],
    scope: str,
    by: Commission,
    at: datetime,
) -> None:
    rules.refuse_dead(opened.patient)
    if receiver.pk == by.unit_id:
        raise HandoverToSelf(_("Välj en annan enhet än den egna."))
    rules.refuse_closed(receiver, at)
    if not kinds or not set(kinds) <= set(ResponsibilityKind.values):
        raise NothingToHandOver(_("Välj vilket ansvar som lämnas över."))
    if Episode.objects.filter(pk=episode.pk, ended_at__lte=at).exists():
        raise EpisodeEnded(_("Kontakten eller inskrivningen är avslutad."))
    rules.refuse_unable(receiver, kinds)
    rules.refuse_left_behind(opened.patient, [receiver])
    ledger.refuse_unless_held(opened.ledger, kinds, by.unit_id, scope)
    waiting = Handover.objects.filter(
        patient=opened.patient, giver=by.unit_id, scope=scope, state__in=Handover.OPEN_STATES
    )
    if any(set(row.kinds) & set(kinds) for row in waiting):
        raise AlreadyProposed(_("Det ansvaret väntar redan på svar. Ta tillbaka den överlämningen först."))


def _refuse_day(day: date, starts: datetime) -> None:
    if day <= timezone.localdate(starts):
        raise HandBackTooEarly(_("Dagen då det lämnas tillbaka måste ligga efter den dag då det tas över."))


def _waiting(handover: Handover, version: int | None) -> tuple[book.Book, Handover]:
    """The patient's book and the hand-over, both locked; refused when it has been answered."""
    opened = book.open_book(handover.patient)
    row = once.lock(Handover.objects.all(), handover.pk)
    if row.state == State.PREPARED:
        raise NotSent(_("Överlämningen förbereds och är inte skickad."))
    if row.state not in Handover.OPEN_STATES:
        raise AlreadyAnswered(_("Överlämningen är redan %(state)s.") % {"state": row.get_state_display()})
    once.lock(Handover.objects.all(), handover.pk, version)
    return opened, row


@transaction.atomic
def read_handover(*, handover: Handover, by: Commission, at: datetime) -> Handover:
    """The receiver has opened it; the giver sees that. A second reading changes nothing."""
    rules.refuse_other(handover.receiver, by)
    book.open_book(handover.patient)
    row = once.lock(Handover.objects.all(), handover.pk)
    if row.state == State.PROPOSED:
        row.state = State.READ
        # Reading alters nothing that an answer depends on, so no open page goes stale by it.
        row.save(update_fields=["state"])
        asking.note(row, by, at)
    asking.log("care.read_handover", row, by, at)
    return row


@transaction.atomic
def accept_handover(*, handover: Handover, by: Commission, at: datetime, version: int | None = None) -> Handover:
    """The receiver takes over, at once or at the wished time if that lies ahead."""
    opened, row = _waiting(handover, version)
    rules.refuse_other(row.receiver, by)
    rules.refuse_dead(opened.patient)
    rules.refuse_closed(row.receiver, at)
    # A bed in hospital moves responsibility when the person comes, not with the answer.
    if row.kinds:
        change = ledger.hand_over(
            opened.ledger,
            row.kinds,
            giver=row.giver_id,
            receiver=row.receiver_id,
            at=max(at, row.wished_at or at),
            source=row.pk,
            scope=row.scope,
        )
        book.write(opened, change, by=by, at=at)
    asking.close(row, State.ACCEPTED, by, at)
    end_relations(source_id=row.pk, by=by, at=at, until=at + AFTERWARDS)
    if row.hand_back_on is not None and row.kinds:
        due_at = calendar.end_of_working_day(row.hand_back_on)
        duties.impose_hand_back(handover=row, due_at=due_at, by=by, at=at)
    if row.returns_id is not None:
        duties.finish_hand_back(handover=row.returns, by=by, at=at)
    asking.log("care.accept_handover", row, by, at)
    return row


@transaction.atomic
def change_hand_back(
    *, handover: Handover, on: date, reason: str, by: Commission, at: datetime, version: int | None = None
) -> Handover:
    """Either side moves the day on which a temporary take-over is given back; both see it, with the reason."""
    book.open_book(handover.patient)
    row = once.lock(Handover.objects.select_related(None), handover.pk, version)
    if by.unit_id not in {row.giver_id, row.receiver_id}:
        rules.refuse_other(handover.receiver, by)
    duty = queries.hand_back_of(row)
    if duty is None:
        raise NotTemporary(_("Det finns inget tillfälligt övertagande att ändra."))
    _refuse_day(on, at)
    reason = rules.required(reason, _("Skriv varför dagen ändras."))
    row.hand_back_on = on
    once.save(row, "hand_back_on")
    asking.note(row, by, at, reason)
    duties.move_duty(duty=duty, due_at=calendar.end_of_working_day(on), by=by, at=at)
    asking.log("care.change_hand_back", row, by, at)
    return row


@transaction.atomic
def decline_handover(
    *, handover: Handover, reason: str, by: Commission, at: datetime, version: int | None = None
) -> Handover:
    """The receiver says no, with the reason; the giver stays responsible."""
    opened, row = _waiting(handover, version)
    rules.refuse_other(row.receiver, by)
    if row.receiver.kind == CareUnit.Kind.HEALTH_CENTRE and opened.patient.listed_at_id == row.receiver_id:
        raise ListedPatient(_("Patienten är listad hos er och kan inte avböjas. Eskalera i stället, med skäl."))
    reason = rules.required(reason, _("Skriv varför ni inte kan ta emot."))
    asking.close(row, State.DECLINED, by, at, reason)
    end_relations(source_id=row.pk, by=by, at=at)
    asking.log("care.decline_handover", row, by, at)
    return row


@transaction.atomic
def withdraw_handover(
    *, handover: Handover, reason: str, by: Commission, at: datetime, version: int | None = None
) -> Handover:
    """The giver takes the proposal back."""
    _opened, row = _waiting(handover, version)
    rules.refuse_other(row.giver, by)
    reason = rules.required(reason, _("Skriv varför överlämningen tas tillbaka."))
    asking.close(row, State.WITHDRAWN, by, at, reason)
    end_relations(source_id=row.pk, by=by, at=at)
    asking.log("care.withdraw_handover", row, by, at)
    return row


@transaction.atomic
def escalate_handover(
    *, handover: Handover, reason: str, by: Commission, at: datetime, version: int | None = None
) -> Handover:
    """Either side calls in both managers; the giver stays responsible and the care goes on meanwhile."""
    _opened, row = _waiting(handover, version)
    if by.unit_id not in {row.giver_id, row.receiver_id}:
        rules.refuse_other(row.receiver, by)
    reason = rules.required(reason, _("Skriv vad som behöver lösas."))
    row.escalated_at = at
    once.save(row, "escalated_at")
    asking.note(row, by, at, reason, escalated=True)
    asking.log("care.escalate_handover", row, by, at)
    return row


@transaction.atomic
def escalate_unanswered(*, by: audit.Actor, at: datetime) -> list[Handover]:
    """Hand-overs whose answer is late are escalated by the clock, once; the giver stays responsible meanwhile."""
    late = Handover.objects.filter(state__in=Handover.OPEN_STATES, due_at__lt=at, escalated_at=None)
    rows = list(late.select_for_update().order_by("pk"))
    for row in rows:
        row.escalated_at = at
        # What an answer depends on has not changed, so no open page goes stale by it.
        row.save(update_fields=["escalated_at"])
        asking.note(row, None, at, gettext_noop("Svaret är försenat."), escalated=True)
        audit.write(
            "care.escalate_unanswered",
            by=by,
            at=at,
            patients=[row.patient_id],
            object_kind="handover",
            object_id=row.pk,
        )
    return rows
