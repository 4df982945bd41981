"""Early signs at the health centres, beds that teams have asked for, and what the clock has told further.

Each by the action that a person, or ``narvard tick``, would have used.
"""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from narvard.care import actions as care
from narvard.care.actions.handovers import Content
from narvard.care.models import Handover
from narvard.core import audit
from narvard.demo import sources
from narvard.demo.load.care import Stock
from narvard.demo.load.patients import has_home_help, health_centre
from narvard.demo.load.world import World
from narvard.flows import early, notices, passing
from narvard.intake.actions import publish_version
from narvard.intake.definitions import packaged
from narvard.intake.early import actions as cases
from narvard.intake.early.models import EarlyCase
from narvard.intake.models import CareRequest
from narvard.intake.queries import abilities_of

_TOLD_AT, _ANSWERED_AT = 10 * 60 + 20, 14 * 60
_OLD = 75
# How many hours before the demo starts the clock ticked: whatever was late was told further then.
_TICKS = (132, 60, 48, 36, 24, 12, 6, 3, 2, 1.5, 1, 0.75, 0.5, 0.25, 0)


def load_new_version(world: World) -> None:
    """An administrator has put a changed text in force, as the joint management decided."""
    spec = _data()["new_version"]
    text = next(row.text for row in packaged() if row.key == spec["programme"])
    for stood, stands in spec["changes"]:
        if text.count(stood) != 1:
            raise LookupError(f"{spec['programme']}: {stood!r} stands {text.count(stood)} times in the text")
        text = text.replace(stood, stands)
    publish_version(
        key=spec["programme"],
        text=text,
        valid_from=world.date - timedelta(days=spec["from_days_ago"]),
        decided_by=spec["decided_by"],
        by=world.at_unit("management", "administrator")[0],
        at=world.clock(-spec["decided_days_ago"], _ANSWERED_AT),
    )


def load_signs(world: World) -> None:
    """The cases of early signs, each taken as far as it has come."""
    free = list(_free(world))
    for spec in _data()["early"]:
        place = next(place for place in free if _suits(world, place, spec))
        free.remove(place)
        _answer(world, spec, _case(world, spec, place))


def _data() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = sources.yaml_data("requests.yaml")
    return loaded


def _free(world: World) -> Iterator[int]:
    """Places of older people whom no team has, nor has been asked about."""
    busy = world.caseload.enrolled | {row.person for row in world.caseload.contacts}
    asked = set(CareRequest.objects.values_list("patient", flat=True))
    for place, person in enumerate(world.people):
        hidden = person.key or person.protection
        if place not in busy and not hidden and person.age >= _OLD and world.patients[place].pk not in asked:
            yield place


def _suits(world: World, place: int, spec: Mapping[str, Any]) -> bool:
    person = world.people[place]
    listed = spec.get("at") in {None, health_centre(person)}
    return listed and ("visits" in spec or has_home_help(world, person))


def _case(world: World, spec: Mapping[str, Any], place: int) -> EarlyCase:
    """Told by the home help with the person's yes, or found in the visits that are known."""
    patient, at = world.patients[place], world.clock(-spec["days_ago"], _TOLD_AT)
    if "visits" in spec:
        markers = {"emergency_visits_12_months": spec["visits"]}
        centre = world.units[health_centre(world.people[place])]
        return cases.open_early_case(patient=patient, receiver=centre, markers=markers, by=audit.SYSTEM, at=at)
    by = world.anybody_at(f"help-{world.people[place].home.municipality}")
    return early.tell_early_signs(
        patient=patient, signs={"early_marker": True}, seen=spec["seen"], agreed=True, by=by, at=at
    )


def _answer(world: World, spec: Mapping[str, Any], case: EarlyCase) -> None:
    if "then" not in spec:
        return
    centre = next(key for key, unit in world.units.items() if unit == case.owner_unit)
    by, at = world.anybody_at(centre), world.clock(-spec["then_days_ago"], _ANSWERED_AT)
    if spec["then"] == EarlyCase.State.DISMISSED:
        cases.dismiss_early_case(case=case.pk, reason=spec["reason"], by=by, at=at)
        return
    cases.accept_early_case(case=case.pk, by=by, at=at)
    if spec["then"] == EarlyCase.State.CONTACT:
        early.name_contact(case=case, person=by, by=by, at=at + timedelta(days=1))


def load_beds(world: World, stock: Stock) -> None:
    """Beds asked for by the teams whose programme says that they may."""
    busy = set(Handover.objects.values_list("patient", flat=True))
    for turn, spec in enumerate(_data()["beds"]):
        team = world.units.get(spec["team"])
        if team is None or spec["bed"] not in abilities_of(team.pk, world.date):
            continue
        place = next(
            row.person
            for row in world.caseload.enrolments
            if row.team == spec["team"]
            and not world.people[row.person].key
            and not world.people[row.person].protection
            and world.patients[row.person].pk not in busy
        )
        busy.add(world.patients[place].pk)
        _bed(world, stock, spec, place, turn)


def _bed(world: World, stock: Stock, spec: Mapping[str, Any], place: int, turn: int) -> None:
    receiver = world.units[spec["receiver"]]
    row = care.ask_for_bed(
        episode=stock.enrolled[place],
        bed=spec["bed"],
        receiver=receiver,
        content=Content(spec["reason"], remains=spec.get("remains", ""), risks=spec.get("risks", "")),
        hand_back_on=world.date + timedelta(days=spec["hand_back_in"]) if "hand_back_in" in spec else None,
        by=world.anybody_at(spec["team"], turn),
        at=world.clock(*spec["asked"]),
    )
    if "answer" not in spec:
        return
    by, at = world.anybody_at(spec["receiver"], turn), world.clock(*spec["answered"])
    if spec["answer"] == Handover.State.DECLINED:
        care.decline_handover(handover=row, reason=spec["note"], by=by, at=at)
    else:
        passing.accept_handover(handover=row, takes_visits=False, by=by, at=at)


def load_ticks(world: World) -> None:
    """What has run late was told further, and whoever was told has a notice of it."""
    for hours in _TICKS:
        at = world.morning - timedelta(hours=hours)
        notices.escalate_requests(at)
        notices.escalate_handovers(at)
        notices.escalate_duties(at)
        notices.escalate_early_signs(at)
