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
        error_messages={"required": _("Skriv något innan du sparar.")},
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        likely = set(self.initial.get("codes", []))
        rows = sorted(all_codes().values(), key=lambda code: (code.code not in likely, code.system != "nv", code.code))
        self.fields["codes"] = forms.MultipleChoiceField(
            label=_("Vad gjordes?"),
            choices=[(code.code, f"{code.text} ({code.code})") for code in rows],
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )
