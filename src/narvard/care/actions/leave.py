"""A named contact is on leave, and who answers meanwhile."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.care import book, queries, rules
from narvard.care.models import ContactLeave, DesignatedContact
from narvard.core import audit
from narvard.core.errors import Refused
from narvard.organisation.models import Commission, Staff


class LeaveNotValid(Refused):
    """The days run backwards or have been, or the contact is on leave already."""


class DeputyOnLeave(Refused):
    """The deputy is on leave too, or does not work at the contact's unit."""


@transaction.atomic
def record_leave(
    *,
    contact: DesignatedContact,
    since: date,
    until: date,
    deputy: Staff | None,
    by: Commission,
    at: datetime,
) -> ContactLeave:
    """The contact is away from ``since`` to and with ``until``; ``deputy`` answers, else the unit does."""
    opened = book.open_book(contact.patient)
    rules.refuse_dead(opened.patient)
    rules.refuse_other(contact.unit, by)
    if until < since or until < timezone.localdate(at):
        raise LeaveNotValid(_("Sista dagen måste ligga efter den första och inte ha varit."))
    if ContactLeave.objects.filter(contact=contact, since__lte=until, until__gte=since).exists():
        raise LeaveNotValid(_("Ledigheten är redan skriven för de dagarna."))
    if deputy is not None:
        _refuse_deputy(contact, deputy, since, until)
    row = ContactLeave.objects.create(
        patient=contact.patient,
        owner_unit=contact.owner_unit,
        contact=contact,
        since=since,
        until=until,
        deputy=deputy,
        recorded_at=at,
        recorded_by=by,
    )
    audit.write(
        "care.record_leave",
        by=by,
        at=at,
        patients=[row.patient_id],
        object_kind="designatedcontact",
        object_id=contact.pk,
        reason=f"{since}–{until}",
    )
    return row


def _refuse_deputy(contact: DesignatedContact, deputy: Staff, since: date, until: date) -> None:
    if deputy.pk == contact.staff_id:
        raise DeputyOnLeave(_("Välj någon annan än den som är ledig."))
    if not queries.works_at(deputy, contact.unit_id, since):
        raise DeputyOnLeave(_("%(staff)s har inget uppdrag hos enheten.") % {"staff": deputy.name})
    away = queries.leave_of(deputy.pk, since, until)
    if away is not None:
        raise DeputyOnLeave(
            _("%(staff)s är också ledig, till och med %(day)s. Välj någon annan.")
            % {"staff": deputy.name, "day": away.until}
        )
