"""What ``/health`` tells: database and worker, in words a monitor can read."""

from datetime import timedelta
from typing import Any

from django.db import DatabaseError, connection
from django.utils import timezone

from narvard.core.models import Run


def report() -> tuple[dict[str, Any], bool]:
    """The state of database and worker, and whether all is well. Uses the machine's clock, as runs do."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        waiting = _oldest_waiting_seconds()
    except DatabaseError:
        return {"database": "down", "worker": "unknown"}, False
    worker = "late" if waiting > 120 else "ok"
    return {"database": "ok", "worker": worker, "oldest_waiting_run_seconds": round(waiting)}, worker == "ok"


def _oldest_waiting_seconds() -> float:
    """How long the oldest job has waited for a worker, by the machine's clock; 0 when none waits."""
    row = Run.objects.filter(state=Run.State.WAITING).order_by("queued_at").first()
    return max((timezone.now() - row.queued_at) / timedelta(seconds=1), 0.0) if row else 0.0
