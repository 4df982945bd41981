"""Background work of the payment: how often an outcome rule pays where there is no effect at all."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django_tasks import task

from narvard.core import audit, runs
from narvard.core.models import Run
from narvard.followup.payment import terms
from narvard.followup.payment.models import Agreement
from narvard.organisation.models import Commission

KIND = "followup.false_payout"
STUDIES = 200


@task()
def reckon_false_payout(run_id: str) -> None:
    """Do a waiting run, asked for with :func:`start_false_payout`."""
    runs.execute(uuid.UUID(run_id), _reckon)


@transaction.atomic
def start_false_payout(*, agreement: Agreement, by: Commission, at: datetime) -> Run:
    """Ask for the chance that the outcome rule's "paid if bed days fall by so much" pays without any effect, unless it
    is known; the agreement keeps it, so that it is not cleared away with other runs."""
    fall = fall_of(agreement)
    run = known_payout(agreement)
    if run is None or run.state == Run.State.FAILED:
        run, new = runs.request(KIND, key_of(fall), at=at, params={"fall": fall}, commission=by.pk)
        if new:
            reckon_false_payout.enqueue(str(run.pk))
            audit.write("payment.false_payout", by=by, at=at, object_kind="run", object_id=run.pk)
    Agreement.objects.filter(pk=agreement.pk).update(payout_run=run)
    return run


def fall_of(agreement: Agreement) -> float:
    """By how much bed days must fall for the outcome part to be paid."""
    return float(terms.read(agreement.rule, agreement.terms).fall)


def known_payout(agreement: Agreement) -> Run | None:
    """The agreement's own run, or else the newest of the same threshold."""
    return agreement.payout_run or latest(fall_of(agreement))


def key_of(fall: float) -> str:
    """The run of a threshold."""
    return f"{fall:.4f}"


def latest(fall: float) -> Run | None:
    """The newest run of a threshold."""
    return Run.objects.filter(kind=KIND, key=key_of(fall)).order_by("-requested_at").first()


def _reckon(run: Run, report: runs.Progress) -> dict[str, Any]:
    from narvard.engines.evidence import Setting, false_payout

    report(0.1, "")
    setting = Setting()
    found = false_payout(run.params["fall"], setting, studies=STUDIES)
    low, high = found.interval.low, found.interval.high
    return {"share": found.estimate, "low": low, "high": high, "studies": STUDIES, "persons": setting.persons}


def revive(at: datetime) -> int:
    """Enqueue again the runs whose worker has gone silent; returns how many. A part of ``narvard tick``."""
    lost = runs.revive(KIND)
    for run in lost:
        reckon_false_payout.enqueue(str(run.pk))
    return len(lost)
