"""The questionnaires' pages: at work, and where one answers without signing in."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse

from narvard.access.queries import SESSION_KEY
from narvard.core.models import AuditEvent
from narvard.followup.questionnaires.actions import make_codes
from narvard.followup.questionnaires.models import Code, Response, Round
from narvard.followup.questionnaires.tests.factories import AT, answered, make_manager, make_round
from narvard.organisation.models import CareUnit, Commission
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory
from narvard.ui.figures import percentage


@pytest.fixture(autouse=True)
def _clock(settings):
    settings.NARVARD_CLOCK = AT.isoformat()


@pytest.fixture
def by(db):
    return make_manager()


def screen(commission: Commission) -> Client:
    client = Client()
    client.force_login(commission.staff.user)
    session = client.session
    session[SESSION_KEY] = str(commission.pk)
    session.save()
    return client


def post(client, name, *args, **data):
    return client.post(reverse(f"questionnaires:{name}", args=args), {"once": uuid.uuid4(), **data})


def new_round(client, **changes):
    unit = CareUnit.objects.get(kind="team")
    days = {"opens_on": "2026-11-23", "closes_on": "2026-12-20"}
    return post(client, "list", **{"questionnaire": "patient", "units": [unit.pk], **days, **changes})


def test_a_round_is_begun_and_its_cards_are_shown_once(by):
    client = screen(by)
    answer = new_round(client)
    row = Round.objects.get()
    assert answer.url == reverse("questionnaires:round", args=[row.pk])
    once = uuid.uuid4()
    cards = post(client, "codes", row.pk, count=3, once=once)
    assert (cards.status_code, cards.headers["Cache-Control"]) == (200, "private, no-store")
    assert cards.content.decode().count('class="card-code"') == 3
    again = post(client, "codes", row.pk, count=3, once=once)
    assert (again.status_code, Code.objects.count()) == (409, 3)
    assert "visades nyss" in again.content.decode()


def test_wrong_days_are_said_on_the_form(by):
    answer = new_round(screen(by), closes_on="2026-11-23")
    assert (answer.status_code, "Omgången ska vara" in answer.content.decode()) == (409, True)


def test_an_open_round_tells_how_many_and_a_closed_one_what(by, settings):
    client, row = screen(by), make_round(by)
    answered(by, row, 4, 4, 4, 3, 0)
    page = client.get(reverse("questionnaires:round", args=[row.pk])).content.decode()
    assert "5 av 5 har svarat" in page
    assert "Andel som svarar" not in page
    assert client.get(reverse("questionnaires:export", args=[row.pk])).status_code == 404
    settings.NARVARD_CLOCK = "2026-12-21T08:00"
    page = client.get(reverse("questionnaires:round", args=[row.pk])).content.decode()
    assert percentage(0.8) in page
    assert "Hemsjukvårdsteam, Västra Götaland 2018 (n 137)" in page
    assert "Andel som svarar" in client.get(reverse("questionnaires:list")).content.decode()
    file = client.get(reverse("questionnaires:export", args=[row.pk])).content.decode("utf-8-sig")
    assert "Svarade;5" in file
    assert AuditEvent.objects.get(what="survey.export").action == "export"


def test_it_is_closed_and_the_unused_are_told(by, settings):
    client, row = screen(by), make_round(by)
    make_codes(round_id=row.pk, count=4, by=by, at=AT)
    assert post(client, "unused", row.pk, count=5).status_code == 409
    assert post(client, "unused", row.pk, count=4).status_code == 302
    assert post(client, "close", row.pk).status_code == 409  # it began today
    settings.NARVARD_CLOCK = "2026-11-24T08:00"
    assert post(client, "close", row.pk).status_code == 302
    assert post(client, "close", row.pk).status_code == 409
    assert post(client, "codes", row.pk, count=1).status_code == 409


def test_the_overseers_read_and_do_not_write(by):
    mas = screen(CommissionFactory(unit=by.unit, role=Commission.Role.SAFETY))
    row = make_round(by)
    assert "Ny omgång" not in mas.get(reverse("questionnaires:list")).content.decode()
    assert new_round(mas).status_code == 200
    for name in ("codes", "unused", "close"):
        assert post(mas, name, row.pk, count=1).status_code == 404
    assert Round.objects.count() == 1


def test_another_provider_and_a_nurse_find_nothing(by):
    row = make_round(by)
    other = screen(CommissionFactory(role=Commission.Role.MANAGER))
    nurse = screen(CommissionFactory(unit=by.unit))
    assert "Mobila teamet" not in other.get(reverse("questionnaires:list")).content.decode()
    for client in (other, nurse):
        for name in ("round", "export"):
            assert client.get(reverse(f"questionnaires:{name}", args=[row.pk])).status_code == 404
    assert nurse.get(reverse("questionnaires:asked")).status_code == 404
    assert screen(by).get(reverse("questionnaires:asked")).status_code == 200


@pytest.fixture
def joint(by):
    """The joint management of an area, a team of its own and a municipality's home nursing with its manager."""
    CareUnit.objects.filter(provider=by.unit.provider).update(care_area="umea")
    by.unit.refresh_from_db()
    nursing = CareUnitFactory(kind=CareUnit.Kind.HOME_NURSING, name="Hemsjukvården", care_area="umea")
    return CommissionFactory(unit=nursing, role=Commission.Role.MANAGER)


def test_the_joint_management_begins_one_round_at_units_of_several_providers(by, joint, settings):
    team = CareUnit.objects.get(kind="team")
    client, theirs = screen(by), screen(joint)
    assert "Hemsjukvården" in client.get(reverse("questionnaires:list")).content.decode()
    assert new_round(client, units=[team.pk, joint.unit_id]).status_code == 302
    own, other = Round.objects.get(unit=team), Round.objects.get(unit=joint.unit)
    assert own.together == other.together
    answered(by, own, 4, 4, 4, 4, 4, 0)
    answered(by, other, 0, 0, 0, 0, 4)
    waiting = theirs.get(reverse("questionnaires:round", args=[other.pk])).content.decode()
    assert "Helheten visas när alla" in waiting
    assert "6 av 6 har svarat" not in waiting
    settings.NARVARD_CLOCK = "2026-12-21T08:00"
    shown = theirs.get(reverse("questionnaires:round", args=[other.pk])).content.decode()
    assert "11 av 11 har svarat" in shown
    assert percentage(1 / 5) in shown
    assert percentage(6 / 11) in shown
    assert "6 av 6 har svarat" not in shown
    assert theirs.get(reverse("questionnaires:round", args=[own.pk])).status_code == 404
    assert theirs.get(reverse("questionnaires:export", args=[own.pk])).status_code == 404
    for row in (own, other):
        assert client.get(reverse("questionnaires:round", args=[row.pk])).status_code == 200
    file = theirs.get(reverse("questionnaires:export", args=[other.pk])).content.decode("utf-8-sig")
    assert "Alla enheter tillsammans" in file
    assert "Svarade;11" in file


def test_one_unit_cannot_begin_a_round_at_another_provider(by, joint):
    team = CareUnit.objects.get(kind="team")
    client = screen(joint)
    assert "Mobila teamet" not in client.get(reverse("questionnaires:list")).content.decode()
    for units in ([team.pk], [team.pk, joint.unit_id]):
        assert new_round(client, units=units).status_code == 409
    assert not Round.objects.exists()


def test_the_list_asks_the_same_whatever_its_length(by, django_assert_num_queries, settings):
    client = screen(by)
    for _each in range(3):
        answered(by, make_round(by), 4, 4, 4, 4, 4)
    settings.NARVARD_CLOCK = "2026-12-21T08:00"
    client.get(reverse("questionnaires:list"))
    with django_assert_num_queries(7):
        client.get(reverse("questionnaires:list"))


@pytest.fixture
def code(by):
    (made,) = make_codes(round_id=make_round(by).pk, count=1, by=by, at=AT)
    return made


def test_it_is_answered_without_signing_in_and_once(code):
    client = Client()
    typed = client.post(reverse("answer:enter"), {"code": code.lower()})
    page = client.get(typed.url).content.decode()
    assert "Känner du dig trygg med vården i ditt hem?" in page
    assert "checked" not in page
    assert client.post(typed.url, {"safe": "4", "needed": "unknown"}).url == reverse("answer:thanks")
    assert Response.objects.get().answers == {"safe": 4}
    assert "Tack" in client.get(reverse("answer:thanks")).content.decode()
    for again in (client.get(typed.url), client.post(typed.url, {"safe": "0"})):
        assert (again.status_code, "redan besvarad. Tack" in again.content.decode()) == (409, True)
    assert Response.objects.count() == 1


def test_it_is_asked_in_english_too(code):
    client = Client()
    client.cookies["django_language"] = "en"
    page = client.get(reverse("answer:form", args=[code.replace("-", "")])).content.decode()
    assert "Do you feel safe with the care in your home?" in page


def test_nothing_answered_and_no_letters_are_said(code):
    client = Client()
    address = reverse("answer:form", args=[code.replace("-", "")])
    for data in ({}, {"safe": "9"}, {"safe": "unknown"}):
        assert client.post(address, data).status_code == 409
    assert client.post(reverse("answer:enter"), {"code": "123"}).status_code == 409
    assert not Response.objects.exists()


def test_wrong_codes_are_counted_and_then_stopped(code):
    client = Client()
    wrong = reverse("answer:form", args=["BBBBBBBB"])
    assert [client.get(wrong).status_code for _each in range(11)] == [404] * 10 + [429]
    assert client.get(reverse("answer:form", args=[code.replace("-", "")])).status_code == 429
    other = Client(REMOTE_ADDR="10.9.8.7")
    assert other.get(reverse("answer:form", args=[code.replace("-", "")])).status_code == 200


def test_a_round_that_has_ended_says_so(code, settings):
    settings.NARVARD_CLOCK = "2026-12-21T08:00"
    answer = Client().get(reverse("answer:form", args=[code.replace("-", "")]))
    assert (answer.status_code, "tar inte emot svar" in answer.content.decode()) == (409, True)
