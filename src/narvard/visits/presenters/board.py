"""A planner's day: a lane per crew, the map, what has no place, and the figures."""

import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from narvard.access.guard import OpenPatient
from narvard.core.models import Run
from narvard.organisation.models import CareUnit
from narvard.ui.charts import Block, Day, Lane, Origin
from narvard.ui.charts import day as draw_day
from narvard.ui.maps import Map, Point, Route
from narvard.ui.parts import Progress, Table
from narvard.visits.models import Activity, DayPlan, Mode, Priority, Visit, VisitRole
from narvard.visits.planner.day import Crew, Place
from narvard.visits.presenters.stops import OPENS, breaks_of, is_late, state_kind, stored_names
from narvard.visits.sentences import read_stored

State = Visit.State
SHORTEST_TRAVEL = 1.0


@dataclass(frozen=True)
class Waiting:
    """A visit without a place in the plan, and why; ``what`` is empty when the reader may not know."""

    visit: Visit
    name: str
    what: str
    reason: str
    opens: bool
    urgent: bool


@dataclass(frozen=True)
class Board:
    """All that the planner's page shows of a day."""

    day: Day
    map: Map
    waiting: Sequence[Waiting]
    planned: int
    done: int
    travel_hours: float
    crews: int
    warnings: Sequence[str] = ()


@dataclass(frozen=True)
class DayRows:
    """A day as fetched: visits with roles, crews, activities, the plan that holds, and opened patients."""

    date: date
    visits: Sequence[Visit]
    crews: Sequence[Crew]
    activities: Sequence[Activity]
    plan: DayPlan | None
    opened: Mapping[uuid.UUID, OpenPatient]
    places: Mapping[uuid.UUID, Place]
    unit: CareUnit | None = None
    _by_crew: dict[str, list[tuple[Visit, VisitRole]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Sort each crew's visits by time; a joint visit of one crew stands once."""
        crew_of = {shift.pk: crew.id for crew in self.crews for shift in crew.shifts}
        found: dict[str, dict[uuid.UUID, tuple[Visit, VisitRole]]] = defaultdict(dict)
        for visit in self.visits:
            for role in visit.roles.all():
                if role.shift_id in crew_of and visit.starts_at is not None:
                    found[crew_of[role.shift_id]].setdefault(visit.pk, (visit, role))
        for crew, rows in found.items():
            self._by_crew[crew] = sorted(rows.values(), key=lambda pair: pair[0].starts_at or pair[0].window_start)

    @property
    def shown_crews(self) -> list[Crew]:
        """The crews of the chosen unit, or all."""
        if self.unit is None:
            return list(self.crews)
        return [c for c in self.crews if any(s.commission.unit_id == self.unit.pk for s in c.shifts)]

    @property
    def tours(self) -> list[Crew]:
        """The shown crews, those with visits first."""
        return sorted(self.shown_crews, key=lambda crew: not self.stops(crew))

    def stops(self, crew: Crew) -> list[tuple[Visit, VisitRole]]:
        """A crew's visits in driving order, with the role that says the way there."""
        return self._by_crew.get(crew.id, [])

    def name_of(self, visit: Visit) -> str:
        """The patient's name, if the reader may open the patient."""
        opened = self.opened.get(visit.patient_id)
        return opened.patient.name if opened else _("patient utan vårdrelation")

    def may_read(self, visit: Visit) -> bool:
        """Whether what the visit is for may be shown; when it is and who goes may always be."""
        opened = self.opened.get(visit.patient_id)
        return opened is not None and opened.may_read(visit)

    def opens(self, visit: Visit) -> bool:
        """Whether the visit's page opens to the reader, if need be after a choice with a reason."""
        opened = self.opened.get(visit.patient_id)
        return opened is not None and opened.decide(visit).verdict in OPENS

    def title_of(self, visit: Visit) -> str:
        """Who and what, as far as the reader may know."""
        name = self.name_of(visit)
        return f"{name}, {visit.what}" if self.may_read(visit) else name

    def is_hidden(self, visit: Visit) -> bool:
        """Whether the place must not be shown: protected identity, or no right to open the patient."""
        opened = self.opened.get(visit.patient_id)
        return opened is None or opened.patient.hidden or not opened.sees_place

    def way_to(self, crew: Crew, visit: Visit, role: VisitRole) -> float:
        """Minutes on the road to a visit, 0 where they are not told: they would say how far off a hidden place lies.

        That goes for the road there and the road on from there, also over a call.
        """
        stops = [stop for stop, _role in self.stops(crew)]
        earlier = reversed(stops[: stops.index(visit)])
        before = next((stop for stop in earlier if not Mode(stop.mode).anywhere), visit)
        told = self._tells_way(visit) and self._tells_way(before)
        return (role.travel_minutes or 0.0) if told else 0.0

    def _tells_way(self, visit: Visit) -> bool:
        opened = self.opened.get(visit.patient_id)
        # Of somebody whom the reader may not open no name is shown either.
        return opened is None or opened.names_units

    def of_unit(self, visit: Visit) -> bool:
        """Whether the chosen unit comes to the visit (or every unit is shown)."""
        return self.unit is None or any(role.unit_id == self.unit.pk for role in visit.roles.all())


def board(rows: DayRows, at: datetime, visit_url: str, shift_url: str) -> Board:
    """Lay the board out. The addresses are those of the zero id: see :func:`_url`."""
    lanes = [_lane(rows, crew, at, visit_url, shift_url) for crew in rows.tours]
    noon = rows.crews[0].lead.starts_at if rows.crews else at
    shown = [visit for visit in rows.visits if rows.of_unit(visit)]
    return Board(
        day=draw_day(_("Dagens turer"), lanes, noon, at),
        map=_map(rows, at, visit_url),
        waiting=waiting(rows),
        planned=sum(visit.state in {State.PLANNED, State.STARTED} for visit in shown),
        done=sum(visit.state == State.DONE for visit in shown),
        travel_hours=round(sum(_road_minutes(rows, crew) for crew in rows.shown_crews) / 60, 1),
        crews=len(rows.shown_crews),
        warnings=_warnings(rows.plan),
    )


def crew_name(crew: Crew) -> str:
    """Who goes together."""
    return ", ".join(shift.commission.staff.name for shift in crew.shifts)


def _lane(rows: DayRows, crew: Crew, at: datetime, visit_url: str, shift_url: str) -> Lane:
    lead = crew.lead
    return Lane(
        key=crew.id,
        name=crew_name(crew),
        blocks=sorted(_blocks(rows, crew, at, visit_url), key=lambda block: block.start),
        detail=lead.car.label if lead.car else "",
        url=_url(shift_url, lead.pk),
        shift=(lead.starts_at, lead.ends_at),
        group=lead.commission.unit.name if rows.unit is None else "",
    )


def _blocks(rows: DayRows, crew: Crew, at: datetime, visit_url: str) -> Iterator[Block]:
    for number, (visit, role) in enumerate(rows.stops(crew), start=1):
        start = visit.starts_at or visit.window_start
        minutes = rows.way_to(crew, visit, role)
        if minutes >= SHORTEST_TRAVEL:
            travel = timedelta(minutes=minutes)
            yield Block(start - travel, start, "travel", _("Resa, uppskattad"))
        yield Block(
            start,
            _end(visit, start),
            "visit",
            rows.title_of(visit),
            label=str(number),
            url=_url(visit_url, visit.pk) if rows.opens(visit) else "",
            key=str(visit.pk) if rows.opens(visit) else "",
            state=_block_state(visit, at),
            joint=len(visit.roles.all()) > 1,
        )
    for start, end in breaks_of(rows.date, crew.lead, rows.plan):
        yield Block(start, end, "lunch", _("Rast"))
    people = {shift.commission.staff_id for shift in crew.shifts}
    for activity in rows.activities:
        if people & {person.pk for person in activity.participants.all()}:
            yield Block(activity.starts_at, activity.ends_at, "activity", activity.title, label=activity.title)


def _end(visit: Visit, start: datetime) -> datetime:
    """When it ended, or is to end; never before it began, so that it can be drawn."""
    end = visit.ends_at or start + timedelta(minutes=visit.minutes)
    return max(end, start + timedelta(minutes=1))


def _block_state(visit: Visit, at: datetime) -> str:
    if visit.state == State.DONE:
        return "done"
    outside = visit.starts_at is not None and not visit.window_start <= visit.starts_at <= visit.window_end
    return "late" if visit.state == State.FAILED or is_late(visit, at) or outside else ""


def _map(rows: DayRows, at: datetime, visit_url: str) -> Map:
    points: list[Point] = []
    routes: list[Route] = []
    hidden = 0
    for crew in rows.shown_crews:
        base = crew.lead.base
        path = [(base.latitude, base.longitude)]
        for number, (visit, _role) in enumerate(rows.stops(crew), start=1):
            where = rows.places[visit.pk].point
            if rows.is_hidden(visit) or where is None:
                hidden += rows.is_hidden(visit)
                continue
            path.append(where)
            points.append(_point(rows, visit, crew, number, at, visit_url))
        if len(path) > 1:
            routes.append(Route(crew.id, crew_name(crew), [*path, path[0]]))
    bases = {crew.lead.base.pk: crew.lead.base for crew in rows.shown_crews}
    points += [Point(base.latitude, base.longitude, base.name, kind="base") for base in bases.values()]
    return Map(
        key="turer",
        title=_("Var turerna går"),
        says=_map_words(len(points) - len(bases), hidden),
        table=_map_table(rows),
        origin=Origin(estimate=True),
        points=points,
        routes=routes,
    )


def _point(rows: DayRows, visit: Visit, crew: Crew, number: int, at: datetime, visit_url: str) -> Point:
    where = rows.places[visit.pk].point
    assert where is not None  # noqa: S101 - the caller has looked
    return Point(
        where[0],
        where[1],
        rows.title_of(visit),
        label=str(number),
        state=state_kind(visit, at),
        url=_url(visit_url, visit.pk) if rows.opens(visit) else "",
        key=str(visit.pk) if rows.opens(visit) else "",
        lane=crew.id,
    )


def _map_words(shown: int, hidden: int) -> str:
    said = ngettext("%(n)d besök visas.", "%(n)d besök visas.", shown) % {"n": shown}
    if not hidden:
        return said
    kept = ngettext(
        "%(n)d besök hos personer med skyddade uppgifter visas inte på kartan.",
        "%(n)d besök hos personer med skyddade uppgifter visas inte på kartan.",
        hidden,
    )
    return f"{said} {kept % {'n': hidden}}"


def _map_table(rows: DayRows) -> Table:
    """One line a tour; each visit stands in the timeline's own table."""
    lines = [
        [crew_name(crew), str(len(rows.stops(crew))), str(round(_road_minutes(rows, crew)))]
        for crew in rows.shown_crews
    ]
    head = [_("Tur"), _("Besök"), _("Minuter på vägen")]
    return Table(_("Turerna och vägen"), head, lines, frozenset({1, 2}))


def _road_minutes(rows: DayRows, crew: Crew) -> float:
    return sum(rows.way_to(crew, visit, role) for visit, role in rows.stops(crew))


def waiting(rows: DayRows) -> list[Waiting]:
    """Visits without a place: acute first, then by priority and time."""
    left = [v for v in rows.visits if v.state in {State.UNPLANNED, State.TO_PLAN, State.FAILED} and rows.of_unit(v)]
    left.sort(key=lambda v: (not v.acute, v.state == State.FAILED, v.priority, v.window_start))
    return [_waiting(rows, visit) for visit in left]


def _waiting(rows: DayRows, visit: Visit) -> Waiting:
    urgent = visit.acute or visit.priority == Priority.MUST
    if not rows.may_read(visit):
        return Waiting(visit, rows.name_of(visit), "", "", rows.opens(visit), urgent)
    opened = rows.opened.get(visit.patient_id)
    reason = read_stored(visit.reason, stored_names(opened) if opened else None) or _("Inte planerat än.")
    return Waiting(visit, rows.name_of(visit), visit.what, reason, True, urgent)


def _warnings(plan: DayPlan | None) -> list[str]:
    """What the planner must know of the plan that holds."""
    if plan is None:
        return []
    summary, said = plan.summary, []
    missed = sum(bool(route["missed_breaks"]) for route in summary.get("routes", []))
    outside = len(summary.get("activities_outside", [])) + len(summary.get("activities_left_out", []))
    if missed:
        said.append(ngettext("%(n)d tur saknar rast.", "%(n)d turer saknar rast.", missed) % {"n": missed})
    if outside:
        said.append(
            ngettext(
                "%(n)d aktivitet ryms inte i deltagarnas arbetspass.",
                "%(n)d aktiviteter ryms inte i deltagarnas arbetspass.",
                outside,
            )
            % {"n": outside}
        )
    if summary.get("travel_fell_back"):
        said.append(_("Vägtjänsten svarade inte. Restiderna är uppskattade."))
    return said


def progress(run: Run | None, poll_url: str) -> Progress | None:
    """How the planning run stands; None when there has been none."""
    if run is None:
        return None
    if run.is_live:
        text = read_stored(run.message) or _("Väntar på att arbetet börjar.")
        return Progress(_("Dagen planeras"), True, run.progress, text, poll_url=poll_url)
    if run.state == Run.State.FAILED:
        return Progress(_("Planeringen misslyckades"), False, 1.0, _failure(run), failed=True)
    words = _("Planerade: %(planned)d. Fick inte plats: %(unplanned)d.")
    return Progress(_("Dagen är planerad"), False, 1.0, words % run.result)


def _failure(run: Run) -> str:
    if run.error == "worker-lost":
        return _("Arbetet avbröts flera gånger. Inget har gått förlorat; pröva igen eller ring förvaltningen.")
    if run.error == "internal":
        return _("Ett fel i systemet. Inget har gått förlorat; pröva igen eller ring förvaltningen.")
    return read_stored(run.error)


def _url(pattern: str, key: uuid.UUID) -> str:
    """The address for a row, made from the address of the zero id: one reverse() per page, not per row."""
    return pattern.replace(str(uuid.UUID(int=0)), str(key))


def units_of(crews: Sequence[Crew]) -> list[CareUnit]:
    """The units that have somebody at work, in name order."""
    units = {shift.commission.unit_id: shift.commission.unit for crew in crews for shift in crew.shifts}
    return sorted(units.values(), key=lambda unit: unit.sort_key)
