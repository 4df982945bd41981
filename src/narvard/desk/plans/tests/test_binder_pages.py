"""The binder's pages: one click makes a version and hands it out; logged as print; closed to outsiders."""

import uuid

import pytest
from django.urls import reverse

from narvard.care.binder.models import Binder
from narvard.core.models import AuditEvent


def url(name, key):
    return reverse(f"plans:{name}", args=[key])


def send(client, address, **data):
    return client.post(address, {"once": uuid.uuid4(), **data})


@pytest.fixture
def patient(writers):
    writers.strategy()
    return writers.area.patient


def test_one_click_gives_the_pdf_and_a_double_click_no_second_version(writers, screen, patient):
    client, key = screen(writers.nurse), uuid.uuid4()
    answers = [client.post(url("binder-make", patient.pk), {"once": key}) for _time in range(2)]
    binder = Binder.objects.get()
    assert {answer.url for answer in answers} == {url("binder-pdf", binder.pk)}
    pdf = client.get(answers[0].url)
    assert pdf.content.startswith(b"%PDF-")
    assert 'filename="parm-version-1.pdf"' in pdf["Content-Disposition"]
    assert set(AuditEvent.objects.filter(action="print").values_list("what", flat=True)) == {
        "care.make_binder",
        "care.print_binder",
    }


def test_large_type(writers, screen, patient):
    answer = send(screen(writers.nurse), url("binder-make", patient.pk), large="1")
    assert answer.url.endswith("?storlek=stor")


def test_which_version_lies_in_the_home(writers, screen, patient):
    client = screen(writers.nurse)
    assert "Ingen pärm ligger i hemmet" in client.get(url("binder", patient.pk)).content.decode()
    send(client, url("binder-make", patient.pk))
    assert send(client, url("binder-put", Binder.objects.get().pk)).status_code == 302
    html = client.get(url("binder", patient.pk)).content.decode()
    assert "I hemmet ligger version 1" in html
    assert "Pärmen stämmer med det som gäller" in html


def test_outsiders_get_no_binder(writers, screen, patient):
    send(screen(writers.nurse), url("binder-make", patient.pk))
    client = screen(writers.area.other_team)
    binder = Binder.objects.get()
    assert client.get(url("binder", patient.pk)).status_code == 404
    assert client.get(url("binder-pdf", binder.pk)).status_code == 404
    assert send(client, url("binder-make", patient.pk)).status_code == 404
    assert send(client, url("binder-put", binder.pk)).status_code == 404
    assert Binder.objects.count() == 1


def test_nothing_is_made_by_a_link(writers, screen, patient):
    assert screen(writers.nurse).get(url("binder-make", patient.pk)).status_code == 405
