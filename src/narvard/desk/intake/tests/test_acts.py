"""What may be done with a case: success, refusal, outsider, wrong verb, double click, stale page."""

import uuid
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from narvard.access.tests.factories import CareRelationFactory
from narvard.desk.intake.acts import STEPS
from narvard.desk.intake.tests.conftest import SignIn
from narvard.intake.models import CareRequest
from narvard.intake.tests.world import World
from narvard.people.actions import record_fact
from narvard.people.models import Fact


def post(client: Client, step: str, row: CareRequest, **data: Any) -> Any:
    keys = {"once": str(uuid.uuid4()), "version": row.version}
    return client.post(reverse(f"intake:{step}", args=[row.pk]), keys | data)


def state(row: CareRequest) -> tuple[str, str]:
    row.refresh_from_db()
    return row.state, row.outcome


def test_the_coordinator_asks_a_team(world: World, as_: SignIn) -> None:
    row, client = world.send(), as_(world.coordinator)
    answer = post(client, "assign", row, team=world.primar.pk)
    assert answer.url == reverse("intake:inbox")
    assert state(row) == ("asked", "")
    assert "PrimÄR Teg har fått frågan" in client.get(answer.url).content.decode()


def test_against_the_criteria_asks_for_a_reason_and_keeps_the_choice(world: World, as_: SignIn) -> None:
    row, client = world.send(), as_(world.coordinator)
    record_fact(
        patient=world.patient,
        name="palliative_need",
        value=False,
        source="journal",
        by=world.coordinator,
        at=row.registered_at,
    )
    answer = post(client, "assign", row, team=world.palliative.pk)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Skriv varför teamet ändå" in text
    assert f'value="{world.palliative.pk}" checked' in text
    assert state(row) == ("new", "")
    assert post(client, "assign", row, team=world.palliative.pk, reason="Enda teamet i natt").status_code == 302
    assert row.events.get(kind="assigned").override


def test_no_team_chosen_is_told_beside_the_form(world: World, as_: SignIn) -> None:
    answer = post(as_(world.coordinator), "assign", world.send())
    assert answer.status_code == 422
    assert "Det här behöver rättas" in answer.content.decode()


def test_a_double_click_asks_once(world: World, as_: SignIn) -> None:
    row, client = world.send(), as_(world.coordinator)
    same = {"once": str(uuid.uuid4()), "team": world.primar.pk}
    assert [post(client, "assign", row, **same).status_code for _click in range(2)] == [302, 302]
    assert row.events.filter(kind="assigned").count() == 1
    assert "Det var redan gjort" in client.get(reverse("intake:inbox")).content.decode()


def test_two_coordinators_the_later_one_is_told_and_sees_the_new_state(world: World, as_: SignIn) -> None:
    row = world.send()
    first, second = as_(world.coordinator), as_(world.coordinator)
    post(first, "assign", row, team=world.got.pk)
    answer = post(second, "assign", row, team=world.primar.pk)
    assert answer.status_code == 409
    assert "Någon annan hann före" in answer.content.decode()
    assert "tar emot" in answer.content.decode()
    row.refresh_from_db()
    assert row.team == world.got


def test_a_closed_team_is_refused_in_words(world: World, as_: SignIn) -> None:
    row = world.asked()
    type(world.got).objects.filter(pk=world.got.pk).update(closed_on=date(2026, 11, 23))
    answer = post(as_(world.got_nurse), "take", row)
    assert answer.status_code == 409
    assert "nedlagt" in answer.content.decode()


def test_a_team_accepts(world: World, as_: SignIn) -> None:
    row = world.asked()
    assert post(as_(world.got_nurse), "take", row).url == reverse("intake:request", args=[row.pk])
    assert state(row) == ("accepted", "")


def test_a_team_declines_and_nothing_typed_is_lost(world: World, as_: SignIn) -> None:
    row, client = world.asked(), as_(world.got_nurse)
    answer = post(client, "decline", row, reason="Fullt till torsdag")
    assert answer.status_code == 422
    assert "Fullt till torsdag" in answer.content.decode()
    done = post(client, "decline", row, reason="Fullt till torsdag", next_step="PrimÄR kan")
    assert done.url == reverse("intake:team-inbox")
    assert state(row) == ("new", "")
    # The relation has ended: the team no longer opens the case.
    assert client.get(reverse("intake:request", args=[row.pk])).status_code == 404


def test_a_team_forwards(world: World, as_: SignIn) -> None:
    row = world.asked()
    assert post(as_(world.got_nurse), "forward", row, team=world.primar.pk, reason="Närmare er").status_code == 302
    row.refresh_from_db()
    assert row.team == world.primar


def test_not_for_us(world: World, as_: SignIn) -> None:
    row = world.asked()
    post(as_(world.got_nurse), "missent", row, reason="Gäller ett barn")
    assert state(row) == ("new", "")


@pytest.mark.parametrize(
    ("step", "words", "outcome"),
    [
        ("advise", {"reason": "Ring i morgon"}, "advice"),
        ("refuse", {"reason": "Ingen når dit", "next_step": "Hälsocentralen"}, "declined"),
        ("not_ours", {"reason": "Färdtjänst", "next_step": "Kommunen"}, "missent"),
        ("withdraw", {"reason": "Dubbel"}, "withdrawn"),
    ],
)
def test_the_intake_ends_a_request(world: World, as_: SignIn, step: str, words: dict[str, str], outcome: str) -> None:
    row, client = world.send(), as_(world.coordinator)
    assert post(client, step, row, **words).status_code == 302
    assert state(row) == ("closed", outcome)
    page = client.get(reverse("intake:request", args=[row.pk])).content.decode()
    assert words["reason"] in page
    assert "Öppna igen" in page


def test_the_sender_withdraws_and_opens_again(world: World, as_: SignIn) -> None:
    row, client = world.send(), as_(world.ward_nurse)
    post(client, "withdraw", row, reason="Ligger kvar")
    row.refresh_from_db()
    post(client, "reopen", row, reason="Går hem ändå")
    assert state(row) == ("new", "")


def test_an_answer_on_the_phone_changes_the_suggestion(world: World, as_: SignIn) -> None:
    row, client = world.send(), as_(world.coordinator)
    page = reverse("intake:request", args=[row.pk])
    assert "okänt: kroniska diagnoser" in client.get(page).content.decode()
    assert post(client, "fact", row, name="chronic_diagnoses", value="3").url == page
    assert "3 av 3 uppfyllda" in client.get(page).content.decode()
    fact = Fact.objects.get(name="chronic_diagnoses")
    assert (fact.value, fact.source, fact.information_kind) == (3, "sender", "coordination")


@pytest.mark.parametrize("value", ["många", "-3", "999", ""])
def test_an_impossible_answer_is_told(world: World, as_: SignIn, value: str) -> None:
    answer = post(as_(world.coordinator), "fact", world.send(), name="chronic_diagnoses", value=value)
    assert answer.status_code == 422
    assert not Fact.objects.exists()


def test_a_team_with_a_stale_page_is_told_that_it_has_moved_on(world: World, as_: SignIn) -> None:
    row = world.asked()
    post(as_(world.coordinator), "assign", row, team=world.primar.pk)
    answer = post(as_(world.got_nurse), "take", row)
    assert answer.status_code == 409
    assert "gått vidare" in answer.content.decode()
    assert str(world.patient) not in answer.content.decode()


def test_what_was_written_is_shown_when_the_act_no_longer_fits(world: World, as_: SignIn) -> None:
    row = world.send()
    seen, client = row.version, as_(world.coordinator)
    post(client, "advise", row, reason="Ring i morgon")
    answer = post(client, "refuse", row, version=seen, reason="Ingen når dit", next_step="Hälsocentralen")
    assert answer.status_code == 409
    assert "Någon annan hann före" in answer.content.decode()
    assert "Ingen når dit" in answer.content.decode()


STEP_NAMES = [step.name for step in STEPS]


@pytest.mark.parametrize("step", STEP_NAMES)
def test_an_outsider_meets_nothing(world: World, as_: SignIn, step: str) -> None:
    row = world.send()
    assert post(as_(world.outsider), step, row, reason="x", next_step="y").status_code == 404
    assert state(row) == ("new", "")


@pytest.mark.parametrize("step", STEP_NAMES)
def test_an_act_is_never_a_link(world: World, as_: SignIn, step: str) -> None:
    row = world.asked()
    reader = world.coordinator if step in {"assign", "not_ours", "refuse"} else world.got_nurse
    assert as_(reader).get(reverse(f"intake:{step}", args=[row.pk])).status_code == 405
    assert state(row) == ("asked", "")


def test_a_sender_cannot_do_the_teams_acts(world: World, as_: SignIn) -> None:
    row = world.asked()
    for step in ("take", "decline", "forward", "missent", "assign", "refuse"):
        assert post(as_(world.ward_nurse), step, row, reason="x", next_step="y").status_code == 404
    answer = post(as_(world.ward_nurse), "advise", row, reason="x")
    assert answer.status_code == 409
    assert "Bara intaget och teamet" in answer.content.decode()


def test_a_unit_outside_the_request_answers_no_question_of_it(world: World, as_: SignIn) -> None:
    row = world.send()
    CareRelationFactory(patient=world.patient, unit=world.nursing, kind="home_nursing")
    answer = post(as_(world.municipal_nurse), "fact", row, name="chronic_diagnoses", value="3")
    assert answer.status_code == 404
    assert not Fact.objects.exists()
