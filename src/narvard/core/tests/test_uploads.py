"""Sent files: told apart by content, photos stripped of all but the picture, limits kept."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from narvard.core import uploads
from narvard.core.uploads import UploadRefused

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<<>>\n%%EOF\n"
GPS, MAKE, ORIENTATION = 0x8825, 0x010F, 0x0112


def a_photo(form="JPEG", size=(60, 40), mode="RGB", **options) -> bytes:
    kept = BytesIO()
    Image.new(mode, size, "red").save(kept, form, **options)
    return kept.getvalue()


def an_exif(orientation=1) -> Image.Exif:
    exif = Image.Exif()
    exif[MAKE] = "Hemlig kamera"
    exif[ORIENTATION] = orientation
    exif.get_ifd(GPS).update({1: "N", 2: (63.0, 49.0, 30.0), 3: "E", 4: (20.0, 15.0, 0.0)})
    return exif


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_kept_as_jpeg_without_place_and_camera(form):
    sent = a_photo(form, exif=an_exif())
    assert b"Hemlig kamera" in sent
    kept = uploads.clean(sent)
    assert kept.media_type == "image/jpeg"
    assert opened(kept.content).format == "JPEG"
    assert dict(opened(kept.content).getexif()) == {}
    assert b"Hemlig" not in kept.content


def test_comments_and_a_hidden_tail_are_left_behind():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "Patienten heter Hemligsson")
    for sent in (a_photo(comment=b"Hemligsson"), a_photo("PNG", pnginfo=notes), a_photo() + b"<script>Hemligsson"):
        assert b"Hemligsson" in sent
        assert b"Hemligsson" not in uploads.clean(sent).content


def test_a_photo_taken_on_its_side_is_turned_upright():
    assert opened(uploads.clean(a_photo(exif=an_exif(orientation=6))).content).size == (40, 60)


def test_a_large_photo_is_made_smaller_and_a_small_one_is_not():
    large = opened(uploads.clean(a_photo(size=(5200, 2600))).content)
    assert large.size == (uploads.LONGEST_SIDE, uploads.LONGEST_SIDE // 2)
    assert opened(uploads.clean(a_photo()).content).size == (60, 40)


def test_what_is_see_through_becomes_white():
    kept = BytesIO()
    Image.new("RGBA", (9, 9), (0, 0, 0, 0)).save(kept, "PNG")
    assert opened(uploads.clean(kept.getvalue()).content).getpixel((4, 4)) == (255, 255, 255)


def test_a_pdf_is_kept_as_it_came():
    kept = uploads.clean(PDF)
    assert (kept.content, kept.media_type) == (PDF, "application/pdf")


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"hej hej",
        b"<!doctype html><script>alert(1)</script>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"PK\x03\x04" + bytes(40),
        b"\x7fELF" + bytes(40),
        b"MZ" + bytes(60),
        b"junk%PDF-1.7",
        a_photo("GIF"),
        a_photo("TIFF"),
    ],
    ids=["empty", "text", "html", "svg", "zip", "elf", "exe", "late pdf", "gif", "tiff"],
)
def test_other_kinds_are_refused_whatever_they_are_called(sent):
    with pytest.raises(UploadRefused):
        uploads.read_upload(SimpleUploadedFile("foto.jpg", sent, content_type="image/jpeg"))


@given(st.binary(max_size=80))
def test_a_broken_photo_is_refused_in_words(tail):
    with pytest.raises(UploadRefused):
        uploads.clean(a_photo()[:20] + tail)


def test_a_picture_with_too_many_pixels_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(uploads, "MOST_PIXELS", 60 * 40 - 1)
    with pytest.raises(UploadRefused, match="bildpunkter"):
        uploads.clean(a_photo())


@override_settings(NARVARD_UPLOAD_MB=1)
def test_a_file_over_the_limit_is_refused_and_one_at_it_is_not():
    at_limit = PDF + bytes(uploads.largest_file() - len(PDF))
    assert uploads.read_upload(SimpleUploadedFile("a.pdf", at_limit)).media_type == uploads.PDF
    with pytest.raises(UploadRefused, match="högst 1 MB"):
        uploads.read_upload(SimpleUploadedFile("a.pdf", at_limit + b"."))


@pytest.mark.django_db
@override_settings(NARVARD_REQUEST_BYTES=1000)
def test_a_request_over_the_limit_is_refused_unread():
    answer = Client().post("/logga-in/", {"username": "x" * 2000})
    assert answer.status_code == 413
    assert "högst 15 MB" in answer.content.decode()
    assert Client().post("/logga-in/", {"username": "x"}).status_code != 413
