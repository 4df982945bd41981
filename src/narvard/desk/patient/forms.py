"""Forms of the patient's pages."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from narvard.access.models import Consent
from narvard.care import rules
from narvard.care.models import DesignatedContact, Episode, ResponsibilityKind
from narvard.desk.base import OnceForm
from narvard.organisation.models import CareUnit, Commission, Municipality, Profession
from narvard.people.places import Locality, UnknownPlace, find_locality
from narvard.ui.forms import DateInput, DateTimeInput

Choices = list[tuple[str, str]]


class ReviewedForm(OnceForm):
    """A form whose consequences are read before it acts: first sent to be reviewed, then confirmed."""

    confirmed = forms.BooleanField(widget=forms.HiddenInput, required=False)

    @property
    def is_confirmed(self) -> bool:
        """Whether the person has read what will happen."""
        return bool(self.cleaned_data.get("confirmed"))

    def renew(self, version: int | None = None) -> None:
        """A next try is read through again."""
        super().renew(version)
        if isinstance(self.data, QueryDict):
            self.data = self.data.copy()
            self.data.pop(self.add_prefix("confirmed"), None)


class FindForm(forms.Form):
    """An exact identifier, or part of a name among one's own patients."""

    identifier = forms.CharField(
        label=_("Personnummer eller namn"),
        help_text=_("Ett helt personnummer hittar alla. Ett namn söker bara bland era egna patienter."),
        max_length=120,
    )


class ConsentForm(OnceForm):
    """How the patient said yes, or why somebody else decided."""

    how = forms.ChoiceField(label=_("Hur sades ja?"), choices=Consent.How.choices, widget=forms.RadioSelect)
    given_by = forms.CharField(label=_("Vem sa ja, om inte patienten själv"), required=False, max_length=120)
    assessment = forms.CharField(
        label=_("Bedömning"),
        help_text=_("Behövs när personen inte kan säga ja: varför, och vad personen hade velat."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    attitude = forms.CharField(
        label=_("Hur inställningen har undersökts"),
        help_text=_("Behövs när personen inte kan säga ja: vem ni har frågat, och vad personen har visat eller sagt."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    nothing_against = forms.BooleanField(
        label=_("Ingenting talar för att personen hade sagt nej, och uppgifterna behövs för vården"), required=False
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the words that the law asks for."""
        cleaned = super().clean() or {}
        if cleaned.get("how") == Consent.How.CANNOT:
            self._ask_for_assessment(cleaned)
        if cleaned.get("how") == Consent.How.GUARDIAN and not cleaned.get("given_by", "").strip():
            self.add_error("given_by", gettext("Skriv vilken vårdnadshavare som sa ja."))
        return cleaned

    def _ask_for_assessment(self, cleaned: dict[str, Any]) -> None:
        if not cleaned.get("assessment", "").strip():
            self.add_error(
                "assessment", gettext("Skriv bedömningen: varför personen inte kan samtycka och vad den hade velat.")
            )
        if not cleaned.get("attitude", "").strip():
            self.add_error("attitude", gettext("Skriv hur ni har tagit reda på vad personen vill."))
        if not cleaned.get("nothing_against"):
            self.add_error(
                "nothing_against",
                gettext("Om något talar för att personen hade sagt nej får uppgifterna inte lämnas ut."),
            )

    @property
    def said(self) -> dict[str, Any]:
        """How the yes was given, as the actions take it."""
        names = ("given_by", "assessment", "attitude", "nothing_against")
        return {"how": Consent.How(self.cleaned_data["how"]), **{name: self.cleaned_data[name] for name in names}}


class EnrolForm(ReviewedForm, ConsentForm):
    """Consent, a holder for each kind of responsibility, the goal and the named contacts."""

    share = forms.BooleanField(
        label=_("Ja också till att enheterna läser varandras journal om patienten"), required=False
    )
    goal = forms.CharField(
        label=_("Mål med inskrivningen"), required=False, max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )
    field_order = (
        "how",
        "given_by",
        "assessment",
        "attitude",
        "nothing_against",
        "share",
        *ResponsibilityKind.values,
        "goal",
    )

    def __init__(
        self,
        *args: Any,
        unit: CareUnit,
        candidates: Iterable[CareUnit],
        held: dict[str, CareUnit],
        colleagues: Iterable[Commission],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.units = {str(row.pk): row for row in [unit, *candidates]}
        for kind, label in ResponsibilityKind.choices:
            self.fields[kind] = self._holder_field(kind, str(label), unit, held.get(kind))
        people = {str(row.staff_id): row for row in colleagues}
        self.people = people
        self.fields["care_contact"] = _person_field(_("Fast vårdkontakt"), people.values())
        physicians = [row for row in people.values() if row.staff.profession == Profession.PHYSICIAN]
        self.fields["physician_contact"] = _person_field(_("Fast läkarkontakt"), physicians)
        self.order_fields(self.field_order)

    def _holder_field(self, kind: str, label: str, unit: CareUnit, held: CareUnit | None) -> forms.ChoiceField:
        able = [row for row in self.units.values() if rules.can_hold(row, kind)]
        chosen = held if held in able else unit
        return forms.ChoiceField(
            label=gettext("Ansvar: %(kind)s") % {"kind": label},
            choices=[(str(row.pk), row.name) for row in able],
            initial=str(chosen.pk),
        )

    @property
    def holders(self) -> dict[str, CareUnit]:
        """The chosen holder of each kind."""
        return {kind: self.units[self.cleaned_data[kind]] for kind in ResponsibilityKind.values}

    def contacts(self) -> list[tuple[str, Commission]]:
        """The chosen named contacts by kind."""
        kinds = (DesignatedContact.Kind.CARE_CONTACT, DesignatedContact.Kind.PHYSICIAN_CONTACT)
        return [(kind, self.people[self.cleaned_data[kind]]) for kind in kinds if self.cleaned_data.get(kind)]


def _person_field(label: Any, people: Iterable[Commission]) -> forms.ChoiceField:
    choices = [("", gettext("Utses senare")), *((str(row.staff_id), _person(row)) for row in people)]
    return forms.ChoiceField(label=label, choices=choices, required=False)


def _person(row: Commission) -> str:
    return f"{row.staff.name}, {row.staff.get_profession_display()}"


class ContactForm(OnceForm):
    """What the contact is, and the answer when it is advice."""

    form = forms.ChoiceField(
        label=_("Vad är kontakten?"),
        choices=[choice for choice in Episode.Form.choices if choice[0] != Episode.Form.ENROLMENT],
        widget=forms.RadioSelect,
    )
    goal = forms.CharField(label=_("Vad ska göras?"), required=False, max_length=400)
    answer = forms.CharField(
        label=_("Råd eller svar"),
        help_text=_("Behövs när kontakten är ett råd. Den avslutas då direkt."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        """Advice needs its words."""
        cleaned = super().clean() or {}
        if cleaned.get("form") == Episode.Form.ADVICE and not cleaned.get("answer", "").strip():
            self.add_error("answer", gettext("Skriv vilket råd som gavs."))
        return cleaned


class TextForm(OnceForm):
    """One text: an answer, a reason, a note."""

    text = forms.CharField(label=_("Text"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))

    def __init__(self, *args: Any, label: str = "", hint: str = "", required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label or self.fields["text"].label
        self.fields["text"].help_text = hint
        self.fields["text"].required = required


class MattersForm(OnceForm):
    """What matters to the person, in the person's own words."""

    text = forms.CharField(
        label=_("Personens egna ord"),
        help_text=_("Skriv som personen säger det. Det visas först på sidan."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    told_by = forms.CharField(label=_("Vem berättade, om inte personen själv"), required=False, max_length=120)


class TimedForm(ReviewedForm):
    """When something happened, not later than now."""

    happened_at = forms.DateTimeField(label=_("När hände det?"), widget=DateTimeInput)

    def __init__(self, *args: Any, now: datetime, label: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now = now
        self.fields["happened_at"].label = label or self.fields["happened_at"].label
        if not self.is_bound:
            self.initial.setdefault("happened_at", timezone.localtime(now).replace(second=0, microsecond=0))

    def clean_happened_at(self) -> datetime:
        """A time that has been."""
        happened: datetime = self.cleaned_data["happened_at"]
        if happened > self.now:
            raise forms.ValidationError(gettext("Tiden ligger i framtiden."))
        return happened


class MoveForm(TimedForm):
    """When the person moved, and where to: the place names the municipality."""

    street = forms.CharField(label=_("Ny gatuadress"), max_length=120)
    postal_code = forms.CharField(label=_("Postnummer"), required=False, max_length=6)
    place = forms.CharField(
        label=_("Ny ort"),
        max_length=80,
        help_text=_("Till exempel Vännäsby, eller Berg (Krokom)."),
    )

    def __init__(self, *args: Any, home: Municipality | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.near = (home.latitude, home.longitude) if home is not None else None

    def clean_place(self) -> Locality:
        """The locality that was named."""
        try:
            return find_locality(self.cleaned_data["place"].strip(), nearest_to=self.near)
        except UnknownPlace as error:
            raise forms.ValidationError(str(error)) from None


class AdmitStrangerForm(TimedForm):
    """A person who comes to the ward and whom it has no care relation to: found by exact identifier."""

    identifier = forms.CharField(widget=forms.HiddenInput, max_length=24)


class PlanDischargeForm(OnceForm):
    """The day the ward expects the patient to go home."""

    on = forms.DateField(label=_("Planerad utskrivningsdag"), widget=DateInput)


class DesignateForm(OnceForm):
    """A named contact among one's colleagues."""

    kind = forms.ChoiceField(label=_("Slag av kontakt"), choices=DesignatedContact.Kind.choices)
    staff = forms.ChoiceField(label=_("Vem?"))

    def __init__(self, *args: Any, colleagues: Iterable[Commission], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(row.staff_id): row for row in colleagues}
        field = self.fields["staff"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [(key, _person(row)) for key, row in self.people.items()]


class LeaveForm(OnceForm):
    """The days when a named contact is away, and who answers meanwhile."""

    since = forms.DateField(label=_("Första dagen"), widget=DateInput)
    until = forms.DateField(label=_("Sista dagen"), widget=DateInput)
    deputy = forms.ChoiceField(
        label=_("Vem svarar så länge?"), help_text=_("Utan ersättare svarar enheten."), required=False
    )

    def __init__(self, *args: Any, colleagues: Iterable[Commission], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(row.staff_id): row for row in colleagues}
        field = self.fields["deputy"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = [("", gettext("Enheten")), *((key, _person(row)) for key, row in self.people.items())]
