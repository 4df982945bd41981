"""Each way in has its own short form: what may be asked for, what is asked, and what follows."""

import re
import uuid
from typing import Any

import pytest
from django.test import Client

from narvard.access.tests.factories import CareRelationFactory
from narvard.desk.intake.tests.conftest import SignIn
from narvard.intake.models import CareRequest
from narvard.intake.short_forms import danger, signs
from narvard.intake.tests.world import World
from narvard.organisation.models import CareUnit, Profession
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory
from narvard.people.models import Fact, Patient, PatientIdentifier

NEW = "/intag/ny/"
STABLE = {f"sign_{sign.key}": sign.stable for sign in signs()}


def send(client: Client, patient: Patient, **data: Any) -> Any:
    number = PatientIdentifier.objects.get(patient=patient).value
    values = {"once": str(uuid.uuid4()), "identifier": number, "question": "Andfådd sedan i går", "urgency": "acute"}
    return client.post(NEW, values | data, follow=True)


def at(world: World, kind: str, role: str, profession: str = Profession.NURSE) -> Any:
    unit = CareUnitFactory(kind=kind, provider=world.got.provider)
    return CommissionFactory(unit=unit, role=role, staff__profession=profession)


def test_stable_by_the_questions_waits_and_the_alarm_centre_keeps_the_case(world: World, as_: SignIn) -> None:
    page = send(as_(world.operator), world.patient, **STABLE).content.decode()
    row = CareRequest.objects.get()
    assert (row.channel, row.keeper, row.waiting_since is not None) == ("alarm_centre", world.alarm, True)
    assert "Stabil. Personen är i väntrummet" in page
    assert Fact.objects.get(name="stable").value is True


@pytest.mark.parametrize("answer", ["no", "unknown"])
def test_not_stable_goes_back_to_ambulance_at_once(world: World, as_: SignIn, answer: str) -> None:
    page = send(as_(world.operator), world.patient, **(STABLE | {"sign_awake": answer})).content.decode()
    row = CareRequest.objects.get()
    assert (row.state, row.outcome, row.waiting_since) == ("closed", "ambulance", None)
    assert "Ring 112 nu" in page
    assert "Vaken och kontaktbar" in page
    assert Fact.objects.get(name="stable").value is False


def test_a_question_left_out_is_asked_again_and_nothing_is_lost(world: World, as_: SignIn) -> None:
    answers = {name: value for name, value in STABLE.items() if name != "sign_awake"}
    answer = send(as_(world.operator), world.patient, **answers)
    assert answer.status_code == 422
    assert "Andfådd sedan i går" in answer.content.decode()
    assert not CareRequest.objects.exists()


ALL = {"acute", "semi_acute", "planned", "advice"}


@pytest.mark.parametrize(
    ("kind", "role", "channel", "profession", "urgencies", "asks"),
    [
        ("ward", "ward", "ward", "nurse", ALL - {"advice"},
         {"wishes_home_care", "level_of_care_decided", "physician_referral"}),
        ("health_centre", "physician", "health_centre", "physician", ALL,
         {"alternative_is_admission", "level_of_care_decided", "physician_referral"}),
        ("health_centre", "sender", "regional_nurse", "nurse", ALL, {"level_of_care_decided", "physician_consulted"}),
        ("home_nursing", "municipal", "municipal_nurse", "nurse", ALL, {"physician_consulted"}),
        ("home_help", "social", "social", "assistant_nurse", ALL, {"early_marker"}),
        ("ambulance", "sender", "ambulance", "nurse", ALL - {"planned"}, {"ambulance_priority", "stable"}),
        ("alarm_centre", "sender", "alarm_centre", "operator", {"acute", "semi_acute"}, set()),
        ("sos", "sender", "sos", "operator", {"acute", "semi_acute"}, {"ambulance_priority"}),
        ("advice_1177", "sender", "1177", "nurse", ALL, {"stable", "wishes_home_care"}),
    ],
)  # fmt: skip
def test_each_sender_has_a_form_and_rights_of_its_own(
    world: World, as_: SignIn, *, kind: str, role: str, channel: str, profession: str, urgencies: set[str],
    asks: set[str],
) -> None:  # fmt: skip
    purpose = "social" if role == "social" else "care"
    sender = CommissionFactory(
        unit=CareUnitFactory(kind=kind, provider=world.got.provider), role=role, purpose=purpose,
        staff__profession=profession,
    )  # fmt: skip
    page = as_(sender).get(NEW).content.decode()
    assert set(re.findall(r'name="urgency" value="(\w+)"', page)) == urgencies
    # The alarm centre tells by its questions whether somebody is stable; the answer is not asked for twice.
    assert set(re.findall(r'name="fact_(\w+)"', page)) == asks
    assert ('name="sign_awake"' in page) is (channel == "alarm_centre")
    answers = STABLE if channel == "alarm_centre" else {}
    send(as_(sender), world.patient, urgency="semi_acute", **answers)
    row = CareRequest.objects.get()
    assert (row.channel, row.keeper) == (channel, sender.unit if channel == "alarm_centre" else world.intake)


def test_every_sign_can_send_somebody_back() -> None:
    for sign in signs():
        other = {"yes": "no", "no": "yes"}[sign.stable]
        assert danger({one.key: one.stable for one in signs()} | {sign.key: other}) == [sign]
    assert danger({sign.key: sign.stable for sign in signs()}) == []
    assert len(danger({})) == len(signs())


def test_an_ambulance_asks_for_acute_semi_acute_or_advice_and_no_more(world: World, as_: SignIn) -> None:
    crew = at(world, CareUnit.Kind.AMBULANCE, "sender")
    client = as_(crew)
    page = client.get(NEW).content.decode()
    assert 'value="advice"' in page
    assert 'value="planned"' not in page
    assert send(client, world.patient, urgency="planned").status_code == 422
    send(client, world.patient, fact_ambulance_priority="2", fact_stable="yes")
    row = CareRequest.objects.get()
    assert (row.channel, row.keeper, row.waiting_since is not None) == ("ambulance", world.intake, True)
    assert {fact.name: fact.value for fact in Fact.objects.all()} == {"ambulance_priority": 2, "stable": True}


def test_a_nurse_is_asked_whether_the_fixed_physician_was_consulted(world: World, as_: SignIn) -> None:
    """The question comes from the definition of Sahlgrenska's team, not from the form."""
    client = as_(world.municipal_nurse)
    assert "Fast läkare är vidtalad" in client.get(NEW).content.decode()
    send(client, world.patient, fact_physician_consulted="no")
    assert Fact.objects.get(name="physician_consulted").value is False
    assert "Fast läkare är vidtalad" not in as_(world.ward_nurse).get(NEW).content.decode()


def test_at_a_health_centre_physicians_and_nurses_send_on_different_terms(world: World, as_: SignIn) -> None:
    nurse = at(world, CareUnit.Kind.HEALTH_CENTRE, "sender")
    physician = at(world, CareUnit.Kind.HEALTH_CENTRE, "physician", Profession.PHYSICIAN)
    send(as_(nurse), world.patient)
    send(as_(physician), world.patient)
    assert set(CareRequest.objects.values_list("channel", flat=True)) == {"regional_nurse", "health_centre"}


def test_what_is_left_open_is_unknown_not_no(world: World, as_: SignIn) -> None:
    send(as_(world.municipal_nurse), world.patient)
    assert CareRequest.objects.count() == 1
    assert not Fact.objects.exists()


def test_a_known_patient_who_calls_the_team_comes_back_without_a_letter(world: World, as_: SignIn) -> None:
    CareRelationFactory(patient=world.patient, unit=world.got, kind="contact")
    send(as_(world.got_nurse), world.patient, take="on")
    row = CareRequest.objects.get()
    assert (row.channel, row.state, row.keeper) == ("return", "accepted", world.got)


@pytest.mark.parametrize("take", [{"take": "on"}, {}])
def test_a_consult_on_the_phone_is_kept(world: World, as_: SignIn, take: dict[str, str]) -> None:
    send(as_(world.got_nurse), world.patient, urgency="advice", advice="Halvera dosen", **take)
    row = CareRequest.objects.get()
    assert (row.state, row.outcome, row.team) == ("closed", "advice", world.got)


def test_the_coordinator_gives_advice_at_once(world: World, as_: SignIn) -> None:
    send(as_(world.coordinator), world.patient, urgency="advice", advice="Ring hälsocentralen i morgon")
    assert CareRequest.objects.get().outcome == "advice"
