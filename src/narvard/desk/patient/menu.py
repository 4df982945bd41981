"""What can be done from the patient's page: by role, unit and what is true of the patient."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.care.models import Episode, Handover
from narvard.desk.patient.record import Record
from narvard.intake.queries import abilities_of
from narvard.organisation.models import CareUnit, Commission, Profession

Bed = Handover.Bed
Role = Commission.Role
# Those who give care at a unit that may have a contact or an enrolment of its own.
CARERS = (Role.TEAM, Role.PHYSICIAN, Role.MUNICIPAL)
# Those who may register that a person has died.
WITNESSES = (*CARERS, Role.WARD)
# Those who may register that a person has moved: those who give care at home, and the joint intake.
MOVERS = (*CARERS, Role.COORDINATOR)
# Those who ask the patient for a yes; the social services do for what they keep.
ASKERS = (*WITNESSES, Role.SOCIAL)
WRITERS = (*WITNESSES, Role.COORDINATOR, Role.SOCIAL)


@dataclass(frozen=True)
class Act:
    """One thing to do: its words and its page; ``primary`` is the one to do next."""

    label: str
    url: str
    primary: bool = False


def menu_of(record: Record, by: Commission, at: datetime) -> list[Act]:
    """The acts that the reader may do, the next one first."""
    if not record.part.relates:
        return _ward(record, by)
    if record.patient.died_at is not None:
        undo = Act(_("Dödsfallet registrerades av misstag"), reverse("patient:undo-death", args=[record.patient.pk]))
        return [undo] if by.role in WITNESSES and record.part.meets else []
    return [*_begin(record, by), *_carry_on(record, by, at), *_ward(record, by), *_write(record, by)]


def _begin(record: Record, by: Commission) -> list[Act]:
    if by.role not in CARERS:
        return []
    waiting = next((row for row in record.to_start if row.team_id == by.unit_id), None)
    if waiting is None and not record.part.knows:
        return []
    query = f"?begaran={waiting.pk}" if waiting else ""
    enrolled = record.own is not None and record.own.kind == Episode.Kind.ENROLMENT
    acts = []
    if not enrolled:
        acts.append(Act(_("Skriv in"), reverse("patient:enrol", args=[record.patient.pk]) + query, waiting is not None))
    if waiting is not None or record.own is None:
        acts.append(Act(_("Påbörja kontakt"), reverse("patient:contact", args=[record.patient.pk]) + query))
    return acts


def _carry_on(record: Record, by: Commission, at: datetime) -> list[Act]:
    own = record.own
    over = Act(_("Lämna över"), reverse("handover:new", args=[record.patient.pk]))
    if own is None or by.role not in CARERS:
        return [over] if record.part.holds and by.role in WITNESSES else []
    acts = [
        Act(_("Nytt besök"), reverse("planner:new-visit", args=[own.pk])),
        Act(_("Besök som behövs"), reverse("planner:new-need", args=[own.pk])),
    ]
    if own.kind == Episode.Kind.ENROLMENT or record.part.holds:
        acts.insert(0, over)
    if own.form in {Episode.Form.DATED_ORDER, Episode.Form.CONSULT}:
        acts.insert(
            0, Act(_("Svara den som frågade"), reverse("patient:answer", args=[own.pk]), own.answered_at is None)
        )
    acts += [Act(label, reverse(f"handover:{bed}", args=[own.pk])) for bed, label in _beds(record, by, at)]
    return [*acts, Act(_("Avsluta hos oss"), reverse("patient:end", args=[own.pk]))]


def _beds(record: Record, by: Commission, at: datetime) -> list[tuple[str, str]]:
    """The beds that the unit's programme lets it ask for."""
    if by.unit.kind != CareUnit.Kind.TEAM or record.stay is not None:
        return []
    words = {Bed.DIRECT_ADMISSION: _("Begär direktinläggning"), Bed.SHORT_TERM_PLACE: _("Begär korttidsplats")}
    abilities = abilities_of(by.unit_id, timezone.localdate(at))
    return [(bed.value, label) for bed, label in words.items() if bed in abilities]


def _ward(record: Record, by: Commission) -> list[Act]:
    if by.role != Role.WARD:
        return []
    key = record.patient.pk
    if record.stay is None:
        undo = Act(_("Utskrivningen registrerades av misstag"), reverse("patient:undo-discharge", args=[key]))
        ours = record.came_home is not None and record.came_home.ward_id == by.unit_id and record.part.relates
        again = Act(_("Inlagd hos oss"), reverse("patient:admit", args=[key]), primary=True)
        return [again, undo] if ours else [again]
    if record.stay.ward_id != by.unit_id:
        return []
    return [
        Act(_("Utskriven"), reverse("patient:discharge", args=[key]), primary=True),
        Act(_("Planera utskrivningsdag"), reverse("patient:plan-discharge", args=[key])),
        Act(_("Inläggningen registrerades av misstag"), reverse("patient:undo-admission", args=[key])),
    ]


def _write(record: Record, by: Commission) -> list[Act]:
    key = record.patient.pk
    acts = []
    if by.role in WRITERS:
        acts.append(Act(_("Skriv vad som är viktigt"), reverse("patient:matters", args=[key])))
    if by.role in ASKERS:
        acts.append(Act(_("Tidiga tecken"), reverse("intake:early-tell", args=[key])))
        acts.append(Act(_("Samtycke"), reverse("patient:consent", args=[key])))
    if by.role in Commission.CARING:
        acts.append(Act(_("Spärrar"), reverse("patient:blocks", args=[key])))
    if by.role in MOVERS and record.stay is None and (record.part.carries or by.role == Role.COORDINATOR):
        acts.append(Act(_("Flyttat till annan kommun"), reverse("patient:move", args=[key])))
        if record.has_moved:
            acts.append(Act(_("Flytten registrerades av misstag"), reverse("patient:undo-move", args=[key])))
    if by.role in WITNESSES:
        if record.part.meets:
            acts.append(Act(_("Ny plan"), reverse("plans:choose", args=[key])))
            acts.append(Act(_("Pärm"), reverse("plans:binder", args=[key])))
            acts.append(Act(_("Ta upp på konferens"), reverse("conference:put-up", args=[key])))
            if by.staff.profession == Profession.PHYSICIAN:
                acts.append(Act(_("Behovslåda"), reverse("plans:kit-place", args=[key])))
        if record.part.carries:
            acts.append(Act(_("Fast kontakt"), reverse("patient:designate", args=[key])))
        if record.part.meets:
            acts.append(Act(_("Ombud"), reverse("patient:representatives", args=[key])))
            acts.append(Act(_("Registrera dödsfall"), reverse("patient:death", args=[key])))
    return acts
