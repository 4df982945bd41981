"""What an outcome rule pays where there is no effect: reckoned once, in the background, and kept."""

from datetime import timedelta

import pytest
from django.core.management import call_command

from narvard.core.models import Run
from narvard.followup.payment import tasks
from narvard.followup.payment.tests.factories import AT, Parties

pytestmark = pytest.mark.django_db


def test_it_is_asked_for_once_and_is_likely(monkeypatch):
    monkeypatch.setattr(tasks, "STUDIES", 12)
    both = Parties()
    by, row = both.region, both.agree("outcome")
    run = tasks.start_false_payout(agreement=row, by=by, at=AT)
    assert tasks.start_false_payout(agreement=row, by=by, at=AT) == run
    run = tasks.runs.execute(run.pk, tasks._reckon)
    assert run.state == Run.State.DONE
    # Nothing helped anybody, and the rule pays nearly always.
    assert run.result["share"] > 0.9
    assert tasks.start_false_payout(agreement=both.agree("outcome", name="En till"), by=by, at=AT) == run
    assert tasks.latest(0.1) is None


def test_it_stays_with_the_agreement_when_other_runs_are_cleared_away():
    both = Parties()
    row = both.agree("outcome")
    run = tasks.start_false_payout(agreement=row, by=both.region, at=AT)
    old = AT - timedelta(days=400)
    loose = Run.objects.create(kind=tasks.KIND, key="other", requested_at=old)
    Run.objects.update(state=Run.State.DONE, ended_at=old)
    call_command("retention", json=True)
    assert not Run.objects.filter(pk=loose.pk).exists()
    row.refresh_from_db()
    assert tasks.known_payout(row) == run
