"""Staff with professions, posts and competences, and their shifts on a day. The same people in both models."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from narvard.demo import names, sources
from narvard.demo.area import Area, UnitSpec
from narvard.demo.cast import STAFF, NamedStaff
from narvard.demo.duty import pattern


@dataclass(frozen=True, slots=True)
class StaffSpec:
    """A member of staff; `posts` are unit keys, the main one first. `username` only for the cast."""

    key: str
    given_name: str
    family_name: str
    profession: str
    phone: str
    posts: tuple[str, ...]
    competences: tuple[str, ...]
    username: str = ""
    role: str = ""
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class ShiftSpec:
    """A shift on a day: `staff` at `unit` from `starts` to `ends` (minutes from midnight), from `base`."""

    staff: str
    unit: str
    profession: str
    starts: int
    ends: int
    base: str


def staff(seed: int, area: Area) -> tuple[StaffSpec, ...]:
    """Everybody who works in the area under its operating model; names do not depend on the model."""
    data = sources.yaml_data("staffing.yaml")
    mobile = _pool(seed, "mobile", data["mobile"][area.model])
    others = _pool(seed, "others", _other_counts(data["others"], area))
    cast = [_cast_member(person, area) for person in STAFF.values()]
    shared = data["shared"].get(area.model, {})
    return tuple(_sharing(person, shared) for person in (*cast, *mobile, *others))


def _other_counts(others: Mapping[str, Any], area: Area) -> Mapping[str, Mapping[str, int]]:
    counts = {key: row for key, row in others.items() if key != "kinds"}
    for unit in area.units.values():
        if unit.kind in others["kinds"]:
            counts[unit.key] = others["kinds"][unit.kind]
    return counts


def _pool(seed: int, pool: str, counts: Mapping[str, Mapping[str, int]]) -> Iterator[StaffSpec]:
    """Fill each unit's posts, people of a profession in the same order whatever the units are."""
    seats = [
        (unit, profession)
        for unit, row in counts.items()
        for profession, number in row.items()
        for _ in range(number - _cast_in(unit, profession))
    ]
    order: Counter[str] = Counter()
    for unit, profession in seats:
        order[profession] += 1
        yield _drawn(seed, f"{pool}-{profession}-{order[profession]}", profession, unit)


def _cast_in(unit: str, profession: str) -> int:
    """How many of the cast already sit in the unit's posts of that profession."""
    posts = [
        person
        for person in STAFF.values()
        if person.profession == profession and any(units[0] == unit for units in person.units.values())
    ]
    return len(posts)


def _drawn(seed: int, key: str, profession: str, unit: str) -> StaffSpec:
    rng = sources.stream(seed, f"staff-{key}")
    given = names.given_name(rng, woman=rng.random() < 0.8, age=rng.choice((30, 40, 50, 62)))
    return StaffSpec(
        key=key,
        given_name=given,
        family_name=names.family_name(rng),
        profession=profession,
        phone=names.mobile(rng),
        posts=(unit,),
        competences=_competences(rng, profession, unit),
    )


def _competences(rng: random.Random, profession: str, unit: str) -> tuple[str, ...]:
    if profession == "assistant_nurse":
        return ("dementia",)
    if profession != "nurse":
        return ()
    nursing = unit.startswith("nursing")
    own = ["wound", "iv"] if nursing else ["palliative", "dementia", "iv", "wound"]
    return tuple(own if not nursing or rng.random() < 0.75 else own[:1])


def _cast_member(person: NamedStaff, area: Area) -> StaffSpec:
    phone = names.mobile(sources.stream(0, person.username))
    return StaffSpec(
        key=person.username,
        given_name=person.given_name,
        family_name=person.family_name,
        profession=person.profession,
        phone=phone,
        posts=person.units[area.model],
        competences=person.competences,
        username=person.username,
        role=person.role,
        purpose=person.purpose,
    )


def _sharing(person: StaffSpec, shared: Mapping[str, str]) -> StaffSpec:
    """A health-centre physician who also goes with the municipality's primary-care team."""
    extra = shared.get(person.posts[0]) if person.profession == "physician" else None
    return replace(person, posts=(*person.posts, extra)) if extra else person


def role_of(person: StaffSpec, unit: UnitSpec) -> tuple[str, str]:
    """(role, purpose) of a person's commission at `unit`."""
    data = sources.yaml_data("staffing.yaml")
    by_unit = data["roles"].get(unit.kind, "team")
    physician = "physician" if person.profession == "physician" and by_unit == "team" else ""
    role = person.role or data["role_by_profession"].get(person.profession) or physician or by_unit
    if person.role and unit.key != person.posts[0]:
        role = by_unit
    return role, person.purpose or data["purposes"].get(unit.kind, "care")


def shifts(people: tuple[StaffSpec, ...], area: Area, day: date) -> tuple[ShiftSpec, ...]:
    """The shifts of `day`: people take turns from day to day, the cast always works the day shift."""
    part = "weekend" if day.weekday() >= 5 else "weekday"
    at_unit: dict[str, list[StaffSpec]] = {}
    for person in people:
        at_unit.setdefault(_post_on(person, area, day), []).append(person)
    return tuple(
        row
        for unit in area.units.values()
        if unit.base
        for row in _unit_shifts(at_unit.get(unit.key, []), unit, day, pattern(unit.key, part))
    )


def _post_on(person: StaffSpec, area: Area, day: date) -> str:
    """Where a person works on `day`: those with two posts that go out alternate, the main one on Mondays."""
    going_out = [post for post in person.posts if area.units[post].base]
    return going_out[day.weekday() % len(going_out)] if going_out else person.posts[0]


def _unit_shifts(
    people: list[StaffSpec], unit: UnitSpec, day: date, wanted: list[tuple[str, int, int, int]]
) -> Iterator[ShiftSpec]:
    left = list(people)
    for profession, number, starts, ends in wanted:
        fitting = [person for person in left if person.profession == profession]
        named = [person for person in fitting if person.username]
        others = [person for person in fitting if not person.username]
        turn = day.toordinal() % max(1, len(others))
        for person in (*named, *others[turn:], *others[:turn])[:number]:
            left.remove(person)
            yield ShiftSpec(person.key, unit.key, profession, starts, ends, unit.base)
