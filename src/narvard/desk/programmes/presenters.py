"""A programme in readable words: each field with where it stands in the sources, and what the sources do not say."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from narvard.desk.programmes import words
from narvard.engines.criteria import Facts, evaluate, lines, parse
from narvard.intake.clocks import own_times
from narvard.intake.definitions import Definition
from narvard.intake.models import Channel, Urgency
from narvard.intake.vocabulary import vocabulary
from narvard.organisation.models import CareUnit, OpeningHours, Profession
from narvard.people.models import Housing


@dataclass(frozen=True)
class Told:
    """One thing that is said, and the sentence of the source that says it; ``depth`` indents a part of a rule."""

    text: str
    source: str = ""
    quote: str = ""
    depth: int = 0


@dataclass(frozen=True)
class Field:
    """One field: what is said, and for the whole of it the source, or why it is our own."""

    name: str
    label: str
    told: Sequence[Told] = ()
    source: str = ""
    quote: str = ""
    own: str = ""
    ours: Sequence[Told] = ()
    """What is ours where the sources say nothing."""

    @property
    def missing(self) -> bool:
        """Whether the sources do not say."""
        return not self.told


@dataclass(frozen=True)
class Sheet:
    """A definition as a page shows it."""

    key: str
    name: str
    kind: str
    fields: Sequence[Field]
    sources: Sequence[str] = field(default_factory=tuple)


def sheet(definition: Definition, kind_label: str) -> Sheet:
    """The whole definition in words."""
    data = definition.data
    fields = [_field(name, str(label), data) for name, label in words.FIELDS[definition.kind]]
    ours = list(_clocks(own_times(definition.pace)))
    fields = [replace(row, ours=ours) if row.name == "clocks" else row for row in fields]
    shown = [row for row in fields if not (row.missing and row.name in words.OPTIONAL)]
    return Sheet(definition.key, definition.name, kind_label, shown, list(data["sources"].values()))


def _field(name: str, label: str, data: Mapping[str, Any]) -> Field:
    found = name if name != "hours" else next((n for n in _OPEN if n in data), name)
    if found not in data:
        return Field(name, label)
    value = data[found]
    sources = data["sources"]
    basis = data.get("evidence", {}).get(found) or (value if isinstance(value, Mapping) else {})
    told = [_sourced(row, sources) for row in _SAYS[found](value)]
    return Field(
        name,
        label,
        told,
        sources.get(basis.get("source"), ""),
        basis.get("quote", ""),
        _word(basis["why"]) if "why" in basis else "",
    )


_OPEN = ("hours", "always_open", "hours_text")


def _sourced(row: Told, sources: Mapping[str, str]) -> Told:
    return Told(row.text, sources.get(row.source, ""), row.quote, row.depth)


def _word(text: Mapping[str, str]) -> str:
    return text.get((get_language() or "sv")[:2]) or text["sv"]


def _amount(value: Any) -> str:
    if isinstance(value, list):
        return "–".join(map(_amount, value))
    return str(number_format(value, force_grouping=True))


def _one(text: str) -> Iterator[Told]:
    yield Told(text)


def _words(value: Mapping[str, str]) -> Iterator[Told]:
    yield Told(capfirst(_word(value)))


def _each_word(value: Sequence[Mapping[str, str]]) -> Iterator[Told]:
    for row in value:
        yield Told(capfirst(_word(row)))


def _sentences(value: Sequence[Mapping[str, Any]]) -> Iterator[Told]:
    for row in value:
        when = f", {_every(row['every'])}" if "every" in row else ""
        yield Told(capfirst(_word(row["text"])) + when, row["source"], row["quote"])


def _every(value: Mapping[str, Any]) -> str:
    count = value.get("count", 1)
    return str(words.EVERY[value["unit"]] if count == 1 else words.EVERY_NTH[value["unit"]] % {"n": count})


def _hours(value: Mapping[str, Any]) -> Iterator[Told]:
    for day, spans in value.items():
        name = words.DAYS.get(day) or OpeningHours.Day(day).label
        when = _("stängt") if spans == "closed" else ", ".join(span.replace("-", "–") for span in spans)
        yield Told(f"{capfirst(name)} {when}")


def _posts(value: Mapping[str, Any]) -> str:
    return ", ".join(f"{Profession(name).label} {_amount(many)}" for name, many in value.items())


def _sites(value: Sequence[Mapping[str, Any]]) -> Iterator[Told]:
    for row in value:
        cars = row.get("cars")
        parts = [
            _posts(row["staff"]) if "staff" in row else "",
            ngettext("%(n)s bil", "%(n)s bilar", cars) % {"n": cars} if cars else "",
            _word(row["text"]) if "text" in row else "",
        ]
        rest = "; ".join(filter(None, parts))
        yield Told(f"{row['name']}: {rest}" if rest else row["name"])


def _crews(value: Sequence[Mapping[str, Any]]) -> Iterator[Told]:
    for row in value:
        when = f" ({_word(row['text'])})" if "text" in row else ""
        yield Told(capfirst(_posts(row["roles"])) + when)


def _ages(value: Mapping[str, Any]) -> Iterator[Told]:
    if "any" in value:
        yield Told(_("Alla åldrar"))
    if "from" in value:
        yield Told(_("%(n)s år eller äldre") % {"n": value["from"]})
    if "to" in value:
        yield Told(_("Högst %(n)s år") % {"n": value["to"]})


def _housing(value: Mapping[str, Any]) -> Iterator[Told]:
    if "any" in value:
        yield Told(_("Alla boendeformer"))
    for name in value.get("only", ()):
        yield Told(capfirst(str(Housing(name).label)))


def _rule(value: Mapping[str, Any]) -> Iterator[Told]:
    rule = parse(value["rule"], vocabulary())
    shown = lines(evaluate(rule, Facts(vocabulary(), {})), (get_language() or "sv")[:2])
    # The whole of "all of these" only repeats its parts.
    skipped = 1 if len(shown) > 1 and "all" in value["rule"] else 0
    for line in shown[skipped:]:
        yield Told(capfirst(line.text), depth=line.depth - skipped)


def _channels(names: Sequence[str]) -> str:
    return ", ".join(str(Channel(name).label) for name in names)


def _senders(value: Mapping[str, Any]) -> Iterator[Told]:
    if "text" in value:
        yield Told(capfirst(_word(value["text"])), value.get("source", ""), value.get("quote", ""))
    if "only" in value:
        yield Told(_("Bara: %(who)s") % {"who": _channels(value["only"])})
    for way in value.get("ways", ()):
        asked = "; ".join(str(Urgency(name).label) for name in way.get("urgencies", ()))
        may = "; " + _("får be om: %(what)s") % {"what": asked} if asked else ""
        text = f"{capfirst(_channels(way['channels']))}: {_word(way['text'])}{may}"
        yield Told(text, way.get("source", ""), way.get("quote", ""), depth=1)


def _responsibility(value: Mapping[str, Any]) -> Iterator[Told]:
    yield Told(str(words.MEDICAL[value["medical"]]))
    if "while" in value:
        yield Told(capfirst(_word(value["while"])))
    if "days" in value:
        yield Told(_("%(n)s dagar") % {"n": _amount(value["days"])})
    if "nursing" in value:
        yield Told(_("Omvårdnad: %(who)s") % {"who": _word(value["nursing"])})
    if "hands_back_to" in value:
        yield Told(_("Lämnar tillbaka till: %(who)s") % {"who": _word(value["hands_back_to"])})


def _limits(value: Mapping[str, Any]) -> Iterator[Told]:
    for name, most in value.items():
        yield Told(f"{capfirst(words.LIMITS[name])}: {_amount(most)}")


def _clocks(value: Mapping[str, Mapping[str, int]]) -> Iterator[Told]:
    for name, by_urgency in value.items():
        for urgency, many in by_urgency.items():
            yield Told(f"{capfirst(Urgency(urgency).label)}: {words.CLOCKS[name] % {'n': many}}")


def _duties(value: Sequence[Mapping[str, Any]]) -> Iterator[Told]:
    for row in value:
        when = [f"{many} {words.UNITS[unit]}" for unit, many in row.get("within", {}).items()]
        within = " " + _("Inom %(time)s.") % {"time": ", ".join(when)} if when else ""
        own = " " + _("Tiden är vår egen.") if row.get("basis") == "operational" else ""
        head = f"{words.DUTIES[row['kind']]}, {words.AFTER[row['after']]}"
        yield Told(f"{head}: {_word(row['text'])}.{within}{own}", row["source"], row["quote"])


def _agreements(value: Sequence[Mapping[str, Any]]) -> Iterator[Told]:
    for row in value:
        yield Told(capfirst(_word(row["text"])), row["source"], row["quote"])
        for payer, share in row.get("shares", {}).items():
            what = f" ({_word(row['for'])})" if "for" in row else ""
            yield Told(f"{capfirst(words.PAYERS[payer])}: {_amount(share)} %{what}", depth=1)


def _approaches(value: Sequence[Mapping[str, Any]]) -> Iterator[Told]:
    for row in value:
        yield Told(f"{_word(row['name'])}: {_word(row['text'])}", row["source"], row.get("quote", ""))


def _figures(value: Sequence[Mapping[str, Any]]) -> Iterator[Told]:
    for row in value:
        unit = f" {_word(row['unit'])}" if "unit" in row else ""
        yield Told(f"{capfirst(_word(row['name']))}: {_amount(row['value'])}{unit}", row["source"], row["quote"])


def _named(labels: Mapping[str, Any]) -> Callable[[Sequence[str]], Iterator[Told]]:
    return lambda value: (Told(capfirst(str(labels[name]))) for name in value)


def _markers(value: Sequence[str]) -> Iterator[Told]:
    for name in value:
        yield Told(capfirst(_word(vocabulary()[name].label)))


_SAYS: Mapping[str, Callable[[Any], Iterator[Told]]] = {
    "patients": _words,
    "principal": _words,
    "area": lambda value: _words(value["text"]),
    "hours": _hours,
    "always_open": lambda _value: _one(_("Dygnet runt, alla dagar")),
    "hours_text": _words,
    "phone": _words,
    "ages": _ages,
    "housing": _housing,
    "criteria": _rule,
    "target": _rule,
    "senders": _senders,
    "responsibility": _responsibility,
    "limits": _limits,
    "clocks": _clocks,
    "staff": lambda value: _one(capfirst(_posts(value))),
    "sites": _sites,
    "competences": _each_word,
    "crews": _crews,
    "cars": lambda value: _one(_amount(value)),
    "combines": lambda value: _one(", ".join(value)),
    "abilities": _named(words.ABILITIES),
    "agreements": _agreements,
    "duties": _duties,
    "activities": _sentences,
    "needs": _sentences,
    "works_with": _each_word,
    "approaches": _approaches,
    "figures": _figures,
    "notes": _sentences,
    "meets": lambda value: _one(capfirst(_every(value))),
    "decides": _words,
    "finds_for": _one,
    "markers": _markers,
    "designated_from": _named(dict(CareUnit.Kind.choices)),
    "may_ask_for_visits": lambda _value: _one(_("Ja")),
    "principles": _each_word,
    "mandate": _words,
    "reports": lambda value: _one(capfirst(_every(value))),
}
