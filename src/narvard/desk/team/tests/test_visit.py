"""A visit at the door: begun, done, could not, and its note."""

import uuid

import pytest
from django.urls import reverse

from narvard.access.models import CareRelation
from narvard.access.tests.factories import CareRelationFactory
from narvard.core.models import AuditEvent, Draft
from narvard.organisation.tests.factories import CareUnitFactory, CommissionFactory
from narvard.people.actions import add_relative
from narvard.people.tests.factories import PatientFactory
from narvard.visits import actions
from narvard.visits.models import Visit, VisitNote
from narvard.visits.tests.factories import clock


def text(answer) -> str:
    return " ".join(answer.content.decode().split())


def post(client, name, visit, prefix="", **data):
    fields = {"once": str(uuid.uuid4()), "version": visit.version, **data}
    return client.post(
        reverse(f"team:{name}", args=[visit.pk]), {f"{prefix}-{k}" if prefix else k: v for k, v in fields.items()}
    )


def test_begin_and_done_lead_to_the_note(area, acting, planned):
    visit, client = planned(), acting(area.nurse)
    assert post(client, "start", visit).url == reverse("team:visit", args=[visit.pk])
    visit.refresh_from_db()
    assert visit.state == "started"
    assert post(client, "finish", visit).url == reverse("team:note", args=[visit.pk])
    visit.refresh_from_db()
    assert visit.state == "done"


def test_a_double_click_begins_once(area, acting, planned):
    visit, client, key = planned(), acting(area.nurse), str(uuid.uuid4())
    answers = [post(client, "start", visit, once=key) for _n in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert AuditEvent.objects.filter(what="visits.start_visit").count() == 1


def test_afterwards_with_the_clock_time_it_happened(area, acting, planned):
    visit, client = planned(hour=8), acting(area.nurse)
    post(client, "start", visit, happened="08:10")
    visit.refresh_from_db()
    assert visit.starts_at == clock(8, 10)


def test_a_stale_page_says_so_and_can_be_sent_again(area, acting, planned):
    visit, client = planned(), acting(area.nurse)
    Visit.objects.update(version=5)
    answer = post(client, "start", visit)
    assert answer.status_code == 409
    assert "Någon annan hann före" in text(answer)
    assert 'name="version" value="5"' in text(answer)
    assert Visit.objects.get().state == "planned"


def test_a_time_in_the_future_is_refused_in_the_page(area, acting, planned):
    answer = post(acting(area.nurse), "start", planned(), happened="23:59")
    assert (answer.status_code, "Tiden ligger i framtiden" in text(answer)) == (409, True)


def test_what_could_not_be_done_is_kept_with_its_reason(area, acting, planned):
    visit, client = planned(), acting(area.nurse)
    assert post(client, "fail", visit, "gick-inte", reason="").status_code == 422
    assert post(client, "fail", visit, "gick-inte", reason="Ingen öppnade.").url == reverse("team:day")
    visit.refresh_from_db()
    assert (visit.state, visit.reason) == ("failed", "Ingen öppnade.")


def test_a_unit_that_takes_part_but_does_not_come_only_reads(area, acting, planned):
    visit = planned()
    other = CommissionFactory(unit=CareUnitFactory())
    area.relate(other, visit)
    client = acting(other)
    assert "Påbörja" not in text(client.get(reverse("team:visit", args=[visit.pk])))
    assert post(client, "start", visit).status_code == 409
    assert Visit.objects.get().state == "planned"


def test_a_unit_with_a_relation_to_another_visit_reads_nothing_of_this_one(area, acting, planned):
    visit = planned()
    other = CommissionFactory(unit=CareUnitFactory())
    area.relate(other, visit.patient)
    assert acting(other).get(reverse("team:visit", args=[visit.pk])).status_code == 404
    assert post(acting(other), "start", visit).status_code == 404


@pytest.mark.parametrize("name", ["visit", "note"])
def test_an_outsider_finds_nothing_and_is_logged(area, acting, planned, name):
    visit = planned()
    client = acting(CommissionFactory())
    assert client.get(reverse(f"team:{name}", args=[visit.pk])).status_code == 404
    denied = AuditEvent.objects.get(action="denied")
    assert denied.subjects.get().patient == visit.patient_id


@pytest.mark.parametrize("name", ["start", "finish", "fail", "copied"])
def test_an_outsider_does_nothing(area, acting, planned, name):
    visit = planned()
    assert post(acting(CommissionFactory()), name, visit).status_code == 404
    assert Visit.objects.get().state == "planned"


@pytest.mark.parametrize("name", ["start", "finish", "fail", "copied"])
def test_an_act_is_not_a_look(area, acting, planned, name):
    assert acting(area.nurse).get(reverse(f"team:{name}", args=[planned().pk])).status_code == 405


@pytest.fixture
def begun(area, planned):
    """A joint visit under way."""
    return actions.start_visit(visit=planned(area.nurse, area.municipal), by=area.nurse, at=clock(8, 50))


def write(client, visit, **data):
    fields = {"once": str(uuid.uuid4()), "text": "Såret är rent.", "codes": ["NV203"], "_form": f"note-{visit.pk}"}
    return client.post(reverse("team:note", args=[visit.pk]), {**fields, **data})


def test_a_note_is_saved_then_signed(area, acting, begun):
    client = acting(area.nurse)
    assert write(client, begun).status_code == 302
    note = VisitNote.objects.get()
    assert (note.text, note.codes, note.signed_at) == ("Såret är rent.", ["NV203"], None)
    shown = text(client.get(reverse("team:note", args=[begun.pk])))
    assert "sparad, inte signerad" in shown
    write(client, begun, version=note.version, sign="1")
    note.refresh_from_db()
    assert note.signed_at is not None
    signed = text(client.get(reverse("team:note", args=[begun.pk])))
    assert "Anteckningen är signerad" in signed
    assert "NV203 Omläggning av sår" in signed
    assert area.nurse.staff.name in signed


def test_each_care_provider_writes_its_own(area, acting, begun):
    write(acting(area.nurse), begun, sign="1")
    other = acting(area.municipal)
    assert "Såret är rent." not in text(other.get(reverse("team:note", args=[begun.pk])))
    write(other, begun, text="Läkemedel delade.", sign="1")
    assert VisitNote.objects.count() == 2


def test_an_unsigned_note_of_nothing_is_refused_and_nothing_typed_is_lost(area, acting, begun):
    answer = write(acting(area.nurse), begun, text="", sign="1")
    assert (answer.status_code, "Skriv något innan du sparar" in text(answer)) == (422, True)
    assert 'value="NV203"' in text(answer)
    assert not VisitNote.objects.exists()


def test_a_draft_comes_back_and_goes_when_it_is_sent(area, acting, begun):
    client = acting(area.nurse)
    key = client.get(reverse("team:note", args=[begun.pk])).context["draft_key"]
    client.post(reverse("account:draft"), {"_form": key, "text": "Halvvägs", "codes": ["NV206"]})
    assert "Halvvägs" in text(client.get(reverse("team:note", args=[begun.pk])))
    write(client, begun)
    assert not Draft.objects.exists()


def test_copying_to_the_journal_is_logged(area, acting, begun):
    client = acting(area.nurse)
    write(client, begun, sign="1")
    url = reverse("team:copied", args=[begun.pk])
    assert client.post(url, headers={"accept": "application/json"}).status_code == 204
    assert client.post(url).url == reverse("team:note", args=[begun.pk])
    assert AuditEvent.objects.filter(what="visits.copy_note", action="export").count() == 2


def test_nothing_is_written_before_the_visit_has_begun(area, acting, planned):
    visit, client = planned(), acting(area.nurse)
    assert "inget att dokumentera" in text(client.get(reverse("team:note", args=[visit.pk])))
    assert write(client, visit).status_code == 409
    assert not VisitNote.objects.exists()


def test_a_signed_note_of_another_provider_needs_consent_to_be_read(area, acting, begun):
    write(acting(area.municipal), begun, text="Läkemedel delade.", sign="1")
    assert "Läkemedel delade." not in text(acting(area.nurse).get(reverse("team:visit", args=[begun.pk])))
    assert "Läkemedel delade." in text(acting(area.municipal).get(reverse("team:visit", args=[begun.pk])))


def test_a_draft_for_one_care_provider_is_not_seen_under_another(area, acting, begun):
    client, url = acting(area.nurse), reverse("team:note", args=[begun.pk])
    key = client.get(url).context["draft_key"]
    client.post(reverse("account:draft"), {"_form": key, "text": "Halvvägs"})
    second = CommissionFactory(staff=area.nurse.staff, unit=area.municipal.unit, role="municipal")
    client.post(reverse("account:commission"), {"commission": second.pk})
    assert client.get(url).status_code == 200
    assert "Halvvägs" not in text(client.get(url))


def test_social_services_see_no_care_note_of_their_own_municipality(area, acting, begun):
    write(acting(area.municipal), begun, text="Läkemedel delade.")
    social = acting(CommissionFactory(unit=area.municipal.unit, role="municipal", purpose="social"))
    assert social.get(reverse("team:note", args=[begun.pk])).status_code == 404
    assert write(social, begun, text="Ändrat", version=2).status_code == 404
    assert VisitNote.objects.get().text == "Läkemedel delade."


def test_who_reads_of_a_visit_but_does_not_go_there_learns_no_place_of_a_hidden_person(area, acting, planned):
    visit = planned(patient=PatientFactory(protection="marked", phone="090-465 00 11"))
    add_relative(patient=visit.patient, name="Astrid Rask", kind="spouse", by=area.nurse, at=clock(8), phone="090-1")
    other = CommissionFactory(unit__provider=area.nurse.unit.provider, unit__kind="team", role="team")
    CareRelationFactory(patient=visit.patient, unit=other.unit, kind=CareRelation.Kind.REQUEST)
    shown = text(acting(other).get(reverse("team:visit", args=[visit.pk])))
    assert visit.patient.name in shown
    for words in ("Astrid Rask", "090-465 00 11", "090-1"):
        assert words not in shown
    shown = text(acting(area.nurse).get(reverse("team:visit", args=[visit.pk])))
    for words in ("Astrid Rask", "090-465 00 11"):
        assert words in shown
