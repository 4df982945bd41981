"""``narvard programmes``: the list, and putting the packaged definitions in force."""

import json
from typing import Any

import pytest
from django.core.management import call_command

from narvard.core.models import AuditEvent
from narvard.intake.tests.world import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock(settings: Any) -> None:
    settings.NARVARD_CLOCK = NOW.isoformat()


def listed(capsys: Any, *more: str) -> dict[str, dict[str, Any]]:
    call_command("programmes", "--json", *more)
    rows = json.loads(capsys.readouterr().out.splitlines()[-1])["programmes"]
    return {row["key"]: row for row in rows}


def test_all_24_are_listed_with_kind_and_no_version_before_any_is_loaded(capsys: Any) -> None:
    rows = listed(capsys)
    assert len(rows) == 24
    assert {row["version"] for row in rows.values()} == {None}
    assert rows["andningsstodteam"]["kind"] == "conference"


def test_loading_puts_them_in_force_and_is_logged(capsys: Any) -> None:
    rows = listed(capsys, "--load", "--decided-by=Gemensam ledning", "--from=2026-01-01")
    assert {(row["version"], row["valid_from"], row["decided_by"]) for row in rows.values()} == {
        (1, "2026-01-01", "Gemensam ledning")
    }
    assert AuditEvent.objects.filter(what="intake.load_programmes").count() == 24
    listed(capsys, "--load", "--decided-by=Gemensam ledning")
    assert AuditEvent.objects.filter(what="intake.load_programmes").count() == 24


def test_a_table_for_people(capsys: Any) -> None:
    call_command("programmes")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 24
    assert lines[-1].split()[:2] == ["trakteam", "team"]


@pytest.mark.parametrize(
    ("more", "why"),
    [(["--load"], "--decided-by"), (["--load", "--decided-by=x", "--from=i går"], "i går")],
)
def test_bad_input_gives_one_line_and_code_2(capsys: Any, more: list[str], why: str) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("programmes", *more)
    assert ended.value.code == 2
    told = capsys.readouterr().err.strip()
    assert why in told
    assert "\n" not in told
