"""Writes to working time: shifts and activities without a patient."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from narvard.core import audit, once
from narvard.core.errors import Refused
from narvard.organisation.models import Base, Car, CareUnit, Commission, Staff
from narvard.visits import queries
from narvard.visits.models import Activity, Shift, Visit
from narvard.visits.rows import locked, release
from narvard.visits.rules import check_plans_area

LONGEST_SHIFT = timedelta(hours=14)


class BadShift(Refused):
    """Working time that contradicts itself or the commission."""


class ShiftsOverlap(Refused):
    """The person already works then, perhaps for another employer."""


class CarTaken(Refused):
    """The car is already in use then, by a crew with other times, or it is full."""


class ShiftCancelled(Refused):
    """The shift has already been cancelled."""


class ShiftBegun(Refused):
    """Somebody is on a visit in this shift right now."""


class ActivitiesOverlap(Refused):
    """A participant is already at another activity then."""


class BadActivity(Refused):
    """An activity that contradicts itself, or one that nobody takes part in."""


@transaction.atomic
def add_shift(
    *,
    commission: Commission,
    starts_at: datetime,
    ends_at: datetime,
    base: Base,
    by: audit.Actor,
    at: datetime,
    car: Car | None = None,
    break_minutes: int = 30,
    break_from: datetime | None = None,
    break_until: datetime | None = None,
) -> Shift:
    """Give a person working time. The person's row is locked, so that two employers cannot book the same hours.

    People with the same car and the same times from the same base are a crew. Raises ``NotYourArea``,
    :class:`BadShift`, :class:`ShiftsOverlap` and :class:`CarTaken`.
    """
    check_plans_area(commission.unit.care_area, by)
    Staff.objects.select_for_update().get(pk=commission.staff_id)
    shift = Shift(
        commission=commission,
        date=timezone.localdate(starts_at),
        starts_at=starts_at,
        ends_at=ends_at,
        base=base,
        car=car,
        break_minutes=break_minutes,
        break_from=break_from,
        break_until=break_until,
    )
    _check_shift(shift)
    _check_free(shift)
    if car is not None:
        _check_car(shift, Car.objects.select_for_update().get(pk=car.pk))
    shift.save(force_insert=True)
    audit.write("visits.add_shift", by=by, at=at, object_kind="shift", object_id=shift.pk)
    return shift


def _check_shift(shift: Shift) -> None:
    length = shift.ends_at - shift.starts_at
    if length <= timedelta(0):
        raise BadShift(_("Passet måste sluta efter att det börjar."))
    if length > LONGEST_SHIFT:
        raise BadShift(_("Passet är längre än 14 timmar."))
    if timedelta(minutes=shift.break_minutes) >= length:
        raise BadShift(_("Rasten är längre än passet."))
    own = shift.commission
    if own.since > shift.date or (own.until is not None and own.until <= shift.date):
        raise BadShift(_("Personens uppdrag på enheten gäller inte den dagen."))
    if (shift.break_from is None) != (shift.break_until is None):
        raise BadShift(_("Ange både tidigast och senast för rasten, eller inget av dem."))
    if shift.break_from is not None and shift.break_until is not None:
        room = shift.break_until - shift.break_from
        inside = shift.starts_at <= shift.break_from and shift.break_until <= shift.ends_at
        if not inside or room < timedelta(minutes=shift.break_minutes):
            raise BadShift(_("Rasten ryms inte i tiden för den."))


def _check_free(shift: Shift) -> None:
    other = (
        Shift.objects.filter(
            commission__staff=shift.commission.staff_id,
            cancelled_at=None,
            starts_at__lt=shift.ends_at,
            ends_at__gt=shift.starts_at,
        )
        .select_related("commission__unit", "commission__staff")
        .first()
    )
    if other is not None:
        raise ShiftsOverlap(
            _("%(name)s arbetar redan %(from)s–%(until)s på %(unit)s.")
            % {
                "name": other.commission.staff.name,
                "from": f"{timezone.localtime(other.starts_at):%H:%M}",
                "until": f"{timezone.localtime(other.ends_at):%H:%M}",
                "unit": other.commission.unit.name,
            }
        )


def _check_car(shift: Shift, car: Car) -> None:
    if car.retired_on is not None and car.retired_on <= shift.date:
        raise CarTaken(_("%(car)s är tagen ur bruk.") % {"car": car.label})
    users = list(
        Shift.objects.filter(car=car, cancelled_at=None, starts_at__lt=shift.ends_at, ends_at__gt=shift.starts_at)
    )
    if any(_times(user) != _times(shift) for user in users):
        raise CarTaken(
            _("%(car)s används redan då. De som delar bil har samma tider och samma bas.") % {"car": car.label}
        )
    if len(users) >= car.seats:
        raise CarTaken(_("%(car)s är full.") % {"car": car.label})


def _times(shift: Shift) -> tuple[datetime, datetime, object]:
    return shift.starts_at, shift.ends_at, shift.base_id


@transaction.atomic
def cancel_shift(
    *, shift: Shift, reason: str, by: audit.Actor, at: datetime, expected: int | None = None
) -> list[Visit]:
    """Cancel a shift (illness); its visits that have not begun go back to be planned and are returned.

    Raises ``NotYourArea``, :class:`ShiftCancelled` and :class:`ShiftBegun`.
    """
    row = once.lock(Shift.objects.all(), shift.pk, expected)
    check_plans_area(row.commission.unit.care_area, by)
    if row.cancelled_at is not None:
        raise ShiftCancelled(_("Passet är redan inställt."))
    if row.visit_roles.filter(visit__state=Visit.State.STARTED).exists():
        raise ShiftBegun(_("Personen är på ett besök just nu. Avsluta det först."))
    row.cancelled_at, row.cancel_reason = at, reason.strip()[:200]
    once.save(row, "cancelled_at", "cancel_reason")
    visits = list(locked(Visit.objects.filter(roles__shift=row, state__in=queries.OPEN_STATES).distinct()))
    row.visit_roles.filter(visit__in=visits).update(shift=None, pinned=False)
    for visit in visits:
        release(visit)
    audit.write(
        "visits.cancel_shift",
        by=by,
        at=at,
        patients=[visit.patient_id for visit in visits],
        object_kind="shift",
        object_id=row.pk,
    )
    return visits


@transaction.atomic
def add_activity(
    *,
    unit: CareUnit,
    kind: Activity.Kind,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    base: Base,
    participants: Sequence[Staff],
    by: audit.Actor,
    at: datetime,
) -> Activity:
    """Add a round, teaching or a meeting; it is planned like visits are.

    Who takes part works in the same care area. Raises ``NotYourArea``, :class:`BadActivity` and
    :class:`ActivitiesOverlap`.
    """
    check_plans_area(unit.care_area, by)
    if ends_at <= starts_at:
        raise BadActivity(_("Aktiviteten måste sluta efter att den börjar."))
    if not title.strip():
        raise BadActivity(_("Skriv vad aktiviteten är."))
    if not participants:
        raise BadActivity(_("Välj vilka som deltar."))
    _check_area(unit.care_area, participants, timezone.localdate(starts_at))
    people = list(Staff.objects.select_for_update().filter(pk__in=[p.pk for p in participants]).order_by("pk"))
    _check_participants(people, starts_at, ends_at)
    activity = Activity.objects.create(
        unit=unit, kind=kind, title=title.strip(), starts_at=starts_at, ends_at=ends_at, base=base
    )
    activity.participants.set(people)
    audit.write("visits.add_activity", by=by, at=at, object_kind="activity", object_id=activity.pk)
    return activity


def _check_area(care_area: str, participants: Sequence[Staff], day: date) -> None:
    there = Commission.objects.filter(Q(until=None) | Q(until__gt=day), since__lte=day, unit__care_area=care_area)
    known = set(there.filter(staff__in=participants).values_list("staff", flat=True))
    stranger = next((person for person in participants if person.pk not in known), None)
    if stranger is not None:
        raise BadActivity(_("%(name)s arbetar inte i området den dagen.") % {"name": stranger.name})


def _check_participants(people: list[Staff], starts_at: datetime, ends_at: datetime) -> None:
    for person in people:
        other = person.activities.filter(cancelled_at=None, starts_at__lt=ends_at, ends_at__gt=starts_at).first()
        if other is not None:
            raise ActivitiesOverlap(
                _("%(name)s är redan på %(title)s då.") % {"name": person.name, "title": other.title}
            )


@transaction.atomic
def cancel_activity(*, activity: Activity, by: audit.Actor, at: datetime, expected: int | None = None) -> Activity:
    """Call off an activity."""
    row = once.lock(Activity.objects.all(), activity.pk, expected)
    check_plans_area(row.unit.care_area, by)
    if row.cancelled_at is not None:
        raise BadActivity(_("Aktiviteten är redan inställd."))
    row.cancelled_at = at
    once.save(row, "cancelled_at")
    audit.write("visits.cancel_activity", by=by, at=at, object_kind="activity", object_id=row.pk)
    return row
