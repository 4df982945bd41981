"""Reporting from any page: what is carried along, what is sent, what is refused, what leaks to nobody."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from narvard.access.tests.factories import CareRelationFactory
from narvard.care.tests.factories import make_area
from narvard.core.models import AuditEvent
from narvard.deviations.models import Attachment, Deviation
from narvard.deviations.tests.factories import AT
from narvard.organisation.tests.factories import CareUnitFactory
from narvard.people.tests.factories import PatientFactory
from narvard.visits.tests.factories import VisitFactory

NEW = "deviations:new"


def filled(world, **changes):
    values = {
        "what": "Ingen hade fått läkemedelslistan.",
        "unit": world.nurse.unit_id,
        "kind": "handover",
        "consequence": "mild",
        "happened_at": "2026-11-23T06:00",
    }
    return {**values, **changes}


def from_page(client, path):
    return client.get(reverse(NEW), {"fran": path})


def test_every_page_has_the_link_with_where_one_was_and_nothing_asked_there(world, screen):
    html = screen(world.nurse).get(reverse("patient:mine"), {"visa": "sak"}).content.decode()
    assert f'href="{reverse(NEW)}?fran=%2Fpatient%2Fmina%2F"' in html


def test_the_patient_of_the_page_comes_along(world, screen, send):
    CareRelationFactory(patient=world.patient, unit=world.nurse.unit, kind="home_nursing")
    client, path = screen(world.reporter), reverse("patient:page", args=[world.patient.pk])
    page = from_page(client, path)
    assert "Gäller Örjan Ångström." in page.content.decode()
    assert page.context["form"]["unit"].value() == str(world.nurse.unit_id)
    answer = send(client, "new", **filled(world, fran=path))
    row = Deviation.objects.get()
    assert answer.url == reverse("deviations:page", args=[row.pk])
    assert (row.patient, row.source, row.source_id) == (world.patient, "patient", world.patient.pk)
    assert (row.consequence, row.severity, row.happened_at.hour) == ("mild", None, 5)


def test_a_patient_whom_one_may_not_open_is_not_mentioned_and_not_sent(world, screen, send):
    client, path = screen(world.outsider), reverse("patient:page", args=[world.patient.pk])
    html = from_page(client, path).content.decode()
    assert "Ångström" not in html
    send(client, "new", **filled(world, fran=path))
    row = Deviation.objects.get()
    assert (row.patient, row.source, row.source_id) == (None, "", None)
    # The address was typed: each try is a denied attempt, as it would be on the page itself.
    tries = AuditEvent.objects.filter(action="denied", subjects__patient=world.patient.pk)
    assert [row.reason for row in tries] == ["no-care-relation"] * 2


@pytest.mark.parametrize("path", ["/finns-inte/", "https://example.org/", "/patient/mina/", "//"])
def test_any_other_page_carries_nothing(world, screen, path):
    page = from_page(screen(world.reporter), path)
    assert page.status_code == 200
    assert page.context["whence"].path == ""


def test_a_handover_suggests_its_other_side(screen, db):
    area = make_area()
    handover = area.propose(area.enrol(nursing=area.home_nursing), area.other_team, kinds=["medical"], at=AT)
    path = reverse("handover:page", args=[handover.pk])
    giver, receiver = from_page(screen(area.team), path), from_page(screen(area.other_team), path)
    assert giver.context["form"]["unit"].value() == str(area.other_team.unit_id)
    assert giver.context["form"]["kind"].value() == "handover"
    assert receiver.context["form"]["unit"].value() == str(area.team.unit_id)
    assert receiver.context["whence"].source_id == handover.pk


def test_a_visit_suggests_who_else_comes(world, screen):
    visit = VisitFactory(
        episode__unit=world.reporter.unit, episode__patient=world.patient, roles=[world.reporter.unit, world.nurse.unit]
    )
    page = from_page(screen(world.reporter), reverse("team:visit", args=[visit.pk]))
    assert page.context["whence"].suggested[0] == world.nurse.unit_id
    assert page.context["whence"].source == "visit"


def test_a_hidden_persons_units_are_not_suggested_to_those_who_may_not_see_the_place(world, screen):
    CareRelationFactory(patient=world.patient, unit=world.nurse.unit, kind="home_nursing")
    world.patient.protection = "protected"
    world.patient.save()
    world.reporter.role = "coordinator"
    world.reporter.save()
    page = from_page(screen(world.reporter), reverse("patient:page", args=[world.patient.pk]))
    assert page.context["whence"].opened is not None
    assert page.context["whence"].suggested == ()


def test_a_unit_that_only_others_know_of_is_not_suggested(world, screen):
    hidden = CareUnitFactory(name="Beroendemottagningen", care_area=world.reporter.unit.care_area)
    CareRelationFactory(patient=world.patient, unit=hidden, kind="contact")
    CareRelationFactory(patient=world.patient, unit=world.nurse.unit, kind="responsibility")
    page = from_page(screen(world.reporter), reverse("patient:page", args=[world.patient.pk]))
    assert page.context["whence"].suggested == (world.nurse.unit_id,)


def test_a_number_finds_the_patient_and_the_look_is_logged(world, screen, send):
    number = world.patient.identifiers.get().value
    send(screen(world.outsider), "new", **filled(world, identifier=number))
    assert Deviation.objects.get().patient == world.patient
    assert AuditEvent.objects.filter(what="access.first_contact").count() == 1


def test_an_unknown_number_is_told_and_nothing_is_lost(world, screen, send):
    known = PatientFactory()
    number = known.identifiers.get().value
    known.identifiers.all().delete()
    answer = send(screen(world.outsider), "new", **filled(world, identifier=number))
    assert answer.status_code == 409
    assert "Ingen hade fått läkemedelslistan." in answer.content.decode()
    assert not Deviation.objects.exists()


def test_a_number_is_not_asked_of_those_whose_task_is_not_care(world, screen):
    assert "identifier" not in screen(world.mas).get(reverse(NEW)).context["form"].fields


def test_a_double_click_sends_once(world, screen):
    client, key = screen(world.reporter), uuid.uuid4()
    for _click in range(2):
        client.post(reverse(NEW), {"once": key, **filled(world)})
    assert Deviation.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [{"what": ""}, {"unit": ""}, {"kind": ""}, {"happened_at": "2026-11-24T06:00"}, {"severity": "5"}],
    ids=["no text", "no unit", "no kind", "to come", "no such severity"],
)
def test_what_is_missing_is_told_beside_the_field(world, screen, send, changes):
    answer = send(screen(world.reporter), "new", **filled(world, **changes))
    assert answer.status_code == 422
    assert next(iter(changes)) in answer.context["form"].errors
    assert not Deviation.objects.exists()


def test_ones_own_unit_cannot_be_chosen(world, screen, send):
    answer = send(screen(world.reporter), "new", **filled(world, unit=world.reporter.unit_id))
    assert "unit" in answer.context["form"].errors


def test_a_photo_is_kept_without_what_the_camera_wrote(world, screen, send, photo):
    send(screen(world.reporter), "new", **filled(world, file=photo, file_hides_person="on"))
    row = Attachment.objects.get()
    assert (row.media_type, row.shows_person, row.size) == ("image/jpeg", False, len(bytes(row.content)))
    assert b"Hemlig" not in bytes(row.content)


def test_another_kind_of_file_is_refused_and_asked_for_again(world, screen, send):
    sent = SimpleUploadedFile("foto.jpg", b"<html><script>alert(1)</script>", content_type="image/jpeg")
    answer = send(screen(world.reporter), "new", **filled(world, file=sent))
    assert answer.status_code == 422
    assert "Filen går inte att ta emot" in answer.content.decode()
    assert "Välj filen igen" in answer.content.decode()
    assert not Deviation.objects.exists()


def test_what_is_typed_is_kept_until_it_is_sent(world, screen, send):
    client = screen(world.reporter)
    client.post(reverse("account:draft"), {"_form": "deviations:new", "what": "Halvskrivet"})
    assert "Halvskrivet" in client.get(reverse(NEW)).content.decode()
    send(client, "new", **filled(world))
    assert "Halvskrivet" not in client.get(reverse(NEW)).content.decode()


def test_other_verbs_are_refused(world, screen):
    assert screen(world.reporter).delete(reverse(NEW)).status_code == 405
