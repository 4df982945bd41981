"""The downtime pack: what it tells on paper and in the folder, to whom, and of whom it tells less."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django.fixtures import Settings

from narvard.core.models import AuditEvent
from narvard.desk.intake.tests.conftest import SignIn
from narvard.flows import downtime
from narvard.intake.tests.world import NOW, World
from narvard.organisation.models import CareUnit

PAGE, FILE = "/intag/reservrutin/", "/intag/reservrutin/pdf/"


@pytest.fixture
def busy(world: World) -> World:
    """Somebody waits for a car, and a team has been asked about another request."""
    CareUnit.objects.filter(pk=world.alarm.pk).update(phone="090-785 00 00")
    world.send(channel="alarm_centre", sender_unit=world.alarm, by=world.operator, question="Yr sedan i morse")
    world.asked(question="Behöver dropp")
    return world


def test_who_waits_who_has_the_case_and_whom_to_call(busy: World, as_: SignIn) -> None:
    text = as_(busy.coordinator).get(PAGE).content.decode()
    for told in ("Yr sedan i morse", "Behöver dropp", "Vårdlarmcentralen", "090-785 00 00", "Läget 23 nov 08:00"):
        assert told in text
    assert text.index("Yr sedan i morse") < text.index("Behöver dropp")
    assert busy.patient.birth_date.isoformat() in text


def test_a_team_has_its_own_and_nobody_elses(busy: World, as_: SignIn) -> None:
    text = as_(busy.got_nurse).get(PAGE).content.decode()
    assert "Behöver dropp" in text
    assert "Yr sedan i morse" not in text
    assert str(busy.patient) not in as_(busy.primar_nurse).get(PAGE).content.decode()


def test_the_file_is_a_pdf_and_the_export_is_logged(busy: World, as_: SignIn) -> None:
    answer = as_(busy.coordinator).get(FILE)
    assert answer.content.startswith(b"%PDF-")
    assert answer.headers["Content-Type"] == "application/pdf"
    event = AuditEvent.objects.get(what="flows.downtime_pack", action="export")
    assert [subject.patient for subject in event.subjects.all()] == [busy.patient.pk]


def test_a_protected_place_is_never_on_paper(busy: World, as_: SignIn) -> None:
    busy.patient.protection = "protected"
    busy.patient.save()
    text = as_(busy.coordinator).get(PAGE).content.decode()
    assert "Skyddad plats" in text or "skyddad plats" in text
    assert "Storgatan" not in text
    assert "Umeå" not in text.split("<main")[1].replace("Hemsjukvården", "").split("Telefonnummer")[0]


@pytest.mark.parametrize("who", ["ward_nurse", "municipal_nurse"])
def test_others_have_no_pack(busy: World, as_: SignIn, who: str) -> None:
    assert as_(getattr(busy, who)).get(PAGE).status_code == 404
    assert as_(getattr(busy, who)).get(FILE).status_code == 404


def test_what_people_write_is_never_run_as_markup(world: World) -> None:
    world.send(question='#panic("x") *fet* #{ $ @ref <label> \\ ]')
    pack = downtime.gather(world.intake, NOW, lambda rows: rows)
    assert downtime.as_pdf(pack).startswith(b"%PDF-")


def test_tick_writes_each_units_pack_and_leaves_a_young_one(
    busy: World, tmp_path: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.NARVARD_DOWNTIME_FOLDER = str(tmp_path)
    call_command("tick", "--json")
    assert '"downtime_packs_written": 3' in capsys.readouterr().out
    files = sorted(tmp_path.iterdir())
    assert {file.name for file in files} == {f"{unit.hsa_id}.pdf" for unit in (busy.intake, busy.alarm, busy.got)}
    assert all(file.stat().st_mode & 0o077 == 0 for file in files)
    assert AuditEvent.objects.filter(what="flows.downtime_pack", action="export", staff=None).count() == 3
    assert downtime.refresh(NOW) == 0
    old = files[0].stat().st_mtime - 3600
    os.utime(files[0], (old, old))
    assert downtime.refresh(NOW + timedelta(minutes=1)) == 1


def test_without_a_folder_nothing_is_written(busy: World, settings: Settings) -> None:
    settings.NARVARD_DOWNTIME_FOLDER = ""
    assert downtime.refresh(NOW) == 0


def test_a_folder_that_is_gone_stops_nothing_else(
    busy: World, tmp_path: Path, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.NARVARD_DOWNTIME_FOLDER = str(tmp_path / "borta")
    call_command("tick", "--json")
    assert "was not written" in caplog.text
