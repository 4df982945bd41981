"""What is asked on the demo morning: who asks whom about whom, when, and what has come of it. Pure."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from narvard.demo import sources
from narvard.demo.area import Area, local_unit
from narvard.demo.caseload import Caseload
from narvard.demo.residents import Resident

# Outcomes on the demo morning, and how many of each; the first five are open.
PATHS = {
    "new": 14,
    "asked": 10,
    "accepted": 9,
    "declined": 3,
    "forwarded": 3,
    "missent": 2,
    "started": 6,
    "advice": 4,
    "withdrawn": 2,
    "refused": 2,
}
_ADULT = 18
# Minutes until the next step is due, as `intake.clocks` has it; a planned one has until the next working day ends.
_STEP_MINUTES = {"acute": 30, "semi_acute": 120, "advice": 60, "planned": 600}
_ON_THE_SPOT = frozenset({"ambulance", "alarm_centre", "sos"})
_LATE = 0.12
_WARDS = {
    "geriatric": "ward-medicine",
    "palliative": "ward-surgery",
    "orthopaedic": "ward-orthopaedic",
    "dementia": "ward-psychogeriatric",
}


@dataclass(frozen=True, slots=True)
class RequestSpec:
    """A request. `minutes_ago` counts back from the start of the demo morning; `path` is what came of it."""

    person: int
    channel: str
    sender: str
    urgency: str
    question: str
    background: str
    minutes_ago: int
    path: str
    caller: str = ""
    caller_phone: str = ""
    reasons: Mapping[str, str] | None = None


def requests(seed: int, area: Area, people: tuple[Resident, ...], load: Caseload) -> tuple[RequestSpec, ...]:
    """The cast's requests and the drawn ones, the oldest first."""
    drawn = _drawn(sources.stream(seed, f"requests-{area.model}"), area, people, load)
    rows = [*_cast_requests(area, people), *drawn]
    return tuple(sorted(rows, key=lambda row: -row.minutes_ago))


def _data() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = sources.yaml_data("requests.yaml")
    return loaded


def _cast_requests(area: Area, people: tuple[Resident, ...]) -> Iterator[RequestSpec]:
    places = {person.key: place for place, person in enumerate(people) if person.key}
    for row in sources.yaml_data("cast.yaml")["requests"]:
        person = people[places[row["patient"]]]
        caller = person.kin[0] if row.get("caller") else None
        yield RequestSpec(
            person=places[row["patient"]],
            channel=row["channel"],
            sender=row["sender"],
            urgency=row["urgency"],
            question=row["question"],
            background=row["background"],
            minutes_ago=row["minutes_ago"],
            path=row["path"],
            caller=caller.name if caller else "",
            caller_phone=caller.phone if caller else "",
            reasons=row.get("reasons") or _reasons(random.Random(row["patient"])),  # noqa: S311
        )


def _drawn(rng: random.Random, area: Area, people: tuple[Resident, ...], load: Caseload) -> Iterator[RequestSpec]:
    """One request per path place, channels in turn so that every one of them occurs."""
    paths = [path for path, number in PATHS.items() for _ in range(number)]
    rng.shuffle(paths)
    data = _data()
    channels = ["ward", "municipal_nurse", "health_centre", "ward", "municipal_nurse", "social", "ambulance"]
    channels += ["regional_nurse", "1177", "alarm_centre", "ward", "team", "patient", "return", "sos", "msih"]
    in_contact = load.enrolled | {row.person for row in load.contacts if row.ended_days_ago is None}
    free = [place for place, person in enumerate(people) if place not in in_contact and not person.key]
    rng.shuffle(free)
    told: Counter[str] = Counter()
    for number, path in enumerate(paths):
        channel = channels[number % len(channels)]
        template = data[channel][told[channel] % len(data[channel])]
        told[channel] += 1
        place = _suited(rng, people, free, template.get("fit", ""))
        free.remove(place)
        yield _from_template(rng, area, people[place], place, channel, template, path)


def _suited(rng: random.Random, people: tuple[Resident, ...], free: list[int], fit: str) -> int:
    fitting = [
        place
        for place in free
        if people[place].age >= _ADULT
        and (not fit or any(condition.leaning == fit for condition in people[place].conditions))
    ]
    return rng.choice(fitting or free)


def _from_template(
    rng: random.Random,
    area: Area,
    person: Resident,
    place: int,
    channel: str,
    template: Mapping[str, Any],
    path: str,
) -> RequestSpec:
    fit = template.get("fit", "")
    named = next((row.name for row in person.conditions if not fit or row.leaning == fit), "")
    texts = [template[key].replace("{condition}", named) for key in ("question", "background")]
    own = channel in {"patient", "return"}
    caller = person.kin[0] if person.kin and own else None
    return RequestSpec(
        person=place,
        channel="ward" if channel == "msih" else channel,
        sender=_sender(area, person, channel, fit),
        urgency=template["urgency"],
        question=texts[0],
        background=texts[1],
        minutes_ago=_minutes_ago(rng, channel, template["urgency"], path),
        path=path,
        caller=(caller.name if caller else person.name) if own else "",
        caller_phone=(caller.phone if caller else person.phone) if own else "",
        reasons=_reasons(rng),
    )


def _minutes_ago(rng: random.Random, channel: str, urgency: str, path: str) -> int:
    """Most open ones are within their clock, a few have just passed it; ended ones came over the weekend."""
    clock = 15 if channel in _ON_THE_SPOT and urgency != "planned" else _STEP_MINUTES[urgency]
    if path in {"new", "asked"} and rng.random() < _LATE:
        return clock + rng.randint(6, 25)
    if path == "new":
        return rng.randint(1, clock - 3)
    if path in {"asked", "forwarded", "declined", "missent"}:
        return rng.randint(10, max(12, clock - 2))
    if urgency == "advice":
        return rng.randint(30, 110)
    return rng.randint(40, 800) if path == "accepted" else rng.randint(300, 2600)


def _sender(area: Area, person: Resident, channel: str, fit: str) -> str:
    """Key of the unit that asks; the joint intake registers what people themselves phone about."""
    home = person.home
    health_centre = str(sources.yaml_data("units.yaml")["health_centres"][person.health_centre])
    senders = {
        "ward": _WARDS.get(fit, "ward-medicine"),
        "msih": "ward-infection",
        "health_centre": health_centre,
        "regional_nurse": "clinic-geriatric",
        "municipal_nurse": local_unit("nursing", home.municipality, home.lat, home.lon),
        "social": f"assessment-{home.municipality}",
        "ambulance": "ambulance",
        "alarm_centre": "alarm-centre",
        "sos": "sos",
        "1177": "advice-1177",
        "team": "got" if area.model == "today" else "pv-umea-vast",
    }
    return senders.get(channel, "intake")


def _reasons(rng: random.Random) -> Mapping[str, str]:
    return {key: rng.choice(texts) for key, texts in _data()["reasons"].items()}
