"""Forms of the plans' pages; the one to write in is made from the plan's definition."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.dateparse import parse_date
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from narvard.care.plans.contents import Content
from narvard.care.plans.definitions import Definition, Field, Section
from narvard.desk.base import OnceForm
from narvard.desk.patient.forms import ConsentForm
from narvard.organisation.models import CareUnit
from narvard.ui.forms import DateInput

MOST_ROWS = 20
EMPTY_ROWS = 1


class _MayWait(forms.Field):
    """A field that must stand in the plan may still wait while the plan is a draft."""

    def validate(self, value: Any) -> None:
        """Check what is given; an empty value is no fault in a draft."""
        if value not in self.empty_values:
            super().validate(value)


class _Text(_MayWait, forms.CharField):
    pass


class _Day(_MayWait, forms.DateField):
    pass


class _Choice(_MayWait, forms.ChoiceField):
    pass


class _Choices(_MayWait, forms.MultipleChoiceField):
    pass


def _made(field: Field) -> forms.Field:
    """The form field for a field of the definition."""
    said: dict[str, Any] = {"label": field.label, "help_text": field.hint, "required": field.required}
    if field.type == "day":
        return _Day(widget=DateInput(), **said)
    if field.type == "choice":
        return _Choice(choices=[("", gettext("välj")), *field.options], **said)
    if field.type == "choices":
        return _Choices(choices=field.options, widget=forms.CheckboxSelectMultiple, **said)
    if field.type == "words":
        return _Text(widget=forms.Textarea(attrs={"rows": 3}), max_length=4000, **said)
    return _Text(max_length=300, **said)


@dataclass(frozen=True)
class RowOfFields:
    """One row to fill in."""

    number: int
    fields: list[BoundField]


@dataclass(frozen=True)
class Item:
    """A field of a section: one control, or rows of them."""

    field: BoundField | None
    label: str
    hint: str
    rows: list[RowOfFields]


@dataclass(frozen=True)
class Group:
    """A section with its fields."""

    section: Section
    items: list[Item]


class WriteForm(OnceForm):
    """What the own unit writes in a plan, made from the plan's definition; a draft may be incomplete."""

    def __init__(
        self, *args: Any, definition: Definition, written: Mapping[str, Content], more: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        self.definition = definition
        self.rows: dict[str, int] = {}
        for section in definition.sections:
            content = written.get(section.key, {})
            for field in section.fields:
                self._add(section, field, content.get(field.key), more)

    def _add(self, section: Section, field: Field, value: Any, more: bool) -> None:
        name = f"{section.key}-{field.key}"
        if field.type != "rows":
            self.fields[name] = _made(field)
            self.initial[name] = parse_date(value) if field.type == "day" and value else value
            return
        there = list(value or ())
        count = max(len(there) + EMPTY_ROWS, self._posted(name) + (2 if more else 0))
        self.rows[name] = min(count, MOST_ROWS)
        for place in range(self.rows[name]):
            for part in field.parts:
                key = f"{name}-{place}-{part.key}"
                self.fields[key] = _made(part)
                text = there[place].get(part.key) if place < len(there) else None
                self.initial[key] = parse_date(text) if part.type == "day" and text else text

    def _posted(self, name: str) -> int:
        """How many rows of the field were sent."""
        found = (re.match(rf"^{re.escape(name)}-(\d+)-", key) for key in self.data) if self.is_bound else ()
        return max((int(match[1]) + 1 for match in found if match), default=0)

    def groups(self) -> Iterator[Group]:
        """The sections in order, for the page."""
        for section in self.definition.sections:
            yield Group(section, [self._item(section, field) for field in section.fields])

    def _item(self, section: Section, field: Field) -> Item:
        name = f"{section.key}-{field.key}"
        if field.type != "rows":
            return Item(self[name], field.label, field.hint, [])
        rows = [
            RowOfFields(place + 1, [self[f"{name}-{place}-{part.key}"] for part in field.parts])
            for place in range(self.rows[name])
        ]
        return Item(None, field.label, field.hint, rows)

    @property
    def texts(self) -> dict[str, dict[str, Any]]:
        """What was written, by section and field."""
        return {
            section.key: {field.key: self._value(section, field) for field in section.fields}
            for section in self.definition.sections
        }

    def _value(self, section: Section, field: Field) -> Any:
        name = f"{section.key}-{field.key}"
        if field.type != "rows":
            return self.cleaned_data.get(name)
        return [
            {part.key: self.cleaned_data.get(f"{name}-{place}-{part.key}") for part in field.parts}
            for place in range(self.rows[name])
        ]


def _units_field(units: Iterable[CareUnit], chosen: bool) -> forms.MultipleChoiceField:
    rows = [(str(unit.pk), unit.name) for unit in units]
    return forms.MultipleChoiceField(
        label=_("Vilka är med i planen?"),
        help_text=_("De läser planen och kan skriva sin del. Bara enheter som vårdar personen nu kan väljas."),
        choices=rows,
        initial=[key for key, _name in rows] if chosen else [],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class UnitsForm(OnceForm):
    """Which units take part."""

    def __init__(self, *args: Any, units: Iterable[CareUnit], chosen: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {str(unit.pk): unit for unit in units}
        if self.known:
            self.fields["units"] = _units_field(self.known.values(), chosen)

    @property
    def units(self) -> list[CareUnit]:
        """The units that were chosen."""
        return [self.known[key] for key in self.cleaned_data.get("units", ())]


class AdoptForm(OnceForm):
    """Bring the plan into force: when to look at it again, and why it does what the person said no to."""

    review_on = forms.DateField(
        label=_("Ses över senast"), help_text=_("Planen står i listan en vecka innan."), widget=DateInput()
    )
    despite = forms.CharField(
        label=_("Varför planen ändå ska gälla"),
        help_text=_("Den går emot något som personen har sagt nej till. Skälet visas i planen."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, against: bool, today: date, days: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["review_on"].initial = today + timedelta(days=days)
        if not against:
            del self.fields["despite"]

    def clean_review_on(self) -> date:
        """A day to come."""
        day: date = self.cleaned_data["review_on"]
        if day <= self.today:
            raise forms.ValidationError(gettext("Välj en dag framåt i tiden."))
        return day


class ReviewForm(OnceForm):
    """The plan stands as it is, until when."""

    next_on = forms.DateField(label=_("Ses över nästa gång"), widget=DateInput())
    note = forms.CharField(label=_("Anteckning"), required=False, max_length=400)

    def __init__(self, *args: Any, today: date, days: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["next_on"].initial = today + timedelta(days=days)


class PlanConsentForm(ConsentForm):
    """The person's yes to a plan."""
