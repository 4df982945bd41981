"""A hand-over that is being prepared: the giver's unit goes on with it, nobody else sees it and nothing moves."""

import uuid
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from narvard.care import asking, book, rules
from narvard.care.actions.handovers import (
    AlreadyAnswered,
    Content,
    HandoverToSelf,
    NothingToHandOver,
    propose_handover,
)
from narvard.care.models import Episode, Handover, ResponsibilityKind
from narvard.core import once
from narvard.organisation.models import CareUnit, Commission

State = Handover.State


@transaction.atomic
def prepare_handover(
    *,
    episode: Episode,
    parts: Sequence[tuple[CareUnit, Sequence[str]]],
    content: Content,
    by: Commission,
    at: datetime,
    wished_at: datetime | None = None,
    hand_back_on: date | None = None,
    ends_episode: bool = True,
) -> list[Handover]:
    """Keep what the giver means to hand over, one row for each receiver; what was prepared before is rewritten.

    The giver need not hold it yet (the patient lies on a ward): that is asked when it is proposed.
    """
    opened = book.open_book(episode.patient)
    rules.refuse_dead(opened.patient)
    earlier = {row.receiver_id: row for row in _prepared(episode, by)}
    bundle = next((row.bundle for row in earlier.values()), None) or uuid.uuid4()
    kept = []
    for receiver, kinds in parts:
        if receiver.pk == by.unit_id:
            raise HandoverToSelf(_("Välj en annan enhet än den egna."))
        if not kinds or not set(kinds) <= set(ResponsibilityKind.values):
            raise NothingToHandOver(_("Välj vilket ansvar som lämnas över."))
        rules.refuse_closed(receiver, at)
        rules.refuse_unable(receiver, kinds)
        words: dict[str, Any] = {
            "episode": episode,
            "kinds": [kind for kind in ResponsibilityKind.values if kind in kinds],
            "wished_at": wished_at,
            "hand_back_on": hand_back_on,
            "ends_episode": ends_episode,
            **{name: text.strip() for name, text in vars(content).items()},
        }
        kept.append(_put(earlier.pop(receiver.pk, None), episode, receiver, bundle, words, by, at))
    for row in earlier.values():
        _drop(row, by, at)
    return kept


def _prepared(episode: Episode, by: Commission) -> list[Handover]:
    rows = Handover.objects.select_for_update(of=("self",)).filter(
        patient=episode.patient_id, giver=by.unit_id, state=State.PREPARED
    )
    return list(rows.order_by("pk"))


def _put(
    row: Handover | None,
    episode: Episode,
    receiver: CareUnit,
    bundle: uuid.UUID,
    words: dict[str, Any],
    by: Commission,
    at: datetime,
) -> Handover:
    if row is None:
        row = Handover.objects.create(
            patient=episode.patient,
            owner_unit=by.unit,
            giver=by.unit,
            receiver=receiver,
            bundle=bundle,
            state=State.PREPARED,
            created_at=at,
            **words,
        )
    else:
        for name, value in words.items():
            setattr(row, name, value)
        once.save(row, *words)
    asking.note(row, by, at)
    asking.log("care.prepare_handover", row, by, at)
    return row


@transaction.atomic
def propose_prepared(
    *,
    episode: Episode,
    parts: Sequence[tuple[CareUnit, Sequence[str]]],
    content: Content,
    by: Commission,
    at: datetime,
    wished_at: datetime | None = None,
    hand_back_on: date | None = None,
    due_at: datetime | None = None,
    ends_episode: bool = True,
    returns: Handover | None = None,
) -> list[Handover]:
    """Ask each receiver for its part, in one bundle; what was prepared becomes the question, or is dropped."""
    book.open_book(episode.patient)
    earlier = {row.receiver_id: row for row in _prepared(episode, by)}
    bundle = next((row.bundle for row in earlier.values()), None) or uuid.uuid4()
    asked = [
        propose_handover(
            episode=episode,
            receiver=receiver,
            kinds=kinds,
            content=content,
            wished_at=wished_at,
            hand_back_on=hand_back_on,
            due_at=due_at,
            ends_episode=ends_episode,
            bundle=bundle,
            returns=returns if returns and receiver.pk == returns.giver_id else None,
            prepared=earlier.pop(receiver.pk, None),
            by=by,
            at=at,
        )
        for receiver, kinds in parts
    ]
    for row in earlier.values():
        _drop(row, by, at)
    return asked


@transaction.atomic
def drop_prepared(*, handover: Handover, by: Commission, at: datetime, version: int | None = None) -> Handover:
    """The giver's unit throws away what it prepared; it stays in its own history."""
    book.open_book(handover.patient)
    row = once.lock(Handover.objects.all(), handover.pk, version)
    rules.refuse_other(row.giver, by)
    if row.state != State.PREPARED:
        raise AlreadyAnswered(_("Överlämningen är redan skickad eller kastad."))
    return _drop(row, by, at)


def _drop(row: Handover, by: Commission, at: datetime) -> Handover:
    asking.close(row, State.WITHDRAWN, by, at)
    asking.log("care.drop_prepared", row, by, at)
    return row
