"""Writes about the binder: a version is made and printed, printed again, and put in the home."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from narvard.access.guard import OpenPatient
from narvard.care import book, rules
from narvard.care.binder.contents import gather
from narvard.care.binder.models import Binder
from narvard.core import audit
from narvard.core.errors import Refused
from narvard.organisation.models import Commission


class AlreadyThere(Refused):
    """That version already lies in the home, or a newer one does."""


@transaction.atomic
def make_binder(*, opened: OpenPatient, by: Commission, at: datetime) -> Binder:
    """A new version with what holds now, of what ``by`` may read; logged as a print."""
    locked = book.open_book(opened.patient).patient
    rules.refuse_dead(locked)
    rules.refuse_not_meeting(locked, by, at)
    found = gather(opened, at)
    newest = Binder.objects.filter(patient=locked).order_by("-number").first()
    binder = Binder.objects.create(
        patient=locked,
        owner_unit=by.unit,
        number=(newest.number if newest else 0) + 1,
        content=found.content,
        basis=found.basis,
        made_at=at,
        made_by=by,
    )
    binder.units.add(*found.units)
    _log("care.make_binder", binder, by, at)
    return binder


def _log(what: str, binder: Binder, by: Commission, at: datetime, action: str = audit.Action.PRINT) -> None:
    audit.write(
        what,
        by=by,
        at=at,
        action=action,
        patients=[binder.patient_id],
        object_kind="binder",
        object_id=binder.pk,
        reason=f"version {binder.number}",
    )


@transaction.atomic
def print_binder(*, binder: Binder, by: Commission, at: datetime) -> Binder:
    """The version is printed (again); logged as a print."""
    _log("care.print_binder", binder, by, at)
    return binder


@transaction.atomic
def place_binder(*, binder: Binder, by: Commission, at: datetime) -> Binder:
    """The version has been put in the home in place of the one that lay there."""
    locked = book.open_book(binder.patient).patient
    rules.refuse_not_meeting(locked, by, at)
    row = Binder.objects.select_for_update().get(pk=binder.pk)
    if Binder.objects.filter(patient=locked, number__gte=row.number).exclude(placed_at=None).exists():
        raise AlreadyThere(_("Den versionen, eller en nyare, ligger redan i hemmet."))
    row.placed_at, row.placed_by = at, by
    row.save(update_fields=["placed_at", "placed_by"])
    _log("care.place_binder", row, by, at, audit.Action.WRITE)
    return row
