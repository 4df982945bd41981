"""The registered persons: about 1,000 with official test numbers, living where people live."""

import random
from dataclasses import dataclass, replace
from datetime import date

from narvard.demo import geography, homes, names, need, sources
from narvard.demo.cast import PATIENTS, NamedPatient
from narvard.demo.stories import Condition, Kin, conditions, home_languages, matters

AREA_OLDER, AREA_ADULTS, AREA_CHILDREN = 940, 42, 18
PROTECTED_PERSONS = 4
LATE_PHASE_SHARE = 0.2
# Need rises with age: weight of drawing a number by age band.
_AGE_WEIGHT = ((65, 0.35), (70, 0.6), (75, 1.0), (80, 1.5), (85, 2.2), (90, 2.2), (95, 1.2), (100, 0.6))
_HOUSING = (("ordinary", 0.83), ("special", 0.13), ("short_term", 0.03), ("lss", 0.01))
_SEGMENTS = (("mest_sjuka", 0.40), ("multisviktande", 0.35), ("sviktande", 0.17), ("", 0.08))


@dataclass(frozen=True, slots=True)
class Resident:
    """A synthetic person; only `number` is real: one of Skatteverket's official test numbers."""

    number: str
    given_name: str
    family_name: str
    woman: bool
    born: date
    age: int
    home: homes.Home
    health_centre: str
    housing: str
    segment: str
    home_nursing: bool | None
    phone: str
    language: str
    interpreter: bool
    protection: str
    contact_by: str
    not_before_hour: int | None
    matters: str
    conditions: tuple[Condition, ...]
    admissions: int
    medicines: int
    manages_personal_care: bool | None
    kin: tuple[Kin, ...]
    key: str = ""

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}"

    @property
    def palliative(self) -> bool:
        """True when a condition of the person is a progressive one in late phase."""
        return any(condition.palliative for condition in self.conditions)


def residents(seed: int, day: date) -> tuple[Resident, ...]:
    """The cast's patients first, then the drawn ones in a fixed order."""
    drawn = _drawn_numbers(seed, day)
    places = _places(seed, len(drawn))
    rng = sources.stream(seed, "residents")
    protected = set(sources.stream(seed, "protection").sample(range(len(drawn)), PROTECTED_PERSONS))
    people = [
        _resident(rng, number, day, code, outside=outside, protected=place in protected)
        for place, (number, (code, outside)) in enumerate(zip(drawn, places, strict=True))
    ]
    return (*(_named(rng, person, day) for person in PATIENTS.values()), *people)


def _drawn_numbers(seed: int, day: date) -> list[str]:
    """Official numbers without the cast's, older people by age weight, and some adults and children."""
    rng = sources.stream(seed, "numbers")
    taken = {person.number for person in PATIENTS.values()}
    free = [number for number in sources.official_numbers() if number not in taken]
    older = [number for number in free if 65 <= sources.age_on(number, day) <= 101]
    adults = [number for number in free if 18 <= sources.age_on(number, day) < 65]
    children = [number for number in free if 1 <= sources.age_on(number, day) < 18]
    weighted = sorted(older, key=lambda number: rng.random() ** (1 / _age_weight(sources.age_on(number, day))))
    chosen = weighted[-AREA_OLDER:] + rng.sample(adults, AREA_ADULTS) + rng.sample(children, AREA_CHILDREN)
    rng.shuffle(chosen)
    return chosen


def _age_weight(age: int) -> float:
    return next(weight for floor, weight in reversed(_AGE_WEIGHT) if age >= floor)


def _places(seed: int, count: int) -> list[tuple[str, bool]]:
    """(municipality, outside a locality) per person: municipalities by need, outside by the real share."""
    by_need = need.mobile_team_need()
    total = sum(by_need.values())
    quota = largest_remainder({code: count * persons / total for code, persons in by_need.items()})
    places = [
        (code, number < round(persons * homes.OUTSIDE_SHARE[code]))
        for code, persons in quota.items()
        for number in range(persons)
    ]
    sources.stream(seed, "places").shuffle(places)
    return places


def largest_remainder(shares: dict[str, float]) -> dict[str, int]:
    """Whole numbers that keep the sum of `shares` (which is whole), the largest remainders rounded up."""
    whole = {key: int(value) for key, value in shares.items()}
    missing = round(sum(shares.values())) - sum(whole.values())
    for key in sorted(shares, key=lambda key: whole[key] - shares[key])[:missing]:
        whole[key] += 1
    return whole


def _resident(rng: random.Random, number: str, day: date, code: str, *, outside: bool, protected: bool) -> Resident:
    woman, age = sources.is_woman(number), sources.age_on(number, day)
    home = homes.draw_home(rng, code, outside=outside)
    family = names.family_name(rng)
    housing = "ordinary" if outside or age < 65 else _pick(rng, _HOUSING)
    segment = _pick(rng, _SEGMENTS) if age >= 65 else ("mest_sjuka" if rng.random() < 0.7 else "")
    language, interpreter = _language(rng)
    return Resident(
        number=number,
        given_name=names.given_name(rng, woman=woman, age=age),
        family_name=family,
        woman=woman,
        born=sources.birth_date(number),
        age=age,
        home=home,
        health_centre=_listed_at(home),
        housing=housing,
        segment=segment,
        home_nursing=_home_nursing(rng, segment, housing),
        phone=names.mobile(rng) if age >= 12 else "",
        language=language,
        interpreter=interpreter,
        protection=rng.choice(("marked", "protected")) if protected else "",
        contact_by=rng.choices(("phone", "text", "letter"), weights=(78, 17, 5))[0],
        not_before_hour=rng.choice((9, 10)) if rng.random() < 0.12 else None,
        matters=rng.choice(matters(age)),
        conditions=_conditions(rng, segment, age),
        admissions=_admissions(rng, segment),
        medicines=_medicines(rng, segment),
        manages_personal_care=rng.choices((True, False, None), weights=(45, 45, 10))[0],
        kin=_kin(rng, family, age),
    )


def _named(rng: random.Random, person: NamedPatient, day: date) -> Resident:
    """A patient of the cast: what the cast says, the rest drawn."""
    home = person.home
    drawn = _resident(rng, person.number, day, home.municipality, outside=home.outside, protected=False)
    return replace(
        drawn,
        given_name=person.given_name,
        family_name=person.family_name,
        home=home,
        health_centre=_listed_at(home),
        key=person.key,
        **dict(person.told),
    )


def _pick(rng: random.Random, weighted: tuple[tuple[str, float], ...]) -> str:
    return rng.choices([key for key, _ in weighted], weights=[weight for _, weight in weighted])[0]


def _listed_at(home: homes.Home) -> str:
    """The nearest health centre, also when it lies in the next municipality."""
    return geography.nearest(home.lat, home.lon, sources.facilities("clinic")).name


def _conditions(rng: random.Random, segment: str, age: int) -> tuple[Condition, ...]:
    """One to four conditions; about one in five of the most sick has a progressive one in late phase."""
    suited = [row for row in conditions().values() if row.ages[0] <= age <= row.ages[1]]
    late = [row for row in suited if row.palliative]
    usual = [row for row in suited if not row.palliative]
    wanted = {"mest_sjuka": 4, "multisviktande": 3, "sviktande": 2}.get(segment, 1)
    chosen: dict[str, Condition] = {}
    if late and segment == "mest_sjuka" and rng.random() < LATE_PHASE_SHARE:
        chosen.update({row.name: row for row in rng.choices(late, weights=[row.weight for row in late])})
    while len(chosen) < min(wanted, len(usual)):
        condition = rng.choices(usual, weights=[row.weight for row in usual])[0]
        chosen[condition.name] = condition
    return tuple(chosen.values())


def _home_nursing(rng: random.Random, segment: str, housing: str) -> bool | None:
    if housing in {"special", "short_term"}:
        return True
    share = {"mest_sjuka": 0.75, "multisviktande": 0.65, "sviktande": 0.25}.get(segment, 0.15)
    return None if rng.random() < 0.04 else rng.random() < share


def _admissions(rng: random.Random, segment: str) -> int:
    return rng.choice({"mest_sjuka": (1, 2, 3, 3, 4, 6), "multisviktande": (0, 1, 1, 2, 3)}.get(segment, (0, 0, 0, 1)))


def _medicines(rng: random.Random, segment: str) -> int:
    low, high = {"mest_sjuka": (6, 16), "multisviktande": (5, 13), "sviktande": (2, 9)}.get(segment, (0, 6))
    return rng.randint(low, high)


def _language(rng: random.Random) -> tuple[str, bool]:
    if rng.random() > 0.05:
        return "svenska", False
    return rng.choice(home_languages()), rng.random() < 0.8


def _kin(rng: random.Random, family: str, age: int) -> tuple[Kin, ...]:
    if age < 18:
        return tuple(_relative(rng, family, 38, "guardian") for _ in range(rng.choice((1, 2, 2))))
    kinds = []
    if rng.random() < 0.45:
        kinds.append(("spouse", age))
    kinds += [("child", age - 28)] * rng.choice((0, 1, 1, 2)) if age >= 45 else [("parent", age + 28)]
    if rng.random() < 0.06:
        kinds.append(("trustee", 55))
    return tuple(_relative(rng, family, kin_age, kind) for kind, kin_age in kinds)


def _relative(rng: random.Random, family: str, age: int, kind: str) -> Kin:
    surname = family if kind in {"spouse", "guardian"} or rng.random() < 0.5 else names.family_name(rng)
    given = names.given_name(rng, woman=rng.random() < 0.5, age=age)
    told = True if kind == "guardian" else rng.choices((True, False, None), weights=(80, 5, 15))[0]
    return Kin(
        f"{given} {surname}",
        kind,
        names.mobile(rng),
        told,
        kind in {"spouse", "guardian"} and rng.random() < 0.6,
    )
