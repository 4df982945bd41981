"""``narvard triage``: the same ranking as the page, from the command line."""

import json
from typing import Any

import pytest
from django.core.management import call_command

from narvard.access.guard import open_patient
from narvard.core.models import AuditEvent
from narvard.flows import triage
from narvard.intake.tests.world import NOW, World, build
from narvard.organisation.models import Commission
from narvard.people.actions import record_fact
from narvard.people.models import Patient, PatientIdentifier


@pytest.fixture
def world(db: None, settings: Any) -> World:
    settings.NARVARD_CLOCK = NOW.isoformat()
    return build()


def run(capsys: Any, world: World, *more: str, **changes: str) -> list[dict[str, Any]]:
    number = PatientIdentifier.objects.get(patient=world.patient).value
    arguments = {"identifier": number, "channel": "ambulance", "urgency": "acute", **changes}
    call_command("triage", *(f"--{name}={value}" for name, value in arguments.items()), "--json", *more)
    options: list[dict[str, Any]] = json.loads(capsys.readouterr().out.splitlines()[-1])["options"]
    return options


def user(commission: Commission) -> str:
    assert commission.staff.user is not None
    return commission.staff.user.username


def test_it_answers_as_the_page_does(world: World, capsys: Any) -> None:
    row = world.send(channel="ambulance")
    record_fact(
        patient=world.patient, name="chronic_diagnoses", value=3, source="journal", by=world.coordinator, at=NOW
    )
    options = run(capsys, world, f"--as={user(world.coordinator)}")
    opened = open_patient(world.patient.pk, by=world.coordinator, at=NOW)
    page = [(option.name, option.verdict, option.explanation) for option in triage.options(opened, row, NOW)[1]]
    assert [(option["team"], option["verdict"], option["explanation"]) for option in options] == page
    assert {option["programme"] for option in options} == {"got", "primar", "palliativ_vasterbotten"}
    assert options[0]["earliest"].startswith("2026-11-23T07:00")


def test_without_a_reader_only_a_first_contact_is_used_and_logged(world: World, capsys: Any) -> None:
    record_fact(
        patient=world.patient, name="palliative_need", value=False, source="journal", by=world.coordinator, at=NOW
    )
    options = {option["team"]: option for option in run(capsys, world)}
    assert options["Palliativt team"]["verdict"] == "unknown"
    assert "boende" in options["Palliativt team"]["explanation"]
    event = AuditEvent.objects.get(what="flows.triage_command")
    assert [subject.patient for subject in event.subjects.all()] == [world.patient.pk]


def test_in_english(world: World, capsys: Any) -> None:
    options = run(capsys, world, "--language=en")
    assert any("unknown:" in option["explanation"] for option in options)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"identifier": "19400231-0000"}, "finns inte"),
        ({"channel": "duva"}, "'duva' is none of"),
        ({"urgency": "nu"}, "'nu' is none of"),
        ({"as": "ingen"}, "no commission"),
    ],
)
def test_bad_input_gives_one_line_and_code_2(world: World, capsys: Any, changes: dict[str, str], why: str) -> None:
    with pytest.raises(SystemExit) as ended:
        run(capsys, world, **changes)
    assert ended.value.code == 2
    told = capsys.readouterr().err.strip()
    assert why in told
    assert "\n" not in told


def test_an_outsider_reads_nothing(world: World, capsys: Any) -> None:
    with pytest.raises(SystemExit):
        run(capsys, world, f"--as={user(world.outsider)}")


def test_outside_every_area(world: World, capsys: Any) -> None:
    Patient.objects.update(municipality=None)
    with pytest.raises(SystemExit):
        run(capsys, world)
    assert "No joint intake" in capsys.readouterr().err
