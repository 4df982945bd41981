"""``narvard responsible`` and ``narvard ledger check``: answers for any instant, and a check that sees faults."""

import json
from datetime import date

import pytest
from django.core.management import call_command

from narvard.access.tests.factories import ConsentFactory
from narvard.care import actions
from narvard.care.ledger import MAIN_KINDS
from narvard.care.models import ContactLeave, Episode, Responsibility
from narvard.care.tests.factories import AT, HOUR, Area
from narvard.core.models import AuditEvent
from narvard.organisation.models import CallingRule, OpeningHours
from narvard.organisation.tests.factories import CommissionFactory
from narvard.people.actions import record_death
from narvard.people.models import PatientIdentifier
from narvard.people.tests.factories import PatientFactory

NIGHT = "2026-11-24T03:00"


@pytest.fixture(autouse=True)
def _clock(settings) -> None:
    settings.NARVARD_CLOCK = AT.isoformat()


def ask(capsys, area: Area, *more: str) -> dict:
    number = PatientIdentifier.objects.get(patient=area.patient).value
    call_command("responsible", number, "--json", *more)
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def open_by_day(area: Area) -> None:
    """The team answers by day; the municipality's nurses answer for it at night."""
    for day in range(5):
        OpeningHours.objects.create(unit=area.team.unit, day=str(day), opens_minute=7 * 60, closes_minute=17 * 60)
    for order, when, phone, by in (
        (1, "open", "090-100", area.team.unit),
        (2, "closed", "090-200", area.home_nursing.unit),
    ):
        CallingRule.objects.create(
            unit=area.team.unit, order=order, when=when, label=f"Linje {order}", phone=phone, answered_by=by
        )


def test_it_says_who_holds_each_kind_and_whom_to_call_by_the_hour(area, capsys):
    open_by_day(area)
    area.enrol(nursing=area.home_nursing)
    day, night = ask(capsys, area), ask(capsys, area, "--at", NIGHT)
    assert list(day) == [*MAIN_KINDS, "scoped", "contacts"]
    assert day["medical"] == {
        "holder": "Mobila teamet",
        "call": "Linje 1",
        "phone": "090-100",
        "why": "inskrivning 2026-11-23 07:30; enheten har öppet",
    }
    assert (night["medical"]["holder"], night["medical"]["phone"]) == ("Mobila teamet", "090-200")
    assert night["medical"]["why"].endswith("enheten har stängt")
    assert day["nursing"]["holder"] == "Hemsjukvården Umeå"
    assert day["scoped"] == []


def test_it_answers_for_a_coming_instant_and_for_a_part(area, capsys):
    episode = area.enrol()
    handover = area.propose(episode, area.other_team, at=AT, kinds=["medical"], wished_at=AT + 20 * HOUR)
    actions.accept_handover(handover=handover, by=area.other_team, at=AT)
    actions.share_responsibility(
        patient=area.patient, kind="nursing", scope="dialys", unit=area.home_nursing.unit, by=area.home_nursing, at=AT
    )
    now, later = ask(capsys, area), ask(capsys, area, "--at", "2026-11-24T05:00", "--language", "en")
    assert (now["medical"]["holder"], later["medical"]["holder"]) == ("Mobila teamet", "Palliativa teamet")
    assert later["medical"]["why"].startswith("hand-over 2026-11-24 03:30")
    assert [(row["kind"], row["scope"], row["holder"]) for row in now["scoped"]] == [
        ("nursing", "dialys", "Hemsjukvården Umeå")
    ]


def test_for_somebody_not_enrolled_it_names_whoever_carries_the_person_anyway(area, capsys):
    area.health_centre.unit.phone = "090-300"
    area.health_centre.unit.save()
    answer = ask(capsys, area)
    assert answer["medical"]["holder"] is None
    assert answer["medical"]["phone"] == "090-300"
    assert answer["medical"]["why"] == "ingen inskrivning; Ålidhems hälsocentral följer personen"


def test_it_names_the_contacts_and_who_answers_for_one_on_leave(area, capsys):
    area.enrol()
    area.team.unit.phone = "090-100"
    area.team.unit.save()
    deputy = CommissionFactory(unit=area.team.unit, staff__phone="070-1740607").staff
    contact = actions.designate_contact(
        patient=area.patient, kind="care_contact", staff=area.team.staff, unit=area.team.unit, by=area.team, at=AT
    )
    monday, friday = date(2026, 11, 23), date(2026, 11, 27)
    actions.record_leave(contact=contact, since=monday, until=friday, deputy=deputy, by=area.team, at=AT)
    (row,), (later,) = ask(capsys, area)["contacts"], ask(capsys, area, "--at", "2026-11-28T12:00")["contacts"]
    assert (row["kind"], row["name"], row["unit"]) == ("care_contact", area.team.staff.name, "Mobila teamet")
    assert (row["away_until"], row["answers"], row["phone"]) == ("2026-11-27", deputy.name, "070-1740607")
    assert (later["away_until"], later["answers"]) == (None, area.team.staff.name)
    ContactLeave.objects.update(deputy=None)
    (alone,) = ask(capsys, area)["contacts"]
    assert (alone["answers"], alone["phone"]) == ("Mobila teamet", "090-100")


def test_the_question_is_logged_and_bad_input_is_refused_in_one_line(area, capsys):
    ask(capsys, area)
    event = AuditEvent.objects.get(what="care.responsible_command")
    assert [subject.patient for subject in event.subjects.all()] == [area.patient.pk]
    number = PatientIdentifier.objects.get(patient=area.patient).value
    for arguments in ([number, "--at", "i natt"], [number, "--at", "2026-13-40T03:00"], ["191212121212"], ["skräp"]):
        with pytest.raises(SystemExit) as stopped:
            call_command("responsible", *arguments)
        assert stopped.value.code == 2
        assert len(capsys.readouterr().err.strip().splitlines()) == 1


def check(capsys) -> dict:
    call_command("ledger", "check", "--json")
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_the_check_goes_through_everybody(area, capsys):
    area.enrol(nursing=area.home_nursing)
    actions.admit_patient(patient=area.patient, ward=area.ward.unit, admitted_at=AT, by=area.ward, at=AT + HOUR)
    record_death(patient=area.patient, died_at=AT + 2 * HOUR, by=area.ward, at=AT + 2 * HOUR)
    actions.end_for_death(patient=area.patient, died_at=AT + 2 * HOUR, by=area.ward, at=AT + 2 * HOUR)
    assert check(capsys) == {"patients": 1, "gaps": 0, "overlaps": 0}


def test_two_of_the_same_name_are_two(area, capsys):
    area.enrol()
    twin = PatientFactory(given_name=area.patient.given_name, family_name=area.patient.family_name)
    area.met(area.team, twin)
    holders = dict.fromkeys(MAIN_KINDS, area.team.unit)
    consent = ConsentFactory(patient=twin, recorded_by=area.team, since=AT)
    actions.enrol(patient=twin, unit=area.team.unit, holders=holders, consent=consent, by=area.team, at=AT)
    assert check(capsys) == {"patients": 2, "gaps": 0, "overlaps": 0}


@pytest.mark.parametrize("fault", ["gaps", "overlaps", "nothing written"])
def test_the_check_finds_what_ought_not_to_be(area, capsys, fault):
    episode = area.enrol()
    rows = Responsibility.objects.filter(patient=area.patient)
    row = rows.get(kind="medical")
    if fault == "nothing written":
        rows.delete()
    elif fault == "gaps":
        Episode.objects.filter(pk=episode.pk).update(started_at=AT - HOUR)
        rows.exclude(kind="medical").update(starts_at=AT - HOUR)
    else:
        row.pk, row.sequence, row.starts_at = None, 2, AT - HOUR
        row.holder = area.other_team.unit
        row.save(force_insert=True)
    with pytest.raises(SystemExit) as stopped:
        check(capsys)
    out = capsys.readouterr()
    counts = json.loads(out.out.splitlines()[-1])
    assert stopped.value.code == 1
    assert (counts["gaps"], counts["overlaps"]) == {"gaps": (1, 0), "overlaps": (0, 1), "nothing written": (4, 0)}[
        fault
    ]
    assert str(area.patient.pk) in out.err
