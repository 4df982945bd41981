"""Fixtures of the deviation pages' tests: the world, the clock, somebody at the screen."""

import uuid
from collections.abc import Callable
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from narvard.access.queries import SESSION_KEY
from narvard.deviations.tests.factories import AT, World, make_world
from narvard.organisation.models import Commission

Screen = Callable[[Commission], Client]


@pytest.fixture
def world(db) -> World:
    return make_world()


@pytest.fixture(autouse=True)
def _clock(monkeypatch) -> None:
    monkeypatch.setattr("narvard.core.clock.now", lambda: AT)


@pytest.fixture
def screen() -> Screen:
    """A browser with somebody signed in and acting under a commission."""

    def sign_in(commission: Commission) -> Client:
        client = Client()
        client.force_login(commission.staff.user)
        session = client.session
        session[SESSION_KEY] = str(commission.pk)
        session.save()
        return client

    return sign_in


@pytest.fixture
def send():
    """Post a form once."""

    def post(client: Client, name: str, *args: object, **data: object):
        return client.post(reverse(f"deviations:{name}", args=args), {"once": uuid.uuid4(), **data})

    return post


@pytest.fixture
def photo() -> SimpleUploadedFile:
    """A photo with a camera's name in it."""
    kept, exif = BytesIO(), Image.Exif()
    exif[0x010F] = "Hemlig kamera"
    Image.new("RGB", (50, 40), "red").save(kept, "JPEG", exif=exif)
    return SimpleUploadedFile("Maj-Britt Nordlund.jpg", kept.getvalue(), content_type="image/jpeg")
