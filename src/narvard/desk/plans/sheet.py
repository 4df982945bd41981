"""A plan as everybody reads it: its sections with what each organisation wrote and signed, and what may be done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.access.guard import OpenPatient
from narvard.care.plans import contents, queries
from narvard.care.plans.definitions import Definition, Field, Section, kinds
from narvard.care.plans.models import Contribution, Plan, PlanEvent, PlanVersion
from narvard.desk.patient.menu import ASKERS, Act
from narvard.desk.plans.door import Veil, events_of, parts_of, veil_of
from narvard.organisation.models import Commission

Kind = PlanEvent.Kind


@dataclass(frozen=True)
class Line:
    """A label and its words."""

    label: str
    text: str


@dataclass(frozen=True)
class RowShown:
    """One row of a field with rows: its first value as a heading, the rest below."""

    title: str
    lines: list[Line]


@dataclass(frozen=True)
class FieldShown:
    """A field: words, or rows."""

    label: str
    text: str
    rows: list[RowShown]


@dataclass(frozen=True)
class PartShown:
    """What one unit wrote in a section, and who signed."""

    part: Contribution
    fields: list[FieldShown]


@dataclass(frozen=True)
class SectionShown:
    """A section with its parts."""

    section: Section
    parts: list[PartShown]


@dataclass(frozen=True)
class PlanSheet:
    """Everything on the plan's page."""

    plan: Plan
    definition: Definition
    version: PlanVersion
    sections: list[SectionShown]
    state: tuple[str, str]
    changed: list[contents.Difference]
    read_by: list[PlanEvent]
    history: list[PlanEvent]
    others: list[PlanVersion]
    acts: list[Act]
    may_read: bool
    review_late: bool


def sheet_of(plan: Plan, opened: OpenPatient, number: int | None, at: datetime) -> PlanSheet | None:
    """The version of that number, else the one in force, else the draft; None when there is none such."""
    versions = [row for row in plan.versions.all() if row.dropped_at is None]
    current, draft, latest = queries.current_of(plan), queries.draft_of(plan), queries.latest_of(plan)
    version = next((row for row in versions if row.number == number), None) if number else latest or draft
    if version is None:
        return None
    definition = Definition(version.definition)
    veil = veil_of(opened)
    parts, events = parts_of(version, opened, veil), events_of(plan, opened, veil)
    readings = [row for row in events if row.kind == Kind.READ and row.number == version.number]
    return PlanSheet(
        plan=plan,
        definition=definition,
        version=version,
        sections=sections_of(definition, parts),
        state=state_of(plan, version, current),
        changed=_changed(opened, veil, definition, version, versions, parts),
        read_by=readings,
        history=[row for row in events if row.kind != Kind.READ],
        others=[row for row in versions if row.pk != version.pk],
        acts=acts_of(plan, opened, at),
        may_read=_may_read(plan, opened, version, current, readings),
        review_late=plan.review_on is not None and plan.review_on < timezone.localdate(at),
    )


def state_of(plan: Plan, version: PlanVersion, current: PlanVersion | None) -> tuple[str, str]:
    """The version's state as a badge: its kind and its words."""
    if version.is_draft:
        return "waiting", _("utkast")
    if plan.consent_withdrawn_at is not None:
        return "late", _("gäller inte: samtycket återtaget")
    if current is not None and version.pk != current.pk:
        return "neutral", _("ersatt")
    return ("neutral", _("avslutad")) if plan.ended_at else ("done", _("gäller"))


def _changed(
    opened: OpenPatient,
    veil: Veil,
    definition: Definition,
    version: PlanVersion,
    versions: Iterable[PlanVersion],
    parts: Sequence[Contribution],
) -> list[contents.Difference]:
    """What the version says otherwise than the one that was in force before it."""
    earlier = next((row for row in versions if row.adopted_at is not None and row.number < version.number), None)
    if earlier is None:
        return []
    return contents.differences(definition, parts_of(earlier, opened, veil), parts)


def _may_read(
    plan: Plan,
    opened: OpenPatient,
    version: PlanVersion,
    current: PlanVersion | None,
    readings: Sequence[PlanEvent],
) -> bool:
    """Whether the reader may say "read": the version in force, by one who cares for the person, not said before."""
    asks = plan.ended_at is None and opened.relates and opened.by.role in ASKERS
    return (
        asks
        and current is not None
        and version.pk == current.pk
        and version.adopted_by_id != opened.by.pk
        and all(row.by_id != opened.by.pk for row in readings)
    )


def sections_of(definition: Definition, parts: Sequence[Contribution]) -> list[SectionShown]:
    """The sections in order, each with what the units wrote; one that nobody wrote in too."""
    return [
        SectionShown(section, [_part(section, part) for part in parts if part.section == section.key])
        for section in definition.sections
    ]


def _part(section: Section, part: Contribution) -> PartShown:
    shown = [shown_field(field, part.content) for field in section.fields if part.content.get(field.key)]
    return PartShown(part, shown)


def shown_field(field: Field, content: contents.Content) -> FieldShown:
    """A field with its value in words."""
    value = content.get(field.key)
    if field.type == "rows":
        return FieldShown(field.label, "", [_row(field, row) for row in value or ()])
    return FieldShown(field.label, contents.in_words(field, value), [])


def _row(field: Field, row: dict[str, str]) -> RowShown:
    first, *rest = field.parts
    lines = [Line(part.label, contents.in_words(part, row[part.key])) for part in rest if row.get(part.key)]
    return RowShown(contents.in_words(first, row.get(first.key)), lines)


def acts_of(plan: Plan, opened: OpenPatient, at: datetime) -> list[Act]:
    """What the reader may do with the plan, the next thing first."""
    by = opened.by
    if plan.ended_at is not None or by.unit_id not in plan.parties() or by.role not in ASKERS or not opened.relates:
        return []
    definition, draft = kinds()[plan.kind], queries.draft_of(plan)
    living = opened.patient.died_at is None
    acts = _drafting(plan, definition, draft, by) if living else []
    decides = by.staff.profession in definition.deciders
    if queries.current_of(plan) is not None and living and decides:
        acts.append(Act(_("Sedd över, inget ändrat"), reverse("plans:review", args=[plan.pk])))
    if plan.consent_withdrawn_at is not None and living:
        acts.insert(0, Act(_("Personen säger ja igen"), reverse("plans:consent", args=[plan.pk])))
    elif plan.consent_how and living:
        acts.append(Act(_("Personen tar tillbaka sitt ja"), reverse("plans:withdraw", args=[plan.pk])))
    if definition.is_joint and living and plan.consent_withdrawn_at is None:
        acts.append(Act(_("Skicka till fler"), reverse("plans:share", args=[plan.pk])))
    if decides:
        acts.append(Act(_("Avsluta planen"), reverse("plans:end", args=[plan.pk])))
    return acts


def _drafting(plan: Plan, definition: Definition, draft: PlanVersion | None, by: Commission) -> list[Act]:
    if draft is None:
        return [Act(_("Ny version"), reverse("plans:renew", args=[plan.pk]))]
    own = [row for row in draft.contributions.all() if row.owner_unit_id == by.unit_id]
    unsigned = any(row.signed_at is None for row in own)
    decides = by.staff.profession in definition.deciders
    acts = [Act(_("Skriv"), reverse("plans:write", args=[plan.pk]), primary=not unsigned and not own)]
    if unsigned or decides:
        label = _("Signera och fastställ") if decides else _("Signera")
        acts.insert(0 if own else 1, Act(label, reverse("plans:sign", args=[plan.pk]), primary=bool(own)))
    if definition.asks_consent and not plan.consent_how:
        acts.append(Act(_("Personens ja till planen"), reverse("plans:consent", args=[plan.pk])))
    if draft.begun_by.unit_id == by.unit_id and queries.current_of(plan) is not None:
        acts.append(Act(_("Kasta utkastet"), reverse("plans:drop", args=[plan.pk])))
    return acts
