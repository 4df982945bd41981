"""Swedish first."""

import pytest

pytestmark = pytest.mark.django_db


def test_swedish_whatever_the_browser_says(client):
    answer = client.get("/logga-in/", headers={"accept-language": "en-GB,en"})
    assert answer["Content-Language"] == "sv"
    assert '<html lang="sv"' in answer.content.decode()


def test_english_once_the_reader_has_chosen_it(client):
    client.post("/sprak/setlang/", {"language": "en", "next": "/logga-in/"})
    assert '<html lang="en"' in client.get("/logga-in/").content.decode()


def test_an_unknown_language_is_swedish(client):
    client.cookies["django_language"] = "xx"
    assert client.get("/logga-in/")["Content-Language"] == "sv"
