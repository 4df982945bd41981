"""Requests and hand-overs: who came when, who answered when, and what no team took."""

import uuid
from datetime import datetime
from typing import Any

from django.db.models import Max, Min, Q
from django.utils import timezone

from narvard.care.models import Handover, HandoverEvent
from narvard.core.calendar import next_working_day
from narvard.followup.indicators.continuity import MADE
from narvard.followup.indicators.tally import Tally
from narvard.intake.models import CareRequest, Urgency

ANSWERS = (Handover.State.ACCEPTED, Handover.State.DECLINED)
NOT_TO_VISIT = (CareRequest.Outcome.WITHDRAWN, CareRequest.Outcome.DIED)
NOT_A_NEED = (*NOT_TO_VISIT, CareRequest.Outcome.OPEN, CareRequest.Outcome.ADVICE)
HOUR = 3600.0


def _requests(tally: Tally) -> Any:
    period = tally.period
    return CareRequest.objects.filter(
        registered_at__gte=period.first,
        registered_at__lt=period.last,
        patient__municipality__care_area=period.care_area,
    ).order_by()


def count_requests(tally: Tally) -> None:
    """Acute visits by the next weekday, hours to the first visit, and needs that no team met."""
    rows = (
        _requests(tally)
        .exclude(urgency=Urgency.ADVICE)
        .annotate(came=Min("episode__visits__starts_at", filter=Q(episode__visits__state__in=MADE)))
        .annotate(left=Max("events__at"))
        .values_list("patient", "team__team__programme__key", "urgency", "registered_at", "came", "outcome", "left")
    )
    for patient, programme, urgency, registered, came, outcome, left in rows:
        if urgency == Urgency.ACUTE and outcome not in NOT_TO_VISIT:
            _next_weekday(tally, patient, programme, registered, came)
        still = outcome in (CareRequest.Outcome.OPEN, CareRequest.Outcome.EPISODE)
        until = came or (tally.period.at if still else left) or tally.period.at
        _waited(tally, patient, programme, max(0.0, (until - registered).total_seconds() / HOUR), came is not None)
        if outcome not in NOT_A_NEED:
            tally.met("unmet", "", patient, met=outcome == CareRequest.Outcome.DECLINED)


def _next_weekday(
    tally: Tally, patient: uuid.UUID, programme: str | None, registered: datetime, came: datetime | None
) -> None:
    """Only those whose time is out, or who were visited."""
    limit = next_working_day(timezone.localdate(registered))
    met = came is not None and timezone.localdate(came) <= limit
    if met or limit < timezone.localdate(tally.period.at):
        tally.met("next_weekday", programme, patient, met=met)


def _waited(tally: Tally, patient: uuid.UUID, programme: str | None, hours: float, came: bool) -> None:
    for each in {programme or "", ""}:
        sums = tally.of_person("first_visit", each, patient)
        if sums is not None:
            sums.times[hours, came] += 1


def count_handovers(tally: Tally) -> None:
    """Of each hand-over sent in the period, whether it was accepted by the next weekday; not those withdrawn."""
    period = tally.period
    area = Q(handover__patient__municipality__care_area=period.care_area)
    sent = HandoverEvent.objects.filter(area, state=Handover.State.PROPOSED).order_by()
    first = sent.values_list("handover", "handover__patient", "handover__episode__programme__key").annotate(
        sent=Min("at")
    )
    rows = list(first.filter(sent__gte=period.first, sent__lt=period.last))
    ends = HandoverEvent.objects.filter(
        handover__in=[row[0] for row in rows], state__in=(*ANSWERS, Handover.State.WITHDRAWN)
    ).order_by("handover", "sequence")
    ended: dict[uuid.UUID, tuple[str, datetime]] = {}
    for key, state, at in ends.values_list("handover", "state", "at"):
        ended.setdefault(key, (state, at))
    for key, patient, programme, at in rows:
        state, when = ended.get(key, ("", period.at))
        limit = next_working_day(timezone.localdate(at))
        if state in ANSWERS or (not state and limit < timezone.localdate(period.at)):
            in_time = state == Handover.State.ACCEPTED and timezone.localdate(when) <= limit
            tally.met("handover_accepted", programme, patient, met=in_time)
