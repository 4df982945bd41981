"""The payment pages: written down by the payer, seen by both, traced by who gave the care."""

import uuid
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from narvard.access.queries import SESSION_KEY
from narvard.core.calendar import at_local
from narvard.core.models import AuditEvent, Run
from narvard.followup.payment import tasks
from narvard.followup.payment.models import Agreement, PartDecision, Settled
from narvard.followup.payment.tests.factories import AT, Parties
from narvard.organisation.models import Commission
from narvard.organisation.tests.factories import CareProviderFactory


@pytest.fixture(autouse=True)
def _clock(settings):
    settings.NARVARD_CLOCK = AT.isoformat()


@pytest.fixture
def both(db) -> Parties:
    return Parties()


def screen(commission: Commission) -> Client:
    client = Client()
    client.force_login(commission.staff.user)
    session = client.session
    session[SESSION_KEY] = str(commission.pk)
    session.save()
    return client


def at(name, row, month="2026-11", **more):
    return f"{reverse(f'payment:{name}', args=[row.pk, *more.values()])}?manad={month}"


def post(client, address, **data):
    return client.post(address, {"once": uuid.uuid4(), **data})


def write(client, both, **changes):
    values = {
        "name": "Närvårdsteam", "payee": both.town.unit.provider.pk, "programme": "", "rule": "outcome",
        "sum": "1200000", "fixed": "95", "acute": "2.5", "experience": "2.5", "fall": "0", "since": "2026-01-01",
    }  # fmt: skip
    return post(client, reverse("payment:new"), **{**values, **changes})


def test_an_agreement_is_written_and_what_it_pays_for_nothing_is_asked_for(both):
    client = screen(both.region)
    answer = write(client, both)
    row = Agreement.objects.get()
    assert answer.url == reverse("payment:agreement", args=[row.pk])
    assert Run.objects.get().kind == tasks.KIND
    page = client.get(at("agreement", row)).content.decode()
    assert "utfallsdel: upplevelse, inte beslutad" in page
    assert "2,5" in page
    run = Run.objects.get()
    run.state, run.result = Run.State.DONE, {"share": 1.0, "low": 0.98, "high": 1.0, "studies": 200}
    run.save()
    page = client.get(at("agreement", row)).content.decode()
    assert "Utan effekt betalas delen för minskad vård ut i 100" in page


@pytest.mark.parametrize(
    "changes", [{"fixed": "90"}, {"sum": "0"}, {"sum": "-1"}, {"since": ""}, {"until": "2025-01-01"}, {"payee": ""}]
)
def test_what_cannot_be_is_said(both, changes):
    assert write(screen(both.region), both, **changes).status_code == 409
    assert not Agreement.objects.exists()


def test_a_part_is_decided_and_a_month_settled(both, settings):
    client, row = screen(both.region), both.agree("outcome")
    told = {"part": "experience", "met": "yes", "reason": "Enkäten är gjord"}
    assert post(client, at("decide", row), **told).status_code == 302
    assert PartDecision.objects.get().met
    assert "Enkäten är gjord" in client.get(at("agreement", row)).content.decode()
    assert post(client, at("decide", row), part="experience").status_code == 409
    assert post(client, at("settle", row)).status_code == 409
    settings.NARVARD_CLOCK = "2026-12-01T08:00"
    assert post(client, at("settle", row)).status_code == 302
    assert "fastställd" in client.get(at("agreement", row)).content.decode()
    assert post(client, at("settle", row)).status_code == 409
    assert Settled.objects.count() == 1


def test_the_payee_sees_and_does_not_decide(both):
    client, row = screen(both.town), both.agree("outcome")
    page = client.get(at("agreement", row)).content.decode()
    assert "Besluta om en utfallsdel" not in page
    assert post(client, at("decide", row), part="acute", met="yes", reason="x").status_code == 409
    assert post(client, at("settle", row)).status_code == 409


def test_files_hold_ids_only_for_who_gave_the_care(both):
    start = at_local(date(2026, 11, 2), 8 * 60)
    episode, row = both.area.enrol(at=start), both.agree("days")
    for commission, there in ((both.region, False), (both.town, True)):
        client = screen(commission)
        text = client.get(at("export", row, kind="csv")).content.decode("utf-8-sig")
        assert (str(episode.pk) in text) is there
        assert (str(episode.pk)[:8] in client.get(at("agreement", row)).content.decode()) is there
        assert both.area.patient.family_name not in text
        assert client.get(at("export", row, kind="xlsx")).content[:2] == b"PK"
    assert AuditEvent.objects.filter(what="payment.export", action="export").count() == 4
    assert screen(both.town).get(at("export", row, kind="pdf")).status_code == 404


def test_the_list_sums_by_party_and_takes_any_month(both):
    both.agree("outcome")
    client = screen(both.region)
    page = client.get(reverse("payment:list"), {"manad": "2026-11"}).content.decode()
    assert "95" in page
    assert "Umeå kommun" in page
    for month in ("sak", "2031-01", ""):
        assert client.get(reverse("payment:list"), {"manad": month}).status_code == 200


def test_the_reckoning_is_asked_for_again(both):
    client, row = screen(both.region), both.agree("outcome")
    assert post(client, at("reckon", row)).status_code == 302
    assert Run.objects.filter(kind=tasks.KIND).count() == 1
    assert post(client, at("reckon", both.agree("days"))).status_code == 404


def test_strangers_and_nurses_find_nothing(both):
    row = both.agree("outcome")
    for commission in (both.manager(CareProviderFactory()), both.area.team):
        client = screen(commission)
        assert client.get(at("agreement", row)).status_code == 404
        assert client.get(at("export", row, kind="csv")).status_code == 404
        for name in ("decide", "settle", "reckon"):
            assert post(client, at(name, row)).status_code == 404
