"""Writes about the binder: a version is made and printed, printed again, and put in the home."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from narvard.access.guard import OpenPatient
from narvard.access.models import Consent
from narvard.care import book, rules
from narvard.care.binder.contents import gather
from narvard.care.binder.models import Binder, BinderPicture
from narvard.core import audit
from narvard.core.errors import Refused
from narvard.core.uploads import PHOTO, CleanFile
from narvard.organisation.models import CareUnit, Commission
from narvard.people.models import Patient

# As many as are looked through by somebody in a hurry.
MOST_PICTURES = 6
# Somebody else said yes, and must be named.
NOT_OWN_WORD = (Consent.How.GUARDIAN, Consent.How.CANNOT)


class TooManyPictures(Refused):
    """The binder holds as many pictures as it should."""


class NotAPicture(Refused):
    """Only a photo or a scanned drawing stands in the binder."""


class NoYesToPicture(Refused):
    """The person has not said yes to the picture, or somebody who cannot say it has nobody who did."""


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
    _tell(what, "binder", binder, by, at, action, f"version {binder.number}")


def _tell(
    what: str, kind: str, row: Binder | BinderPicture, by: Commission, at: datetime, action: str, reason: str
) -> None:
    audit.write(
        what,
        by=by,
        at=at,
        action=action,
        patients=[row.patient_id],
        object_kind=kind,
        object_id=row.pk,
        reason=reason,
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


@dataclass(frozen=True)
class Shown:
    """What a picture shows, and how the person said yes to it (for one who cannot: who did)."""

    title: str
    text: str
    how: str
    given_by: str = ""


@transaction.atomic
def add_picture(
    *, patient: Patient, file: CleanFile, shown: Shown, units: Iterable[CareUnit], by: Commission, at: datetime
) -> BinderPicture:
    """A cleaned photo, with the person's yes, for the next binder; sent to ``units`` that care for the person."""
    locked = book.open_book(patient).patient
    rules.refuse_dead(locked)
    rules.refuse_not_meeting(locked, by, at)
    if file.media_type != PHOTO:
        raise NotAPicture(_("Skicka ett foto. En teckning kan fotograferas."))
    if shown.how not in Consent.How.values or (shown.how in NOT_OWN_WORD and not shown.given_by.strip()):
        raise NoYesToPicture(_("Skriv vem som sa ja till bilden."))
    if BinderPicture.objects.filter(patient=locked, removed_at=None).count() >= MOST_PICTURES:
        raise TooManyPictures(_("Pärmen har redan %(n)d bilder. Ta bort en först.") % {"n": MOST_PICTURES})
    row = BinderPicture.objects.create(
        patient=locked,
        owner_unit=by.unit,
        title=rules.required(shown.title, _("Skriv vad bilden visar."))[:120],
        text=shown.text.strip()[:400],
        consent_how=shown.how,
        consent_given_by=shown.given_by.strip(),
        added_by=by,
        content=file.content,
        media_type=file.media_type,
        size=len(file.content),
        sha256=file.sha256,
        added_at=at,
    )
    sent = [unit for unit in units if unit.pk != by.unit_id]
    row.units.add(*sent)
    _tell("care.add_picture", "picture", row, by, at, audit.Action.WRITE, f"units {len(sent)}")
    return row


@transaction.atomic
def remove_picture(*, picture: BinderPicture, by: Commission, at: datetime) -> BinderPicture:
    """The picture no longer holds, or the person takes the yes back: it is printed no more."""
    book.open_book(picture.patient)
    rules.refuse_not_meeting(picture.patient, by, at)
    row = BinderPicture.objects.select_for_update().get(pk=picture.pk)
    if row.removed_at is None:
        row.removed_at, row.removed_by = at, by
        row.save(update_fields=["removed_at", "removed_by"])
    _tell("care.remove_picture", "picture", row, by, at, audit.Action.WRITE, "")
    return row
