"""Small vocabularies the invented lives are made of: conditions, what matters, kinds of visit."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from narvard.demo import sources


@dataclass(frozen=True, slots=True)
class Kin:
    """A relative or guardian; `kind` as in `people.Relative.Kind`. `may_be_told` None is unknown."""

    name: str
    kind: str
    phone: str
    may_be_told: bool | None
    call_at_night: bool


@dataclass(frozen=True, slots=True)
class Condition:
    """A diagnosis in plain Swedish with its ICD-10-SE code, weight and the kind of team it leans towards."""

    name: str
    code: str
    weight: float
    leaning: str = ""
    ages: tuple[int, int] = (18, 120)

    @property
    def palliative(self) -> bool:
        """True for a progressive condition in late phase."""
        return self.leaning == "palliative"


@dataclass(frozen=True, slots=True)
class VisitStory:
    """A kind of visit: what, minutes, who does it, and the line a signed note starts from."""

    what: str
    minutes: int
    profession: str
    note: str
    competence: str = ""
    bring: str = ""


@cache
def _stories() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = sources.yaml_data("stories.yaml")
    return loaded


@cache
def conditions() -> Mapping[str, Condition]:
    """Every condition by its name."""
    rows = (Condition(**{**row, "ages": tuple(row.get("ages", (18, 120)))}) for row in _stories()["conditions"])
    return {condition.name: condition for condition in rows}


@cache
def visit_stories(kind: str) -> tuple[VisitStory, ...]:
    """Visits of a kind: geriatric, palliative, dementia, orthopaedic, child, municipal, rehab or joint."""
    return tuple(VisitStory(**row) for row in _stories()["visits"][kind])


def home_languages() -> list[str]:
    """Languages other than Swedish that are spoken in the area's homes."""
    return list(_stories()["home_languages"])


def matters(age: int) -> list[str]:
    """What people of that age may say matters to them."""
    return list(_stories()["matters_child" if age < 18 else "matters"])
