"""What a monitor reads at ``/health`` about backups."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from narvard.core.backup import KIND
from narvard.core.models import Run

pytestmark = pytest.mark.django_db


def backup(hours: float, state: str = Run.State.DONE) -> None:
    ended = timezone.now() - timedelta(hours=hours)
    Run.objects.create(kind=KIND, key=KIND, state=state, requested_at=ended, ended_at=ended)


@pytest.mark.parametrize(
    ("ages", "limit", "status", "told", "age"),
    [
        ([], 0, 200, "not judged", None),
        ([], 26, 503, "missing", None),
        ([3, 50], 26, 200, "ok", 3.0),
        ([27], 26, 503, "late", 27.0),
        ([27], 0, 200, "not judged", 27.0),
    ],
)
def test_the_age_of_the_newest_backup(client, settings, ages, limit, status, told, age):
    settings.NARVARD_BACKUP_HOURS = limit
    for hours in ages:
        backup(hours)
    answer = client.get(reverse("account:health"))
    assert answer.status_code == status
    assert (answer.json()["backup"], answer.json()["backup_age_hours"]) == (told, age)


def test_a_backup_that_failed_does_not_count(client, settings):
    settings.NARVARD_BACKUP_HOURS = 26
    backup(1, Run.State.FAILED)
    assert client.get(reverse("account:health")).json()["backup"] == "missing"
