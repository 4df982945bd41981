"""Designated contacts: the named persons whom the patient and colleagues turn to."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.care import book, queries, rules
from narvard.care.models import DesignatedContact
from narvard.core import audit
from narvard.core.errors import Refused
from narvard.organisation.models import CareUnit, Commission, Profession, Staff
from narvard.people.models import Patient

Kind = DesignatedContact.Kind
PHYSICIAN_KINDS = frozenset({Kind.PHYSICIAN_CONTACT, Kind.PAL})
ONLY_ONE = frozenset({Kind.CARE_CONTACT, Kind.PHYSICIAN_CONTACT, Kind.PAL})


class NotAtUnit(Refused):
    """The person has no commission at the unit."""


class NotPhysician(Refused):
    """A fixed physician contact and a PAL are physicians."""


class AlreadyNamed(Refused):
    """The person is that contact already: two contact persons are two people."""


class DeputyAway(Refused):
    """A deputy who is on leave answers nobody."""


class DesignationEnded(Refused):
    """The designation has already ended."""


@transaction.atomic
def designate_contact(
    *, patient: Patient, kind: str, staff: Staff, unit: CareUnit, by: Commission, at: datetime
) -> DesignatedContact:
    """Name a contact from ``at``; the earlier one of the same kind ends, where there is only one."""
    opened = book.open_book(patient)
    rules.refuse_dead(opened.patient)
    rules.refuse_closed(unit, at)
    rules.refuse_other(unit, by)
    rules.refuse_not_carrying(opened.patient, by, at)
    if not queries.works_at(staff, unit.pk, timezone.localdate(at)):
        raise NotAtUnit(_("%(staff)s har inget uppdrag hos %(unit)s.") % {"staff": staff.name, "unit": unit.name})
    if kind in PHYSICIAN_KINDS and staff.profession != Profession.PHYSICIAN:
        raise NotPhysician(_("%(staff)s är inte läkare.") % {"staff": staff.name})
    if DesignatedContact.objects.filter(patient=patient, kind=kind, staff=staff, unit=unit, until=None).exists():
        raise AlreadyNamed(_("%(staff)s är redan utsedd till det.") % {"staff": staff.name})
    if kind == Kind.DEPUTY and (away := queries.leave_of(staff.pk, timezone.localdate(at), timezone.localdate(at))):
        raise DeputyAway(
            _("%(staff)s är ledig till och med %(day)s. Utse någon annan.") % {"staff": staff.name, "day": away.until}
        )
    if kind in ONLY_ONE:
        DesignatedContact.objects.filter(patient=patient, kind=kind, until=None).update(until=at)
    contact = DesignatedContact.objects.create(
        patient=patient, owner_unit=unit, kind=kind, staff=staff, unit=unit, since=at, recorded_by=by
    )
    _log("care.designate_contact", contact, by, at)
    return contact


@transaction.atomic
def end_designation(*, contact: DesignatedContact, by: Commission, at: datetime) -> DesignatedContact:
    """The contact ends at ``at``."""
    opened = book.open_book(contact.patient)
    rules.refuse_not_carrying(opened.patient, by, at)
    row = DesignatedContact.objects.get(pk=contact.pk)
    if row.until is not None:
        raise DesignationEnded(_("Kontakten är redan avslutad."))
    row.until = at
    row.save(update_fields=["until"])
    _log("care.end_designation", row, by, at)
    return row


def _log(what: str, contact: DesignatedContact, by: Commission, at: datetime) -> None:
    audit.write(
        what,
        by=by,
        at=at,
        patients=[contact.patient_id],
        object_kind="designatedcontact",
        object_id=contact.pk,
        reason=f"{contact.kind} {contact.staff_id}",
    )
