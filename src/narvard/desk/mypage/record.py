"""What a patient's own page shows, and the reduced one of a representative. No address stands on either."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext as _

from narvard.access.models import Block, Consent, Representative
from narvard.access.queries import blocks_in_force, current
from narvard.access.signin.eid import in_force
from narvard.care import presenters, queries
from narvard.care.models import DesignatedContact, HospitalStay
from narvard.care.plans.queries import on_own_page
from narvard.core.models import AuditEvent, AuditSubject
from narvard.desk.plans.lines import PlanLine, lines_of
from narvard.organisation.models import CareUnit
from narvard.organisation.queries import whom_to_call, with_hours
from narvard.people.models import Patient, WhatMatters
from narvard.people.queries import what_matters
from narvard.ui.parts import Holder
from narvard.visits.models import Visit
from narvard.visits.queries import next_visits

# The act by which the log knows a representative's look.
OPENED_BY_REPRESENTATIVE = "mypage.open_as_representative"


@dataclass(frozen=True)
class NextVisit:
    """A visit to come: when, who comes, and for the patient what for."""

    visit: Visit
    who: list[str]
    what: str


@dataclass(frozen=True)
class NamedContact:
    """A named contact, and the leaves that run or are to come with who answers then."""

    row: DesignatedContact
    ahead: list[queries.Answering]

    @property
    def away(self) -> list[presenters.Away]:
        """The leaves in words, in the language of whoever asks."""
        return [words for row in self.ahead if (words := presenters.away(row)) is not None]


@dataclass(frozen=True)
class OwnPage:
    """The page in its order. What a representative does not see is empty."""

    patient: Patient
    holders: list[Holder]
    calls: presenters.Calls
    stay: HospitalStay | None
    contacts: list[NamedContact]
    visits: list[NextVisit]
    matters: WhatMatters | None = None
    kept_by: CareUnit | None = None
    consents: list[Consent] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    representatives: list[Representative] = field(default_factory=list)
    plans: list[PlanLine] = field(default_factory=list)


def reduced_page(patient: Patient, at: datetime) -> OwnPage:
    """For a representative: who is responsible, whom to call, when somebody comes."""
    answers = queries.responsible(patient, at)
    stay = queries.open_stay(patient)
    return OwnPage(
        patient=patient,
        holders=presenters.holder_lines(answers, [], at),
        calls=_calls(stay.ward if stay else patient.listed_at, answers, at),
        stay=stay,
        contacts=_contacts(patient, at),
        visits=[NextVisit(row, _who(row), "") for row in next_visits(patient, at)],
    )


def _contacts(patient: Patient, at: datetime) -> list[NamedContact]:
    contacts = list(queries.contacts_of(patient, at))
    ahead = queries.leaves_ahead(contacts, at)
    return [NamedContact(row, ahead.get(row.pk, [])) for row in contacts]


def own_page(patient: Patient, at: datetime) -> OwnPage:
    """Everything on the patient's own page."""
    part = reduced_page(patient, at)
    given = Consent.objects.filter(current(at), patient=patient).exclude(withdrawn_at__lte=at)
    return OwnPage(
        patient=patient,
        holders=part.holders,
        calls=part.calls,
        stay=part.stay,
        contacts=part.contacts,
        visits=[NextVisit(row.visit, row.who, row.visit.what) for row in part.visits],
        matters=what_matters(patient),
        kept_by=keeper_of(patient, at),
        consents=list(given.select_related("provider", "recorded_by__unit__provider")),
        blocks=list(blocks_in_force(at).filter(patient=patient).select_related("provider", "unit")),
        representatives=list(in_force(at).filter(patient=patient)),
        plans=lines_of(on_own_page(patient.pk), at),
    )


def looks_of_representatives(patient: Patient, since: datetime, until: datetime) -> list[tuple[str, datetime]]:
    """Who of the representatives opened the page during [since, until), and when; newest first."""
    rows = AuditSubject.objects.filter(
        patient=patient.pk, at__gte=since, at__lt=until, event__what=OPENED_BY_REPRESENTATIVE
    ).exclude(event__action=AuditEvent.Action.DENIED)
    names = {str(row.pk): row.name for row in Representative.objects.filter(patient=patient)}
    looks = rows.order_by("-at", "-pk").values_list("event__object_id", "at")
    return [(names[key], at) for key, at in looks if key in names]


def keeper_of(patient: Patient, at: datetime) -> CareUnit | None:
    """The unit that keeps what the patient writes: who coordinates now, else the health centre."""
    holders = queries.main_holders([patient.pk], at)
    return holders.get((patient.pk, "coordination")) or patient.listed_at


def _calls(carrier: CareUnit | None, answers: list[queries.Answer], at: datetime) -> presenters.Calls:
    """Numbers of those who are responsible; where nobody is, of the ward or the health centre."""
    unit = with_hours(CareUnit.objects.filter(pk=carrier.pk)).first() if carrier else None
    night = queries.next_night(at)
    return presenters.calls(
        answers, whom_to_call(unit, at) if unit else None, whom_to_call(unit, night) if unit else None
    )


def _who(visit: Visit) -> list[str]:
    """Who comes: by first name and profession where somebody is planned, else the profession and the unit."""
    said = []
    for role in visit.roles.all():
        if role.shift is not None:
            staff = role.shift.commission.staff
            said.append(f"{staff.given_name}, {staff.get_profession_display()}")
        else:
            said.append(f"{role.get_profession_display() or _('någon')}, {role.unit.name}")
    return said
