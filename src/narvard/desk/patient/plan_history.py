"""Plans, kits, binders and conferences as entries of the patient's timeline; each row let through by the policy."""

from collections.abc import Iterable, Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from narvard.access.guard import OpenPatient
from narvard.care.binder.queries import binders_of
from narvard.care.conference.actions import DIED
from narvard.care.conference.queries import cases_of
from narvard.care.kits.models import KitEvent, NeedsKit
from narvard.care.plans.models import Plan, PlanEvent, PlanVersion
from narvard.core.sentences import read_again
from narvard.desk.plans.door import Veil
from narvard.desk.plans.lines import kit_name, plan_name
from narvard.ui.parts import Entry


def plan_entries(plans: Iterable[Plan]) -> Iterator[Entry]:
    """When plans (with their events) came into force, were taken back and ended."""
    for row in plans:
        name, url = plan_name(row), reverse("plans:page", args=[row.pk])
        for version in row.versions.all():
            if version.adopted_at is not None:
                yield _in_force(name, url, version)
        for event in row.events.all():
            if event.kind == PlanEvent.Kind.WITHDRAWN:
                who = event.by.staff.name if event.by else _("personen själv")
                yield Entry(event.at, _("Samtycke till %(plan)s återtaget") % {"plan": name}, "", who, "late", url)
        yield from _ended(name, url, row)


def _in_force(name: str, url: str, version: PlanVersion) -> Entry:
    by = version.adopted_by
    who = f"{by.staff.name}, {by.unit.name}" if by else ""
    title = _("%(plan)s gäller, version %(n)d") % {"plan": name, "n": version.number}
    return Entry(version.adopted_at or version.begun_at, title, version.why, who, "done", url)


def _ended(name: str, url: str, plan: Plan) -> Iterator[Entry]:
    if plan.ended_at is not None:
        yield Entry(plan.ended_at, _("%(plan)s avslutad") % {"plan": name}, plan.end_reason, "", "neutral", url)


def kit_entries(kits: Iterable[NeedsKit]) -> Iterator[Entry]:
    """When a kit was prescribed, each dose out of it, and when it went back."""
    for kit in kits:
        name, url = kit_name(kit), reverse("plans:kit", args=[kit.pk])
        yield Entry(kit.created_at, _("%(kit)s ordinerad") % {"kit": name}, kit.place, kit.owner_unit.name, url=url)
        for event in kit.events.all():
            if event.kind == KitEvent.Kind.GIVEN and event.item is not None:
                title = _("Dos ur behovslådan: %(drug)s %(dose)s") % {"drug": event.item.drug, "dose": event.dose}
                yield Entry(event.happened_at, title, event.note, event.person or event.by.staff.name, url=url)
            elif event.kind == KitEvent.Kind.RETURNED:
                yield Entry(
                    event.happened_at, _("%(kit)s återlämnad") % {"kit": name}, "", event.by.staff.name, url=url
                )


def binder_entries(opened: OpenPatient) -> Iterator[Entry]:
    """When a version of the binder was put in the home."""
    url = reverse("plans:binder", args=[opened.patient.pk])
    for row in opened.readable(binders_of(opened.patient.pk)):
        if row.placed_at is not None and row.placed_by is not None:
            title = _("Pärm i hemmet, version %(n)d") % {"n": row.number}
            yield Entry(row.placed_at, title, "", row.placed_by.staff.name, url=url)


def case_entries(opened: OpenPatient, veil: Veil) -> Iterator[Entry]:
    """When the person was put up for a conference, and what was decided there."""
    for row in opened.readable(cases_of(opened.patient.pk)):
        url = reverse("conference:case", args=[row.pk])
        words = {"conference": row.conference.name}
        title = _("Tas upp på %(conference)s") % words
        yield Entry(row.put_at, title, veil.over(row.question), row.put_by.staff.name, "waiting", url)
        if row.decided_at is not None and row.decided_by is not None:
            title = _("Beslut på %(conference)s") % words
            who = f"{row.decided_by.staff.name}, {row.conference.unit.name}"
            yield Entry(row.decided_at, title, veil.over(row.decision), who, "done", url)
        if row.removed_at is not None and row.removed_by is not None:
            title = _("Tas inte upp på %(conference)s") % words
            reason = veil.over(read_again(row.remove_reason, [DIED]))
            yield Entry(row.removed_at, title, reason, row.removed_by.staff.name, "neutral", url)
