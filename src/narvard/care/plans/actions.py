"""Writes about plans: begin, write, sign, bring into force, renew, send, read, look over, end."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.models import Consent
from narvard.care import book, rules
from narvard.care.plans import contents, errors
from narvard.care.plans.definitions import MUNICIPALITY, REGION, Definition, kinds, principal_of
from narvard.care.plans.models import Contribution, Plan, PlanEvent, PlanVersion
from narvard.core import audit, once
from narvard.organisation.models import CareUnit, Commission
from narvard.people.models import Patient

Kind = PlanEvent.Kind
_CONSENT = (
    "consent_how",
    "consent_given_by",
    "consent_at",
    "consent_assessment",
    "consent_attitude",
    "consent_withdrawn_at",
)


@dataclass(frozen=True)
class Yes:
    """How the person said yes to the plan; for one who cannot, the assessment and how the attitude was asked about."""

    how: str
    given_by: str = ""
    assessment: str = ""
    attitude: str = ""


@transaction.atomic
def start_plan(*, patient: Patient, kind: str, units: Iterable[CareUnit], by: Commission, at: datetime) -> Plan:
    """Begin a plan of a kind with its first draft, and send it to ``units`` where it is a joint one."""
    opened = book.open_book(patient)
    rules.refuse_dead(opened.patient)
    rules.refuse_not_meeting(opened.patient, by, at)
    definition = kinds().get(kind)
    if definition is None:
        raise errors.NoSuchPlanKind(_("Den sortens plan finns inte."))
    if by.purpose == Commission.Purpose.SOCIAL and not definition.is_joint:
        raise errors.NotInPlan(_("En plan av det här slaget skrivs av vården."))
    scope = str(by.unit_id) if definition.is_per_unit else ""
    if Plan.objects.filter(patient=patient, kind=kind, scope=scope, ended_at=None).exists():
        raise errors.PlanAlreadyOpen(_("Det finns redan en sådan plan. Skriv en ny version av den."))
    plan = Plan.objects.create(
        patient=patient,
        owner_unit=by.unit,
        information_kind=definition.information,
        kind=kind,
        scope=scope,
        created_at=at,
        created_by=by,
    )
    _begin(plan, definition, 1, "", by, at)
    _event(plan, Kind.STARTED, by, at, number=1)
    _log("care.start_plan", plan, by, at, kind)
    _send(plan, definition, {unit.pk: unit for unit in units if unit.pk != by.unit_id}, by, at)
    return plan


def _begin(plan: Plan, definition: Definition, number: int, why: str, by: Commission, at: datetime) -> PlanVersion:
    return PlanVersion.objects.create(
        plan=plan, number=number, definition=definition.data, begun_at=at, begun_by=by, why=why
    )


def _event(plan: Plan, kind: str, by: audit.Actor, at: datetime, number: int | None = None, note: str = "") -> None:
    author = by if isinstance(by, Commission) else None
    PlanEvent.objects.create(plan=plan, number=number, kind=kind, at=at, by=author, note=note[:400])


def _log(what: str, plan: Plan, by: audit.Actor, at: datetime, reason: str = "", action: str = "") -> None:
    audit.write(
        what,
        by=by,
        at=at,
        action=action or audit.Action.WRITE,
        patients=[plan.patient_id],
        object_kind="plan",
        object_id=plan.pk,
        reason=reason,
    )


def _send(
    plan: Plan, definition: Definition, units: Mapping[uuid.UUID, CareUnit], by: Commission, at: datetime
) -> None:
    if not units:
        return
    if not definition.is_joint:
        raise errors.OwnUnitOnly(_("En plan av det här slaget skickas inte. Andra läser den som journalen."))
    for unit in units.values():
        rules.refuse_closed(unit, at)
        rules.refuse_not_meeting(plan.patient, _as(by, unit), at)
    plan.units.add(*units.values())
    _event(plan, Kind.SENT, by, at, note=", ".join(unit.name for unit in units.values()))
    _log("care.share_plan", plan, by, at, f"units {len(units)}")


def _as(by: Commission, unit: CareUnit) -> Commission:
    """A commission at ``unit``, to ask what part that unit has in the care; never stored."""
    return Commission(staff=by.staff, unit=unit, role=by.role, purpose=by.purpose)


def _opened(plan: Plan, by: Commission, at: datetime, *, living: bool = True) -> Plan:
    """The plan with its patient locked; refused for a unit outside, for the dead and for one that has ended."""
    opened = book.open_book(plan.patient)
    row = once.lock(Plan.objects.all(), plan.pk)
    if by.unit_id not in row.parties():
        raise errors.NotInPlan(_("Er enhet är inte med i planen."))
    if living:
        rules.refuse_dead(opened.patient)
        rules.refuse_not_meeting(opened.patient, by, at)
    if row.ended_at is not None:
        raise errors.PlanEnded(_("Planen är avslutad."))
    return row


def _draft(plan: Plan) -> PlanVersion:
    row = plan.versions.filter(adopted_at=None, dropped_at=None).select_for_update().first()
    if row is None:
        raise errors.PlanEnded(_("Det finns inget utkast. Börja på en ny version."))
    return row


@transaction.atomic
def share_plan(*, plan: Plan, units: Iterable[CareUnit], by: Commission, at: datetime) -> Plan:
    """Send a joint plan to more units that care for the person: they read it and write in it."""
    row = _opened(plan, by, at)
    there = row.parties()
    _send(row, kinds()[row.kind], {unit.pk: unit for unit in units if unit.pk not in there}, by, at)
    return row


@transaction.atomic
def write_contributions(
    *, plan: Plan, texts: Mapping[str, contents.Content], by: Commission, at: datetime, version: int | None = None
) -> PlanVersion:
    """What the unit writes in the draft, by section; a section left empty is taken out, a changed one signed anew."""
    row = _opened(plan, by, at)
    draft = _draft(row)
    once.lock(PlanVersion.objects.all(), draft.pk, version)
    definition = Definition(draft.definition)
    for section in definition.sections:
        if section.key in texts:
            content = contents.cleaned(section, texts[section.key])
            _write(row, draft, section.key, content, by, at)
    once.save(draft)
    _log("care.write_plan", row, by, at, f"version {draft.number}")
    return draft


def _write(plan: Plan, draft: PlanVersion, section: str, content: dict[str, Any], by: Commission, at: datetime) -> None:
    own = Contribution.objects.filter(plan_version=draft, section=section, owner_unit=by.unit)
    there = own.first()
    if not content:
        own.delete()
    elif there is None or there.content != content:
        Contribution.objects.update_or_create(
            plan_version=draft,
            section=section,
            owner_unit=by.unit,
            defaults={
                "plan": plan,
                "patient_id": plan.patient_id,
                "information_kind": plan.information_kind,
                "content": content,
                "written_at": at,
                "written_by": by,
                "signed_at": None,
                "signed_by": None,
            },
        )


@transaction.atomic
def sign_contributions(*, plan: Plan, by: Commission, at: datetime, version: int | None = None) -> PlanVersion:
    """Sign what the own unit has written in the draft; each part by one whose profession may."""
    row = _opened(plan, by, at)
    draft = _draft(row)
    once.lock(PlanVersion.objects.all(), draft.pk, version)
    waiting = list(draft.contributions.filter(owner_unit=by.unit, signed_at=None))
    if not waiting:
        raise errors.NothingWritten(_("Det finns inget som väntar på er signatur."))
    definition = Definition(draft.definition)
    for part in waiting:
        section = definition.section(part.section)
        if section is None or by.staff.profession not in section.signers:
            title = section.title if section else part.section
            raise errors.NoRightToSign(_("Du kan inte signera %(part)s med ditt yrke.") % {"part": title})
    draft.contributions.filter(pk__in=[part.pk for part in waiting]).update(signed_at=at, signed_by=by)
    once.save(draft)
    _event(row, Kind.SIGNED, by, at, number=draft.number)
    _log("care.sign_plan", row, by, at, f"version {draft.number}", audit.Action.SIGN)
    return draft


@transaction.atomic
def adopt_plan(
    *, plan: Plan, by: Commission, at: datetime, review_on: date | None = None, despite: str = ""
) -> PlanVersion:
    """Bring the draft into force in the place of the version before; from now on it is never altered."""
    row = _opened(plan, by, at)
    draft = _draft(row)
    definition = Definition(draft.definition)
    if by.staff.profession not in definition.deciders:
        raise errors.NoRightToSign(_("Du kan inte fastställa planen med ditt yrke."))
    written = list(draft.contributions.select_related("owner_unit__provider"))
    _refuse_unready(row, definition, written)
    against = contents.conflicts(definition, written)
    if against and not despite.strip():
        raise errors.AgainstWishes(_("%(what)s Ändra, eller skriv varför.") % {"what": " ".join(against)})
    draft.adopted_at, draft.adopted_by, draft.despite = at, by, despite.strip() if against else ""
    once.save(draft, "adopted_at", "adopted_by", "despite")
    row.review_on = review_on or timezone.localdate(at) + timedelta(days=definition.review_days)
    once.save(row, "review_on")
    _event(row, Kind.ADOPTED, by, at, number=draft.number, note=draft.despite)
    _log("care.adopt_plan", row, by, at, f"version {draft.number}", audit.Action.SIGN)
    return draft


def _refuse_unready(plan: Plan, definition: Definition, written: list[Contribution]) -> None:
    lacks = contents.missing(definition, written)
    if lacks:
        raise errors.NothingWritten(_("Det här saknas: %(what)s.") % {"what": "; ".join(lacks)})
    unsigned = sorted({part.owner_unit.name for part in written if part.signed_at is None})
    if unsigned:
        raise errors.NotSigned(_("Väntar på signatur från: %(units)s.") % {"units": ", ".join(unsigned)})
    names = {REGION: _("regionen"), MUNICIPALITY: _("kommunen")}
    absent = definition.needs - {principal_of(part.owner_unit) for part in written}
    if absent:
        who = ", ".join(names[side] for side in sorted(absent))
        raise errors.NotSigned(_("Båda huvudmännen ska ha skrivit och signerat. Saknas: %(who)s.") % {"who": who})
    if definition.asks_consent and (not plan.consent_how or plan.consent_withdrawn_at is not None):
        raise errors.NoConsentToPlan(_("Personen har inte sagt ja till planen. Registrera samtycket först."))
    against = contents.refusals(definition, written)
    if against:
        raise errors.AgainstWishes(" ".join(against))


@transaction.atomic
def record_plan_consent(*, plan: Plan, yes: Yes, by: Commission, at: datetime) -> Plan:
    """The person's yes to the plan, or the assessment for one who cannot say it."""
    row = _opened(plan, by, at)
    if yes.how not in Consent.How.values:
        raise errors.NoConsentToPlan(_("Välj hur personen sa ja."))
    if yes.how == Consent.How.CANNOT and not (yes.assessment.strip() and yes.attitude.strip()):
        raise errors.NoConsentToPlan(_("Skriv bedömningen, och hur ni har tagit reda på vad personen vill."))
    row.consent_how, row.consent_given_by, row.consent_at = yes.how, yes.given_by.strip(), at
    row.consent_assessment, row.consent_attitude = yes.assessment.strip(), yes.attitude.strip()
    row.consent_withdrawn_at = None
    once.save(row, *_CONSENT)
    _event(row, Kind.CONSENT, by, at, note=yes.given_by)
    _log("care.record_plan_consent", row, by, at, yes.how)
    return row


@transaction.atomic
def withdraw_plan_consent(*, plan: Plan, by: audit.Actor, at: datetime, note: str = "") -> Plan:
    """The person takes the yes to the plan back, to a unit of it or on the own page.

    From now on it is not in force; its versions stay, and each unit reads only what it wrote itself. The units see it
    in their list of plans. A new yes brings the plan back.
    """
    guard.refuse_stranger(plan.patient, by=by, at=at)
    if isinstance(by, Commission):
        row = _opened(plan, by, at)
    else:
        book.open_book(plan.patient)
        row = once.lock(Plan.objects.all(), plan.pk)
    if not row.consent_how or row.ended_at is not None:
        raise errors.NoConsentToPlan(_("Planen vilar inte på något ja som gäller."))
    if row.consent_withdrawn_at is not None:
        return row
    row.consent_withdrawn_at = at
    once.save(row, "consent_withdrawn_at")
    _event(row, Kind.WITHDRAWN, by, at, note=note.strip())
    _log("care.withdraw_plan_consent", row, by, at)
    return row


@transaction.atomic
def renew_plan(*, plan: Plan, why: str, by: Commission, at: datetime) -> PlanVersion:
    """A new draft that begins as the version in force reads; parts left as they are keep their signatures."""
    row = _opened(plan, by, at)
    why = rules.required(why, _("Skriv varför planen ändras."))
    newest = row.versions.order_by("-number").first()
    if newest is not None and newest.is_draft:
        raise errors.PlanAlreadyOpen(_("Det finns redan ett utkast. Skriv i det."))
    definition = kinds()[row.kind]
    draft = _begin(row, definition, (newest.number if newest else 0) + 1, why, by, at)
    before = row.versions.exclude(adopted_at=None).order_by("-number").first()
    parts = before.contributions.all() if before else Contribution.objects.none()
    Contribution.objects.bulk_create(
        _copy(part, draft) for part in parts if definition.section(part.section) is not None
    )
    _event(row, Kind.STARTED, by, at, number=draft.number, note=why)
    _log("care.renew_plan", row, by, at, f"version {draft.number}")
    return draft


def _copy(part: Contribution, draft: PlanVersion) -> Contribution:
    return Contribution(
        patient_id=part.patient_id,
        owner_unit_id=part.owner_unit_id,
        information_kind=part.information_kind,
        plan_id=part.plan_id,
        plan_version=draft,
        section=part.section,
        content=part.content,
        written_at=part.written_at,
        written_by_id=part.written_by_id,
        signed_at=part.signed_at,
        signed_by_id=part.signed_by_id,
    )


@transaction.atomic
def drop_draft(*, plan: Plan, by: Commission, at: datetime) -> PlanVersion:
    """Throw the draft away; what was in force stays in force."""
    row = _opened(plan, by, at)
    draft = _draft(row)
    if draft.begun_by.unit_id != by.unit_id:
        raise errors.NotInPlan(_("Bara den enhet som började på utkastet kan kasta det."))
    draft.dropped_at, draft.dropped_by = at, by
    once.save(draft, "dropped_at", "dropped_by")
    _event(row, Kind.DROPPED, by, at, number=draft.number)
    _log("care.drop_plan_draft", row, by, at, f"version {draft.number}")
    return draft


@transaction.atomic
def read_plan(*, plan: Plan, by: Commission, at: datetime) -> Plan:
    """The reader has read the version in force, of any plan that they may read; the others see that.

    A second time changes nothing.
    """
    book.open_book(plan.patient)
    row = once.lock(Plan.objects.all(), plan.pk)
    guard.refuse_unreadable(row, by=by, at=at)
    if row.ended_at is not None:
        raise errors.PlanEnded(_("Planen är avslutad."))
    current = row.versions.exclude(adopted_at=None).order_by("-number").first()
    if current is None or row.consent_withdrawn_at is not None:
        raise errors.NothingWritten(_("Planen gäller inte nu."))
    if not row.events.filter(kind=Kind.READ, number=current.number, by=by).exists():
        _event(row, Kind.READ, by, at, number=current.number)
    _log("care.read_plan", row, by, at, f"version {current.number}")
    return row


@transaction.atomic
def review_plan(*, plan: Plan, next_on: date, note: str, by: Commission, at: datetime) -> Plan:
    """The plan has been looked over and stands as it is; it is looked at again on ``next_on``."""
    row = _opened(plan, by, at)
    if not row.versions.exclude(adopted_at=None).exists():
        raise errors.NothingWritten(_("Planen är inte fastställd än."))
    if by.staff.profession not in kinds()[row.kind].deciders:
        raise errors.NoRightToSign(_("Du kan inte se över planen med ditt yrke."))
    if next_on <= timezone.localdate(at):
        raise errors.NothingWritten(_("Välj en dag framåt i tiden."))
    row.review_on = next_on
    once.save(row, "review_on")
    _event(row, Kind.REVIEWED, by, at, note=note.strip())
    _log("care.review_plan", row, by, at, f"{next_on}")
    return row


@transaction.atomic
def end_plan(*, plan: Plan, reason: str, by: Commission, at: datetime) -> Plan:
    """The plan is no longer followed, with the reason; it stays to be read."""
    row = _opened(plan, by, at, living=False)
    if by.staff.profession not in kinds()[row.kind].deciders:
        raise errors.NoRightToSign(_("Du kan inte avsluta planen med ditt yrke."))
    reason = rules.required(reason, _("Skriv varför planen avslutas."))
    row.ended_at, row.ended_by, row.end_reason = at, by, reason[:400]
    once.save(row, "ended_at", "ended_by", "end_reason")
    _event(row, Kind.ENDED, by, at, note=reason)
    _log("care.end_plan", row, by, at)
    return row
