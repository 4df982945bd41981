"""What stands in a version: values by section and field, what is missing, what contradicts, and what changed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format

from narvard.care.plans.definitions import Definition, Field, Section, say
from narvard.care.plans.models import Contribution

Content = Mapping[str, Any]


def cleaned(section: Section, content: Content) -> dict[str, Any]:
    """The content with only what the section asks for, stripped, without empty values and empty rows."""
    found = {field.key: _value(field, content.get(field.key)) for field in section.fields}
    return {key: value for key, value in found.items() if value not in ("", [], None)}


def _value(field: Field, value: Any) -> Any:
    if field.type == "rows":
        rows = [{part.key: _value(part, row.get(part.key)) for part in field.parts} for row in value or []]
        return [{key: text for key, text in row.items() if text} for row in rows if any(row.values())]
    if field.type == "choices":
        return [key for key, _label in field.options if key in (value or [])]
    if field.type == "choice":
        return value if value in dict(field.options) else ""
    if isinstance(value, date):
        return value.isoformat()
    return str(value or "").strip()


def missing(definition: Definition, written: Iterable[Contribution]) -> list[str]:
    """What must stand in the plan and that nobody has written, by the words of the page."""
    rows = list(written)
    lacks = []
    for section in definition.sections:
        parts = [row.content for row in rows if row.section == section.key]
        for field in section.fields:
            values = [part[field.key] for part in parts if field.key in part]
            if field.required and not values:
                lacks.append(f"{section.title}: {field.label}")
            lacks += [f"{field.label}: {part.label}" for part in _lacking(field, values)]
    return list(dict.fromkeys(lacks))


def _lacking(field: Field, values: Iterable[Any]) -> Iterator[Field]:
    for rows in values if field.type == "rows" else ():
        for row in rows:
            yield from (part for part in field.parts if part.required and not row.get(part.key))


def refusals(definition: Definition, written: Sequence[Contribution]) -> list[str]:
    """Why it cannot come into force whatever anybody says: the person does not want it."""
    rules = definition.data.get("refused", ())
    return [say(rule["text"]) for rule in rules if _holds(rule["where"], written)]


def conflicts(definition: Definition, written: Sequence[Contribution]) -> list[str]:
    """What it does that the person has said no to: it needs a reason in words."""
    rules = definition.data.get("conflicts", ())
    return [
        say(rule["text"]) for rule in rules if _holds(rule["unwanted"], written) and _holds(rule["planned"], written)
    ]


def _holds(place: Mapping[str, str], written: Iterable[Contribution]) -> bool:
    values = (row.content.get(place["field"]) for row in written if row.section == place["section"])
    return any(_has(value, place) for value in values)


def _has(value: Any, place: Mapping[str, str]) -> bool:
    if "part" in place:
        return any(row.get(place["part"]) == place["option"] for row in value or ())
    return place["option"] in value if isinstance(value, list) else value == place["option"]


def in_words(field: Field, value: Any) -> str:
    """A simple value as people read it; a day with its month's name."""
    day = parse_date(str(value)) if field.type == "day" and value else None
    if day is not None:
        return date_format(day, "j F Y")
    options = dict(field.options)
    if field.type == "choices":
        return ", ".join(options.get(key, key) for key in value or ())
    return str(options.get(value, value)) if field.type == "choice" else str(value or "")


@dataclass(frozen=True)
class Difference:
    """One field that reads otherwise than in the version before."""

    section: str
    field: str
    unit: str
    before: str
    after: str


def differences(
    definition: Definition, before: Iterable[Contribution], after: Iterable[Contribution]
) -> list[Difference]:
    """What a new version says otherwise, field by field and unit by unit, in the order of the plan."""
    old, new = _by_place(before), _by_place(after)
    found = []
    for section in definition.sections:
        places = [key for key in {**old, **new} if key[0] == section.key]
        for place in places:
            unit = (new.get(place) or old[place]).owner_unit.name
            was, now = (rows[place].content if place in rows else {} for rows in (old, new))
            found += [
                Difference(section.title, field.label, unit, as_text(field, was), as_text(field, now))
                for field in section.fields
                if was.get(field.key) != now.get(field.key)
            ]
    return found


def _by_place(rows: Iterable[Contribution]) -> dict[tuple[str, object], Contribution]:
    return {(row.section, row.owner_unit_id): row for row in rows}


def as_text(field: Field, content: Content) -> str:
    """A field's whole value as one text, rows one per line."""
    value = content.get(field.key)
    if field.type != "rows":
        return in_words(field, value)
    lines = [
        "; ".join(f"{part.label}: {in_words(part, row[part.key])}" for part in field.parts if row.get(part.key))
        for row in value or ()
    ]
    return "\n".join(lines)
