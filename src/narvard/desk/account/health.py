"""What ``/health`` tells: database, worker, the audit log's sealer and backup, in words a monitor can read."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from narvard.core import clock, heads, seal
from narvard.core.backup import KIND
from narvard.core.errors import NarvardError
from narvard.core.models import Run
from narvard.organisation.notices.queries import failed_since

_WORKER_SECONDS = 120
# The sealer runs every minute.
_SEALER_SECONDS = 180


def report() -> tuple[dict[str, Any], bool]:
    """The state of database, worker, sealer and backup, and whether all is well.

    Worker and backup are judged by the machine's clock, as runs are, and the sealer by the clock of the audit rows.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        waiting, unsealed = _oldest_waiting_seconds(), _oldest_unsealed_seconds()
        exported = _exported_heads()
        backup, age = _backup()
        failed = failed_since(clock.now() - timedelta(days=1))
    except DatabaseError:
        return {"database": "down", "worker": "unknown", "sealer": "unknown"}, False
    told = {
        "database": "ok",
        "worker": "late" if waiting > _WORKER_SECONDS else "ok",
        "oldest_waiting_run_seconds": round(waiting),
        "sealer": "late" if unsealed > _SEALER_SECONDS else "ok",
        "oldest_unsealed_row_seconds": round(unsealed),
        "audit_heads": exported,
        "backup": backup,
        "backup_age_hours": age,
        "notices": "late" if failed else "ok",
        "notices_not_sent_24_hours": failed,
    }
    return told, not {"late", "missing", "disagree"} & set(told.values())


def _oldest_waiting_seconds() -> float:
    """How long the oldest job has waited for a worker, by the machine's clock; 0 when none waits."""
    row = Run.objects.filter(state=Run.State.WAITING).order_by("queued_at").first()
    return max((timezone.now() - row.queued_at) / timedelta(seconds=1), 0.0) if row else 0.0


def _oldest_unsealed_seconds() -> float:
    """How old the oldest audit row is that no batch holds; 0 when all are sealed."""
    oldest = seal.oldest_unsealed()
    return max((clock.now() - oldest) / timedelta(seconds=1), 0.0) if oldest else 0.0


def _exported_heads() -> str:
    """Whether the chains hold the heads that were exported: ``ok``, ``disagree``, or ``none`` when none were."""
    path = heads.place()
    if not path.exists():
        return "none"
    try:
        return "disagree" if heads.missing(heads.read(path)) else "ok"
    except NarvardError:
        return "disagree"


def _backup() -> tuple[str, float | None]:
    """Whether the newest backup is young enough, and its age in hours; not judged unless the setting says how old."""
    run = Run.objects.filter(kind=KIND, state=Run.State.DONE).order_by("-ended_at").first()
    if run is None or run.ended_at is None:
        return "missing" if settings.NARVARD_BACKUP_HOURS else "not judged", None
    age = round((timezone.now() - run.ended_at) / timedelta(hours=1), 1)
    if not settings.NARVARD_BACKUP_HOURS:
        return "not judged", age
    return "late" if age > settings.NARVARD_BACKUP_HOURS else "ok", age
