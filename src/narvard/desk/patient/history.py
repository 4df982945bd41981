"""The patient's timeline across organisations, newest first, by year; each row let through by the policy."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from narvard.access.guard import OpenPatient
from narvard.care import presenters
from narvard.care.kits.models import NeedsKit
from narvard.care.models import Episode, Handover, Responsibility
from narvard.care.plans.models import Plan
from narvard.care.rules import HANDED_OVER
from narvard.core.sentences import read_again
from narvard.desk.patient.care_history import (
    contact_entries,
    death_entries,
    duty_entries,
    move_entries,
    stay_entries,
    supply_entries,
)
from narvard.desk.patient.permissions import consents_shown
from narvard.desk.patient.plan_history import binder_entries, case_entries, kit_entries, plan_entries
from narvard.desk.plans.door import Veil
from narvard.intake.models import CareRequest
from narvard.organisation.models import CareUnit
from narvard.people.models import InformationKind, WhatMatters
from narvard.ui.parts import Entry
from narvard.visits.models import Visit, VisitNote
from narvard.visits.presenters.stops import stored_names
from narvard.visits.queries import notes_of, past_visits
from narvard.visits.sentences import read_stored

RECENT = 8
# Visits of about a year, for one who is seen every weekday; older ones stand in the records.
MOST_VISITS = 250


@dataclass
class Year:
    """One year of the timeline."""

    year: int
    entries: list[Entry] = field(default_factory=list)


@dataclass(frozen=True)
class Timeline:
    """The newest entries, the earlier ones by year, and the social services' notes apart."""

    recent: list[Entry]
    years: list[Year]
    social: list[Entry]


def timeline_of(
    opened: OpenPatient,
    at: datetime,
    *,
    plans: Sequence[Plan],
    kits: Sequence[NeedsKit],
    veil: Veil,
    reads: bool,
) -> Timeline:
    """Everything that has happened, in a fixed number of queries.

    ``plans`` (with their events) and ``kits`` are those that the reader may read, as the reader may know them.
    ``reads`` is whether the reader opens binders and conferences too.
    ``veil`` goes over what people wrote about a person whose place the reader may not know.
    """
    readable = opened.readable(notes_of(opened.patient))
    social = [note for note in readable if _is_social(note)]
    entries = [
        *_requests(opened),
        *_episodes(opened),
        *_handovers(opened),
        *_moves(opened, at),
        *stay_entries(opened),
        *death_entries(opened),
        *move_entries(opened),
        *duty_entries(opened, veil),
        *supply_entries(opened, veil),
        *contact_entries(opened),
        *_visits(opened, at),
        *_notes(note for note in readable if note not in social),
        *_words(opened),
        *_consents(opened),
        *plan_entries(plans),
        *kit_entries(kits),
        *(binder_entries(opened) if reads else ()),
        *(case_entries(opened, veil) if reads else ()),
    ]
    entries.sort(key=lambda entry: entry.at, reverse=True)
    years: dict[int, Year] = {}
    for entry in entries[RECENT:]:
        year = timezone.localtime(entry.at).year
        years.setdefault(year, Year(year)).entries.append(entry)
    return Timeline(entries[:RECENT], list(years.values()), list(_notes(social)))


def _is_social(note: VisitNote) -> bool:
    """Whether the social services keep it: their documentation is no part of the care record."""
    return note.information_kind == InformationKind.SOCIAL or note.owner_unit.kind in CareUnit.SOCIAL_KINDS


def _notes(notes: Iterable[VisitNote]) -> Iterator[Entry]:
    for note in notes:
        if note.signed_at is not None:
            yield Entry(
                note.signed_at,
                _("Anteckning, rättad") if note.correction else _("Anteckning"),
                note.valid_text,
                f"{note.author.staff.name}, {note.owner_unit.name}",
                url=reverse("patient:note", args=[note.pk]),
            )


def _requests(opened: OpenPatient) -> Iterator[Entry]:
    rows = CareRequest.objects.filter(patient=opened.patient).select_related("sender_unit", "owner_unit", "team")
    for row in opened.readable(rows):
        yield Entry(
            row.registered_at,
            _("Vårdbegäran %(reference)s") % {"reference": row.reference},
            row.question,
            row.sender_unit.name,
            url=reverse("intake:request", args=[row.pk]),
        )


def _episodes(opened: OpenPatient) -> Iterator[Entry]:
    rows = Episode.objects.filter(patient=opened.patient).select_related("unit", "owner_unit", "started_by__staff")
    for row in opened.readable(rows):
        title = capfirst(str(row.get_form_display()))
        yield Entry(
            row.started_at,
            _("%(what)s hos %(unit)s") % {"what": title, "unit": row.unit.name},
            row.goal,
            row.started_by.staff.name,
        )
        if row.answered_at is not None:
            yield Entry(row.answered_at, _("Svar från %(unit)s") % {"unit": row.unit.name}, row.answer, "", "done")
        if row.ended_at is not None and row.ended_at != row.started_at:
            yield Entry(
                row.ended_at,
                _("%(what)s hos %(unit)s avslutad") % {"what": title, "unit": row.unit.name},
                read_again(row.end_reason, [HANDED_OVER], without=stored_names(opened)),
                "",
                "done",
            )


def _handovers(opened: OpenPatient) -> Iterator[Entry]:
    rows = (
        Handover.objects.filter(patient=opened.patient, sent_at__isnull=False)
        .select_related("giver", "receiver", "owner_unit")
        .prefetch_related("events__by__staff")
    )
    for row in opened.readable(rows):
        url = reverse("handover:page", args=[row.pk])
        for event in row.events.all():
            if event.state == Handover.State.READ and not event.escalated:
                continue
            yield Entry(
                event.at,
                _event_title(row, event.state, event.escalated),
                read_again(event.reason),
                event.by.staff.name if event.by else "",
                {"accepted": "done", "proposed": "waiting"}.get(event.state, "neutral"),
                url,
            )


def _event_title(row: Handover, state: str, escalated: bool) -> str:
    words = {"kinds": presenters.what_is_asked(row), "giver": row.giver.name, "receiver": row.receiver.name}
    if escalated:
        return _("Överlämningen till %(receiver)s eskalerad") % words
    titles = {
        Handover.State.PROPOSED: _("%(giver)s erbjuder %(receiver)s ansvar: %(kinds)s"),
        Handover.State.ACCEPTED: _("%(receiver)s tog emot ansvar: %(kinds)s"),
        Handover.State.DECLINED: _("%(receiver)s avböjde ansvar: %(kinds)s"),
        Handover.State.WITHDRAWN: _("%(giver)s tog tillbaka överlämningen till %(receiver)s"),
    }
    return titles.get(Handover.State(state), _("Överlämning från %(giver)s till %(receiver)s")) % words


# Moves that another entry tells already.
_TOLD = (Responsibility.Because.HANDOVER, Responsibility.Because.DEATH)


def _moves(opened: OpenPatient, at: datetime) -> Iterator[Entry]:
    rows = Responsibility.objects.filter(patient=opened.patient, voided_at=None, starts_at__lte=at)
    found: dict[tuple[datetime, str, str], list[str]] = {}
    for row in rows.exclude(because__in=_TOLD).select_related("holder"):
        holder = opened.name_of(row.holder) if row.holder else _("ingen")
        found.setdefault((row.starts_at, str(row.get_because_display()), holder), []).append(row.kind)
    for (starts, because, holder), kinds in found.items():
        words = {"holder": holder, "kinds": presenters.kinds_in_words(kinds)}
        yield Entry(starts, _("%(holder)s ansvarar: %(kinds)s") % words, because)


def _visits(opened: OpenPatient, at: datetime) -> Iterator[Entry]:
    rows: QuerySet[Visit] = past_visits(opened.patient, at, MOST_VISITS)
    for row in opened.readable(rows):
        done = row.state == Visit.State.DONE
        who = ", ".join(role.shift.commission.staff.name if role.shift else role.unit.name for role in row.roles.all())
        title = row.what if done else _("Gick inte: %(what)s") % {"what": row.what}
        yield Entry(
            row.ends_at or row.window_start,
            title,
            read_stored(row.reason, without=stored_names(opened)),
            who,
            "done" if done else "late",
        )


def _words(opened: OpenPatient) -> Iterator[Entry]:
    rows = WhatMatters.objects.filter(patient=opened.patient).select_related("owner_unit", "recorded_by__staff")
    for row in opened.readable(rows):
        who = row.told_by or (row.recorded_by.staff.name if row.recorded_by else _("skrivet av personen själv"))
        yield Entry(row.at, _("Vad är viktigt för dig?"), row.text, who)


def _consents(opened: OpenPatient) -> Iterator[Entry]:
    for row in consents_shown(opened).select_related("recorded_by__staff"):
        words = {"what": row.get_kind_display(), "how": row.get_how_display()}
        yield Entry(row.since, _("Samtycke till %(what)s, %(how)s") % words, row.given_by, row.recorded_by.staff.name)
        if row.withdrawn_at is not None:
            yield Entry(row.withdrawn_at, _("Samtycke till %(what)s återtaget") % words)
