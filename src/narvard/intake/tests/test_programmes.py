"""Loading programme versions."""

from datetime import date

import pytest

from narvard.core import audit
from narvard.core.models import AuditEvent
from narvard.intake.actions import load_programmes
from narvard.intake.definitions import read
from narvard.intake.errors import VersionNotValid
from narvard.intake.models import ProgrammeVersion
from narvard.intake.queries import definitions_in_force
from narvard.intake.tests.test_definitions import MINIMAL
from narvard.intake.tests.world import NOW
from narvard.organisation.models import Programme

CARS = "cars: 3\nevidence:\n  cars: {source: a, quote: tre bilar}\n"

pytestmark = pytest.mark.django_db


def load(day: str, text: str = "") -> list[ProgrammeVersion]:
    return load_programmes(
        decided_by="Gemensam ledning",
        valid_from=date.fromisoformat(day),
        by=audit.SYSTEM,
        at=NOW,
        definitions=[read(MINIMAL + text)],
    )


def test_the_packaged_ones_load_once() -> None:
    first = load_programmes(decided_by="x", valid_from=date(2026, 1, 1), by=audit.SYSTEM, at=NOW)
    again = load_programmes(decided_by="x", valid_from=date(2026, 2, 1), by=audit.SYSTEM, at=NOW)
    assert len(first) == Programme.objects.count() == 24
    assert again == []
    assert AuditEvent.objects.filter(what="intake.load_programmes").count() == 24


def test_a_changed_text_is_a_new_version_from_its_day() -> None:
    load("2026-01-01")
    (second,) = load("2026-06-01", CARS)
    assert second.number == 2
    before = definitions_in_force(date(2026, 5, 31))[second.programme_id]
    after = definitions_in_force(date(2026, 6, 1))[second.programme_id]
    assert ("cars" in before.data, after.data["cars"]) == (False, 3)
    assert definitions_in_force(date(2025, 12, 31)) == {}


def test_two_versions_on_one_day_are_refused() -> None:
    load("2026-01-01")
    with pytest.raises(VersionNotValid, match="senare datum"):
        load("2026-01-01", CARS)
