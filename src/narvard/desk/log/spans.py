"""The period that a page of the log is about."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from narvard.access.logbook import Span
from narvard.access.pages import CareHttpRequest
from narvard.core import calendar
from narvard.desk.log.forms import Choice, SpanForm


@dataclass(frozen=True)
class Asked:
    """The form as it is shown, and the whole days (the last included), unit and person that hold."""

    form: SpanForm
    first: date
    last: date
    unit: uuid.UUID | None = None
    staff: uuid.UUID | None = None

    @property
    def span(self) -> Span:
        """The same as instants."""
        start, end = calendar.at_local(self.first), calendar.at_local(self.last + timedelta(days=1))
        return Span(start, end, self.unit, self.staff)

    @property
    def query(self) -> str:
        """The days as a query string."""
        return f"?fran={self.first}&tom={self.last}"


def asked_span(
    request: CareHttpRequest, days: int, *, units: Iterable[Choice] = (), people: Iterable[Choice] = ()
) -> Asked:
    """The period that the address asks for; without one, or when it cannot be read, the latest ``days`` days."""
    units, people = list(units), list(people)
    today = timezone.localdate(request.at)
    first = today - timedelta(days=days - 1)
    if "fran" not in request.GET:
        form = SpanForm(initial={"fran": first, "tom": today}, units=units, people=people)
        return Asked(form, first, today)
    form = SpanForm(request.GET, units=units, people=people)
    if not form.is_valid():
        return Asked(form, first, today)
    values = form.cleaned_data
    unit, person = values.get("enhet"), values.get("person")
    return Asked(
        form, values["fran"], values["tom"], uuid.UUID(unit) if unit else None, uuid.UUID(person) if person else None
    )
