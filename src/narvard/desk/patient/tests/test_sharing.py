"""What opens and closes: consents, blocks, choices and emergencies, each by its form."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from narvard.access.actions import block, mark_own_record, open_emergency
from narvard.access.models import ActiveChoice, Block, BlockLift, CareRelation, Consent, EmergencyOpening
from narvard.access.tests.factories import CareRelationFactory, ConsentFactory
from narvard.care.tests.factories import AT, HOUR
from narvard.core.models import AuditEvent
from narvard.desk.patient.tests.test_acts import send
from narvard.desk.patient.tests.test_page import page
from narvard.organisation.tests.factories import CommissionFactory
from narvard.people.actions import record_fact
from narvard.people.models import InformationKind
from narvard.visits.models import VisitNote
from narvard.visits.tests.factories import VisitFactory

SECRET = "Hjärtsvikt"
BLOCKED = "Spärrade uppgifter finns"


@pytest.fixture
def shared(area):
    """The team has written a medical fact; the municipality's home nursing may read it, when it chooses to."""
    area.enrol(nursing=area.home_nursing)
    record_fact(patient=area.patient, name="heart_failure", value=True, source="journal", by=area.team, at=AT)
    ConsentFactory(patient=area.patient, kind="shared_record")
    return area


def html(client, area) -> str:
    return page(client, area).content.decode()


def shut(area, **fields) -> Block:
    return block(patient=area.patient, scope=Block.Scope.OUTER, by=area.team, at=AT, **fields)


def chooses(client, area):
    return send(client, "choice", area.patient.pk, why="visit")


def emergency(client, area, **changes):
    data = {"danger": "life", "kinds": ["medical"], "reason": "Medvetslös, ingen kan svara", **changes}
    return send(client, "emergency", area.patient.pk, **data)


def test_a_choice_with_a_reason_shows_more_and_is_logged(shared, screen):
    client = screen(shared.home_nursing)
    before = html(client, shared)
    assert "Fler uppgifter finns hos andra enheter" in before
    assert SECRET not in before
    assert send(client, "choice", shared.patient.pk, why="other").status_code == 422
    assert chooses(client, shared).url == reverse("patient:page", args=[shared.patient.pk])
    assert SECRET in html(client, shared)
    assert ActiveChoice.objects.get().why == "visit"
    assert AuditEvent.objects.filter(what="access.choose", staff=shared.home_nursing.staff_id).count() == 1


def test_the_choice_leads_on_to_where_one_was_going_and_nowhere_else(shared, screen):
    client, url = screen(shared.home_nursing), reverse("patient:choice", args=[shared.patient.pk])
    for given, reached in (("/patient/mina/", "/patient/mina/"), ("//elsewhere.example/", None)):
        data = {"once": uuid.uuid4(), "why": "visit"}
        answer = client.post(f"{url}?next={given}", data)
        assert answer.url == (reached or reverse("patient:page", args=[shared.patient.pk]))


def test_a_colleague_is_opened_by_choice(area, screen):
    area.enrol()
    colleague = CommissionFactory(unit=area.team.unit)
    mark_own_record(staff=colleague.staff, patient=area.patient, by=area.team, at=AT)
    client = screen(area.team)
    listed = client.get(reverse("patient:mine")).content.decode()
    assert area.patient.name not in listed
    assert area.patient.family_name not in listed
    assert "uppgifter visas efter val" in listed
    assert reverse("patient:page", args=[area.patient.pk]) in listed
    named = {"identifier": area.patient.family_name}
    link = reverse("patient:page", args=[area.patient.pk])
    assert link not in client.post(reverse("patient:search"), named).content.decode()
    answer = page(client, area)
    assert answer.status_code == 302
    asked = client.get(answer.url)
    assert area.patient.name in asked.content.decode()
    assert client.post(answer.url, {"once": uuid.uuid4(), "why": "visit"}).status_code == 302
    assert "Vem ansvarar nu" in html(client, area)
    assert area.patient.name in client.get(reverse("patient:mine")).content.decode()
    assert link in client.post(reverse("patient:search"), named).content.decode()
    own = screen(colleague)
    assert page(own, area).status_code == 404
    assert own.get(reverse("patient:choice", args=[area.patient.pk])).status_code == 404


def test_the_patient_blocks_and_the_next_provider_is_told_only_that(shared, screen):
    team, nurse = screen(shared.team), screen(shared.home_nursing)
    chooses(nurse, shared)
    assert send(team, "new-block", shared.patient.pk, asked="patient", scope="inner", unit="").status_code == 422
    done = send(team, "new-block", shared.patient.pk, asked="patient", scope="outer", unit=shared.team.unit_id)
    assert done.url == reverse("patient:blocks", args=[shared.patient.pk])
    assert Block.objects.get().unit == shared.team.unit
    assert SECRET in html(team, shared)
    shown = html(nurse, shared)
    assert BLOCKED in shown
    assert SECRET not in shown
    listed = nurse.get(done.url).content.decode()
    assert "Spärr hos Region Västerbotten" in listed
    assert shared.team.unit.name not in listed
    assert "Mobila teamet är spärrade för andra vårdgivare" in team.get(done.url).content.decode()


def test_a_guardian_does_not_block_a_childs_record(shared, screen):
    shared.patient.birth_date = AT.date().replace(year=2015)
    shared.patient.save()
    answer = send(screen(shared.team), "new-block", shared.patient.pk, asked="guardian", scope="outer")
    assert answer.status_code == 409
    assert "Barnet kan göra det självt" in answer.content.decode()
    assert not Block.objects.exists()


def test_a_unit_of_another_provider_is_not_blocked_from_here(shared, screen):
    data = {"asked": "patient", "scope": "outer", "unit": shared.home_nursing.unit_id}
    assert send(screen(shared.team), "new-block", shared.patient.pk, **data).status_code == 422


def test_the_provider_that_blocked_removes_it(shared, screen):
    row, nurse = shut(shared), screen(shared.home_nursing)
    chooses(nurse, shared)
    assert send(nurse, "remove-block", row.pk, reason="Patienten bad").status_code == 404
    team = screen(shared.team)
    assert send(team, "remove-block", row.pk).status_code == 422
    assert send(team, "remove-block", row.pk, reason="Patienten bad om det på mottagningen").status_code == 302
    assert SECRET in html(nurse, shared)
    assert team.get(reverse("patient:remove-block", args=[row.pk])).status_code == 404


def test_a_block_is_set_aside_for_a_unit_and_comes_back_by_itself(shared, screen, monkeypatch):
    row, nurse, team = shut(shared), screen(shared.home_nursing), screen(shared.team)
    chooses(nurse, shared)
    to = {"unit": shared.home_nursing.unit_id, "reason": "Sa ja vid besöket"}
    assert send(nurse, "lift-block", row.pk, hours="8", **to).status_code == 404
    assert send(team, "lift-block", row.pk, hours="500", **to).status_code == 422
    assert send(team, "lift-block", row.pk, hours="8", **to | {"unit": shared.team.unit_id}).status_code == 422
    assert send(team, "lift-block", row.pk, hours="8", **to).status_code == 302
    assert SECRET in html(nurse, shared)
    lift = BlockLift.objects.get()
    assert (lift.unit, lift.until) == (shared.home_nursing.unit, AT + 8 * HOUR)
    monkeypatch.setattr("narvard.core.clock.now", lambda: AT + 8 * HOUR)
    assert SECRET not in html(nurse, shared)
    assert BLOCKED in html(nurse, shared)


def test_an_emergency_opens_what_is_blocked_for_a_day_and_says_so(shared, screen, monkeypatch):
    shut(shared)
    nurse = screen(shared.home_nursing)
    chooses(nurse, shared)
    form = nurse.get(reverse("patient:emergency", args=[shared.patient.pk])).content.decode()
    assert "granskas genast" in form
    assert "24 timmar" in form
    assert emergency(nurse, shared, reason="Akut").status_code == 422
    assert emergency(nurse, shared, kinds=["social"]).status_code == 422
    assert not EmergencyOpening.objects.exists()
    assert emergency(nurse, shared).status_code == 302
    shown = html(nurse, shared)
    assert SECRET in shown
    assert "Du har nödöppnat medicinsk journal till" in shown
    event = AuditEvent.objects.get(action="emergency")
    assert event.subjects.get().patient == shared.patient.pk
    monkeypatch.setattr("narvard.core.clock.now", lambda: AT + 24 * HOUR)
    after = html(nurse, shared)
    assert SECRET not in after
    assert "nödöppnat" not in after


def test_an_emergency_of_another_kind_leaves_the_rest_blocked(shared, screen):
    shut(shared)
    nurse = screen(shared.home_nursing)
    emergency(nurse, shared, kinds=["psychiatry"])
    shown = html(nurse, shared)
    assert SECRET not in shown
    assert BLOCKED in shown


def test_without_a_relation_the_exact_number_is_the_door_in_an_emergency(shared, screen):
    shut(shared)
    client, number = screen(shared.ward), shared.patient.identifiers.get().value
    url = reverse("patient:emergency-stranger")
    assert url in client.post(reverse("patient:search"), {"identifier": number}).content.decode()
    asked = client.post(url, {"identifier": number}).content.decode()
    assert shared.patient.name in asked
    assert SECRET not in asked
    assert page(client, shared).status_code == 404
    data = {"identifier": number, "once": uuid.uuid4(), "danger": "life", "kinds": ["medical"]}
    assert client.post(url, data).status_code == 422
    done = client.post(url, {**data, "reason": "Hittad medvetslös på gatan"})
    assert done.url == reverse("patient:page", args=[shared.patient.pk])
    shown = html(client, shared)
    assert SECRET in shown
    for name in ("enrol", "matters", "consent", "death"):
        assert reverse(f"patient:{name}", args=[shared.patient.pk]) not in shown
    assert client.post(url, {"identifier": "19380506-0000"}).status_code == 404
    assert client.get(url).status_code == 405


def test_who_gives_no_care_opens_nothing_in_an_emergency(shared, screen):
    number = shared.patient.identifiers.get().value
    for role, purpose in (("coordinator", "care"), ("safety", "follow_up"), ("social", "social")):
        client = screen(CommissionFactory(unit=shared.team.unit, role=role, purpose=purpose))
        assert client.post(reverse("patient:emergency-stranger"), {"identifier": number}).status_code == 404
    assert not EmergencyOpening.objects.exists()


def test_a_yes_names_its_provider_and_its_last_day(area, screen, monkeypatch):
    area.enrol(nursing=area.home_nursing)
    record_fact(patient=area.patient, name="heart_failure", value=True, source="journal", by=area.team, at=AT)
    client, today = screen(area.team), AT.date()
    data = {"kind": "shared_record", "how": "spoken", "provider": area.home_nursing.provider_id}
    past = {**data, "until": (today - timedelta(days=1)).isoformat()}
    assert send(client, "consent", area.patient.pk, **past).status_code == 422
    assert send(client, "consent", area.patient.pk, **data, until=today.isoformat()).status_code == 302
    row = Consent.objects.get(kind="shared_record")
    assert (row.provider, row.until) == (area.home_nursing.unit.provider, AT.replace(hour=23, minute=0))
    form = client.get(reverse("patient:consent", args=[area.patient.pk])).content.decode()
    assert "för Umeå kommun" in form
    nurse = screen(area.home_nursing)
    chooses(nurse, area)
    assert SECRET in html(nurse, area)
    monkeypatch.setattr("narvard.core.clock.now", lambda: row.until)
    assert SECRET not in html(nurse, area)


def test_a_consent_that_does_not_concern_the_provider_is_not_shown_or_taken_back(shared, screen):
    region = shared.team.unit.provider
    row = ConsentFactory(
        patient=shared.patient,
        kind="shared_record",
        provider=region,
        recorded_by=shared.team,
        how="cannot",
        assessment="Långt gången demens",
        attitude="Dottern är tillfrågad",
        nothing_against=True,
    )
    nurse = screen(shared.home_nursing)
    assert "prövning gjord" not in html(nurse, shared)
    assert nurse.get(reverse("patient:withdraw-consent", args=[row.pk])).status_code == 404
    assert send(screen(shared.team), "withdraw-consent", row.pk).status_code == 302


def opened_to(client, patient, name="blocks") -> list[str]:
    return [row.who for row in client.get(reverse(f"patient:{name}", args=[patient.pk])).context["opened_to"]]


@pytest.mark.parametrize("name", ["blocks", "consent"])
def test_who_keeps_the_record_sees_whom_a_yes_lets_in(area, screen, name):
    area.enrol(nursing=area.home_nursing)
    given = {"patient": area.patient, "kind": "shared_record", "recorded_by": area.home_nursing}
    row = ConsentFactory(**given, provider=area.home_nursing.unit.provider, how="written")
    ConsentFactory(**given, provider=area.home_nursing.unit.provider, withdrawn_at=AT)
    ConsentFactory(**given, provider=area.team.unit.provider)
    ConsentFactory(patient=area.patient, kind="social", provider=area.home_nursing.unit.provider)
    client = screen(area.team)
    assert opened_to(client, area.patient, name) == ["Umeå kommun"]
    html = client.get(reverse(f"patient:{name}", args=[area.patient.pk])).content.decode()
    assert "Får läsa det ni har skrivit" in html
    # Who reads by it sees no such line for itself, and the owner cannot take back what others asked for.
    assert opened_to(screen(area.home_nursing), area.patient, name) == ["Region Västerbotten"]
    assert client.get(reverse("patient:withdraw-consent", args=[row.pk])).status_code == 404


def test_a_yes_to_everybody_is_told_as_that_and_none_is_not_told(area, screen):
    area.enrol()
    assert opened_to(screen(area.team), area.patient) == []
    ConsentFactory(patient=area.patient, kind="shared_record")
    assert opened_to(screen(area.team), area.patient) == ["Alla vårdgivare som vårdar personen"]


def test_a_hidden_persons_municipality_is_not_named_as_a_reader(area, screen):
    area.enrol()
    area.patient.protection = "protected"
    area.patient.save()
    CareRelationFactory(patient=area.patient, unit=area.ward.unit, kind=CareRelation.Kind.WARD)
    ConsentFactory(patient=area.patient, kind="shared_record", provider=area.home_nursing.unit.provider)
    assert opened_to(screen(area.ward), area.patient) == ["En annan vårdgivare"]


def test_the_social_services_see_whom_a_yes_to_their_data_lets_in(area, screen):
    CareRelationFactory(patient=area.patient, unit=area.home_help.unit, kind=CareRelation.Kind.SOCIAL)
    area.home_help.purpose = "social"
    area.home_help.save()
    ConsentFactory(patient=area.patient, kind="shared_record", provider=area.team.unit.provider)
    ConsentFactory(patient=area.patient, kind="social", provider=area.team.unit.provider)
    client = screen(area.home_help)
    assert opened_to(client, area.patient, "consent") == ["Region Västerbotten"]


def test_the_social_services_notes_stand_apart(shared, screen):
    visit = VisitFactory(episode=shared.patient.episode_set.get(), roles=[shared.home_help.unit])
    assessor = CommissionFactory(unit=shared.home_help.unit, role="social", purpose="social")
    VisitNote.objects.create(
        visit=visit,
        patient=shared.patient,
        owner_unit=shared.home_help.unit,
        provider=shared.home_help.unit.provider,
        author=assessor,
        text="Beviljad hjälp tre gånger om dagen",
        information_kind=InformationKind.SOCIAL,
        written_at=AT,
        signed_at=AT,
    )
    client = screen(shared.team)
    chooses(client, shared)
    assert "Beviljad hjälp" not in html(client, shared)
    ConsentFactory(patient=shared.patient, kind="social")
    shown = html(client, shared)
    assert shown.index("Från socialtjänsten") < shown.index("Beviljad hjälp") < shown.index("Vad som har hänt")
    assert shown.count("Beviljad hjälp") == 1


NAMES = ["choice", "emergency", "blocks", "new-block"]


@pytest.mark.parametrize("name", NAMES)
def test_an_outsider_finds_no_page(shared, screen, name):
    client = screen(shared.other_team)
    url = reverse(f"patient:{name}", args=[shared.patient.pk])
    for answer in (client.get(url), client.get(reverse(f"patient:{name}", args=[uuid.uuid4()]))):
        assert answer.status_code == 404
        assert shared.patient.name not in answer.content.decode()
    for name_of_act in ("remove-block", "lift-block"):
        row = shut(shared)
        assert send(client, name_of_act, row.pk, reason="x", hours="8").status_code == 404


@pytest.mark.parametrize("name", NAMES)
def test_the_wrong_verb_is_refused(shared, screen, name):
    client, url = screen(shared.team), reverse(f"patient:{name}", args=[shared.patient.pk])
    assert client.get(url).status_code == 200
    assert client.put(url).status_code == 405


def test_a_double_click_opens_once(shared, screen):
    client, key = screen(shared.home_nursing), uuid.uuid4()
    for _ in range(2):
        assert emergency(client, shared, once=key).status_code == 302
    assert EmergencyOpening.objects.count() == 1


def test_the_number_of_queries_does_not_grow_with_blocks(shared, screen):
    client, url = screen(shared.team), reverse("patient:blocks", args=[shared.patient.pk])
    shut(shared)
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for _ in range(5):
        shut(shared, unit=shared.team.unit)
    with CaptureQueriesContext(connection) as many:
        assert "6 spärrar gäller" in client.get(url).content.decode()
    assert len(many) == len(few)
    assert len(few) <= 26


def test_a_relation_that_only_follows_a_request_opens_no_page(area, screen):
    CareRelationFactory(patient=area.patient, unit=area.ward.unit, kind=CareRelation.Kind.SENT)
    assert page(screen(area.ward), area).status_code == 404
    assert screen(area.ward).get(reverse("patient:emergency", args=[area.patient.pk])).status_code == 404


def test_who_opened_in_an_emergency_alone_reads_and_changes_nothing(shared, screen):
    mine = shut(shared)
    yes = Consent.objects.get(kind="shared_record")
    stranger = CommissionFactory(unit__provider=shared.team.unit.provider, role="team")
    open_emergency(
        patient=shared.patient, danger="life", kinds=["medical"], reason="Medvetslös, ingen svarar", by=stranger, at=AT
    )
    client, before = screen(stranger), Consent.objects.count()
    assert page(client, shared).status_code == 200
    for answer in (
        send(client, "lift-block", mine.pk, hours="168", reason="Hon sa ja"),
        send(client, "remove-block", mine.pk, reason="Hon ringde"),
        send(client, "new-block", shared.patient.pk, asked="patient", scope="outer"),
        send(client, "consent", shared.patient.pk, kind="shared_record", how="spoken"),
        send(client, "withdraw-consent", yes.pk),
    ):
        assert answer.status_code == 404
    mine.refresh_from_db()
    yes.refresh_from_db()
    assert (mine.removed_at, yes.withdrawn_at) == (None, None)
    assert (Block.objects.count(), BlockLift.objects.count(), Consent.objects.count()) == (1, 0, before)
