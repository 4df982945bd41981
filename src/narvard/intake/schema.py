"""The shape of a programme file: which keys it may have and what may stand in them; every fault with its path."""

import re
from collections.abc import Callable, Mapping

from narvard.engines.criteria import Fault, InvalidCriteria, parse
from narvard.intake.models import Channel, Urgency
from narvard.intake.vocabulary import vocabulary
from narvard.organisation.models import OpeningHours, Profession, Programme

Path = tuple[str | int, ...]
Check = Callable[[object, Path], list[Fault]]

RESPONSIBILITIES = ("takes_over", "shares", "keeps_with_others")
ABILITIES = (
    "direct_admission",
    "proactive_work",
    "rehabilitation",
    "consult_line",
    "dated_orders",
    "delegation",
    "needs_kit",
)
LIMITS = ("active_patients", "patients_per_year", "patients_per_home_visit_physician", "visits_per_day", "stay_days")
_SPAN = re.compile(r"^([01]\d|2[0-3]):[0-5]\d-([01]\d:[0-5]\d|2[0-3]:[0-5]\d|24:00)$")


def text(value: object, path: Path) -> list[Fault]:
    """A text that is not empty."""
    return [] if isinstance(value, str) and value.strip() else [Fault(path, f"expected a text, found {value!r}")]


def number(value: object, path: Path) -> list[Fault]:
    """A number that is not negative."""
    fits = isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
    return [] if fits else [Fault(path, f"expected a number of at least 0, found {value!r}")]


def whole(value: object, path: Path) -> list[Fault]:
    """A whole number above zero."""
    fits = isinstance(value, int) and not isinstance(value, bool) and value > 0
    return [] if fits else [Fault(path, f"expected a whole number above 0, found {value!r}")]


def one_of(*allowed: str) -> Check:
    """One of the words."""

    def check(value: object, path: Path) -> list[Fault]:
        return [] if value in allowed else [Fault(path, f"{value!r} is none of {', '.join(allowed)}")]

    return check


def matching(pattern: str, what: str) -> Check:
    """A text of the given form."""
    form = re.compile(pattern)

    def check(value: object, path: Path) -> list[Fault]:
        fits = isinstance(value, str) and form.match(value)
        return [] if fits else [Fault(path, f"expected {what}, found {value!r}")]

    return check


def list_of(item: Check) -> Check:
    """A list with at least one item."""

    def check(value: object, path: Path) -> list[Fault]:
        if not isinstance(value, list) or not value:
            return [Fault(path, "expected a list with at least one item")]
        return [fault for place, part in enumerate(value) for fault in item(part, (*path, place))]

    return check


def by(keys: Check, values: Check) -> Check:
    """A mapping whose keys and values pass the checks."""

    def check(value: object, path: Path) -> list[Fault]:
        if not isinstance(value, Mapping) or not value:
            return [Fault(path, "expected a mapping with at least one key")]
        return [fault for key in value for fault in (keys(key, (*path, key)) or values(value[key], (*path, key)))]

    return check


def record(required: Mapping[str, Check], optional: Mapping[str, Check]) -> Check:
    """A mapping with exactly these keys."""
    known = {**required, **optional}

    def check(value: object, path: Path) -> list[Fault]:
        if not isinstance(value, Mapping):
            return [Fault(path, "expected a mapping")]
        missing = [Fault(path, f"{key} is missing") for key in required if key not in value]
        stray = [Fault((*path, key), "unknown key here") for key in value if key not in known]
        inside = [fault for key in value if key in known for fault in known[key](value[key], (*path, key))]
        return missing + stray + inside

    return check


def _criteria(value: object, path: Path) -> list[Fault]:
    try:
        parse(value, vocabulary(), path)
    except InvalidCriteria as refused:
        return refused.faults
    return []


def _spans(value: object, path: Path) -> list[Fault]:
    if value == "closed":
        return []
    faults = list_of(matching(_SPAN.pattern, "a span such as 08:00-16:00"))(value, path)
    if faults or not isinstance(value, list):
        return faults
    return [Fault((*path, n), f"{span} ends before it starts") for n, span in enumerate(value) if span[:5] >= span[6:]]


words = record({"sv": text}, {"en": text})
urgencies = one_of(*Urgency.values)
channels = list_of(one_of(*Channel.values))
municipality_codes = list_of(matching(r"^\d{4}$", "a municipality code of four digits, in quotes"))
sourced = record({"text": words}, {"source": text, "quote": text})
team_area = record({"text": words}, {"municipalities": municipality_codes})

_hours = by(one_of("weekdays", "weekend", *OpeningHours.Day.values), _spans)
_rule = record({"rule": _criteria, "basis": one_of("source", "operational")}, {"source": text, "quote": text})
_approach = record({"name": words, "municipalities": municipality_codes, "text": words}, {"source": text})

document = record(
    {
        "key": matching(r"^[a-z0-9_]+$", "a key of a-z, 0-9 and _"),
        "name": text,
        "kind": one_of(*Programme.Kind.values),
        "sources": by(text, text),
    },
    {
        "principal": words,
        "area": team_area,
        "always_open": one_of("yes"),
        "hours": _hours,
        "staff": by(one_of(*Profession.values), number),
        "cars": whole,
        "patients": words,
        "criteria": _rule,
        "target": _rule,
        "senders": record({}, {"only": channels, "usual": channels, "text": words, "source": text, "quote": text}),
        "responsibility": one_of(*RESPONSIBILITIES),
        "limits": by(one_of(*LIMITS), whole),
        "clocks": record(
            {}, {"answer_minutes": by(urgencies, whole), "first_contact_working_days": by(urgencies, whole)}
        ),
        "abilities": list_of(one_of(*ABILITIES)),
        "approaches": list_of(_approach),
        "notes": list_of(sourced),
    },
)
