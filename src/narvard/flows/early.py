"""Early signs become a case at the health centre: told by those who meet the person, or found in known visits."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from narvard.care import actions as care
from narvard.care import rules
from narvard.care.models import DesignatedContact
from narvard.core import audit
from narvard.core.errors import Refused
from narvard.intake.early import actions, queries
from narvard.intake.early.models import EarlyCase
from narvard.organisation.models import CareUnit, Commission
from narvard.people.actions import record_fact
from narvard.people.models import Fact, InformationKind, Patient

# How far back the tick looks for new facts; longer than it is ever likely to stand still.
_BACK = timedelta(days=7)


class NobodyLooks(Refused):
    """The person is listed at no health centre that could look at it."""


@transaction.atomic
def tell_early_signs(
    *, patient: Patient, signs: Mapping[str, object], seen: str, agreed: bool, by: Commission, at: datetime
) -> EarlyCase:
    """Keep the signs as facts, and tell the health centre where the person is listed."""
    rules.refuse_unrelated(patient, by, at)
    made = {name: value for name, value in signs.items() if queries.counts(name, value)}
    case = actions.open_early_case(
        patient=patient, receiver=_receiver(patient), markers=made, seen=seen, agreed=agreed, by=by, at=at
    )
    for name, value in signs.items():
        record_fact(
            patient=patient, name=name, value=value, source=Fact.Source.SENDER, source_text=str(by.unit), by=by,
            at=at, information_kind=InformationKind.COORDINATION,
        )  # fmt: skip
    return case


def _receiver(patient: Patient) -> CareUnit:
    unit = patient.listed_at
    if unit is None or unit.kind != CareUnit.Kind.HEALTH_CENTRE:
        raise NobodyLooks(_("Personen är inte listad vid någon hälsocentral här. Ring den som är närmast."))
    return unit


@transaction.atomic
def name_contact(
    *, case: EarlyCase, person: Commission, by: Commission, at: datetime, version: int | None = None
) -> EarlyCase:
    """The unit names one of its own as the person's designated contact, and the case ends."""
    ended = actions.end_with_contact(case=case.pk, by=by, at=at, version=version)
    kind = DesignatedContact.Kind.CARE_CONTACT
    care.designate_contact(patient=case.patient, kind=kind, staff=person.staff, unit=person.unit, by=by, at=at)
    return ended


def find_frequent_visits(at: datetime) -> int:
    """Open a case for each whose known visits make them a frequent visitor; a part of ``narvard tick``."""
    found = [
        fact
        for fact in queries.found_by_visits(at - _BACK, at)
        if fact.patient.listed_at and fact.patient.listed_at.kind == CareUnit.Kind.HEALTH_CENTRE
    ]
    for fact in found:
        actions.open_early_case(
            patient=fact.patient,
            receiver=_receiver(fact.patient),
            markers={fact.name: fact.value},
            by=audit.SYSTEM,
            at=at,
        )
    return len(found)
