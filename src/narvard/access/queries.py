"""Reads of the access room: the session's commission, and the facts that the policy decides over."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from narvard.access.models import ActiveChoice, Block, BlockLift, CareRelation, Consent, EmergencyOpening, OwnRecord
from narvard.access.policy import FOLLOWS, BlockFact, Circumstances
from narvard.access.signin.eid import Person
from narvard.access.signin.sessions import PERSON
from narvard.access.signin.siths import allowed_commissions
from narvard.core.models import User
from narvard.organisation.models import Commission
from narvard.people.models import Patient

SESSION_KEY = "commission"
LIMITS_KEY = "siths"


def current(at: datetime) -> Q:
    """Rows whose half-open period [since, until) holds ``at``."""
    return Q(since__lte=at) & (Q(until__isnull=True) | Q(until__gt=at))


def commissions_of(user: User, at: datetime) -> QuerySet[Commission]:
    """The commissions a user may act under at ``at``."""
    day = timezone.localdate(at)
    return (
        Commission.objects.filter(staff__user=user, since__lte=day)
        .filter(Q(until__isnull=True) | Q(until__gt=day))
        .select_related("staff", "unit__provider", "unit__municipality")
        .order_by("unit__sort_key")
    )


def session_commissions(request: HttpRequest) -> QuerySet[Commission]:
    """The commissions this session may act under: the user's own, and with SITHS only those that the card told of."""
    if not isinstance(request.user, User):
        return Commission.objects.none()
    rows = commissions_of(request.user, request.at)  # type: ignore[attr-defined]
    allowed = allowed_commissions(request.session.get(LIMITS_KEY))
    return rows if allowed is None else rows.filter(pk__in=allowed)


def session_commission(request: HttpRequest) -> Commission | None:
    """The commission this session acts under, if it still holds for this user.

    With SITHS it reads other providers' records only if the card's rights do too.
    """
    chosen = request.session.get(SESSION_KEY)
    commission = session_commissions(request).filter(pk=chosen).first() if chosen else None
    limits = request.session.get(LIMITS_KEY)
    if commission is not None and limits:
        commission.reads_shared = commission.reads_shared and limits["reads_shared"]
    return commission


def session_person(request: HttpRequest) -> Person | None:
    """The patient or representative whose session this is; never together with a member of staff."""
    kept = request.session.get(PERSON)
    return Person.of_session(kept) if kept and not request.user.is_authenticated else None


def circumstances(patient: Patient, *, by: Commission, at: datetime) -> Circumstances:
    """The facts the policy decides over."""
    return circumstances_of([patient], by=by, at=at)[patient.pk]


def circumstances_of(patients: Sequence[Patient], *, by: Commission, at: datetime) -> dict[uuid.UUID, Circumstances]:
    """The facts the policy decides over for each of ``patients``, by id; as many queries however many they are."""
    keys = [patient.pk for patient in patients]
    relations, sources, earlier = _relations(keys, by.unit_id, at)
    given = Consent.objects.filter(current(at), Q(provider=None) | Q(provider=by.provider_id), patient__in=keys)
    consents = _sets(given.exclude(withdrawn_at__lte=at), "kind")
    chosen = set(
        ActiveChoice.objects.filter(current(at), patient__in=keys, commission=by).values_list("patient", flat=True)
    )
    opened = EmergencyOpening.objects.filter(current(at), patient__in=keys, commission=by)
    emergency: dict[uuid.UUID, set[str]] = defaultdict(set)
    for patient, kinds in opened.values_list("patient", "kinds"):
        emergency[patient].update(kinds)
    blocks, works = _blocks(keys, by, at), _who_work(keys, by, at)
    return {
        patient.pk: Circumstances(
            relations=frozenset(relations[patient.pk]),
            sources=frozenset(sources[patient.pk]),
            earlier=frozenset(earlier[patient.pk]),
            consents=frozenset(consents[patient.pk]),
            hidden=patient.hidden,
            blocks=frozenset(blocks[patient.pk]),
            emergency=frozenset(emergency[patient.pk]),
            chosen=patient.pk in chosen,
            own=works.get(patient.pk) == by.staff_id,
            colleague=patient.pk in works,
        )
        for patient in patients
    }


def _relations(
    keys: list[uuid.UUID], unit: uuid.UUID, at: datetime
) -> tuple[dict[uuid.UUID, set[str]], dict[uuid.UUID, set[uuid.UUID]], dict[uuid.UUID, set[uuid.UUID]]]:
    """By patient: kinds and sources of the unit's current relations, and sources of those that have ended."""
    kinds: dict[uuid.UUID, set[str]] = defaultdict(set)
    sources: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    earlier: dict[uuid.UUID, set[uuid.UUID]] = defaultdict(set)
    rows = CareRelation.objects.filter(since__lte=at, patient__in=keys, unit=unit)
    for patient, kind, source, until in rows.values_list("patient", "kind", "source_id", "until"):
        if until is None or at < until:
            kinds[patient].add(kind)
            sources[patient].add(source)
        else:
            earlier[patient].add(source)
    return kinds, sources, earlier


def _sets(rows: "QuerySet[Any]", field: str) -> dict[uuid.UUID, set[str]]:
    found: dict[uuid.UUID, set[str]] = defaultdict(set)
    for patient, value in rows.values_list("patient", field):
        found[patient].add(value)
    return found


def _blocks(keys: list[uuid.UUID], by: Commission, at: datetime) -> dict[uuid.UUID, set[BlockFact]]:
    """Blocks in force by patient, without those lifted for the reader's unit."""
    found: dict[uuid.UUID, set[BlockFact]] = defaultdict(set)
    for row in blocks_in_force(at).filter(patient__in=keys).exclude(_lifted_for(by.unit_id, at)):
        fact = BlockFact(row.scope, row.provider_id, row.unit_id, row.information_kind, row.info_from, row.info_until)
        found[row.patient_id].add(fact)
    return found


def blocks_in_force(at: datetime) -> QuerySet[Block]:
    """Blocks that hold at ``at``."""
    return Block.objects.filter(since__lte=at).filter(Q(removed_at=None) | Q(removed_at__gt=at))


def _lifted_for(unit: uuid.UUID, at: datetime) -> Exists:
    return Exists(BlockLift.objects.filter(current(at), block=OuterRef("pk"), unit=unit))


def _who_work(keys: list[uuid.UUID], by: Commission, at: datetime) -> dict[uuid.UUID, uuid.UUID]:
    """Those of the patients who are the reader or work at the reader's unit now: patient to staff."""
    day = timezone.localdate(at)
    here = Commission.objects.filter(staff=OuterRef("staff"), unit=by.unit_id, since__lte=day).filter(
        Q(until=None) | Q(until__gt=day)
    )
    rows = OwnRecord.objects.filter(Q(staff=by.staff_id) | Exists(here), patient__in=keys)
    return dict(rows.values_list("patient", "staff"))


def patients_of(by: Commission, at: datetime) -> QuerySet[Patient]:
    """The patients whom the acting unit has a current care relation to: all that it may list or search."""
    if by.purpose not in {Commission.Purpose.CARE, Commission.Purpose.SOCIAL}:
        return Patient.objects.none()
    return Patient.objects.filter(related_to(by.unit_id, at)).exclude(own_record__staff=by.staff_id)


def related_to(unit: uuid.UUID, at: datetime, patient: str = "pk") -> Exists:
    """A condition: ``unit`` has a current care relation that opens the patient in the outer row's ``patient``."""
    held = CareRelation.objects.filter(current(at), unit=unit, patient=OuterRef(patient))
    return Exists(held.exclude(kind__in=FOLLOWS))


def related_units(patient: uuid.UUID, at: datetime) -> Q:
    """A condition on units: those with a current care relation that opens the patient."""
    held = CareRelation.objects.filter(current(at), patient=patient).exclude(kind__in=FOLLOWS)
    return Q(pk__in=held.values("unit"))
