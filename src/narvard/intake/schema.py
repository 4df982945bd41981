"""The shape of a programme file: which keys each kind may have and what may stand in them; every fault with its path.

Every figure has its source. A block either carries ``source`` and ``quote`` itself, or ``evidence`` gives them by
the block's name; what is our own says ``basis: operational`` and why.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from narvard.engines.criteria import Fault, InvalidCriteria, Wrong, parse
from narvard.intake.models import Channel, Urgency
from narvard.intake.shape import (
    Path,
    amount,
    by,
    list_of,
    matching,
    one_of,
    percent,
    record,
    text,
    whole,
)
from narvard.intake.vocabulary import vocabulary
from narvard.organisation.models import CareUnit, OpeningHours, Profession, Programme
from narvard.people.models import Housing

Kind = Programme.Kind

RESPONSIBILITIES = ("takes_over", "shares", "adds", "none")
ABILITIES = (
    "direct_admission",
    "short_term_place",
    "delegation",
    "monitoring",
    "needs_kit",
    "pictures",
    "video",
    "conference",
    "phone_line",
    "consult_line",
    "dated_orders",
    "proactive_work",
    "rehabilitation",
    "teaching",
    "family_support",
    "home_diagnostics",
)
LIMITS = (
    "active_patients",
    "patients_per_year",
    "patients_per_home_visit_physician",
    "visits_per_person_day",
    "visits_per_team_day",
    "stay_days",
)
DUTIES = (
    "first_visit",
    "home_visit",
    "ward_visit",
    "call_back",
    "follow_up_call",
    "daily_review",
    "plan",
    "handover",
    "closing_letter",
    "survey",
    "next_appointment",
)
AFTER = ("request", "acceptance", "enrolment", "discharge", "visit", "end", "every_day")
UNITS = ("minutes", "hours", "days", "working_days")
_SPAN = r"^([01]\d|2[0-3]):[0-5]\d-([01]\d:[0-5]\d|2[0-3]:[0-5]\d|24:00)$"


# The engine's faults in the readers' words; it has no language of its own.
WRONG = {
    Wrong.NO_MAPPING: gettext_lazy("väntade nycklar med fact, all, any, at_least eller not"),
    Wrong.NOT_ONE: gettext_lazy("väntade exakt en av fact, all, any, at_least, not"),
    Wrong.NO_COUNT: gettext_lazy("väntade ett heltal, fann %(found)r"),
    Wrong.OUT_OF_RANGE: gettext_lazy("%(found)s är inte från 1 till antalet delar, %(parts)s"),
    Wrong.NO_PARTS: gettext_lazy("väntade en lista med minst en del"),
    Wrong.UNKNOWN_FACT: gettext_lazy("okänd uppgift %(found)r"),
    Wrong.NOT_ONE_OPERATOR: gettext_lazy("väntade exakt en av %(allowed)s för %(fact)s (%(type)s)"),
    Wrong.NO_VALUES: gettext_lazy("väntade minst ett värde"),
    Wrong.WRONG_TYPE: gettext_lazy("%(found)r passar inte uppgiftens slag, %(type)s"),
    Wrong.NO_TEXT: gettext_lazy("väntade en text per språk: sv, en"),
    Wrong.NO_SWEDISH: gettext_lazy("den svenska texten saknas"),
    Wrong.STRAY_KEY: gettext_lazy("okänd nyckel här"),
}


def _criteria(value: object, path: Path) -> list[Fault]:
    try:
        parse(value, vocabulary(), path)
    except InvalidCriteria as refused:
        return [Fault(fault.path, str(WRONG[Wrong(fault.template)]), fault.told) for fault in refused.faults]
    return []


def _spans(value: object, path: Path) -> list[Fault]:
    if value == "closed":
        return []
    faults = list_of(matching(_SPAN, lambda: _("ett spann som 08:00-16:00")))(value, path)
    if faults or not isinstance(value, list):
        return faults
    backwards = [(n, span) for n, span in enumerate(value) if span[:5] >= span[6:]]
    return [Fault((*path, n), _("%(span)s slutar innan det börjar") % {"span": span}) for n, span in backwards]


def _ages(value: object, path: Path) -> list[Fault]:
    faults = record({}, {"from": whole, "to": whole, "any": one_of("yes")})(value, path)
    if faults or not isinstance(value, Mapping) or value.get("from", 0) <= value.get("to", value.get("from", 0)):
        return faults
    return [Fault(path, _("from är högre än to"))]


def _fact(value: object, path: Path) -> list[Fault]:
    return one_of(*vocabulary())(value, path)


yes = one_of("yes")
words = record({"sv": text}, {"en": text})
urgencies = one_of(*Urgency.values)
channels = list_of(one_of(*Channel.values))
municipality_codes = list_of(matching(r"^\d{4}$", lambda: _("en kommunkod med fyra siffror, inom citattecken")))
key = matching(r"^[a-z0-9_]+$", lambda: _("en nyckel av a-z, 0-9 och _"))
basis = one_of("source", "operational")
_told = {"source": text, "quote": text}
sourced = record({"text": words, **_told}, {})

_hours = by(one_of("weekdays", "weekend", *OpeningHours.Day.values), _spans)
_staff = by(one_of(*Profession.values), amount)
_rule = record({"rule": _criteria, "basis": basis}, {**_told, "why": words})
_every = record({"unit": one_of("day", "week", "month", "year")}, {"count": whole})
_way = record(
    {"channels": channels, "text": words},
    {**_told, "basis": basis, "urgencies": list_of(urgencies), "condition": _criteria},
)
_duty = record(
    {"kind": one_of(*DUTIES), "after": one_of(*AFTER), "text": words, **_told},
    {"within": by(one_of(*UNITS), whole), "basis": basis, "rule": _criteria},
)
_clocks = record(
    {},
    {
        "answer_minutes": by(urgencies, whole),
        "first_contact_working_days": by(urgencies, whole),
        "call_back_minutes": by(urgencies, whole),
        "reassess_minutes": by(urgencies, whole),
    },
)
_responsibility = record(
    {"medical": one_of(*RESPONSIBILITIES)},
    {"while": words, "nursing": words, "days": amount, "hands_back_to": words},
)

_common_required = {
    "key": key,
    "name": text,
    "kind": one_of(*Kind.values),
    "sources": by(text, text),
}
_common = {
    "principal": words,
    "area": record({"text": words}, {"municipalities": municipality_codes}),
    "patients": words,
    "hours": _hours,
    "hours_text": words,
    "phone": words,
    "staff": _staff,
    "staff_per": one_of("site", "team"),
    "sites": list_of(record({"name": text}, {"staff": _staff, "cars": whole, "text": words})),
    "competences": list_of(words),
    "crews": list_of(record({"roles": _staff}, {"text": words})),
    "senders": record({}, {"only": channels, "usual": channels, "ways": list_of(_way), "text": words, **_told}),
    "abilities": list_of(one_of(*ABILITIES)),
    "agreements": list_of(
        record({"text": words, **_told}, {"shares": by(one_of("region", "municipality"), percent), "for": words})
    ),
    "duties": list_of(_duty),
    "activities": list_of(record({"text": words, **_told}, {"every": _every})),
    "needs": list_of(sourced),
    "works_with": list_of(words),
    "approaches": list_of(
        record({"name": words, "municipalities": municipality_codes, "text": words, "source": text}, {"quote": text})
    ),
    "figures": list_of(record({"name": words, "value": amount, **_told}, {"unit": words})),
    "notes": list_of(sourced),
    "evidence": by(text, record({}, {**_told, "basis": basis, "why": words})),
}
_rules = {"criteria": _rule, "target": _rule}
_team = {
    **_rules,
    "always_open": yes,
    "cars": whole,
    "ages": _ages,
    "housing": record({}, {"only": list_of(one_of(*Housing.values)), "any": yes}),
    "responsibility": _responsibility,
    "limits": by(one_of(*LIMITS), whole),
    "clocks": _clocks,
    "combines": list_of(key),
}
_by_kind = {
    Kind.TEAM: record(_common_required, {**_common, **_team}),
    Kind.CONSULT: record({**_common_required, "activities": _common["activities"]}, _common),
    Kind.CONFERENCE: record({**_common_required, "meets": _every, "decides": words}, {**_common, "finds_for": key}),
    Kind.CONTACT: record(
        {**_common_required, "markers": list_of(_fact)},
        {**_common, **_rules, "designated_from": list_of(one_of(*CareUnit.Kind.values)), "may_ask_for_visits": yes},
    ),
    Kind.GOVERNANCE: record(
        {**_common_required, "principles": list_of(words)}, {**_common, "mandate": words, "reports": _every}
    ),
}

# Blocks that carry no source of their own: ``evidence`` must.
NEEDS_EVIDENCE = frozenset(
    {"area", "patients", "hours", "hours_text", "always_open", "phone", "staff", "sites", "competences", "crews"}
    | {"cars", "ages", "housing", "responsibility", "limits", "clocks", "abilities", "combines", "principal"}
    | {"meets", "decides", "finds_for", "markers", "designated_from", "may_ask_for_visits", "principles"}
    | {"mandate", "reports", "works_with"}
)


def document(value: object, path: Path) -> list[Fault]:
    """Every fault of a whole programme file."""
    if not isinstance(value, Mapping):
        return _by_kind[Kind.TEAM](value, path)
    kind = value.get("kind")
    faults = _by_kind[Kind(kind) if kind in Kind.values else Kind.TEAM](value, path)
    if faults:
        return [_of_another_kind(fault, str(kind)) for fault in faults]
    return [*_without_evidence(value), *_unknown_sources(value, frozenset(value["sources"])), *_unfounded(value)]


_ANOTHER_KINDS = frozenset(_team) | frozenset(
    {"markers", "designated_from", "may_ask_for_visits", "meets", "decides", "finds_for"}
    | {"principles", "mandate", "reports"}
)


def _of_another_kind(fault: Fault, kind: str) -> Fault:
    """A key that only another kind may have is told as such."""
    if len(fault.path) == 1 and fault.path[0] in _ANOTHER_KINDS and fault.message == _("okänd nyckel här"):
        return Fault(fault.path, _("hör inte till ett program av slaget %(kind)s") % {"kind": kind})
    return fault


def _without_evidence(data: Mapping[str, Any]) -> Iterator[Fault]:
    evidence = data.get("evidence", {})
    for name in data:
        if name in NEEDS_EVIDENCE and name not in evidence:
            yield Fault((name,), _("ingen källa: skriv den under evidence"))
    for name in evidence:
        if name not in data:
            yield Fault(("evidence", name), _("gäller ett block som inte finns"))


def _unknown_sources(value: object, known: frozenset[str], path: Path = ()) -> Iterator[Fault]:
    """Sources that ``sources`` does not name."""
    if isinstance(value, list):
        for place, part in enumerate(value):
            yield from _unknown_sources(part, known, (*path, place))
    if not isinstance(value, Mapping):
        return
    if path and "source" in value and value["source"] not in known:
        yield Fault((*path, "source"), _("%(source)s står inte under sources") % {"source": value["source"]})
    for name, part in value.items():
        yield from _unknown_sources(part, known, (*path, name))


def _unfounded(data: Mapping[str, Any]) -> Iterator[Fault]:
    """Rules, evidence and times that say neither a source nor that they are our own, and why."""
    blocks: list[tuple[Path, Any]] = [(("evidence", name), part) for name, part in data.get("evidence", {}).items()]
    blocks += [((name,), data[name]) for name in _rules if name in data]
    for path, block in blocks:
        own = block.get("basis") == "operational" and "why" in block
        if not own and not ("source" in block and "quote" in block):
            yield Fault(path, _("skriv source och quote, eller basis: operational och why"))
    for place, duty in enumerate(data.get("duties", ())):
        if "within" in duty and "basis" not in duty:
            yield Fault(("duties", place), _("basis saknas: säg om tiden är källans eller vår egen"))
