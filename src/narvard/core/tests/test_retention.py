"""Retention: what is past its time goes, what is not stays, and no patient's record is ever removed."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from narvard.access.models import CareRelation
from narvard.access.tests.factories import CareRelationFactory
from narvard.care.tests.factories import make_area
from narvard.core import audit, seal
from narvard.core.models import AuditEvent, Draft, OnceKey, Run, User
from narvard.core.retention import RULES
from narvard.people.actions import record_what_matters
from narvard.people.models import Address, Patient
from narvard.people.tests.factories import PatientFactory
from narvard.visits.models import DayPlan

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
DOCS = Path(__file__).parents[4] / "docs"


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("narvard.core.clock.now", lambda: AT)


def retention(capsys, **options) -> dict:
    call_command("retention", json=True, **options)
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def draft(at: datetime, form: str) -> Draft:
    user, _made = User.objects.get_or_create(username="anna")
    return Draft.objects.create(user=user, commission=user.pk, form=form, at=at)


def run(ended_days_ago: int, state: str = Run.State.DONE) -> Run:
    ended = timezone.now() - ended_days_ago * DAY
    return Run.objects.create(kind="plan", key=str(ended), state=state, requested_at=ended, ended_at=ended)


def test_what_is_past_its_time_goes_and_what_is_not_stays(capsys):
    draft(AT - 30 * DAY, "old")
    kept = draft(AT - 30 * DAY + SECOND, "young")
    OnceKey.objects.create(key=kept.user_id, action="a", at=AT - 30 * DAY)
    Session.objects.create(session_key="a", session_data="", expire_date=timezone.now() - SECOND)
    Session.objects.create(session_key="b", session_data="", expire_date=timezone.now() + DAY)
    told = retention(capsys, dry_run=True)
    assert (told["drafts"], told["once_keys"], told["sessions"]) == (1, 1, 1)
    assert Draft.objects.count() == 2
    assert not AuditEvent.objects.exists()
    assert retention(capsys) == {**told, "dry_run": False}
    assert Draft.objects.get() == kept
    assert not OnceKey.objects.exists()
    assert Session.objects.get().session_key == "b"
    rows = AuditEvent.objects.filter(what="core.retention", action="delete")
    assert set(rows.values_list("object_kind", flat=True)) == {"drafts", "once_keys", "sessions"}
    # A second time there is nothing to do, and nothing is logged.
    assert retention(capsys)["drafts"] == 0
    assert rows.count() == 3


def test_a_run_that_a_plan_names_and_one_that_lives_stay(capsys):
    old, named, young = run(91), run(92), run(89)
    live = run(93, Run.State.RUNNING)
    DayPlan.objects.create(care_area="umea", date=AT.date(), number=1, run=named, made_at=AT, planned=0, unplanned=0)
    assert retention(capsys)["runs"] == 1
    assert not Run.objects.filter(pk=old.pk).exists()
    assert set(Run.objects.all()) == {named, young, live}


def test_finished_tasks_go(capsys):
    now = timezone.now()
    for days, status in ((91, "SUCCESSFUL"), (91, "READY"), (1, "FAILED")):
        DBTaskResult.objects.create(
            args_kwargs={},
            task_path="a",
            backend_name="default",
            run_after=now,
            status=status,
            finished_at=None if status == "READY" else now - days * DAY,
        )
    assert retention(capsys)["jobs"] == 1
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"READY", "FAILED"}


def test_failed_sign_ins_go_when_they_have_long_ceased_to_count(capsys, settings):
    now = timezone.now()
    for days, name in ((31, "old"), (29, "young")):
        AccessAttempt.objects.create(username=name, ip_address="10.0.0.1", failures_since_start=5)
        AccessAttempt.objects.filter(username=name).update(attempt_time=now - days * DAY)
    assert retention(capsys, dry_run=True)["sign_in_tries"] == 1
    settings.AXES_COOLOFF_TIME = 60 * DAY
    assert retention(capsys)["sign_in_tries"] == 0
    settings.AXES_COOLOFF_TIME = timedelta(minutes=15)
    assert retention(capsys)["sign_in_tries"] == 1
    assert AccessAttempt.objects.get().username == "young"


def test_the_log_is_forgotten_after_its_years_by_whole_batches(capsys, settings):
    settings.AUDIT_YEARS = 10
    for years in (11, 9):
        audit.write("core.test", by=audit.SYSTEM, at=AT.replace(year=AT.year - years))
        seal.seal(AT)
    assert retention(capsys, dry_run=True)["audit_log"] == 1
    assert retention(capsys)["audit_log"] == 1
    assert AuditEvent.objects.get(what="core.test").at.year == AT.year - 9
    settings.AUDIT_YEARS = 8
    assert retention(capsys)["audit_log"] == 1


def test_records_without_an_entry_for_ten_years_are_listed_and_never_removed(capsys):
    old = AT.replace(year=AT.year - 10) - DAY
    silent = PatientFactory(registered_at=old)
    written = PatientFactory(registered_at=old)
    met = PatientFactory(registered_at=old)
    area = make_area()
    record_what_matters(patient=written, text="Få gå ut", by=area.team, at=AT.replace(year=AT.year - 10) + DAY)
    CareRelationFactory(patient=met, unit=area.team.unit, since=old, until=AT - DAY)
    enrolled = PatientFactory(registered_at=old)
    PatientFactory(registered_at=old)  # has moved since
    Address.objects.filter(patient__in=[silent, written, met, enrolled]).update(since=old)
    area.patient = enrolled
    area.met(area.team)
    CareRelation.objects.filter(patient=enrolled).update(since=old, until=old)
    area.enrol(at=old)
    # No date of the enrolment is from the last ten years, and still it has not ended.
    told = retention(capsys)
    assert told["patients"] == [str(silent.pk)]
    assert told["patient_records"] == 1
    assert Patient.objects.filter(pk=silent.pk).exists()
    assert next(rule for rule in RULES if rule.name == "patient_records").cull is None


def test_the_plain_answer_tells_each_rule(capsys):
    call_command("retention", dry_run=True)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [rule.name for rule in RULES]
    assert "may be culled" in lines[-1]


def test_the_table_in_the_documentation_is_the_rules():
    text = (DOCS / "operations.md").read_text(encoding="utf-8")
    rows = [tuple(cell.strip() for cell in row) for row in re.findall(r"^\| `(\w+)` \|(.*)\|(.*)\|(.*)\|$", text, re.M)]
    assert rows == [(rule.name, rule.what, rule.kept, rule.why) for rule in RULES]
