"""Forms of the deviation pages. Few fields, the unknown allowed."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from narvard.core.uploads import CleanFile
from narvard.desk.base import OnceForm
from narvard.desk.deviations.whence import Groups
from narvard.desk.files import UploadField
from narvard.deviations.models import Consequence, Kind, Likelihood, Severity
from narvard.people.identifiers import Identifier, InvalidIdentifier, read_identifier
from narvard.ui.forms import DateInput, DateTimeInput, IdentifierInput

_UNKNOWN = ("", _("vet inte"))


def _long(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class FileFields(forms.Form):
    """A file, and whether it tells who the patient is."""

    file = UploadField(
        label=_("Foto eller PDF"),
        help_text=_("Uppgifter om plats och kamera tas bort ur foton."),
        required=False,
    )
    file_hides_person = forms.BooleanField(
        label=_("Filen visar inte vem patienten är"),
        help_text=_("Utan kryss får bara de som får öppna patienten se den."),
        required=False,
    )

    @property
    def sent_file(self) -> CleanFile | None:
        """The cleaned file."""
        kept: CleanFile | None = self.cleaned_data["file"]
        return kept


class ReportForm(OnceForm, FileFields):
    """What happened, whom it concerns, and how bad it was."""

    identifier = forms.CharField(
        label=_("Personnummer, om det gäller en patient"), required=False, widget=IdentifierInput
    )
    what = forms.CharField(
        label=_("Vad hände?"),
        help_text=_("Skriv inte namn eller personnummer: patienten följer med som hänvisning."),
        max_length=4000,
        widget=_long(4),
    )
    unit = forms.ChoiceField(label=_("Vilken enhet gäller det?"))
    kind = forms.ChoiceField(label=_("Vad gick fel?"), choices=Kind.choices, widget=forms.RadioSelect)
    consequence = forms.ChoiceField(
        label=_("Vad ledde det till för patienten?"),
        choices=Consequence.choices,
        initial=Consequence.UNKNOWN,
        widget=forms.RadioSelect,
    )
    happened_at = forms.DateTimeField(label=_("När hände det?"), widget=DateTimeInput)
    severity = forms.TypedChoiceField(
        label=_("Hur illa kunde det ha gått?"),
        choices=[_UNKNOWN, *Severity.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    likelihood = forms.TypedChoiceField(
        label=_("Hur ofta kan det hända igen?"),
        choices=[_UNKNOWN, *Likelihood.choices],
        coerce=int,
        empty_value=None,
        required=False,
    )
    immediate_act = forms.CharField(label=_("Vad gjordes genast?"), max_length=2000, required=False, widget=_long(2))
    fran = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, now: datetime, groups: Groups, asks_who: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        _choose_from(self.fields["unit"], groups)
        if not asks_who:
            del self.fields["identifier"]
        self.initial.setdefault("happened_at", now)

    def clean_identifier(self) -> Identifier | None:
        """The number as read; a fault is told beside the field."""
        text = self.cleaned_data["identifier"]
        try:
            return read_identifier(text, today=self.now.date()) if text else None
        except InvalidIdentifier as error:
            raise forms.ValidationError(str(error)) from None

    def clean_happened_at(self) -> datetime:
        """A time that has been."""
        given: datetime = self.cleaned_data["happened_at"]
        if given > self.now:
            raise forms.ValidationError(gettext("Det som hände kan inte ligga framåt i tiden."))
        return given


class PlainForm(OnceForm):
    """A step without words."""


class NoteForm(OnceForm):
    """A step with words if there are any."""

    note = forms.CharField(label=_("Kommentar"), max_length=2000, required=False, widget=_long(2))


class ReasonedForm(OnceForm):
    """A step that the other side wants to know the reason of."""

    reason = forms.CharField(label=_("Skäl"), max_length=2000, widget=_long(3))


class AnswerForm(OnceForm):
    """What the inquiry found."""

    cause = forms.CharField(label=_("Varför hände det?"), max_length=4000, widget=_long(3))
    measures = forms.CharField(label=_("Vad gör ni åt det?"), max_length=4000, widget=_long(3))
    measures_by = forms.DateField(label=_("När är det klart?"), required=False, widget=DateInput)


class ForwardForm(ReasonedForm):
    """To the right unit."""

    to = forms.ChoiceField(label=_("Rätt enhet"))
    field_order = ("to", "reason")

    def __init__(self, *args: Any, groups: Groups, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose_from(self.fields["to"], groups)


class MarkForm(ReasonedForm):
    """Lex Maria or lex Sarah, set or taken away."""

    law = forms.ChoiceField(label=_("Vilken märkning?"))
    field_order = ("law", "reason")

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        law = self.fields["law"]
        if isinstance(law, forms.ChoiceField):
            law.choices = choices


class AttachForm(OnceForm, FileFields):
    """One more file."""

    def clean_file(self) -> CleanFile:
        """There must be one."""
        kept: CleanFile | None = self.cleaned_data["file"]
        if kept is None:
            raise forms.ValidationError(gettext("Välj en fil."))
        return kept


def _choose_from(field: forms.Field, groups: Groups) -> None:
    if isinstance(field, forms.ChoiceField):
        field.choices = [("", gettext("Välj enhet")), *groups]
