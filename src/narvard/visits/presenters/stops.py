"""A person's day: each stop with all that is needed at the door, and nothing more."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from narvard.access.guard import OpenPatient
from narvard.access.rules import Verdict
from narvard.organisation.models import CareUnit, Staff
from narvard.people.models import Address, Patient, WhatMatters
from narvard.people.queries import age, current_addresses, tells_place
from narvard.ui.parts import Phone
from narvard.visits import times
from narvard.visits.models import Activity, DayPlan, Mode, Shift, Visit, VisitRole
from narvard.visits.sentences import read_stored

State = Visit.State
OPENS = frozenset({Verdict.ALLOW, Verdict.CHOICE})
LATE_AFTER = timedelta(minutes=15)
_KINDS: Mapping[str, str] = {
    State.STARTED: "waiting",
    State.DONE: "done",
    State.FAILED: "late",
    State.UNPLANNED: "late",
    State.CANCELLED: "neutral",
}


@dataclass(frozen=True)
class Companion:
    """Somebody else who comes to the same visit; the name is empty while nobody is planned."""

    name: str
    what: str
    unit: str


@dataclass(frozen=True)
class Stop:
    """One visit as the person who goes there sees it.

    ``address`` is None when it is unknown, not needed, or hidden; ``hidden`` says which.
    """

    visit: Visit
    patient: Patient
    age: int
    address: Address | None
    hidden: bool
    place: str
    travel_minutes: int | None
    companions: tuple[Companion, ...]
    matters: str
    state_kind: str
    state_text: str
    sees_place: bool = True
    """Whether the reader may know where the patient lives."""
    tells_way: bool = True
    """Whether the roads to it and on from it may be told: they say how far off a hidden place lies."""
    without: Mapping[str, str] = field(default_factory=dict)
    """Words for what a stored reason must not name to this reader."""
    readable: bool = True
    """Whether what the visit is for may be shown; when and where may always be."""
    opens: bool = True
    """Whether the visit's page opens, if need be once the reader has chosen to, with a reason (a colleague)."""

    @property
    def what(self) -> str:
        """What is to be done there."""
        return self.visit.what if self.readable else _("Innehållet visas inte")

    @property
    def bring(self) -> str:
        """What to bring."""
        return self.visit.bring if self.readable else ""

    @property
    def reason(self) -> str:
        """Why the visit has no place, could not be done or was called off; empty otherwise."""
        return read_stored(self.visit.reason, self.without) if self.readable else ""

    @property
    def is_now(self) -> bool:
        """Whether the visit is under way."""
        return self.visit.state == State.STARTED

    @property
    def is_over(self) -> bool:
        """Whether nothing more is to be done at the door."""
        return self.visit.state in {State.DONE, State.FAILED}

    @property
    def phone(self) -> Phone | None:
        """The patient's number, and from when one may call; none whose area code tells a place that is not shown."""
        if not self.patient.phone or (tells_place(self.patient.phone) and not self.sees_place):
            return None
        early = self.patient.contact_not_before
        when = _("inte före %(time)s") % {"time": f"{early:%H:%M}"} if early else ""
        return Phone(self.patient.name, self.patient.phone, when=when)

    @property
    def route_url(self) -> str:
        """Opens the phone's own map at the address."""
        if self.address is None:
            return ""
        return f"geo:{self.address.latitude:.6f},{self.address.longitude:.6f}"


@dataclass(frozen=True)
class Pause:
    """Something of the day that is no visit: lunch, a round, a meeting."""

    starts_at: datetime
    ends_at: datetime
    title: str
    place: str = ""


@dataclass(frozen=True)
class MyDay:
    """A person's day under one commission: what is now, next, later and over."""

    date: date
    shifts: Sequence[Shift]
    now: Stop | None
    next: Stop | None
    later: Sequence[Stop | Pause]
    over: Sequence[Stop]
    elsewhere: int = 0
    """Stops the person has that day under other commissions; switch to see them."""

    @property
    def left(self) -> int:
        """How many visits remain."""
        return sum(isinstance(item, Stop) for item in (self.now, self.next, *self.later))


@dataclass(frozen=True)
class Known:
    """What stops are made of, fetched for a whole list at once."""

    opened: Mapping[uuid.UUID, OpenPatient]
    addresses: Mapping[object, Address] = field(default_factory=dict)
    matters: Mapping[uuid.UUID, str] = field(default_factory=dict)


def know(opened: Mapping[uuid.UUID, OpenPatient], at: datetime) -> Known:
    """Fetch addresses and what matters for opened patients, in two queries."""
    patients = [row.patient for row in opened.values()]
    said: dict[uuid.UUID, str] = {}
    rows = WhatMatters.objects.filter(patient__in=patients, at__lte=at).select_related("owner_unit").order_by("at")
    for row in rows:
        if opened[row.patient_id].may_read(row):
            said[row.patient_id] = row.text
    return Known(opened, current_addresses(patients, at), said)


def stop(visit: Visit, known: Known, *, me: Staff, at: datetime, at_the_door: bool = False) -> Stop:
    """A visit as a stop of ``me``. A hidden address is given only ``at_the_door``: on the visit's own page."""
    opened = known.opened[visit.patient_id]
    patient, visit = opened.patient, opened.told(visit)
    shown = opened.sees_place and (at_the_door or not patient.hidden)
    kind, text = state_of(visit, at)
    decision = opened.decide(visit)
    mine = [role for role in visit.roles.all() if _is_mine(role, me)]
    return Stop(
        visit=visit,
        patient=patient,
        age=age(patient, timezone.localdate(at)),
        address=known.addresses.get(patient.pk) if shown and visit.mode == Mode.HOME else None,
        hidden=patient.hidden,
        place=_place(visit) if shown or visit.mode != Mode.OTHER_PLACE else "",
        travel_minutes=_travel(mine, opened),
        companions=tuple(_companion(role) for role in visit.roles.all() if role not in mine),
        matters=known.matters.get(patient.pk, ""),
        state_kind=kind,
        state_text=text,
        readable=decision.allowed,
        opens=decision.verdict in OPENS,
        sees_place=opened.sees_place,
        tells_way=opened.names_units,
        without=stored_names(opened),
    )


def _travel(mine: Sequence[VisitRole], opened: OpenPatient) -> int | None:
    """Minutes on the road to the visit: they say how far away it is, so they are told as the place is."""
    minutes = mine[0].travel_minutes if mine and opened.names_units else None
    return None if minutes is None else round(minutes)


def stored_names(opened: OpenPatient) -> dict[str, str]:
    """What stored sentences call units instead, to a reader of the patient from whom their names are kept."""
    return {} if opened.names_units else dict.fromkeys(("unit", "ward"), _("en annan enhet"))


def state_of(visit: Visit, at: datetime) -> tuple[str, str]:
    """The badge of a visit: kind and words; a planned visit that should have begun is late."""
    if is_late(visit, at) and visit.starts_at is not None:
        return "late", _("skulle ha börjat %(time)s") % {"time": f"{timezone.localtime(visit.starts_at):%H:%M}"}
    return state_kind(visit, at), visit.get_state_display()


def state_kind(visit: Visit, at: datetime) -> str:
    """The badge's kind alone, for pages with hundreds of visits."""
    return "late" if is_late(visit, at) else _KINDS.get(visit.state, "neutral")


def is_late(visit: Visit, at: datetime) -> bool:
    """Whether a planned visit should have begun a while ago."""
    return visit.state == State.PLANNED and visit.starts_at is not None and visit.starts_at + LATE_AFTER < at


def _is_mine(role: VisitRole, me: Staff) -> bool:
    return role.shift is not None and role.shift.commission.staff_id == me.pk


def _companion(role: VisitRole) -> Companion:
    if role.shift is None:
        return Companion("", role.get_profession_display() or _("någon"), role.unit.name)
    staff = role.shift.commission.staff
    return Companion(staff.name, staff.get_profession_display(), role.unit.name)


def _place(visit: Visit) -> str:
    """Where a visit is made when not at home."""
    if visit.mode == Mode.HOME:
        return ""
    if visit.mode == Mode.CLINIC:
        return visit.owner_unit.name
    return visit.place or capfirst(visit.get_mode_display())


def my_day(
    day: date,
    *,
    shifts: Sequence[Shift],
    stops: Sequence[Stop],
    activities: Sequence[Activity],
    plan: DayPlan | None,
    at: datetime,
    elsewhere: int = 0,
) -> MyDay:
    """Lay a day out: what is under way, the first that is to come, the rest with pauses in between, what is over.

    Pauses that are over are not shown.
    """
    stops = _without_ways_on(stops)
    now = next((item for item in stops if item.is_now), None)
    to_come = [item for item in stops if not item.is_now and not item.is_over]
    following = to_come[0] if to_come else None
    pauses = [item for item in (*_breaks(day, shifts, plan), *_meetings(activities)) if item.ends_at > at]
    later: list[Stop | Pause] = [*to_come[1:], *pauses]
    return MyDay(
        date=day,
        shifts=shifts,
        now=now,
        next=following,
        later=sorted(later, key=_starts),
        over=[item for item in stops if item.is_over],
        elsewhere=elsewhere,
    )


def _without_ways_on(stops: Sequence[Stop]) -> list[Stop]:
    """The stops in their order, none with the road from one whose place must not be told (also over a call)."""
    shown, told = [], True
    for item in stops:
        shown.append(item if told else replace(item, travel_minutes=None))
        if not Mode(item.visit.mode).anywhere:
            told = item.tells_way
    return shown


def in_order(mine: MyDay) -> list[Stop | Pause]:
    """Everything of a day by the clock."""
    first = [item for item in (mine.now, mine.next) if item is not None]
    return sorted([*mine.over, *first, *mine.later], key=_starts)


def _starts(item: Stop | Pause) -> datetime:
    if isinstance(item, Pause):
        return item.starts_at
    return item.visit.starts_at or item.visit.window_start


def _breaks(day: date, shifts: Sequence[Shift], plan: DayPlan | None) -> list[Pause]:
    """The breaks that the plan has laid in these shifts."""
    return [Pause(start, end, _("Rast")) for shift in shifts for start, end in breaks_of(day, shift, plan)]


def breaks_of(day: date, shift: Shift, plan: DayPlan | None) -> list[tuple[datetime, datetime]]:
    """The breaks of a shift in the plan that holds."""
    origin = times.midnight(day)
    routes = plan.summary.get("routes", []) if plan else []
    return [
        (times.after(origin, start), times.after(origin, end))
        for route in routes
        if str(shift.pk) in route["shifts"]
        for start, end in route["breaks"]
    ]


def _meetings(activities: Sequence[Activity]) -> list[Pause]:
    return [Pause(row.starts_at, row.ends_at, row.title, row.base.name) for row in activities]


@dataclass(frozen=True)
class WeekDay:
    """One day of a person's week."""

    date: date
    shifts: Sequence[Shift]
    visits: int
    activities: Sequence[Activity]


def week(first: date, shifts: Sequence[Shift], visits: Sequence[Visit], meetings: Sequence[Activity]) -> list[WeekDay]:
    """Seven days from ``first``: working hours, how many visits, what else."""
    days = [first + timedelta(days=n) for n in range(7)]
    return [
        WeekDay(
            date=day,
            shifts=[row for row in shifts if row.date == day],
            visits=sum(row.date == day for row in visits),
            activities=[row for row in meetings if timezone.localdate(row.starts_at) == day],
        )
        for day in days
    ]


def may_act(visit: Visit, unit: CareUnit) -> bool:
    """Whether the unit comes to the visit, so that its people start it, end it and write in it."""
    return any(role.unit_id == unit.pk for role in visit.roles.all())
