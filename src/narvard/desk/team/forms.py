"""Forms of the mobile team's pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from narvard.desk.base import OnceForm
from narvard.ui.forms import TimeInput
from narvard.visits.codes import all_codes


class ActForm(OnceForm):
    """One tap; the time is asked for only when it is registered afterwards."""

    happened = forms.TimeField(
        label=_("Klockslag"),
        help_text=_("Bara om du registrerar i efterhand."),
        required=False,
        widget=TimeInput,
    )


class FailForm(OnceForm):
    """Why a visit could not be made."""

    reason = forms.CharField(
        label=_("Varför gick det inte?"),
        help_text=_("Till exempel: ingen öppnade, patienten är på sjukhus."),
        max_length=200,
        widget=forms.TextInput,
    )


class NoteForm(OnceForm):
    """A note and what was done, in codes."""

    text = forms.CharField(
        label=_("Anteckning"),
        help_text=_("Skriv som i din egen journal. Texten kopieras dit när du har signerat."),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    codes = forms.MultipleChoiceField(label=_("Vad gjordes?"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        codes = self.fields["codes"]
        assert isinstance(codes, forms.MultipleChoiceField)  # noqa: S101 - for the type checker
        codes.choices = [(code.code, f"{code.text} ({code.code})") for code in _by_text()]


def _by_text() -> list[Any]:
    return sorted(all_codes().values(), key=lambda code: (code.system != "nv", code.code))
