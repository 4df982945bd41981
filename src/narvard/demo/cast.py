"""The named cast, shared by demo and tests: one member of staff per kind of user, patients for journeys.

All invented; the patients have Skatteverket's official test numbers. Who they are stands in `data/cast.yaml`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from narvard.demo import sources
from narvard.demo.homes import Home
from narvard.demo.stories import Condition, Kin, conditions

# One password for the whole cast: the demo runs on one's own machine and holds nobody's data.
PASSWORD = "narvard-demo-2026"  # noqa: S105

# What a story takes for granted unless it says otherwise.
_USUAL: Mapping[str, Any] = {
    "housing": "ordinary",
    "home_nursing": True,
    "language": "svenska",
    "interpreter": False,
    "contact_by": "phone",
    "not_before_hour": None,
    "manages_personal_care": False,
    "admissions": 3,
    "medicines": 11,
}


@dataclass(frozen=True, slots=True)
class NamedStaff:
    """A member of staff to sign in as. `units` holds unit keys by operating model, the main post first."""

    username: str
    given_name: str
    family_name: str
    profession: str
    role: str
    purpose: str
    who: str
    units: Mapping[str, tuple[str, ...]]
    competences: tuple[str, ...]

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}"


@dataclass(frozen=True, slots=True)
class NamedPatient:
    """A patient with a story. `told` holds what the story fixes of a `Resident`; the rest is drawn."""

    key: str
    number: str
    given_name: str
    family_name: str
    story: str
    home: Home
    told: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Given and family name."""
        return f"{self.given_name} {self.family_name}"


def _staff(row: Mapping[str, Any]) -> NamedStaff:
    units = {model: tuple(row.get(model, row.get("units", ()))) for model in ("today", "joint")}
    return NamedStaff(
        username=row["username"],
        given_name=row["name"][0],
        family_name=row["name"][1],
        profession=row["profession"],
        role=row["role"],
        purpose=row.get("purpose", "care"),
        who=row["who"],
        units=units,
        competences=tuple(row.get("competences", ())),
    )


def _patient(row: Mapping[str, Any]) -> NamedPatient:
    suffered: tuple[Condition, ...] = tuple(conditions()[name] for name in row["told"]["conditions"])
    kin = tuple(Kin(*fields) for fields in row["kin"])
    told = {**_USUAL, **row["told"], "conditions": suffered, "kin": kin}
    return NamedPatient(
        row["key"], row["number"], row["name"][0], row["name"][1], row["story"], Home(**row["home"]), told
    )


_CAST = sources.yaml_data("cast.yaml")
STAFF: Mapping[str, NamedStaff] = {row["username"]: _staff(row) for row in _CAST["staff"]}
PATIENTS: Mapping[str, NamedPatient] = {row["key"]: _patient(row) for row in _CAST["patients"]}
