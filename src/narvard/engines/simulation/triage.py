"""Triage by the same criteria as intake: a programme's expression, over the facts of the simulated persons.

The caller hands the expressions over (`Model.ruled`): this engine knows none of its own and reads no programmes.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from narvard.engines.criteria import All, Any, AtLeast, Compare, Expression, FactKind, Not, Truth, arrays
from narvard.engines.simulation import _layout as layout
from narvard.engines.simulation import _random as random
from narvard.engines.simulation.assumptions import Assumptions

YOUNGEST = 65
"""The segments are shares of those aged 65 or more."""
MOST = 60
"""No count of diagnoses, medicines or admissions goes beyond."""
SIMULATED = (
    "age", "housing", "segment", "home_nursing", "chronic_diagnoses", "admissions_12_months", "standing_medicines",
    "manages_personal_care", "palliative_need", "orthopaedic_rehab_need", "suspected_cognitive_disease",
)  # fmt: skip
"""The facts that simulated persons have, by intake's names. All others are unknown of everybody."""
BY_CONDITION = {
    "palliative_need": "palliative",
    "orthopaedic_rehab_need": "rehabilitation",
    "suspected_cognitive_disease": "cognitive",
}


class Programme(Protocol):
    """What the engine reads of a programme: intake's definitions have it."""

    @property
    def criteria(self) -> Expression | None:
        """Whom it may take; None is everybody."""

    @property
    def only_senders(self) -> frozenset[str]:
        """The channels that alone may send to it; empty when all may."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a programme decides: the criteria (None takes everybody), and who alone may send to it (channels; empty is
    everybody)."""

    criteria: Expression | None = None
    only_senders: frozenset[str] = frozenset()

    @classmethod
    def of(cls, programme: Programme) -> "Rule":
        """A programme's rule without words, so that it goes to other processes as plain data."""
        criteria = programme.criteria
        return cls(None if criteria is None else _bare(criteria), programme.only_senders)


def _bare(expression: Expression) -> Expression:
    if isinstance(expression, Compare):
        fact = FactKind(expression.fact.name, expression.fact.type, {})
        return Compare(fact, expression.operator, expression.wanted)
    if isinstance(expression, Not):
        return Not(_bare(expression.part))
    parts = tuple(_bare(part) for part in expression.parts)
    if isinstance(expression, AtLeast):
        return AtLeast(expression.count, parts)
    return All(parts) if isinstance(expression, All) else Any(parts)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of everybody in one replication, as criteria read it: see `SIMULATED`."""

    key: np.uint64
    size: int
    columns: Mapping[str, arrays.Column]
    unknown_met: float

    def met(self, programme: str, rule: Rule, condition: int) -> NDArray[np.bool_]:
        """Whom the programme takes while their illness has this character: what the known facts leave open is met
        by the share `unknown_met_share`, drawn for each person and programme."""
        if rule.criteria is None:
            return np.ones(self.size, dtype=bool)
        truths = arrays.compiled(rule.criteria)(arrays.People(self.size, self._columns(condition)))
        lucky = np.empty(self.size)
        random.uniforms(self.key, random.UNKNOWN, zlib.crc32(programme.encode()) & 0xFFFFFF, lucky)
        open_yet: NDArray[np.bool_] = (truths == Truth.UNKNOWN) & (lucky < self.unknown_met)
        met: NDArray[np.bool_] = open_yet | (truths == Truth.MET)
        return met

    def _columns(self, condition: int) -> dict[str, arrays.Column]:
        alike = {
            fact: _column(np.full(self.size, layout.CONDITIONS[condition] == name))
            for fact, name in BY_CONDITION.items()
        }
        return {**self.columns, **alike}


def _column(values: NDArray[np.bool_] | NDArray[np.float64] | NDArray[np.int64], *items: str) -> arrays.Column:
    return arrays.Column(values, np.ones(len(values), dtype=bool), items)


def know(
    key: np.uint64, segment: NDArray[np.int64], home_nursing: NDArray[np.bool_], assumptions: Assumptions
) -> Known:
    """Draw the facts that only criteria ask for, from each person's own stream; admissions follow frailty."""
    n = len(segment)
    u = {name: np.empty(n) for name in ("age", "housing", "diagnoses", "medicines", "care", "admissions", "frailty")}
    for count, name in enumerate(("age", "housing", "diagnoses", "medicines", "care", "admissions")):
        random.uniforms(key, random.CRITERIA, count, u[name])
    random.uniforms(key, random.FRAILTY, 0, u["frailty"])

    def of_segment(name: str) -> NDArray[np.float64]:
        return np.array([assumptions[f"{name}.{one}"] for one in layout.SEGMENTS])[segment]

    spread = assumptions["frailty_spread"]
    frailty = np.exp(spread * ndtri(u["frailty"]) - spread**2 / 2)
    admissions = of_segment("needs_per_year") * of_segment("hospital_share") * of_segment("admitted_share") * frailty
    age = np.floor(np.maximum(YOUNGEST, assumptions["age_mean"] + assumptions["age_spread"] * ndtri(u["age"])))
    more_diagnoses = np.maximum(0.0, of_segment("chronic_diagnoses") - 1.0)
    columns = {
        "age": _column(age),
        "housing": _column(
            (u["housing"] >= assumptions["ordinary_housing_share"]).astype(np.int64), "ordinary", "special"
        ),
        "segment": _column(segment, *layout.SEGMENTS),
        "home_nursing": _column(home_nursing),
        "chronic_diagnoses": _column(1.0 + poisson(u["diagnoses"], more_diagnoses)),
        "admissions_12_months": _column(poisson(u["admissions"], admissions)),
        "standing_medicines": _column(poisson(u["medicines"], of_segment("standing_medicines"))),
        "manages_personal_care": _column(u["care"] < of_segment("personal_care_share")),
    }
    return Known(key, n, columns, assumptions["unknown_met_share"])


def poisson(u: NDArray[np.float64], means: NDArray[np.float64]) -> NDArray[np.float64]:
    """Poisson numbers with the given means by inversion, at most `MOST`."""
    count, chance = np.zeros(len(u)), np.exp(-means)
    below = chance.copy()
    for k in range(1, MOST + 1):
        above = u > below
        if not above.any():
            break
        count += above
        chance = chance * means / k
        below += chance
    return count
