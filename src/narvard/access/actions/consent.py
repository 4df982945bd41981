"""Writes of the patient's yes, and of its withdrawal."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.access import guard
from narvard.access.models import (
    Consent,
)
from narvard.core import audit
from narvard.core.errors import Refused
from narvard.organisation.models import CareProvider, Commission
from narvard.people.models import Patient
from narvard.people.queries import is_adult


class ConsentNotRecorded(Refused):
    """A consent lacks what the law asks for."""


@transaction.atomic
def record_consent(
    *,
    patient: Patient,
    kind: Consent.Kind,
    how: Consent.How,
    by: Commission,
    at: datetime,
    given_by: str = "",
    assessment: str = "",
    attitude: str = "",
    nothing_against: bool = False,
    provider: CareProvider | None = None,
    until: datetime | None = None,
) -> Consent:
    """Record the patient's yes, a guardian's for a child, or the assessment of one who cannot give it.

    It is told to a unit that has a care relation.
    For one who cannot, the law asks that the attitude has been looked into as far as possible, that nothing
    tells that the person would be against it, and that the care needs it (lag 2022:913 3 kap.).
    """
    guard.refuse_unrelated(patient, by=by, at=at)
    _check_consent(patient, how, at, given_by, assessment, attitude, nothing_against)
    if until is not None and until <= at:
        raise ConsentNotRecorded(_("Samtycket kan inte sluta innan det börjar."))
    consent = Consent.objects.create(
        patient=patient,
        kind=kind,
        how=how,
        given_by=given_by.strip(),
        assessment=assessment.strip(),
        attitude=attitude.strip(),
        nothing_against=nothing_against,
        provider=provider,
        since=at,
        until=until,
        recorded_by=by,
    )
    audit.write(
        "access.record_consent",
        by=by,
        at=at,
        patients=[patient.pk],
        object_kind="consent",
        object_id=consent.pk,
        reason=f"{kind} {how} {'for ' + str(provider.pk) if provider else 'for every provider'}",
    )
    return consent


def _check_consent(
    patient: Patient,
    how: Consent.How,
    at: datetime,
    given_by: str,
    assessment: str,
    attitude: str,
    nothing_against: bool,
) -> None:
    if how == Consent.How.CANNOT:
        if not assessment.strip() or not attitude.strip():
            raise ConsentNotRecorded(
                _("Skriv bedömningen: varför personen inte kan samtycka, och hur inställningen har undersökts.")
            )
        if not nothing_against:
            raise ConsentNotRecorded(_("Om något talar för att personen hade sagt nej får uppgifterna inte lämnas ut."))
    if how == Consent.How.GUARDIAN:
        if not given_by.strip():
            raise ConsentNotRecorded(_("Skriv vilken vårdnadshavare som sa ja."))
        if is_adult(patient, timezone.localdate(at)):
            raise ConsentNotRecorded(_("En vårdnadshavare kan bara samtycka för den som är under 18 år."))


@transaction.atomic
def withdraw_consent(*, consent: Consent, by: audit.Actor, at: datetime, says: str = "") -> None:
    """Withdraw a consent; it stops at once. A repeat changes nothing: when it stopped is history.

    The patient does it alone, or through a unit that has a care relation.
    ``says`` is the reason that the log keeps, such as that the patient did it on their own page.
    """
    guard.refuse_stranger(consent.patient, by=by, at=at)
    consent.withdrawn_at = Consent.objects.select_for_update().get(pk=consent.pk).withdrawn_at
    if consent.withdrawn_at is not None:
        return
    consent.withdrawn_at = at
    consent.save(update_fields=["withdrawn_at"])
    audit.write(
        "access.withdraw_consent",
        by=by,
        at=at,
        patients=[consent.patient_id],
        object_kind="consent",
        object_id=consent.pk,
        reason=says,
    )
