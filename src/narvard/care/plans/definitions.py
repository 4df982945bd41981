"""The kinds of plan, as data: one YAML file per kind, with sections, fields, who may sign, and what cannot stand.

A version of a plan keeps the document it was written by, so a definition may change without touching what was signed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from narvard.core.errors import NarvardError
from narvard.intake.shape import Check, Path, list_of, matching, one_of, record, text, whole
from narvard.organisation.models import CareProvider, CareUnit, Profession
from narvard.people.models import InformationKind

Words = Mapping[str, str]
Faults = list[Any]

REGION, MUNICIPALITY = "region", "municipality"
TYPES = ("text", "words", "day", "choice", "choices", "rows")
_SIMPLE = ("text", "words", "day", "choice")
_KEY = matching(r"^[a-z][a-z0-9_]*$", lambda: _("en nyckel av a-z, 0-9 och _"))
words = record({"sv": text}, {"en": text})
_OPTION = record({"key": _KEY, "label": words}, {})
_SAID = {"label": words, "key": _KEY}
_PLACE = record({"section": _KEY, "field": _KEY, "option": _KEY}, {"part": _KEY})


class InvalidPlanKind(NarvardError):
    """A file of a kind of plan that cannot be used; the message names file, place and fault."""


def _field(types: tuple[str, ...], parts: Mapping[str, Check]) -> Check:
    always, more = {**_SAID, "type": one_of(*types)}, {"hint": words, "required": one_of("yes")}
    plain = record(always, more)
    by_type = {
        "choice": record({**always, "options": list_of(_OPTION)}, more),
        "choices": record({**always, "options": list_of(_OPTION)}, more),
        "rows": record({**always, **parts}, more),
    }

    def check(value: object, path: Path) -> Faults:
        kind = value.get("type") if isinstance(value, Mapping) else None
        return by_type.get(str(kind), plain)(value, path)

    return check


_PARTS = list_of(_field(_SIMPLE, {}))
_SECTION = record(
    {"key": _KEY, "title": words, "fields": list_of(_field(TYPES, {"fields": _PARTS}))},
    {"hint": words, "signers": list_of(one_of(*Profession.values))},
)
document = record(
    {
        "key": _KEY,
        "version": whole,
        "name": words,
        "lead": words,
        "information": one_of(*InformationKind.values),
        "one_per": one_of("patient", "unit"),
        "review_days": whole,
        "signers": list_of(one_of(*Profession.values)),
        "deciders": list_of(one_of(*Profession.values)),
        "sections": list_of(_SECTION),
    },
    {
        "source": text,
        "needs": list_of(one_of(REGION, MUNICIPALITY)),
        "consent": one_of("yes"),
        "own_page": one_of("yes"),
        "refused": list_of(record({"where": _PLACE, "text": words}, {})),
        "conflicts": list_of(record({"unwanted": _PLACE, "planned": _PLACE, "text": words}, {})),
    },
)


def say(said: Words) -> str:
    """The words in the reader's language; Swedish where there are none."""
    return said.get((get_language() or "sv")[:2]) or said["sv"]


@dataclass(frozen=True)
class Field:
    """One thing to fill in."""

    data: Mapping[str, Any]

    @property
    def key(self) -> str:
        """Its name in the stored content."""
        return str(self.data["key"])

    @property
    def type(self) -> str:
        """One of :data:`TYPES`."""
        return str(self.data["type"])

    @property
    def label(self) -> str:
        """What the page calls it."""
        return say(self.data["label"])

    @property
    def hint(self) -> str:
        """How to fill it in."""
        return say(self.data["hint"]) if "hint" in self.data else ""

    @property
    def required(self) -> bool:
        """Whether the plan cannot come into force without it."""
        return "required" in self.data

    @property
    def options(self) -> list[tuple[str, str]]:
        """What may be chosen, with its words."""
        return [(row["key"], say(row["label"])) for row in self.data.get("options", ())]

    @property
    def parts(self) -> list["Field"]:
        """The fields of each row."""
        return [Field(row) for row in self.data.get("fields", ())]


@dataclass(frozen=True)
class Section:
    """A part of the plan that each organisation may write in and sign for itself."""

    data: Mapping[str, Any]
    signers: frozenset[str]

    @property
    def key(self) -> str:
        """Its name in the stored contributions."""
        return str(self.data["key"])

    @property
    def title(self) -> str:
        """Its heading."""
        return say(self.data["title"])

    @property
    def hint(self) -> str:
        """What belongs in it."""
        return say(self.data["hint"]) if "hint" in self.data else ""

    @property
    def fields(self) -> list[Field]:
        """What is filled in, in order."""
        return [Field(row) for row in self.data["fields"]]


@dataclass(frozen=True)
class Definition:
    """A kind of plan. ``data`` is the whole document, as a version of a plan keeps it."""

    data: Mapping[str, Any]

    @property
    def key(self) -> str:
        """The kind's name."""
        return str(self.data["key"])

    @property
    def name(self) -> str:
        """What people call it."""
        return say(self.data["name"])

    @property
    def lead(self) -> str:
        """What it is for, in one sentence."""
        return say(self.data["lead"])

    @property
    def information(self) -> str:
        """The kind of information; coordination is disclosed to the units that take part."""
        return str(self.data["information"])

    @property
    def is_joint(self) -> bool:
        """Whether it is sent to other units, who write in it and read it."""
        return self.information == InformationKind.COORDINATION

    @property
    def is_per_unit(self) -> bool:
        """Whether each unit has its own; else the person has one."""
        return bool(self.data["one_per"] == "unit")

    @property
    def asks_consent(self) -> bool:
        """Whether the person must have said yes to it."""
        return "consent" in self.data

    @property
    def on_own_page(self) -> bool:
        """Whether the person reads it on the own page: what is made together with the person."""
        return "own_page" in self.data

    @property
    def review_days(self) -> int:
        """Days until it must be looked at again, if nobody says another day."""
        return int(self.data["review_days"])

    @property
    def deciders(self) -> frozenset[str]:
        """Professions that may bring it into force."""
        return frozenset(self.data["deciders"])

    @property
    def needs(self) -> frozenset[str]:
        """Principals that must have signed a part: the region, the municipality."""
        return frozenset(self.data.get("needs", ()))

    @property
    def sections(self) -> list[Section]:
        """Its sections, in order."""
        usual = frozenset(self.data["signers"])
        return [Section(row, frozenset(row.get("signers", usual))) for row in self.data["sections"]]

    def section(self, key: str) -> Section | None:
        """The section of that name."""
        return next((row for row in self.sections if row.key == key), None)


@cache
def kinds() -> Mapping[str, Definition]:
    """Every kind of plan by its name, in the order of the files' names."""
    folder = resources.files("narvard.care.plans") / "kinds"
    files = sorted((row for row in folder.iterdir() if row.name.endswith(".yaml")), key=lambda row: row.name)
    read_ones = [read(row.read_text(encoding="utf-8"), row.name) for row in files]
    return {row.key: row for row in read_ones}


def read(source: str, name: str) -> Definition:
    """A definition from a YAML document; raises :class:`InvalidPlanKind` with every fault."""
    try:
        data = yaml.safe_load(source)
    except yaml.YAMLError as error:
        raise InvalidPlanKind(f"{name}: {error}") from error
    faults = [str(fault) for fault in document(data, ())] or list(_dangling(Definition(data)))
    if faults:
        raise InvalidPlanKind("\n".join(f"{name}: {fault}" for fault in faults))
    return Definition(data)


def _dangling(definition: Definition) -> Iterator[str]:
    """Rules that speak of a field or an option that is not there, and names that stand twice."""
    sections = [row.key for row in definition.sections]
    yield from (f"the section {key} stands twice" for key in sorted(set(sections)) if sections.count(key) > 1)
    for rule in definition.data.get("refused", ()):
        yield from _at(definition, rule["where"])
    for rule in definition.data.get("conflicts", ()):
        yield from _at(definition, rule["unwanted"])
        yield from _at(definition, rule["planned"])


def _at(definition: Definition, place: Mapping[str, str]) -> Iterator[str]:
    section = definition.section(place["section"])
    fields = section.fields if section else []
    field = next((row for row in fields if row.key == place["field"]), None)
    if field is not None and "part" in place:
        field = next((row for row in field.parts if row.key == place["part"]), None)
    if field is None or place["option"] not in dict(field.options):
        yield f"no such field or option: {dict(place)}"


def principal_of(unit: CareUnit) -> str:
    """The side the unit stands on: the municipality, or the region (with private providers under contract)."""
    return MUNICIPALITY if unit.provider.kind == CareProvider.Kind.MUNICIPALITY else REGION
