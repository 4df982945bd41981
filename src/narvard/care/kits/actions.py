"""Writes about needs kits: prescribe and place, fill, give, say the effect, discard, teach, stop, return."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.care import book, rules
from narvard.care.kits.contents import Content, templates
from narvard.care.kits.models import KitEvent, KitItem, NeedsKit
from narvard.care.kits.stock import lots_of, stock_of
from narvard.core import audit, once
from narvard.core.errors import Refused
from narvard.organisation.models import CareUnit, Commission, Profession
from narvard.people.models import Patient

Kind, Flag = KitEvent.Kind, KitEvent.Flag
LICENSED = frozenset({Profession.PHYSICIAN, Profession.NURSE, Profession.DISTRICT_NURSE})
DAY = timedelta(days=1)


class NotPrescriber(Refused):
    """Only a physician prescribes."""


class NotLicensed(Refused):
    """Only nurses and physicians handle the kit."""


class NotYourKit(Refused):
    """The unit is not among those that open the kit."""


class NothingPrescribed(Refused):
    """A kit without a prescribed medicine, or a medicine that the kit does not hold."""


class KitAlreadyThere(Refused):
    """A kit of the kind already lies in the home."""


class KitReturned(Refused):
    """The kit has been taken back."""


class CannotFill(Refused):
    """What was to be put in has expired, or is nothing."""


class NotADose(Refused):
    """The event is no given dose, or its time is not right."""


@dataclass(frozen=True)
class Prescription:
    """A dose when needed: what, how and how often in words, most per day, and whether taught relatives may give it."""

    dose: str
    most_per_day: int | None = None
    relatives: bool = False


@dataclass(frozen=True)
class Fill:
    """What was put in of one medicine."""

    item: KitItem
    amount: int
    batch: str
    expires_on: date


@transaction.atomic
def place_kit(
    *,
    patient: Patient,
    template: str,
    place: str,
    doses: Mapping[str, Prescription],
    units: Iterable[CareUnit],
    by: Commission,
    at: datetime,
) -> NeedsKit:
    """A physician prescribes a kit for the person; ``doses`` by the medicines' keys, those left out are not in it."""
    opened = book.open_book(patient)
    rules.refuse_dead(opened.patient)
    rules.refuse_not_meeting(opened.patient, by, at)
    _refuse_not_physician(by)
    known = templates().get(template)
    wanted = [row for row in known.items if row.key in doses] if known else []
    if not wanted:
        raise NothingPrescribed(_("Ordinera minst ett läkemedel i lådan."))
    if NeedsKit.objects.filter(patient=patient, template=template, returned_at=None).exists():
        raise KitAlreadyThere(_("Det ligger redan en sådan låda i hemmet."))
    kit = NeedsKit.objects.create(
        patient=patient,
        owner_unit=by.unit,
        template=template,
        place=rules.required(place, _("Skriv var i hemmet lådan ligger.")),
        created_at=at,
        created_by=by,
    )
    for unit in units:
        rules.refuse_closed(unit, at)
        rules.refuse_not_meeting(opened.patient, Commission(staff=by.staff, unit=unit, role=by.role), at)
        kit.units.add(unit)
    for row in wanted:
        _prescribe(kit, row, doses[row.key], by, at)
    _log("care.place_kit", kit, by, at, f"medicines {len(wanted)}")
    return kit


def _prescribe(kit: NeedsKit, content: Content, said: Prescription, by: Commission, at: datetime) -> KitItem:
    return KitItem.objects.create(
        kit=kit,
        key=content.key,
        drug=content.drug,
        strength=content.strength,
        dose=rules.required(said.dose, _("Skriv dosen för %(drug)s.") % {"drug": content.drug}),
        most_per_day=said.most_per_day,
        relatives=said.relatives,
        prescribed_at=at,
        prescribed_by=by,
    )


def _refuse_not_physician(by: Commission) -> None:
    if by.staff.profession != Profession.PHYSICIAN:
        raise NotPrescriber(_("Bara en läkare ordinerar."))


def _log(what: str, kit: NeedsKit, by: Commission, at: datetime, reason: str = "") -> None:
    audit.write(what, by=by, at=at, patients=[kit.patient_id], object_kind="needskit", object_id=kit.pk, reason=reason)


def _open(kit: NeedsKit, by: Commission, at: datetime) -> NeedsKit:
    """The kit with its patient locked, for a licensed person at a unit that opens it."""
    opened = book.open_book(kit.patient)
    row = once.lock(NeedsKit.objects.all(), kit.pk)
    if by.unit_id not in row.parties():
        raise NotYourKit(_("Er enhet är inte med om lådan."))
    if by.staff.profession not in LICENSED:
        raise NotLicensed(_("Bara sjuksköterska och läkare hanterar lådan."))
    if opened.patient.died_at is None:
        rules.refuse_not_meeting(opened.patient, by, at)
    if row.returned_at is not None:
        raise KitReturned(_("Lådan är återlämnad."))
    return row


def _event(kit: NeedsKit, kind: str, by: Commission, at: datetime, **more: object) -> KitEvent:
    values = {"happened_at": at, **more}
    return KitEvent.objects.create(kit=kit, kind=kind, by=by, recorded_at=at, **values)


def _item(kit: NeedsKit, item: KitItem) -> KitItem:
    if item.kit_id != kit.pk:
        raise NothingPrescribed(_("Läkemedlet finns inte i den lådan."))
    return KitItem.objects.select_for_update().get(pk=item.pk)


@transaction.atomic
def change_prescription(*, item: KitItem, said: Prescription, by: Commission, at: datetime) -> KitItem:
    """A physician prescribes another dose of a medicine in the kit; what lies there goes over to it."""
    kit = _open(item.kit, by, at)
    _refuse_not_physician(by)
    old = _item(kit, item)
    if old.stopped_at is not None:
        raise NothingPrescribed(_("Ordinationen har redan upphört."))
    old.stopped_at, old.stopped_by = at, by
    old.save(update_fields=["stopped_at", "stopped_by"])
    new = KitItem.objects.create(
        kit=kit,
        key=old.key,
        drug=old.drug,
        strength=old.strength,
        dose=rules.required(said.dose, _("Skriv dosen för %(drug)s.") % {"drug": old.drug}),
        most_per_day=said.most_per_day,
        relatives=said.relatives,
        prescribed_at=at,
        prescribed_by=by,
    )
    for lot in lots_of(kit.events.filter(item=old)):
        _event(kit, Kind.FILLED, by, at, item=new, amount=lot.left, batch=lot.batch, expires_on=lot.expires_on)
    _log("care.change_prescription", kit, by, at)
    return new


def _as_running(item: KitItem) -> KitItem:
    """The stopped item as it was, to count what is left of it; not saved."""
    item.stopped_at = None
    return item


@transaction.atomic
def fill_kit(*, kit: NeedsKit, fills: Iterable[Fill], by: Commission, at: datetime) -> NeedsKit:
    """Put medicines in the kit, each with its batch and the day it expires."""
    row = _open(kit, by, at)
    put = list(fills)
    if not put or any(fill.amount < 1 for fill in put):
        raise CannotFill(_("Skriv hur många som läggs i."))
    for fill in put:
        item = _item(row, fill.item)
        if fill.expires_on < timezone.localdate(at):
            raise CannotFill(_("%(drug)s har gått ut och läggs inte i.") % {"drug": item.drug})
        _event(row, Kind.FILLED, by, at, item=item, amount=fill.amount, batch=fill.batch, expires_on=fill.expires_on)
    _log("care.fill_kit", row, by, at, f"medicines {len(put)}")
    return row


@transaction.atomic
def give_dose(
    *,
    item: KitItem,
    dose: str,
    happened_at: datetime,
    by: Commission,
    at: datetime,
    amount: int = 1,
    relative: str = "",
    note: str = "",
) -> KitEvent:
    """A dose was given, by the acting nurse or physician or by ``relative``; ``amount`` ampoules were used.

    It can always be recorded; what was not as it ought to be is flagged.
    """
    kit = _open(item.kit, by, at)
    row = _item(kit, item)
    if happened_at > at or happened_at < kit.created_at or amount < 1:
        raise NotADose(_("Tiden eller antalet stämmer inte."))
    events = list(kit.events.all())
    if not _is_open(events):
        _event(kit, Kind.OPENED, by, at, happened_at=happened_at)
    given = _event(
        kit,
        Kind.GIVEN,
        by,
        at,
        item=row,
        happened_at=happened_at,
        amount=-amount,
        dose=rules.required(dose, _("Skriv vilken dos som gavs.")),
        person=relative.strip(),
        note=note.strip(),
        flags=_flags(kit, row, events, happened_at, relative.strip()),
    )
    _log("care.give_dose", kit, by, at, " ".join(given.flags))
    return given


def _is_open(events: Iterable[KitEvent]) -> bool:
    """Whether the kit has been opened since it was filled last."""
    last = [row.kind for row in events if row.kind in {Kind.FILLED, Kind.OPENED}][-1:]
    return last == [Kind.OPENED]


def _flags(kit: NeedsKit, item: KitItem, events: list[KitEvent], at: datetime, relative: str) -> list[str]:
    stopped = item.stopped_at is not None and item.stopped_at <= at
    now = stock_of(kit, [_as_running(item)], events)[0]
    doses = [row for row in events if row.kind == Kind.GIVEN and row.item_id == item.pk]
    today = [row for row in doses if at - DAY < row.happened_at <= at]
    taught = {row.person.casefold() for row in events if row.kind == Kind.TAUGHT and row.happened_at <= at}
    found = {
        Flag.EXPIRED: now.expired(timezone.localdate(at)),
        Flag.TOO_MANY: item.most_per_day is not None and len(today) >= item.most_per_day,
        Flag.NOT_TAUGHT: bool(relative) and (relative.casefold() not in taught or not item.relatives),
        Flag.NONE_LEFT: now.left < 1,
        Flag.STOPPED: stopped,
    }
    return [flag.value for flag, holds in found.items() if holds]


@transaction.atomic
def record_effect(*, given: KitEvent, effect: str, by: Commission, at: datetime) -> KitEvent:
    """How the dose worked."""
    kit = _open(given.kit, by, at)
    if given.kind != Kind.GIVEN:
        raise NotADose(_("Effekten skrivs för en dos som har getts."))
    words = rules.required(effect, _("Skriv hur dosen verkade."))
    row = _event(kit, Kind.EFFECT, by, at, item=given.item, about=given, note=words[:400])
    _log("care.record_effect", kit, by, at)
    return row


@transaction.atomic
def discard(*, item: KitItem, amount: int, reason: str, by: Commission, at: datetime) -> KitEvent:
    """Take medicines out of the kit that are not to be used: expired, broken, or left when the count was wrong."""
    kit = _open(item.kit, by, at)
    row = _item(kit, item)
    left = stock_of(kit, [_as_running(row)], list(kit.events.all()))[0].left
    if not 1 <= amount <= left:
        raise CannotFill(_("Det ligger %(left)d i lådan.") % {"left": left})
    words = rules.required(reason, _("Skriv varför läkemedlet kasseras."))
    event = _event(kit, Kind.DISCARDED, by, at, item=row, amount=-amount, note=words[:400])
    _log("care.discard", kit, by, at)
    return event


@transaction.atomic
def teach_relative(*, kit: NeedsKit, person: str, note: str, by: Commission, at: datetime) -> KitEvent:
    """A relative has been taught to give single doses that are drawn up beforehand."""
    row = _open(kit, by, at)
    name = rules.required(person, _("Skriv vem som har lärt sig."))
    event = _event(row, Kind.TAUGHT, by, at, person=name[:120], note=note.strip()[:400])
    _log("care.teach_relative", row, by, at)
    return event


@transaction.atomic
def return_kit(*, kit: NeedsKit, reason: str, by: Commission, at: datetime) -> NeedsKit:
    """The kit has been taken home and its medicines handed in."""
    row = _open(kit, by, at)
    words = rules.required(reason, _("Skriv varför lådan tas hem."))
    row.returned_at, row.returned_by, row.return_reason = at, by, words[:400]
    once.save(row, "returned_at", "returned_by", "return_reason")
    _event(row, Kind.RETURNED, by, at, note=words[:400])
    _log("care.return_kit", row, by, at)
    return row
