"""What organisations do together: discharges at each stage, a take-over for a time, leave, supplies and conferences."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from narvard.care import actions as care
from narvard.care.actions.handovers import Content
from narvard.care.conference import actions as conference
from narvard.care.conference.models import Conference, ConferenceCase, ConferenceMeeting
from narvard.care.models import DesignatedContact, Handover, HospitalStay
from narvard.care.stays import actions as stays
from narvard.demo import sources
from narvard.demo.load.care import Stock
from narvard.demo.load.plans import somebody, unit_of
from narvard.demo.load.world import World
from narvard.organisation.models import CareUnit, Commission, Programme, Staff
from narvard.people.models import Patient

_HOUR = 60
_SOON = timedelta(hours=3)
_LATER = timedelta(minutes=40)


def load_together(world: World, stock: Stock) -> None:
    """Each step by the action a person would have used."""
    data = sources.yaml_data("together.yaml")
    _discharges(world, data["discharges"])
    _lend(world, stock, data["lent"])
    for spec in data["leaves"]:
        _leave(world, spec)
    for spec in data["supplies"]:
        _bring(world, spec)
    for spec in data["conferences"]:
        _conference(world, spec)


def _day(world: World, days: int) -> date:
    return world.date + timedelta(days=days)


def _discharges(world: World, spec: Mapping[str, Any]) -> None:
    ward = world.units[spec["ward"]]
    leaving = world.patient(spec["home"]["patient"])
    rows = HospitalStay.objects.filter(discharged_at=None, patient__home_nursing=True)
    others = list(rows.exclude(patient=leaving).order_by("admitted_at", "patient__sort_key"))
    here = [row for row in others if row.ward_id == ward.pk]
    elsewhere = [row for row in others if row.ward_id != ward.pk]
    _home_booked(world, rows.get(patient=leaving), spec["home"])
    # The rest on the ward have only been admitted, and their notices run late.
    for stage, stay in (*zip((_ready, _planned), here, strict=False), *((_told, row) for row in elsewhere[:1])):
        stage(world, stay, spec)


def _by(stay: HospitalStay) -> Commission:
    return at_unit(stay.ward)


def _around(patient: Patient) -> list[CareUnit]:
    """Those who care for the person at home: home nursing, home help and needs assessment, the health centre."""
    relations = patient.care_relations.filter(kind__in=["home_nursing", "social", "listed"], until=None)
    return list(CareUnit.objects.filter(pk__in=relations.values("unit")).order_by("sort_key"))


def _tell(world: World, stay: HospitalStay, expected_in: int | None, *on_ward: CareUnit) -> None:
    """The admission notice, some hours after the admission."""
    stays.send_notice(
        stay=stay,
        units=_around(stay.patient),
        on_ward=on_ward,
        expected_on=None if expected_in is None else _day(world, expected_in),
        by=_by(stay),
        at=stay.admitted_at + _SOON,
    )


def _told(world: World, stay: HospitalStay, _spec: Mapping[str, Any]) -> None:
    _tell(world, stay, None)


def _planned(world: World, stay: HospitalStay, spec: Mapping[str, Any]) -> None:
    _tell(world, stay, spec["planned"]["expected_in"])
    _confirm(stay, ["home_nursing", "nurse"], stay.admitted_at + 2 * _SOON)


def _ready(world: World, stay: HospitalStay, spec: Mapping[str, Any]) -> None:
    """Ready to go home; the health centre has called to the planning meeting, a team comes to the ward before."""
    told, team = spec["ready"], world.anybody_at({"today": "primar", "joint": "pv-umea-ost"}[world.model]).unit
    _tell(world, stay, told["meeting_day"] + 1, team)
    at = world.clock(-1, told["ready_hour"] * _HOUR)
    stays.mark_ready(stay=stay, ready_at=at - _SOON, by=_by(stay), at=at)
    stays.call_meeting(
        stay=stay,
        meeting_at=world.clock(told["meeting_day"], told["meeting_hour"] * _HOUR),
        where=told["where"],
        units=[stay.ward, team, *_around(stay.patient)],
        by=somebody(stay.patient, ["listed", "physician"], at),
        at=at + _LATER,
    )


def _home_booked(world: World, stay: HospitalStay, spec: Mapping[str, Any]) -> None:
    _tell(world, stay, 0)
    at = world.clock(-1, 13 * _HOUR)
    ward, home = _by(stay), world.clock(0, spec["home_at"] * _HOUR)
    stays.mark_ready(stay=stay, ready_at=at, by=ward, at=at)
    stays.agree_home(stay=stay, home_at=home, by=ward, at=at + _LATER)
    first = world.clock(0, spec["first_visit"] * _HOUR)
    _confirm(stay, ["home_nursing", "nurse"], at + _SOON, first, spec["note"])
    _confirm(stay, ["listed", "physician"], at + _SOON + _LATER)
    for row in spec["supplies"]:
        stays.order_supply(
            patient=stay.patient,
            kind=row["kind"],
            what=row["what"],
            amount=row["amount"],
            unit=unit_of(stay.patient, row["unit"]),
            needed_on=world.date,
            by=ward,
            at=at + _LATER,
        )


def _confirm(
    stay: HospitalStay, who: list[str], at: datetime, first_visit: datetime | None = None, note: str = ""
) -> None:
    by = somebody(stay.patient, who, at)
    stays.confirm_receiving(stay=stay, first_visit_at=first_visit, note=note, by=by, at=at)


def _lend(world: World, stock: Stock, spec: Mapping[str, Any]) -> None:
    """The first of the team's enrolments with no hand-over yet; the receiver accepts, and owes to hand back."""
    giver, receiver = (world.units[spec[side][world.model]] for side in ("from", "to"))
    busy = set(Handover.objects.values_list("patient", flat=True))
    at = world.clock(-spec["days_ago"], 10 * _HOUR)
    row = next(
        row
        for row in world.caseload.enrolments
        if world.units[row.team] == giver
        and world.units[row.holders["medical"]] == giver
        and not world.people[row.person].key
        and world.patients[row.person].pk not in busy
        and stock.enrolled[row.person].started_at < at
    )
    handover = care.propose_handover(
        episode=stock.enrolled[row.person],
        receiver=receiver,
        kinds=spec["kinds"],
        content=Content(**spec["content"]),
        hand_back_on=_day(world, spec["back_in"]),
        by=world.anybody_at(row.team),
        at=at,
    )
    key = spec["to"][world.model]
    care.accept_handover(handover=handover, by=world.at_unit(key, "physician")[0], at=at + _SOON)


def _leave(world: World, spec: Mapping[str, Any]) -> None:
    patient = world.patient(spec["patient"])
    contact = DesignatedContact.objects.get(patient=patient, kind=spec["kind"], until=None)
    by = at_unit(contact.unit)
    care.record_leave(
        contact=contact,
        since=_day(world, spec["since"]),
        until=_day(world, spec["until"]),
        deputy=_deputy(contact) if spec["deputy"] else None,
        by=by,
        at=world.clock(-3, 15 * _HOUR),
    )


def at_unit(unit: CareUnit) -> Commission:
    return Commission.objects.filter(unit=unit).select_related("staff", "unit").order_by("staff__sort_key")[0]


def _deputy(contact: DesignatedContact) -> Staff:
    """Somebody else of the same profession at the unit."""
    rows = Commission.objects.filter(unit=contact.unit, staff__profession=contact.staff.profession, until=None)
    return rows.exclude(staff=contact.staff).select_related("staff").order_by("staff__sort_key")[0].staff


def _bring(world: World, spec: Mapping[str, Any]) -> None:
    patient, at = world.patient(spec["patient"]), world.clock(-3, 11 * _HOUR)
    stays.order_supply(
        patient=patient,
        kind=spec["kind"],
        what=spec["what"],
        amount=spec["amount"],
        unit=unit_of(patient, spec["unit"]),
        needed_on=_day(world, spec["days"]),
        by=somebody(patient, spec["who"], at),
        at=at,
    )


def _conference(world: World, spec: Mapping[str, Any]) -> None:
    """Begun some weeks ago, held once with its decisions; some wait for the next."""
    host = world.at_unit(spec["host"][world.model], "physician")[0]
    held = world.clock(spec["held"], 15 * _HOUR)
    row = conference.open_conference(
        programme=Programme.objects.get(key=spec["programme"]),
        name=spec["name"],
        next_on=_day(world, spec["held"]),
        by=host,
        at=held - timedelta(days=21),
    )
    cases = [(_put_up(world, row, case, held - timedelta(days=3)), case) for case in spec["decided"]]
    meeting = conference.hold_conference(
        conference=row,
        held_on=_day(world, spec["held"]),
        participants=spec["participants"],
        next_on=_day(world, spec["next"]),
        by=host,
        at=held,
    )
    for case, told in cases:
        _decide(world, case, meeting, told, host, held + _LATER)
    for told in spec["waiting"]:
        _put_up(world, row, told, world.clock(-told["days_ago"], 14 * _HOUR))


def _put_up(world: World, row: Conference, spec: Mapping[str, Any], at: datetime) -> ConferenceCase:
    patient = world.patient(spec["patient"])
    return conference.put_up(
        patient=patient,
        conference=row,
        question=spec["question"],
        documents=spec["documents"],
        how=spec["how"],
        given_by=spec.get("given_by", ""),
        by=somebody(patient, spec["who"], at),
        at=at,
    )


def _decide(
    world: World,
    case: ConferenceCase,
    meeting: ConferenceMeeting,
    spec: Mapping[str, Any],
    host: Commission,
    at: datetime,
) -> None:
    tasks = [
        conference.FollowUp(unit_of(case.patient, part), what, _day(world, days)) for part, what, days in spec["tasks"]
    ]
    conference.decide_case(case=case, meeting=meeting, decision=spec["decision"], tasks=tasks, by=host, at=at)
