"""What registration lacks: one's own unit's with a way to mend each, and for managers how many at each unit."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from narvard.access.guard import OpenPatient, fetch, open_listed, open_patient, readable_of
from narvard.access.pages import CareHttpRequest, Role, page
from narvard.desk.base import OnceForm, run_once
from narvard.followup.registration import actions, queries
from narvard.followup.registration.models import HomeNursingNotice
from narvard.followup.registration.queries import VISIT_GAPS, Gap
from narvard.ui.figures import figure
from narvard.ui.parts import Table
from narvard.visits.models import Visit

DAYS = 30
MOST_SHOWN = 60
MANAGERS = (Role.MANAGER, Role.SAFETY, Role.COORDINATOR, Role.PLANNER, Role.ADMINISTRATOR)
MENDERS = (Role.TEAM, Role.PHYSICIAN, Role.MUNICIPAL)


@dataclass(frozen=True)
class Line:
    """One thing to mend: about whom, what, when, where it is mended; `send` is the patient of a notice to send."""

    name: str
    what: str
    on: date | datetime
    url: str
    send: uuid.UUID | None = None
    form: OnceForm | None = None


# Counted by person, and told to who does not care for them only from so many on.
PERSONS, LEAST = (Gap.NOTICE, Gap.PHYSICIAN), 5


@dataclass(frozen=True)
class Missing:
    """What a unit lacks of one kind; `more` are those not shown."""

    title: str
    lines: list[Line]
    more: int


@dataclass(frozen=True)
class ToRead:
    """A notice that waits to be read."""

    notice: HomeNursingNotice
    name: str
    sender: str
    form: OnceForm


@page(*MENDERS, *MANAGERS)
def show(request: CareHttpRequest) -> HttpResponse:
    """Who gives care sees what is missing at the own unit; managers how many at each unit."""
    today = timezone.localdate(request.at)
    since, until = today - timedelta(days=DAYS), today + timedelta(days=1)
    if request.commission.role in MANAGERS:
        return render(request, "followup/registration_units.html", _counted(request, since, until))
    return render(request, "followup/registration.html", _own(request, since, until))


def _counted(request: CareHttpRequest, since: date, until: date) -> dict[str, object]:
    rows = queries.gaps_by_unit(request.commission.unit.care_area, since, until)
    counts = [(gap, row.counts.get(gap, 0)) for row in rows for gap in Gap]
    total = sum(count for gap, count in counts if not _few(gap, count))
    head = [_("Enhet"), *(str(gap.label).capitalize() for gap in Gap)]
    lines = [[row.unit.name, *(_count(gap, row.counts.get(gap, 0)) for gap in Gap)] for row in rows]
    if any(_few(gap, count) for gap, count in counts):
        title = _("Minst %(n)s uppgifter saknas i registreringen")
    else:
        title = ngettext("%(n)s uppgift saknas i registreringen", "%(n)s uppgifter saknas i registreringen", total)
    return {
        "title": title % {"n": figure(total)} if rows else _("Registreringen är komplett"),
        "table": Table(_("Vad som saknas, efter enhet"), head, lines, frozenset(range(1, len(head)))) if rows else None,
        "days": DAYS,
    }


def _few(gap: Gap, count: int) -> bool:
    """Whether it counts so few persons that the number would tell of them. Visits are no persons."""
    return gap in PERSONS and 0 < count < LEAST


def _count(gap: Gap, count: int) -> str:
    return _("färre än %(n)s") % {"n": LEAST} if _few(gap, count) else figure(count)


def _own(request: CareHttpRequest, since: date, until: date) -> dict[str, object]:
    unit, at = request.commission.unit, request.at
    visits = {
        gap: queries.visits_lacking(gap, since, until).filter(episode__unit=unit).select_related("owner_unit")
        for gap in VISIT_GAPS
    }
    shown = {gap: list(rows.order_by("-date", "pk")[:MOST_SHOWN]) for gap, rows in visits.items()}
    unsent = list(queries.unsent(at).filter(unit=unit).order_by("since", "pk")[:MOST_SHOWN])
    unnamed = list(queries.without_physician(at).filter(unit=unit).order_by("started_at", "pk")[:MOST_SHOWN])
    notices = list(queries.notices_to(unit)[:MOST_SHOWN])
    about: list[Any] = [*chain.from_iterable(shown.values()), *unsent, *unnamed, *notices]
    keys = {row.patient_id for row in about}
    opened = open_listed(keys, by=request.commission, at=at, what="followup.registration")
    missing = [
        _missing(gap, _visit_lines(shown[gap], opened), visits[gap].count() if len(shown[gap]) == MOST_SHOWN else 0)
        for gap in VISIT_GAPS
    ]
    to_send = [
        Line(opened[row.patient_id].patient.name, _("i hemsjukvård sedan"), row.since, "", row.patient_id, OnceForm())
        for row in unsent
        if row.patient_id in opened
    ]
    no_physician = [
        Line(opened[row.patient_id].patient.name, _("inskriven sedan"), row.started_at, _designate(row.patient_id))
        for row in unnamed
        if row.patient_id in opened
    ]
    missing += [_missing(Gap.NOTICE, to_send, 0), _missing(Gap.PHYSICIAN, no_physician, 0)]
    total = sum(len(each.lines) + each.more for each in missing)
    title = ngettext("%(n)s uppgift att komplettera", "%(n)s uppgifter att komplettera", total) % {"n": figure(total)}
    return {
        "title": title if total else _("Registreringen är komplett"),
        "missing": [each for each in missing if each.lines],
        "notices": _to_read(notices, opened),
        "days": DAYS,
    }


def _missing(gap: Gap, lines: list[Line], all_of: int) -> Missing:
    return Missing(str(gap.label).capitalize(), lines, max(0, all_of - len(lines)))


def _visit_lines(rows: Iterable[Visit], opened: Mapping[uuid.UUID, OpenPatient]) -> list[Line]:
    return [
        Line(opened[row.patient_id].patient.name, row.what, row.date, reverse("team:visit", args=[row.pk]))
        for row in readable_of(rows, opened)
    ]


def _designate(patient: uuid.UUID) -> str:
    return reverse("patient:designate", args=[patient])


def _to_read(rows: Iterable[HomeNursingNotice], opened: Mapping[uuid.UUID, OpenPatient]) -> list[ToRead]:
    return [
        ToRead(row, opened[row.patient_id].patient.name, opened[row.patient_id].name_of(row.owner_unit), OnceForm())
        for row in readable_of(rows, opened)
    ]


@page(Role.MUNICIPAL, methods=("POST",))
def send(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Tell the health centre of a person's home nursing."""
    opened = open_patient(pk, by=request.commission, at=request.at, what="followup.open_to_send")
    form = OnceForm(request.POST)
    sent = form.is_valid() and run_once(
        request,
        form,
        "followup.send_notice",
        lambda: actions.send_notice(opened=opened, by=request.commission, at=request.at).pk,
        then=lambda _key: reverse("followup:registration"),
        done=_("Sänt till hälsocentralen: %(name)s är inskriven i hemsjukvård.") % {"name": opened.patient.name},
    )
    return sent or _again(request, form)


@page(*MENDERS, methods=("POST",))
def read(request: CareHttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The health centre has read the notice."""
    rows = HomeNursingNotice.objects.select_related("owner_unit")
    notice, _opened = fetch(rows, pk, by=request.commission, at=request.at, what="followup.open_notice")
    form = OnceForm(request.POST)
    done = form.is_valid() and run_once(
        request,
        form,
        "followup.read_notice",
        lambda: actions.read_notice(notice=notice, by=request.commission, at=request.at).pk,
        then=lambda _key: reverse("followup:registration"),
    )
    return done or _again(request, form)


def _again(request: CareHttpRequest, form: OnceForm) -> HttpResponse:
    """The page once more with what stood in the way."""
    today = timezone.localdate(request.at)
    context = _own(request, today - timedelta(days=DAYS), today + timedelta(days=1))
    return render(request, "followup/registration.html", {**context, "form": form}, status=409)
