"""What an outcome rule pays where there is no effect: reckoned once, in the background, and kept."""

import pytest

from narvard.core.models import Run
from narvard.followup.payment import tasks
from narvard.followup.payment.tests.factories import AT, Parties

pytestmark = pytest.mark.django_db


def test_it_is_asked_for_once_and_is_likely(monkeypatch):
    monkeypatch.setattr(tasks, "STUDIES", 12)
    by = Parties().region
    run = tasks.start_false_payout(fall=0.0, by=by, at=AT)
    assert tasks.start_false_payout(fall=0.0, by=by, at=AT) == run
    run = tasks.runs.execute(run.pk, tasks._reckon)
    assert run.state == Run.State.DONE
    # Nothing helped anybody, and the rule pays nearly always.
    assert run.result["share"] > 0.9
    assert tasks.start_false_payout(fall=0.0, by=by, at=AT) == run
    assert tasks.latest(0.1) is None
