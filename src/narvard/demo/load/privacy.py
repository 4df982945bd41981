"""What some patients have asked for or met: blocks, a lift, a nurse who is a patient, an emergency in the night."""

import uuid
from datetime import datetime, timedelta

from narvard.access import actions
from narvard.access.models import Block, CareRelation, Consent, EmergencyOpening, Representative
from narvard.access.queries import current
from narvard.access.signin.eid import person_key
from narvard.core import audit
from narvard.demo import sources
from narvard.demo.load.world import World
from narvard.organisation.models import Commission, Staff
from narvard.people.identifiers import Identifier
from narvard.people.models import InformationKind, Patient, PatientIdentifier
from narvard.visits.models import VisitNote

# How many patients have blocked what a unit wrote of them: from other providers, and from all other units.
OUTER, INNER = 5, 3
_DAYS_AGO = 9
# Patients of the cast with a representative, the first of their relatives.
REPRESENTED = {"sture": Representative.Kind.CHOSEN, "elias": Representative.Kind.GUARDIAN}


def load_privacy(world: World) -> None:
    """Each by the action a person would have used; the same patients each time."""
    blocks = _blocks(world)
    _lift(world, blocks[0])
    _colleague(world)
    _emergency(world, blocks[1])
    _representatives(world)


def _blocks(world: World) -> list[Block]:
    """Blocks of patients who let their record be shared, set by one who wrote in it."""
    shares = Consent.objects.filter(kind=Consent.Kind.SHARED_RECORD).values("patient")
    notes = VisitNote.objects.filter(patient__in=shares).select_related("patient", "author__unit", "author__staff")
    latest = {note.patient_id: note for note in notes.order_by("patient__sort_key", "pk")}
    chosen = list(latest.values())[:: max(1, len(latest) // (OUTER + INNER))][: OUTER + INNER]
    return [
        actions.block(
            patient=note.patient,
            scope=Block.Scope.INNER if turn >= OUTER else Block.Scope.OUTER,
            unit=note.author.unit,
            information_kind=note.information_kind if turn % 2 else "",
            by=note.author,
            at=world.clock(-_DAYS_AGO + turn, 14 * 60),
        )
        for turn, note in enumerate(chosen)
    ]


def _lift(world: World, block: Block) -> None:
    """The patient lets one unit see it for some days."""
    reader = _caring_elsewhere(block.patient, block.provider_id)
    at = world.clock(-1, 15 * 60)
    reason = "Patienten sa ja inför läkemedelsgenomgången."
    actions.lift_block(
        block=block, unit=reader.unit, until=at + timedelta(days=5), reason=reason, by=block.recorded_by, at=at
    )


def _caring_elsewhere(patient: Patient, provider: uuid.UUID) -> Commission:
    """Somebody who gives care at another provider's unit that has a relation to the patient."""
    units = CareRelation.objects.filter(patient=patient, until=None).exclude(kind=CareRelation.Kind.SENT)
    rows = Commission.objects.filter(unit__in=units.values("unit"), role__in=Commission.CARING, purpose="care")
    return rows.exclude(unit__provider=provider).select_related("unit", "staff").order_by("hsa_id")[0]


def _colleague(world: World) -> None:
    """A member of staff is also a patient of a unit where she works, so that her colleagues must choose to look."""
    grown = [row for row in world.patients if 25 <= world.date.year - row.birth_date.year <= 64 and not row.hidden]
    at = world.clock(-30, 9 * 60)
    for patient in grown:
        held = CareRelation.objects.filter(patient=patient, until=None, kind=CareRelation.Kind.ENROLMENT)
        staff = Staff.objects.filter(user=None, commissions__unit__in=held.values("unit"), own_record=None)
        person = staff.order_by("sort_key", "pk").first()
        if person is not None:
            actions.mark_own_record(staff=person, patient=patient, by=audit.SYSTEM, at=at)
            return


def _representatives(world: World) -> None:
    """A wife whom the patient has chosen and a child's guardian, who may sign in to the patients' own pages."""
    at = world.clock(-14, 10 * 60)
    taken = {person.number for person in world.people}
    free = (number for number in sources.official_numbers() if number not in taken)
    for key, kind in REPRESENTED.items():
        patient = world.patient(key)
        actions.add_representative(
            patient=patient,
            person_key=person_key(Identifier(PatientIdentifier.System.PERSONNUMMER, next(free), None)),
            name=patient.relatives.all()[0].name,
            kind=kind,
            by=_caring_for(patient, at),
            at=at,
        )


def _caring_for(patient: Patient, at: datetime) -> Commission:
    """Somebody who gives care at a unit that then had a relation to the patient."""
    units = CareRelation.objects.filter(current(at), patient=patient).exclude(kind=CareRelation.Kind.SENT)
    rows = Commission.objects.filter(unit__in=units.values("unit"), role__in=Commission.CARING, purpose="care")
    return rows.select_related("unit", "staff").order_by("hsa_id")[0]


def _emergency(world: World, block: Block) -> None:
    """The ambulance opened what was blocked, at night, and the reviewer has it to look at."""
    actions.open_emergency(
        patient=block.patient,
        danger=EmergencyOpening.Danger.LIFE,
        kinds=[InformationKind.MEDICAL, InformationKind.NURSING],
        reason="Medvetslös vid ankomst, ingen närstående på plats. Behöver läkemedel och överkänslighet.",
        by=world.anybody_at("ambulance"),
        at=world.clock(0, 3 * 60 + 20),
    )
