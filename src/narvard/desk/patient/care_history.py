"""Stays, deaths, duties that were done, what was brought, and named contacts as entries of the patient's timeline."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from narvard.access.guard import OpenPatient
from narvard.care.models import Death, DesignatedContact, HospitalStay, Move, Supply
from narvard.care.queries import patient_duties
from narvard.desk.plans.door import Veil
from narvard.ui.parts import Entry


def stay_entries(opened: OpenPatient) -> Iterator[Entry]:
    """The admission, who was told, ready to go home, home; one that was registered by mistake."""
    stays = HospitalStay.objects.filter(patient=opened.patient).select_related("ward", "owner_unit")
    for stay in opened.readable(stays.prefetch_related("undone_discharges__owner_unit")):
        yield from _undone_discharges(opened, stay)
        ward, url = {"ward": stay.ward.name}, reverse("discharge:page", args=[stay.pk])
        if stay.undone_at is not None:
            words = _("Inläggning på %(ward)s registrerad av misstag, återtagen") % ward
            yield Entry(stay.undone_at, words, stay.undo_reason)
            continue
        yield Entry(stay.admitted_at, _("Inlagd på %(ward)s") % ward, url=url)
        if stay.notice_sent_at is not None:
            yield Entry(stay.notice_sent_at, _("Inskrivningsmeddelande från %(ward)s") % ward, url=url)
        if stay.ready_told_at is not None:
            yield Entry(stay.ready_told_at, _("Utskrivningsklar från %(ward)s") % ward, url=url)
        if stay.discharged_at is not None:
            yield Entry(stay.discharged_at, _("Utskriven från %(ward)s") % ward, url=url)


def _undone_discharges(opened: OpenPatient, stay: HospitalStay) -> Iterator[Entry]:
    """Discharges of the stay that were registered by mistake."""
    for row in opened.readable(stay.undone_discharges.all()):
        words = _("Utskrivning från %(ward)s registrerad av misstag, återtagen") % {"ward": stay.ward.name}
        yield Entry(row.undone_at, words, row.reason, url=reverse("discharge:page", args=[stay.pk]))


def move_entries(opened: OpenPatient) -> Iterator[Entry]:
    """Moves to another municipality; where to is told only to those who may know it."""
    for row in opened.readable(Move.objects.filter(patient=opened.patient).select_related("owner_unit")):
        where = {"municipality": row.to_name}
        if row.undone_at is not None:
            yield Entry(row.undone_at, _("Flytt registrerad av misstag, återtagen"), row.undo_reason)
        elif opened.sees_place:
            yield Entry(row.moved_at, _("Flyttade till %(municipality)s") % where)
        else:
            yield Entry(row.moved_at, _("Flyttade till en annan kommun"))


def death_entries(opened: OpenPatient) -> Iterator[Entry]:
    """A death, and one that was registered by mistake."""
    for death in opened.readable(Death.objects.filter(patient=opened.patient).select_related("owner_unit")):
        if death.undone_at is None:
            yield Entry(death.died_at, _("Avliden"))
        else:
            yield Entry(death.undone_at, _("Dödsfall registrerat av misstag, återtaget"), death.undo_reason)


def duty_entries(opened: OpenPatient, veil: Veil) -> Iterator[Entry]:
    """What was due and was done."""
    for row in opened.readable(patient_duties(opened.patient).exclude(done_at=None)):
        if row.done_at is not None and row.done_by is not None:
            what = veil.over(row.what) or row.get_kind_display()
            who = f"{row.done_by.staff.name}, {row.unit.name}"
            yield Entry(row.done_at, _("Klart: %(what)s") % {"what": what}, veil.over(row.note), who, "done")


def supply_entries(opened: OpenPatient, veil: Veil) -> Iterator[Entry]:
    """Equipment, aids and supplies that came to the home."""
    rows = Supply.objects.filter(patient=opened.patient).exclude(delivered_at=None)
    for row in opened.readable(rows.select_related("unit", "owner_unit", "delivered_by__staff")):
        if row.delivered_at is not None and row.delivered_by is not None:
            words = {"what": veil.over(row.what), "amount": row.amount}
            title = _("Levererat hem: %(what)s %(amount)s") % words
            yield Entry(row.delivered_at, title.strip(), "", row.delivered_by.staff.name, "done")


def contact_entries(opened: OpenPatient) -> Iterator[Entry]:
    """Who was named as a contact, and until when."""
    rows = DesignatedContact.objects.filter(patient=opened.patient).select_related("staff", "unit", "owner_unit")
    for row in opened.readable(rows):
        words = {"kind": capfirst(str(row.get_kind_display())), "name": row.staff.name}
        yield Entry(row.since, _("%(kind)s: %(name)s") % words, "", row.unit.name)
        if row.until is not None:
            yield Entry(row.until, _("%(kind)s: %(name)s, avslutad") % words, "", row.unit.name)
