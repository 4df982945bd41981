"""Deviations that were closed ten years ago are counted, and none is removed."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command

from narvard.core import seal
from narvard.core.retention import RULES, Clocks
from narvard.deviations import actions
from narvard.deviations.models import Answer, Deviation
from narvard.deviations.retention import closed_before
from narvard.deviations.tests.factories import AT, DAY, make_world

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def closed():
    world = make_world()
    return actions.close(deviation=world.answered(), by=world.reporter, at=AT + 2 * DAY)


def test_ten_years_count_from_the_last_step(closed):
    assert not closed_before(AT + 2 * DAY).exists()
    assert closed_before(AT + 2 * DAY + SECOND).get() == closed


def test_an_open_one_and_a_promise_to_come_keep_it(closed):
    Answer.objects.update(measures_by=(AT + 30 * DAY).date())
    assert not closed_before(AT + 20 * DAY).exists()
    Answer.objects.update(measures_by=None)
    Deviation.objects.update(state="answered", due_at=AT)
    assert not closed_before(AT + 20 * DAY).exists()


def test_they_are_listed_and_never_removed(closed, monkeypatch, capsys):
    later = (AT + 3 * DAY).replace(year=AT.year + 10)
    monkeypatch.setattr("narvard.core.clock.now", lambda: later)
    call_command("retention", json=True)
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["deviations"] == 1
    assert Deviation.objects.get() == closed
    rule = next(rule for rule in RULES if rule.name == "deviations")
    assert rule.cull is None
    assert rule.due(Clocks(care=seal.years_before(later, 1), machine=later)) == 0
