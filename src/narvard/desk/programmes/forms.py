"""Forms of the programme pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from narvard.desk.base import OnceForm
from narvard.ui.forms import DateInput

_WHO = _("Vem har beslutat?")


class VersionForm(OnceForm):
    """A changed text, from which day, and who decided."""

    text = forms.CharField(
        label=_("Programmets text"),
        help_text=_("En rad per uppgift. Varje tal ska ha sin källa. Det som källan inte säger lämnas bort."),
        widget=forms.Textarea(attrs={"rows": 30, "class": "programme-text", "spellcheck": "false", "wrap": "off"}),
        strip=False,
        max_length=60_000,
    )
    valid_from = forms.DateField(label=_("Gäller från"), widget=DateInput)
    decided_by = forms.CharField(label=_WHO, max_length=160, help_text=_("Till exempel den gemensamma ledningen."))

    def clean_text(self) -> str:
        """Browsers send CRLF; the stored text has plain line ends."""
        written: str = self.cleaned_data["text"]
        return written.replace("\r\n", "\n").rstrip() + "\n"


class EndForm(OnceForm):
    """When the programme no longer takes requests, and who decided."""

    ends_on = forms.DateField(label=_("Tar inga nya begäran från och med"), widget=DateInput)
    end_decided_by = forms.CharField(label=_WHO, max_length=160)
