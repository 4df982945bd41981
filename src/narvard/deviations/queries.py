"""Reads of the deviations room: lists by clock, counts. Whose they are is decided in ``rights``."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from narvard.deviations.models import Deviation
from narvard.deviations.rights import received_by, reported_by
from narvard.organisation.models import Commission

State = Deviation.State
_OPEN = ~Q(state=State.CLOSED)
# The receiver's turn, and the reporter's.
_TO_ANSWER = Q(state__in=[State.SENT, State.RECEIVED, State.INQUIRY])
_TO_CLOSE = Q(state=State.ANSWERED)


def to_us(by: Commission) -> QuerySet[Deviation]:
    """Open deviations that concern the acting side, the most urgent first."""
    return Deviation.objects.filter(received_by(by), _OPEN).order_by("due_at", "reference")


def from_us(by: Commission) -> QuerySet[Deviation]:
    """Open deviations that the acting side reported, the most urgent first."""
    return Deviation.objects.filter(reported_by(by), _OPEN).order_by("due_at", "reference")


def closed(by: Commission) -> QuerySet[Deviation]:
    """Closed deviations of the acting side, the newest first."""
    rows = Deviation.objects.filter(received_by(by) | reported_by(by), state=State.CLOSED)
    return rows.order_by("-reported_at", "reference")


def overdue(at: datetime) -> QuerySet[Deviation]:
    """Deviations whose clock has run out."""
    return Deviation.objects.filter(_OPEN, due_at__lt=at)


@dataclass(frozen=True)
class Turns:
    """How many deviations stand where, for the acting side."""

    to_us: int
    from_us: int
    to_answer: int
    to_close: int
    late: int
    """Of those that wait for us, to answer or to close."""

    @property
    def waiting(self) -> int:
        """How many wait for something from us."""
        return self.to_answer + self.to_close


def turns(by: Commission, at: datetime) -> Turns:
    """The counts, in two queries."""
    late = Count("pk", filter=Q(due_at__lt=at))
    to = Deviation.objects.filter(received_by(by), _OPEN)
    sent = Deviation.objects.filter(reported_by(by), _OPEN)
    received = to.aggregate(all=Count("pk"), turn=Count("pk", filter=_TO_ANSWER))
    reported = sent.aggregate(all=Count("pk"), turn=Count("pk", filter=_TO_CLOSE))
    own = Deviation.objects.filter(received_by(by) & _TO_ANSWER | reported_by(by) & _TO_CLOSE)
    return Turns(received["all"], reported["all"], received["turn"], reported["turn"], own.aggregate(n=late)["n"])


def counted(by: Commission, since: datetime, until: datetime) -> QuerySet[Deviation]:
    """What an overseer counts: reported in [since, until), to or from the provider's units."""
    rows = Deviation.objects.filter(received_by(by) | reported_by(by), reported_at__gte=since, reported_at__lt=until)
    return rows.select_related("unit", "reporter_unit").order_by("reported_at", "reference")
