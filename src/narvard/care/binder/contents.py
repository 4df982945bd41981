"""What stands in the binder: gathered from the ledger, the strategy, the kit and the contacts, in plain Swedish.

Only what the acting commission may read is printed. Nothing tells where the person lives: the paper is at home, and
a lost one must not lead there.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from narvard.access.guard import OpenPatient
from narvard.care import queries as care
from narvard.care.binder.models import BinderPicture
from narvard.care.kits import queries as kits
from narvard.care.kits.contents import templates
from narvard.care.kits.models import NeedsKit
from narvard.care.models import ResponsibilityKind
from narvard.care.plans import contents as plan_contents
from narvard.care.plans import queries as plans
from narvard.care.plans.definitions import Definition, Field, say
from narvard.care.plans.models import Contribution, Plan
from narvard.care.presenters import away
from narvard.core import calendar
from narvard.organisation.models import CareUnit
from narvard.people.models import InformationKind, Patient, WhatMatters
from narvard.people.queries import shown_identifier

SATURDAY = 5
_MORNING, _EVENING, _NIGHT = 10 * 60, 19 * 60, 2 * 60
STRATEGY, ACUTE = "strategy", "acute_action"
# What stands on the cover: whom to call in worry and when things get worse. The rest stands further in.
COVER = (ResponsibilityKind.NURSING, ResponsibilityKind.MEDICAL)


@dataclass(frozen=True)
class Gathered:
    """The words to print, what they were made from, and the units whose words they are."""

    content: dict[str, Any]
    basis: dict[str, Any]
    units: list[CareUnit]


def gather(opened: OpenPatient, at: datetime) -> Gathered:
    """All that the binder holds at ``at``, in Swedish whatever the reader's language."""
    with translation.override("sv"):
        return _gather(opened, at)


def _gather(opened: OpenPatient, at: datetime) -> Gathered:
    patient = opened.patient
    standing = _standing(opened)
    strategy, acute = (next((row for row in standing if row.kind == kind), None) for kind in (STRATEGY, ACUTE))
    placed = opened.readable(kits.kits_of(patient.pk))
    shown = opened.readable(pictures_of(patient.pk))
    calls = calls_by_hour(patient, at)
    responsible = responsible_of(patient, at)
    content = {
        "name": patient.name,
        # A lost binder must not name one whose identity is protected more than it has to.
        "identifier": "" if patient.hidden else shown_identifier(patient),
        "matters": _matters(opened),
        "responsible": responsible,
        "calls": calls,
        "strategy": _strategy(opened, strategy) if strategy else None,
        "acute": _strategy(opened, acute) if acute else None,
        "efforts": _efforts(opened, standing),
        "pictures": _pictures(shown),
        "kits": [_kit(row) for row in placed],
        "contacts": _contacts(opened, at),
        "relatives": _relatives(opened),
    }
    current = {str(row.pk): version.number for row in standing if (version := plans.current_of(row))}
    basis = {
        "plans": current,
        "doses": sorted(str(row.item.pk) for kit in placed for row in kits.stock(kit)),
        "calls": calls,
        "responsible": responsible,
        "contacts": content["contacts"],
        "matters": content["matters"],
        "pictures": [str(row.pk) for row in shown],
    }
    return Gathered(content, basis, _units([*standing, *placed, *shown]))


def _standing(opened: OpenPatient) -> list[Plan]:
    """The joint plans in force. What is a unit's own part of the record never lies open in the home."""
    found = opened.readable(plans.plans_of(opened.patient.pk))
    joint = [row for row in found if row.information_kind == InformationKind.COORDINATION]
    return [row for row in joint if row.ended_at is None and plans.current_of(row) is not None]


def _units(rows: Iterable[Plan | NeedsKit | BinderPicture]) -> list[CareUnit]:
    found: dict[uuid.UUID, CareUnit] = {}
    for row in rows:
        found |= {unit.pk: unit for unit in [row.owner_unit, *row.units.all()]}
    return list(found.values())


def _matters(opened: OpenPatient) -> dict[str, str] | None:
    rows = opened.readable(WhatMatters.objects.filter(patient=opened.patient).select_related("owner_unit"))
    return {"text": rows[0].text, "on": _day(rows[0].at)} if rows else None


def _day(at: datetime) -> str:
    return date_format(timezone.localtime(at), "j F Y")


def responsible_of(patient: Patient, at: datetime) -> list[dict[str, str]]:
    """Who is responsible at ``at``, by kind."""
    return [
        {
            "kind": capfirst(f"{ResponsibilityKind(row.kind).label}{': ' + row.scope if row.scope else ''}"),
            "holder": row.holder.name,
        }
        for row in care.responsible(patient, at)
        if row.holder is not None
    ]


def _times(at: datetime) -> list[tuple[str, datetime]]:
    """An instant of each kind of hour to come: a working day, an evening, a night, a weekend."""
    today = timezone.localdate(at)
    working = calendar.next_working_day(today)
    saturday = today + timedelta(days=(SATURDAY - today.weekday() - 1) % 7 + 1)
    return [
        (_("dag"), calendar.at_local(working, _MORNING)),
        (_("kväll"), calendar.at_local(working, _EVENING)),
        (_("natt"), calendar.at_local(working + timedelta(days=1), _NIGHT)),
        (_("helg"), calendar.at_local(saturday, _MORNING)),
    ]


def calls_by_hour(patient: Patient, at: datetime) -> list[dict[str, Any]]:
    """Whom to call by situation and hour, from the ledger; hours with one and the same number stand together."""
    asked = {
        ResponsibilityKind.NURSING: _("Oro, smärta, såret, pumpen eller frågor"),
        ResponsibilityKind.MEDICAL: _("Det blir sämre, eller något är fel med medicinen"),
        ResponsibilityKind.REHABILITATION: _("Träning och hjälpmedel"),
        ResponsibilityKind.COORDINATION: _("Vem gör vad, och när kommer ni"),
    }
    times = [(label, {row.kind: row for row in _main(patient, when)}) for label, when in _times(at)]
    rows = []
    for kind, situation in asked.items():
        found = [(label, answers[kind].call if kind in answers else None) for label, answers in times]
        answered = [(str(label), (call.label, call.phone)) for label, call in found if call]
        numbers = _together(answered, always=len(answered) == len(times))
        if numbers:
            rows.append({"situation": str(situation), "numbers": numbers, "first": kind in COVER})
    return rows


def _main(patient: Patient, at: datetime) -> list[care.Answer]:
    return [row for row in care.responsible(patient, at) if not row.scope]


def _together(found: list[tuple[str, tuple[str, str]]], *, always: bool) -> list[dict[str, str]]:
    """One line per number; ``always`` when every hour has one."""
    by_number: dict[tuple[str, str], list[str]] = {}
    for label, call in found:
        by_number.setdefault(call, []).append(label)
    return [
        {"when": _("Alltid") if always and len(by_number) == 1 else _listed(labels), "who": who, "phone": phone}
        for (who, phone), labels in by_number.items()
    ]


def _listed(labels: list[str]) -> str:
    """Hours as a phrase: "Dag, kväll och helg"."""
    *before, last = labels
    return capfirst(_("%(some)s och %(last)s") % {"some": ", ".join(before), "last": last} if before else last)


def _written(opened: OpenPatient, plan: Plan) -> tuple[Definition, list[Contribution]]:
    version = plans.current_of(plan)
    if version is None:
        raise LookupError(plan.pk)
    return Definition(version.definition), opened.readable(plans.contributions_of(version))


def _strategy(opened: OpenPatient, plan: Plan) -> dict[str, Any]:
    """The strategy in plain words: each deterioration, then what the person wants and how it is done at home.

    The acute action plan likewise: each event, then the rest.
    """
    definition, parts = _written(opened, plan)
    version = plans.current_of(plan)
    rows: list[dict[str, str]] = []
    said: list[dict[str, str]] = []
    for section in definition.sections:
        for part in (row for row in parts if row.section == section.key):
            for field in section.fields:
                value = part.content.get(field.key)
                if field.type == "rows":
                    rows += [
                        {p.key: plan_contents.in_words(p, row[p.key]) for p in field.parts if row.get(p.key)}
                        for row in value or ()
                    ]
                elif value:
                    said.append({"label": field.label, "text": plan_contents.in_words(field, value)})
    adopted = version.adopted_by if version else None
    return {
        "rows": rows,
        "said": said,
        "by": f"{adopted.staff.name}, {adopted.unit.name}" if adopted else "",
        "on": _day(version.adopted_at) if version and version.adopted_at else "",
        "number": version.number if version else 0,
    }


def _efforts(opened: OpenPatient, standing: Iterable[Plan]) -> list[dict[str, Any]]:
    """What was agreed in the other plans in force: who does what and when, what is trained."""
    found = []
    for plan in standing:
        if plan.kind in (STRATEGY, ACUTE):
            continue
        definition, parts = _written(opened, plan)
        for section in definition.sections:
            for part in (row for row in parts if row.section == section.key):
                said = [_said(field, part.content) for field in section.fields if part.content.get(field.key)]
                unit = part.owner_unit.name
                found += [{"plan": definition.name, "section": section.title, "unit": unit, **row} for row in said]
    return found


def _said(field: Field, content: plan_contents.Content) -> dict[str, Any]:
    """A field's words, or its rows: the first value as a heading and the rest below."""
    if field.type != "rows":
        return {"label": field.label, "text": plan_contents.in_words(field, content[field.key]), "rows": []}
    first, *rest = field.parts
    rows = [
        {
            "title": plan_contents.in_words(first, row.get(first.key)),
            "more": [
                {"label": part.label, "text": plan_contents.in_words(part, row[part.key])}
                for part in rest
                if row.get(part.key)
            ],
        }
        for row in content[field.key]
    ]
    return {"label": field.label, "text": "", "rows": rows}


def _kit(kit: NeedsKit) -> dict[str, Any]:
    known = templates().get(kit.template)
    purposes = {row.key: say(row.purpose) for row in known.items} if known else {}
    return {
        "name": say(known.name) if known else kit.template,
        "place": kit.place,
        "taught": [row.person for row in kits.taught(kit)],
        "items": [
            {
                "drug": f"{row.item.drug} {row.item.strength}",
                "purpose": purposes.get(row.item.key, ""),
                "dose": row.item.dose,
                "most": row.item.most_per_day or "",
                "relatives": row.item.relatives,
                "expires": date_format(row.expires_on, "j F Y") if row.expires_on else "",
            }
            for row in kits.stock(kit)
        ],
    }


def pictures_of(patient: uuid.UUID) -> QuerySet[BinderPicture]:
    """The pictures that stand in the binder now, without their content, ready for the guard."""
    rows = BinderPicture.objects.filter(patient=patient, removed_at=None).defer("content")
    return rows.select_related("owner_unit", "added_by__staff").prefetch_related("units").order_by("added_at", "pk")


def _pictures(shown: Iterable[BinderPicture]) -> list[dict[str, str]]:
    return [
        {
            "id": str(row.pk),
            "title": row.title,
            "text": row.text,
            "on": _day(row.added_at),
            "by": f"{row.added_by.staff.name}, {row.owner_unit.name}",
        }
        for row in shown
    ]


def _contacts(opened: OpenPatient, at: datetime) -> list[dict[str, Any]]:
    contacts = opened.readable(care.contacts_of(opened.patient, at))
    ahead = care.leaves_ahead(contacts, at)
    return [
        {
            "kind": capfirst(str(row.get_kind_display())),
            "name": row.staff.name,
            "unit": row.unit.name,
            "phone": row.staff.phone,
            **leaves(ahead.get(row.pk, ())),
        }
        for row in contacts
    ]


def leaves(ahead: Iterable[care.Answering]) -> dict[str, list[dict[str, str]]]:
    """A contact's leaves and who answers then, as the papers know them; nothing for one who is there."""
    found = [vars(words) for row in ahead if (words := away(row)) is not None]
    return {"away": found} if found else {}


def _relatives(opened: OpenPatient) -> list[dict[str, str]]:
    """Relatives to call; none of one whose identity is protected, since a relative's number leads to the person."""
    rows = [] if opened.patient.hidden or not opened.sees_place else opened.patient.relatives.all()
    return [
        {
            "name": row.name,
            "kind": str(row.get_kind_display()),
            "phone": row.phone,
            "night": _("får ringas på natten") if row.call_at_night else _("ring inte på natten"),
        }
        for row in rows
    ]
