"""How forms look, and the widgets and forms that several rooms share."""

from typing import Any

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _


class Renderer(TemplatesSetting):
    """Draw each form in one column: label, hint, error, field; a summary of errors first.

    Named by the setting FORM_RENDERER; needs `django.forms` among the installed apps.
    """

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"
    formset_template_name = "ui/forms/formset.html"


class DateInput(forms.DateInput):
    """A date in the browser's own picker; its value is always ISO 8601."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    """A time of day in the browser's own picker, to the minute."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class DateTimeInput(forms.DateTimeInput):
    """A local date and time in the browser's own picker, to the minute."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class PhoneInput(forms.TextInput):
    """A phone number: number keys on a phone, no wide box on a screen."""

    input_type = "tel"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", "class": "w-12", **(attrs or {})})


class IdentifierInput(forms.TextInput):
    """A personal identity number: number keys, room for twelve digits and a hyphen, never autofilled."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        base = {"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false", "class": "w-12"}
        super().__init__({**base, **(attrs or {})})


class ReasonForm(forms.Form):
    """A reason in words, asked for before something is refused, overridden or taken back."""

    reason = forms.CharField(
        label=_("Skäl"),
        help_text=_("Den som väntar på besked läser detta."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
