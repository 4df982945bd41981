"""Care passes on or ends: the hand-over's acceptance and the episode's end, with the visits that belong to them."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from narvard.care import actions as care
from narvard.care.models import Episode, Handover
from narvard.organisation.models import CareUnit, Commission
from narvard.visits import actions as visits


@transaction.atomic
def accept_handover(
    *, handover: Handover, takes_visits: bool, by: Commission, at: datetime, version: int | None = None
) -> Handover:
    """The receiver takes over, a team with an episode of its own.

    The giver's visits go to the receiver (``takes_visits``) or end with its episode. When the
    responsibility moves at a later day the visits do too: the giver goes until the day before. A bed
    that is given moves nothing of this: the person has to come first.
    """
    accepted = care.accept_handover(handover=handover, by=by, at=at, version=version)
    if accepted.bed:
        return accepted
    moves_at = max(at, accepted.wished_at or at)
    carries_on = takes_visits or accepted.receiver.kind == CareUnit.Kind.TEAM
    receiver = care.continue_episode(handover=accepted, by=by, at=at) if carries_on else None
    if takes_visits and receiver is not None:
        visits.move_needs_from(
            giver=accepted.episode, receiver=receiver, from_on=timezone.localdate(moves_at), by=by, at=at
        )
    if accepted.ends_episode:
        ended = care.end_episode_if_released(handover=accepted, by=by, at=at)
        if ended is not None and ended.ended_at is not None:
            visits.end_needs(
                episode=ended, until=timezone.localdate(ended.ended_at), reason=ended.end_reason, by=by, at=at
            )
    return accepted


@transaction.atomic
def end_care(*, episode: Episode, reason: str, by: Commission, at: datetime, version: int | None = None) -> Episode:
    """End an episode and what it asked of the visits."""
    ended = care.end_episode(episode=episode, reason=reason, by=by, at=at, version=version)
    until = timezone.localdate(ended.ended_at or at)
    visits.end_needs(episode=ended, until=until, reason=ended.end_reason, by=by, at=at)
    return ended
