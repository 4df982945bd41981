"""Telling the health centre that a person has been enrolled in home nursing, and its word that it has read so."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from narvard.access.guard import OpenPatient
from narvard.core import audit
from narvard.core.errors import Refused
from narvard.followup.registration.models import HomeNursingNotice
from narvard.followup.registration.queries import unsent
from narvard.organisation.models import Commission


class NothingToSend(Refused):
    """The person is not in the unit's home nursing, is listed nowhere, or the health centre has been told."""


class NotToYou(Refused):
    """The notice went to another unit."""


@transaction.atomic
def send_notice(*, opened: OpenPatient, by: Commission, at: datetime) -> HomeNursingNotice:
    """The home nursing unit tells the health centre where the person is listed, once."""
    patient = opened.patient
    if not unsent(at).filter(patient=patient, unit=by.unit_id).exists() or patient.listed_at is None:
        raise NothingToSend(_("Hälsocentralen vet det redan, eller så är personen inte inskriven i er hemsjukvård."))
    row = HomeNursingNotice.objects.create(
        patient=patient, owner_unit=by.unit, health_centre=patient.listed_at, sent_at=at, sent_by=by
    )
    _log("followup.send_notice", row, by, at)
    return row


@transaction.atomic
def read_notice(*, notice: HomeNursingNotice, by: Commission, at: datetime) -> HomeNursingNotice:
    """Somebody at the health centre has read it."""
    row = HomeNursingNotice.objects.select_for_update().get(pk=notice.pk)
    if row.health_centre_id != by.unit_id:
        raise NotToYou(_("Bara den hälsocentral som meddelandet gick till kan bekräfta det."))
    if row.read_at is None:
        row.read_at, row.read_by = at, by
        row.save(update_fields=["read_at", "read_by"])
        _log("followup.read_notice", row, by, at)
    return row


def _log(what: str, row: HomeNursingNotice, by: Commission, at: datetime) -> None:
    audit.write(what, by=by, at=at, patients=[row.patient_id], object_kind="homenursingnotice", object_id=row.pk)
