"""Background runs: one row per job with progress and heartbeat, so a killed worker is seen and its work retried."""

import logging
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from narvard.core.errors import NarvardError
from narvard.core.models import Run

logger = logging.getLogger(__name__)

STALE_AFTER = timedelta(seconds=60)
MAX_ATTEMPTS = 3
# The error of a run that somebody called off.
CANCELLED = "cancelled"

Progress = Callable[[float, str], None]
Work = Callable[[Run, Progress], dict[str, Any]]


def request(
    kind: str, key: str, *, at: datetime, params: dict[str, Any], commission: uuid.UUID | None
) -> tuple[Run, bool]:
    """The live run for (kind, key) and whether it was made now; a second request joins the first."""
    try:
        with transaction.atomic():
            run = Run.objects.create(kind=kind, key=key, params=params, by_commission=commission, requested_at=at)
            return run, True
    except IntegrityError:
        live = [Run.State.WAITING, Run.State.RUNNING]
        return Run.objects.get(kind=kind, key=key, state__in=live), False


def execute(run_id: uuid.UUID, work: Work) -> Run:
    """Do ``work`` for a waiting run. Call from a worker's task; safe to call twice.

    The heartbeat uses the machine's clock: it tells whether a process lives, not when care happened.
    """
    if not _claim(run_id):
        return Run.objects.get(pk=run_id)
    run = Run.objects.get(pk=run_id)
    attempt = run.attempts
    try:
        result = work(run, lambda share, message: _beat(run_id, attempt, share, message))
    except NarvardError as error:
        _finish(run_id, attempt, state=Run.State.FAILED, error=str(error))
    except Exception:
        logger.exception("Run %s (%s) failed", run_id, run.kind)
        _finish(run_id, attempt, state=Run.State.FAILED, error="internal")
        raise
    else:
        _finish(run_id, attempt, state=Run.State.DONE, result=result, progress=1.0)
    return Run.objects.get(pk=run_id)


def cancel(run_id: uuid.UUID) -> bool:
    """End a live run; whether there was one. A worker that has it stops at its next progress report."""
    live = Run.objects.filter(pk=run_id, state__in=[Run.State.WAITING, Run.State.RUNNING])
    return bool(live.update(state=Run.State.FAILED, error=CANCELLED, ended_at=timezone.now()))


class Superseded(NarvardError):
    """Another worker has taken over this run, or somebody has called it off."""


def hold(run: Run) -> None:
    """Raise :class:`Superseded` unless this attempt still has the run; call inside the transaction that publishes.

    The row stays locked until that transaction ends, so nobody can take the run over in between.
    """
    held = Run.objects.select_for_update().filter(pk=run.pk, state=Run.State.RUNNING, attempts=run.attempts)
    if held.first() is None:
        raise Superseded("The run was taken over by another worker.")


def _claim(run_id: uuid.UUID) -> bool:
    now = timezone.now()
    claimed = Run.objects.filter(pk=run_id, state=Run.State.WAITING).update(
        state=Run.State.RUNNING, started_at=now, heartbeat_at=now, attempts=F("attempts") + 1
    )
    return bool(claimed)


def _beat(run_id: uuid.UUID, attempt: int, share: float, message: str) -> None:
    alive = Run.objects.filter(pk=run_id, state=Run.State.RUNNING, attempts=attempt).update(
        progress=min(max(share, 0.0), 1.0), message=message[:200], heartbeat_at=timezone.now()
    )
    if not alive:
        raise Superseded("The run was taken over by another worker.")


def _finish(run_id: uuid.UUID, attempt: int, **fields: Any) -> None:
    Run.objects.filter(pk=run_id, state=Run.State.RUNNING, attempts=attempt).update(
        ended_at=timezone.now(), heartbeat_at=timezone.now(), **fields
    )


def revive(kind: str) -> list[Run]:
    """Put runs whose worker has gone silent back to waiting, or fail them after three tries.

    Returns the runs to enqueue again: those, and waiting ones so old that their task may have been lost (a
    task for a run that is already done does nothing).
    """
    now = timezone.now()
    dead = Run.objects.filter(kind=kind, state=Run.State.RUNNING, heartbeat_at__lt=now - STALE_AFTER)
    dead.filter(attempts__gte=MAX_ATTEMPTS).update(state=Run.State.FAILED, error="worker-lost", ended_at=now)
    dead.update(state=Run.State.WAITING, queued_at=now - STALE_AFTER)
    waiting = Run.objects.filter(kind=kind, state=Run.State.WAITING, queued_at__lte=now - STALE_AFTER)
    lost = list(waiting)
    waiting.update(queued_at=now)
    return lost
