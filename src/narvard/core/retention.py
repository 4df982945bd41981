"""How long each kind of row is kept, as data: one rule per kind, with its reason. ``narvard retention`` applies them.

Patients' records are never removed here. A rule without ``cull`` only tells what the law would let somebody cull,
once the care provider and its archive have decided so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import QuerySet
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult

from narvard.core import audit, seal
from narvard.core.models import AuditBatch, Draft, OnceKey, Run

DRAFTS_KEPT = timedelta(days=30)
ONCE_KEYS_KEPT = timedelta(days=30)
JOBS_KEPT = timedelta(days=90)
# Failed sign-ins count for minutes (``NARVARD_SIGN_IN_MINUTES``); that they happened stands in the audit log.
TRIES_KEPT = timedelta(days=30)
QUARANTINE_KEPT = timedelta(days=90)
# PDL (2008:355) 3 kap. 17 §: at least ten years after the last entry.
RECORD_YEARS = 10
# No statute names a time for deviations; ours is that of the record, which an inquiry may be read beside.
DEVIATION_YEARS = 10
AT_ONCE = 5_000


@dataclass(frozen=True)
class Clocks:
    """``care`` is the one clock, ``machine`` that of processes; a demonstration's differ."""

    care: datetime
    machine: datetime


@dataclass(frozen=True)
class Rule:
    """One kind of row. ``due`` counts those past their time; ``cull`` removes them, and is None where it may not."""

    name: str
    what: str
    kept: str
    why: str
    due: Callable[[Clocks], int]
    cull: Callable[[Clocks], int] | None = None


def pointing_at(model: type[models.Model]) -> "list[models.ForeignKey[models.Model, models.Model]]":
    """Every foreign key to ``model`` in any room, those without a name back too."""
    found = model._meta.get_fields(include_hidden=True)
    return [each.field for each in found if isinstance(each, models.ManyToOneRel)]


def _drafts(clocks: Clocks) -> QuerySet[Draft]:
    return Draft.objects.filter(at__lte=clocks.care - DRAFTS_KEPT)


def _once_keys(clocks: Clocks) -> QuerySet[OnceKey]:
    return OnceKey.objects.filter(at__lte=clocks.care - ONCE_KEYS_KEPT)


def _sessions(clocks: Clocks) -> QuerySet[Session]:
    return Session.objects.filter(expire_date__lte=clocks.machine)


def _jobs(clocks: Clocks) -> "QuerySet[DBTaskResult[Any, Any]]":
    finished: QuerySet[DBTaskResult[Any, Any]] = DBTaskResult.objects.finished()
    return finished.filter(finished_at__lte=clocks.machine - JOBS_KEPT)


def _tries(clocks: Clocks) -> QuerySet[AccessAttempt]:
    kept = max(TRIES_KEPT, settings.AXES_COOLOFF_TIME)
    rows: QuerySet[AccessAttempt] = AccessAttempt.objects.filter(attempt_time__lte=clocks.machine - kept)
    return rows


def _quarantine(clocks: Clocks) -> "QuerySet[models.Model]":
    """Wrong rows of utilisation data since sent right (``followup.utilisation.queries``)."""
    settled = import_string("narvard.followup.utilisation.queries.settled_before")
    rows: QuerySet[models.Model] = settled(clocks.care - QUARANTINE_KEPT)
    return rows


def _deviations(clocks: Clocks) -> int:
    """Those closed so long that culling may be decided on (``deviations.retention``)."""
    closed = import_string("narvard.deviations.retention.closed_before")
    count: int = closed(seal.years_before(clocks.care, DEVIATION_YEARS)).count()
    return count


def _runs(clocks: Clocks) -> QuerySet[Run]:
    """Ended runs that no other row points to: a published plan names the run that made it."""
    rows = Run.objects.filter(state__in=[Run.State.DONE, Run.State.FAILED], ended_at__lte=clocks.machine - JOBS_KEPT)
    for relation in pointing_at(Run):
        naming = relation.model._base_manager.exclude(**{relation.name: None})
        rows = rows.exclude(pk__in=naming.values(relation.attname))
    return rows


def _log_limit(clocks: Clocks) -> datetime:
    return seal.years_before(clocks.care, settings.AUDIT_YEARS)


def _log_due(clocks: Clocks) -> int:
    batches = AuditBatch.objects.filter(forgotten_at=None, last_at__lt=_log_limit(clocks))
    return batches.aggregate(rows=models.Sum("events"))["rows"] or 0


def _log_forget(clocks: Clocks) -> int:
    return seal.forget(before=_log_limit(clocks), by=audit.SYSTEM, at=clocks.care).events


def _records(clocks: Clocks) -> int:
    return len(idle_records(clocks))


def idle_records(clocks: Clocks) -> list[str]:
    """The ids of patients in whose record nothing has been written for ten years (``people.retention``)."""
    idle = import_string("narvard.people.retention.idle_since")
    return sorted(map(str, idle(seal.years_before(clocks.care, RECORD_YEARS)).values_list("pk", flat=True)))


def _rows(name: str, what: str, kept: str, why: str, rows: Callable[[Clocks], "QuerySet[models.Model]"]) -> Rule:
    """A rule about rows that are simply deleted."""

    def cull(clocks: Clocks) -> int:
        removed = 0
        while keys := list(rows(clocks).order_by().values_list("pk", flat=True)[:AT_ONCE]):
            rows(clocks).model._base_manager.filter(pk__in=keys).delete()
            removed += len(keys)
        return removed

    return Rule(name, what, kept, why, lambda clocks: rows(clocks).count(), cull)


RULES: tuple[Rule, ...] = (
    _rows("drafts", "forms begun and not sent", f"{DRAFTS_KEPT.days} days", "not part of the record", _drafts),
    _rows("once_keys", "keys of sent forms", f"{ONCE_KEYS_KEPT.days} days", "no page is open that long", _once_keys),
    _rows("sessions", "sign-ins that have ended", "until they end", "of no use", _sessions),
    _rows("jobs", "finished background tasks", f"{JOBS_KEPT.days} days", "to find faults", _jobs),
    _rows("runs", "ended runs that no plan names", f"{JOBS_KEPT.days} days", "to find faults", _runs),
    _rows("sign_in_tries", "failed sign-ins", f"{TRIES_KEPT.days} days", "they count for minutes", _tries),
    _rows(
        "wrong_rows",
        "wrong rows of utilisation data, since sent right",
        f"{QUARANTINE_KEPT.days} days",
        "they hold identities",
        _quarantine,
    ),
    Rule(
        "audit_log",
        "sealed batches of the audit log",
        "`NARVARD_AUDIT_YEARS` years",
        "HSLF-FS 2016:40 4 kap. 9 §: at least five years",
        _log_due,
        _log_forget,
    ),
    Rule(
        "deviations",
        "closed deviations",
        f"{DEVIATION_YEARS} years, then counted",
        "no statute names a time; culling is the archive's decision (arkivlagen 1990:782, 10 §)",
        _deviations,
    ),
    Rule(
        "patient_records",
        "patients with no entry since",
        f"{RECORD_YEARS} years, then listed",
        "PDL 3 kap. 17 §: at least ten years; culling is the archive's decision",
        _records,
    ),
)
