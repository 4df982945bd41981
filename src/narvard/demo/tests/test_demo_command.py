"""The command: what it refuses, when it loads, from when its clock ticks, and what it tells."""

import json
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from narvard.core import audit
from narvard.demo import loader
from narvard.demo.cast import STAFF
from narvard.demo.loader import EDITION, NotADemo, present
from narvard.demo.management.commands.demo import clock_start, greeting
from narvard.demo.models import DemoLoad
from narvard.people.models import Patient
from narvard.people.tests.factories import PatientFactory

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def _folders(settings, tmp_path):
    settings.VAR_DIR, settings.STATIC_ROOT = tmp_path / "var", tmp_path / "static"


def a_load(**changes):
    told = {"date": DAY, "seed": 1, "operating_model": "joint", "edition": EDITION, "planned": True, "seconds": 12.3}
    return DemoLoad.objects.create(**{**told, "finished_at": timezone.now(), **changes})


def run(*arguments):
    out, err = StringIO(), StringIO()
    call_command("demo", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_a_database_that_holds_the_area_is_not_loaded_again(monkeypatch):
    monkeypatch.setattr(loader, "load", pytest.fail)
    a_load()
    out, err = run("--no-serve", "--json")
    told = json.loads(out.splitlines()[-1])
    assert list(told) == [
        "patients",
        "in_need_estimate",
        "enrolled",
        "requests_open",
        "teams",
        "staff",
        "visits_today",
        "visits_planned",
        "visits_unplanned",
        "seconds",
    ]
    assert told["seconds"] == 12.3
    assert "redan laddat" in err


@pytest.mark.parametrize(
    "other", [{"seed": 2}, {"operating_model": "today"}, {"date": DAY + timedelta(days=1)}, {"edition": 0}]
)
def test_another_area_or_an_unfinished_one_does_not_count_as_loaded(other):
    a_load(**other)
    assert present(DAY, 1, "joint") is None


def test_a_load_whose_plan_was_not_finished_is_done_again():
    a_load(planned=False)
    assert present(DAY, 1, "joint") is None


def test_a_database_with_other_people_in_it_is_never_emptied():
    PatientFactory()
    with pytest.raises(NotADemo, match="annat än en demonstration"):
        loader.load(DAY, 1, "joint", lambda _share, _message: None)
    with pytest.raises(CommandError) as refused:
        run("--no-serve")
    assert refused.value.returncode == 2
    assert Patient.objects.count() == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--date", "yesterday"], "is not a date"),
        (["--date", "1999-01-01"], "the test persons fit dates from"),
        (["--seed", "-1"], "not a whole number"),
        (["--seed", "many"], "not a whole number"),
        (["--port", "http"], "not a whole number"),
        (["--model", "tomorrow"], "choose one of joint, today"),
    ],
)
def test_bad_input_is_refused_in_one_line(arguments, message):
    with pytest.raises(CommandError, match=message) as refused:
        run("--no-serve", *arguments)
    assert refused.value.returncode == 2
    assert "\n" not in str(refused.value)


def test_it_refuses_to_run_in_production(settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="not for production") as refused:
        run("--no-serve")
    assert refused.value.returncode == 2


def test_the_clock_starts_at_half_past_seven_and_never_before_the_last_thing_recorded():
    row = a_load()
    assert clock_start(row) == datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
    audit.write("test", by=audit.SYSTEM, at=datetime(2026, 11, 23, 6, 0, tzinfo=UTC))
    assert clock_start(row) == datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
    later = datetime(2026, 11, 23, 9, 12, tzinfo=UTC)
    audit.write("test", by=audit.SYSTEM, at=later)
    assert clock_start(row) == later


def test_serving_hands_over_port_and_clock_and_tells_who_to_sign_in_as(monkeypatch):
    asked = SimpleNamespace()

    def serve(port, clock, ready):
        asked.port, asked.clock = port, clock
        ready()

    monkeypatch.setattr("narvard.demo.management.commands.demo.serve", serve)
    row = a_load()
    out, _err = run("--port", "8765")
    assert (asked.port, asked.clock) == (8765, clock_start(row))
    assert "http://127.0.0.1:8765" in out


def test_the_greeting_names_the_whole_cast():
    text = greeting(8000)
    assert all(person.username in text and person.name in text and person.who in text for person in STAFF.values())
