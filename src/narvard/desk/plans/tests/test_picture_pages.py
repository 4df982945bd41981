"""A picture for the binder: sent in, shown, taken out; closed to outsiders and to other files than photos."""

import io
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from narvard.care.binder.models import BinderPicture


def url(name, key):
    return reverse(f"plans:{name}", args=[key])


def photo():
    kept = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(kept, "PNG")
    return SimpleUploadedFile("sture hemma.png", kept.getvalue())


@pytest.fixture
def patient(writers):
    return writers.area.patient


@pytest.fixture
def send(writers, screen, patient):
    def act(**changes):
        said = {"once": uuid.uuid4(), "file": photo(), "title": "Förbandet", "how": "spoken"}
        units = {"units": [str(writers.nurse.unit_id)]}
        return screen(writers.physician).post(url("picture-add", patient.pk), {**said, **units, **changes})

    return act


def test_sent_in_it_stands_on_the_page_and_opens(writers, screen, patient, send):
    assert screen(writers.physician).get(url("picture-add", patient.pk)).status_code == 200
    assert send().status_code == 302
    row = BinderPicture.objects.get()
    nurse = screen(writers.nurse)
    html = nurse.get(url("binder", patient.pk)).content.decode()
    assert url("picture", row.pk) in html
    file = nurse.get(url("picture", row.pk))
    assert (file["Content-Type"], file["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert 'filename="bild.jpg"' in file["Content-Disposition"]


def test_a_pdf_and_a_missing_yes_are_told_beside_the_field(send):
    answer = send(file=SimpleUploadedFile("a.pdf", b"%PDF-1.4 x"))
    assert answer.status_code == 422
    assert "En teckning kan fotograferas." in answer.content.decode()
    assert send(how="").status_code == 422
    assert send(how="guardian").status_code == 409
    assert BinderPicture.objects.count() == 0


def test_taken_out(writers, screen, patient, send):
    send()
    row = BinderPicture.objects.get()
    client = screen(writers.nurse)
    assert client.get(url("picture-remove", row.pk)).status_code == 200
    assert client.post(url("picture-remove", row.pk), {"once": uuid.uuid4()}).status_code == 302
    assert client.get(url("picture", row.pk)).status_code == 404


def test_outsiders_get_nothing(writers, screen, patient, send):
    send()
    row = BinderPicture.objects.get()
    client = screen(writers.area.other_team)
    for name, key in (("picture-add", patient.pk), ("picture", row.pk), ("picture-remove", row.pk)):
        assert client.get(url(name, key)).status_code == 404
    assert client.post(url("picture", row.pk)).status_code in {404, 405}
