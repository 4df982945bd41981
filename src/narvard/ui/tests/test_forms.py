"""Forms as people meet them: labels, hints, errors beside the field and in a summary, hidden keys kept."""

import re
from datetime import datetime

import pytest
from django import forms
from django.utils import translation

from narvard.ui.forms import DateTimeInput, IdentifierInput, ReasonForm, Renderer


class Request(forms.Form):
    default_renderer = Renderer

    key = forms.UUIDField(widget=forms.HiddenInput)
    identifier = forms.CharField(label="Personnummer", widget=IdentifierInput)
    note = forms.CharField(label="Bra att veta", required=False, help_text="Portkod, hund.")
    urgency = forms.ChoiceField(
        label="Hur bråttom", choices=[("now", "Nu"), ("today", "I dag")], widget=forms.RadioSelect
    )
    wished = forms.DateTimeField(label="Önskad tid", required=False, widget=DateTimeInput)
    told = forms.BooleanField(label="Patienten vet om det", required=False)


@pytest.fixture(autouse=True)
def swedish():
    with translation.override("sv"):
        yield


def test_every_control_has_a_label_and_hints_are_tied_to_it():
    html = Request().render()
    for name in ("identifier", "note", "wished", "told"):
        assert f'<label for="id_{name}">' in html
    assert "<legend>Hur bråttom</legend>" in html
    assert 'aria-describedby="id_note_helptext"' in html
    assert 'id="id_note_helptext">Portkod, hund.</p>' in html


def test_optional_fields_say_so_and_tick_boxes_do_not():
    html = Request().render()
    assert 'Bra att veta <span class="optional">(frivilligt)</span>' in html
    assert "Personnummer</label>" in html
    assert "Patienten vet om det</label>" in html


def test_errors_stand_in_a_summary_with_links_and_beside_each_field():
    html = Request({"key": "4b2b6d3e-4d0a-4f2e-9d8a-000000000000"}).render()
    assert html.index("error-summary") < html.index('id="id_identifier"')
    assert '<a href="#id_identifier">Personnummer – ' in html
    assert '<a href="#id_urgency_0">Hur bråttom – ' in html
    assert 'id="id_identifier_error"' in html
    assert 'aria-invalid="true"' in html
    assert re.search(r'aria-describedby="[^"]*id_identifier_error', html)


def test_a_form_without_errors_has_no_summary():
    assert "error-summary" not in Request().render()
    assert "error-summary" not in ReasonForm({"reason": "Fel team"}, renderer=Renderer()).render()


def test_hidden_fields_come_through_and_their_errors_are_seen():
    html = Request({"key": "no-key"}).render()
    assert '<input type="hidden" name="key" value="no-key"' in html
    assert '<li><a href="#id_key"' not in html
    assert html.index("<li>") < html.index("Personnummer – ")


def test_dates_are_shown_as_the_browser_wants_them_in_every_language():
    for language in ("sv", "en"):
        with translation.override(language):
            form = Request(initial={"wished": datetime(2026, 11, 23, 14, 10)})  # noqa: DTZ001 - naive local
            assert 'value="2026-11-23T14:10"' in str(form["wished"])


def test_what_was_typed_is_escaped():
    html = Request({"identifier": '"><script>alert(1)</script>'}).render()
    assert "<script>" not in html
