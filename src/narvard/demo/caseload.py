"""Who is enrolled where, who answers for what and which visits they need. Pure, from residents and the area."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from narvard.demo import need, sources
from narvard.demo.area import Area, local_unit, umea_district
from narvard.demo.duty import NURSING_FILL, PHYSICIAN_FILL, TEAM_FILL, visits_a_day
from narvard.demo.needs import (
    Diary,
    NeedSpec,
    Period,
    contact_need,
    joint_needs,
    municipal_needs,
    rehab_needs,
    team_needs,
)
from narvard.demo.residents import Resident, largest_remainder

# Persons enrolled per team. `today` follows the teams' size; `joint` 20-25 per hospital-connected team (seed 000),
# the rest by need, so that both models have the same number of enrolled people and differ in who they are.
TODAY_ENROLLED = {"primar": 168, "palliativ": 72, "got": 72, "ogh": 44, "demens": 94}
JOINT_HOSPITAL_TEAM_ENROLLED = 22
ENROLLED = 450
CARERS = frozenset({"nurse", "assistant_nurse", "physiotherapist", "occupational_therapist", "counsellor", "dietitian"})
OPEN_ORDERS, OPEN_SINGLE_VISITS, ENDED_CONTACTS = 10, 6, 170


@dataclass(frozen=True, slots=True)
class EnrolmentSpec:
    """An open enrolment. `holders` maps kind of responsibility to unit key."""

    person: int
    team: str
    days_ago: int
    consent_how: str
    holders: Mapping[str, str]
    goal: str
    needs: tuple[NeedSpec, ...]


@dataclass(frozen=True, slots=True)
class ContactSpec:
    """A contact without enrolment: form as in `care.Episode.Form`, `ended_days_ago` None while it is open."""

    person: int
    unit: str
    form: str
    days_ago: int
    ended_days_ago: int | None
    needs: tuple[NeedSpec, ...]


@dataclass(frozen=True, slots=True)
class Caseload:
    """Everything the units carry on the demo morning."""

    enrolments: tuple[EnrolmentSpec, ...]
    contacts: tuple[ContactSpec, ...]

    @property
    def enrolled(self) -> frozenset[int]:
        """Places in the list of residents of those enrolled."""
        return frozenset(row.person for row in self.enrolments)


def caseload(seed: int, day: date, area: Area, people: tuple[Resident, ...]) -> Caseload:
    """Enrolments and contacts on `day`; the cast is placed by its stories."""
    placed = _cast_teams(area, people) | _enrolled(seed, area, people)
    rng = sources.stream(seed, f"enrolments-{area.model}")
    rates = _rates(placed, people)
    diary = Diary(day)
    enrolments = tuple(
        _enrolment(rng, place, people[place], team, diary, day, rates) for place, team in sorted(placed.items())
    )
    free = [place for place, person in enumerate(people) if place not in placed and not person.key]
    sources.stream(seed, f"contacts-{area.model}").shuffle(free)
    return Caseload(enrolments, tuple(_contacts(seed, day, area, people, free, diary)))


def _cast_teams(area: Area, people: tuple[Resident, ...]) -> dict[int, str]:
    teams = sources.yaml_data("cast.yaml")["enrolled"]
    return {place: teams[person.key][area.model] for place, person in enumerate(people) if person.key in teams}


def _enrolled(seed: int, area: Area, people: tuple[Resident, ...]) -> dict[int, str]:
    """Team by person: each team takes those who fit it best until its places are filled."""
    rng = sources.stream(seed, "fit")
    order = [(place, rng.random()) for place in range(len(people))]
    left = _places(area)
    for team in _cast_teams(area, people).values():
        left[team] -= 1
    chosen: dict[int, str] = {}
    for strict in (True, False):
        for place, _ in sorted(order, key=lambda row: (_rank(people[row[0]]), row[1])):
            person = people[place]
            if place in chosen or person.key:
                continue
            team = next((team for team in _fitting(area, person, strict=strict) if left[team] > 0), "")
            if team:
                chosen[place] = team
                left[team] -= 1
    return chosen


def _places(area: Area) -> dict[str, int]:
    if area.model == "today":
        return {**TODAY_ENROLLED, "bedomningsbil": 0}
    hospital = [unit.key for unit in area.teams if unit.key.startswith("sk-")]
    by_need = need.mobile_team_need()
    rest = ENROLLED - JOINT_HOSPITAL_TEAM_ENROLLED * len(hospital)
    shares = {code: rest * persons / sum(by_need.values()) for code, persons in by_need.items()}
    by_code = largest_remainder(shares)
    umea = by_code.pop("2480")
    places = {f"pv-{code}": number for code, number in by_code.items()}
    thirds = largest_remainder({f"pv-umea-{district}": umea / 3 for district in ("ost", "vast", "soder")})
    return {**dict.fromkeys(hospital, JOINT_HOSPITAL_TEAM_ENROLLED), **places, **thirds}


def _rank(person: Resident) -> int:
    """The sickest first."""
    order = {"mest_sjuka": 0, "multisviktande": 1, "sviktande": 2}
    return order.get(person.segment, 3)


def _fitting(area: Area, person: Resident, *, strict: bool) -> Iterator[str]:
    """Teams that the person fits, best first; not strict lets a team's neighbours in to fill its places."""
    leanings = {condition.leaning for condition in person.conditions}
    if area.model == "today":
        yield from _fitting_today(person, leanings, strict=strict)
    else:
        yield from _fitting_joint(person, leanings, strict=strict)


def _fitting_today(person: Resident, leanings: set[str], *, strict: bool) -> Iterator[str]:
    if "palliative" in leanings or ("child" in leanings and not strict):
        yield "palliativ"
    if person.age < 65 or not (person.segment or strict):
        return
    if "dementia" in leanings:
        yield "demens"
    if "orthopaedic" in leanings:
        yield "ogh"
    umea = person.home.municipality == "2480"
    if "geriatric" in leanings and (not umea or not strict):
        yield "got"
    if umea:
        yield "primar"
    if not strict:
        yield "palliativ"


def _fitting_joint(person: Resident, leanings: set[str], *, strict: bool) -> Iterator[str]:
    code = person.home.municipality
    if person.segment == "mest_sjuka" and ("palliative" in leanings or person.admissions >= 3 or not strict):
        yield _hospital_team(person)
    if person.age < 18 and strict:
        return
    if code == "2480":
        yield f"pv-umea-{umea_district(person.home.lat, person.home.lon)}"
        if not strict:
            yield from ("pv-umea-ost", "pv-umea-vast", "pv-umea-soder")
    else:
        yield f"pv-{code}"


def _hospital_team(person: Resident) -> str:
    code = person.home.municipality
    if code == "2480":
        return "sk-umea-soder" if umea_district(person.home.lat, person.home.lon) == "soder" else "sk-umea-norr"
    return "sk-kust" if code in {"2401", "2409"} else "sk-inland"


def _nursed_by(person: Resident) -> str:
    """Key of the municipal unit that nurses the person at home; empty when none does (or a housing's own staff)."""
    home = person.home
    nursed = person.home_nursing and person.housing != "special"
    return local_unit("nursing", home.municipality, home.lat, home.lon) if nursed else ""


def _rates(placed: dict[int, str], people: tuple[Resident, ...]) -> dict[str, dict[str, float]]:
    """Visits per person and weekday, by unit: `team`, `physician` and `nursing`."""
    enrolled = Counter(placed.values())
    nursed = Counter(_nursed_by(people[place]) for place in placed)
    teams = {
        team: {
            "team": visits_a_day(team, CARERS, 62, TEAM_FILL) / number,
            "physician": visits_a_day(team, frozenset({"physician"}), 70, PHYSICIAN_FILL) / number,
        }
        for team, number in enrolled.items()
    }
    nursing = {
        unit: {"nursing": visits_a_day(unit, CARERS, 34, NURSING_FILL) / number}
        for unit, number in nursed.items()
        if unit
    }
    return {**teams, **nursing}


def _enrolment(
    rng: random.Random,
    place: int,
    person: Resident,
    team: str,
    diary: Diary,
    day: date,
    rates: Mapping[str, Mapping[str, float]],
) -> EnrolmentSpec:
    days_ago = rng.choice((9, 14, 20, 30, 45, 70, 120, 200))
    period = Period(day - timedelta(days=days_ago), day, diary)
    nursed_by = _nursed_by(person)
    return EnrolmentSpec(
        person=place,
        team=team,
        days_ago=days_ago,
        consent_how=_consent_how(rng, person),
        holders=_holders(person, team),
        goal=person.matters,
        needs=(
            *team_needs(rng, person, team, period, rates[team]),
            *(municipal_needs(rng, person, period, rates[nursed_by]["nursing"]) if nursed_by else ()),
            *rehab_needs(rng, person, period),
            *joint_needs(rng, person, team, period),
        ),
    )


def _consent_how(rng: random.Random, person: Resident) -> str:
    if person.age < 18:
        return "guardian"
    dementia = any(condition.leaning == "dementia" for condition in person.conditions)
    if dementia and rng.random() < 0.35:
        return "cannot"
    return rng.choices(("spoken", "written"), weights=(75, 25))[0]


def _holders(person: Resident, team: str) -> dict[str, str]:
    """Main holder by kind of responsibility: the municipality keeps nursing where it already nurses at home."""
    home = person.home
    health_centre = sources.yaml_data("units.yaml")["health_centres"][person.health_centre]
    takes_medical = team in {"palliativ", "got"} or team.startswith(("sk-", "pv-umea"))
    nursing = local_unit("nursing", home.municipality, home.lat, home.lon) if person.home_nursing else team
    rehab = "ogh" if team == "ogh" else f"rehab-{home.municipality}"
    return {
        "medical": team if takes_medical else health_centre,
        "nursing": nursing,
        "rehabilitation": rehab,
        "coordination": team,
    }


def _contacts(
    seed: int, day: date, area: Area, people: tuple[Resident, ...], free: list[int], diary: Diary
) -> Iterator[ContactSpec]:
    rng = sources.stream(seed, f"contact-needs-{area.model}")
    forms = ["dated_order"] * OPEN_ORDERS + ["single_visit"] * OPEN_SINGLE_VISITS
    near = [place for place in free if _contact_team(area, people[place])]
    for place, form in zip(near, forms, strict=False):
        unit = _contact_team(area, people[place])
        days_ago = rng.randint(1, 5)
        needs = (contact_need(rng, area.units[unit], form, Period(day - timedelta(days=days_ago), day, diary)),)
        yield ContactSpec(place, unit, form, days_ago, None, needs)
    for place in near[len(forms) : len(forms) + ENDED_CONTACTS]:
        ended = rng.randint(1, 40)
        form = rng.choice(("advice", "advice", "single_visit"))
        yield ContactSpec(place, _contact_team(area, people[place]), form, ended + rng.randint(0, 3), ended, ())


def _contact_team(area: Area, person: Resident) -> str:
    """The team that takes single visits and orders where the person lives; empty when none does."""
    if area.model == "today":
        return "primar" if person.home.municipality == "2480" else ""
    return next(_fitting_joint(person, set(), strict=False)) if person.age >= 18 else ""
